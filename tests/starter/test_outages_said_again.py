"""What was said before in the same words: its outcome is never taken for that of what is said now. Nor is a fault."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from domain import leave as decider
from domain.acts import Approve, Ask
from domain.leave.events import Asked
from tests.conftest import Furlough, Mission, ahead
from tests.starter.test_outages import CLERK, COMMANDER, Cut, asked, link, sealed, spool, state, waiting
from wiring.queries import journal_of
from wiring.spool import Spool, why

__all__ = ["link", "spool"]
MEMBER = ("--post", "none", "--base", "NAQ")


def breaks_at(kind: type[Any]) -> Callable[..., Any]:
    """A decider with a bug in one kind of act."""
    real = decider.decide

    def broken(act: Any, *more: Any) -> Any:
        if isinstance(act, kind):
            raise ZeroDivisionError("a fault")
        return real(act, *more)

    return broken


async def put_away(furlough: Furlough, spool: Spool) -> None:
    for file in spool.shelved("returned"):
        assert (await furlough("spool", "set-aside", file.name, "--reason", "read", *CLERK)).code == 0


async def test_a_request_said_again_after_its_leave_has_ended_comes_back_and_is_not_told_as_recorded(
    furlough: Furlough, link: Cut, spool: Spool, mission: Mission
) -> None:
    """Nobody could tell at the desk that the first one was withdrawn; said again with a server it is another leave."""
    dates = ("--first", ahead(44), "--last", ahead(46), "--destination", "BEY", "--travel", "none")
    wish = ("request", "GHA-1011", *dates, "--kind", "emergency", "--relation", "parent", "--reason", "she fell ill")
    first = (await furlough(*wish, "--json", *CLERK)).documents[0]["leave_id"]
    assert (await furlough("withdraw", first, "--as", "GHA-1011", *MEMBER)).code == 0
    before = sealed(mission)
    link(False)
    kept = (await furlough(*wish, "--json", *CLERK)).documents[0]
    assert (kept["result"], kept["leave_id"]) == ("spooled", first), "the same words, as far as this desk knows"
    words = sealed(mission) - before
    link(True)
    flushed = await furlough("spool", "flush", *CLERK)
    assert (flushed.code, "0 recorded, 1 came back" in flushed.out) == (7, True), flushed
    (file,) = spool.shelved("returned")
    assert "The same was asked before, and that leave has ended" in why(file)["reason"]
    assert "ask again" in flushed.err
    assert len(words) == 1
    assert words <= sealed(mission), "what came back can be sent again, with its words"
    another = (await furlough(*wish, "--json", *CLERK)).documents[0]
    assert (another["result"], another["leave_id"] == first) == ("recorded", False)
    await put_away(furlough, spool)


async def test_a_request_whose_answer_was_lost_is_recorded_also_where_its_leave_has_ended_since(
    furlough: Furlough, spool: Spool, mission: Mission
) -> None:
    """The very same act, of the same time, is no other request."""
    first = (await asked(furlough, "GHA-1012", 44))["leave_id"]
    (entry, *_) = await journal_of(mission.client, first)
    assert isinstance(entry.event, Asked)
    assert (await furlough("withdraw", first, "--as", "GHA-1012", *MEMBER)).code == 0
    lost: Ask = entry.event.ask
    with pytest.MonkeyPatch.context() as patch:  # written down before it was sent
        patch.setattr("wiring.spool.folder.datetime", _Then.at(entry.recorded_at))
        if held := spool.put(lost):
            held.release()
    flushed = await furlough("spool", "flush", *CLERK)
    assert (flushed.code, "1 recorded, 0 came back" in flushed.out) == (0, True), flushed


async def test_a_file_sent_again_without_a_server_asks_nothing_twice_whose_leave_has_ended(
    furlough: Furlough, link: Cut, spool: Spool, tmp_path: Path
) -> None:
    """A line of a file is one request, whenever the file is sent; nobody is to look at each that has ended."""
    file = tmp_path / "requests.csv"
    file.write_text(f"service_number,first,last,destination,travel\nGHA-1015,{ahead(44)},{ahead(46)},BEY,none\n")
    wish = ("request", "--from", file, "--json", *CLERK)
    first = (await furlough(*wish)).documents[0]["leave_id"]
    assert (await furlough("withdraw", first, "--as", "GHA-1015", *MEMBER)).code == 0
    link(False)
    assert (await furlough(*wish)).documents[0]["result"] == "spooled"
    link(True)
    flushed = await furlough("spool", "flush", *CLERK)
    assert (flushed.code, spool.shelved("returned")) == (0, []), flushed
    assert (await furlough(*wish)).documents[0]["result"] == "already"


class _Then(datetime):
    """A clock that stands."""

    stands: datetime

    @classmethod
    def at(cls, moment: datetime) -> type[_Then]:
        cls.stands = moment
        return cls

    @classmethod
    def now(cls, tz: Any = None) -> Any:
        return cls.stands.astimezone(tz)


async def test_a_line_refused_before_and_said_again_without_a_server_is_decided_anew(
    furlough: Furlough, link: Cut, spool: Spool, tmp_path: Path, mission: Mission
) -> None:
    """It was too early for it; by now it is not."""
    leave = (await asked(furlough, "GHA-1013", 50))["leave_id"]
    sheet = tmp_path / "cancelled.csv"
    sheet.write_text(f"leave\n{leave}\n")
    cancel = ("cancel", "--sheet", sheet, "--reason", "needed here", "--json", *COMMANDER)
    assert (await furlough(*cancel)).code == 5
    assert (await furlough("approve", leave, *COMMANDER)).code == 0
    link(False)
    kept = await furlough(*cancel)
    assert kept.code == 3, kept
    link(True)
    flushed = await furlough("spool", "flush", "--json", *CLERK)
    assert (flushed.code, [told["result"] for told in flushed.documents]) == (0, ["recorded"]), flushed
    assert await state(furlough, leave) == "cancelled"
    tries = [e.act_id for e in await journal_of(mission.client, leave) if e.act_id.startswith("line-")]
    assert tries[-1] == f"{kept.documents[0]['act_id'].partition('/')[0]}/1"


async def test_an_act_stopped_by_a_fault_comes_back_and_the_mend_does_not_apply_it(
    furlough: Furlough, spool: Spool, mission: Mission, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is sent again by a person and by nothing else; it is told as come back until somebody has."""
    leave = (await asked(furlough, "GHA-1014", 50))["leave_id"]
    with monkeypatch.context() as patch:
        patch.setattr(decider, "decide", breaks_at(Approve))
        failed = await furlough("approve", leave, *COMMANDER)
        assert (failed.code, "nothing was changed" in failed.err) == (1, True), failed
    (file,) = spool.shelved("returned")
    assert f"furlough spool flush {file.name}" in failed.err
    shown = await furlough("show", leave, "--json", *COMMANDER)
    assert shown.documents[0]["state"] == "waiting for approval", "mended, and not applied"
    assert "CAME BACK from the spool: approve" in shown.err
    assert f"furlough spool set-aside {file.name} --reason" in shown.err, "how to be told no more of it"
    assert [row["stands"] for row in await waiting(furlough)] == ["returned"]
    assert (await furlough("spool", "flush", file.name, *COMMANDER)).code == 0
    journal = [entry.event.kind for entry in await journal_of(mission.client, leave)]
    assert journal.count("approved") == 1
    assert await waiting(furlough) == []
