"""Back on the base: sign-in, the count of days, mistakes put right, papers laid to it."""

from __future__ import annotations

from domain.acts import Attach, Correct, SignIn
from domain.authority import at_desk, doubtful, future, own, separate
from domain.decider import refused
from domain.evidence import EVIDENCE
from domain.facts import Facts
from domain.leave import absence
from domain.leave.absence import of, plan, took
from domain.leave.asking import DATES, against
from domain.leave.backdating import judged_at
from domain.leave.counting import CountedDay, runs
from domain.leave.deadlines import ladder
from domain.leave.deciding import Events, during
from domain.leave.events import Attached, Corrected, Noted, Recounted, SignedIn, Undone
from domain.leave.evidence import shown
from domain.leave.ladders import reached, rungs
from domain.leave.lapses import UNDONE
from domain.leave.late import is_late, labelled, on_duty
from domain.leave.state import Leave
from domain.leave.wishes import absent
from domain.model import HOUR, Decimal, Instant, date
from domain.refusal import Refusal


@during("sign-in")
def sign_in(act: SignIn, s: Leave, f: Facts, _: Instant) -> Events:
    """The member is back: the days are counted by what the gate saw, early or late."""
    assert s.out_at
    if act.acted_at < s.out_at:
        what, rule = f"sign-in told for {act.acted_at:%Y-%m-%d %H:%M}Z, before the sign-out", ("return/order-of-times",)
        return (Noted(what=what, cites=rule, irregular=rule),)
    began, odd = _journey(act, s, s.out_at)
    days, charged = charge(s.model_copy(update={"journey_at": began}), s.out_at, act.acted_at)
    late = ("return/late",) if is_late(s, began or act.acted_at) else ()
    back = SignedIn(at=act.acted_at, fit=act.fit, charged=charged, count=days, journey_at=began, onto=act.onto)
    marks = {"irregular": (*late, *odd, *doubtful(act, f, s.whose)), "cites": ("travel/sign-in", s.rules.pack)}
    return (back.model_copy(update=marks), *_undone(s, f, began or act.acted_at))


def _undone(s: Leave, f: Facts, back: Instant) -> Events:
    """What time proposed of one who was back by then, and what was found of days after it: told too late.

    What was found of days before, in a hospital for one, stands; and so does what fell due while a late member was
    still away. The posts that were asked hear of it, and the provost who knows of the member.
    """
    day, late = s.days.day(back), is_late(s, back)
    since = {each.what for each in ladder(s) if each.acted_at > back}
    lapsed = tuple(what for what in s.lapsed if what in UNDONE and (what in since or not late))
    found = [each for each in s.findings if each.first > day]
    if not (lapsed or found):
        return ()
    cites = ("return/in-time", s.rules.pack)
    undone = Undone(lapsed=lapsed, findings=len(found), after=day, late=late, cites=cites)
    return (undone.model_copy(update={"to": reached(s, "approve"), "provosts": f.provosts}),)


def _journey(act: SignIn, s: Leave, out_at: Instant) -> tuple[Instant | None, tuple[str, ...]]:
    """When somebody recalled began the journey back; what cannot be, or was not asked of them, is marked."""
    began = act.journey_at
    if began is None:
        return None, ()
    if s.recall and out_at <= began <= act.acted_at:
        return began, ()
    return None, ("return/journey",)


def charge(s: Leave, out_at: Instant, in_at: Instant) -> tuple[tuple[CountedDay, ...], Decimal]:
    """The days of the absence by their kinds and rules, in runs; late days as the commander has found of them.

    Who was recalled is on duty from the start of the journey back.
    """
    until = s.journey_at or in_at
    days = labelled(s, took(of(s), s.first_day, s.last_day, out_at, until))
    days += on_duty(s, until, in_at) if s.journey_at else ()
    return runs(days), absence.charge(days)


def recounted(s: Leave, cites: tuple[str, ...]) -> tuple[Recounted, ...]:
    """The days of one who is back, counted by what is known now; nothing where that changes no charge."""
    if s.out_at is None or s.in_at is None:
        return ()
    days, charged = charge(s, s.out_at, s.in_at)
    same = (charged, days) == (s.charged, s.counted)
    return () if same else (Recounted(charged=charged, count=days, cites=cites),)


@during("hold", "close")
def correct(act: Correct, s: Leave, f: Facts, now: Instant) -> Events:
    """A typing mistake: by whoever wrote it (or the same post) for some hours, later with an approver.

    Nothing is erased.
    """
    if refusal := _may_correct(act, s, f, judged_at(act, f, now)) or _makes_sense(act, s, now) or _allowed(act, s, now):
        return refused(act, refusal)
    first, last = _dates(act, s)
    out_at, in_at = act.signed_out_at or s.out_at, act.signed_in_at or s.in_at
    service = act.last_service or s.asked.last_service
    known = s.model_copy(update={"ask": s.asked.model_copy(update={"last_service": service})})
    days, charged = charge(known, out_at, in_at) if out_at and in_at else ((), None)
    changed = act.model_dump(include={*CORRECTED})
    return (
        Corrected(
            **changed,
            expected=absence.charge(plan(of(known), first, last)),
            charged=charged,
            count=days,
            reapprove=_touches_what_was_approved(act, s) and not _approver(act, s, f),
            cites=("record/correction", s.rules.pack),
        ),
    )


CORRECTED = ("first", "last", "destination", "last_service", "signed_out_at", "signed_in_at")
"""What a correction may put right."""


def _dates(act: Correct, s: Leave) -> tuple[date, date]:
    """First and last day as they will read, with what was corrected before and waits for its days."""
    first, last, _ = absent(s)
    return act.first or first, act.last or last


def _touches_what_was_approved(act: Correct, s: Leave) -> bool:
    return s.approved and s.out_at is None and any((act.first, act.last, act.destination))


def _approver(act: Correct, s: Leave, f: Facts) -> bool:
    """Whether they could have approved the leave as it will read; nobody corrects beyond their own power."""
    assert f.person
    first, last = _dates(act, s)
    corrected = s.model_copy(update={"first": first, "last": last})
    held = at_desk(act, f.person, "approve", rungs(corrected, "approve"), s.whose.id)
    return not isinstance(held, Refusal) and separate(f.person, "approve", s.consented) is None


def _may_correct(act: Correct, s: Leave, f: Facts, now: Instant) -> Refusal | None:
    assert f.person
    if _approver(act, s, f):
        return None
    dates = act.first or act.last or act.destination or act.last_service
    touched = {"ask": dates, "sign-out": act.signed_out_at, "sign-in": act.signed_in_at}
    written = [s.written[what] for what, given in touched.items() if given and what in s.written]
    hours, posts = s.rules.records.correct_hours, {p.post for p in f.person.posts}
    people = {act.decided_by, act.entered_by}
    if all((people & set(w.by) or posts & set(w.posts)) and now <= w.at + hours * HOUR for w in written):
        return own(act, s.whose.id) if act.signed_out_at or act.signed_in_at else None
    return Refusal(
        rule="record/correction",
        why=f"a typing mistake is corrected by who made it, within {hours} hours; later with an approver",
        facts={"written": "; ".join(f"{w.at:%Y-%m-%d %H:%M}Z by {', '.join(w.posts) or 'the asker'}" for w in written)},
        helps=f"ask one of {', '.join(rungs(s, 'approve'))}",
    )


def _allowed(act: Correct, s: Leave, now: Instant) -> Refusal | None:
    """Other dates must be such as could have been asked for when it was asked; none may begin in the past."""
    first, last = _dates(act, s)
    if (first, last) == (s.first_day, s.last_day):
        return None
    entered, as_of = s.written["ask"].at, s.as_of or s.written["ask"].at
    late = s.first_day < s.days.day(entered)  # asked for in time, and written down when its first day was past
    if first != s.first_day and first < s.days.day(now) and not late:
        facts = {"expected": f"{s.days.day(now)} or later", "got": str(first)}
        return Refusal(
            rule="record/correction", why="the first day is past", facts=facts, helps="withdraw, and ask anew"
        )
    return against(DATES, s, first, last, as_of)


def _makes_sense(act: Correct, s: Leave, now: Instant) -> Refusal | None:
    """What is put right must exist by now, and keep the order of times."""
    if refusal := future(act, now, act.signed_out_at, act.signed_in_at):
        return refusal
    first, last = _dates(act, s)
    out_at, in_at = act.signed_out_at or s.out_at, act.signed_in_at or s.in_at
    wrong = {
        "nothing to correct was given": not any(getattr(act, name) for name in CORRECTED),
        "no kind of it counts from a last service": act.last_service and s.asked.died_on is None,
        "the last service was before the death": act.last_service and act.last_service < (s.asked.died_on or date.min),
        "the last day lies before the first": last < first,
        "dates and destination are corrected before sign-out": s.out_at and any((act.first, act.last, act.destination)),
        "the member has not signed out": act.signed_out_at and not s.out_at,
        "the member has not signed in": act.signed_in_at and not s.in_at,
        "a member cannot be back before they left": out_at and in_at and in_at < out_at,
    }
    why = next((words for words, is_so in wrong.items() if is_so), None)
    return Refusal(rule="record/correction", why=why, helps="furlough show tells what is recorded") if why else None


@during("hold", "end")
def attach(act: Attach, s: Leave, _: Facts, __: Instant) -> Events:
    """Evidence is kept whatever becomes of the leave, and whatever it shows."""
    return (Attached(evidence=act.evidence, shows=shown(act, s), cites=(EVIDENCE,)),)
