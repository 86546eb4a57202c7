"""How each entry of its journal changes an account. Mechanical: no rule is looked at here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain import once
from domain.account.events import (
    Adjusted,
    ClosedYear,
    CorrectedDays,
    Credited,
    DaysRefused,
    EndedAccount,
    Grounds,
    HandedOver,
    HeldDays,
    Opened,
    RaisedCeiling,
    Reckoned,
    Reconciled,
    Relabelled,
    SeenOf,
    Unearned,
    Unlooked,
    Unposted,
    Withheld,
)
from domain.account.ledger import Posting, Stamp, Taken, of_days, worked_ref
from domain.account.records import (
    AUTHORITY,
    END,
    Close,
    Earlier,
    Ending,
    Known,
    Raise,
    Withholding,
    Work,
    by_word,
    spans,
)
from domain.account.state import Account, Called, Correction, Heard, Line, Posted, Sighting, Statement, opened
from domain.decider import Entry, Event
from domain.facts import Opening
from domain.holdings import Days
from domain.model import DAY, Decimal, Instant
from domain.signing import EntryLapsed, EntrySigned, Recorded, lapsed, waiting

UNKEYED: Mapping[type[Event], str] = {
    EndedAccount: "end-account",
    HandedOver: "hand-over",
    Reconciled: "reconcile-account",
    SeenOf: "see",
    Withheld: "withhold-accrual",
}
"""What nothing but its act tells apart, and the kind of that: said again, it would undo what was said since."""

MOST_EMPTY_LINES = 100
"""How many leaves that cost nothing are remembered, so that an old wish of theirs is known when it comes again."""


def evolve(s: Account, entry: Entry[Any]) -> Account:
    """The account after one more entry of its journal."""
    stamp = Stamp(entry.seq, entry.recorded_at, entry.effective_at)
    after, event = changed(s, entry.event, stamp), entry.event
    if isinstance(event, Recorded | EntrySigned | EntryLapsed):
        what = event.says() if isinstance(event, Recorded) else event.what
        over = lapsed(s.lapsed, s.unsigned, entry)
        after = after.model_copy(update={"unsigned": waiting(s.unsigned, entry, what), "lapsed": over})
    kind = UNKEYED.get(type(event))
    if isinstance(event, Withheld) and event.alone and not event.act:  # it followed from days called otherwise
        kind = "relabel"
    if kind and not getattr(event, "heard", ""):
        after = after.model_copy(update={"said": once.known(s.said, entry, kind)})
    return after.model_copy(update={"seq": entry.seq})


def changed(s: Account, event: object, stamp: Stamp) -> Account:  # noqa: C901, PLR0912 (a line an event reads best)
    """The account after an event, wherever in the journal it stands or will stand."""
    at = stamp.recorded_at
    match event:
        case Opened():
            return _opened(s, event, stamp)
        case HeldDays():
            return _wanted(s, event.leave_id, _answered(s.lines.get(event.leave_id), event), stamp)
        case Reckoned():
            anew = {name: getattr(event, name) for name in ("advance", "excess", "unearned")}
            return _wanted(s, event.leave_id, s.lines[event.leave_id].model_copy(update=anew), stamp)
        case DaysRefused():
            line = s.lines.get(event.leave_id, Line(n=event.n))
            return _put(s, event.leave_id, line.model_copy(update={"n": event.n, "refusal": event.refusal}))
        case CorrectedDays():
            return _corrected(s, event, stamp)
        case Adjusted():
            new = Posting(*stamp, event.on, event.purse, "adjustment", event.days, event.adjustment)
            return s if any(p.ref == event.adjustment for p in s.ledger) else _posted(s, new)
        case Relabelled():
            line = s.lines[event.leave_id]
            acts = dict.fromkeys((*line.relabelled, *filter(None, (event.act,))))
            known = event.act and event.act in line.relabelled
            s = s if known else _seen_to(s, event.leave_id, event.act, at)
            span = Called(first=event.first, last=event.last, label=event.label)
            called = line.called if known else (*line.called, span)
            return _put(s, event.leave_id, line.model_copy(update={"relabelled": tuple(acts), "called": called}))
        case Grounds():
            return s.model_copy(update={"grounds": (*s.grounds, Known(at, event.basis))})
        case Withheld():
            if event.act and any(w.act == event.act for w in s.withheld):
                return s
            words = (event.first, event.last, event.ground, event.lifted, AUTHORITY, event.alone, event.act)
            found = (*s.withheld, Withholding(at, *words))
            told = by_word if event.alone else spans
            return s if told(found) == told(s.withheld) else s.model_copy(update={"withheld": found})
        case RaisedCeiling():
            known = any((r.on, r.ground) == (event.on, event.ground) for r in s.raised)
            return s if known else s.model_copy(update={"raised": (*s.raised, Raise(at, event.on, event.ground))})
        case Credited():
            return _credited(s, event, stamp)
        case ClosedYear():
            return _closed(s, event, stamp)
        case EndedAccount() | HandedOver():
            return _ended(s, event, at)
        case Reconciled():
            return _reconciled(s, event, at)
        case SeenOf():
            return _seen(s, event, at)
        case Unlooked():
            return _unlooked(s, event, at)
        case Unposted():
            line = s.lines[event.leave_id]
            return _put(s, event.leave_id, line.model_copy(update={"confirm_by": None, "unposted": at}))
        case _:
            return s


def _seen(s: Account, event: SeenOf, at: Instant) -> Account:
    """What was seen last, and what was heard of an ended leave; that, said again, changes nothing."""
    before = s.heard.get(event.leave_id, ())
    if event.heard and any(one.act == event.act for one in before):
        return s
    changes: dict[str, Any] = {"seen": Sighting(what=event.what, at=event.at, recorded_at=at)}
    if event.heard:
        new = Heard(act=event.act, kind=event.heard, at=event.at, recorded_at=at, look_by=event.look_by)
        changes["heard"] = s.heard | {event.leave_id: (*before, new)}
    return s.model_copy(update=changes)


def _unlooked(s: Account, event: Unlooked, at: Instant) -> Account:
    """Nobody is waited for any more to look at one that arrived."""
    some = s.heard.get(event.leave_id, ())
    now = tuple(one.model_copy(update={"lapsed_at": at}) if one.act == event.of else one for one in some)
    return s.model_copy(update={"heard": s.heard | {event.leave_id: now}})


def _seen_to(s: Account, leave_id: str, act: str, at: Instant) -> Account:
    """What arrived after the leave's end waits no more once an authority has put its days right, or let them be."""
    some = s.heard.get(leave_id, ())
    if not act or all(one.seen_to for one in some):
        return s
    done = {"seen_to": act, "seen_to_at": at}
    now = tuple(one if one.seen_to else one.model_copy(update=done) for one in some)
    return s.model_copy(update={"heard": s.heard | {leave_id: now}})


def _ended(s: Account, event: EndedAccount | HandedOver, at: Instant) -> Account:
    """Nothing is earned after the end; said again, it changes nothing."""
    if isinstance(event, HandedOver):
        handed = f"{event.done}: {event.whom}"
        if s.ended is None or (s.ended.handed, s.ended.handed_balances) == (handed, event.balances):
            return s
        new = s.ended._replace(handed=handed, handed_at=at, handed_balances=event.balances)
        return s.model_copy(update={"endings": (*s.endings[:-1], new)})
    new = Ending(at, event.on, event.why, event.balances, event.lifted)
    if s.ended and (s.ended.on, s.ended.why, s.ended.lifted) == (new.on, new.why, new.lifted):
        return s
    stops = Withholding(at, event.on + DAY, None, "ended", event.lifted, END)
    return s.model_copy(update={"endings": (*s.endings, new), "withheld": (*s.withheld, stops)})


def _opened(s: Account, event: Opened, stamp: Stamp) -> Account:
    """The first balances open the account; a purse that is told of later has a line of the ledger for it."""
    s = _taken_before(s, event, stamp.recorded_at)
    if s.opened is None and event.days:
        opening = Opening(as_of=event.as_of, days=event.days, source=event.source)
        return s.model_copy(update={"opened": opening, "opened_at": stamp.recorded_at})
    new = [purse for purse in event.days if purse not in opened(s)]
    lines = (Posting(*stamp, event.as_of, purse, "opening", event.days[purse], event.source) for purse in new)
    return _posted(s, *lines)


def _taken_before(s: Account, event: Opened, at: Instant) -> Account:
    """What was taken before this mission, of each kind of which nothing, or something else, was told last."""
    told = (Earlier(at, kind, event.as_of, event.source, taken) for kind, taken in event.taken.items())
    last = {each.leave_kind: each[1:] for each in s.earlier}
    new = tuple(each for each in told if last.get(each.leave_kind) != each[1:])
    return s.model_copy(update={"earlier": (*s.earlier, *new)}) if new else s


def _wanted(s: Account, of: str, new: Line, stamp: Stamp) -> Account:
    """A leave's new line, and what it changes in the ledger and of the days on which nothing is earned."""
    line = s.lines.get(of)
    was = Taken(line.days, line.excess) if line and line.days else None
    lines = of_days(was, Taken(new.days, new.excess) if new.days else None, new.corrected_of, of, stamp)
    after = _posted(_put(s, of, new), *lines)
    before = line.unearned if line else ()
    if new.unearned == before:
        return after
    since = stamp.recorded_at
    lifted = (Withholding(since, u.first, u.last, u.ground, lifted=True, of=of) for u in before)
    found = (Withholding(since, u.first, u.last, u.ground, lifted=False, of=of) for u in new.unearned)
    return after.model_copy(update={"withheld": (*after.withheld, *lifted, *found)})


def _answered(line: Line | None, event: HeldDays) -> Line:
    settled = line.days if line and line.days and line.days.charged is not None else None
    kept = line if line and event.days is None else None
    return Line(
        n=event.n,
        days=event.days or settled,
        closed=event.days is None,
        balance_after=event.balance_after,
        cites=event.cites,
        irregular=event.irregular,
        corrections=line.corrections if line else (),
        relabelled=line.relabelled if line else (),
        called=line.called if line else (),
        posted=line.posted if line else None,
        word=event.word or (line.word if line else None),
        advance=event.advance,
        excess=kept.excess if kept and settled else event.excess,
        unearned=_stays(kept.unearned, settled) if kept else event.unearned,
        confirm_by=kept.confirm_by if kept else event.confirm_by,
        unposted=line.unposted if line and (kept or line.n == event.n) else None,
    )


def _stays(unearned: tuple[Unearned, ...], settled: Days | None) -> tuple[Unearned, ...]:
    """What of it stays when the days go back: who never went was on no unpaid leave, but may have been absent."""
    return tuple(each for each in unearned if settled or each.ground == "absent")


def _corrected(s: Account, event: CorrectedDays, stamp: Stamp) -> Account:
    line = s.lines.get(event.leave_id)
    if line and any(c.act_id == event.correction for c in line.corrections):
        return s
    s = _seen_to(s, event.leave_id, event.correction, at=stamp.recorded_at)
    if line is None or line.days is None or not event.days:
        return s
    new = Correction(act_id=event.correction, days=event.days, on=stamp.said_at.date(), purse=event.purse)
    posts = {"confirm_by": event.confirm_by, "unposted": None}
    after = _put(s, event.leave_id, line.model_copy(update={"corrections": (*line.corrections, new)} | posts))
    purse: str | None = event.purse or next((taking.purse for taking in line.takings), None)
    if purse is None:
        return after
    first = next((taking.first for taking in line.takings if taking.purse == purse), line.days.first)
    return _posted(after, Posting(*stamp, first, purse, "correction", event.days, event.leave_id))


def _credited(s: Account, event: Credited, stamp: Stamp) -> Account:
    if any((w.first, w.last) == (event.first, event.last) for w in s.worked):
        return s
    work = Work(stamp.recorded_at, event.first, event.last, event.worked, event.days)
    after = s.model_copy(update={"worked": (*s.worked, work)})
    by_day = event.by_day or {event.last: event.days}
    ref = worked_ref(event.first)
    return _posted(after, *(Posting(*stamp, on, "cto", "credited", days, ref) for on, days in by_day.items() if days))


def _closed(s: Account, event: ClosedYear, stamp: Stamp) -> Account:
    close = Close(stamp.recorded_at, event.on, event.balance, event.ceiling, event.lost)
    before = [known for known in s.closes if known.on == event.on]
    if before and before[-1][1:] == close[1:]:
        return s
    change = (before[-1].lost if before else 0) - event.lost
    after = s.model_copy(update={"closes": (*s.closes, close)})
    line = Posting(*stamp, event.on, "annual", "forfeited", Decimal(change), f"close/{event.on}")
    return _posted(after, line) if change else after


def _reconciled(s: Account, event: Reconciled, at: Instant) -> Account:
    lines = dict(s.lines)
    told = event.posted | {leave: d.theirs for leave, d in event.differing.items()}
    for leave, days in told.items():
        known = lines[leave].posted
        if known is None or known.as_of <= event.as_of:
            new = Posted(days=days, as_of=event.as_of, source=event.source)
            unposted = (lines[leave].unposted or at) if leave in event.open else None
            lines[leave] = lines[leave].model_copy(update={"posted": new, "unposted": unposted})
    statement = Statement(
        source=event.source,
        as_of=event.as_of,
        digest=event.statement,
        compared_at=at,
        posted=len(event.posted),
        differing=event.differences,
    )
    same = s.compared and statement.model_copy(update={"compared_at": s.compared.compared_at}) == s.compared
    return s.model_copy(update={"lines": lines, "compared": s.compared if same else statement})


def _posted(s: Account, *lines: Posting) -> Account:
    return s.model_copy(update={"ledger": (*s.ledger, *lines)}) if lines else s


def _put(s: Account, leave_id: str, line: Line) -> Account:
    if s.lines.get(leave_id) == line:
        return s
    lines = {leave: other for leave, other in s.lines.items() if leave != leave_id} | {leave_id: line}
    empty = [leave for leave, other in lines.items() if other.days is None]
    for leave in empty[:-MOST_EMPTY_LINES]:
        del lines[leave]
    return s.model_copy(update={"lines": lines})
