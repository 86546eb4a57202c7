"""Three checks over a leave's history: each passes on what really happened, and finds what was changed afterwards."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import NamedTuple

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHistory

from audit import commands
from audit.checks import Check, folded, placed, recorded, redecided, replayed
from audit.commands import checks_of
from domain.decider import Entry
from domain.leave import Leave, LeaveEvent
from domain.leave.events import Approved
from tests.conftest import Furlough, Mission, ahead

CLERK = ("--as", "USA-1006", "--post", "G1-NAQ", "--base", "NAQ")
COMMANDER = ("--as", "USA-1003", "--post", "CO-USLOG", "--base", "NAQ")


class Story(NamedTuple):
    """A leave as the server tells it."""

    leave: str
    history: WorkflowHistory
    journal: list[Entry[LeaveEvent]]
    state: Leave


@pytest.fixture(scope="module")
def told() -> list[Story]:
    return []


@pytest.fixture
async def story(furlough: Furlough, mission: Mission, told: list[Story]) -> Story:
    """A leave that was asked for, refused an act, approved, and cancelled."""
    if told:
        return told[0]
    days = ("--first", ahead(40), "--last", ahead(44), "--destination", "BEY")
    asked = await furlough("request", "USA-1008", *days, "--json", *CLERK)
    assert asked.code == 0, asked
    leave, number = asked.documents[0]["leave_id"], asked.documents[0]["number"]
    assert (await furlough("approve", number, *CLERK)).code == 5
    assert (await furlough("approve", number, *COMMANDER)).code == 0
    assert (await furlough("cancel", number, "--reason", "Needed here", *COMMANDER)).code == 0
    handle = mission.client.get_workflow_handle(leave)
    told.append(
        Story(
            leave,
            await handle.fetch_history(),
            await handle.query("journal", result_type=list[Entry[LeaveEvent]]),
            await handle.query("state", result_type=Leave),
        )
    )
    return told[0]


def changed(history: WorkflowHistory, was: bytes, new: bytes) -> WorkflowHistory:
    """The history with a word of its recorded results changed."""
    copy, found = WorkflowHistory.from_json(history.workflow_id, history.to_json()), 0
    for event in copy.events:
        if event.event_type == EventType.EVENT_TYPE_MARKER_RECORDED:
            for payload in event.marker_recorded_event_attributes.details["result"].payloads:
                found += payload.data.count(was)
                payload.data = payload.data.replace(was, new)
    assert found
    return copy


async def test_what_really_happened_passes_all_three(story: Story, mission: Mission, furlough: Furlough) -> None:
    results = await recorded(story.history, mission.client.data_converter)
    checks = (
        await replayed(story.history),
        folded(results, story.journal, story.state),
        redecided(results, story.journal),
    )
    assert [(check.name, check.findings) for check in checks] == [("replay", ()), ("fold", ()), ("decide", ())]
    assert placed(results, story.journal)[1] == ()
    ran = await furlough("audit", "check", story.leave, "--json")
    assert (ran.code, json.loads(ran.out)["passed"]) == (0, True)


async def test_every_entry_of_the_journal_stands_in_one_recorded_result(story: Story, mission: Mission) -> None:
    results = await recorded(story.history, mission.client.data_converter)
    found, _ = placed(results, story.journal)
    assert [entry for one in found for entry in one.entries] == story.journal


async def test_a_journal_that_says_more_or_otherwise_than_was_recorded_is_found(story: Story, mission: Mission) -> None:
    results = await recorded(story.history, mission.client.data_converter)
    i = next(i for i, entry in enumerate(story.journal) if isinstance(entry.event, Approved))
    other = story.journal[i].model_copy(update={"by": "m-aaaaaaaaaa"})
    for journal in (story.journal[:i] + story.journal[i + 1 :], [*story.journal[:i], other, *story.journal[i + 1 :]]):
        assert not folded(results, journal, story.state).passed


async def test_a_state_that_the_entries_do_not_lead_to_is_found_by_name(story: Story, mission: Mission) -> None:
    results = await recorded(story.history, mission.client.data_converter)
    other = story.state.model_copy(update={"approved": not story.state.approved})
    assert folded(results, story.journal, other).findings == (
        "expected the state which the entries fold to, got another approved",
    )


async def test_a_decision_which_the_rules_do_not_make_is_found(story: Story, mission: Mission) -> None:
    """Without the approver among its facts the recorded approval is one that the rules refuse."""
    results = await recorded(story.history, mission.client.data_converter)
    (approval,) = (one for one in results if any(isinstance(event, Approved) for event in one.events))
    assert approval.decision is not None
    nobody = approval.decision.facts.model_copy(update={"person": None})
    forged = approval._replace(decision=approval.decision.model_copy(update={"facts": nobody}))
    check = redecided([forged if one is approval else one for one in results], story.journal)
    assert len(check.findings) == 1
    assert "approve: expected approved, got refused by authority/known-person" in check.findings[0]


async def test_a_word_changed_in_a_recorded_result_is_found(story: Story, mission: Mission) -> None:
    history = changed(story.history, b'"USLOG"', b'"ITAENG"')
    results = await recorded(history, mission.client.data_converter)
    assert not folded(results, story.journal, story.state).passed
    assert not redecided(results, story.journal).passed


async def test_a_history_without_one_of_its_results_is_not_replayed(story: Story) -> None:
    copy = WorkflowHistory.from_json(story.history.workflow_id, story.history.to_json())
    markers = [e for e in copy.events if e.event_type == EventType.EVENT_TYPE_MARKER_RECORDED]
    markers[2].marker_recorded_event_attributes.marker_name = "another"
    assert not (await replayed(copy)).passed


async def test_a_leave_that_is_not_there_is_told(furlough: Furlough) -> None:
    ran = await furlough("audit", "check", "UNEX-01JE0000000000000000000000")
    assert (ran.code, "No leave goes by" in ran.err) == (2, True)


async def test_leaves_are_named_as_at_every_desk(story: Story, furlough: Furlough, tmp_path: Path) -> None:
    """By id, control number, its last digits at a base, service number; several at once, and on a sheet."""
    number = str(story.state.number)
    sheet = tmp_path / "sample.csv"
    sheet.write_text(f"leave\n{number}\n")
    named = (story.leave.lower(), number, number[-6:], str(int(number[-6:])), "USA-1008")
    ran = await furlough("audit", "check", *named, "--sheet", sheet, "--base", "NAQ", "--json")
    assert not [each["trouble"] for each in ran.documents if "trouble" in each]
    assert ran.code == 0
    assert [(each["leave"], each["leave_id"], each["passed"]) for each in ran.documents] == [
        (said, story.leave, True) for said in (*named, number)
    ]


@pytest.mark.slow
async def test_many_who_ask_one_leave_at_once_are_all_answered(story: Story, mission: Mission) -> None:
    """A worker that lets go of a leave while it is asked loses a question now and then: once in some hundred."""
    for _ in range(100):
        for checks in await asyncio.gather(*(checks_of(mission.client, story.leave) for _ in range(4))):
            assert all(one.passed for one in checks)


async def test_one_that_cannot_be_checked_stops_no_other(story: Story, furlough: Furlough) -> None:
    ran = await furlough("audit", "check", "NAQ-2026-999999", str(story.state.number))
    assert ran.code == 6
    assert "NOT CHECKED  NAQ-2026-999999" in ran.err
    assert ran.out.splitlines()[-1] == "2 leaves: 1 passed, 1 not checked"


async def test_what_is_found_in_one_of_several_is_the_answer(
    story: Story, furlough: Furlough, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 7, and the finding beside its leave, whatever became of the others."""

    def finding(results: object, journal: object, answered: object) -> Check:
        return Check("fold", "1 entry", ("expected this, got that",))

    monkeypatch.setattr(commands, "folded", finding)
    ran = await furlough("audit", "check", "NAQ-2026-999999", str(story.state.number))
    assert ran.code == 7
    assert [line.split()[0] for line in ran.out.splitlines()] == [
        story.state.number,
        "replay",
        "fold",
        "expected",
        "decide",
        "2",
    ]


async def test_no_leave_named_is_wrong_usage(furlough: Furlough) -> None:
    ran = await furlough("audit", "check")
    assert (ran.code, "No leave is named" in ran.err) == (2, True)
