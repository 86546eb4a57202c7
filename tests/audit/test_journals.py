"""A journal is read over all runs of a process; what is forged or missing is told, and breaks nothing else."""

from __future__ import annotations

import pytest
from temporalio.api.enums.v1 import EventType, WorkflowTaskFailedCause
from temporalio.api.history.v1 import History

from audit.archive.sealed import history_bytes
from audit.journals import _in_order, of_jobs
from audit.replaying import Job
from tests.audit.archive import small
from tests.audit.test_replay import NAMES, edited, kept, with_another_command
from wiring.trouble import Misset


def job(history: History, run: str = "r") -> Job:
    return Job("UNEX-x", run, content=history_bytes(history.events))


@pytest.mark.parametrize("name", [*NAMES, "base", "account", "account-renewed", "register"])
async def test_every_entry_has_its_event_and_the_fold_is_that_of_the_process(name: str):
    told = await of_jobs("UNEX-x", [job(kept(name))])
    assert told.notes == ()
    assert [one.entry.seq for one in told.written] == list(range(1, len(told.written) + 1))
    assert told.folded(told.written).seq == len(told.written)
    assert all(one.event > 0 for one in told.written)


@pytest.mark.parametrize("name", [*NAMES, "base", "account"])
async def test_put_together_without_a_replay_it_says_the_same(name: str):
    one, other = [await of_jobs("UNEX-x", [job(kept(name))], replayed=replayed) for replayed in (True, False)]
    assert sorted(str(each.entry.event) for each in one.written) == sorted(
        str(each.entry.event) for each in other.written
    )


async def test_what_the_processes_of_today_do_not_get_through_is_read_all_the_same():
    told = await of_jobs("UNEX-x", [job(with_another_command(kept("leave-settled")))])
    whole = await of_jobs("UNEX-x", [job(kept("leave-settled"))])
    assert [one.entry.event for one in told.written] == [one.entry.event for one in whole.written]
    assert "do not get through" in told.notes[0]


async def test_an_account_that_was_carried_over_without_its_earlier_run_says_so():
    told = await of_jobs("member-x", [job(kept("account-carried-over"))])
    assert "are not in this record" in told.notes[0]
    assert told.written[0].entry.seq > 1


async def test_a_record_that_cannot_be_read_is_told():
    with pytest.raises(Misset, match="cannot be read"):
        await of_jobs("UNEX-x", [job(edited(kept("leave-settled"), b'"kind":"approved"', b'"kind":"never"'))])
    with pytest.raises(Misset, match="cannot be read"):
        await of_jobs("UNEX-x", [job(History(events=kept("leave-settled").events[3:]))])
    with pytest.raises(Misset, match="keeps no journal"):
        await of_jobs("order-x", [job(kept("order"))])


async def test_of_a_leave_that_was_reset_the_run_which_took_its_place_is_read():
    whole = kept("leave-settled")
    second = History.FromString(whole.SerializeToString())
    event = second.events.add(event_id=len(second.events) + 1, event_type=EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED)
    event.workflow_task_failed_event_attributes.cause = (
        WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW
    )
    event.workflow_task_failed_event_attributes.base_run_id = "one"
    told = await of_jobs("UNEX-x", [job(whole, "one"), job(second, "two")])
    assert {one.run for one in told.written} == {"two"}
    assert "run one was replaced by a reset" in told.notes[0]


async def test_a_run_that_goes_on_from_none_of_the_others_is_left_out_and_told():
    """As of a leave that was deleted and begun anew: the story is one, and says that there is another."""
    told = await of_jobs("UNEX-x", [job(kept("leave-settled"), "one"), job(kept("leave-denied"), "two")])
    assert {one.run for one in told.written} == {"one"}
    assert "run two goes on from none of the others, and is left out: furlough audit verify" in told.notes


def test_a_chain_that_was_set_back_before_another_reset_is_read_from_its_own_beginning():
    """The second run was set back, and later the first one: what goes on from that is the process of today."""

    def set_back(past: History, from_: str) -> History:
        event = past.events[1]
        event.event_type = EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED
        event.workflow_task_failed_event_attributes.cause = (
            WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW
        )
        event.workflow_task_failed_event_attributes.base_run_id = from_
        return past

    runs = [
        (job(History(), "again"), set_back(small.history(4, previous="one"), "two")),
        (job(History(), "beyond"), small.history(3, previous="back")),
        (job(History(), "back"), set_back(small.history(4, follows="beyond"), "one")),
    ]
    ordered, notes = _in_order(runs)
    assert [one.run for one, _ in ordered] == ["back", "beyond"]
    assert sum("run again goes on from none of the others" in note for note in notes) == 1


async def test_that_a_leave_was_ended_by_force_is_told():
    torn = History(events=kept("leave-settled").events[:20])
    event = torn.events.add(event_id=21, event_type=EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED)
    event.workflow_execution_terminated_event_attributes.identity = "somebody"
    told = await of_jobs("UNEX-x", [job(torn)])
    assert any("ended by force" in note and "somebody" in note for note in told.notes)
