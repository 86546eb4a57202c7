"""The end of people: nobody waits for the member any more, and their leaves end with that (doctrine: return).

Who has not left ends at once, and everything goes back. Who is away is counted up to then; the days are settled, and
the leave ends with no time for corrections, but for one who never came back: a word of the return may still be on its
way. No ladder goes on, and nobody is told: a dead man is never proposed as a
deserter, and his post sends no mail.
"""

from __future__ import annotations

from domain.acts import EndMember
from domain.decider import refused
from domain.ends import before_arrival, may_tell
from domain.facts import Facts
from domain.leave.abroad import MemberGone
from domain.leave.deciding import Events, during
from domain.leave.events import Ended, Noted
from domain.leave.returning import charge
from domain.leave.state import Leave
from domain.model import DAY, Instant, timedelta

TASK = "the account is handed over or settled, and posts which the member held are filled"


@during("hold", "close")
def end_member(act: EndMember, s: Leave, f: Facts, _: Instant) -> Events:
    """The member's time has ended: told by whose matter the cause is, of a day on which they were in the mission."""
    chain, on = s.desks.get("approve", ()), s.days.day(act.acted_at)
    if refusal := may_tell(act, f, s.whose, act.why, chain) or before_arrival(on, s.whose):
        return refused(act, refusal)
    cites = ("return/member-gone", s.rules.pack)
    gone = MemberGone(why=act.why, at=act.acted_at, task=TASK, cites=cites)
    if s.over_at:
        return (gone, Ended(how="settled", cites=cites)) if s.settled else (gone,)
    if s.out_at is None:
        return (gone, Ended(how="member-gone", cites=cites))
    if act.acted_at < s.out_at:
        rule = ("return/order-of-times",)
        return (Noted(what="an end of the member's time told for before the sign-out", cites=rule, irregular=rule),)
    count, charged = charge(s, s.out_at, act.acted_at)
    return (gone.model_copy(update={"charged": charged, "count": count}),)


def not_returned(s: Leave) -> MemberGone:
    """Who never came back: the days up to the one on which they were due, or were found to be away, are settled."""
    assert s.out_at
    at = max(s.days.instant(s.awaited_until + DAY) - timedelta(minutes=1), s.out_at)
    count, charged = charge(s, s.out_at, at)
    cites = ("return/not-returned", s.rules.pack)
    return MemberGone(why="not-returned", at=at, charged=charged, count=count, cites=cites)
