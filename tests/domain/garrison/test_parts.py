"""An absence of several kinds at the base: each of its days is what it is, and none hides behind the first."""

from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.decider import Refused
from domain.garrison.board import queue
from domain.garrison.clock import Clock
from domain.garrison.judging import Bench, first_passing
from domain.holdings import Part, Place
from domain.model import DAY
from domain.orders import Scope
from domain.restrictions import StopLeave
from tests.domain.garrison.mission import CALENDAR, Naq, cited, full, local, order, place


def march(day: int) -> date:
    return date(2026, 3, 1) + (day - 1) * DAY


def turns(last: int, *kinds: tuple[str, int]) -> dict[str, Any]:
    """A place to the last day given of March, by its kinds and their first days."""
    ends = [*(since - 1 for _, since in kinds[1:]), last]
    parts = [
        {"leave_kind": kind, "first": march(since), "last": march(end)}
        for (kind, since), end in zip(kinds, ends, strict=True)
    ]
    return {"leave_kind": kinds[0][0], "parts": parts if len(parts) > 1 else ()}


def stopped(since: int, until: int | None, *kinds: str, absence: bool = True) -> Naq:
    """Leave of some kinds is stopped, from a day of March until another begins."""
    naq = Naq()
    scope = Scope.model_validate({"leave_kinds": kinds})
    ends = local(until) if until else None
    naq.issue(order(since=local(since), until=ends, scope=scope, restrictions=(StopLeave(bars_absence=absence),)))
    assert not naq.refused
    return naq


PASS_FIRST = (("pass", 16), ("ordinary", 17))


@pytest.mark.parametrize(
    ("since", "until", "kind", "granted"),
    [
        (5, None, "ordinary", False),  # the eleven days behind the pass
        (5, None, "pass", False),
        (5, None, "emergency", True),  # no day of it
        (5, 17, "ordinary", True),  # over before the first day of that kind
        (5, 18, "ordinary", False),
        (17, None, "pass", True),  # begins when the pass is over
        (16, None, "pass", False),
        (27, None, "ordinary", False),
        (28, None, "ordinary", True),
    ],
)
def test_a_stop_of_a_kind_is_held_against_each_day_of_that_kind_in_an_absence(since, until, kind, granted):
    naq = stopped(since, until, kind)
    verdict = naq.ask("L1", 16, 27, **turns(27, *PASS_FIRST))
    assert (verdict.granted, cited(verdict)) == (granted, [] if granted else ["LO-1.1"])


def test_a_stop_of_departures_is_held_against_who_goes_on_leave_of_that_kind_while_it_holds():
    """It ends on the second day of the leave which it stops; on the day of departure it holds."""
    verdict = stopped(5, 18, "ordinary", absence=False).ask("L1", 16, 27, **turns(27, *PASS_FIRST))
    assert cited(verdict) == ["LO-1.1"]
    verdict = stopped(5, 17, "ordinary", absence=False).ask("L1", 16, 27, **turns(27, *PASS_FIRST))
    assert verdict.granted


def test_a_leave_that_has_its_place_is_suspended_by_a_stop_of_a_later_kind():
    naq = Naq()
    assert naq.ask("L1", 16, 27, **turns(27, *PASS_FIRST)).granted
    naq.issue(order(scope=Scope(leave_kinds=("ordinary",)), restrictions=(StopLeave(bars_absence=True),)))
    assert cited(naq.verdict("L1")) == ["LO-1.1"]


def test_the_first_day_that_passes_is_reckoned_with_the_kinds_as_they_would_lie_then():
    """Ordinary leave is stopped to the 25th: with a pass of one day before it, the absence may begin on the 24th."""
    naq = stopped(5, 25, "ordinary")
    naq.ask("L1", 16, 18, **turns(18, *PASS_FIRST))
    bench = Bench(naq.state, "A-COY", naq.strength["A-COY"], Clock(CALENDAR), naq.now)
    assert first_passing(bench, "L1") == march(24)


@pytest.mark.rule("strength/override")
@pytest.mark.parametrize(
    ("kinds", "rule"),
    [
        ((("emergency", 10),), ""),
        ((("emergency", 10), ("ordinary", 11)), "strength/override"),
        ((("emergency", 10), ("emergency-absence", 11)), ""),
    ],
)
def test_an_emergency_takes_no_other_leave_over_the_strength_of_a_unit(kinds, rule):
    naq = full(**turns(12, *kinds))
    naq.override("E")
    assert naq.refused == rule
    if rule:
        (refusal,) = (event.refusal for event in naq.said if isinstance(event, Refused))
        assert refusal.facts["got"] == "emergency, then ordinary"
        assert "have the last day corrected" in refusal.helps


def test_the_queue_does_not_serve_ordinary_days_first_that_lengthen_an_emergency():
    naq = Naq()
    naq.queue = "emergencies-first"
    for i in range(4):
        naq.ask(f"L{i}")
    naq.ask("L4", **turns(12, ("emergency", 10), ("ordinary", 11)))
    assert [one.leave_id for one in queue(naq.state, naq.queue)] == ["L3", "L4"]
    naq.ask("L5", leave_kind="emergency")
    assert [one.leave_id for one in queue(naq.state, naq.queue)] == ["L5", "L3", "L4"]


SPLITS = st.lists(st.integers(11, 26), unique=True, max_size=3).map(sorted)


@given(
    SPLITS,
    st.lists(st.sampled_from(["pass", "ordinary", "rr"]), min_size=4, max_size=4),
    st.sampled_from(["pass", "ordinary", "rr"]),
    st.integers(2, 26),
    st.none() | st.integers(1, 5),
)
def test_no_split_of_an_absence_gets_a_day_past_a_stop_of_its_kind(splits, kinds, stopped_kind, since, days):
    """By hand, day by day: it is granted if and only if the stop holds on none of its days of that kind."""
    until = None if days is None else since + days
    naq = stopped(since, until, stopped_kind)
    begins = [10, *splits]
    drawn = tuple(zip(kinds, begins, strict=False))
    verdict = naq.ask("L1", 10, 27, **turns(27, *drawn))
    ends = [(kind, one, two) for (kind, one), (_, two) in pairwise((*drawn, ("", 28)))]
    hit = any(
        kind == stopped_kind and since <= day and (until is None or day < until)
        for kind, one, two in ends
        for day in range(one, two)
    )
    assert verdict.granted == (not hit)


def test_a_place_so_much_later_is_the_same_absence_with_the_same_kinds():
    later = place("L1", 16, 27, **turns(27, *PASS_FIRST), travels=(march(15),)).later(3)
    assert later.parts == (
        Part(leave_kind="pass", first=march(19), last=march(19)),
        Part(leave_kind="ordinary", first=march(20), last=march(30)),
    )
    assert (later.first, later.last, later.travels) == (march(19), march(30), ())
    assert Place.model_validate(later.model_dump()) == later
