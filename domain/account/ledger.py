"""The ledger of an account: every change of a purse as a line of its own, with the day it counts from and both times.

What changes later comes as another line, so that "as known on a day" is the lines recorded by then, and no stored
number has to be believed.
"""

from __future__ import annotations

from datetime import UTC
from typing import Literal, NamedTuple

from domain.holdings import Days
from domain.model import Decimal, Instant, date, datetime

What = Literal["held", "released", "charged", "correction", "adjustment", "credited", "forfeited"]


class Stamp(NamedTuple):
    """Where an event stands: its line in the journal, when it was recorded, and when it was said."""

    seq: int
    recorded_at: Instant
    said_at: Instant


IN_THOUGHT = Stamp(0, datetime.max.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
"""Of what is only tried out, and stands in no journal."""


class Posting(NamedTuple):
    """One line: `days` above zero come into the purse on the day `on`.

    `ref` is the leave, else the act which it came by; `last` is the last day of what is held, charged or credited.
    """

    seq: int
    recorded_at: Instant
    said_at: Instant
    on: date
    purse: str
    what: What
    days: Decimal
    ref: str
    last: date | None = None


def of_days(
    before: Days | None, after: Days | None, corrected: Decimal, leave_id: str, stamp: Stamp
) -> tuple[Posting, ...]:
    """What a leave's days change in the ledger when they become others: what was taken goes back, what is is taken.

    What was `corrected` of the charge goes with it to another first day.
    """
    if before == after:
        return ()
    if before and after and (before.purse, before.first) == (after.purse, after.first):
        return () if after.purse == "none" else (_line(after, taken(before) - taken(after), leave_id, stamp),)
    lines: list[Posting] = []
    for days, sign in ((before, 1), (after, -1)):
        if days is None or days.purse == "none":
            continue
        line = _line(days, sign * taken(days), leave_id, stamp)
        lines.append(line._replace(what="released") if sign > 0 else line)
        if corrected:
            lines.append(line._replace(what="correction", days=-sign * corrected))
    return tuple(lines)


def taken(days: Days) -> Decimal:
    """What a leave takes from its purse: as settled, until then as expected."""
    return days.expected if days.charged is None else days.charged


def _line(days: Days, change: Decimal, leave_id: str, stamp: Stamp) -> Posting:
    what: What = "held" if days.charged is None else "charged"
    return Posting(*stamp, days.first, days.purse, what, change, leave_id, days.last)
