"""What an account keeps beside leaves and ledger, each with the time at which it was recorded; nothing is taken out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

from domain.account.basis import Basis
from domain.acts import Carry, EndOfTime, Ground, Kept, TakenBefore
from domain.model import DAY, Decimal, Instant, date
from domain.orders import LeaveKind


class Known(NamedTuple):
    """On what the credits rest, and since when the account has known it."""

    recorded_at: Instant
    basis: Basis


class Earlier(NamedTuple):
    """What was taken of a kind by a day, before this mission, as another office tells it; its newest word counts."""

    recorded_at: Instant
    leave_kind: LeaveKind
    as_of: date
    source: str
    taken: TakenBefore


AUTHORITY, END = "authority", "end"
"""Who says of days that nothing is earned on them, besides a leave: an authority, and the end of the member's time."""


class Withholding(NamedTuple):
    """Days on which nothing is earned; or, where `lifted`, on which it is earned after all.

    `of` is whose word that is: a leave's id, an authority, the end. None where it was recorded before that was told.
    What is lifted is `alone` that of its own ground: whoever was confined earns nothing, whatever is said of absence.
    An authority's word that was recorded before this was kept lifts any. Its `act` is known when it comes again, and
    takes back nothing that was said since.
    """

    recorded_at: Instant
    first: date
    last: date | None
    ground: Ground | Literal["ended"]
    lifted: bool
    of: str | None = None
    alone: bool = False
    act: str | None = None

    def lifts(self, of: str | None, ground: str) -> bool:
        """Whether it takes back what was said by another word: an authority's that of any, each other one its own.

        So a leave whose days are earned after all changes nothing of what an authority has withheld besides.
        """
        theirs = self.of in (AUTHORITY, None) or of in (self.of, None)
        return self.lifted and theirs and (not self.alone or ground == self.ground)


class Raise(NamedTuple):
    """More days than usual may be carried over one end of a fiscal year."""

    recorded_at: Instant
    on: date
    ground: Carry


class Work(NamedTuple):
    """Days worked for compensatory time off."""

    recorded_at: Instant
    first: date
    last: date
    worked: int
    days: Decimal


class Close(NamedTuple):
    """An end of a fiscal year: the balance before, the ceiling, and what was lost in all by then."""

    recorded_at: Instant
    on: date
    balance: Decimal
    ceiling: Decimal
    lost: Decimal


class Ending(NamedTuple):
    """The end of the member's time; or, where `lifted`, that it was taken back.

    `handed` tells who saw to the rest, when that was recorded, and what the purses had then.
    """

    recorded_at: Instant
    on: date
    why: EndOfTime
    balances: dict[Kept, Decimal]
    lifted: bool
    handed: str = ""
    handed_at: Instant | None = None
    handed_balances: dict[Kept, Decimal] = {}


Span = tuple[date, date]
"""First and last day."""


def spans(withheld: Iterable[Withholding]) -> tuple[Span, ...]:
    """The days on which nothing is earned, in order and apart, as the newest words on each day have them."""
    return _joined(sorted(span for each in by_word(withheld).values() for span in each))


def by_word(withheld: Iterable[Withholding]) -> dict[tuple[str | None, str], tuple[Span, ...]]:
    """The same apart by whose word it is, and on what ground: the days of two of them may be the same."""
    found: dict[tuple[str | None, str], tuple[Span, ...]] = {}
    for one in withheld:
        first, last = one.first, one.last or date.max
        for word, before in found.items():
            if one.lifts(*word):
                found[word] = tuple(part for span in before for part in _outside(span, first, last))
        if not one.lifted:
            mine = (one.of, one.ground)
            found[mine] = _joined(sorted([*found.get(mine, ()), (first, last)]))
    return found


def days_within(found: Iterable[Span], first: date, last: date) -> int:
    """How many days of these spans lie from first to last."""
    return sum(max(0, (min(last, end) - max(first, start)).days + 1) for start, end in found)


def _outside(span: Span, first: date, last: date) -> list[Span]:
    """What is left of a span when the days from first to last are taken out."""
    parts = []
    if span[0] < first:
        parts.append((span[0], min(span[1], first - DAY)))
    if span[1] > last:
        parts.append((max(span[0], last + DAY), span[1]))
    return parts


def _joined(found: list[Span]) -> tuple[Span, ...]:
    joined: list[Span] = []
    for first, last in found:
        if joined and (joined[-1][1] == date.max or joined[-1][1] + DAY >= first):
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return tuple(joined)
