"""One absence split into segments, day by day: what is charged to which purse, taken in advance, in excess, or given.

Of a purse the balance is used up first; then days are taken in advance, as far as the terms let the account go below
zero; what is left is excess leave (doctrine: kinds of leave). The balance of the first day decides, as it does when
days are held: what is credited during the leave splits nothing anew. A day for which half a day is left makes two
segments.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, NamedTuple

from domain.holdings import Purse, paid
from domain.leave.counting import CountedDay
from domain.model import DAY, Decimal, Model, date
from domain.orders import LeaveKind

Share = Literal["uncharged", "charged", "advance", "excess", "rr", "cto", "bereavement", "unpaid"]
NOTHING = Decimal(0)
OWN: dict[Purse, Share] = {"annual": "charged", "rr": "rr", "cto": "cto"}
"""How the share is called which a purse's own balance pays for."""


class Has(NamedTuple):
    """What a purse has before the absence, and how far it may go below zero."""

    balance: Decimal
    below: Decimal = NOTHING


class Segment(Model):
    """Days that follow each other and are alike: of `day` to `until`, both in, each is `days` of that share.

    `left` is the balance after them of the purse which pays; excess is not taken from it. `rule` and `why` are those by
    which the days were counted.
    """

    day: date
    until: date
    leave_kind: LeaveKind | None = None
    share: Share
    days: Decimal
    left: Decimal
    rule: str
    why: str


def split(counted: Iterable[CountedDay], has: Mapping[Purse, Has], main: Purse = "annual") -> tuple[Segment, ...]:
    """The segments of an absence whose days are told one by one.

    `main` pays for days which name no purse of their own, as they were written before absences were of several kinds.
    """
    found: list[Segment] = []
    for segment in _shares(counted, dict(has), main):
        last = found[-1] if found else None
        if last and _alike(last, segment) and last.days == segment.days:
            found[-1] = last.model_copy(update={"until": segment.until, "left": segment.left})
        else:
            found.append(segment)
    return tuple(found)


def _shares(counted: Iterable[CountedDay], has: dict[Purse, Has], main: Purse) -> Iterator[Segment]:
    for day in counted:
        purse = day.purse or main
        paying = "annual" if purse == "none" else purse
        mine = has.get(paying, Has(NOTHING))
        for share, days in _parts(day, purse, mine):
            mine = mine._replace(balance=mine.balance - (NOTHING if share == "excess" else days))
            told = Segment(
                day=day.day, until=day.day, share=share, days=days, left=mine.balance, rule=day.rule, why=day.why
            )
            yield told.model_copy(update={"leave_kind": day.leave_kind})
        has[paying] = mine


def _parts(day: CountedDay, purse: Purse, has: Has) -> list[tuple[Share, Decimal]]:
    """What one day takes of each share, in the order in which they are used up."""
    if day.charge == 0 or purse == "none":
        return [(_free(day), NOTHING)]
    shares: tuple[Share, ...] = (OWN[purse], "advance", "excess")
    parts = zip(shares, paid(day.charge, has.balance, has.below), strict=True)
    return [(share, days) for share, days in parts if days]


def _free(day: CountedDay) -> Share:
    if day.unpaid:
        return "unpaid"
    return "bereavement" if day.leave_kind == "bereavement" and day.purse == "none" else "uncharged"


def _alike(one: Segment, two: Segment) -> bool:
    alike = (one.share, one.leave_kind, one.rule, one.why) == (two.share, two.leave_kind, two.rule, two.why)
    return alike and one.until + DAY == two.day


def total(segments: Iterable[Segment], share: Share) -> Decimal:
    """How many days of a share there are: those which charge nothing are counted by the calendar."""
    return sum((_each(s) * ((s.until - s.day).days + 1) for s in segments if s.share == share), NOTHING)


def _each(s: Segment) -> Decimal:
    return s.days if s.share in ("charged", "advance", "excess", "rr", "cto") else Decimal(1)
