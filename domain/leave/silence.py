"""What time says: reminders, the next rung of a ladder, and ends that come because nobody acted."""

from __future__ import annotations

from domain.acts import Lapse
from domain.facts import Facts
from domain.leave import lapses
from domain.leave.deadlines import due
from domain.leave.deciding import Events, during
from domain.leave.departing import not_returned
from domain.leave.events import Ended, ExtensionEnded, How, Lapsed
from domain.leave.exemptions import told
from domain.leave.foretelling import desk_of
from domain.leave.grace import deferred, due_at, minutes_late
from domain.leave.ladders import reached, rungs
from domain.leave.lapses import CHECK_DUE, RUNG, about
from domain.leave.returning import recounted
from domain.leave.state import Leave
from domain.model import Code, Instant

ENDS: dict[str, How] = {
    "no days": "not-opened",
    "undecided": "lapsed",
    "not taken": "not-taken",
    "uncharged": "settled",
    "close": "settled",
}
"""Deadlines which end the leave, and how it then ended."""

EXCEPTIONS = {
    "countersign": ("record/countersign",),
    "review": ("decision/review",),
    "uncharged": ("account/settle",),
}
"""Deadlines whose passing is an exception for audit."""


@during("hold", "end")
def lapse(act: Lapse, s: Leave, f: Facts, now: Instant) -> Events:
    """A deadline fell due: its entry strikes it from what is due. One that is due no more changes nothing.

    Noticed late, it may have a grace before it harms anyone.
    """
    if (act.what, act.acted_at) not in {(pending.what, pending.acted_at) for pending in due(s)}:
        return ()
    if waits := deferred(act, s, now):
        return (waits,)
    key = lapses.key(act.what)
    fell = Lapsed(
        what=act.what,
        due_at=due_at(act, s),
        late_minutes=minutes_late(act, s, now),
        to=told(s, act.what, f) if about(act.what) else reaches(s, act.what),
        task=lapses.task(act.what),
        cites=(lapses.rule(act.what), s.rules.pack),
        irregular=EXCEPTIONS.get(key, ()),
    )
    if act.what.startswith("extension") and act.what.endswith("undecided"):
        return (fell, ExtensionEnded(how="lapsed", cites=fell.cites))
    if key == lapses.NOT_RETURNED:
        return (fell, not_returned(s))
    if act.what == CHECK_DUE:
        return (fell, *recounted(s.model_copy(update={"unproven": True}), fell.cites))
    return (fell, Ended(how=_how(s, key), cites=fell.cites)) if key in ENDS else (fell,)


def _how(s: Leave, key: str) -> How:
    """How a leave ends at a deadline; one whose member is not waited for any more is settled first, and ends so."""
    if s.gone is None or s.in_at:
        return ENDS[key]
    return "not-returned" if s.gone.why == "not-returned" else "member-gone"


def reaches(s: Leave, what: str) -> tuple[Code, ...]:
    """The posts which are told: by a reminder those whose turn it is, by a rung the next, of a return the commander."""
    if what.startswith("review:"):
        return s.reviews[what.removeprefix("review:")].posts
    desk = desk_of(s)
    if RUNG in what:
        return rungs(s, desk)[len(reached(s, desk)) :][:1]
    return reached(s, desk)
