"""Chains of runs are looked at from both sides, and no process begins twice in silence; honest ones are not accused.

How resets look was read off a server: a reset's run keeps the beginning of its original, and what that goes on from.
"""

from __future__ import annotations

from contextlib import nullcontext
from itertools import permutations

import pytest
from temporalio.api.enums.v1 import EventType, WorkflowTaskFailedCause
from temporalio.api.history.v1 import History

from audit.archive.beginnings import Beginnings, Of
from audit.archive.finding import Finding, Findings
from audit.archive.leaves import Run
from audit.archive.verifying import Verified
from tests.audit.archive.second_verifier import check as second
from tests.audit.archive.small import KEY, Memory, add, check, end, history, run


def found(vault: Memory) -> list[Finding]:
    return check(vault).findings.found


def test_a_chain_of_runs_that_lacks_one_is_found_at_the_end_of_the_sealing():
    vault = Memory()
    two = run(vault, "two", history(4, previous="one", follows="three"))
    add(vault, [two])
    assert (found(vault), len(check(vault).findings.told)) == ([], 1)
    add(vault, [end()])
    assert [(finding.place, finding.leaf) for finding in found(vault)] == [("a chain of runs", 0)] * 2
    whole_chain = Memory()
    add(
        whole_chain,
        [
            run(whole_chain, "two", history(4, previous="one", follows="three")),
            run(whole_chain, "three", history(2, previous="two")),
            run(whole_chain, "one", history(2, follows="two")),
            end(),
        ],
    )
    assert found(whole_chain) == []


@pytest.mark.parametrize(("order", "since"), [("one two", False), ("two one", False), ("one two", True)])
def test_a_run_that_begins_with_another_state_than_was_handed_on_is_found(order: str, since: bool):
    """Whoever edits the state of a base or an account between two of its runs, on the server, before it is sealed."""
    for state, expected in ((b"30 days", []), (b"90 days", ["a chain of runs"])):
        vault = Memory()
        ended, goes_on = history(3, follows="two"), history(4, previous="one", ended=False)
        last = ended.events[-1].workflow_execution_continued_as_new_event_attributes
        last.input.payloads.add(data=b"30 days")
        goes_on.events[0].workflow_execution_started_event_attributes.input.payloads.add(data=state)
        each = {"one": run(vault, "one", ended), "two": run(vault, "two", goes_on)}
        first, second = (each[name] for name in order.split())
        head = add(vault, [first]).head
        add(vault, [second, end()])
        told = check(vault, head if since else None).findings.found
        assert [finding.place for finding in told] == expected, told
        assert all("another state than run one" in finding.what for finding in told)


def of(past: History, id_: str = "UNEX-entity", original: str = "") -> History:
    """A history that says of which process it is, and which run it was made from."""
    began = past.events[0].workflow_execution_started_event_attributes
    began.workflow_id, began.original_execution_run_id = id_, original
    return past


def entity(vault: Memory, name: str, past: History, original: str = "") -> Run:
    return run(vault, name, of(past, original=original or name)).model_copy(update={"id": "UNEX-entity"})


def made_at(at: int, past: History, base: str, new: str) -> History:
    """A history that was reset after so many events."""
    event = past.events[at]
    event.event_type = EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED
    failed = event.workflow_task_failed_event_attributes
    failed.cause = WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW
    failed.base_run_id, failed.new_run_id = base, new
    return past


def reset(vault: Memory, name: str, past: History, *made: str) -> Run:
    """A run which resets have made, one after the other, out of the first named."""
    for at, new in enumerate((*made[1:], name), 1):
        made_at(at, past, made[at - 1], new)
    return entity(vault, name, past, made[0])


def torn(n: int, previous: str = "") -> History:
    """A history that was ended by force."""
    past = history(n, ended=False, previous=previous)
    past.events[-1].event_type = EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED
    past.events[-1].workflow_execution_terminated_event_attributes.SetInParent()
    return past


def sealed(*runs: Run, vault: Memory, since: int | None = None) -> Verified:
    """What verifying finds of runs that are sealed one by one; `since` a checkpoint after so many of them."""
    heads = [add(vault, [leaf]).head for leaf in runs]
    add(vault, [end()])
    return check(vault, heads[since - 1] if since else None)


def told(verified: Verified) -> list[str]:
    assert {finding.place for finding in verified.findings.found} <= {"a chain of runs"}, verified.findings.found
    return [finding.what for finding in verified.findings.found]


@pytest.mark.parametrize("since", [None, 1, 2])
@pytest.mark.parametrize("order", list(permutations(range(2))))
def test_a_next_run_that_does_not_go_on_from_the_one_that_names_it_is_found(order: tuple[int, ...], since: int | None):
    """Else it could begin with any state, which nothing is compared with."""
    vault = Memory()
    each = [entity(vault, "one", history(4, follows="two")), entity(vault, "two", history(3))]
    assert any(
        "run one: it names run two as the next, which does not go on from it" in what
        for what in told(sealed(*(each[i] for i in order), vault=vault, since=since))
    )


@pytest.mark.parametrize("since", [None, 1, 2])
@pytest.mark.parametrize("follows", ["three", ""])
def test_a_run_that_goes_on_from_one_which_names_another_or_none_is_found(follows: str, since: int | None):
    for order in permutations(range(2)):
        vault = Memory()
        each = [entity(vault, "one", history(4, follows=follows)), entity(vault, "two", history(3, previous="one"))]
        what = f"run one: run two goes on from it, and it names {f'run {follows}' if follows else 'none'}"
        assert any(what in one for one in told(sealed(*(each[i] for i in order), vault=vault, since=since))), order


def test_a_chain_that_leads_into_another_process_is_found():
    vault = Memory()
    one = entity(vault, "one", history(4, follows="two"))
    other = run(vault, "two", of(history(3, previous="one"), "UNEX-other", "two")).model_copy(
        update={"id": "UNEX-other"}
    )
    assert told(sealed(one, other, vault=vault)) == [
        "LeaveWorkflow UNEX-entity, run one: run two, which is tied to it, is of LeaveWorkflow UNEX-other"
    ]


@pytest.mark.parametrize("since", [None, 1, 2, 3])
def test_a_run_that_was_sealed_while_it_was_open_names_none_yet(since: int | None):
    for order in ((0, 1, 2), (0, 2, 1), (1, 0, 2)):
        vault = Memory()
        each = [
            entity(vault, "one", history(2, ended=False)),
            entity(vault, "two", history(3, previous="one", ended=False)),
            entity(vault, "one", history(4, follows="two")),
        ]
        verified = sealed(*(each[i] for i in order), vault=vault, since=since)
        assert (told(verified), verified.findings.told) == ([], []), order


@pytest.mark.parametrize("since", [None, 1, 2, 3, 4, 5, 6])
def test_what_resets_make_of_a_chain_is_no_fault(since: int | None):
    """A reset of the second run, one of that, and one of the first, which is closed; each in its own order."""
    for order in ((0, 1, 2, 3, 4, 5), (5, 4, 3, 2, 1, 0), (3, 2, 0, 5, 1, 4)):
        vault = Memory()
        each = [
            entity(vault, "one", history(4, follows="two")),
            entity(vault, "two", torn(5, "one")),
            reset(vault, "again", torn(5, "one"), "two"),
            reset(vault, "third", torn(6, "one"), "two", "again"),
            reset(vault, "back", history(6, follows="beyond"), "one"),
            entity(vault, "beyond", history(3, previous="back", ended=False)),
        ]
        verified = sealed(*(each[i] for i in order), vault=vault, since=since)
        assert (told(verified), verified.findings.told) == ([], []), order


@pytest.mark.parametrize("since", [None, 1, 2])
def test_a_process_that_begins_a_second_time_is_found(since: int | None):
    """A leave that was deleted on the server and asked for anew under its id: half of the record would be read."""
    for before in (history(5), history(3, ended=False)):
        vault = Memory()
        (what,) = told(sealed(entity(vault, "one", before), entity(vault, "two", history(4)), vault=vault, since=since))
        assert "LeaveWorkflow UNEX-entity begins again" in what
        assert "laid back to an older day" in what


def test_a_process_that_was_ended_by_force_and_begun_anew_is_told_and_not_accused():
    """In the order in which a server may list them."""
    for order in permutations(range(2)):
        vault = Memory()
        each = [entity(vault, "one", torn(4)), entity(vault, "two", history(3, ended=False))]
        verified = sealed(*(each[i] for i in order), vault=vault)
        assert told(verified) == []
        assert "begins again" in verified.findings.told[0], order


def test_an_order_that_is_carried_once_more_under_its_name_is_no_fault():
    vault = Memory()
    past = [history(3), history(4)]
    for one in past:
        one.events[0].workflow_execution_started_event_attributes.workflow_type.name = "OrderWorkflow"
    verified = sealed(*(entity(vault, name, one) for name, one in zip("ab", past, strict=True)), vault=vault)
    assert (told(verified), verified.findings.told) == ([], [])


def test_a_second_beginning_is_judged_when_the_sealing_is_over():
    vault = Memory()
    add(vault, [entity(vault, "one", history(3)), entity(vault, "two", history(4))])
    verified = check(vault)
    assert (told(verified), "1 chains of runs are judged after the next one" in verified.findings.told[0]) == ([], True)


def test_a_run_that_could_not_be_had_is_waited_for_until_a_whole_sealing_names_it_no_more():
    vault, missing = Memory(), end().model_copy(update={"unread": ("two",)})
    add(vault, [run(vault, "one", history(4, follows="two")), missing])

    def both() -> list[Finding]:
        try:
            second(vault.read, vault.files, str(KEY.public), None)
        except (AssertionError, KeyError):
            assert found(vault)
        else:
            assert not found(vault)
        return found(vault)

    notes = ["run two, before or after another, could not be had: the next whole sealing judges"]
    assert (both(), [one for one in check(vault).findings.told if "wheel" not in one]) == ([], notes)
    add(vault, [end().model_copy(update={"whole": False})])
    assert both() == []
    lost = vault.copy()
    add(vault, [run(vault, "two", history(5, previous="one")), end()])
    assert (both(), check(vault).findings.told) == ([], [])
    vault = lost
    add(vault, [end()])
    (finding,) = both()
    assert "run two, before or after it, was not sealed by" in finding.what


@pytest.mark.parametrize("since", [None, 1, 2])
@pytest.mark.parametrize("order", list(permutations(range(2))))
def test_a_run_that_calls_itself_made_by_a_reset_begins_as_its_original_did(order: tuple[int, ...], since: int | None):
    """Else a leave could be asked for and decided a second time, under its id, by one event that says so."""
    for say, changed in (("denied", ()), ("approved", (3,))):
        vault = Memory()
        forged = history(6, say="denied")
        forged.events[2].workflow_task_completed_event_attributes.identity = say
        forged.events[3].event_type = EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED  # the server's own: may be another
        again = entity(vault, "two", made_at(4, forged, "one", "two"), "one")
        each = [entity(vault, "one", history(6, say="denied")), again]
        begins = (
            "LeaveWorkflow UNEX-entity, run two: event {}, before the reset that made it, is another than in run one"
        )
        verified = sealed(*(each[i] for i in order), vault=vault, since=since)
        if since is None:
            assert told(verified) == [f"{begins.format(event)}, which was reset" for event in changed]
            second_finds = nullcontext() if not changed else pytest.raises(AssertionError)
            with second_finds:
                second(vault.read, vault.files, str(KEY.public))
        assert verified.findings.told == []


def test_a_reset_of_a_run_that_is_not_sealed_or_not_so_far_is_told_and_compared_when_it_is():
    """A run that ended before the event at which it is said to have been reset is another one."""
    for before in ([], [history(2, ended=False)]):
        vault = Memory()
        again = entity(vault, "two", made_at(4, history(6), "one", "two"), "one")
        verified = sealed(*(entity(vault, "one", one) for one in before), again, vault=vault)
        assert (told(verified), "made by a reset out of run one" in verified.findings.told[0]) == ([], True)
        assert (told(sealed(entity(vault, "one", history(6)), vault=vault)), check(vault).findings.told) == ([], [])
    vault = Memory()
    again = entity(vault, "two", made_at(4, history(6), "one", "two"), "one")
    assert "event 3, before the reset" in told(sealed(again, entity(vault, "one", history(3)), vault=vault))[0]


def test_many_beginnings_and_long_chains_are_gone_through_once():
    """Else who holds the key could keep an auditor for hours with some thousand small entries."""
    asked: list[str] = []

    class Counted(dict[str, Of]):
        def __getitem__(self, run: str) -> Of:
            asked.append(run)
            return super().__getitem__(run)

    def original(run: str) -> str:
        asked.append(run)
        return run

    known, count = Counted(), 500
    beginnings = Beginnings(Findings(), known, original)
    for prefix, chained in (("alone", False), ("chain", True)):
        for i in range(count):
            before = f"{prefix}{i + 1}" if chained and i < count - 1 else ""  # sealed in this order, or in the other
            known[f"{prefix}{i}"] = own = Of(i, "LeaveWorkflow", "UNEX-x", before, "", True, "COMPLETED", "")
            beginnings.run(f"{prefix}{i}", own)
    beginnings.end()
    assert len(asked) < 10 * count
