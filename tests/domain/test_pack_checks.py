"""Packs that contradict themselves, or leave a gap between two terms, are refused with the path and what mends it."""

from __future__ import annotations

import pytest

from activities import packs
from domain.packs import PackError, read
from domain.packs.together import together

HEAD = 'pack = "child"\nversion = 1\neffective = 2026-01-01\ntitle = "A test"\nextends = "us-forces"\n'

MISSION = 'pack = "unex"\nversion = 1\neffective = 2026-01-01\ntitle = "A mission"\nlayer = "mission"\n'


def said(table: str, *terms: tuple[str, str]) -> str:
    """A table with terms, each with a source."""
    lines = [f'{name} = {{ value = {value}, source = "a test", trust = "D" }}' for name, value in terms]
    return "\n".join([f"[{table}]", *lines, ""])


def faults(body: str, parent: str = "us-forces") -> dict[str, tuple[str, str]]:
    """What is wrong with a pack that says this beside its parent: what was expected, and the remedy, by path."""
    text = HEAD.replace("us-forces", parent) + body
    try:
        read(packs.texts() | {"child": text}, "child")
    except PackError as error:
        return {f.path: (f.expected, f.remedy) for f in error.findings}
    return {}


KEPT = ("kept_days", "kept_above_days", "kept_on", "kept_until")

WRONG: dict[str, tuple[str, str, str]] = {
    "days which no calendar holds": (said("back", ("deserter_days", "4000000")), "back.deserter_days", "at most 36525"),
    "hours which no calendar holds": (said("records", ("correct_hours", "876601")), "records.correct_hours", "876600"),
    "more than anybody earns": (said("accrual", ("overdraft_days", "1e40")), "accrual.overdraft_days", "at most 36525"),
    "a weekday that is none": (said("counting", ("week", '["moon 07:30-16:30"]')), "counting.week", "mon 07:30-16:30"),
    "a weekday twice": (said("counting", ("week", '["mon 07:00-12:00", "mon 13:00-16:00"]')), "counting.week", "once"),
    "a night that ends before it began": (said("counting", ("week", '["mon 22:00-06:00"]')), "counting.week", "after"),
    "a table out of order": (
        said("accrual", ("part_month", "[[31, 2.5], [6, 0.5]]")),
        "accrual.part_month",
        "more days",
    ),
    "a table that earns less for more": (
        said("accrual", ("part_month", "[[6, 1.0], [31, 0.5]]")),
        "accrual.part_month",
        "never less",
    ),
    "a table that takes days away": (
        said("accrual", ("part_month", "[[6, -0.5], [31, 2.5]]")),
        "accrual.part_month",
        "at least 0",
    ),
    "a table that ends too soon": (said("accrual", ("part_month", "[[6, 0.5]]")), "accrual.part_month", "30 days"),
    "a part that earns more than the whole": (
        said("accrual", ("part_month", "[[31, 3.0]]")),
        "accrual.part_month",
        "2.5",
    ),
    "days without duty beyond the leave": (
        said("kinds.pass", ("non_duty_days", "5")),
        "kinds.pass.non_duty_days",
        "longest_days (4)",
    ),
    "unpaid, and charged": (said("kinds.rr", ("unpaid", "true")), "kinds.rr.unpaid", '"none"'),
    "given, and charged": (said("kinds.rr", ("yearly_working_days", "7")), "kinds.rr.yearly_working_days", '"none"'),
    "a bereavement without the balance": (
        said("kinds.bereavement", ("uncharged_below", '"none"')),
        "kinds.bereavement.uncharged_days",
        "uncharged_below",
    ),
    "a bereavement without its window": (
        said("kinds.bereavement", ("uncharged_window_days", '"none"')),
        "kinds.bereavement.uncharged_days",
        "uncharged_window_days",
    ),
    "somebody above nobody": (
        said("kinds.convalescent", ("commander_up_to_days", '"none"')),
        "kinds.convalescent.above_role",
        "commander_up_to_days",
    ),
    "a raised ceiling below the plain one": (
        said("carry_over", ("raised_days", "50")),
        "carry_over.days",
        "raised_days (50)",
    ),
    "a carry-over over no year's end": (
        said("carry_over", ("year_ends_month", '"none"')),
        "carry_over.days",
        "year_ends_month",
    ),
    "a year's end over which nothing is said to be carried": (
        said("carry_over", *((term, '"none"') for term in ("days", "raised_days", "raised_after_days", *KEPT))),
        "carry_over.year_ends_month",
        "days beside it",
    ),
    "a ceiling that nobody raises": (
        said("carry_over", ("raised_role", '"none"')),
        "carry_over.raised_days",
        "raised_role",
    ),
    "a ceiling of old that is kept for ever": (
        said("carry_over", ("kept_until", '"none"')),
        "carry_over.kept_days",
        "kept_until",
    ),
    "a ceiling of old below what it is for": (
        said("carry_over", ("kept_above_days", "130")),
        "carry_over.kept_above_days",
        "kept_days (120)",
    ),
    "a ceiling of old that ends before it is known whose": (
        said("carry_over", ("kept_on", '"2027-01-01"')),
        "carry_over.kept_on",
        "kept_until (2026-09-30)",
    ),
    "no day on which it may be asked for": (
        said("kinds.ordinary", ("ahead_days", "5")),
        "kinds.ordinary.notice_days",
        "ahead_days (5)",
    ),
    "a commander who may grant what nobody may have": (
        said("kinds.convalescent", ("commander_up_to_days", "181")),
        "kinds.convalescent.commander_up_to_days",
        "longest_days (180)",
    ),
    "a commander who may grant no day": (
        said("kinds.rr", ("commander_up_to_days", "0")),
        "kinds.rr.commander_up_to_days",
        "at least 1",
    ),
    "a leave that is closed before anybody is absent": (
        said("back", ("close_days", "0")),
        "back.close_days",
        "back.deserter_days",
    ),
    "a leave that is closed on the hour of the deserter report": (
        said("back", ("close_days", "30")),
        "back.close_days",
        "more than 720 hours",
    ),
    "a deserter report after the leave is closed": (
        said("back", ("deserter_days", "300")),
        "back.close_days",
        "back.deserter_days",
    ),
    "a provost after the leave is closed": (
        said("back", ("provost_hours", "4320")),
        "back.close_days",
        "back.provost_hours",
    ),
    "a purse that nothing fills": (
        said("kinds.ordinary", ("purse", '"cto"')),
        "kinds.ordinary.purse",
        "accrual.cto_worked_days",
    ),
    "days which are given beside days which are taken from nothing": (
        said("kinds.bereavement", ("purse", '"none"')),
        "kinds.bereavement.uncharged_days",
        "a purse",
    ),
    "a week without a day of duty": (said("counting", ("week", "[]")), "counting.week", "a day of duty"),
    "a journey by car that begins and never ends": (
        said("counting", ("car_from", '"08:00"')),
        "counting.car_from",
        "counting.car_until",
    ),
    "a journey by car that ends and never began": (
        said("counting", ("car_until", '"16:00"')),
        "counting.car_until",
        "counting.car_from",
    ),
    "a cycle that is broken and never due": (
        said("kinds.rr", ("broken_by_working_days", "3")),
        "kinds.rr.broken_by_working_days",
        "taken_within_months",
    ),
}


def test_a_term_is_told_for_its_value_and_for_its_trust_mark_at_once():
    body = '[kinds.ordinary]\ngap_days = { value = -3, source = "a test", trust = "E" }\n'
    with pytest.raises(PackError) as error:
        read(packs.texts() | {"child": HEAD + body}, "child")
    told = [(f.path, f.expected) for f in error.value.findings]
    assert [path for path, _ in told] == ["kinds.ordinary.gap_days"] * 2
    assert told[1][1] == "a whole number at least 0"


def test_a_mission_may_shorten_a_leave_below_what_a_commander_grants():
    """It is no contradiction of the two packs: the commander then grants all that may be had."""
    mission = MISSION + said("kinds.emergency", ("longest_days", "20"))
    both = together(packs.pack("us-army"), read({"unex": mission}, "unex"))
    kind = both.terms.kinds["emergency"]
    assert (kind.longest_days, kind.commander_up_to_days) == (20, 30)


@pytest.mark.parametrize(("body", "path", "expected"), WRONG.values(), ids=WRONG.keys())
def test_a_pack_is_refused_for(body: str, path: str, expected: str):
    found = faults(body)
    assert list(found) == [path]
    assert expected in found[path][0]
    assert found[path][1]


@pytest.mark.parametrize(
    "body",
    [
        said("counting", ("week", '["sun 06:00-18:00", "mon 06:00-18:00"]')),
        said("counting", ("week", '"none"')),
        said("accrual", ("part_month", '"none"')),
        said("kinds.pass", ("non_duty_days", "4")),
        said("kinds.emergency", ("commander_up_to_days", "1")),
        said("back", ("close_days", "31")),
        said("back", ("close_days", "2"), ("deserter_days", "1")),
        said("counting", ("car_from", '"08:00"'), ("car_until", '"16:00"')),
        said("kinds.ordinary", ("purse", '"cto"')) + said("accrual", ("cto_worked_days", "5")),
    ],
)
def test_a_pack_that_is_sound_is_taken(body: str):
    assert faults(body) == {}


def test_a_pack_of_the_mission_may_say_one_half_of_what_a_nation_says_whole():
    text = 'pack = "unex"\nversion = 1\neffective = 2026-01-01\ntitle = "A test"\nlayer = "mission"\n'
    body = said("kinds.rr", ("broken_by_working_days", "2"))
    assert read(packs.texts() | {"unex": text + body}, "unex").leaves["kinds.rr.broken_by_working_days"].value == 2


def test_a_mission_may_not_close_a_leave_before_the_nation_reports_a_deserter():
    mission = read({"unex": MISSION + said("back", ("close_days", "20"))}, "unex")
    with pytest.raises(PackError, match=r"unex@1: back\.close_days: expected more than 720 hours"):
        together(packs.pack("us-army"), mission)
