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
"""Lines in a row without an answer, after which those that are left wait for none."""

GONE: Final = "nobody answers any more"


class Silence:
    """How long nothing has been heard at a desk."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.lines = desk, 0

    def lasts(self, answer: Answer) -> bool:
        """Whether, with this answer too, nobody is there; the desk then sends nothing more."""
        self.lines = self.lines + 1 if answer.code in (NotReached.code, Spooled.code) else 0
        if self.lines >= UNANSWERED and self.desk.away is None:
            self.desk.away = NotReached("Nobody has answered the lines before.", why=f"{self.lines} without an answer")
        return self.desk.away is not None
