"""Days and times as people write them, in one form each: Python reads several more, and so takes a slip for a day."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Final

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIME: Final = re.compile(
    _DAY.pattern + r"([ T]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)? ?(Z|[+-]\d{2}:?\d{2})?)?", re.ASCII | re.IGNORECASE
)


def day(text: str) -> date:
    """`2026-12-20`. Raises ValueError for any other form, and for a day that no calendar has."""
    return date.fromisoformat(_of(_DAY, text, "YYYY-MM-DD"))


def time(text: str) -> datetime:
    """`2026-12-20 08:00`, perhaps with seconds and its distance from UTC; a day alone is its midnight.

    Raises:
        ValueError: it has another form, or there is no such time.
    """
    return datetime.fromisoformat(_of(_TIME, text, "YYYY-MM-DD HH:MM").upper().replace(" +", "+").replace(" -", "-"))


def _of(form: re.Pattern[str], text: str, named: str) -> str:
    if form.fullmatch(text) is None:
        raise ValueError(f"expected {named}, got {text[:40]!r}")
    return text
