"""Acts at a desk whose server is away, said by the real command: kept, told as kept, and recorded once it is back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from ulid import ULID

from activities import deciding
from activities.register.database import RegisterUnavailable
from domain.acts import Find
from domain.leave.events import Asked
from starter.desk import at_desk
from tests.conftest import Furlough, Mission, ahead
from wiring.queries import journal_of, query
from wiring.spool import Item, Spool

CLERK = ("--as", "USA-1006", "--post", "G1-NAQ", "--base", "NAQ")
COMMANDER = ("--as", "GHA-1004", "--post", "CO-GHABATT-A", "--base", "NAQ")
GATE = ("--as", "GHA-1006", "--post", "GATE-NAQ", "--base", "NAQ")
ENGINEER = ("--as", "ITA-1005", "--post", "CO-ITAENG", "--base", "NAQ")

Cut = Callable[[bool], None]


@pytest.fixture
def link(monkeypatch: pytest.MonkeyPatch) -> Cut:
    """`link(False)`: nobody listens where the server was; `link(True)`: it is there again."""

    def cut(up: bool) -> None:
        if up:
            monkeypatch.delenv("TEMPORAL_ADDRESS", raising=False)
        else:
            monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:9")

    return cut


@pytest.fixture
def spool(mission: Mission) -> Iterator[Spool]:
    """The spool of this mission; each test leaves nothing in it that waits."""
    spool = Spool(mission.settings.folder / "spool", "UNEX")
    yield spool
    assert spool.waiting() == []


async def asked(furlough: Furlough, member: str, first: int) -> dict[str, Any]:
    """A leave that was just asked for."""
    wish = ("--first", ahead(first), "--last", ahead(first + 2), "--destination", "BEY", "--travel", "none")
    ran = await furlough("request", member, *wish, "--json", *CLERK)
    assert ran.code == 0, ran.err
    return ran.documents[0]


async def state(furlough: Furlough, leave: str) -> str:
    """How a leave stands."""
    return str((await furlough("show", leave, "--json", *CLERK)).documents[0]["state"])


def sealed(mission: Mission) -> set[Path]:
    """The sealed texts in the detail store."""
    folder = mission.settings.folder / "store" / "sealed"
    return set(folder.iterdir()) if folder.exists() else set()


async def waiting(furlough: Furlough) -> list[dict[str, Any]]:
    """What `spool list` tells."""
    return (await furlough("spool", "list", "--json", *CLERK)).documents


async def test_an_act_is_kept_with_a_receipt_and_recorded_by_any_later_command(
    furlough: Furlough, link: Cut, spool: Spool, mission: Mission
) -> None:
    leave = (await asked(furlough, "GHA-1008", 27))["leave_id"]
    link(False)
    kept = await furlough("approve", leave, *COMMANDER)
    assert kept.code == 3, kept
    assert kept.out.startswith("spooled ")
    assert f"approve {leave}" in kept.out
    assert "No server answers at 127.0.0.1:9" in kept.out
    (row,) = await waiting(furlough)
    assert (row["stands"], row["act"], row["of"], row["post"]) == ("waiting", "approve", leave, "CO-GHABATT-A")
    link(True)
    shown = await furlough("show", leave, "--json", *CLERK)
    assert f"from the spool: recorded approve {leave}" in shown.err
    assert shown.documents[0]["state"] != "waiting for approval", "what was said before is done before"
    assert spool.waiting() == []
    entries = [e for e in await journal_of(mission.client, leave) if e.event.kind == "approved"]
    assert [(e.act_id, e.post) for e in entries] == [(row["act_id"], "CO-GHABATT-A")]


async def test_acts_on_one_leave_keep_their_order_through_the_spool(
    furlough: Furlough, link: Cut, spool: Spool, mission: Mission
) -> None:
    """A request whose leave nobody has heard of yet, its approval and its withdrawal: all kept, then in this order."""
    link(False)
    wish = ("--first", ahead(33), "--last", ahead(35), "--destination", "BEY", "--travel", "none")
    request = await furlough("request", "GHA-1009", *wish, "--json", *CLERK)
    assert (request.code, request.documents[0]["result"]) == (3, "spooled"), request
    leave = request.documents[0]["leave_id"]
    assert (await furlough("approve", leave, *COMMANDER)).code == 3
    assert (await furlough("withdraw", leave, "--as", "GHA-1009", "--post", "none", "--base", "NAQ")).code == 3
    kept = [row["act_id"] for row in await waiting(furlough)]
    assert kept[0] == request.documents[0]["act_id"]
    link(True)
    flushed = await furlough("spool", "flush", *CLERK)
    assert (flushed.code, "3 recorded, 0 came back" in flushed.out) == (0, True), flushed
    said = [entry.act_id for entry in await journal_of(mission.client, leave) if entry.act_id in kept]
    assert list(dict.fromkeys(said)) == kept
    assert await state(furlough, leave) == "withdrawn"


async def test_a_sign_out_by_the_number_on_the_paper_is_kept_at_its_own_time(
    furlough: Furlough, link: Cut, spool: Spool, mission: Mission
) -> None:
    """The gate has a paper before it, and its number is all that the gate needs."""
    leave = await asked(furlough, "GHA-1010", 18)
    assert (await furlough("approve", leave["number"], *COMMANDER)).code == 0
    link(False)
    seen = f"{ahead(-1)} 08:00"
    kept = await furlough("sign-out", leave["number"].rpartition("-")[2], "--at", seen, "--json", *GATE)
    assert (kept.code, kept.documents[0]["leave_id"]) == (3, leave["leave_id"]), kept
    unknown = await furlough("sign-out", "NAQ-2026-777777", *GATE)
    assert unknown.code == 4
    assert "nothing was kept" in unknown.err
    link(True)
    assert await state(furlough, leave["leave_id"]) == "away"
    (entry,) = [e for e in await journal_of(mission.client, leave["leave_id"]) if e.event.kind == "signed-out"]
    assert entry.effective_at < entry.recorded_at
    assert entry.act_id == kept.documents[0]["act_id"]


async def test_a_leave_that_is_stuck_keeps_no_other_from_its_answer(
    furlough: Furlough, spool: Spool, mission: Mission
) -> None:
    """What is said to it waits, in its order; the desk is not told that nobody is there."""
    fine = (await asked(furlough, "GHA-1007", 27))["leave_id"]
    stuck = f"UNEX-{ULID()}"
    handle = await mission.client.start_workflow("LeaveWorkflow", id=stuck, task_queue="nobody's")
    for words in (("approve", stuck, *COMMANDER), ("withdraw", stuck, "--as", "GHA-1007", "--post", "none")):
        assert (await furlough(*words)).code == 3
    recorded = await furlough("approve", fine, *COMMANDER)
    assert (recorded.code, recorded.out.split()[0]) == (0, "recorded"), recorded
    assert [row["act"] for row in await waiting(furlough)] == ["approve", "withdraw"]
    await handle.terminate()
    flushed = await furlough("spool", "flush", *CLERK)
    assert (flushed.code, "0 recorded, 2 came back" in flushed.out) == (7, True), flushed
    for file in spool.shelved("returned"):
        file.unlink()


async def test_an_approval_waits_behind_its_request_until_the_account_has_answered(
    furlough: Furlough, link: Cut, spool: Spool, mission: Mission
) -> None:
    """Sent while the days are not held yet it would come back, although it was said in its turn."""
    wish = ("--first", ahead(47), "--last", ahead(49), "--destination", "BEY", "--travel", "none")

    def unreachable(self: Any, decider: Any, question: Any) -> Any:
        if decider.name == "account":
            raise RegisterUnavailable("no answer")
        return real(self, decider, question)

    real = deciding.Deciding._facts
    link(False)
    leave = (await furlough("request", "ITA-1010", *wish, "--json", *CLERK)).documents[0]["leave_id"]
    assert (await furlough("approve", leave, *ENGINEER)).code == 3
    link(True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(deciding.Deciding, "_facts", unreachable)
        flushed = await furlough("spool", "flush", *CLERK)
        assert (flushed.code, [row["act"] for row in await waiting(furlough)]) == (3, ["ask", "approve"]), flushed
    async with asyncio.timeout(60):
        while spool.waiting():
            await furlough("spool", "flush", *CLERK)
    said = [e.event.kind for e in await journal_of(mission.client, leave)]
    assert [kind for kind in said if kind in ("asked", "approved", "refused")] == ["asked", "approved"]


async def test_a_refusal_on_delivery_comes_back_with_its_reason_and_is_kept(
    furlough: Furlough, link: Cut, spool: Spool
) -> None:
    leave = (await asked(furlough, "ITA-1008", 27))["leave_id"]
    link(False)
    assert (await furlough("approve", leave, *COMMANDER)).code == 3
    link(True)
    told = await furlough("today", "NAQ", *CLERK)
    assert told.code == 0
    assert "from the spool: 1 act of others came back: furlough spool list" in told.err
    assert "authority/approve" not in told.err, "it is not the clerk's word"
    told = await furlough("today", "NAQ", *COMMANDER)
    assert f"CAME BACK from the spool: approve {leave}" in told.err
    assert "(rule authority/approve)" in told.err
    (row,) = [row for row in await waiting(furlough) if row["of"] == leave]
    assert (row["stands"], "authority/approve" in row["why"]) == ("returned", True)
    again = await furlough("today", "NAQ", *CLERK)
    assert "1 act that came back" in again.err, "until somebody puts it away"
    shown = await furlough("spool", "show", row["file"], *CLERK)
    assert "decided_by" in shown.out
    assert (await furlough("spool", "flush", row["file"][:12], *CLERK)).code == 7, "sent again, refused again"
    aside = await furlough("spool", "set-aside", row["file"][:12], "--reason", "read", *CLERK)
    assert (aside.code, "its outcome is known" in aside.out) == (0, True), aside
    assert [row for row in await waiting(furlough) if row["of"] == leave] == []
    (kept,) = (await furlough("spool", "list", "--all", "--json", *CLERK)).documents
    assert (kept["stands"], kept["why"]) == ("aside", "read")


async def test_an_act_set_aside_is_never_sent_and_the_journal_of_the_base_says_so(
    furlough: Furlough, link: Cut, spool: Spool, mission: Mission
) -> None:
    leave = (await asked(furlough, "ITA-1007", 27))["leave_id"]
    link(False)
    kept = await furlough("approve", leave, "--json", *ENGINEER)
    (row,) = await waiting(furlough)
    aside = await furlough("spool", "set-aside", row["file"], "--reason", "said by mistake", *CLERK)
    assert (aside.code, "the entry for NAQ waits in the spool" in aside.out) == (3, True), aside
    link(True)
    assert await state(furlough, leave) == "waiting for approval"
    journal = await query(mission.client, "base-NAQ", "journal", list[dict[str, Any]])
    (entry,) = [each for each in journal if each["event"]["kind"] == "act-set-aside"]
    told = entry["event"]
    assert (told["act"], told["of"], told["addressed"], told["reason"]) == (
        "approve",
        kept.documents[0]["act_id"],
        leave,
        "said by mistake",
    )
    assert row["file"] in [file.name for file in spool.shelved("aside")], "nothing is thrown away"


async def test_an_act_for_which_there_is_no_room_is_neither_kept_nor_sent_and_leaves_no_trace(
    furlough: Furlough, link: Cut, spool: Spool, mission: Mission
) -> None:
    """Also with the best of links: what is not on the disk is not sent."""
    leave = (await asked(furlough, "GHA-1012", 27))["leave_id"]
    before = sealed(mission)
    away = spool.folder.rename(spool.folder.with_name("elsewhere"))
    spool.folder.write_text("no folder")
    try:
        ran = await furlough("finding", leave, "--finding", "excused", "--reason", "flight cancelled", *COMMANDER)
    finally:
        spool.folder.unlink()
        away.rename(spool.folder)
    assert ran.code == 4, ran
    assert "could not be kept, and was not sent" in ran.err
    assert sealed(mission) == before
    assert "found" not in [entry.event.kind for entry in await journal_of(mission.client, leave)]


async def test_a_text_stays_sealed_only_for_an_act_which_is_said_and_once(
    furlough: Furlough, link: Cut, spool: Spool, mission: Mission, tmp_path: Path
) -> None:
    """Nothing would ever refer to a second copy of a family's words, or to those of an act that was refused."""
    leave, before = (await asked(furlough, "GHA-1015", 27))["leave_id"], sealed(mission)
    sheet = tmp_path / "findings.csv"
    sheet.write_text(f"leave,finding,reason\n{leave},excused,his mother fell ill\n")
    refused = await furlough("finding", leave, "--finding", "excused", "--reason", "his mother fell ill", *COMMANDER)
    assert (refused.code, sealed(mission)) == (5, before), refused
    link(False)
    assert [(await furlough("finding", "--sheet", sheet, *COMMANDER)).code for _ in range(2)] == [3, 3]
    (kept,) = sealed(mission) - before
    (name,) = spool.waiting()
    item = spool.look(spool.folder / str(name))
    assert isinstance(item, Item)
    assert isinstance(item.act, Find)
    assert item.act.reason.ref == kept.name, "the one which the kept act refers to"
    link(True)
    assert (await furlough("spool", "flush", *CLERK)).code == 7
    (back,) = spool.shelved("returned")
    back.unlink()


async def test_a_request_which_had_come_before_leaves_no_second_copy_of_the_words(
    furlough: Furlough, spool: Spool, mission: Mission
) -> None:
    """The server knows it by its id and answers with the first; said at once, or from the spool."""
    wish = ("--first", ahead(60), "--last", ahead(62), "--destination", "BEY", "--travel", "none")
    family = ("--kind", "emergency", "--relation", "parent", "--reason", "she fell ill")
    ran = await furlough("request", "ITA-1009", *wish, *family, "--json", *CLERK)
    assert ran.code == 0, ran
    before, (first, *_) = sealed(mission), await journal_of(mission.client, ran.documents[0]["leave_id"])
    async with at_desk(person="USA-1006", post="G1-NAQ", base="NAQ") as desk:
        assert isinstance(first.event, Asked)
        ask = first.event.ask
        again = [ask.model_copy(update={"family": desk.seal("she fell ill")}) for _ in range(2)]
        assert len(sealed(mission)) == len(before) + 2
        assert (await desk.send(again[0])).entries[0].event == first.event
        if held := spool.put(again[1]):
            held.release()
        assert [one.settled for one in await desk.drain()] == [True]
    assert sealed(mission) == before


async def test_a_dry_run_keeps_nothing(furlough: Furlough, link: Cut, spool: Spool) -> None:
    leave = (await asked(furlough, "GHA-1011", 27))["leave_id"]
    link(False)
    wish = ("--first", ahead(50), "--last", ahead(52), "--destination", "BEY")
    for words in (("approve", leave, *COMMANDER), ("request", "GHA-1012", *wish, *CLERK)):
        ran = await furlough(*words, "--dry-run")
        assert ran.code == 4, ran
        assert "No server answers" in ran.err
        assert spool.waiting() == []


async def test_an_act_waits_until_the_papers_which_it_cites_are_there(
    furlough: Furlough, link: Cut, spool: Spool, mission: Mission, tmp_path: Path
) -> None:
    leave = (await asked(furlough, "GHA-1013", 27))["leave_id"]
    paper = tmp_path / "order.pdf"
    paper.write_bytes(b"signed in the field")
    link(False)
    kept = await furlough("attach", leave, paper, "--json", *CLERK)
    assert (kept.code, kept.documents[0]["result"]) == (3, "spooled"), kept
    (stored,) = (mission.settings.folder / "store").rglob(sha256(b"signed in the field").hexdigest())
    hidden = stored.rename(tmp_path / "hidden")
    link(True)
    assert (await furlough("spool", "flush", *CLERK)).code == 3
    (row,) = await waiting(furlough)
    assert f"expected {stored.name[:12]}" in row["why"]
    hidden.rename(stored)
    assert (await furlough("spool", "flush", *CLERK)).code == 0
    assert "attached" in [entry.event.kind for entry in await journal_of(mission.client, leave)]


async def test_files_that_are_no_acts_are_told_kept_and_stop_nothing(
    furlough: Furlough, link: Cut, spool: Spool
) -> None:
    leave = (await asked(furlough, "USA-1008", 27))["leave_id"]
    link(False)
    for reason in ("one", "two"):
        assert (await furlough("report", leave, "--what", "delay", "--detail", reason, *CLERK)).code == 3
    first = spool.folder / str(spool.waiting()[0])
    whole = first.read_bytes()
    first.write_bytes(whole[: len(whole) // 2])
    away = await furlough("report", leave, "--what", "delay", "--detail", "three", *CLERK)
    assert (away.code, "UNREADABLE in the spool: 1 file" in away.err) == (3, True), away
    assert [row["stands"] for row in await waiting(furlough)] == ["waiting", "waiting", "unreadable"]
    link(True)
    flushed = await furlough("spool", "flush", *CLERK)
    assert (flushed.code, "2 recorded, 0 came back" in flushed.out) == (0, True), flushed
    assert "1 act in which no act can be read" in flushed.err
    (row,) = [row for row in await waiting(furlough) if row["stands"] == "unreadable"]
    assert "it is cut" in row["why"]
    no = await furlough("spool", "flush", row["file"], *CLERK)
    assert (no.code, "cannot be sent" in no.err) == (2, True), no
    aside = await furlough("spool", "set-aside", row["file"], "--reason", "disk was bad", *CLERK)
    assert (aside.code, "a file in which no act could be read (disk was bad)" in aside.out) == (0, True), aside
    (spool.folder / row["file"].replace("0000", "9999", 1)).mkdir()
    no = await furlough("spool", "set-aside", "9999", "--reason", "no file at all", *CLERK)
    assert (no.code, "cannot be set aside" in no.err, "stops nothing" in no.err) == (2, True, True), no
    next((spool.folder / "unreadable").glob("9999*.act")).rmdir()


async def test_a_sheet_said_twice_while_the_server_is_away_is_kept_once(
    furlough: Furlough, link: Cut, spool: Spool, tmp_path: Path
) -> None:
    leaves = [(await asked(furlough, member, 60))["leave_id"] for member in ("GHA-1014", "GHA-1012")]
    sheet = tmp_path / "decisions.csv"
    sheet.write_text("leave\n" + "\n".join(leaves))
    link(False)
    runs = [await furlough("approve", "--sheet", sheet, "--json", *COMMANDER) for _ in range(2)]
    assert [ran.code for ran in runs] == [3, 3]
    assert len(spool.waiting()) == 2
    link(True)
    third = await furlough("approve", "--sheet", sheet, "--json", *COMMANDER)
    assert [each["result"] for each in third.documents] == ["already", "already"], third


async def test_other_acts_wait_too_and_what_only_reads_says_that_nobody_answers(
    furlough: Furlough, link: Cut, spool: Spool
) -> None:
    """An order and entries in an account; a board is not kept, and none is made up."""
    link(False)
    said = ("--number", "LO-950", "--title", "No leave", "--stop-leave", "--unit", "ITAENG", "--etp", "SC-WEST")
    span = ("--from", f"{ahead(80)} 00:00", "--until", f"{ahead(81)} 00:00")
    order = await furlough("order", "issue", *said, *span, "--json", *ENGINEER)
    assert (order.code, order.documents[0]["result"]) == (3, "spooled"), order
    words = ("account", "adjust", "GHA-1008", "--days", "1", "--on", ahead(0), "--reason", "found", *CLERK)
    adjust = await furlough(*words)
    assert (adjust.code, adjust.out.startswith("spooled ")) == (3, True), adjust
    over = await furlough("member", "hand-over", "GHA-1008", "--done", "settled", "--whom", "the pay office", *CLERK)
    assert (over.code, over.out.startswith("spooled ")) == (3, True), over
    assert (await furlough("today", "NAQ", *CLERK)).code == 4
    link(True)
    flushed = await furlough("spool", "flush", "--json", *CLERK)
    assert {one["act"].split()[0] for one in flushed.documents} == {"issue-order", "adjust-account", "hand-over"}
    assert spool.waiting() == []
