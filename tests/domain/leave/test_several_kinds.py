"""An absence of several kinds keeps them in order when it becomes longer, shorter, or another one."""

from __future__ import annotations

from datetime import date

import pytest

from domain import leave
from domain.decider import entries_of, fold
from domain.holdings import Place
from domain.leave import discreet, reading
from domain.leave.counting import each
from domain.leave.events import ExtensionAsked, Took
from domain.leave.ladders import overriding
from domain.leave.state import TURNS
from domain.model import DAY, Decimal
from domain.orders import CEILING, Block
from tests.domain.leave.life import FIRST, NOW, SEALED, Life, local, terms

US = terms("us-army", "rr", first_after_days=0, eligible_after_days=0, notice_days=0)
REST = US.kinds["convalescent"].model_copy(update={"longest_days": 4, "paper": False})
RESTED = US.model_copy(update={"kinds": US.kinds | {"convalescent": REST}})


def mixed() -> Life:
    """Three days of R&R, two of ordinary leave, two of convalescence, of which the terms know no more than four."""
    life = Life(terms=RESTED)
    then = ("ordinary", FIRST + 3 * DAY), ("convalescent", FIRST + 5 * DAY)
    turns = tuple({"leave_kind": kind, "first": first} for kind, first in then)
    life.ask(leave_kind="rr", first=FIRST, last=FIRST + 6 * DAY, then=turns)
    return life


def held(life: Life) -> list[tuple[str, date, date]]:
    """The shares of the days held, or settled."""
    found: dict[str, tuple[str, date, date]] = {}
    for share in life.state.held["days"].shares:
        first = found.get(share.leave_kind, ("", share.first, share.first))[1]
        found[share.leave_kind] = (share.leave_kind, first, share.last)
    return list(found.values())


def test_an_extension_lengthens_the_last_kind_and_keeps_to_its_limit():
    life = mixed().until("sign-in")
    life.say("extend", "member", last=FIRST + 8 * DAY, reason=SEALED)
    assert isinstance(life.said[0], ExtensionAsked)
    assert life.said[0].expected == 5, "convalescence is not charged"
    life.say("extend", "member", last=FIRST + 9 * DAY, reason=SEALED)
    assert life.refused == "kind/longest-days"


@pytest.mark.parametrize(
    ("back", "charged", "kinds"),
    [
        (6, 5, ["rr", "ordinary", "convalescent"]),
        (4, 5, ["rr", "ordinary"]),
        (1, 2, ["rr"]),
        (9, 8, ["rr", "ordinary", "convalescent"]),
    ],
)
def test_who_is_back_earlier_or_later_is_charged_for_the_kinds_of_the_days_really_taken(back, charged, kinds):
    life = mixed().until("sign-in")
    life.sign_in(local(FIRST + back * DAY, "23:00"))
    assert life.state.charged == charged
    assert [kind for kind, _, _ in held(life)] == kinds
    assert held(life)[-1][2] == FIRST + back * DAY


def test_other_dates_move_the_ends_and_leave_out_a_kind_for_which_no_day_is_left():
    life = mixed()
    life.say("correct", "member", last=FIRST + 4 * DAY, reason="shorter")
    assert [kind for kind, _, _ in held(life)] == ["rr", "ordinary"]
    life.say("correct", "member", first=FIRST + 4 * DAY, last=FIRST + 6 * DAY, reason="later")
    assert held(life) == [
        ("ordinary", FIRST + 4 * DAY, FIRST + 4 * DAY),
        ("convalescent", FIRST + 5 * DAY, FIRST + 6 * DAY),
    ]


def test_each_kind_of_an_absence_is_one_which_the_pack_has():
    life = Life(terms=US)
    life.ask(then=({"leave_kind": "home", "first": FIRST + 3 * DAY},))
    assert life.refused == "ask/kind"


def test_late_days_that_are_found_to_be_charged_are_so_after_an_uncharged_kind_too():
    life = mixed().until("sign-in")
    life.sign_in(local(FIRST + 9 * DAY, "23:00"))
    life.say("find", "co", finding="charged", reason=SEALED)
    assert life.state.charged == 5 + 3
    assert held(life)[-1] == ("convalescent", FIRST + 5 * DAY, FIRST + 9 * DAY)
    assert life.state.held["days"].charged == 8
    life.say("find", "co", finding="excused", reason=SEALED)
    assert life.state.held["days"].charged == 5


# ---- unpaid days of one kind


def test_who_asks_for_excess_leave_tells_the_account_each_day_before_the_departure():
    """Which days are in excess, and earn nothing, only days told one by one can say: a holiday at the end is free."""
    life = Life(terms=US)
    life.ask(leave_kind="ordinary", first=FIRST, last=FIRST + 6 * DAY, excess=True)
    assert [(s.first, s.last, s.each) for s in life.state.held["days"].shares] == [(FIRST, FIRST + 6 * DAY, 1)]
    plain = Life(terms=US)
    plain.ask(leave_kind="ordinary", first=FIRST, last=FIRST + 6 * DAY)
    assert not plain.state.held["days"].shares


def test_what_the_balance_does_not_pay_for_is_told_to_those_whom_the_kind_concerns_alone():
    life = Life(terms=US)
    life.ask(leave_kind="ordinary", first=FIRST, last=FIRST + 6 * DAY, excess=True)
    took = Took(spec=life.state.held["days"], n=1, advance=Decimal(4), excess=Decimal(2), cites=("world",))
    (entry,) = entries_of(None, (took,), life.state.seq, life.now)
    state = fold(leave, life.state, (entry,))
    assert [state.advance, state.excess] == [4, 2]
    in_full = "days held: 7, of which 4 in advance of what is still to be earned, 2 in excess: unpaid"
    assert reading.sentence(entry, entitled=True).startswith(in_full)
    assert reading.sentence(entry, entitled=False) == "days held"
    untold = discreet.state(state)
    assert [untold.advance, untold.excess] == [0, 0]


# ---- what the base is told


def test_the_base_is_told_each_kind_of_an_absence_and_its_days_also_when_they_change():
    life = mixed()
    life.until("sign-out")
    told = [(part.leave_kind, part.first, part.last) for part in life.state.held["place"].parts]
    assert told == [
        ("rr", FIRST, FIRST + 2 * DAY),
        ("ordinary", FIRST + 3 * DAY, FIRST + 4 * DAY),
        ("convalescent", FIRST + 5 * DAY, FIRST + 6 * DAY),
    ]
    life.say("correct", "co", last=FIRST + 4 * DAY, reason="shorter")
    assert [part.last for part in life.state.held["place"].parts] == [FIRST + 2 * DAY, FIRST + 4 * DAY]
    plain = Life().until("sign-out")
    assert plain.state.held["place"].parts == ()


def test_a_leave_of_before_says_of_its_place_what_it_said_then():
    """Nothing that is in force is asked for anew after an upgrade."""
    life = mixed().until("sign-out")
    before = life.state.model_copy(update={"chart": TURNS - 1})
    (want,) = leave.wants(before, life.now)
    assert isinstance(want.spec, Place)
    assert want.spec.parts == ()


def test_only_an_emergency_and_nothing_behind_it_is_told_who_may_override_strength():
    short = Block(cites="strength", rule=CEILING, why="strength: 3 of 20 absent")
    for then, posts in ((), ("NCC-GHA",)), (({"leave_kind": "ordinary", "first": FIRST + DAY},), ()):
        life = Life(family="listed")
        life.ask(leave_kind="emergency", then=then)
        life.until("confirm")
        life.ruled(short, granted=False)
        assert overriding(life.state) == posts


# ---- what each kind of an absence is asked for by itself


@pytest.mark.rule("ask/notice")
@pytest.mark.parametrize(
    ("kind", "then", "notice", "refused"),
    [
        ("convalescent", "ordinary", 13, "ask/notice"),  # no notice for the first, 14 days for the second
        ("convalescent", "ordinary", 14, ""),
        ("ordinary", "convalescent", 13, ""),
    ],
)
def test_each_kind_of_an_absence_is_asked_for_as_early_as_it_is_by_itself(kind, then, notice, refused):
    life = Life(terms=RESTED)
    second = NOW.date() + notice * DAY
    first = second - 2 * DAY if kind == "convalescent" else second - 4 * DAY + 5 * DAY
    turns = ({"leave_kind": then, "first": first + 2 * DAY},)
    life.ask(leave_kind=kind, first=first, last=first + 4 * DAY, then=turns)
    assert life.refused == refused


@pytest.mark.rule("ask/ahead")
@pytest.mark.parametrize(("ahead", "refused"), [(45, ""), (46, "ask/ahead")])
def test_no_kind_of_an_absence_is_asked_for_earlier_than_it_is_by_itself(ahead, refused):
    """Of police: ordinary leave at most 45 days ahead; days off before it are asked for at any time."""
    known = terms("un-police", "ordinary")
    assert known.kinds["ordinary"].ahead_days == 45
    free = known.kinds["cto"].model_copy(update={"ahead_days": None})
    life = Life(terms=known.model_copy(update={"kinds": known.kinds | {"cto": free}}))
    second = NOW.date() + ahead * DAY
    turns = ({"leave_kind": "ordinary", "first": second},)
    life.ask(leave_kind="cto", first=second - DAY, last=second + DAY, then=turns)
    assert life.refused == refused


@pytest.mark.rule("account/apart")
@pytest.mark.parametrize(("kind", "then"), [("ordinary", "pass"), ("pass", "ordinary"), ("pass", "pass")])
def test_a_pass_lies_next_to_no_leave_in_one_absence_either(kind, then):
    life = Life(terms=US)
    life.ask(leave_kind=kind, then=({"leave_kind": then, "first": FIRST + 2 * DAY},), last=FIRST + 4 * DAY)
    assert life.refused == "account/apart"
    assert life.said[0].refusal.facts["got"] == f"{kind}, then {then}"


@pytest.mark.rule("kind/non-duty-days")
@pytest.mark.parametrize(("monday", "refused"), [(0, "kind/non-duty-days"), (4, "")])
def test_a_pass_that_becomes_the_longest_holds_its_days_without_duty_too(monday, refused):
    """From Monday or Friday on: three days are asked for, and the fourth by a correction, or by an extension."""
    first, words = FIRST + monday * DAY, {"leave_kind": "pass", "travel": "none"}
    life = Life(terms=US)
    life.ask(first=first, last=first + 2 * DAY, **words)
    assert not life.refused
    life.say("correct", "member", last=first + 3 * DAY, reason="a slip of the pen")
    assert life.refused == refused
    life = Life(terms=US)
    life.ask(first=first, last=first + 2 * DAY, **words)
    life.until("sign-out").sign_out(local(first, "10:00"))
    life.say("extend", "member", last=first + 3 * DAY, reason=SEALED)
    assert life.refused == refused


# ---- what the gate saw


@pytest.mark.parametrize(
    ("kinds", "free"),
    [
        (("rr", "ordinary"), (0, 1)),
        (("ordinary", "rr"), (6, 7)),
        (("ordinary", "ordinary"), ()),
        (("rr", "rr"), (0, 1, 6, 7)),
    ],
)
def test_days_of_travel_to_a_gateway_are_free_on_days_of_the_kinds_which_the_terms_list(kinds, free):
    """Reached on the second day, and again on the seventh of eight; four days are of each kind."""
    first, then = kinds
    life = Life(terms=US)
    life.ask(leave_kind=first, last=FIRST + 7 * DAY, then=({"leave_kind": then, "first": FIRST + 4 * DAY},))
    life.until("sign-in")
    for way, day in ("out", 1), ("back", 6):
        life.wait(local(FIRST + day * DAY, "12:00"))
        life.say("gateway", "mover", way=way)
    life.sign_in(local(FIRST + 7 * DAY, "20:00"))
    found = {d.day for d in each(life.state.counted) if d.rule.startswith("counting/gateway")}
    assert found == {FIRST + day * DAY for day in free}
    assert life.state.charged == 8 - len(free)


@pytest.mark.parametrize(
    ("halves", "charged"),
    [(("rr", "ordinary"), 7), (("ordinary",), 7.5), (("rr",), 7.5), ((), 8)],
)
def test_half_a_day_at_either_end_is_of_the_kind_which_lies_there(halves, charged):
    """Left after the middle of the duty, and back before it: half a day where the kind of that day has half days."""
    known = {kind: US.kinds[kind].model_copy(update={"half_days": kind in halves}) for kind in ("rr", "ordinary")}
    life = Life(terms=US.model_copy(update={"kinds": US.kinds | known}))
    life.ask(leave_kind="rr", last=FIRST + 7 * DAY, then=({"leave_kind": "ordinary", "first": FIRST + 4 * DAY},))
    life.until("sign-out").sign_out(local(FIRST, "14:00"))
    life.sign_in(local(FIRST + 7 * DAY, "11:00"))
    assert life.state.charged == Decimal(str(charged))
