"""Who of a unit is absent on which day, and how many may be (doctrine: strength).

A member away at 12:00 of a base's day is absent on it. All absences count: leaves in the ledger, and what the register
knows of courses, hospital and duty travel.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import time
from typing import NamedTuple

from domain.calendar import days
from domain.facts import UnitStrength
from domain.garrison.clock import Clock
from domain.holdings import Place
from domain.model import DAY, Code, Instant, date, datetime

NOON = time(12)
STRENGTH = "strength"
"""What a block cites that comes from the ceiling of absences, and not from an order."""
FAR = 180
"""How many days ahead a free place is looked for."""


def ceiling(percent: int, assigned: int) -> int:
    """How many may be absent on one day: floor(percent x assigned), at least 1."""
    return max(1, percent * assigned // 100)


NOT_APART = (0, 0)


def absent_days(place: Place, today: date, clock: Clock, apart: tuple[int, int] = NOT_APART) -> list[date]:
    """The days of an absence: as planned or, once the gate saw it, from the sign-out on.

    Who is held up until a day that was told is absent until then. Who is late, and nobody knows until when, is absent
    as long as they are waited for at all: no place is promised that depends on their return. With the days of
    quarantine before and after it: who is apart is absent too.
    """
    before, after = apart
    first, last = place.leaves_on, place.home_on
    if place.out_at is not None:
        first, last = _first_absent(place.out_at, clock), max(last, place.held_up_until or last)
        last = last if today <= last else max(today, place.waited_until or today)
    return days(first - before * DAY, last + after * DAY)


def still_wanted(place: Place, as_of: datetime, clock: Clock, apart: tuple[int, int] = NOT_APART) -> list[date]:
    """The days of a planned absence that are not over, with those of quarantine."""
    before, after = apart
    return days(max(place.first - before * DAY, clock.day(as_of)), place.last + after * DAY)


def _first_absent(out_at: datetime, clock: Clock) -> date:
    day = clock.day(out_at)
    return day if clock.local(out_at).time() <= NOON else day + DAY


class Roll:
    """Who of a unit is absent by day. Who is exempt from an order does not count for it: that takes nobody's place."""

    def __init__(self, strength: UnitStrength) -> None:
        """Nobody on leave yet; `strength.away` are absences of other kinds."""
        self.strength = strength
        self.all: Counter[date] = Counter()
        self.exempt: dict[Code, Counter[date]] = {}
        self.keys = frozenset(holder.member for holders in strength.keys.values() for holder in holders)
        self.keyed: dict[tuple[Code, date], frozenset[Code]] = {}

    def add(self, absent: Collection[date], exempt: Mapping[Code, Collection[date]], member: Code = "") -> None:
        """Enter one absence, whose it is, and on which of its days it is exempt from which order."""
        self.all.update(absent)
        for order, free in exempt.items():
            self.exempt.setdefault(order, Counter()).update(free)
        self.add_holder(absent, exempt, member)

    def add_holder(self, absent: Collection[date], exempt: Mapping[Code, Collection[date]], member: Code) -> None:
        """Enter an absence among those of the holders of key posts alone: of another unit, or of this one."""
        if member in self.keys:
            free_from = {day: frozenset(o for o, free in exempt.items() if day in free) for day in absent}
            self.keyed |= {(member, day): orders for day, orders in free_from.items()}

    def holders(self, posts: Iterable[Code], day: date, units: tuple[Code, ...] = ()) -> frozenset[Code]:
        """Who holds one of these key posts on a day, of these units alone where any are named."""
        held = (holder for post in posts for holder in self.strength.keys.get(post, ()))
        return frozenset(h.member for h in held if h.holds(day) and (not units or not h.unit or h.unit in units))

    def absent_holders(self, posts: Iterable[Code], day: date, order: Code, units: tuple[Code, ...] = ()) -> int:
        """How many of them are absent on it, on leave or otherwise, but for those who are exempt from the order."""
        posts = tuple(posts)
        elsewhere = {h.member for post in posts for h in self.strength.keys.get(post, ()) if day in h.away}
        on_leave = {m for m in self.keys if (m, day) in self.keyed and order not in self.keyed[m, day]}
        return len(self.holders(posts, day, units) & (elsewhere | on_leave))

    def absent(self, day: date, order: Code = STRENGTH) -> int:
        """How many are absent on a day, as the ceiling or as an order counts."""
        exempt = self.exempt[order][day] if order in self.exempt else 0
        return self.strength.away.get(day, 0) + self.all[day] - exempt


class Limit(NamedTuple):
    """How many of a unit may be absent, by the ceiling or by an order: `most` by day, None where it says nothing.

    Where it names `keys`, it is about the holders of these posts alone, of all `units` or of those named.
    """

    cites: Code
    rule: str
    most: Callable[[date], int | None]
    until: Instant | None = None
    etp: Code | None = None
    keys: tuple[Code, ...] = ()
    units: tuple[Code, ...] = ()

    def absent(self, day: date, roll: Roll) -> int:
        """How many of those it is about are absent on a day."""
        if self.keys:
            return roll.absent_holders(self.keys, day, self.cites, self.units)
        return roll.absent(day, self.cites)

    def of(self, day: date, roll: Roll) -> int:
        """How many it is about on a day, present or not."""
        return len(roll.holders(self.keys, day, self.units)) if self.keys else roll.strength.on(day)

    def told(self, unit: Code, day: date, roll: Roll) -> str:
        """How many of a unit are absent on a day and may be, in a sentence."""
        keys = f" who hold {' or '.join(self.keys)}" if self.keys else ""
        who, most = f"{self.absent(day, roll)} of {self.of(day, roll)} in {unit}{keys}", max(self.most(day) or 0, 0)
        return f"{self.cites}: {who} are absent on {day}, at most {most} may be"


def short(limit: Limit, wanted: Iterable[date], roll: Roll) -> date | None:
    """The first day on which one more absence would break a limit; None where it fits."""
    return next((day for day in wanted if not _room(limit, day, roll)), None)


def first_free(limits: Sequence[Limit], wanted: Sequence[date], roll: Roll) -> date | None:
    """The earliest first day, from the one wanted on, with as many days in a row that fit; None within half a year."""
    if not wanted:
        return None
    run = 0
    for i in range(FAR + len(wanted)):
        day = wanted[0] + DAY * i
        run = run + 1 if all(_room(limit, day, roll) for limit in limits) else 0
        if run == len(wanted):
            return day - DAY * (run - 1)
    return None


def _room(limit: Limit, day: date, roll: Roll) -> bool:
    most = limit.most(day)
    return most is None or limit.absent(day, roll) < most
