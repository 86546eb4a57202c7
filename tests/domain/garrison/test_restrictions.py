"""Each restriction of an order at its edges: what it bars, until when, and what it asks of who may go."""

from datetime import date, datetime, timedelta

import pytest

from domain.facts import KeyHolder, UnitStrength
from domain.garrison.events import Quarantined
from domain.model import DAY
from domain.orders import Scope
from domain.restrictions import (
    Checklist,
    CountryClearance,
    ForceProtection,
    KeyPosts,
    LongestAbsence,
    MinimumStrength,
    Quarantine,
    Restriction,
)
from tests.domain.garrison.mission import NOW, Naq, cited, local, order, place

FIRST = local(1)


def ordered(rule: Restriction, since: datetime = FIRST, until: datetime | None = None) -> Naq:
    naq = Naq()
    naq.issue(order(since=since, until=until, restrictions=(rule,)))
    assert not naq.refused
    return naq


def asked_on(day: int, month: int = 3) -> datetime:
    return local(day, 10, month=month)


@pytest.mark.rule("country-clearance")
@pytest.mark.parametrize(
    ("asked", "days", "first", "clear"),
    [
        (local(1, 10), 21, date(2026, 3, 22), True),
        (local(1, 10), 21, date(2026, 3, 21), False),
        (local(1, 10), 45, date(2026, 4, 15), True),  # over the change of the clock on 29 March
        (local(1, 10), 45, date(2026, 4, 14), False),
        (local(1, 0), 30, date(2026, 3, 31), True),  # asked in the first minute of the base's day
        (local(1, 0) - timedelta(minutes=1), 31, date(2026, 3, 31), True),  # in the last one of the day before
        (local(1, 0) - timedelta(minutes=1), 32, date(2026, 3, 31), False),
        (datetime.fromisoformat("2027-12-15T10:00+02:00"), 30, date(2028, 1, 14), True),  # over the new year
        (datetime.fromisoformat("2028-02-15T10:00+02:00"), 21, date(2028, 3, 7), True),  # over a leap day
        (datetime.fromisoformat("2028-02-15T10:00+02:00"), 21, date(2028, 3, 6), False),
    ],
)
def test_a_country_is_asked_for_its_clearance_so_many_days_before_the_first_day(asked, days, first, clear):
    naq = ordered(CountryClearance(days=days, destinations=("DUBLIN",)))
    naq.now = asked
    wish = place("L1", asked_at=asked).model_copy(update={"first": first, "last": first + 3 * DAY})
    verdict = naq.wish("L1", wish)
    assert (verdict.granted, cited(verdict)) == (clear, [] if clear else ["LO-1.1"])
    if not clear:
        (block,) = verdict.blocks
        assert block.rule == "country-clearance"
        assert "country clearance of DUBLIN" in block.why
        assert block.until is not None
        assert naq.wish("L1", wish, at=block.until).granted, "it ends by itself, and the leave asks again then"


def test_country_clearance_is_wanted_for_the_countries_named_and_each_may_want_its_own_days():
    naq = Naq()
    many = (CountryClearance(days=45, destinations=("DUBLIN",)), CountryClearance(days=2, destinations=("ACCRA",)))
    naq.issue(order(since=local(1), restrictions=many))
    for destination, free in (("DUBLIN", False), ("ACCRA", True), ("PARIS", True)):
        assert naq.ask(f"L-{destination}", destination=destination).granted is free


def test_country_clearance_is_no_matter_once_its_order_is_over_and_an_exemption_goes_round_it():
    rule = CountryClearance(days=30)
    assert ordered(rule, until=local(10)).ask("L1").granted
    naq = ordered(rule)
    assert not naq.ask("L1").granted
    naq.exempt("L1")
    assert naq.verdict("L1").granted


@pytest.mark.rule("force-protection")
@pytest.mark.parametrize(
    ("level", "leave_up_to", "destinations", "free"),
    [
        (2, 2, (), True),
        (3, 2, (), False),
        (0, 0, (), True),
        (9, 0, (), False),
        (3, 2, ("DUBLIN",), False),
        (3, 2, ("ACCRA",), True),
    ],
)
def test_no_leave_is_given_above_the_level_of_force_protection_up_to_which_it_is(
    level, leave_up_to, destinations, free
):
    naq = ordered(ForceProtection(level=level, leave_up_to=leave_up_to, called="CHARLIE", destinations=destinations))
    verdict = naq.ask("L1")
    assert verdict.granted is free
    told = [c.why for c in verdict.conditions]
    assert told == ([] if "ACCRA" in destinations else [f"LO-1.1 tells force protection level {level} (CHARLIE)"])
    if not free:
        assert f"and it is {level} (CHARLIE)" in verdict.blocks[0].why


def test_a_lower_level_in_the_next_version_lets_all_go_who_were_suspended():
    naq = Naq()
    naq.ask("L1")
    naq.issue(order(since=local(1), restrictions=(ForceProtection(level=4, leave_up_to=2),)))
    assert cited(naq.verdict("L1")) == ["LO-1.1"]
    naq.issue(order(version=2, since=local(2), restrictions=(ForceProtection(level=2, leave_up_to=2),)))
    assert cited(naq.verdict("L1")) == []


@pytest.mark.rule("longest-absence")
@pytest.mark.parametrize(
    ("first", "last", "days", "free"), [(10, 12, 3, True), (10, 13, 3, False), (10, 10, 1, True), (10, 11, 1, False)]
)
def test_no_absence_is_longer_than_the_order_allows_first_and_last_day_both_in(first, last, days, free):
    verdict = ordered(LongestAbsence(days=days)).ask("L1", first, last)
    assert verdict.granted is free
    assert cited(verdict) == ([] if free else ["LO-1.1"])


def test_days_are_counted_by_the_calendar_over_month_year_and_leap_day():
    for first, last, days in (
        (date(2026, 12, 30), date(2027, 1, 2), 4),
        (date(2028, 2, 27), date(2028, 3, 1), 4),
        (date(2026, 3, 28), date(2026, 3, 30), 3),  # a day of 23 hours is a day
    ):
        for most, free in ((days, True), (days - 1, False)):
            wish = place("L1").model_copy(update={"first": first, "last": last})
            assert ordered(LongestAbsence(days=most)).wish("L1", wish).granted is free


@pytest.mark.rule("checklist")
def test_a_checklist_stands_against_nobody_and_tells_what_is_to_be_checked_off():
    naq = ordered(Checklist(items=("weapon", "contact")), until=local(20))
    verdict = naq.ask("L1")
    (condition,) = verdict.conditions
    assert (verdict.granted, condition.rule, condition.items) == (True, "checklist", ("weapon", "contact"))
    assert "LO-1.1" in verdict.cites
    assert naq.ask("L2", 20, 22).conditions == (), "the order is over by then"
    assert naq.ask("L3", 19, 22).conditions


def test_who_was_cleared_is_told_of_a_checklist_that_comes_later():
    naq = Naq()
    naq.ask("L1")
    naq.issue(order(restrictions=(Checklist(items=("medical",)),)))
    assert naq.kinds == ["order-issued", "examined"]
    assert naq.verdict("L1").conditions[0].items == ("medical",)


@pytest.mark.rule("quarantine")
@pytest.mark.parametrize(
    ("before", "asked", "issued", "first", "free"),
    [
        (7, local(1, 10), local(1), 8, True),
        (7, local(1, 10), local(1), 7, False),
        (7, local(1, 10), local(5), 12, True),  # it begins with the order, and not before
        (7, local(1, 10), local(5), 11, False),
    ],
)
def test_quarantine_before_departure_has_room_between_the_asking_and_the_first_day(before, asked, issued, first, free):
    naq = Naq()
    naq.issue(order(since=issued, restrictions=(Quarantine(before=before),)))
    verdict = naq.ask("L1", first, first + 2, asked_at=asked)
    assert (verdict.granted, bool(verdict.blocks)) == (free, not free)


def absent(naq: Naq) -> dict[int, int]:
    """How many of HQ are absent by day of March, as one more leave of one day finds it full or not."""
    found = {}
    for day in range(2, 31):
        other = Naq()
        other.state, other.now, other.ns = naq.state, naq.now, {"probe": 0}
        found[day] = int(not other.wish("probe", place("probe", day, day, unit="HQ")).granted)
    return found


@pytest.mark.rule("quarantine")
def test_who_is_in_quarantine_is_absent_for_strength_before_and_after_the_days_of_leave():
    naq = Naq()
    naq.issue(order(since=local(1), scope=Scope(units=("HQ",)), restrictions=(Quarantine(after=3),)))
    naq.ask("L1", 10, 12, unit="HQ", asked_at=local(1))
    # A probe of one day has three days of quarantine of its own behind it.
    assert [day for day, full in absent(naq).items() if full] == [*range(7, 16)]


@pytest.mark.rule("quarantine")
@pytest.mark.parametrize(("back", "until"), [(local(12, 18), 15), (local(11, 9), 14), (local(14, 9), 17)])
def test_quarantine_after_the_return_counts_from_the_day_the_gate_saw_it(back, until):
    naq = Naq()
    naq.issue(order(since=local(1), until=local(20), restrictions=(Quarantine(after=3),)))
    naq.ask("L1", 10, 12, unit="HQ")
    naq.out("L1", local(10, 9))
    naq.now = back
    naq.back("L1")
    (apart,) = [e for e in naq.said if isinstance(e, Quarantined)]
    assert (apart.unit, apart.last, apart.cites) == ("HQ", date(2026, 3, until), ("LO-1.1",))
    naq.now = local(20)
    assert naq.ask("L2", 20, 21, unit="HQ").granted


def test_no_quarantine_follows_a_return_under_no_order_or_of_who_is_exempt():
    for exempt in (True, False):
        naq = Naq()
        naq.issue(order(since=local(1), until=local(20) if exempt else local(11), restrictions=(Quarantine(after=3),)))
        naq.ask("L1", 10, 12, unit="HQ")
        if exempt:
            naq.exempt("L1")
        naq.out("L1", local(10, 9))
        naq.now = local(12, 18)
        naq.back("L1")
        assert "quarantined" not in naq.kinds


def test_who_never_left_is_in_no_quarantine():
    naq = ordered(Quarantine(after=3))
    naq.ask("L1")
    naq.back("L1")
    assert "quarantined" not in naq.kinds


def test_a_quarantine_of_no_days_is_no_order():
    naq = Naq()
    naq.issue(order(restrictions=(Quarantine(),)))
    assert naq.refused == "order/nothing"


DOCTORS = (
    KeyHolder(member="m-l1", since=date(2026, 1, 1)),
    KeyHolder(member="m-l2", since=date(2026, 1, 1), until=date(2026, 3, 11)),
)


def with_doctors(*holders: KeyHolder, stay: int = 1) -> Naq:
    naq = Naq()
    naq.strength["A-COY"] = UnitStrength(assigned=20, keys={"DOC": holders})
    naq.issue(order(since=local(1), restrictions=(KeyPosts(posts=("DOC",), stay=stay),)))
    return naq


@pytest.mark.rule("key-posts")
def test_of_the_holders_of_a_key_post_so_many_stay_whatever_the_strength_of_the_unit():
    naq = with_doctors(*DOCTORS)
    assert naq.ask("L1", 9, 11).granted
    second = naq.ask("L2", 9, 10)
    assert (second.granted, cited(second), second.place_in_queue) == (False, ["LO-1.1"], 1)
    assert "1 of 2 in A-COY who hold DOC are absent on 2026-03-09, at most 1 may be" in second.blocks[0].why
    assert second.blocks[0].first_free == date(2026, 3, 12), "no holder any more, so free of it"
    assert naq.ask("L3", 9, 11).granted, "who holds no key post is not held by it"
    naq.back("L1")
    assert naq.verdict("L2").granted


@pytest.mark.rule("key-posts")
@pytest.mark.parametrize(
    ("away", "stay", "free"),
    [((), 1, True), ((date(2026, 3, 10),), 1, False), ((date(2026, 3, 13),), 1, True), ((), 2, False)],
)
def test_a_key_holder_on_a_course_is_absent_too(away, stay, free):
    other = KeyHolder(member="m-other", since=date(2026, 1, 1), away=away)
    assert with_doctors(DOCTORS[0], other, stay=stay).ask("L1").granted is free


def test_an_order_on_key_posts_suspends_who_asked_last_and_lifts_when_a_place_comes_free():
    naq = Naq()
    naq.strength["A-COY"] = UnitStrength(assigned=20, keys={"DOC": DOCTORS})
    naq.ask("L1", 9, 11)
    naq.ask("L2", 9, 11)
    naq.issue(order(since=local(1), restrictions=(KeyPosts(posts=("DOC",)),)))
    assert [cited(naq.verdict(leave)) for leave in ("L1", "L2")] == [[], ["LO-1.1"]]
    naq.back("L1")
    assert cited(naq.verdict("L2")) == []


def test_who_is_exempt_from_an_order_on_key_posts_may_go():
    naq = with_doctors(DOCTORS[0])
    assert not naq.ask("L1").granted
    naq.exempt("L1")
    assert naq.verdict("L1").granted


def test_a_restriction_names_neither_the_member_nor_the_kind_of_leave():
    every = (
        CountryClearance(days=365),
        ForceProtection(level=1, leave_up_to=0),
        LongestAbsence(days=1),
        Quarantine(before=90, after=3),
        Checklist(items=("weapon",)),
    )
    naq = Naq()
    naq.issue(order(since=NOW, scope=Scope(leave_kinds=("convalescent",)), restrictions=every))
    verdict = naq.ask("L1", leave_kind="convalescent")
    said = " ".join([*(b.why for b in verdict.blocks), *(c.why for c in verdict.conditions)])
    assert len(verdict.blocks) == 4
    assert not any(word in said for word in ("convalescent", "m-l1"))


@pytest.mark.rule("minimum-strength")
@pytest.mark.parametrize(
    ("percent", "count", "assigned", "absent"),
    [
        (90, 0, 20, 2),
        (91, 0, 20, 1),  # 18.2 stay: 19
        (0, 18, 20, 2),
        (50, 19, 20, 1),  # whichever asks for more
        (100, 0, 20, 0),
        (0, 21, 20, 0),  # more than there are: nobody goes
    ],
)
def test_minimum_strength_is_a_percentage_rounded_up_or_a_count(percent, count, assigned, absent):
    naq = Naq(**{"A-COY": assigned})
    naq.issue(order(since=local(1), restrictions=(MinimumStrength(percent=percent, count=count),)))
    granted = [naq.ask(f"L{i}").granted for i in range(3)]
    assert sum(granted) == absent
