"""Whether work on many lines still has a server: the lines that are left are not tried in vain one by one.

A line without an answer is no proof, since a worker may be slow; so the server itself is asked before work is left.
"""

from __future__ import annotations

from typing import Final

from temporalio.client import Client

from starter.receipts import Answer
from wiring.connect import reached
from wiring.trouble import NotReached

UNANSWERED: Final = 8
"""Lines in a row without an answer, after which the server is asked whether it is there."""

GONE: Final = "the server is not reached any more"


class Silence:
    """How long nothing has been heard."""

    def __init__(self, client: Client) -> None:
        self.client, self.lines = client, 0

    async def lasts(self, answer: Answer) -> bool:
        """Whether, with this answer too, the server is gone."""
        self.lines = self.lines + 1 if answer.code == NotReached.code else 0
        return self.lines >= UNANSWERED and not await reached(self.client)
