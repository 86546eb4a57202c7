"""Orders, exemptions and year ends at a desk whose server is away: what is said rests on the copy, and waits."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from domain.acts import RescindOrder
from domain.decider import Outcome
from starter import issuing
from starter.desk import Desk
from starter.flags import HERE
from tests.conftest import Furlough, Mission, Ran, ahead
from tests.starter.at_jub import FORCE, ISSUER, fine
from tests.starter.test_outages import Cut, link
from wiring.spool import Spool
from wiring.trouble import NotReached

__all__ = ["link"]
WIDE = """
number = "MO-70"
version = 1
issuer = "FC"
title = "Elections"
since = "{day} 00:00"
mission_wide = true
etp = "FC"
restrictions = [{{ rule = "stop-leave" }}]
"""


@pytest.fixture
def spool(mission: Mission) -> Spool:
    return Spool(mission.settings.folder / "spool", "UNEX")


def kept(ran: Ran) -> bool:
    return ran.code == 3 and ran.out.startswith("spooled ")


async def orders(furlough: Furlough, base: str) -> str:
    return fine(await furlough("order", "list", base))


async def test_an_order_of_the_mission_said_without_a_link_reaches_every_base_once(
    furlough: Furlough, link: Cut, spool: Spool, tmp_path: Path
) -> None:
    file = tmp_path / "MO-70.toml"
    file.write_text(WIDE.format(day=ahead(200)))
    link(False)
    assert kept(ran := await furlough("order", "issue", file, *FORCE)), ran
    assert kept(ran := await furlough("order", "issue", file, *FORCE)), "said twice, it waits twice"
    link(True)
    flushed = await furlough("spool", "flush", *FORCE)
    assert (flushed.code, "2 recorded, 0 came back" in flushed.out) == (0, True), flushed
    for base in ("NAQ", "BGU", "JUB", "SKT"):
        assert (await orders(furlough, base)).count("MO-70.1") == 1


async def test_one_that_has_no_authority_comes_back_and_is_published_nowhere(
    furlough: Furlough, link: Cut, spool: Spool, tmp_path: Path
) -> None:
    file = tmp_path / "MO-71.toml"
    file.write_text(WIDE.replace("MO-70", "MO-71").format(day=ahead(200)))
    link(False)
    assert kept(await furlough("order", "issue", file, *ISSUER))
    link(True)
    flushed = await furlough("spool", "flush", *ISSUER)
    assert (flushed.code, "authority/order" in flushed.err) == (7, True), flushed
    assert "MO-71" not in await orders(furlough, "NAQ")
    (file_,) = spool.shelved("returned")
    assert (await furlough("spool", "set-aside", file_.name, "--reason", "read", *ISSUER)).code == 0


async def test_an_order_is_amended_and_rescinded_by_what_the_copy_says_of_it(
    furlough: Furlough, link: Cut, spool: Spool
) -> None:
    said = ("--title", "Night", "--curfew", "22:00-05:00", "--from", f"{ahead(90)} 00:00")
    fine(await furlough("order", "issue", "--number", "LO-770", *said, *ISSUER))
    link(False)
    none = await furlough("order", "amend", "LO-770", "--curfew", "23:00-05:00", *ISSUER)
    assert (none.code, "there is no copy" in none.err, spool.waiting()) == (4, True, [])
    link(True)
    fine(await furlough("copy", *ISSUER))
    link(False)
    ran = await furlough("order", "amend", "LO-770", "--curfew", "23:00-05:00", *ISSUER)
    assert kept(ran), ran
    assert ran.err.startswith("NO SERVER: as of ")
    tried = await furlough("order", "rescind", "LO-770", "--reason", "calm", "--dry-run", *ISSUER)
    assert tried.code == 0, tried
    assert kept(await furlough("order", "rescind", "LO-770", "--reason", "calm", *ISSUER))
    assert len(spool.waiting()) == 2
    link(True)
    assert (await furlough("spool", "flush", *ISSUER)).code == 0
    shown = fine(await furlough("order", "show", "LO-770", *ISSUER))
    assert "LO-770.2" in shown
    assert "calm" in shown or "rescinded" in shown


async def test_an_exemption_and_a_year_end_wait_as_every_act(furlough: Furlough, link: Cut, spool: Spool) -> None:
    """Refused as they are once a base and an account have heard of them, they come back with the reason."""
    wish = ("--first", ahead(27), "--last", ahead(29), "--destination", "BEY", "--travel", "none")
    asked = await furlough("request", "GHA-1015", *wish, "--json", "--as", "USA-1006", "--base", "NAQ")
    assert asked.code == 0, asked
    leave = asked.documents[0]["number"]
    officer = ("--as", "GHA-1004", "--post", "CO-GHABATT-A", "--base", "NAQ")
    fine(await furlough("copy", *officer))
    link(False)
    exempt = ("etp", "grant", leave, "--order", "LO-1.1", "--ground", "humanitarian", "--reason", "asked for")
    assert kept(ran := await furlough(*exempt, *officer)), ran
    override = await furlough("strength", "override", leave, "--reason", "asked for", *officer)
    assert kept(override), override
    year = await furlough("account", "close-year", "GHA-1015", "--on", "2025-12-31", *officer)
    assert year.code == 3, year
    assert len(spool.waiting()) == 3
    link(True)
    flushed = await furlough("spool", "flush", *officer)
    assert flushed.code == 7, flushed
    assert spool.waiting() == []
    for file in spool.shelved("returned"):
        assert (await furlough("spool", "set-aside", file.name, "--reason", "read", *officer)).code == 0


class Carried(Desk):
    """A desk whose order was carried to the bases, on a server which does not tell what they answered."""

    async def send(self, *_: Any, **__: Any) -> Outcome[Any]:
        return Outcome[Any](entries=())


async def test_a_server_that_does_not_tell_what_the_bases_answered_is_told_as_that(mission: Mission) -> None:
    desk = Carried(mission.settings, mission.source, mission.client)
    ended = RescindOrder.model_validate(
        {
            "act_id": "-",
            "decided_by": "m-a",
            "acted_at": datetime.now(UTC),
            "base": "NAQ",
            "number": "MO-72",
            "reason": "over",
        }
    )
    with pytest.raises(NotReached, match="What each base has answered was not told") as told:
        await issuing.carry(desk, ended, "order MO-72.end", HERE)
    assert "order list" in told.value.helps
