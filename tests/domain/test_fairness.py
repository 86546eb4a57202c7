"""How the mission decides, by group: nothing small is shown, nor what could be had by subtraction."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import leave
from domain.acts import Ruled
from domain.fairness import Case, hide, tables
from domain.leave.decided import cases
from domain.model import DAY, HOUR, timedelta
from domain.terms import Terms
from tests.domain.leave.life import FIRST, LEAVE, Life, block, emergency, local, terms

GROUPS = {"nation": "GHA", "component": "contingent", "kind": "ordinary", "base": "NAQ"}


def many(nation: str, n: int, refused: int = 0, hours: int = 2) -> list[Case]:
    groups = GROUPS | {"nation": nation}
    return [Case("clearance", groups, i >= refused, hours * HOUR, timedelta(0)) for i in range(n)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ({"A": 10, "B": 30}, set()),
        ({"A": 9, "B": 30}, {"A", "B"}),
        ({"A": 9, "B": 30, "C": 12}, {"A", "C"}),
        ({"A": 3, "B": 4, "C": 12, "D": 20}, {"A", "B", "C"}),
        ({"A": 5, "B": 5, "C": 12}, {"A", "B"}),
        ({"A": 3}, {"A"}),
        ({}, set()),
    ],
)
def test_small_groups_are_hidden_and_others_with_them_until_subtraction_tells_nothing(counts, hidden):
    assert hide(counts, 10) == hidden


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from("ABCDEFGH"), st.tuples(st.integers(1, 40), st.integers(0, 40)), min_size=1))
def test_nothing_under_ten_can_be_told_from_what_is_shown(groups):
    """Neither a count of decisions, nor of refusals or grants: taken alone, or from the total."""
    found = [case for nation, (n, bad) in groups.items() for case in many(nation, n, min(bad, n))]
    (table,) = (t for t in tables(found, 10) if t.by == "nation")
    shown = [cell for cell in table.cells if cell.decisions is not None]
    assert all((cell.decisions or 0) >= 10 for cell in shown)
    if table.total.decisions is not None and len(shown) < len(groups):
        rest = table.total.decisions - sum(cell.decisions or 0 for cell in shown)
        assert rest >= 10
        assert len(groups) - len(shown) > 1
    told = [cell for cell in (*shown, table.total) if cell.refused is not None]
    assert all(min(c.refused or 0, (c.decisions or 0) - (c.refused or 0)) >= 10 for c in told)
    open_ = [cell for cell in shown if cell.refused is not None]
    if table.total.refused is not None and len(open_) < len(groups):
        rest = table.total.refused - sum(cell.refused or 0 for cell in open_)
        assert rest >= 10
        assert len(groups) - len(open_) > 1


def test_medians_and_refusals_of_groups_that_are_large_enough():
    found = [*many("GHA", 20, refused=10, hours=1), *many("IND", 40, refused=20, hours=5)]
    (table,) = (t for t in tables(found, 10) if t.by == "nation")
    assert [(c.group, c.decisions, c.refused, c.median_hours) for c in table.cells] == [
        ("GHA", 20, 10, 1.0),
        ("IND", 40, 20, 5.0),
    ]
    assert (table.total.decisions, table.hidden) == (60, 0)


# ---- read off a journal


def of(life: Life, authority: str) -> list[tuple[bool, timedelta, timedelta]]:
    return [(c.granted, c.waited, c.lost) for c in cases(life.journal) if c.authority == authority]


def test_clearance_and_movement_are_counted_and_command_is_not():
    life = emergency().until("confirm")
    life.hours(3)
    life.say("confirm-travel", "mover")
    assert Counter(c.authority for c in cases(life.journal)) <= Counter(clearance=1, movement=1)
    assert of(life, "movement") == [(True, 3 * HOUR, timedelta(0))]


def test_a_word_that_came_in_late_counts_from_when_it_was_said_and_the_rest_is_lost_to_the_outage():
    life = Life().until("confirm")
    life.hours(5)
    life.say("confirm-travel", "mover", acted_at=life.now - 4 * HOUR)
    assert of(life, "movement") == [(True, HOUR, 4 * HOUR)]


def test_an_outage_over_which_deadlines_and_a_word_were_late_is_counted_once():
    """Down from the 3rd hour to the 12th: the reminder, the deputy's turn and the answer of the 8th hour came then."""
    life = Life(terms=terms_with(travel_answer=8)).until("confirm")
    began = life.now
    life.now = began + 12 * HOUR
    while leave.due(life.state)[0].acted_at <= life.now:
        life.lapse()
    life.say("confirm-travel", "mover", acted_at=began + 10 * HOUR)
    assert of(life, "movement") == [(True, 4 * HOUR, 8 * HOUR)]


def terms_with(travel_answer: int) -> Terms:
    shipped = terms()
    return shipped.model_copy(update={"travel": shipped.travel.model_copy(update={"answer_hours": travel_answer})})


def test_who_takes_it_back_was_not_refused():
    life = Life().until("confirm")
    life.say("withdraw", "member")
    assert of(life, "movement") == []


def test_what_nobody_answers_before_the_leave_ends_counts_as_refused():
    life = Life().until("confirm")
    life.wait(local(FIRST) + 60 * DAY)
    assert [granted for granted, _, _ in of(life, "movement")] == [False]


def test_an_exemption_is_waited_for_while_an_order_that_names_who_may_bars_the_leave():
    life = Life().until("sign-out")
    life.ruled(block())
    life.hours(6)
    said = life.world.verdict(life.state.heard.n).model_copy(update={"blocks": (), "exempt": ("LO-1.1",)})
    head = {"act_id": f"base-NAQ/{said.seq}", "decided_by": "base-NAQ", "acted_at": life.now, "leave_id": LEAVE}
    life.take(Ruled.model_validate(head | {"base": "NAQ", "verdict": said}))
    assert of(life, "exemption") == [(True, 6 * HOUR, timedelta(0))]


def test_where_the_order_ends_nobody_has_decided_on_an_exemption():
    life = Life().until("sign-out")
    life.ruled(block())
    life.hours(6)
    life.ruled()
    assert of(life, "exemption") == []


def test_an_emergency_which_other_leave_follows_is_no_emergency_in_the_figures():
    life = Life(family="listed")
    life.ask(leave_kind="emergency", then=({"leave_kind": "ordinary", "first": FIRST + DAY},))
    life.until("sign-out")
    assert {case.groups["kind"] for case in cases(life.journal)} == {"emergency, then ordinary"}
