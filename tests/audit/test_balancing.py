"""Two sides of traces: whatever stands on one side alone is found; what could not be known yet is not."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.balancing import LAST, Balance, Seen, _gaps
from audit.traces import Trace
from domain.model import DAY

T = datetime(2026, 3, 4, 6, 41, tzinfo=UTC)
LEAVES = ("UNEX-a", "UNEX-b", "UNEX-c")


def trace(leave: str, what: str = "days", n: int = 1, value: str = "v", says: str = "", **more: Any) -> Trace:
    keeper = "member-m" if what == "days" else "base-NAQ"
    return Trace(leave, what, n, keeper, more.get("at", T), value, says)


def balance(ended: str = "COMPLETED", **more: Any) -> Balance:
    """Three leaves with a number and days each, on both sides."""
    made = Balance(**more)
    made.entities |= {"base-NAQ": T + DAY, "member-m": T + DAY}
    for serial, leave in enumerate(LEAVES, 1):
        made.leaves[leave] = Seen(T + DAY, ended)
        for one in (trace(leave), trace(leave, "number", value=leave, says=f"NAQ-2026-{serial:06d}")):
            made.said[one.key].append(one)
            made.kept[one.key].append(one)
    return made


def told(made: Balance, grade: str = "found") -> list[tuple[str, str]]:
    return [(one.of, one.what) for one in made.findings() if one.grade == grade]


def test_what_stands_on_both_sides_is_whole():
    assert list(balance().findings()) == []


@given(st.sets(st.sampled_from(LEAVES), min_size=1))
def test_each_leave_without_a_history_is_named_and_no_other(gone: set[str]):
    made = balance()
    for leave in gone:
        del made.leaves[leave]
        del made.said[leave, "days", 1]
        del made.said[leave, "number", 1]
    assert {of for of, _ in told(made)} == gone
    assert all("deleted" in what for _, what in told(made))


@given(st.sampled_from(LEAVES), st.sampled_from(["days", "number"]))
def test_each_trace_that_is_on_one_side_alone_is_found(leave: str, what: str):
    unanswered, unheard = balance(), balance()
    del unanswered.kept[leave, what, 1]
    del unheard.said[leave, what, 1]
    assert leave in {of for of, _ in told(unanswered)}
    assert leave in {of for of, _ in told(unheard)}


def test_another_answer_than_the_leave_was_given_is_found():
    made = balance()
    made.kept["UNEX-a", "days", 1] = [trace("UNEX-a", value="other")]
    assert told(made) == [("UNEX-a", "its wish 1 for days was answered otherwise than member-m has it")]


def test_an_answer_under_way_to_an_open_leave_is_a_note():
    made = balance(ended="")
    late = trace("UNEX-a", n=2)
    made.kept[late.key].append(late)
    assert (told(made), len(told(made, "note"))) == ([], 1)


def test_what_the_walk_gave_back_tells_that_a_leave_was_ended_by_force():
    made = balance()
    back = trace("UNEX-a", n=LAST)
    made.kept[back.key].append(back)
    assert "the nightly walk gave back" in told(made)[0][1]
    made.leaves["UNEX-a"] = Seen(T, "TERMINATED")
    assert (told(made), len(told(made, "note"))) == ([], 1)


def test_a_base_or_an_account_that_is_gone_is_named():
    made = balance()
    del made.entities["member-m"]
    assert told(made)[0][0] == "member-m"


def test_an_account_that_all_sealings_were_too_early_for_is_a_note():
    """A leave that has ended is sealed each night, the account of its member once a week."""
    made = balance(whole=T - DAY)
    del made.entities["member-m"]
    for leave in LEAVES:
        del made.kept[leave, "days", 1]
    assert (told(made), [of for of, _ in told(made, "note")]) == ([], ["member-m"])


@pytest.mark.parametrize(
    ("whole", "grade"), [(None, "found"), (T - DAY, "note"), (T, "note"), (T + DAY, "found")], ids=str
)
def test_a_leave_that_all_sealings_were_too_early_for_is_a_note(whole, grade):
    made = balance(whole=whole)
    for what in ("days", "number"):
        one = trace("UNEX-new", what, says="NAQ-2026-000004" if what == "number" else "")
        made.kept[one.key].append(one)
    assert [of for of, _ in told(made, grade)] == ["UNEX-new"]


def test_a_number_that_was_left_out_or_given_twice_is_found():
    made = balance()
    far = trace("UNEX-c", "number", n=2, says="NAQ-2026-000006")
    twice = trace("UNEX-a", "number", n=2, says="NAQ-2026-000002")
    for one in (far, twice):
        made.kept[one.key].append(one)
        made.said[one.key].append(one)
    assert [what for _, what in told(made)] == [
        "numbers NAQ-2026-000004 to NAQ-2026-000005 (2) were given to nobody, later ones were",
        "number NAQ-2026-000002 was given to UNEX-a, UNEX-b",
    ]
    made.voided.append(("NAQ", 2026, 5, 9))
    assert told(made)[0][1] == "number NAQ-2026-000004 was given to nobody, later ones were"
    made.voided.append(("NAQ", 2026, 4, 5))
    assert len(told(made)) == 1


def test_a_single_number_far_off_buries_nothing():
    """And takes no longer than another one; nor does a stretch that is void."""
    made = balance()
    far = trace("UNEX-c", "number", n=2, says="NAQ-2026-999999")
    made.kept[far.key].append(far)
    made.said[far.key].append(far)
    made.voided.append(("NAQ", 2026, 500_000, 900_000))
    assert [what for _, what in told(made)] == [
        "numbers NAQ-2026-000004 to NAQ-2026-499999 (499996) were given to nobody, later ones were",
        "numbers NAQ-2026-900001 to NAQ-2026-999998 (99998) were given to nobody, later ones were",
    ]


@given(
    st.sets(st.integers(1, 30), min_size=1),
    st.lists(st.tuples(st.integers(1, 30), st.integers(1, 30))),
    st.integers(1, 30),
)
def test_the_gaps_are_all_numbers_but_those_given_and_void(serials: set[int], void: list[tuple[int, int]], first: int):
    gaps = list(_gaps(first, serials, void))
    without = {n for n in range(first, max(serials) + 1) if n not in serials}
    without -= {n for low, high in void for n in range(low, high + 1)}
    assert [n for low, high in gaps for n in range(low, high + 1)] == sorted(without)


def test_numbers_that_earlier_runs_gave_are_no_gap():
    made = balance()
    for key in [key for key in made.kept if key[1] == "number"][:2]:
        del made.kept[key]
        del made.said[key]
    assert len(told(made)) == 1
    made.chains["base-NAQ"] = {"two": "one"}
    made.began["two"] = T
    made.given_before["two"] = {2026: 2}
    assert told(made) == []
    assert "before" in told(made, "note")[0][1]


@settings(max_examples=10)
@given(st.integers(0, 999), st.integers(0, 999))
def test_of_a_thousand_leaves_the_one_that_is_gone_is_named(gone: int, forged: int):
    """And the one of which a base tells another answer than the leave was given."""
    made = Balance(entities={"base-NAQ": T + DAY})
    for i in range(1000):
        one = trace(f"UNEX-{i}", "number", value=str(i), says=f"NAQ-2026-{i + 1:06d}")
        made.leaves[one.leave] = Seen(T + DAY, "COMPLETED")
        made.said[one.key].append(one)
        made.kept[one.key].append(one._replace(value="forged") if i == forged else one)
    del made.leaves[f"UNEX-{gone}"], made.said[f"UNEX-{gone}", "number", 1]
    assert {of for of, _ in told(made)} == {f"UNEX-{gone}", f"UNEX-{forged}"}
