"""What was done about an absence: its papers, its clearance, its days, and how soon all of it was recorded."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from audit.attributes.case import Around, Case, Found, seqs
from audit.citations import ORDER
from audit.journals import Written
from audit.story import span
from domain import marks
from domain.account import standing
from domain.decider import Refused
from domain.evidence import EVIDENCE
from domain.garrison.barring import barred_at
from domain.garrison.clock import Clock
from domain.garrison.flights import FLIGHTS
from domain.garrison.state import Line
from domain.holdings import Place
from domain.leave import Leave, reading
from domain.leave.counting import CountedDay, each
from domain.leave.events import Attached, Attested, Ended, GaveBack, Judged, Took
from domain.leave.evidence import shows
from domain.leave.going import irregularities
from domain.leave.returning import charge
from domain.model import HOUR, Instant
from domain.words import plain


def evidence(case: Case) -> Found:
    """What was written down from paper has its paper, and what had to be proved was; each is in the record."""
    s = case.state
    wanted = [one for one in case.written if _by_hand(one)]
    proof = s.approved and bool(s.kind.attestation or s.prove_by or (s.kind.proof_days and s.in_at))
    if not wanted and not proof and not case.around.bare:
        return "not applicable", "nothing was recorded from paper, and no proof was to be had", ()
    attached = case.of(Attached)
    bare = [one for one in wanted if not _papers(one) and not _shown(one, attached, s.whose.id)]
    wrong = [f"{one.entry.event.kind} recorded by a clerk without its paper" for one in bare]
    wrong += [f"{one.entry.event.kind} recorded by a clerk at its base without its paper" for one in case.around.bare]
    missing = [one for one in (*wanted, *attached) if case.around.evidence is not None and _lost(one, case.around)]
    wrong += [f"a paper of entry {one.entry.seq} is not in this record" for one in missing]
    attested = case.of(Attested)
    if proof and s.attested is not True:
        wrong.append("the check or proof did not hold" if s.attested is False else "no check or proof has come")
    if wrong:
        return "exception", "; ".join(dict.fromkeys(wrong)), seqs([*bare, *missing, *(attested if proof else [])])
    kept = "" if case.around.evidence is None else ", each paper sealed"
    return "pass", f"what was recorded from paper has it{kept}", seqs([*wanted, *attached, *attested])


def _shown(one: Written, attached: Iterable[Written], member: str) -> bool:
    """Whether the paper of a decision was laid to the leave afterwards."""
    return any(a.entry.seq > one.entry.seq and shows(a.entry, one.entry.act_id, member) for a in attached)


def _by_hand(one: Written) -> bool:
    """Whether a clerk wrote down what somebody decided elsewhere: the first entry of such a decision."""
    if EVIDENCE in one.entry.event.irregular:
        return True
    made = one.decision
    if made is None or isinstance(one.entry.event, Refused) or one.entry.event != made.events[0]:
        return False
    return made.act.said == "decision" and made.act.entered_by is not None and made.act.medium in ("paper", "mail")


def _papers(one: Written) -> tuple[str, ...]:
    """The digests of the papers that came with an entry."""
    made = one.decision
    return (*(made.act.evidence if made else ()), *getattr(one.entry.event, "evidence", ()))


def _lost(one: Written, around: Around) -> bool:
    return not set(_papers(one)) <= (around.evidence or frozenset())


def recomputed(case: Case) -> Found:
    """The days counted anew, from when the member left to when they were back, are those which were charged."""
    s = case.state
    if s.out_at is None or s.over_at is None:
        return "not applicable", "the member has not been away" if s.out_at is None else "the member is away", ()
    count, charged = charge(s, s.out_at, s.over_at)
    said = [one for one in case.written if getattr(one.entry.event, "count", ())][-1:]
    was = said[0].entry.event.count if said else ()
    if charged == s.charged and _alike(count, was):
        return "pass", f"{plain(charged)} days, each by its rule as counted", seqs(said)
    got = "nothing" if s.charged is None else plain(s.charged)
    unlike = "" if charged != s.charged else ", on other days or by other rules"
    return "exception", f"expected {plain(charged)} days charged, got {got}{unlike}", seqs(said)


def _alike(count: Iterable[CountedDay], was: Iterable[CountedDay]) -> bool:
    """Whether the days are the same; what pays for a day was not told by every release."""
    now, then = each(count), each(was)
    told = [(d.day, d.charge, d.rule, d.purse if t.purse else None) for d, t in zip(now, then, strict=False)]
    return len(now) == len(then) and told == [(t.day, t.charge, t.rule, t.purse) for t in then]


def cleared(case: Case) -> Found:
    """The base had granted a place within the strength, by flights too, and no order barred the sign-out."""
    out, s = case.left, case.state
    if out is None or s.out_at is None:
        return "not applicable", "nobody signed out", ()
    met = case.met(out)
    words = [one for one in case.of(Judged) if one.entry.seq < out.entry.seq][-1:]
    wrong = [] if met.placed else ["the base had granted no place"]
    if met.officer and not met.officer_cleared:
        wrong.append("the clearance officer had not cleared it")
    against = (*irregularities(met, s.out_at), *out.entry.event.irregular)
    barring = [mark for mark in dict.fromkeys(against) if ORDER.fullmatch(mark) or mark in ("strength", "path/lift")]
    book = _barred_by_book(met, s.out_at, case)
    wrong += [f"{mark} stood against it" for mark in barring]
    wrong += [marks.told(FLIGHTS)] if met.verdict and FLIGHTS in met.verdict.irregular else []
    wrong += [marks.told(mark) for mark in dict.fromkeys(against) if mark.startswith(marks.CHECKLIST)]
    wrong += [f"{name} was in force, and was entered or told too late" for name in book if name not in barring]
    if wrong:
        return "exception", "; ".join(wrong), seqs([*words, out])
    by = "the base's book of orders" if case.around.base else "the base's word alone; its orders are not in this record"
    return "pass", f"cleared, and nothing stood against it by {by}", seqs([*words, out])


def _barred_by_book(met: Leave, out_at: Instant, case: Case) -> tuple[str, ...]:
    """The orders which barred the sign-out by all that the base has ever had in its book, exemptions left out.

    How long an exemption lasts the base alone tells; once it has put the leave away, the verdict tells that it was.
    """
    place, base = met.held.get("place"), case.around.base
    if base is None or not isinstance(place, Place):
        return ()
    known = base.leaves.get(case.id)
    exempt = known.exempt if known else dict.fromkeys(met.verdict.exempt if met.verdict else ())
    return barred_at(base, Line(seen=out_at.date(), place=place, exempt=exempt), out_at, Clock(met.days))


def settled(case: Case) -> Found:
    """The account has taken the days which were charged, and what the other system says of them agrees."""
    s = case.state
    took = [one for one in case.of(Took, GaveBack) if _of_days(one.entry.event)][-1:]
    if s.out_at is None:
        if s.ended and "days" in s.held:
            return "exception", "it ended without an absence, and its days did not go back", seqs([*took, *_end(case)])
        return "not applicable", "there was no absence to settle", ()
    if s.over_at is None and not s.ended:
        return "not applicable", "the member is away", ()
    charged = [one for one in case.of(Took) if getattr(one.entry.event.spec, "charged", None) is not None][-1:]
    if s.charged is None or not charged or charged[0].entry.event.spec.charged != s.charged:
        return "exception", "the days taken were not settled with the account", seqs([*charged, *_end(case)])
    account = case.around.account
    if account is None:
        return "pass", "settled by the account's word; the account is not in this record", seqs(charged)
    line = account.lines.get(case.id)
    if line is None or line.days is None or line.days.charged != s.charged:
        got = "nothing" if line is None or line.days is None else line.days.charged
        return "exception", f"expected {plain(s.charged or 0)} days in the account, got {got}", seqs(charged)
    far = standing(account, case.id, s.rules, case.around.today)
    if far in ("differs", "unconfirmed", "held"):
        return "exception", f"settled; the other system's posting: {far}", seqs(charged)
    posted = "and posted by the other system" if far == "posted" else "not posted yet, and not due to be"
    return "pass", f"settled, {posted}", seqs(charged)


def _of_days(event: Any) -> bool:
    return (event.spec.what if isinstance(event, Took) else event.what) == "days"


def _end(case: Case) -> list[Written]:
    return case.of(Ended)[-1:]


def in_time(case: Case) -> Found:
    """Each word of a person was recorded soon after it was said."""
    said = [one for one in case.written if reading.said(one.entry) and not isinstance(one.entry.event, Refused)]
    late = [one for one in said if reading.late(one.entry) >= case.around.late_hours * HOUR]
    early = case.marked("record/before-request")
    if late or early:
        most = span(max((reading.late(one.entry) for one in late), default=None))
        words = [f"{len(late)} recorded {case.around.late_hours} hours or more after they were said, at most {most}"]
        words = words * bool(late) + ["dated before the request which it decides"] * bool(early)
        return "exception", "; ".join(words), seqs([*late, *early])
    return "pass", f"each recorded within {case.around.late_hours} hours", seqs(said)
