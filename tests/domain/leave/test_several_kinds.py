"""An absence of several kinds keeps them in order when it becomes longer, shorter, or another one."""

from __future__ import annotations

from datetime import date

import pytest

from domain.leave.events import ExtensionAsked
from domain.model import DAY
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
        (9, 5, ["rr", "ordinary", "pass"]),
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
