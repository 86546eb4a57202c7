"""What stands in a command's way and is no refusal of a rule: told to a person in one form, without a traceback.

Trouble
├── Misset          settings, flags or files say what cannot be meant     (exit code 2)
├── Spooled         an act is kept, and no outcome of it is known yet     (exit code 3)
├── NotKept         an act could not be written down, and was not sent    (exit code 4)
└── NotReached      no server, or no worker behind it, answers            (exit code 4)
    └── NotStarted  the embedded server or its worker could not begin     (exit code 4)
"""

from __future__ import annotations

from typing import ClassVar


class Trouble(Exception):
    """What happened, why (expected and got), what is known, and what to do next; empty parts are not shown.

    `code` is the exit code of the command which it stops.
    """

    code: ClassVar[int] = 1

    def __init__(self, what: str, *, why: str = "", known: str = "", helps: str = "") -> None:
        super().__init__(what)
        self.what, self.why, self.known, self.helps = what, why, known, helps

    def __str__(self) -> str:
        parts = (("why", self.why), ("known", self.known), ("next", self.helps))
        return "\n".join([self.what, *(f"{label:<7}{text}" for label, text in parts if text)])


class Misset(Trouble):
    """A setting, a flag or a file says what cannot be meant."""

    code = 2


class NotReached(Trouble):
    """No server, or no worker behind it, answers; nothing was changed."""

    code = 4


class NotStarted(NotReached):
    """The embedded server, or the worker beside it, could not begin; nothing is left running."""
