"""Deadlines that are noticed late, since server, worker or power was away (doctrine: silence).

What harms somebody waits for a grace then: the word which would have met the deadline may lie in a spool, and is on
its way by now. What only reminds, or brings another post in, comes at once. Another outage within the grace begins it
anew.
"""

from __future__ import annotations

from domain.acts import Lapse
from domain.leave.deadlines import BESIDE, deadlines
from domain.leave.events import Deferred
from domain.leave.lapses import CHECK_DUE, LADDER, NOT_RETURNED
from domain.leave.state import Leave
from domain.model import HOUR, Instant, timedelta

HARMS = ("undecided", "not taken", "close", CHECK_DUE, *LADDER, NOT_RETURNED, *BESIDE)
"""Deadlines, by how their names begin, that end a leave or tell somebody's fault; as the end of an extension does."""


def harms(what: str) -> bool:
    """Whether a deadline ends something, or tells somebody's fault."""
    return what.startswith(HARMS) or what.endswith(" undecided")


def due_at(act: Lapse, s: Leave) -> Instant:
    """When the deadline fell due, though it may be said only at the end of its grace.

    The leave itself tells it, and not the time at which it is said: a deadline may have moved to the very end of the
    grace that it had before.
    """
    return next((each.acted_at for each in deadlines(s) if each.what == act.what), act.acted_at)


def minutes_late(act: Lapse, s: Leave, now: Instant) -> int:
    """How late it is said, in whole minutes since it fell due; 0 where the terms take that for in time."""
    after, late = s.rules.late.after_minutes, now - due_at(act, s)
    return late // MINUTE if after is not None and late > after * MINUTE else 0


def deferred(act: Lapse, s: Leave, now: Instant) -> Deferred | None:
    """The grace of a deadline that was noticed late; None where it was noticed in time, or its grace is over."""
    terms = s.rules.late
    if not harms(act.what) or terms.grace_hours is None or terms.after_minutes is None:
        return None
    if now - act.acted_at <= terms.after_minutes * MINUTE:
        return None
    due, late = due_at(act, s), minutes_late(act, s, now)
    cites = ("silence/grace", s.rules.pack)
    return Deferred(what=act.what, due_at=due, late_minutes=late, until=now + terms.grace_hours * HOUR, cites=cites)


MINUTE = timedelta(minutes=1)
