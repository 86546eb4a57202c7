"""What an account keeps beside leaves and ledger, each with the time at which it was recorded; nothing is taken out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

from domain.account.basis import Basis
from domain.acts import Carry, EndOfTime, Ground, Kept
from domain.model import DAY, Decimal, Instant, date


class Known(NamedTuple):
    """On what the credits rest, and since when the account has known it."""

    recorded_at: Instant
    basis: Basis


class Withholding(NamedTuple):
    """Days on which nothing is earned; or, where `lifted`, on which it is earned after all."""

    recorded_at: Instant
    first: date
    last: date | None
    ground: Ground | Literal["ended"]
    lifted: bool


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
    """The days on which nothing is earned, in order and apart, as the newest word on each day has them."""
    found: list[Span] = []
    for one in withheld:
        first, last = one.first, one.last or date.max
        kept = [part for span in found for part in _outside(span, first, last)]
        found = kept if one.lifted else sorted([*kept, (first, last)])
    return _joined(found)


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
        if joined and joined[-1][1] != date.max and joined[-1][1] + DAY >= first:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return tuple(joined)
