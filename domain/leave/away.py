"""While the member is away: longer, held up, or missing."""

from __future__ import annotations

from domain.acts import Extend, Find, Report
from domain.authority import at_desk
from domain.facts import Facts
from domain.leave.asking import LENGTH, against, already
from domain.leave.confirming import judged_at, mark
from domain.leave.counting import planned
from domain.leave.deciding import Events, during, refused
from domain.leave.events import ExtensionAsked, Found, Reported
from domain.leave.ladders import rungs
from domain.leave.returning import charge
from domain.leave.state import Leave
from domain.model import DAY, Decimal, Instant
from domain.refusal import Refusal


@during("sign-in")
def extend(act: Extend, s: Leave, f: Facts, now: Instant) -> Events:
    """The member asks for a later last day, early enough to be back in time if it is refused (doctrine: return)."""
    if refusal := _may_extend(act, s, judged_at(act, f, now)):
        return refused(act, refusal)
    days = planned(s.rules.counting, s.days, s.first_day, act.last)
    charged = sum((d.charge for d in days), Decimal(0)) if s.kind.purse != "none" else Decimal(0)
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

    Once the commander has found, it takes a post to stop the ladder again.
    """
    teller = f.clerk or f.person
    stops = not s.finding or bool(teller and teller.posts)
    return (Reported(what=act.what, until=act.until, detail=act.detail, stops=stops, cites=("return/delay",)),)


@during("sign-in", "close")
def find(act: Find, s: Leave, f: Facts, _: Instant) -> Events:
    """The commander finds of the days after the last day.

    Never recorded for another; never by the system (doctrine: AWOL).
    """
    assert f.person
    held = at_desk(act, f.person, "approve", rungs(s, "approve"), s.whose.id)
    if isinstance(held, Refusal):
        return refused(act, held)
    if act.entered_by:
        return refused(
            act,
            Refusal(
                rule="return/finding",
                why="a finding is never recorded for another",
                facts={"entered_by": act.entered_by},
                helps="the commander enters it",
            ),
        )
    if s.in_at is None or s.out_at is None:
        if act.finding == "absent" and not {"absence", "overdue"} & set(s.lapsed):
            return already("a finding of absence before the member is overdue", s, "return/finding")
        return (Found(finding=act.finding, cites=("return/finding",)),)
    count, charged = charge(s, s.out_at, s.in_at, act.finding)
    return (Found(finding=act.finding, charged=charged, count=count, cites=("return/finding",)),)
