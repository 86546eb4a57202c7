"""Chances out of a string of bytes: what is played with them can be played again, and shrinks."""

from __future__ import annotations

from typing import TypeVar

T = TypeVar("T")


class Over(Exception):
    """No dice are left."""


class Dice:
    """Choices out of bytes; the first choice is the one to which a failing life shrinks."""

    def __init__(self, rolls: bytes) -> None:
        self.rolls = iter(rolls)

    def one_of(self, *choices: T) -> T:
        roll = next(self.rolls, None)
        if roll is None:
            raise Over
        return choices[roll % len(choices)]

    def chance(self, percent: int) -> bool:
        return bool(self.one_of(*range(100)) >= 100 - percent)
