"""How leaves are named at a desk."""

from __future__ import annotations

import asyncio

import pytest

from starter import unasked
from starter.desk import Desk
from tests.conftest import Furlough, Mission, ahead
from wiring.handles import Unnamed, spread
from wiring.trouble import Misset, NotReached

CLERK = ("--as", "USA-1006", "--post", "G1-NAQ", "--base", "NAQ")


@pytest.fixture
def desk(mission: Mission) -> Desk:
    """The desk of the clerk of NAQ."""
    return sat_at(mission, person="USA-1006", post="G1-NAQ", base="NAQ")


def sat_at(mission: Mission, **who: str) -> Desk:
    return Desk(mission.settings.model_copy(update=who), mission.source, mission.client)


def test_ranges_and_lists_are_spread() -> None:
    assert list(spread(["412", "413,414", "098-101"])) == ["412", "413", "414", "098", "099", "100", "101"]


@pytest.mark.parametrize("word", ["5-4", "1-900000"])
def test_a_range_that_cannot_be_meant_is_refused(word: str) -> None:
    with pytest.raises(Misset, match="cannot be meant"):
        list(spread([word]))


async def test_a_leave_is_found_by_each_of_its_names(furlough: Furlough, desk: Desk, mission: Mission) -> None:
    ran = await furlough(
        "request", "USA-1007", "--first", ahead(18), "--last", ahead(20), "--destination", "BEY", "--json", *CLERK
    )
    assert ran.code == 0, ran.err
    told = ran.documents[0]
    names = (told["leave_id"], told["leave_id"].lower(), told["number"], told["number"][-6:], "USA-1007", "usa-1007")
    found = await asyncio.gather(*(desk.leaves().find(name) for name in names))
    assert {face.leave_id for face in found} == {told["leave_id"]}
    elsewhere = Desk(mission.settings, mission.source, mission.client)
    with pytest.raises(Unnamed, match="not known at which base"):
        await elsewhere.leaves().find(told["number"][-6:])


async def test_a_member_with_two_open_leaves_is_ambiguous_and_both_are_told_to_whom_they_concern(
    furlough: Furlough, desk: Desk, mission: Mission
) -> None:
    """Nobody of another base learns from a service number that there is a leave at all."""
    for first, last in ((ahead(18), ahead(19)), (ahead(77), ahead(79))):
        asked = ("request", "FRA-1005", "--first", first, "--last", last, "--destination", "BEY")
        assert (await furlough(*asked, *CLERK)).code == 0
    with pytest.raises(Unnamed) as told:
        await desk.leaves().find("FRA-1005")
    assert told.value.known.count("NAQ-") == 2
    for who in ({"person": "IND-1009", "base": "NAQ"}, {"base": "NAQ"}):
        with pytest.raises(Unnamed) as no:
            await sat_at(mission, **who).leaves().find("FRA-1005")
        assert "(rule privacy/account)" in no.value.why
        assert "NAQ-2" not in f"{no.value.known}{no.value}"
    with pytest.raises(Unnamed, match="names 2 leaves"):
        await sat_at(mission, person="FRA-1005", base="NAQ").leaves().find("FRA-1005")


async def test_nobody_s_name_is_no_leave(desk: Desk) -> None:
    for said in ("999999", "NAQ-2026-999999", "UNEX-01JE0000000000000000000000", "hello", "FRA-1001", ""):
        with pytest.raises(Unnamed):
            await desk.leaves().find(said)


async def test_a_leave_of_another_mission_is_told_as_such(desk: Desk) -> None:
    with pytest.raises(Misset, match="another mission"):
        await desk.leaves().find("UNIFIL-01JE0000000000000000000000")


def test_without_a_server_a_number_that_no_paper_knows_is_told_with_ways_that_are_there(
    mission: Mission,
) -> None:
    desk = Desk(mission.settings, mission.source, None)
    with pytest.raises(NotReached) as no:
        unasked.leave_id(desk, "JUB-2026-000999", NotReached("The server does not answer."))
    assert "neither a paper nor a copy knows it" in no.value.known
    assert "furlough up" in no.value.helps
