"""What a clerk records at a base comes with its evidence; without it stands, and is marked until a paper is laid."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from domain.acts import IssueOrder, Override, RescindOrder
from domain.garrison.orders import MEMORY, find
from domain.model import HOUR
from tests.domain.garrison.mission import CLERK, COMMANDER, FORCE, SEALED, Naq, full, holder, order

MARK = "record/evidence"
PAPER = "a" * 64
BY_CLERK = {"entered_by": CLERK.id, "medium": "phone"}


def issued(**more: Any) -> Naq:
    naq = Naq()
    head = naq.head(by=COMMANDER.id) | BY_CLERK | more
    naq.act(IssueOrder(**head, order=order()), COMMANDER, clerk=CLERK if head["entered_by"] else None)
    return naq


def exempted(**more: Any) -> Naq:
    naq = Naq()
    naq.issue(order())
    naq.ask("L1")
    naq.exempt_by_clerk("L1", BY_CLERK | more)
    return naq


def rescinded(**more: Any) -> Naq:
    naq = Naq()
    naq.issue(order())
    head = naq.head(by=COMMANDER.id) | BY_CLERK | more
    naq.act(RescindOrder(**head, number="LO-1", reason="over"), COMMANDER, clerk=CLERK)
    return naq


def overridden(**more: Any) -> Naq:
    naq = full(leave_kind="emergency")
    head = naq.head(by=FORCE.id) | BY_CLERK | more
    naq.act(Override(**head, leave_id="E", reason=SEALED), FORCE, clerk=CLERK)
    return naq


@pytest.mark.rule("record/evidence")
@pytest.mark.parametrize("recorded", [issued, rescinded, exempted, overridden])
def test_a_decision_at_a_base_that_is_recorded_without_evidence_stands_and_is_marked(recorded: Callable[..., Naq]):
    """As on a leave; with its evidence, by whatever medium, it is not."""
    for papers, marked in (((), 1), ((PAPER,), 0)):
        naq = recorded(evidence=papers)
        assert (naq.refused, len(naq.state.bare)) == ("", marked)
        assert [MARK in event.irregular for event in naq.said].count(True) == marked


def test_what_the_decider_types_needs_no_paper():
    assert issued(entered_by=None, medium="own").state.bare == {}


@pytest.mark.rule("record/evidence")
def test_the_mark_of_an_order_goes_once_its_paper_is_laid_and_its_entry_stays():
    naq = issued()
    (of,) = naq.state.bare
    assert MARK in find(naq.state.book, "LO-1.1").irregular  # type: ignore[union-attr]
    naq.lay(of)
    assert (naq.kinds, naq.entries[-1].event.says(), naq.state.bare) == (["paper-laid"], "1 paper laid to LO-1.1", {})
    assert find(naq.state.book, "LO-1.1").irregular == ("record/countersign",)  # type: ignore[union-attr]
    assert MARK in naq.entries[1].event.irregular


def test_of_an_order_and_its_rescission_each_needs_its_own_paper():
    naq = issued()
    head = naq.head(by=COMMANDER.id) | BY_CLERK
    naq.act(RescindOrder(**head, number="LO-1", reason="over"), COMMANDER, clerk=CLERK)
    first, second = naq.state.bare
    naq.lay(first)
    assert MARK in find(naq.state.book, "LO-1.1").irregular  # type: ignore[union-attr]
    naq.lay(second)
    assert MARK not in find(naq.state.book, "LO-1.1").irregular  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("by", "of", "papers", "good"),
    [
        (CLERK, "", (PAPER,), True),
        (CLERK, "another", (PAPER,), False),
        (CLERK, "", (), False),
        (holder("GATE-NAQ", "gate", who="m-l1"), "", (PAPER,), False),
    ],
)
def test_a_paper_shows_the_act_it_names_and_the_members_own_shows_nothing(by, of, papers, good):
    """Each is kept all the same: nobody refuses a paper."""
    naq = exempted()
    (bare,) = naq.state.bare
    naq.lay(of or bare, by, papers)
    assert (naq.kinds, bool(naq.state.bare)) == (["paper-laid"], not good)


def test_what_lacks_its_paper_leaves_the_state_after_long_and_stays_in_the_journal():
    naq = issued()
    naq.now += MEMORY + HOUR
    naq.ask("L1", 10, 12)
    assert naq.state.bare == {}
    assert [entry.event.kind for entry in naq.entries].count("paper-laid") == 0
