"""What a balance from outside has in it already: it is as of a day, and what was taken by then is taken from no more.

Leaves of that day and of days before it are in it, whenever this account hears of them; of a leave that goes on, the
days after it are taken on the day after. Everything else that counted from such a day is in it, where it was recorded
before the balance: what an authority enters or corrects later puts that balance right.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from typing import NamedTuple

from domain.account.ledger import NOTHING, OF_LEAVES, Posting, Taking, left_after, remaining
from domain.account.state import Account, opened
from domain.holdings import Share
from domain.model import DAY, Decimal, Instant, date, datetime


class Told(NamedTuple):
    """As of which day a purse was told from outside, and since when it is known here."""

    as_of: date
    recorded_at: Instant


def told(s: Account, purse: str) -> Told | None:
    """How far a purse is known from outside; None where nobody has told of it."""
    found = opened(s).get(purse)
    if found is None:
        return None
    later = (line.recorded_at for line in s.ledger if line.what == "opening" and line.purse == purse)
    return Told(found.as_of, next(later, s.opened_at or datetime.min.replace(tzinfo=UTC)))


def beside(s: Account, purse: str) -> tuple[Posting, ...]:
    """The lines of a purse as they count beside its balance from outside; what is in that whole counts nothing."""
    mine = [line for line in s.ledger if line.purse == purse]
    known = told(s, purse)
    return tuple(mine) if known is None else tuple(_beside(mine, known))


def _beside(mine: list[Posting], known: Told) -> Iterator[Posting]:
    leaves: dict[tuple[str, date], list[Posting]] = {}
    for line in mine:
        since = line.recorded_at >= known.recorded_at
        if line.on > known.as_of or line.what == "opening":
            yield line
        elif line.what not in OF_LEAVES:
            yield line if since else line._replace(days=NOTHING)
        elif line.what == "correction" and since:
            yield line._replace(on=known.as_of + DAY)
        else:
            leaves.setdefault((line.ref, line.on), []).append(line)
    for lines in leaves.values():
        rest = left_after(lines, known.as_of)
        newest = next((line for line in reversed(lines) if line.what != "correction"), lines[-1])
        newest = newest._replace(days=-rest)
        shares = tuple(_after(newest.shares, known.as_of))
        yield newest._replace(on=known.as_of + DAY, shares=shares) if rest else newest


def inside(s: Account, taking: Taking) -> Decimal:
    """How many of the days which a leave takes from a purse are in the balance from outside."""
    known = told(s, taking.purse)
    if known is None or taking.first > known.as_of:
        return NOTHING
    return taking.days - remaining(taking.days, taking.first, taking.last, taking.shares, known.as_of)


def _after(shares: tuple[Share, ...], day: date) -> Iterator[Share]:
    return (share.model_copy(update={"first": max(share.first, day + DAY)}) for share in shares if share.last > day)
