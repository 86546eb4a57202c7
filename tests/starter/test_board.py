"""A base on one page, and what waits for whoever sits at the desk."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from domain.garrison.board import UnitDay
from domain.model import DAY
from starter import tasks
from starter.board import Absent, Today
from starter.index import Row
from starter.page import html
from starter.tasks import FINDINGS, TURNS
from starter.units import grid
from tests.conftest import Furlough, Mission, ahead
from tests.domain.leave.life import FIRST, LAST, SEALED, Life, local
from tests.starter.at_jub import ADMINISTRATOR, COMMANDER, DUTY, GATE, asked, once
from tests.starter.clocks import mission_clock
from wiring import console


async def test_an_inbox_lists_what_waits_for_a_post_with_what_to_type(furlough: Furlough) -> None:
    number = await asked(furlough, "NPL-1005", ahead(30), ahead(33))
    look = ("--as", "NPL-1003", "--base", "JUB")
    ran = await once(lambda: furlough("inbox", *look), lambda ran: number in ran.out)
    digits = number.rpartition("-")[2].lstrip("0")
    (line,) = [line for line in ran.out.splitlines() if number in line]
    assert re.match(r"\d{4}-\d\d-\d\d( \d\d:\d\d)? JUB ", line), "on whose clock the deadline is"
    assert f"furlough approve {digits}" in ran.out
    (task,) = [task for task in (await furlough("inbox", "--json", *look)).documents if task["number"] == number]
    assert (task["what"], task["post"]) == ("approval", "CO-NPLMED")
    assert (await furlough("approve", number, *look)).code == 0
    after = await furlough("inbox", "--json", *look)
    assert number not in [task["number"] for task in after.documents], "asked of the leave itself, not of the index"


async def test_a_leave_that_nobody_answers_comes_before_the_administrator(furlough: Furlough, mission: Mission) -> None:
    number = await asked(furlough, "NPL-1004", ahead(130), ahead(133))
    (shown,) = (await furlough("show", number, "--json", *COMMANDER)).documents
    look = ("inbox", "--json", *ADMINISTRATOR)
    assert number not in (await furlough(*look)).out
    await mission_clock(mission, shown["leave_id"], f"{ahead(100)} 08:00")
    ran = await once(lambda: furlough(*look), lambda ran: number in ran.out)
    (task,) = [task for task in ran.documents if task["number"] == number]
    assert task["what"].startswith("nobody answers: ")


def test_an_inbox_offers_all_findings_alike() -> None:
    assert {command for what, command in TURNS.values() if what == "finding"} == {
        "finding {leave} --finding excused|charged|absent --reason ..."
    }


def test_who_came_back_late_is_in_the_inbox_of_the_commander_until_it_is_found() -> None:
    life = Life().until("sign-in")
    life.wait(local(LAST + 3 * DAY, "10:00"))
    life.say("sign-in", "gate")
    life.until("close")
    ladder = tuple(rung.post for rung in life.state.desks["approve"])
    about: dict[str, Any] = {
        "leave_id": "L",
        "number": "N",
        "state": "settled",
        "lane": "normal",
        "base": "NAQ",
        "unit": "U",
    }
    about |= {"member": life.state.whose.id, "first": FIRST, "last": LAST}
    (task,) = tasks.late_days(life.state, "412", about, "m-co", ladder)
    assert task.type == f"furlough finding 412 --finding {FINDINGS} --reason ..."
    assert (task.post, task.then, task.act_by is not None) == (ladder[0], "close", True)
    assert not list(tasks.late_days(life.state, "412", about, "m-gate", ("GATE-NAQ",)))
    assert not list(tasks.late_days(life.state, "412", about, life.state.whose.id, ladder)), "nobody finds of themself"
    life.say("find", "co", finding="excused", reason=SEALED)
    assert not list(tasks.late_days(life.state, "412", about, "m-co", ladder))


async def test_nobody_finds_their_own_leave_in_the_inbox(furlough: Furlough) -> None:
    number = await asked(furlough, "IND-1003", ahead(80), ahead(82))
    look = ("inbox", "--base", "JUB", "--json")
    found = await once(lambda: furlough(*look, "--as", "IND-1002"), lambda ran: number in ran.out)
    assert number in found.out, "it waits for the next higher post"
    assert number not in (await furlough(*look, "--as", "IND-1003")).out


async def test_a_countersignature_waits_for_the_person_and_not_for_the_post(furlough: Furlough) -> None:
    number = await asked(furlough, "IND-1007", ahead(90), ahead(92))
    for_commander = ("--for", "IND-1003", "--for-post", "CO-INDBATT-C", *DUTY)
    assert (await furlough("approve", number, *for_commander)).code == 0

    async def wanted(who: str) -> list[str]:
        ran = await furlough("inbox", "--json", "--base", "JUB", "--as", who)
        return [
            task["type"]
            for task in ran.documents
            if task["what"] == "your countersignature" and task["number"] == number
        ]

    await once(lambda: furlough("inbox", "--base", "JUB", *COMMANDER[:2]), lambda ran: "countersign" in ran.out)
    (command,) = await wanted("IND-1003")
    assert await wanted("IND-1004") == []
    assert (await furlough(*command.split()[1:], *COMMANDER)).code == 0
    assert await wanted("IND-1003") == []


async def test_an_empty_inbox_says_so(furlough: Furlough) -> None:
    ran = await furlough("inbox", "--as", "IDN-1004")
    assert ran.code == 0
    assert ran.out.startswith("nothing waits for you")


async def test_an_inbox_of_nobody_is_wrong_usage(furlough: Furlough) -> None:
    ran = await furlough("inbox")
    assert ran.code == 2
    assert "furlough me" in ran.err


async def test_today_lists_who_leaves_who_is_away_and_the_strength(furlough: Furlough, mission: Mission) -> None:
    number = await asked(furlough, "IND-1011", ahead(15), ahead(17))
    approved = await furlough("approve", number, "--as", "IDN-1003", "--base", "JUB", "--json")
    assert approved.code == 0

    morning = ("today", "JUB", "--at", f"{ahead(15)} 06:00", "--json", *GATE)

    def leaving(ran: object) -> list[str]:
        return [line["row"]["number"] for line in ran.documents[0]["leaving"]]  # type: ignore[attr-defined]

    ran = await once(lambda: furlough(*morning), lambda ran: number in leaving(ran))
    assert leaving(ran) == [number]
    (line,) = ran.documents[0]["leaving"]
    assert line["who"] == "MAJ E. Fjord"
    days = [day for day in ran.documents[0]["strength"] if day["unit"] == "UNMO-SOUTH"]
    assert len(days) == 14
    assert [day["absent"] for day in days[:4]] == [1, 1, 1, 0]

    await mission_clock(mission, approved.documents[0]["leave_id"], f"{ahead(15)} 08:00")
    assert (await furlough("sign-out", number, "--at", f"{ahead(15)} 08:00", *GATE)).code == 0
    evening = ("today", "JUB", "--at", f"{ahead(17)} 06:00", *GATE)
    page = await once(lambda: furlough(*evening), lambda ran: "away: nobody" not in ran.out)
    assert number in page.out.partition("due back today")[2].partition("\n\n")[0]
    late = await furlough("today", "JUB", "--at", f"{ahead(18)} 06:00", *GATE)
    assert number in late.out.partition("overdue")[2].partition("\n\n")[0]


async def test_who_is_to_leave_today_is_named_also_while_nobody_has_approved_it(furlough: Furlough) -> None:
    number = await asked(furlough, "IND-1010", ahead(95), ahead(97))
    morning = ("today", "JUB", "--at", f"{ahead(95)} 06:00", "--json", *DUTY)
    ran = await once(lambda: furlough(*morning), lambda ran: number in ran.out)
    (line,) = ran.documents[0]["leaving"]
    assert (line["row"]["state"], line["who"]) == ("waiting for approval", "SEP R. Egret")


async def test_names_stand_on_the_board_for_those_entitled_alone(furlough: Furlough) -> None:
    ran = await furlough("today", "JUB", "--json", "--as", "GHA-1009")
    assert ran.code == 0, ran
    assert not any(line["who"] for key in ("away", "leaving", "due", "overdue") for line in ran.documents[0][key])


async def test_the_page_stands_alone_and_fits_a_sheet(
    furlough: Furlough, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = await furlough("today", "JUB", "--print", *GATE)
    assert ran.code == 0, ran
    file = ran.out.removeprefix("written: ").rstrip("\n")
    assert file.startswith(f"{tmp_path}/today-JUB-")
    text = await asyncio.to_thread(Path(file).read_text, "utf-8")
    assert "size: A4" in text
    assert "http" not in text
    assert "INDBATT-C" in text


def test_the_page_tells_of_what_waits_for_the_printer_no_check_and_no_emergency() -> None:
    by = datetime(2026, 12, 20, 6, 41, tzinfo=UTC)
    known: dict[str, Any] = {"lane": "urgent", "base": "NAQ", "unit": "A", "member": "m-1", "act_by": by, "type": "t"}
    known |= {"first": by.date(), "last": by.date(), "post": "VER-NAQ", "brings": "the deputy is asked"}
    check = tasks.Task(leave_id="1", number="NAQ-2", state="waiting for a check", what="attestation", **known)
    short = tasks.Task(leave_id="2", number="NAQ-3", state="approved", what="override of strength", **known)
    signs = known | {"brings": tasks.EXCEPTION}
    review = tasks.Task(leave_id="3", number="NAQ-1", state="away", what="review of two capacities", **signs)
    seat = tasks.Task(
        leave_id="4", number="NAQ-4", state="cleared", what="seat, journey", **known | {"post": "MOV-NAQ"}
    )
    empty: dict[str, Any] = {"overdue": (), "leaving": (), "due": (), "away": ()}
    empty |= {"strength": (), "queue": (), "orders": ()}
    waiting = (check, short, review, seat)
    page = html(Today(base="NAQ", at=by, day=by.date(), waiting=waiting, **empty), UTC)
    assert "Waiting for you: 4" in page
    assert page.count("a decision") == 3
    assert not any(word in page for word in ("attestation", "VER-NAQ", "override", "review", "check"))
    assert page.index("NAQ-1") < page.index("NAQ-2"), "an emergency is not told by its place"
    assert all(word in page for word in ("seat, journey", "MOV-NAQ", "2026-12-20 06:41"))


def test_a_signature_that_is_waited_for_in_an_emergency_stands_by_its_time_behind_what_is_due_first() -> None:
    by = datetime(2026, 12, 20, 6, 41, tzinfo=UTC)
    known: dict[str, Any] = {"state": "", "base": "NAQ", "unit": "A", "member": "m-1", "what": "", "type": "t"}
    known |= {"first": by.date(), "last": by.date()}
    told = [("sign", "urgent", 7, tasks.EXCEPTION), ("approve", "normal", 1, ""), ("attest", "urgent", 2, "")]
    found = [
        tasks.Task(leave_id=leave, number=leave, lane=lane, act_by=by + timedelta(days=days), brings=brings, **known)
        for leave, lane, days, brings in told
    ]
    assert [task.leave_id for task in sorted(found, key=lambda task: task.urgency)] == ["attest", "approve", "sign"]


def test_who_is_named_above_on_the_page_is_not_named_again() -> None:
    late, due, away = (Absent(row=Row(leave_id=f"UNEX-{n}", number=f"NAQ-2026-00000{n}")) for n in range(3))
    now = datetime.now(UTC)
    empty: dict[str, Any] = {"leaving": (), "waiting": (), "strength": (), "queue": (), "orders": ()}
    told = Today(base="NAQ", at=now, day=now.date(), overdue=(late,), due=(due,), away=(late, due, away), **empty)
    page = html(told, UTC)
    assert [page.count(one.row.number) for one in (late, due, away)] == [1, 1, 1]
    assert "Away: 3, 1 of them not named above" in page


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("today", "NOWHERE"), "knows no base NOWHERE"),
        (("today",), "not known which base"),
        (("today", "JUB", "--at", "tomorrow"), "is no time"),
        (("today", "JUB", "--as", "NOBODY-1"), "knows no NOBODY-1"),
    ],
)
async def test_what_cannot_be_meant_is_told(furlough: Furlough, words: tuple[str, ...], told: str) -> None:
    ran = await furlough(*words)
    assert ran.code == 2
    assert told in ran.err


async def test_without_a_server_boards_say_so_and_end_with_4(
    furlough: Furlough, mission: Mission, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:9")
    for words in (("today", "JUB"), ("inbox", *COMMANDER), ("find",), ("show", "NAQ-2026-000001"), ("reconcile",)):
        ran = await furlough(*words)
        assert ran.code == 4, ran
        assert "No server answers at 127.0.0.1:9" in ran.err


async def test_an_exemption_waits_for_the_authority_which_the_order_names_before_its_deputy(
    furlough: Furlough,
) -> None:
    number = await asked(furlough, "NPL-1004", ahead(45), ahead(47))
    said = ("--number", "LO-901", "--title", "No leave", "--stop-leave", "--etp", "SC-SOUTH", "--unit", "NPLMED")
    span = ("--from", f"{ahead(45)} 00:00", "--until", f"{ahead(46)} 00:00")
    ran = await furlough("order", "issue", *said, *span, "--as", "NPL-1001", "--post", "SC-SOUTH", "--base", "JUB")
    assert ran.code == 0, ran
    assert (await furlough("approve", number, "--as", "NPL-1003", "--base", "JUB")).code == 0
    look = ("inbox", "--json", "--base", "JUB", "--as", "NPL-1001")
    found = await once(partial(furlough, *look), lambda ran: number in ran.out)
    (task,) = [task for task in found.documents if task["number"] == number]
    assert task["what"] == "exemption from LO-901.1"
    assert "etp grant" in task["type"]
    assert "--order LO-901.1" in task["type"]
    for who in ("IND-1001", "IRL-1001"):
        other = await furlough("inbox", "--json", "--base", "JUB", "--as", who)
        assert number not in other.out, "silence has not come to the deputy, nor above"
    grant = ("etp", "grant", number, "--order", "LO-901.1", "--ground", "humanitarian", "--reason", "Needed")
    refused = await furlough(*grant, "--as", "IND-1001", "--base", "JUB")
    assert (refused.code, "etp/turn" in refused.err) == (5, True)


async def test_an_emergency_short_of_strength_waits_for_who_may_override_it(furlough: Furlough) -> None:
    """NPLMED has one place: it is the first one's. Who approved overrides no strength as well; who is above does."""
    first = await asked(furlough, "NPL-1005", ahead(60), ahead(62))
    number = await asked(furlough, "NPL-1004", ahead(60), ahead(62), "--kind", "emergency", "--relation", "parent")
    assert (await furlough("attest", number, "--method", "unit", "--as", "IRL-1003", "--base", "JUB")).code == 0
    for leave in (first, number):
        assert (await furlough("approve", leave, "--as", "NPL-1003", "--base", "JUB")).code == 0
    look = ("inbox", "--json", "--base", "JUB", "--as", "NPL-1001")
    found = await once(partial(furlough, *look), lambda ran: "override" in ran.out)
    (task,) = [task for task in found.documents if task["number"] == number]
    assert (task["what"], task["post"]) == ("override of strength", "SC-SOUTH")
    command = task["type"].replace("...", "Alone").split()[1:]
    twice = await furlough(*command, "--as", "NPL-1003", "--post", "CO-NPLMED", "--base", "JUB")
    assert (twice.code, "decision/separate-people" in twice.err) == (5, True)
    assert (await furlough(*command, "--as", "NPL-1001", "--post", "SC-SOUTH", "--base", "JUB")).code == 0
    shown = await once(lambda: furlough("show", number, "--json"), lambda ran: '"ready"' in ran.out)
    assert shown.documents[0]["state"] == "ready"


@pytest.mark.parametrize(("width", "side_by_side"), [(240, 14), (60, 7)])
def test_a_long_span_of_strength_stands_below_each_other_by_what_the_terminal_holds(
    monkeypatch: pytest.MonkeyPatch, width: int, side_by_side: int
) -> None:
    monkeypatch.setattr(console.out, "width", width)
    begins, span = date(2026, 12, 20), 30
    days = [UnitDay(unit="A", day=begins + timedelta(days=i), absent=i, assigned=40, ceiling=9) for i in range(span)]
    with console.out.capture() as told:
        for part in grid(tuple(days)):
            console.say(part)
    lines = told.get().splitlines()
    starts = range(0, span, side_by_side)
    assert [line for line in lines if line.startswith("from")] == [f"from {begins + timedelta(days=i)}" for i in starts]
    rows = [line.split() for line in lines if line.startswith("A ")]
    assert [len(row) - 3 for row in rows] == [min(side_by_side, span - i) for i in starts]
    assert rows[1][3:5] == [str(side_by_side), str(side_by_side + 1)], "absent on the days of its own span"
    assert all(len(line) <= width for line in lines)
