"""What is known of a member's account: a fold of its journal. One line per leave, a ledger, and no balance."""

from __future__ import annotations

from typing import Any

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
    Reconciled,
    Unearned,
    Withheld,
)
from domain.account.ledger import Posting, Stamp, Taken, Taking, of_days, taken, takings
from domain.account.records import Close, Ending, Known, Raise, Withholding, Work, spans
from domain.decider import Entry, State
from domain.facts import Opening
from domain.holdings import Days, Word
from domain.model import DAY, Code, Decimal, Instant, Model, Sha256, Text, date
from domain.refusal import Refusal

MOST_EMPTY_LINES = 100
"""How many leaves that cost nothing are remembered, so that an old wish of theirs is known when it comes again."""


class Correction(Model):
    """A compensating entry: `days` above zero went back to the member; `act_id` tells a repeat."""

    act_id: str
    days: Decimal
    on: date


class Posted(Model):
    """What the pay or personnel system says it has charged for a leave, by its statement of a day."""

    days: Decimal
    as_of: date
    source: Text


class Line(Model):
    """One leave: its newest wish `n`, and what was answered.

    `days` are held while `days.charged` is None, and settled once it is known; `closed`: the leave wants no more.
    `refusal` is of wish `n`, if that one was refused; what was held before then stands. The rest of the answer is kept
    so that it can be given again. `posted` is what the other system has charged, once it has said so. Nothing pays for
    `excess` of its days, and nothing is earned on those `unearned`.
    """

    n: int
    days: Days | None = None
    closed: bool = False
    refusal: Refusal | None = None
    balance_after: Decimal | None = None
    cites: tuple[str, ...] = ()
    irregular: tuple[Code, ...] = ()
    corrections: tuple[Correction, ...] = ()
    posted: Posted | None = None
    word: Word | None = None
    excess: Decimal = Decimal(0)
    unearned: tuple[Unearned, ...] = ()

    @property
    def cost(self) -> Decimal:
        """What the leave takes from its purses: as settled and corrected, until then as expected."""
        if self.days is None:
            return Decimal(0)
        return taken(self.days) - self.excess - self.corrected

    @property
    def takings(self) -> tuple[Taking, ...]:
        """What the leave takes from each purse, corrections apart."""
        return takings(self.days, self.excess) if self.days else ()

    @property
    def corrected(self) -> Decimal:
        """How many days corrections have given back."""
        return sum((c.days for c in self.corrections), Decimal(0))


class Statement(Model):
    """The statement of the other system which was compared last, and with what result."""

    source: Text
    as_of: date
    digest: Sha256
    compared_at: Instant
    posted: int
    differing: int


class Account(State):
    """One member's account: what came from outside, one line per leave, the one changed last at the end, the ledger.

    The ledger and all lists below it only grow; each line of theirs says when it was recorded.
    """

    opened: Opening | None = None
    opened_at: Instant | None = None
    lines: dict[str, Line] = {}
    ledger: tuple[Posting, ...] = ()
    grounds: tuple[Known, ...] = ()
    withheld: tuple[Withholding, ...] = ()
    raised: tuple[Raise, ...] = ()
    worked: tuple[Work, ...] = ()
    closes: tuple[Close, ...] = ()
    compared: Statement | None = None
    endings: tuple[Ending, ...] = ()

    @property
    def ended(self) -> Ending | None:
        """The newest word on the end of the member's time; None where nothing was said of one."""
        return self.endings[-1] if self.endings else None

    def taken(self, but: str = "") -> dict[str, Days]:
        """The days held or settled, by leave, but for one of them."""
        return {leave: line.days for leave, line in self.lines.items() if line.days and leave != but}

    def first_days(self, purse: str, but: str = "") -> set[date]:
        """The days on which leaves, but for one of them, begin to be charged to a purse."""
        mine = (line.takings for leave, line in self.lines.items() if leave != but)
        return {taking.first for takings in mine for taking in takings if taking.purse == purse}


def evolve(s: Account, entry: Entry[Any]) -> Account:
    """The account after one more entry of its journal."""
    stamp = Stamp(entry.seq, entry.recorded_at, entry.effective_at)
    return changed(s, entry.event, stamp).model_copy(update={"seq": entry.seq})


def changed(s: Account, event: object, stamp: Stamp) -> Account:  # noqa: C901, PLR0912 (a line an event reads best)
    """The account after an event, wherever in the journal it stands or will stand."""
    at = stamp.recorded_at
    match event:
        case Opened():
            return _opened(s, event, at)
        case HeldDays():
            return _held(s, event, stamp)
        case DaysRefused():
            line = s.lines.get(event.leave_id, Line(n=event.n))
            return _put(s, event.leave_id, line.model_copy(update={"n": event.n, "refusal": event.refusal}))
        case CorrectedDays():
            return _corrected(s, event, stamp)
        case Adjusted():
            new = Posting(*stamp, event.on, event.purse, "adjustment", event.days, event.adjustment)
            return s if any(p.ref == event.adjustment for p in s.ledger) else _posted(s, new)
        case Grounds():
            return s.model_copy(update={"grounds": (*s.grounds, Known(at, event.basis))})
        case Withheld():
            found = (*s.withheld, Withholding(at, event.first, event.last, event.ground, event.lifted))
            return s if spans(found) == spans(s.withheld) else s.model_copy(update={"withheld": found})
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
        case _:
            return s


def as_known(s: Account, at: Instant) -> Account:
    """The account as it was known at an instant: what was recorded later is left out. Its lines of leaves are empty.

    What this says of an instant that has passed never changes: everything it reads from only grows.
    """
    opened = s.opened_at is not None and s.opened_at <= at
    return Account(
        opened=s.opened if opened else None,
        opened_at=s.opened_at if opened else None,
        ledger=tuple(p for p in s.ledger if p.recorded_at <= at),
        grounds=tuple(k for k in s.grounds if k.recorded_at <= at),
        withheld=tuple(w for w in s.withheld if w.recorded_at <= at),
        raised=tuple(r for r in s.raised if r.recorded_at <= at),
        worked=tuple(w for w in s.worked if w.recorded_at <= at),
        closes=tuple(c for c in s.closes if c.recorded_at <= at),
        endings=tuple(e for e in s.endings if e.recorded_at <= at),
    )


def _ended(s: Account, event: EndedAccount | HandedOver, at: Instant) -> Account:
    """Nothing is earned after the end; said again, it changes nothing."""
    if isinstance(event, HandedOver):
        handed = f"{event.done}: {event.whom}"
        if s.ended is None or s.ended.handed == handed:
            return s
        return s.model_copy(update={"endings": (*s.endings[:-1], s.ended._replace(handed=handed))})
    new = Ending(at, event.on, event.why, event.balances, event.lifted)
    if s.ended and (s.ended.on, s.ended.why, s.ended.lifted) == (new.on, new.why, new.lifted):
        return s
    stops = Withholding(at, event.on + DAY, None, "ended", event.lifted)
    return s.model_copy(update={"endings": (*s.endings, new), "withheld": (*s.withheld, stops)})


def _opened(s: Account, event: Opened, at: Instant) -> Account:
    if s.opened is not None:
        return s
    opening = Opening(as_of=event.as_of, days=event.days, source=event.source)
    return s.model_copy(update={"opened": opening, "opened_at": at})


def _held(s: Account, event: HeldDays, stamp: Stamp) -> Account:
    line = s.lines.get(event.leave_id)
    new = _answered(line, event)
    was = Taken(line.days, line.excess) if line and line.days else None
    lines = of_days(was, Taken(new.days, new.excess) if new.days else None, new.corrected, event.leave_id, stamp)
    after = _posted(_put(s, event.leave_id, new), *lines)
    before = line.unearned if line else ()
    if new.unearned == before:
        return after
    lifted = (Withholding(stamp.recorded_at, u.first, u.last, u.ground, lifted=True) for u in before)
    found = (Withholding(stamp.recorded_at, u.first, u.last, u.ground, lifted=False) for u in new.unearned)
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
        posted=line.posted if line else None,
        word=event.word or (line.word if line else None),
        excess=kept.excess if kept and settled else event.excess,
        unearned=kept.unearned if kept else event.unearned,
    )


def _corrected(s: Account, event: CorrectedDays, stamp: Stamp) -> Account:
    line = s.lines[event.leave_id]
    if line.days is None or any(c.act_id == event.correction for c in line.corrections):
        return s
    new = Correction(act_id=event.correction, days=event.days, on=stamp.said_at.date())
    after = _put(s, event.leave_id, line.model_copy(update={"corrections": (*line.corrections, new)}))
    if not line.takings:
        return after
    main = line.takings[0]
    return _posted(after, Posting(*stamp, main.first, main.purse, "correction", event.days, event.leave_id))


def _credited(s: Account, event: Credited, stamp: Stamp) -> Account:
    if any((w.first, w.last) == (event.first, event.last) for w in s.worked):
        return s
    work = Work(stamp.recorded_at, event.first, event.last, event.worked, event.days)
    after = s.model_copy(update={"worked": (*s.worked, work)})
    line = Posting(*stamp, event.last, "cto", "credited", event.days, f"worked/{event.first}")
    return _posted(after, line) if event.days else after


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
            lines[leave] = lines[leave].model_copy(update={"posted": new})
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
