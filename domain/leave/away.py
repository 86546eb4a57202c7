"""While the member is away: longer, or held up."""

from __future__ import annotations

from domain.acts import Extend, Report
from domain.decider import refused
from domain.facts import Facts
from domain.leave import absence
from domain.leave.abroad import Admitted, Discharged, ExtensionAsked, Reported
from domain.leave.absence import plan
from domain.leave.asking import LENGTH, against
from domain.leave.backdating import judged_at
from domain.leave.deciding import Events, during
from domain.leave.state import Leave
from domain.model import DAY, HOUR, Instant
from domain.refusal import Refusal


@during("sign-in")
def extend(act: Extend, s: Leave, f: Facts, now: Instant) -> Events:
    """The member asks for a later last day, early enough to be back in time if it is refused (doctrine: return)."""
    if refusal := _may_extend(act, s, judged_at(act, f, now)):
        return refused(act, refusal)
    charged = absence.charge(plan(absence.of(s), s.first_day, act.last))
    return (ExtensionAsked(last=act.last, expected=charged, cites=("return/extension", s.rules.pack)),)


def _may_extend(act: Extend, s: Leave, now: Instant) -> Refusal | None:
    if act.decided_by != s.whose.id:
        return Refusal(
            rule="return/extension",
            why="only the member asks for an extension; a clerk may enter it",
            facts={"expected": s.whose.id, "got": act.decided_by},
            helps="as a clerk, name for whom: furlough extend --for NUMBER; or report a delay: furlough report",
        )
    if act.last <= s.last_day:
        return Refusal(
            rule="return/extension",
            why="an extension ends later than the leave",
            facts={"expected": f"after {s.last_day}", "got": str(act.last)},
            helps="to come back earlier, just sign in",
        )
    if s.recall or s.admitted:
        return Refusal(
            rule="return/extension",
            why="the member was recalled" if s.recall else "the leave was broken off, and takes no more days",
            facts={"due back": str(s.due_day)},
            helps="report a delay: furlough report"
            if s.recall
            else "ask for another leave: furlough request --resumes",
        )
    if s.extension and s.extension.approved:
        return Refusal(
            rule="return/extension",
            why="an extension is approved already, and waits for its days",
            facts={"approved": str(s.extension.last)},
            helps="ask again once it is carried out",
        )
    return _too_late(s, now) or against(LENGTH, s, s.first_day, act.last, now)


def _too_late(s: Leave, now: Instant) -> Refusal | None:
    """Asked so late that the answer may find the flight home gone, or the last day over (doctrine: return).

    Command has its hours to answer in before the member has to be on the way: before the flight on which they have a
    seat departs, else before the last day is over.
    """
    hours, home = s.rules.back.extension_answer_hours, s.way_home
    over = s.days.instant(s.last_day + DAY)
    sets_out = min(home.departs, over) if home else over
    if now + hours * HOUR <= sets_out:
        return None
    leaves = f"flight {home.flight}, {home.departs:%Y-%m-%d %H:%M}Z" if home else f"the end of {s.last_day}"
    return Refusal(
        rule="return/extension",
        why="asked too late: were it refused, the member could not be back in time",
        facts={
            "expected": f"asked by {sets_out - hours * HOUR:%Y-%m-%d %H:%M}Z, {hours} h before {leaves}",
            "got": f"{now:%Y-%m-%d %H:%M}Z",
            "last day": str(s.last_day),
        },
        helps="come back in time; if that cannot be done, report the delay: furlough report",
    )


@during("sign-in")
def report(act: Report, s: Leave, f: Facts, _: Instant) -> Events:
    """A delay stops the overdue ladder until the commander finds; anybody in the register may tell it.

    Once the commander has found, it takes a post to stop the ladder again. A delay that is told to have lasted until a
    day which was over is irregular: it may be a slip, or tell of a member who ought to be back.
    """
    teller = f.clerk or f.person
    stops = act.what != "discharged" and (not s.finding or bool(teller and teller.posts))
    over = ("return/until-past",) if act.until and act.until < s.days.day(act.acted_at) else ()
    follows, order = _hospital(act, s)
    told = Reported(what=act.what, until=act.until, detail=act.detail, stops=stops)
    return (told.model_copy(update={"cites": ("return/delay",), "irregular": (*over, *order)}), *follows)


def _hospital(act: Report, s: Leave) -> tuple[Events, tuple[str, ...]]:
    """What an admission to a hospital, or a discharge, does to the days; and what is wrong with its time.

    Charging stops on the day of admission; to go on resting takes another leave, which resumes this one.
    """
    if act.what not in ("hospital", "discharged"):
        return (), ()
    admitted_at = s.admitted.at if s.admitted else None
    since = s.out_at if act.what == "hospital" else admitted_at
    if since is None or act.acted_at < since:
        return (), ("return/order-of-times",)
    if act.what == "discharged":
        return (Discharged(at=act.acted_at, cites=("return/hospital",)),) if s.in_hospital else (), ()
    if s.admitted:
        return (), ()
    before = s.days.day(act.acted_at) - DAY
    last = min(max(before, s.first_day), s.last_day)
    days = plan(absence.of(s), s.first_day, last) if before >= s.first_day else ()
    expected = absence.charge(days)
    return (Admitted(at=act.acted_at, last=last, expected=expected, cites=("return/hospital", s.rules.pack)),), ()
