"""While the member is away: longer, or held up."""

from __future__ import annotations

from domain.acts import Extend, Report
from domain.facts import Facts
from domain.leave import absence
from domain.leave.absence import plan
from domain.leave.asking import LENGTH, against
from domain.leave.confirming import judged_at, mark
from domain.leave.deciding import Events, during, refused
from domain.leave.events import ExtensionAsked, Reported
from domain.leave.state import Leave
from domain.model import DAY, Instant
from domain.refusal import Refusal


@during("sign-in")
def extend(act: Extend, s: Leave, f: Facts, now: Instant) -> Events:
    """The member asks for a later last day, early enough to be back in time if it is refused (doctrine: return)."""
    if refusal := _may_extend(act, s, judged_at(act, f, now)):
        return refused(act, refusal)
    charged = absence.charge(plan(absence.of(s), s.first_day, act.last))
    cites = ("return/extension", s.rules.pack, *f.degraded)
    return (ExtensionAsked(last=act.last, expected=charged, cites=cites, irregular=mark(f)),)


def _may_extend(act: Extend, s: Leave, now: Instant) -> Refusal | None:
    if act.decided_by != s.whose.id:
        return Refusal(
            rule="return/extension",
            why="only the member asks for an extension; a clerk may enter it",
            facts={"expected": s.whose.id, "got": act.decided_by},
            helps="report a delay instead: furlough report",
        )
    if act.last <= s.last_day:
        return Refusal(
            rule="return/extension",
            why="an extension ends later than the leave",
            facts={"expected": f"after {s.last_day}", "got": str(act.last)},
            helps="to come back earlier, just sign in",
        )
    if s.extension and s.extension.approved:
        return Refusal(
            rule="return/extension",
            why="an extension is approved already, and waits for its days",
            facts={"approved": str(s.extension.last)},
            helps="ask again once it is carried out",
        )
    if now >= s.days.instant(s.last_day + DAY):
        return Refusal(
            rule="return/extension",
            why="the last day is past, so that the member could not be back in time if it were refused",
            facts={"last day": str(s.last_day)},
            helps="report the delay: furlough report",
        )
    return against(LENGTH, s, s.first_day, act.last, now)


@during("sign-in")
def report(act: Report, s: Leave, f: Facts, _: Instant) -> Events:
    """A delay stops the overdue ladder until the commander finds; anybody in the register may tell it.

    Once the commander has found, it takes a post to stop the ladder again. A delay that is told to have lasted until a
    day which was over is irregular: it may be a slip, or tell of a member who ought to be back.
    """
    teller = f.clerk or f.person
    stops = not s.finding or bool(teller and teller.posts)
    over = ("return/until-past",) if act.until and act.until < s.days.day(act.acted_at) else ()
    told = Reported(what=act.what, until=act.until, detail=act.detail, stops=stops)
    return (told.model_copy(update={"cites": ("return/delay",), "irregular": over}),)
