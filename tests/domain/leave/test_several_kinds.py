"""An absence of several kinds keeps them in order when it becomes longer, shorter, or another one."""

from __future__ import annotations

from datetime import date

import pytest

from domain import leave
from domain.decider import entries_of, fold
from domain.leave import discreet, reading
from domain.leave.events import ExtensionAsked, Took
from domain.model import DAY, Decimal
from tests.domain.leave.life import FIRST, SEALED, Life, local, terms

US = terms("us-army", "rr", first_after_days=0, eligible_after_days=0, notice_days=0)


def mixed() -> Life:
    """Three days of R&R, two of ordinary leave, a pass of two."""
    life = Life(terms=US)
    then = ({"leave_kind": "ordinary", "first": FIRST + 3 * DAY}, {"leave_kind": "pass", "first": FIRST + 5 * DAY})
    life.ask(leave_kind="rr", first=FIRST, last=FIRST + 6 * DAY, then=then)
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
    assert life.said[0].expected == 5, "a pass is not charged"
    life.say("extend", "member", last=FIRST + 9 * DAY, reason=SEALED)
    assert life.refused == "kind/longest-days"


@pytest.mark.parametrize(
    ("back", "charged", "kinds"),
    [
        (6, 5, ["rr", "ordinary", "pass"]),
        (4, 5, ["rr", "ordinary"]),
        (1, 2, ["rr"]),
        (9, 8, ["rr", "ordinary", "pass"]),
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
        ("pass", FIRST + 5 * DAY, FIRST + 6 * DAY),
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
    assert held(life)[-1] == ("pass", FIRST + 5 * DAY, FIRST + 9 * DAY)
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
