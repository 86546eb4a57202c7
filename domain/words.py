"""Numbers in sentences for people."""

from __future__ import annotations

from domain.model import Decimal


def counted(number: int | Decimal, noun: str, nouns: str = "") -> str:
    """A number with what it counts: "1 leave", "3 leaves", "0.5 days"; `nouns` where several are not called so."""
    return f"{number} {noun if number == 1 else nouns or f'{noun}s'}"
