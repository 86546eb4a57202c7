"""What is not to be had by asking for it is not to be had by a detour either: of kinds, or of dates."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.leave.absence import Absence, parts, took
from domain.model import DAY, HOUR, Instant
from tests.domain.leave.life import CALENDAR, NOW, SEALED, Life, local, terms

US = terms("us-army", "rr", eligible_after_days=30, notice_days=10)
CIVIL = terms("un-civilian", "ordinary", half_days=False)
TODAY = NOW.date()
KINDS = st.sampled_from(["ordinary", "rr", "convalescent", "pass"])
SPANS = st.lists(st.tuples(KINDS, st.integers(1, 6)), min_size=1, max_size=3)


def asked(kinds: list[tuple[str, int]], first: date) -> Life:
    """An absence of kinds, each of so many days, one after the other."""
    begins = [first]
    for _, days in kinds:
        begins.append(begins[-1] + days * DAY)
    then = tuple({"leave_kind": kind, "first": day} for (kind, _), day in zip(kinds[1:], begins[1:], strict=False))
    life = Life(terms=US)
    words = {"leave_kind": kinds[0][0], "then": then, "evidence": ("a" * 64,)}
    life.ask(first=first, last=begins[-1] - DAY, **words)
    return life


@settings(max_examples=60, deadline=None)
@given(SPANS, st.integers(1, 30))
def test_each_kind_of_an_absence_that_is_asked_for_could_be_asked_for_by_itself(kinds, ahead):
    life = asked(kinds, TODAY + ahead * DAY)
    if life.refused:
        return
    for part in parts(life.state.asked, life.state.first_day, life.state.last_day):
        alone = asked([(part.leave_kind, (part.last - part.first).days + 1)], part.first)
        assert not alone.refused, (part, alone.refused)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["pass", "pass", "ordinary"]),
    st.integers(14, 24),
    st.integers(1, 3),
    st.integers(1, 5),
    st.booleans(),
)
def test_no_other_dates_are_had_by_a_correction_or_an_extension_than_by_the_request(kind, ahead, days, other, away):
    """Of kinds which the member alone may correct, or is away on; at the same hour of the same day."""
    first = TODAY + ahead * DAY
    life = asked([(kind, days)], first)
    if life.refused:
        return
    if away and other > days:
        life.until("sign-out").sign_out(local(first, "10:00"))
        life.say("extend", "member", last=first + (other - 1) * DAY, reason=SEALED)
    else:
        life.say("correct", "member", last=first + (other - 1) * DAY, reason="a slip of the pen")
    if not life.refused:
        assert not asked([(kind, other)], first).refused


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from([("us-army", "rr", "ordinary"), ("us-army", "ordinary", "rr"), ("un-civilian", "rr", "ordinary")]),
    st.integers(1, 9),
    st.tuples(st.integers(0, 23), st.integers(0, 23)),
    st.tuples(st.none() | st.integers(0, 9), st.none() | st.integers(0, 9)),
)
def test_a_day_of_a_kind_is_counted_as_in_an_absence_of_that_kind_alone(pack, split, clock, gateways):
    """Whatever kind lies beside it: days of travel and half days are those of the kind of the day."""
    name, one, two = pack
    known = (US if name == "us-army" else CIVIL).model_copy()
    first = TODAY + 14 * DAY
    last = first + 9 * DAY

    def counted(kind: str, *then: str) -> dict[date, tuple[str, object]]:
        turns = tuple({"leave_kind": each, "first": first + split * DAY} for each in then)
        told = {"member": "m-member", "leave_kind": kind, "first": first, "last": last, "then": turns}
        ask = Life().act("ask", destination="ACCRA", **told)
        out, back = (first + day * DAY if day is not None else None for day in gateways)
        a = Absence(ask, known, CALENDAR, gateway_out=noon(out), gateway_back=noon(back))
        seen = took(a, first, last, local(first) + clock[0] * HOUR, local(last) + clock[1] * HOUR)
        return {d.day: (d.rule, d.charge) for d in seen}

    both, before, after = counted(one, two), counted(one), counted(two)
    assert both == {day: (before if day < first + split * DAY else after)[day] for day in before}


def noon(day: date | None) -> Instant | None:
    return local(day, "12:00") if day else None
