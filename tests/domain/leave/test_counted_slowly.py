"""The days taken on an absence of two kinds, with half days and gateways, as somebody with a pencil counts them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import assume, given
from hypothesis import strategies as st

from activities.packs import load
from domain.acts import Ask
from domain.calendar import Calendar
from domain.leave.absence import Absence, took
from domain.model import DAY, HOUR, Decimal
from domain.terms import Counting, KindTerms
from tests.domain.test_counting import HOLIDAY_SETS, LENGTHS, MINUTES, TERMS, ZONES, calendar, half_way, on_duty, slowly

PACK = load("contingent")
KINDS = ("ordinary", "rr")
HALF = Decimal("0.5")
TRAITS = st.fixed_dictionaries({"half_days": st.booleans(), "gateway_days": st.sampled_from([None, "travel"])})
"""What a kind may have of its own in the count of its days."""
GATEWAYS = st.none() | st.integers(-1, 14).map(lambda days: days * DAY + 7 * HOUR)
"""After so long on the way out, or before the return, the gateway was reached."""


class Away:
    """An absence of two kinds, drawn: when it was, the second kind's first day, and what each kind has."""

    def __init__(self, terms: Counting, known: Calendar, out: datetime, back: datetime, **drawn: Any) -> None:
        self.terms, self.known, self.out, self.back = terms, known, out, back
        self.first, self.last = known.day(out), known.day(back)
        self.turn: date = drawn["turn"]
        self.traits: tuple[dict[str, Any], ...] = drawn["traits"]
        self.gateways: tuple[datetime | None, ...] = drawn["gateways"]
        self.car: bool = drawn["car"]

    def took(self) -> list[tuple[date, Decimal, str | None]]:
        """What is counted: each day with its charge and kind."""
        split = self.first < self.turn <= self.last
        kind = KINDS[1] if self.turn <= self.first else KINDS[0]
        ask: dict[str, Any] = {"act_id": "a", "decided_by": "m-a", "acted_at": "2026-01-01T00:00:00Z", "leave_id": "L"}
        ask |= {"member": "m-a", "destination": "HOME", "travel": "road" if self.car else "flight"}
        ask |= {"leave_kind": kind, "first": self.first, "last": self.last}
        ask |= {"then": [{"leave_kind": KINDS[1], "first": self.turn}]} if split else {}
        kinds: dict[Any, KindTerms] = {
            name: PACK.kinds[name].model_copy(update={"purse": "annual", **trait})  # type: ignore[index]
            for name, trait in zip(KINDS, self.traits, strict=True)
        }
        terms = PACK.model_copy(update={"counting": self.terms, "kinds": kinds})
        out, home = self.gateways
        a = Absence(Ask.model_validate(ask), terms, self.known, gateway_out=out, gateway_back=home)
        counted = took(a, self.first, self.last, self.out, self.back)
        assert all(day.rule and day.why for day in counted)
        return [(day.day, day.charge, day.leave_kind) for day in counted]

    def slowly(self) -> list[tuple[date, Decimal, str | None]]:
        """Day by day: free by duty or holiday, on the way to a gateway, half, or whole, as its kind has it."""
        zone = ZoneInfo(self.known.zone)
        leaves, comes = (at.astimezone(zone).replace(tzinfo=None) for at in (self.out, self.back))
        charged = slowly(self.terms, self.known, self.out, self.back, car=self.car)
        reached, returned = (at.astimezone(zone).date() if at else None for at in self.gateways)
        found: list[tuple[date, Decimal, str | None]] = []
        day = leaves.date()
        while day <= comes.date():
            kind, has = (KINDS[1], self.traits[1]) if day >= self.turn else (KINDS[0], self.traits[0])
            cost = Decimal(1) if day in charged else Decimal(0)
            late = day == leaves.date() and leaves >= self._half_way(day)
            early = day == comes.date() and comes <= self._half_way(day)
            if has["half_days"] and cost and (late or early):
                cost = HALF
            if has["gateway_days"] and ((reached and day <= reached) or (returned and day >= returned)):
                cost = Decimal(0)
            found.append((day, cost, kind))
            day += timedelta(days=1)
        return found

    def _half_way(self, day: date) -> datetime:
        """A day without duty has its middle where the usual hours have it."""
        duty = on_duty(self.terms, self.known, day)
        return half_way(duty) if duty else datetime.combine(day, time(12))

    def but(self, **other: datetime) -> Away:
        """The same absence with another departure or return."""
        drawn = {"turn": self.turn, "traits": self.traits, "gateways": self.gateways, "car": self.car}
        return Away(self.terms, self.known, other.get("out", self.out), other.get("back", self.back), **drawn)


@st.composite
def absences(draw: st.DrawFn) -> Away:
    known, out = calendar(draw(ZONES), draw(HOLIDAY_SETS)), draw(MINUTES)
    back, way = out + draw(LENGTHS), (draw(GATEWAYS), draw(GATEWAYS))
    gateways = (out + way[0] if way[0] else None, back - way[1] if way[1] else None)
    turn = known.day(out) + draw(st.integers(-1, 14)) * DAY
    traits = (draw(TRAITS), draw(TRAITS))
    return Away(draw(TERMS), known, out, back, turn=turn, traits=traits, gateways=gateways, car=draw(st.booleans()))


@given(absences())
def test_days_taken_of_two_kinds_are_those_of_a_slow_count(away):
    assert away.took() == away.slowly()


@given(absences(), LENGTHS)
def test_whoever_is_away_longer_on_two_kinds_is_never_charged_less(away, more):
    """But for a holiday at the end, which is free for the longer leave and begins the shorter one."""
    away.terms = away.terms.model_copy(update={"ends_on_holiday": "charged"})
    short = sum(cost for _, cost, _ in away.took())
    assert short <= sum(cost for _, cost, _ in away.but(back=away.back + more).took())
    assert short <= sum(cost for _, cost, _ in away.but(out=away.out - more).took())


@given(absences(), st.integers(0, 12))
def test_an_absence_of_two_kinds_is_counted_as_the_two_that_it_falls_into_on_any_day(away, after):
    """The charge is additive over every split, at the change of the kind and elsewhere."""
    away.terms = away.terms.model_copy(update={"ends_on_holiday": "charged"})
    cut = away.first + after * DAY
    assume(away.first <= cut < away.last)
    one = away.but(back=max(away.out, away.known.instant(cut, time(23, 59))))
    two = away.but(out=away.known.instant(cut + DAY))
    assert one.took() + two.took() == away.took()


def test_the_slow_count_knows_a_half_day_and_a_day_of_travel():
    """Worked by hand, so that the two counts do not agree on nothing."""
    known = calendar("UTC", set())
    at = datetime(2026, 3, 9, 13, tzinfo=UTC)
    terms = PACK.counting.model_copy(update={"departure_day": "charged", "return_day": "charged"})
    traits = ({"half_days": True, "gateway_days": None}, {"half_days": False, "gateway_days": "travel"})
    away = Away(
        terms, known, at, at + 4 * DAY, turn=date(2026, 3, 11), traits=traits, gateways=(None, at + 3 * DAY), car=False
    )
    assert [str(cost) for _, cost, _ in away.slowly()] == ["0.5", "1", "1", "0", "0"]
