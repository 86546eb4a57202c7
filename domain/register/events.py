"""Every entry of the register's journal: when it is written, and the sentence which it says to people."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from domain.decider import Event, Refused
from domain.model import Code, Instant, Sha256, Text


class Imported(Event):
    """An import was accepted under the next version number; its files are about to be taken in.

    `summary` is what the importer's dry run promised (`members.added`: 3), `by` who imports, `at` when they said so.
    """

    kind: Literal["imported"] = "imported"
    version: int
    files: dict[Code, Sha256]
    summary: dict[str, int] = {}
    by: Code
    at: Instant

    def says(self) -> str:
        """The sentence for people."""
        changes = ", ".join(f"{count} {what}" for what, count in self.summary.items()) or "no changes told"
        return f"import {self.version}: {', '.join(self.files)} ({changes})"


class AlreadySo(Event):
    """The same files again: the register stands as they say since this version, or is about to."""

    kind: Literal["already-so"] = "already-so"
    version: int

    def says(self) -> str:
        """The sentence for people."""
        return f"already so since version {self.version}"


class Applied(Event):
    """The effect's answer: the register has this version now, and so many administrators, of whatever day."""

    kind: Literal["applied"] = "applied"
    version: int
    administrators: int

    def says(self) -> str:
        """The sentence for people."""
        return f"the register has version {self.version}"


class NotApplied(Event):
    """The effect's answer: the files do not go with what is in the register. `lines` are the first of the bad ones."""

    kind: Literal["not-applied"] = "not-applied"
    version: int
    bad_lines: int
    lines: tuple[Text, ...] = ()

    def says(self) -> str:
        """The sentence for people."""
        return f"import {self.version} was not taken in, {self.bad_lines} bad lines: {'; '.join(self.lines)}"


RegisterEvent = Annotated[Imported | AlreadySo | Applied | NotApplied | Refused, Field(discriminator="kind")]
