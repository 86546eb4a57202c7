"""What is known of a member's account: a fold of its journal. It keeps one line per leave, and no balance."""

from __future__ import annotations

from typing import Any

from domain.account.events import CorrectedDays, DaysRefused, HeldDays, Opened
from domain.decider import Entry, State
from domain.facts import Opening
from domain.holdings import Days
from domain.model import Code, Decimal, Model, date
from domain.refusal import Refusal

MOST_EMPTY_LINES = 100
"""How many leaves that cost nothing are remembered, so that an old wish of theirs is known when it comes again."""


class Correction(Model):
    """A compensating entry: `days` above zero went back to the member; `act_id` tells a repeat."""

    act_id: str
    days: Decimal
    on: date


class Line(Model):
    """One leave: its newest wish `n`, and what was answered.

    `days` are held while `days.charged` is None, and settled once it is known; `closed`: the leave wants no more.
    `refusal` is of wish `n`, if that one was refused; what was held before then stands. The rest of the answer is kept
    so that it can be given again.
    """

    n: int
    days: Days | None = None
    closed: bool = False
    refusal: Refusal | None = None
    balance_after: Decimal | None = None
    cites: tuple[str, ...] = ()
    irregular: tuple[Code, ...] = ()
    corrections: tuple[Correction, ...] = ()

    @property
    def cost(self) -> Decimal:
        """What the leave takes from its purse: as settled and corrected, until then as expected."""
        if self.days is None:
            return Decimal(0)
        charged = self.days.expected if self.days.charged is None else self.days.charged
        return charged - sum((c.days for c in self.corrections), Decimal(0))


class Account(State):
    """One member's account: what came from outside, and one line per leave, the one changed last at the end."""

    opened: Opening | None = None
    lines: dict[str, Line] = {}

    def taken(self, but: str = "") -> dict[str, Days]:
        """The days held or settled, by leave, but for one of them."""
        return {leave: line.days for leave, line in self.lines.items() if line.days and leave != but}


def evolve(s: Account, entry: Entry[Any]) -> Account:
    """The account after one more entry of its journal."""
    return changed(s, entry.event, entry.effective_at.date()).model_copy(update={"seq": entry.seq})


def changed(s: Account, event: object, on: date) -> Account:
    """The account after an event, wherever in the journal it will stand."""
    match event:
        case Opened():
            return s.model_copy(
                update={"opened": Opening(as_of=event.as_of, days=event.days, source=event.source)},
            )
        case HeldDays():
            return _put(s, event.leave_id, _answered(s.lines.get(event.leave_id), event))
        case DaysRefused():
            line = s.lines.get(event.leave_id, Line(n=event.n))
            return _put(s, event.leave_id, line.model_copy(update={"n": event.n, "refusal": event.refusal}))
        case CorrectedDays():
            return _put(s, event.leave_id, _corrected(s.lines[event.leave_id], event, on))
        case _:
            return s


def _answered(line: Line | None, event: HeldDays) -> Line:
    settled = line.days if line and line.days and line.days.charged is not None else None
    return Line(
        n=event.n,
        days=event.days or settled,
        closed=event.days is None,
        balance_after=event.balance_after,
        cites=event.cites,
        irregular=event.irregular,
        corrections=line.corrections if line else (),
    )


def _corrected(line: Line, event: CorrectedDays, on: date) -> Line:
    if any(c.act_id == event.correction for c in line.corrections):
        return line
    new = Correction(act_id=event.correction, days=event.days, on=on)
    return line.model_copy(update={"corrections": (*line.corrections, new)})


def _put(s: Account, leave_id: str, line: Line) -> Account:
    if s.lines.get(leave_id) == line:
        return s
    lines = {leave: other for leave, other in s.lines.items() if leave != leave_id} | {leave_id: line}
    empty = [leave for leave, other in lines.items() if other.days is None]
    for leave in empty[:-MOST_EMPTY_LINES]:
        del lines[leave]
    return s.model_copy(update={"lines": lines})
