"""The ledger of an account: every change of a purse as a line of its own, with the day it counts from and both times.

What changes later comes as another line, so that "as known on a day" is the lines recorded by then, and no stored
number has to be believed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC
from typing import Literal, NamedTuple

from domain.holdings import Days, Purse, Share
from domain.model import Decimal, Instant, date, datetime

NOTHING = Decimal(0)

What = Literal["opening", "held", "released", "charged", "correction", "adjustment", "credited", "forfeited"]


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
    `shares` tell which days of a leave take how much of this purse; without them each takes one, from the first on.
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
    shares: tuple[Share, ...] = ()


def worked_ref(first: date) -> str:
    """By what the lines of a span of days worked are known, which no other span shares a day with."""
    return f"worked/{first}"


class Taking(NamedTuple):
    """What one leave takes from one purse: on the first day which that purse pays for, up to the last one."""

    purse: Purse
    first: date
    last: date
    days: Decimal
    shares: tuple[Share, ...] = ()


def takings(days: Days, excess: Decimal = NOTHING) -> tuple[Taking, ...]:
    """What a leave takes from each purse; excess days, which nothing pays for, are not taken from the earned ones."""
    if not days.shares:
        return () if days.purse == "none" else (Taking(days.purse, days.first, days.last, taken(days) - excess),)
    found: dict[Purse, Taking] = {}
    for share in days.shares:
        if share.purse == "none":
            continue
        all_of_it = share.each * ((share.last - share.first).days + 1)
        before = found.get(share.purse, Taking(share.purse, share.first, share.last, NOTHING))
        shares = (*before.shares, share)
        found[share.purse] = before._replace(last=share.last, days=before.days + all_of_it, shares=shares)
    if excess and "annual" in found:
        found["annual"] = found["annual"]._replace(days=found["annual"].days - excess)
    return tuple(found.values())


class Taken(NamedTuple):
    """The days of a leave, and how many of them nothing pays for."""

    days: Days
    excess: Decimal = NOTHING


def of_days(
    before: Taken | None, after: Taken | None, corrected: Mapping[str, Decimal], leave_id: str, stamp: Stamp
) -> tuple[Posting, ...]:
    """What a leave's days change in the ledger when they become others: what was taken goes back, what is is taken.

    What was `corrected` of the charge, by purse, goes with it to another first day.
    """
    if before == after:
        return ()
    was, now = (takings(*side) if side else () for side in (before, after))
    lines: list[Posting] = []
    for purse in dict.fromkeys(taking.purse for taking in (*was, *now)):
        one, two = (next((t for t in side if t.purse == purse), None) for side in (was, now))
        if one and two and one.first == two.first:
            lines.append(_line(after, two, one.days - two.days, leave_id, stamp))
            continue
        for side, taking, sign in ((before, one, 1), (after, two, -1)):
            if taking is None:
                continue
            line = _line(side, taking, sign * taking.days, leave_id, stamp)
            lines.append(line._replace(what="released") if sign > 0 else line)
            if mine := corrected.get(purse):
                lines.append(line._replace(what="correction", days=-sign * mine))
    return tuple(lines)


def taken(days: Days) -> Decimal:
    """What a leave charges in all: as settled, until then as expected."""
    return days.expected if days.charged is None else days.charged


def _line(of: Taken | None, taking: Taking, change: Decimal, leave_id: str, stamp: Stamp) -> Posting:
    what: What = "charged" if of and of.days.charged is not None else "held"
    return Posting(*stamp, taking.first, taking.purse, what, change, leave_id, taking.last, taking.shares)


def taken_after(ledger: Iterable[Posting], purse: Purse, on: date) -> Decimal:
    """What leaves that had begun by a day take from a purse on later days, of which the ledger has it on the first.

    What was given back by a number of days is taken to be of these later ones, as far as there are so many.
    """
    begun: dict[tuple[str, date], list[Posting]] = {}
    for line in ledger:
        if line.purse == purse and line.on <= on and line.what in OF_LEAVES:
            begun.setdefault((line.ref, line.on), []).append(line)
    return sum((left_after(lines, on) for lines in begun.values()), NOTHING)


OF_LEAVES: tuple[What, ...] = ("held", "released", "charged", "correction")


def left_after(lines: list[Posting], on: date) -> Decimal:
    """The same of one leave, by its newest word of which days those are."""
    whole = -sum((line.days for line in lines), NOTHING)
    newest = next((line for line in reversed(lines) if line.what != "correction"), None)
    if newest is None or newest.last is None:
        return NOTHING
    return remaining(whole, newest.on, newest.last, newest.shares, on)


def remaining(whole: Decimal, first: date, last: date, shares: tuple[Share, ...], on: date) -> Decimal:
    """How many of so many days, taken from `first` to `last` as the shares tell, lie after a day."""
    if last <= on:
        return NOTHING
    runs = [(share.first, share.last, share.each) for share in shares] or [(first, last, Decimal(1))]
    by_then = sum((each * max((min(last, on) - first).days + 1, 0) for first, last, each in runs), NOTHING)
    return max(whole - by_then, NOTHING)
