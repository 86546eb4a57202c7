"""Asking for leave, and what the member may still do with the request."""

from __future__ import annotations

from domain.acts import Ask, Withdraw
from domain.authority import AHEAD
from domain.calendar import months_after
from domain.decider import refused
from domain.facts import Facts
from domain.leave.absence import Absence, charge, parts, plan
from domain.leave.backdating import judged_at
from domain.leave.conditions import CONDITIONS, Check, non_duty, of_base
from domain.leave.deciding import Events, during, unopened
from domain.leave.events import Asked, Ended, Noted
from domain.leave.state import TURNS, Leave
from domain.model import DAY, Instant, date
from domain.refusal import Refusal
from domain.terms import KindTerms, Terms


@during("hold")
def ask(act: Ask, s: Leave, f: Facts, now: Instant) -> Events:
    """Open the leave, or say which rule of the pack does not allow it.

    A request which is refused is not opened: no number is given.
    """
    when = judged_at(act, f, now)
    for check in CHECKS:
        if refusal := check(act, f, when):
            return unopened(act, refusal)
    assert f.member
    assert f.terms
    assert f.calendar
    assert f.base
    charged = charge(plan(Absence(act, f.terms, f.calendar, base=f.base.code), act.first, act.last))
    return (
        Asked(
            ask=act,
            member=f.member,
            terms=f.terms,
            calendar=f.calendar,
            desks=f.desks,
            officer=f.base.clearance == "officer",
            notices=f.notices,
            expected=charged,
            chart=TURNS,
            exemptions=True,
            as_of=when if when + AHEAD < now else None,
            cites=(f.terms.pack,),
        ),
    )


def _member_known(act: Ask, f: Facts, _: Instant) -> Refusal | None:
    if f.member and f.terms and f.base and f.calendar:
        return None
    return Refusal(
        rule="ask/known-member",
        why="the member, or the base of the member, is not in the register",
        facts={"member": act.member, "register": f"v{f.register_version}"},
        helps="furlough register import",
    )


def _own(act: Ask, f: Facts, _: Instant) -> Refusal | None:
    """Only the member asks (doctrine: decisions)."""
    if act.decided_by == act.member:
        return None
    return Refusal(
        rule="ask/own",
        why="only the member asks for leave; a clerk may enter what the member signed",
        facts={"expected": act.member, "got": act.decided_by},
        helps="record what the member signed: furlough request SERVICE-NUMBER --medium paper",
    )


def _kind(act: Ask, f: Facts, _: Instant) -> Refusal | None:
    assert f.terms
    missing = [k for k in (act.leave_kind, *(then.leave_kind for then in act.then)) if k not in f.terms.kinds]
    if not missing:
        return None
    return Refusal(
        rule="ask/kind",
        why="the rule pack of the member has no such kind of leave",
        facts={"expected": ", ".join(f.terms.kinds), "got": missing[0], "terms": f.terms.pack},
        helps="ask for one of the kinds expected; furlough rules show tells what the pack says of each",
    )


def _notice(act: Ask, f: Facts, now: Instant) -> Refusal | None:
    """Asked in time: so many days before the first day or, where the pack says so, up to so many after it."""
    assert f.calendar
    kind, today = _terms(act, f), f.calendar.day(now)
    notice = 0 if act.resumes else kind.notice_days  # nobody knows ahead when a hospital lets them go
    earliest = today + (notice - (kind.after_days or 0)) * DAY
    if act.first >= earliest:
        return None
    past = f"the first day is past by more than {kind.after_days} days" if kind.after_days else "the first day is past"
    return Refusal(
        rule="ask/notice",
        why=f"the first day must lie {notice} days ahead" if notice else past,
        facts={"expected": f"{earliest} or later", "got": str(act.first), "asked on": str(today)},
        helps=f"ask for {earliest} or later; a clerk enters with --at when it was signed, where that was earlier",
    )


def _ahead(act: Ask, f: Facts, now: Instant) -> Refusal | None:
    """Not asked so early that nobody can know yet: at most so many days before the first day."""
    assert f.calendar
    ahead, today = _terms(act, f).ahead_days, f.calendar.day(now)
    if ahead is None or act.first <= today + ahead * DAY:
        return None
    return Refusal(
        rule="ask/ahead",
        why=f"this leave is asked for at most {ahead} days before its first day",
        facts={"expected": f"a first day of {today + ahead * DAY} or before", "got": str(act.first)},
        helps=f"ask on {act.first - ahead * DAY} or later",
    )


def _security(act: Ask, f: Facts, now: Instant) -> Refusal | None:
    """Who travels asks in time for a security clearance, where one is wanted; an emergency is only warned."""
    assert f.calendar
    late = security_late(f.terms, act, f.calendar.day(now), act.first)
    assert f.terms
    if not late or f.terms.urgent(act.leave_kind):
        return None
    earliest = f.calendar.day(now) + (f.terms.travel.security_days or 0) * DAY
    return Refusal(
        rule=SECURITY,
        why=late,
        facts={"expected": f"{earliest} or later", "got": str(act.first)},
        helps=f"ask for {earliest} or later; without a journey: --travel none",
    )


def security_late(terms: Terms | None, act: Ask, asked: date, first: date) -> str:
    """What is told of a journey asked for too late for its security clearance; empty where none is wanted."""
    days = terms.travel.security_days if terms else None
    if not days or act.travel == "none" or first >= asked + days * DAY:
        return ""
    return f"a security clearance is asked for at least {days} days before the journey"


SECURITY = "travel/security-clearance"


def _longest(act: Ask, f: Facts, _: Instant) -> Refusal | None:
    """No absence is longer than the pack allows for its kind."""
    assert f.calendar
    kind, long = _terms(act, f), len(f.calendar.shown(act.first, act.last))
    travel = (kind.travel_days or 0) if act.travel != "none" else 0
    most = kind.longest_days + travel
    if long <= most:
        return None
    why = f"this kind of leave lasts at most {kind.longest_days} days"
    return Refusal(
        rule="kind/longest-days",
        why=why + (f", and {travel} of travel" if travel else ""),
        facts={"expected": f"at most {most}", "got": str(long)},
        helps=f"a last day of {f.calendar.nth(act.first, most)} or before",
    )


def _first_after(act: Ask, f: Facts, _: Instant) -> Refusal | None:
    """First leave after N days: first day >= arrival + N (doctrine: counting days)."""
    assert f.member
    kind = _terms(act, f)
    waits = max(kind.first_after_days, kind.eligible_after_days)
    earliest = f.member.arrived + waits * DAY
    if act.first >= earliest:
        return None
    return Refusal(
        rule="kind/first-after",
        why=f"this leave begins {waits} days after arrival at the earliest",
        facts={"expected": f"{earliest} or later", "got": str(act.first), "arrived": str(f.member.arrived)},
        helps=f"ask for {earliest} or later",
    )


def _qualifies(act: Ask, f: Facts, _: Instant) -> Refusal | None:
    """So many months of service in the mission come before some kinds, such as home leave."""
    assert f.member
    months = _terms(act, f).qualifying_months
    earliest = months_after(f.member.arrived, months or 0)
    if months is None or act.first >= earliest:
        return None
    return Refusal(
        rule="kind/qualifying-service",
        why=f"this leave is qualified for by {months} months of service",
        facts={"expected": f"{earliest} or later", "got": str(act.first), "arrived": str(f.member.arrived)},
        helps=f"ask for {earliest} or later; where service elsewhere counts, the register's day of arrival says so",
    )


def _last_days(act: Ask, f: Facts, _: Instant) -> Refusal | None:
    """Present in the last N days before the tour ends: D - N + 1 to D, both in (doctrine: counting days)."""
    assert f.member
    if f.member.departs is None:
        return None
    latest = f.member.departs - max(_terms(act, f).not_in_last_days, 1) * DAY
    if act.last <= latest:
        return None
    return Refusal(
        rule="kind/not-in-last-days",
        why="the member must be present at the end of the tour",
        facts={"expected": f"back by {latest}", "got": str(act.last), "departs": str(f.member.departs)},
        helps=f"a last day of {latest} or before",
    )


def _family(act: Ask, f: Facts, _: Instant) -> Refusal | None:
    """Who counts as family is a list of the pack; outside it, ordinary leave for the same dates is offered."""
    assert f.terms
    if not _terms(act, f).family or f.family == "listed":
        return None
    why = {
        "outside": "the relative is not on the pack's list of family",
        "unreadable": "the sealed detail cannot be read",
    }.get(f.family or "", "an emergency needs to say, sealed, which relative it is about")
    helps = f"ask for ordinary leave for the same dates: --kind ordinary --first {act.first} --last {act.last}"
    emergency = f.terms.kinds.get("emergency")
    if wider := sorted(set(emergency.family if emergency else ()) - set(_terms(act, f).family)):
        helps += f"; or for an emergency, where it is about a {' or '.join(wider)}: --kind emergency"
    return Refusal(
        rule="emergency/family",
        why=why,
        facts={"expected": ", ".join(_terms(act, f).family)},
        helps="add --relation" if f.family is None else helps,
    )


def _terms(act: Ask, f: Facts) -> KindTerms:
    assert f.terms
    return f.terms.kinds[act.leave_kind]


def _of_each_part(check: Check) -> Check:
    """The check of each kind of which an absence is made, for its own days."""

    def checked(act: Ask, f: Facts, now: Instant) -> Refusal | None:
        turns = [
            act.model_copy(update={"leave_kind": part.leave_kind, "first": part.first, "last": part.last, "then": ()})
            for part in parts(act, act.first, act.last)
        ]
        return next((refusal for turn in turns if (refusal := check(turn, f, now))), None)

    return checked


LENGTH: tuple[Check, ...] = (of_base, *map(_of_each_part, (_longest, _last_days, non_duty)))
DATES: tuple[Check, ...] = (
    _of_each_part(_notice),
    _security,
    *map(_of_each_part, (_ahead, _first_after, _qualifies)),
    *LENGTH,
)
CHECKS: tuple[Check, ...] = (_member_known, _own, _kind, *DATES, _family, *CONDITIONS)


def against(checks: tuple[Check, ...], s: Leave, first: date, last: date, now: Instant) -> Refusal | None:
    """Which of the checks other dates of an open leave would not pass: a way round the request is no way."""
    changed = s.asked.model_copy(update={"first": first, "last": last})
    known = Facts(member=s.whose, terms=s.rules, calendar=s.days)
    return next((refusal for check in checks if (refusal := check(changed, known, now))), None)


@during("hold", "sign-out")
def withdraw(act: Withdraw, s: Leave, _: Facts, __: Instant) -> Events:
    """The member takes the request back, before sign-out."""
    if act.decided_by != s.whose.id:
        return refused(
            act,
            Refusal(
                rule="withdraw/own",
                why="only the member withdraws",
                facts={"expected": s.whose.id, "got": act.decided_by},
                helps="a clerk records what the member has signed: furlough withdraw ... --for SERVICE-NUMBER; "
                "against the member's will the authority cancels: furlough cancel",
            ),
        )
    return (Ended(how="withdrawn", cites=("withdraw/own",)),)


def already(what: str, s: Leave, rule: str) -> Events:
    """A further answer is recorded and changes nothing."""
    return (Noted(what=what, since=s.since, again=True, cites=(rule,)),)
