"""Days of a base.

Zone rules and holidays change under us, so a decision keeps those it was made with as a recorded `Calendar`.
"""

from __future__ import annotations

from datetime import UTC, time
from itertools import pairwise

from domain.model import DAY, Instant, Model, date, datetime, timedelta


class Calendar(Model):
    """The days of one zone, over the span it was looked up for.

    `shifts` are (from this UTC instant on, minutes east of UTC), ascending; before the first one its offset holds too.
    `holidays` are public holidays of the member's nation (name by day).
    """

    zone: str
    shifts: tuple[tuple[Instant, int], ...]
    holidays: dict[date, str] = {}

    def offset(self, at: datetime) -> timedelta:
        """How far local time is ahead of UTC at an instant."""
        minutes = self.shifts[0][1]
        for since, east in self.shifts:
            if at < since:
                break
            minutes = east
        return timedelta(minutes=minutes)

    def local(self, at: datetime) -> datetime:
        """The wall clock of the base at an instant (naive)."""
        return (at + self.offset(at)).astimezone(UTC).replace(tzinfo=None)

    def day(self, at: datetime) -> date:
        """The base's day in which an instant falls."""
        return self.local(at).date()

    def instant(self, day: date, clock: time = time.min) -> datetime:
        """When the base's clock first shows `clock` on `day`; where it jumps over that, the moment of the jump."""
        wall = datetime.combine(day, clock, tzinfo=UTC)
        if shown := self.instants(day, clock):
            return shown[0]
        for (_, before), (since, after) in pairwise(self.shifts):
            if since + timedelta(minutes=before) <= wall < since + timedelta(minutes=after):
                return since.astimezone(UTC)
        raise LookupError(f"expected a jump of the clock over {wall:%Y-%m-%d %H:%M}, got none")

    def instants(self, day: date, clock: time = time.min) -> tuple[Instant, ...]:
        """Every moment at which the base's clock shows `clock` on `day`: none where it jumps over that, or two."""
        wall = datetime.combine(day, clock, tzinfo=UTC)
        guesses = sorted(wall - timedelta(minutes=east) for east in {east for _, east in self.shifts})
        return tuple(at for at in guesses if at + self.offset(at) == wall)

    def shown(self, first: date, last: date) -> list[date]:
        """The days from first to last, both in, which the base has: across the date line it may leave one out."""
        jumped = self._jumped()
        return [day for day in days(first, last) if day not in jumped]

    def nth(self, first: date, n: int) -> date:
        """The n-th of the days which the base has, from `first` on."""
        day = first + (n - 1) * DAY
        while short := n - len(self.shown(first, day)):
            day += short * DAY
        return day

    def _jumped(self) -> frozenset[date]:
        """The days that no instant shows, since the clock jumps from the day before to the day after."""
        over = (
            (since + timedelta(minutes=before), since + timedelta(minutes=after))
            for (_, before), (since, after) in pairwise(self.shifts)
            if timedelta(minutes=after - before) >= DAY
        )
        near = (day for left, come in over for day in days(left.date(), come.date()))
        return frozenset(day for day in near if not self._shows(day))

    def _shows(self, day: date) -> bool:
        """Whether the clock shows the day at any instant, of whichever offset."""
        begins = datetime.combine(day, time.min, tzinfo=UTC)
        changes = [since for since, _ in self.shifts[1:]]
        return any(
            (since is None or since + timedelta(minutes=east) < begins + DAY)
            and (until is None or until + timedelta(minutes=east) > begins)
            for since, until, (_, east) in zip([None, *changes], [*changes, None], self.shifts, strict=True)
        )


def days(first: date, last: date) -> list[date]:
    """All days from first to last, both in; none when last lies before first."""
    return [first + DAY * i for i in range((last - first).days + 1)]


def months_after(day: date, months: int) -> date:
    """The same day so many months later; where the month is too short, its last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first = date(year, month + 1, 1)
    last = (first.replace(day=28) + 4 * DAY).replace(day=1) - DAY
    return min(first + (day.day - 1) * DAY, last)


def overlap(first: date, last: date, other_first: date, other_last: date) -> bool:
    """Whether two spans of days, ends included, share a day."""
    return first <= other_last and other_first <= last
