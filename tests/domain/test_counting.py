"""Each calendar day of an absence is charged or not by one rule, and says by which."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from activities.packs import load
from domain.calendar import Calendar, days
from domain.leave.counting import CountedDay, count, planned
from domain.model import DAY, Decimal
from domain.terms import Counting

CHARGED = Counting(departure_day="charged", return_day="charged", ends_on_holiday="charged")
ARMY = Counting(departure_day="free-after-duty", return_day="free-before-duty", ends_on_holiday="free")
ROSTER = load("us-marines").counting.week
EVERY_DAY = {"week": None}  # duty on each day of the week, whatever day a change of the clock falls on
AIR_FORCE = load("us-air-force").counting.model_copy(update=EVERY_DAY)
MARINES = load("us-marines").counting.model_copy(update=EVERY_DAY)
HOLIDAYS = {
    date(2026, 1, 1): "New Year",
    date(2026, 7, 3): "Independence Day observed",
    date(2026, 12, 25): "Christmas",
}


def shifts(zone: str) -> Iterator[tuple[datetime, int]]:
    """When a zone changes its offset, found by looking at every hour of five years."""
    at, before = datetime(2023, 12, 1, tzinfo=UTC), None
    while at < datetime(2028, 12, 31, tzinfo=UTC):
        offset = at.astimezone(ZoneInfo(zone)).utcoffset()
        assert offset is not None
        if offset != before:
            yield at, round(offset.total_seconds() / 60)
        at, before = at + timedelta(hours=1), offset


CALENDARS = {
    zone: Calendar(zone=zone, shifts=tuple(shifts(zone)), holidays=HOLIDAYS)
    for zone in ("Asia/Beirut", "UTC", "Asia/Kathmandu", "America/Port-au-Prince", "Pacific/Apia")
}
BEIRUT = CALENDARS["Asia/Beirut"]


def at(text: str, zone: str = "Asia/Beirut") -> datetime:
    """The moment at which the base's clock shows this."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def charge(counted: tuple[CountedDay, ...]) -> Decimal:
    return sum((d.charge for d in counted), Decimal(0))


def told(counted: tuple[CountedDay, ...]) -> dict[str, str]:
    """The rule of each day."""
    return {f"{d.day:%m-%d}": d.rule.removeprefix("counting/") for d in counted}


TABLE: dict[str, tuple[Counting, str, str, int]] = {
    "charged: every day from sign-out to sign-in": (CHARGED, "2026-03-02T08:00", "2026-03-06T18:00", 5),
    "charged: out and back on one day": (CHARGED, "2026-03-02T08:00", "2026-03-02T18:00", 1),
    "charged: weekends inside": (CHARGED, "2026-03-06T08:00", "2026-03-09T08:00", 4),
    "charged: a holiday inside": (CHARGED, "2026-12-24T08:00", "2026-12-26T08:00", 3),
    "charged: the holiday on which it ends": (CHARGED, "2026-12-24T08:00", "2026-12-25T12:00", 2),
    "charged: a departure late in the evening": (CHARGED, "2026-03-02T23:59", "2026-03-03T00:00", 2),
    "charged: a return before duty": (CHARGED, "2026-03-02T08:00", "2026-03-04T05:00", 3),
    "departure-after-duty: at the last minute of duty": (ARMY, "2026-03-02T16:30", "2026-03-05T12:00", 3),
    "departure-after-duty: not a minute before": (ARMY, "2026-03-02T16:29", "2026-03-05T12:00", 4),
    "departure-after-duty: not on a holiday": (ARMY, "2026-12-25T18:00", "2026-12-28T12:00", 4),
    "departure-after-duty: gone for the evening alone": (ARMY, "2026-03-02T17:00", "2026-03-02T23:00", 0),
    "departure-after-duty: gone for the night": (ARMY, "2026-03-02T17:00", "2026-03-03T06:00", 0),
    "return-before-duty: at the first minute of duty": (ARMY, "2026-03-02T12:00", "2026-03-05T07:30", 3),
    "return-before-duty: not a minute after": (ARMY, "2026-03-02T12:00", "2026-03-05T07:31", 4),
    "return-before-duty: away from before duty to before duty": (ARMY, "2026-03-02T04:00", "2026-03-02T07:00", 0),
    "ends-on-holiday: not charged for it": (ARMY, "2026-12-22T12:00", "2026-12-25T12:00", 3),
    "ends-on-holiday: the day before a return before duty": (ARMY, "2026-12-22T12:00", "2026-12-26T06:00", 3),
    "ends-on-holiday: not when the holiday lies inside": (ARMY, "2026-12-22T12:00", "2026-12-26T12:00", 5),
    "ends-on-holiday: one day on a holiday begins on it": (ARMY, "2026-12-25T08:00", "2026-12-25T20:00", 1),
    "ends-on-holiday: a holiday alone after a duty day begins on it": (ARMY, "2026-12-24T17:00", "2026-12-25T20:00", 1),
    "edges: the end of a month": (CHARGED, "2026-04-30T12:00", "2026-05-01T12:00", 2),
    "edges: the end of a year": (CHARGED, "2026-12-30T12:00", "2027-01-02T12:00", 4),
    "edges: a leap day": (CHARGED, "2028-02-28T12:00", "2028-03-01T12:00", 3),
    "edges: no leap day": (CHARGED, "2026-02-28T12:00", "2026-03-01T12:00", 2),
    "edges: a day of 23 hours": (CHARGED, "2026-03-28T12:00", "2026-03-30T12:00", 3),
    "edges: a day of 25 hours": (CHARGED, "2026-10-24T12:00", "2026-10-26T12:00", 3),
    "edges: back in the hour which comes twice": (CHARGED, "2026-10-23T12:00", "2026-10-24T23:30", 2),
    "edges: duty begins by the clock of the new offset": (ARMY, "2026-03-26T12:00", "2026-03-30T07:30", 4),
    "edges: back before they left": (CHARGED, "2026-03-05T12:00", "2026-03-04T12:00", 0),
}


@pytest.mark.rule(
    "counting/charged", "counting/departure-after-duty", "counting/return-before-duty", "counting/ends-on-holiday"
)
@pytest.mark.parametrize(("terms", "out", "back", "expected"), TABLE.values(), ids=TABLE.keys())
def test_counting(terms, out, back, expected):
    assert charge(count(terms, BEIRUT, at(out), at(back))) == expected


WORKED: dict[str, tuple[str, str, int]] = {
    "departure-duty-worked: a minute past the middle of duty": ("2026-03-02T12:01", "2026-03-05T13:00", 3),
    "departure-duty-worked: half is not more than half": ("2026-03-02T12:00", "2026-03-05T13:00", 4),
    "departure-duty-worked: a holiday has no duty": ("2026-12-25T18:00", "2026-12-28T13:00", 4),
    "return-duty-worked: a minute before the middle of duty": ("2026-03-02T08:00", "2026-03-05T11:59", 3),
    "return-duty-worked: half is not more than half": ("2026-03-02T08:00", "2026-03-05T12:00", 4),
    "return-duty-worked: a holiday has no duty": ("2026-12-22T08:00", "2026-12-25T07:00", 4),
    "both: out and back around one night": ("2026-03-02T16:00", "2026-03-03T07:00", 0),
    "edges: the end of a year": ("2026-12-31T13:00", "2027-01-02T08:00", 1),
    "edges: a leap day": ("2028-02-28T13:00", "2028-03-01T08:00", 1),
    "edges: a day of 23 hours": ("2026-03-28T13:00", "2026-03-30T08:00", 1),
    "edges: a day of 25 hours": ("2026-10-24T13:00", "2026-10-26T08:00", 1),
}


@pytest.mark.rule("counting/departure-duty-worked", "counting/return-duty-worked")
@pytest.mark.parametrize(("out", "back", "expected"), WORKED.values(), ids=WORKED.keys())
def test_counting_by_duty_worked(out, back, expected):
    """US Air Force: a day on which more than half of the scheduled duty is worked is one of duty, at both ends."""
    assert charge(count(AIR_FORCE, BEIRUT, at(out), at(back))) == expected


BY_CAR: dict[str, tuple[str, str, int]] = {
    "departure-by-car: from 12:01": ("2026-03-02T12:01", "2026-03-05T13:00", 3),
    "departure-by-car: not at noon": ("2026-03-02T12:00", "2026-03-05T13:00", 4),
    "departure-by-car: not on a holiday": ("2026-12-25T18:00", "2026-12-28T13:00", 4),
    "return-by-car: until 12:00": ("2026-03-02T08:00", "2026-03-05T12:00", 3),
    "return-by-car: not a minute after": ("2026-03-02T08:00", "2026-03-05T12:01", 4),
    "both: a holiday inside is charged": ("2026-12-23T13:00", "2026-12-26T12:00", 2),
    "edges: a day of 23 hours": ("2026-03-28T12:01", "2026-03-30T12:00", 1),
}


@pytest.mark.rule("counting/departure-by-car", "counting/return-by-car")
@pytest.mark.parametrize(("out", "back", "expected"), BY_CAR.values(), ids=BY_CAR.keys())
def test_counting_by_car(out, back, expected):
    """US Marines: by car the day of departure is free from 12:01, that of return until 12:00."""
    assert charge(count(MARINES, BEIRUT, at(out), at(back), by_car=True)) == expected


def test_hours_by_car_are_for_those_who_go_by_car():
    out, back = at("2026-03-02T13:00"), at("2026-03-05T11:00")
    assert charge(count(MARINES, BEIRUT, out, back)) == 4
    assert charge(count(ARMY, BEIRUT, out, back, by_car=True)) == 4


def test_each_free_day_says_by_which_rule():
    by_duty = count(AIR_FORCE, BEIRUT, at("2026-03-02T13:00"), at("2026-03-04T08:00"))
    by_car = count(MARINES, BEIRUT, at("2026-03-02T13:00"), at("2026-03-04T11:00"), by_car=True)
    assert list(told(by_duty).values()) == ["departure-duty-worked", "charged", "return-duty-worked"]
    assert list(told(by_car).values()) == ["departure-by-car", "charged", "return-by-car"]


def test_a_day_is_a_day_of_the_base_and_not_of_utc():
    """22:30 in UTC is half past midnight in Beirut, the next day."""
    out, back = datetime(2026, 3, 1, 22, 30, tzinfo=UTC), datetime(2026, 3, 2, 10, tzinfo=UTC)
    assert [d.day for d in count(CHARGED, BEIRUT, out, back)] == [date(2026, 3, 2)]
    assert [d.day for d in count(CHARGED, CALENDARS["UTC"], out, back)] == days(date(2026, 3, 1), date(2026, 3, 2))


def test_every_day_is_explained_by_its_rule():
    assert told(count(ARMY, BEIRUT, at("2026-12-22T17:00"), at("2026-12-26T06:00"))) == {
        "12-22": "departure-after-duty",
        "12-23": "charged",
        "12-24": "charged",
        "12-25": "ends-on-holiday",
        "12-26": "return-before-duty",
    }


def test_what_is_planned_charges_the_first_and_the_last_day_asked_for():
    assert charge(planned(ARMY, BEIRUT, date(2026, 3, 2), date(2026, 3, 6))) == 5
    assert charge(planned(ARMY, BEIRUT, date(2026, 12, 22), date(2026, 12, 25))) == 3
    assert charge(planned(ARMY, BEIRUT, date(2026, 12, 25), date(2026, 12, 25))) == 1
    assert planned(ARMY, BEIRUT, date(2026, 3, 6), date(2026, 3, 2)) == ()


# ---- what holds for all absences ----------------------------------------------------------------------------------

ZONES = st.sampled_from(sorted(CALENDARS))
NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SHIFT_HOURS = st.sampled_from(["07:30-16:30", "07:30-12:00", "06:00-14:15", "13:00-22:00", "00:00-23:30"])
WEEKS = st.none() | st.dictionaries(st.sampled_from(NAMES), SHIFT_HOURS, min_size=1).map(
    lambda week: tuple(f"{day} {shift}" for day, shift in week.items())
)
"""Rosters of any days and hours; None: duty every day."""
TERMS = st.builds(
    Counting,
    departure_day=st.sampled_from(["charged", "free-after-duty", "free-if-duty-worked"]),
    return_day=st.sampled_from(["charged", "free-before-duty", "free-if-duty-worked"]),
    ends_on_holiday=st.sampled_from(["charged", "free"]),
    car_from=st.sampled_from([None, "12:01"]),
    car_until=st.sampled_from([None, "12:00"]),
    week=WEEKS,
)
MINUTES = st.builds(
    lambda near, day, minute: near + timedelta(days=day, minutes=minute),
    st.sampled_from(
        [datetime(y, m, d, tzinfo=UTC) for y, m, d in [(2026, 3, 29), (2026, 10, 25), (2026, 12, 25), (2028, 2, 29)]]
    ),
    st.integers(-6, 6),
    st.integers(0, 24 * 60 - 1),
)
LENGTHS = st.timedeltas(timedelta(0), timedelta(days=12))


def calendar(zone: str, holidays: set[int]) -> Calendar:
    """A calendar whose holidays lie where the absences are."""
    near = [date(2026, 3, 29), date(2026, 10, 25), date(2026, 12, 25), date(2028, 2, 29)]
    return CALENDARS[zone].model_copy(
        update={"holidays": {day + n * DAY: "a holiday" for day in near for n in holidays}}
    )


HOLIDAY_SETS = st.sets(st.integers(-8, 20), max_size=10)


NOON = time(12)


def on_duty(terms: Counting, known: Calendar, day: date) -> tuple[datetime, datetime] | None:
    """When the duty of a day begins and ends, read off the roster with a pencil; None where there is none."""
    if day in known.holidays:
        return None
    shown = dict(line.split() for line in terms.week) if terms.week else dict.fromkeys(NAMES, "07:30-16:30")
    said = shown.get(NAMES[day.weekday()])
    return None if said is None else tuple(datetime.fromisoformat(f"{day}T{each}") for each in said.split("-"))  # type: ignore[return-value]


def half_way(duty: tuple[datetime, datetime]) -> datetime:
    return duty[0] + (duty[1] - duty[0]) / 2


def slowly(terms: Counting, known: Calendar, out: datetime, back: datetime, *, car: bool) -> set[date]:
    """The days charged, found by striking the free ones off the list of all."""
    zone = ZoneInfo(known.zone)
    leaves_at, comes_at = (at.astimezone(zone).replace(tzinfo=None) for at in (out, back))
    left, here = [], leaves_at.date()
    while here <= comes_at.date():
        left.append(here)
        here += timedelta(days=1)
    duty = on_duty(terms, known, leaves_at.date())
    served = (
        []
        if duty is None
        else [
            terms.departure_day == "free-after-duty" and leaves_at >= duty[1],
            terms.departure_day == "free-if-duty-worked" and leaves_at > half_way(duty),
            car and terms.car_from is not None and leaves_at.time() >= time(12, 1),
        ]
    )
    if any(served):
        left.remove(leaves_at.date())
    duty = on_duty(terms, known, comes_at.date())
    begins = duty[0].time() if duty else time(7, 30)
    in_time = [
        terms.return_day == "free-before-duty" and comes_at.time() <= begins,
        terms.return_day == "free-if-duty-worked" and duty is not None and comes_at < half_way(duty),
        car and terms.car_until is not None and comes_at.time() <= NOON,
    ]
    if any(in_time) and comes_at.date() in left:
        left.remove(comes_at.date())
    if terms.ends_on_holiday == "free" and len(left) > 1 and left[-1] in known.holidays:
        left.pop()
    return set(left)


LATE_SHIFT = MARINES.model_copy(update={"week": ("mon 13:00-22:00", "thu 06:00-14:15")})
MONDAY, THURSDAY = datetime(2026, 3, 23, tzinfo=UTC), datetime(2026, 3, 26, tzinfo=UTC)


@given(TERMS, ZONES, HOLIDAY_SETS, MINUTES, LENGTHS, st.booleans())
@example(LATE_SHIFT, "UTC", set(), MONDAY + timedelta(hours=21), timedelta(days=6, hours=16), False)
@example(LATE_SHIFT, "UTC", set(), THURSDAY + timedelta(hours=15), timedelta(days=6, hours=16), False)
@example(
    AIR_FORCE.model_copy(update={"week": LATE_SHIFT.week}), "UTC", set(), MONDAY, timedelta(days=3, hours=11), False
)
def test_it_agrees_with_striking_free_days_off_a_list(terms, zone, holidays, out, length, car):
    known = calendar(zone, holidays)
    counted = count(terms, known, out, out + length, by_car=car)
    assert {d.day for d in counted if d.charge} == slowly(terms, known, out, out + length, car=car)


@given(TERMS, ZONES, HOLIDAY_SETS, MINUTES, LENGTHS, st.booleans())
def test_every_day_of_the_absence_is_told_once_in_order_and_charges_one_day_or_none(
    terms, zone, holidays, out, length, car
):
    known = calendar(zone, holidays)
    counted = count(terms, known, out, out + length, by_car=car)
    assert [d.day for d in counted] == days(known.day(out), known.day(out + length))
    assert all(d.charge == (1 if d.rule == "counting/charged" else 0) and d.why for d in counted)


@given(TERMS, ZONES, HOLIDAY_SETS, MINUTES, LENGTHS, LENGTHS, st.booleans())
def test_whoever_is_away_longer_is_never_charged_less(terms, zone, holidays, out, length, more, car):
    known = calendar(zone, holidays)
    short = charge(count(terms, known, out, out + length, by_car=car))
    assert short <= charge(count(terms, known, out, out + length + more, by_car=car))
    assert short <= charge(count(terms, known, out - more, out + length, by_car=car))


@given(TERMS, ZONES, HOLIDAY_SETS, MINUTES, LENGTHS, st.booleans())
def test_at_most_three_days_of_an_absence_are_free(terms, zone, holidays, out, length, car):
    known = calendar(zone, holidays)
    counted = count(terms, known, out, out + length, by_car=car)
    assert len(counted) - 3 <= charge(counted) <= len(counted)


@given(ZONES, HOLIDAY_SETS, MINUTES, LENGTHS, st.integers(0, 12))
def test_where_every_day_is_charged_an_absence_costs_as_much_in_two_parts(zone, holidays, out, length, after):
    known = calendar(zone, holidays)
    back, cut = out + length, known.day(out) + after * DAY
    if known.day(out) <= cut < known.day(back):
        first = count(CHARGED, known, out, max(out, known.instant(cut, time(23, 59))))
        second = count(CHARGED, known, known.instant(cut + DAY), back)
        assert first + second == count(CHARGED, known, out, back)


@given(TERMS, ZONES, HOLIDAY_SETS, MINUTES, LENGTHS, st.integers(0, 12), st.booleans())
def test_an_absence_costs_as_much_in_two_parts_but_for_a_holiday_at_an_end(
    terms, zone, holidays, out, length, after, car
):
    """Whatever the roster: who is back as a day ends and leaves as the next begins has served no duty between them."""
    terms = terms.model_copy(update={"ends_on_holiday": "charged"})
    known = calendar(zone, holidays)
    back, cut = out + length, known.day(out) + after * DAY
    if known.day(out) <= cut < known.day(back):
        first = count(terms, known, out, max(out, known.instant(cut, time(23, 59))), by_car=car)
        second = count(terms, known, known.instant(cut + DAY), back, by_car=car)
        assert first + second == count(terms, known, out, back, by_car=car)


@given(TERMS, ZONES, HOLIDAY_SETS, MINUTES, st.integers(0, 12))
def test_a_journey_within_duty_hours_costs_what_was_planned(terms, zone, holidays, near, length):
    terms, known = terms.model_copy(update={"week": None}), calendar(zone, holidays)
    first, last = near.date(), near.date() + length * DAY
    out, back = known.instant(first, time(8)), known.instant(last, time(12))
    assert count(terms, known, out, back) == planned(terms, known, first, last)


@pytest.mark.parametrize(
    ("out", "back", "expected"),
    [
        ("2026-03-06T16:30", "2026-03-10T07:30", ["departure-after-duty", "charged x3", "return-before-duty"]),
        ("2026-03-07T16:30", "2026-03-10T07:30", ["charged x3", "return-before-duty"]),
        ("2026-03-06T12:00", "2026-03-10T07:31", ["departure-after-duty", "charged x4"]),
        ("2026-03-06T11:59", "2026-03-10T07:31", ["charged x5"]),
    ],
    ids=["Friday after duty", "Saturday has no duty", "a short Friday", "before a short Friday ends"],
)
def test_the_roster_says_on_which_days_there_is_duty_and_until_when(out, back, expected):
    """Days off have no duty to be served on: who leaves on one is charged for it."""
    short = (*(line for line in ROSTER or () if not line.startswith("fri")), "fri 07:30-12:00")
    week = short if out in ("2026-03-06T12:00", "2026-03-06T11:59") else ROSTER
    told = count(MARINES.model_copy(update={"week": week}), BEIRUT, at(out), at(back))
    names = [day.rule.removeprefix("counting/") for day in told]
    runs = [f"{name} x{len(list(each))}" for name, each in groupby(names)]
    assert [run.removesuffix(" x1") for run in runs] == expected
