"""Three checks over many histories, which tell a changed command, a forged entry and a changed rule apart."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import History
from temporalio.client import WorkflowHistory

from audit.archive.index import index
from audit.archive.sealed import object_name
from audit.archive.vault import Folder
from audit.offline import checks_of
from audit.replaying import Job, prove
from domain import account, garrison, leave
from domain.decider import Refused
from domain.refusal import Refusal
from tests.audit.archive.small import new, run
from tests.conftest import Furlough, Mission, ahead

CLERK = ("--as", "USA-1006", "--post", "G1-NAQ", "--base", "NAQ")
COMMANDER = ("--as", "USA-1003", "--post", "CO-USLOG", "--base", "NAQ")

KEPT = Path(__file__).parents[1] / "histories"
NAMES = sorted(path.stem for path in KEPT.glob("leave-*.json"))


def kept(name: str) -> History:
    whole = WorkflowHistory.from_json("UNEX-" + name, (KEPT / f"{name}.json").read_text())
    return History(events=whole.events)


async def findings(history: History) -> dict[str, bool]:
    """Which of the checks found something."""
    return {check.name: not check.passed for check in await checks_of("UNEX-x", history)}


@pytest.mark.parametrize("name", NAMES)
async def test_a_kept_leave_is_replayed_and_folded_without_its_server(name: str):
    """What the rules of today would decide otherwise than when it was kept is no fault of it."""
    replay, fold, _ = await checks_of("UNEX-x", kept(name))
    assert (replay.findings, fold.findings) == ((), ())


@pytest.fixture(scope="module")
def played() -> list[History]:
    return []


@pytest.fixture
async def fresh(furlough: Furlough, mission: Mission, played: list[History]) -> History:
    """A leave that was asked for, refused an act, approved, and cancelled: with the rules of today."""
    if not played:
        days = ("--first", ahead(40), "--last", ahead(44), "--destination", "BEY")
        asked = await furlough("request", "USA-1008", *days, "--json", *CLERK)
        assert asked.code == 0, asked
        leave_id, number = asked.documents[0]["leave_id"], asked.documents[0]["number"]
        assert (await furlough("approve", number, *CLERK)).code == 5
        assert (await furlough("approve", number, *COMMANDER)).code == 0
        assert (await furlough("cancel", number, "--reason", "Needed here", *COMMANDER)).code == 0
        played.append(History(events=(await mission.client.get_workflow_handle(leave_id).fetch_history()).events))
    return History.FromString(played[0].SerializeToString())


def edited(history: History, was: bytes, new_: bytes) -> History:
    """A history in which the first recorded result that holds a word holds another."""
    for event in history.events:
        if event.event_type == EventType.EVENT_TYPE_MARKER_RECORDED:
            for payload in event.marker_recorded_event_attributes.details["result"].payloads:
                if was in payload.data:
                    payload.data = payload.data.replace(was, new_)
                    return history
    raise AssertionError(f"expected {was!r} in a result")


def with_another_command(history: History) -> History:
    """A history in which a change of search attributes became a timer."""
    upserted = EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES
    event = next(event for event in history.events if event.event_type == upserted)
    event.event_type = EventType.EVENT_TYPE_TIMER_STARTED
    event.timer_started_event_attributes.timer_id = "999"
    return history


async def test_what_really_happened_passes_all_three(fresh: History) -> None:
    assert await findings(fresh) == {"replay": False, "fold": False, "decide": False}
    same = edited(fresh, b'"kind":"approved"', b'"kind": "approved"')
    assert await findings(same) == {"replay": False, "fold": False, "decide": False}


async def test_a_changed_command_is_found_by_the_replay_alone(fresh: History) -> None:
    assert await findings(with_another_command(fresh)) == {"replay": True, "fold": False, "decide": False}


async def test_a_forged_entry_is_found_by_what_people_were_answered_then(fresh: History) -> None:
    """Another post than that which was told that its approval was taken."""
    forged = edited(fresh, b'"post":"CO-USLOG"', b'"post":"CO-ITAENG"')
    found = await findings(forged)
    assert (found["replay"], found["fold"]) == (False, True)


async def test_a_result_that_cannot_be_read_is_found(fresh: History) -> None:
    found = await findings(edited(fresh, b'"kind":"approved"', b'"kind":"never"'))
    assert (found["fold"], found["decide"]) == (True, True)


async def test_a_changed_rule_is_found_by_the_decision_alone(fresh: History, monkeypatch: pytest.MonkeyPatch) -> None:
    decide: Callable[..., tuple[object, ...]] = leave.decide

    def stricter(act, state, facts, now):
        if act.kind == "approve":
            refusal = Refusal(rule="decision/never", why="nobody goes")
            return (Refused(act="approve", refusal=refusal, cites=("decision/never",)),)
        return decide(act, state, facts, now)

    monkeypatch.setattr(leave, "decide", stricter)
    assert await findings(fresh) == {"replay": False, "fold": False, "decide": True}


@pytest.mark.parametrize("name", ["base", "account-carried-over", "account-renewed", "register"])
async def test_whatever_decides_is_checked_in_three_ways(name: str):
    assert await findings(kept(name)) == {"replay": False, "fold": False, "decide": False}


@pytest.mark.parametrize("name", ["order", "reconcile", "seal"])
async def test_the_end_of_what_has_things_carried_out_is_what_its_steps_answered(name: str):
    assert await findings(kept(name)) == {"replay": False, "fold": False}
    forged = kept(name)
    payload = forged.events[-1].workflow_execution_completed_event_attributes.result.payloads[0]
    payload.data = payload.data.replace(b'"touched":0', b'"touched":1', 1).replace(b'"leaves":', b'"leaves":1')
    payload.data = payload.data.replace(b'"size":', b'"size":1')
    assert await findings(forged) == {"replay": False, "fold": True}
    payload.data = b"[]"
    assert (await findings(forged))["fold"]


async def test_a_forged_entry_of_a_base_is_found_by_what_was_answered_then():
    forged = edited(kept("base"), b'"number":"B02-', b'"number":"B03-')
    assert (await findings(forged))["fold"]


async def test_what_a_base_would_decide_otherwise_is_found(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(garrison, "decide", lambda *_: ())
    assert await findings(kept("base")) == {"replay": False, "fold": False, "decide": True}


async def test_rules_that_break_over_a_record_are_a_finding(monkeypatch: pytest.MonkeyPatch):
    def broken(*_: object) -> None:
        raise KeyError

    monkeypatch.setattr(account, "decide", broken)
    assert await findings(kept("account-renewed")) == {"replay": False, "fold": False, "decide": True}


async def test_another_state_than_that_in_which_a_run_ended_cannot_be_handed_on():
    forged = kept("account-renewed")
    last = forged.events[-1]
    assert last.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW
    payload = last.workflow_execution_continued_as_new_event_attributes.input.payloads[0]
    payload.data = payload.data.replace(b'"seq":', b'"seq":1')
    assert (await findings(forged))["fold"]


def test_what_cannot_be_read_is_told_and_raises_nothing(tmp_path: Path):
    assert "expected a history" in prove(Job("UNEX-x", "r", content=b"\xff")).wrong
    assert "missing" in prove(Job("UNEX-x", "r", place=str(tmp_path), sha256="0" * 64)).wrong
    Folder(tmp_path).create(object_name("0" * 64), b"another")
    assert "not what was sealed" in prove(Job("UNEX-x", "r", place=str(tmp_path), sha256="0" * 64)).wrong


@pytest.fixture
def archive(fresh: History, tmp_path: Path) -> Path:
    """Three leaves, and one in which a command was changed."""
    place = Folder(tmp_path / "archive")
    log, changed = new(place), History.FromString(fresh.SerializeToString())
    leaves = [run(place, name, fresh) for name in ("one", "two", "three")]
    log.append([*leaves, run(place, "changed", with_another_command(changed))], index(place, 0))
    return place.folder


async def test_an_archive_is_replayed_by_one_command_and_a_bad_history_stops_no_other(
    archive: Path, fresh: History, furlough: Furlough, tmp_path: Path
) -> None:
    """A history that the archive no longer has as it was sealed hides no finding of another one."""
    report = tmp_path / "replay.xml"
    ran = await furlough("audit", "replay", "--archive", archive, "--junit", report, "--processes", 2)
    assert ran.code == 7, ran
    assert ran.out.splitlines()[-1] == "4 runs: 3 passed, 1 with findings, 0 not checked"
    assert ran.out.startswith("UNEX-changed  replay:")
    suite = ET.parse(report).getroot()
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("12", "1", "0")
    assert [case.get("classname") for case in suite if case.find("failure") is not None] == ["UNEX-changed"]
    whole = await furlough("audit", "replay", "UNEX-one", "--archive", archive, "--json", "--processes", 1)
    assert (whole.code, [each["passed"] for each in whole.documents]) == (0, [True])
    (archive / object_name(run(Folder(archive), "one", fresh).sha256)).write_bytes(b"another")
    ran = await furlough("audit", "replay", "--archive", archive, "--processes", 1)
    assert (ran.code, "NOT CHECKED" in ran.err, "4 runs" in ran.out) == (7, True, True)


async def test_what_is_not_there_is_told(archive: Path, furlough: Furlough, tmp_path: Path) -> None:
    ran = await furlough("audit", "replay", "UNEX-nobody", "--archive", archive)
    assert (ran.code, "Nothing was checked" in ran.err) == (2, True)
    ran = await furlough("audit", "replay", "UNEX-nobody", "UNEX-one", "--archive", archive, "--processes", 1)
    assert (ran.code, "NOT CHECKED  UNEX-nobody: the archive" in ran.err) == (6, True)
    assert ran.out.splitlines()[-1] == "1 run: 1 passed, 0 with findings, 1 not checked"
    ran = await furlough("audit", "replay", "--archive", tmp_path)
    assert (ran.code, "There is no archive" in ran.err) == (2, True)


async def test_a_check_of_nothing_is_no_pass(archive: Path, furlough: Furlough) -> None:
    """A slip in a date must not end as a run without findings."""
    ran = await furlough("audit", "replay", "--archive", archive, "--since", "2099-01-01", "--processes", 1)
    assert (ran.code, "Nothing was checked" in ran.err, "since 2099-01-01" in ran.err) == (2, True, True)


async def test_a_leave_is_named_by_its_control_number_too(fresh: History, furlough: Furlough) -> None:
    numbers = re.findall(rb'"number":"(NAQ-[0-9]{4}-[0-9]{6})"', fresh.SerializeToString())
    number = numbers[0].decode()
    ran = await furlough("audit", "replay", number, "--server", "--json", "--processes", 1)
    assert (ran.code, len(ran.documents)) == (0, 1), ran
    assert (await furlough("audit", "interference", number, "--server")).out.startswith("1 run of")


async def test_the_servers_own_histories_are_replayed(fresh: History, furlough: Furlough) -> None:
    """Each that decides in all three ways: the leave, its base, its member's account."""
    ran = await furlough("audit", "replay", "--server", "--all", "--json", "--processes", 1)
    assert (ran.code, {each["passed"] for each in ran.documents}) == (0, {True}), ran
    told = {each["id"].partition("-")[0]: len(each["checks"]) for each in ran.documents}
    assert {"UNEX", "base", "member"} <= told.keys()
    assert set(told.values()) == {3}
    assert (await furlough("audit", "replay", "--all", "base-NAQ")).code == 2
