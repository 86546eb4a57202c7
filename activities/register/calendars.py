"""Days as zone files and holiday tables know them today. Both change under us, so a decision keeps what it was told."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from domain.calendar import Calendar
from domain.model import DAY, timedelta

BEFORE = 40 * DAY
AFTER = 400 * DAY
_MINUTE = timedelta(minutes=1)


@lru_cache(maxsize=4096)
def calendar(zone: str, first: date, last: date, nation: str) -> Calendar:
    """The days of a zone from 40 days before `first` to 400 days after `last`: notice looks back, a return may be far.

    `nation` is ISO 3166-1 alpha-3; one whose holidays nobody has tabled has none.
    Raises ZoneInfoNotFoundError for an unknown zone.
    """
    begin, end = first - BEFORE, last + AFTER
    return Calendar(zone=zone, shifts=_shifts(ZoneInfo(zone), begin, end), holidays=_holidays(nation, begin, end))


def _shifts(zone: ZoneInfo, begin: date, end: date) -> tuple[tuple[datetime, int], ...]:
    """The offset at the start, then each minute from which another one holds."""
    at = datetime.combine(begin, time.min, UTC)
    shifts = [(at, _east(zone, at))]
    while at.date() < end:
        # A day at a time: where clocks stand back for a month of fasting, two changes still lie four weeks apart.
        if _east(zone, at + DAY) != _east(zone, at):
            since = _change(zone, at, at + DAY)
            shifts.append((since, _east(zone, since)))
        at += DAY
    return tuple(shifts)


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The first minute in (before, after] which has the offset of `after`, found by halving."""
    while after - before > _MINUTE:
        middle = before + (after - before) // _MINUTE // 2 * _MINUTE
        if _east(zone, middle) == _east(zone, after):
            after = middle
        else:
            before = middle
    return after


def _east(zone: ZoneInfo, at: datetime) -> int:
    """Minutes east of UTC."""
    offset = at.astimezone(zone).utcoffset()
    return round(offset.total_seconds() / 60) if offset else 0


def nations() -> frozenset[str]:
    """The nations which holiday tables name by three letters: those of ISO 3166-1."""
    import holidays  # noqa: PLC0415 (the tables of all nations take a while to load, and few commands need one)

    return frozenset(code for code in holidays.list_supported_countries() if len(code) == 3)


def _holidays(nation: str, begin: date, end: date) -> dict[date, str]:
    import holidays  # noqa: PLC0415 (the tables of all nations take a while to load, and few commands need one)

    try:
        languages = holidays.country_holidays(nation).supported_languages
    except NotImplementedError:
        return {}
    table = holidays.country_holidays(
        nation, years=range(begin.year, end.year + 1), language="en_US" if "en_US" in languages else None
    )
    return {day: name for day, name in sorted(table.items()) if begin <= day <= end}
