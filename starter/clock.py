"""Times as people type them, on a base's clock; one that a change of it skips or doubles is told with both readings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from wiring.trouble import Misset


def on_clock(said: datetime, zone: ZoneInfo) -> datetime:
    """What is meant by a time of a base's clock; one that says its own distance from UTC is taken at its word.

    Raises:
        Misset: the clock never shows it, or shows it twice.
    """
    if said.tzinfo:
        return said.astimezone(UTC)
    before, after = (said.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if before.utcoffset() == after.utcoffset():
        return before.astimezone(UTC)
    shown = before.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == said
    raise _twice(said, before, after, zone) if shown else _never(said, before, after, zone)


def _twice(said: datetime, before: datetime, after: datetime, zone: ZoneInfo) -> Misset:
    return Misset(
        f"{said:%Y-%m-%d %H:%M} was shown twice by the clock of {zone.key}.",
        why=f"it was put back that night: {_told(before)} is meant, or {_told(after)}",
        known="nothing was changed",
        helps=f'say which: "{_typed(before)}" or "{_typed(after)}"',
    )


def _never(said: datetime, before: datetime, after: datetime, zone: ZoneInfo) -> Misset:
    shown = [at.astimezone(UTC).astimezone(zone) for at in (after, before)]
    return Misset(
        f"{said:%Y-%m-%d %H:%M} was never shown by the clock of {zone.key}.",
        why=f"it was put forward that night: {_told(shown[0])} is meant, or {_told(shown[1])}",
        known="nothing was changed",
        helps=f'say which: "{_typed(shown[0])}" or "{_typed(shown[1])}"',
    )


def _told(at: datetime) -> str:
    return f"{at:%H:%M} ({at.astimezone(UTC):%Y-%m-%d %H:%M} UTC)"


def _typed(at: datetime) -> str:
    """As it can be typed and mean one moment alone."""
    offset = at.utcoffset() or timedelta()
    minutes = int(offset.total_seconds() // 60)
    return f"{at:%Y-%m-%d %H:%M}{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
