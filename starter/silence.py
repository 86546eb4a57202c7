"""Whether work on many lines is still answered: the lines that are left are not tried in vain one by one.

They are kept in the spool then, without a try: whether nobody is there or somebody is slow, they are sent from there.
"""

from __future__ import annotations

from typing import Final

from starter.desk import Desk
from starter.receipts import Answer
from wiring.spool import Spooled
from wiring.trouble import NotReached

UNANSWERED: Final = 8
"""Leaves in a row without an answer, after which the lines that are left wait for none."""

GONE: Final = "nobody answers any more"


class Silence:
    """How long nothing has been heard at a desk."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.silent = set[str]()

    def lasts(self, answer: Answer) -> bool:
        """Whether, with this answer too, nobody is there; the desk then sends nothing more."""
        if answer.code in (NotReached.code, Spooled.code):
            self.silent.add(answer.leave_id or answer.said)  # many lines of one that is stuck are one silence
        else:
            self.silent.clear()
        if len(self.silent) >= UNANSWERED and self.desk.away is None:
            why = f"{len(self.silent)} leaves in a row without an answer"
            self.desk.away = NotReached("Nobody has answered the lines before.", why=why)
        return self.desk.away is not None
