"""The example mission at any time: its days are moved by whole weeks, so that today lies in its first week.

Weekdays stay, and with them the days on which aeroplanes fly. In that very week nothing is moved.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Final

EXAMPLES: Final = Path(__file__).resolve().parent.parent / "examples"

FIRST: Final = date(2026, 11, 23)
"""The Monday on which the flights of the example begin."""

_WEEK: Final = timedelta(days=7)
_DAY: Final = re.compile(r"\b\d{4}-\d{2}-\d{2}(?=\b|T)")


def shift(today: date) -> timedelta:
    """By how much the days of the example are moved."""
    return (today - FIRST) // _WEEK * _WEEK


def moved(text: str, by: timedelta) -> str:
    """A text of the example with every day in it moved."""
    return _DAY.sub(lambda found: str(date.fromisoformat(found[0]) + by), text)


def examples(today: date, folder: Path) -> Path:
    """The example as of today: as it lies there or, moved, as a copy in a folder."""
    by = shift(today)
    if not by:
        return EXAMPLES
    for file in sorted(EXAMPLES.rglob("*")):
        if file.suffix in (".csv", ".toml"):
            copy = folder / file.relative_to(EXAMPLES)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(moved(file.read_text("utf-8"), by), "utf-8")
    return folder
