"""What time says: reminders, the next rung of a ladder, and ends that come because nobody acted."""

from __future__ import annotations

from domain.acts import Lapse
from domain.facts import Facts
from domain.leave.deadlines import CHECK_DUE, due
from domain.leave.deciding import Events, during
from domain.leave.departing import not_returned
from domain.leave.events import Ended, ExtensionEnded, How, Lapsed
from domain.leave.exemptions import about, told
from domain.leave.grace import deferred, due_at, minutes_late
from domain.leave.ladders import reached, rungs
from domain.leave.path import PATH, at, here
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

TASKS = {
    CHECK_DUE: "what was to follow did not come: the days are counted anew",
    "close": "the time for corrections is over",
    "undecided": "nobody decided in time",
    "not taken": "nobody signed out in time",
    "overdue": "overdue: find out where the member is",
    "absence": "absence proposed: the commander finds",
    "provost": "provost to be told",
    "deserter report": "deserter report proposed: a human authority decides",
    "finding": "a delay was reported: the commander finds",
    "ask after": "held up without fault as found: ask until when, and the commander finds anew",
    "recall untold": "recalled, and not told yet: tell the member, and record it",
    "uncharged": "the account did not take the charge: it is corrected there",
    "countersign": "countersignature missing: an exception for audit",
    "review": "not reviewed by the next higher post: an exception for audit",
    "not returned": "never returned: what becomes of the member is decided outside this leave",
}
"""What somebody has to do once a deadline fell due; the system itself finds nothing and reports nobody."""

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
    key = next((k for k in (*ENDS, *TASKS) if act.what.startswith(k)), "")
    fell = Lapsed(
        what=act.what,
        due_at=due_at(act, s),
        late_minutes=minutes_late(act, s, now),
        to=told(s, act.what, f) if about(act.what) else reaches(s, act.what),
        task=TASKS.get(key, "") or _silence(act.what),
        cites=(f"silence/{(key or 'limit').replace(' ', '-')}", s.rules.pack),
        irregular=EXCEPTIONS.get(key, ()),
    )
    if act.what.startswith("extension") and act.what.endswith("undecided"):
        return (fell, ExtensionEnded(how="lapsed", cites=fell.cites))
    if key == "not returned":
        return (fell, not_returned(s))
    if act.what == CHECK_DUE:
        return (fell, *recounted(s.model_copy(update={"unproven": True}), fell.cites))
    return (fell, Ended(how=_how(s, key), cites=fell.cites)) if key in ENDS else (fell,)


def _how(s: Leave, key: str) -> How:
    """How a leave ends at a deadline; one whose member is not waited for any more is settled first, and ends so."""
    if s.gone is None or s.in_at:
        return ENDS[key]
    return "not-returned" if s.gone.why == "not-returned" else "member-gone"


def _silence(what: str) -> str:
    """What a desk's silence leads to, in words."""
    if " rung " in what:
        return "no answer: another post may decide by now"
    return "reminder: a decision is waited for" if "remind " in what else ""


def reaches(s: Leave, what: str) -> tuple[Code, ...]:
    """The posts which are told: by a reminder those whose turn it is, by a rung the next, of a return the commander."""
    if what.startswith("review:"):
        return s.reviews[what.removeprefix("review:")].posts
    desk = "approve" if s.out_at else PATH[here(s)].desk if at(s) != "end" else ""
    if " rung " in what:
        return rungs(s, desk)[len(reached(s, desk)) :][:1]
    return reached(s, desk)
