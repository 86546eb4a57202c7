"""The end of people: every open leave ends with the member's time, and nobody is proposed as a deserter."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from domain import leave
from domain.acts import EndOfTime
from domain.facts import HeldPost, Person
from domain.leave.events import Lapsed
from domain.model import DAY, HOUR, Decimal
from domain.orders import Role
from tests.domain.leave.life import ARRIVED, FIRST, LAST, SEALED, Life, local, person

WHY = get_args(EndOfTime)


def gone(life: Life, why: str = "died", who: str | Person = "force", **words: Any) -> Life:
    life.say("end-member", who, why=why, **words)
    return life


@pytest.mark.parametrize("why", WHY)
@pytest.mark.parametrize("step", ["approve", "confirm", "sign-out"])
def test_a_leave_that_was_not_taken_ends_at_once_and_gives_all_back(step, why):
    life = gone(Life().until(step), why)
    assert (life.kinds, life.ends) == (["member-gone", "ended"], ["member-gone"])
    assert set(life.state.held) == {"number"}
    assert leave.over(life.state)


@pytest.mark.parametrize("why", WHY)
def test_who_is_away_is_counted_up_to_then_and_the_leave_is_settled_and_ends(why):
    life = Life().until("sign-in")
    life.wait(local(FIRST + 2 * DAY, "15:00"))
    gone(life, why)
    days = life.state.held["days"]
    assert (life.kinds, life.face.state, life.state.charged, days.charged) == (
        ["member-gone"],
        "gone",
        Decimal(3),
        Decimal(3),
    )
    assert days.last == FIRST + 2 * DAY
    life.lapse()
    assert (life.ends, life.face.state, life.now) == (["member-gone"], "member gone", local(FIRST + 2 * DAY, "15:00"))
    assert leave.over(life.state)


def test_a_dead_man_is_never_proposed_as_a_deserter():
    """Whether it is told in time, late, or while the ladder runs; what had been proposed stays in the journal."""
    for days in (-3, 1, 2, 20):
        life = Life().until("sign-in")
        life.wait(local(LAST + days * DAY, "10:00"))
        before = [e.event.what for e in life.journal if isinstance(e.event, Lapsed)]
        gone(life, acted_at=local(LAST - 4 * DAY, "10:00"))
        life.wait(local(LAST + 60 * DAY))
        fell = [e.event.what for e in life.journal if isinstance(e.event, Lapsed)]
        assert fell == [*before, "close"]
        assert (life.ends, life.state.charged) == (["member-gone"], Decimal(4))


def test_timers_and_notices_stop():
    life = Life(notices=True).until("sign-in")
    life.say("report", "cook", what="delay")
    told = len(life.world.told)
    gone(life)
    assert [what for what in life.due() if what != "close"] == []
    life.lapse()
    assert (life.ends, len(life.world.told)) == (["member-gone"], told)


def test_nothing_that_others_read_tells_why():
    life = Life().until("sign-in")
    gone(life, "died")
    life.lapse()
    told = [str(life.face), *(e.event.says() for e in life.journal)]
    assert not [words for words in told if any(why in words for why in ("died", "dead", "missing"))]


def holding(role: Role, base: str | None = "NAQ", post: str = "") -> Person:
    """Somebody with one post of a role, at a base or for the whole mission."""
    held = HeldPost(post=post or f"{role}-{base}", role=role, base=base, since=ARRIVED)
    return Person(id=f"m-{role}", posts=(held,), base="NAQ")


EVERY, STAFF = set(WHY), {"transfer", "rotation", "end-of-tour"}
MAY: list[tuple[Person, set[str]]] = [
    (person("co"), EVERY - {"mission-closed"}),
    (person("dco"), EVERY - {"mission-closed"}),
    (person("sector"), EVERY - {"mission-closed"}),
    (holding("force-commander", None, "FC"), EVERY),
    (holding("force-commander", None, "DFC"), EVERY),
    (holding("administrator", None), STAFF | {"mission-closed"}),
    (holding("administrator"), STAFF),
    (holding("administrator", "JUB"), set()),
    (holding("hospital-commander"), {"died", "repatriated"}),
    (holding("hospital-commander", "JUB"), set()),
    (holding("provost", None), {"died", "missing"}),
    (holding("commander"), set()),  # of another unit at the base
    (holding("national-contingent-commander"), set()),  # of another nation
    (person("clerk"), set()),
    (person("gate"), set()),
    (holding("duty-officer"), set()),
    (person("cook"), set()),
]


@pytest.mark.parametrize(("who", "causes"), MAY, ids=[f"{who.id}-{who.posts[0].base}" for who, _ in MAY])
def test_authority_end_member(who, causes):
    """Their own chain of command, or the post whose matter the cause is; posts that only record record it for one."""
    told = {why for why in WHY if not gone(Life().until("sign-in"), why, who).refused}
    assert told == causes


@pytest.mark.parametrize("why", WHY)
def test_who_has_no_say_is_told_who_has_and_that_a_clerk_records_it(why):
    life = gone(Life().until("sign-in"), why, "clerk")
    (refusal,) = [event.refusal for event in life.said]
    assert (life.face.state, refusal.rule) == ("away", "authority/end-member")
    assert ("FC" in refusal.facts["expected"], "--for" in refusal.helps) == (True, True)
    life.say("end-member", "force", "clerk", why=why)
    assert life.face.state == "gone"


def test_nobody_ends_their_own_time():
    assert gone(Life().until("sign-in"), "transfer", "member").refused == "decision/not-own"


@pytest.mark.parametrize(("days", "rule"), [(0, ""), (-1, "return/before-arrival"), (-400, "return/before-arrival")])
def test_return_before_arrival(days, rule):
    """An end of somebody's time on a day before they came is one wrong date, and changes nothing."""
    life = gone(Life().until("approve"), "transfer", acted_at=local(ARRIVED + days * DAY, "09:00"))
    assert (life.refused, life.ends) == (rule, [] if rule else ["member-gone"])


@pytest.mark.parametrize("why", WHY)
def test_an_end_in_the_future_is_refused(why):
    """A death date in the future, above all."""
    life = Life().until("sign-in")
    gone(life, why, acted_at=life.now + DAY)
    assert (life.refused, life.face.state) == ("record/future", "away")


def test_an_end_told_for_before_the_sign_out_is_noted_and_the_member_still_away():
    life = Life().until("sign-in")
    gone(life, acted_at=life.state.out_at - HOUR)
    assert (life.kinds, life.said[0].irregular, life.at) == (["noted"], ("return/order-of-times",), "sign-in")


def test_an_extension_that_waits_ends_with_the_member():
    life = Life().until("sign-in")
    life.say("extend", "member", last=LAST + DAY, reason=SEALED)
    gone(life)
    assert life.state.extension is None
    assert life.face.posts == ()


def test_who_was_back_already_has_the_leave_closed():
    life = gone(Life().until("close"), "rotation")
    assert (life.kinds, life.ends, life.state.charged) == (["member-gone", "ended"], ["settled"], Decimal(8))


def test_what_a_clerk_recorded_of_it_waits_for_its_countersignature():
    life = Life().until("sign-in")
    life.say("end-member", "co", "clerk", why="repatriated")
    life.lapse()
    assert (life.ends, leave.over(life.state), len(life.state.countersigns)) == (["member-gone"], False, 1)
    life.wait_for(f"countersign:{next(iter(life.state.countersigns))}")
    assert leave.over(life.state)
