"""Orders at the desk about places: closed ones, and journeys to some of them alone."""

from __future__ import annotations

from tests.conftest import Furlough, ahead
from tests.starter.at_jub import CLERK, COMMANDER, ISSUER, fine, stop


async def test_a_destination_to_which_nobody_flies_is_taken_with_a_warning(furlough: Furlough) -> None:
    issue = ("order", "issue", "--number", "LO-941", "--title", "Closed", "--dry-run", *ISSUER)
    closing, about = ("--close-destination",), ("--stop-leave", "--destination")
    for named, warned in (("NOWHERE", True), ("NBO", False)):
        for flags in (closing, about):
            ran = await furlough(*issue, *flags, named)
            assert (ran.code, "no flight of the register goes to" in ran.err) == (0, warned), ran


async def test_an_order_about_journeys_to_one_place_turns_those_alone_and_says_so(furlough: Furlough) -> None:
    numbers = {}
    for member, where in (("IND-1010", "NBO"), ("IND-1009", "EBB")):
        days = ("--first", ahead(30), "--last", ahead(35), "--destination", where, "--travel", "none")
        asked = await furlough("request", member, *days, "--json", *CLERK)
        assert asked.code == 0, asked
        numbers[where] = asked.documents[0]["number"]
        fine(await furlough("approve", numbers[where], *COMMANDER))
    (told,) = (await furlough(*stop("LO-942", "--destination", "NBO", "--what-if", "--json"))).documents
    assert [turn["number"] for base in told["bases"] for turn in base["turns"]] == [numbers["NBO"]]
    said = fine(await furlough(*stop("LO-942", "--destination", "NBO")))
    assert f"1 suspended: {numbers['NBO']}" in said
    assert "to NBO" in fine(await furlough("order", "show", "LO-942", "--base", "JUB"))
    elsewhere = fine(await furlough("order", "explain", numbers["EBB"], *CLERK))
    assert "names another destination" in elsewhere
    barred = fine(await furlough("order", "explain", numbers["NBO"], *CLERK))
    assert "a destination other than NBO" in barred
    amended = ("order", "amend", "LO-942", "--destination", "EBB", "--what-if", "--json", *ISSUER)
    (turned,) = (await furlough(*amended)).documents
    assert {turn["number"] for base in turned["bases"] for turn in base["turns"]} == set(numbers.values())
