"""Numbers in sentences for people."""

from __future__ import annotations

from domain.model import Decimal


def counted(number: int | Decimal, noun: str) -> str:
    """A number with what it counts: "1 leave", "3 leaves", "0.5 days"."""
    return f"{number} {noun if number == 1 else f'{noun}s'}"
