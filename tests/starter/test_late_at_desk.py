"""What was said while communications were degraded, and comes in later: by the real command."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.conftest import Furlough, ahead
from tests.starter.at_jub import COMMANDER, asked

FORCE = ("--as", "IRL-1001", "--post", "FC", "--base", "JUB")
SECTOR = ("--as", "NPL-1001", "--post", "SC-SOUTH", "--base", "JUB")
ZONE = ZoneInfo("Africa/Juba")


def ago(hours: float) -> str:
    """A moment on the base's clock, to the minute."""
    return f"{datetime.now(UTC).astimezone(ZONE) - timedelta(hours=hours):%Y-%m-%d %H:%M}"


async def test_a_decision_said_while_an_order_on_degraded_communications_held_counts_from_then_and_is_marked(
    furlough: Furlough,
) -> None:
    words = ("order", "issue", "--number", "MO-77", "--title", "Links are down", "--degraded-communications")
    refused = await furlough(*words, "--from", ago(30), *SECTOR)
    assert refused.code == 2
    assert "of the whole mission" in refused.err
    ran = await furlough(*words, "--from", ago(30), "--until", ago(1), "--mission-wide", "--at-base", "JUB", *FORCE)
    assert ran.code == 0, ran
    number = await asked(furlough, "IND-1009", ahead(40), ahead(44), "--at", ago(3))
    approved = await furlough("approve", number, "--at", ago(2), "--medium", "radio", *COMMANDER)
    assert approved.code == 0, approved
    shown = (await furlough("show", number, "--journal", "--json", *COMMANDER)).documents
    (entry,) = [one for one in shown if one["event"]["kind"] == "approved"]
    assert entry["event"]["irregular"] == ["record/degraded-communications"]
    assert "MO-77.1" in entry["event"]["cites"]
    stop = ("--number", "LO-77", "--title", "Leave stopped", "--stop-leave", "--from", f"{ahead(39)} 00:00", *SECTOR)
    assert (await furlough("order", "issue", *stop)).code == 0
    grant = ("etp", "grant", number, "--order", "LO-77.1", "--ground", "humanitarian", "--reason", "needed", *SECTOR)
    for at, marked in ((ago(1.5), True), (ago(0), False)):
        tried = await furlough(*grant, "--at", at, "--dry-run")
        assert (tried.code, "(record/degraded-communications)" in tried.out) == (0, marked), tried
    assert (await furlough(*grant, "--at", ago(1.5))).code == 0
    assert (await furlough("order", "rescind", "LO-77", "--reason", "over", *SECTOR)).code == 0


async def test_what_is_said_after_it_has_ended_counts_as_ever(furlough: Furlough) -> None:
    number = await asked(furlough, "IND-1010", ahead(50), ahead(54))
    assert (await furlough("approve", number, *COMMANDER)).code == 0
    shown = (await furlough("show", number, "--journal", "--json", *COMMANDER)).documents
    (entry,) = [one for one in shown if one["event"]["kind"] == "approved"]
    assert entry["event"]["irregular"] == []
