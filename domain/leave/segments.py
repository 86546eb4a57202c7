"""One absence split into segments, day by day: what is charged to the balance, taken in advance, or in excess.

The balance is used up first; then days are taken in advance, as far as the terms let the account go below zero; what is
left is excess leave (doctrine: kinds of leave). The balance of the first day decides, as it does when days are held:
what is credited during the leave splits nothing anew. A day for which half a day is left makes two segments.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from domain.holdings import paid
from domain.leave.counting import CountedDay
from domain.model import Decimal, Model, date

Share = Literal["uncharged", "charged", "advance", "excess"]
NOTHING = Decimal(0)


class Segment(Model):
    """Days that follow each other and are alike: of `day` to `until`, both in, each is `days` of that share.

    `left` is the balance after them; `rule` and `why` are those by which the days were counted.
    """

    day: date
    until: date
    share: Share
    days: Decimal
    left: Decimal
    rule: str
    why: str


def split(counted: Iterable[CountedDay], has: Decimal, below: Decimal) -> tuple[Segment, ...]:
    """The segments of an absence whose days are told one by one.

    `has` is the balance before it, `below` how far the terms let the balance go below zero.
    """
    found: list[Segment] = []
    for segment in _shares(counted, has, below):
        last = found[-1] if found else None
        if last and _alike(last, segment) and last.days == segment.days:
            found[-1] = last.model_copy(update={"until": segment.until, "left": segment.left})
        else:
            found.append(segment)
    return tuple(found)


def _shares(counted: Iterable[CountedDay], has: Decimal, below: Decimal) -> Iterator[Segment]:
    for day in counted:
        parts = _parts(day.charge, has, below)
        for share, days in parts:
            has -= days if share != "uncharged" else NOTHING
            yield Segment(day=day.day, until=day.day, share=share, days=days, left=has, rule=day.rule, why=day.why)


def _parts(charge: Decimal, has: Decimal, below: Decimal) -> list[tuple[Share, Decimal]]:
    """What one day takes of each share, in the order in which they are used up."""
    if charge == 0:
        return [("uncharged", NOTHING)]
    shares: tuple[Share, ...] = ("charged", "advance", "excess")
    parts = zip(shares, paid(charge, has, below), strict=True)
    return [(share, days) for share, days in parts if days]


def _alike(one: Segment, two: Segment) -> bool:
    return (one.share, one.rule, one.why) == (two.share, two.rule, two.why) and one.until < two.day


def total(segments: Iterable[Segment], share: Share) -> Decimal:
    """How many days of a share there are."""
    return sum((s.days * ((s.until - s.day).days + 1) for s in segments if s.share == share), NOTHING)
