"""From which days on days worked earn compensatory time off: as the sum of them reaches the next whole day off."""

from __future__ import annotations

from collections.abc import Iterable

from domain.model import Decimal, date

Span = tuple[date, int]
"""The last day of a span, and how many days of it were worked. No two spans have a day in common."""


def earned_on(spans: Iterable[Span], ratio: int) -> dict[date, Decimal]:
    """How many days off each span earns, on its last day; what is left below a whole one counts for the next span."""
    total, found = 0, {}
    for last, worked in sorted(spans):
        found[last] = Decimal((total + worked) // ratio - total // ratio)
        total += worked
    return found


def changed_by(new: Span, known: Iterable[Span], ratio: int) -> dict[date, Decimal]:
    """What one more span changes, by day: one entered late may complete a later day off, or bring it forward."""
    spans = tuple(known)
    before, after = earned_on(spans, ratio), earned_on((*spans, new), ratio)
    changes = {day: days - before.get(day, 0) for day, days in after.items()}
    return {day: days for day, days in changes.items() if days}
