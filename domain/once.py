"""An act that comes again changes nothing, also in a later run of what lives for good.

It is known by its id together with its kind and with who decided it: another act under a known id is refused, lest its
sayer be told that it was recorded. The server knows a repeat within one run alone; a spool may send an act again long
after.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BeforeValidator

from domain.acts import Act
from domain.decider import Entry, Event, Refused, refused
from domain.model import DAY, Instant, Text
from domain.refusal import Refusal

RULE = "act/once"
REPEATED = 366 * DAY
"""How long an act is known after it was recorded. A spool has no limit: what comes again later is decided anew."""


class AlreadySo(Event):
    """What was asked for is so already. It changes nothing."""

    kind: Literal["already-so"] = "already-so"
    what: Text

    def says(self) -> str:
        """The sentence for people."""
        return f"already so: {self.what}"


class Known(NamedTuple):
    """When an act was recorded, and the `word` of its kind and decider; empty where it was kept before there was one.

    A base keeps thousands, so that it is a short one.
    """

    at: Instant
    word: str = ""


def word(kind: str, by: str) -> str:
    """By what an act of one kind and decider is told from another: 32 bits of a digest."""
    return sha256(f"{kind} {by}".encode()).hexdigest()[:8]


def _since_before(kept: Any) -> Any:
    """States of before kept the instant alone."""
    return kept if isinstance(kept, tuple | list) else (kept,)


Acts = dict[str, Annotated[Known, BeforeValidator(_since_before)]]
"""What is known of each act, by its id."""


def again(act: Act, said: Mapping[str, Known]) -> AlreadySo | Refused | None:
    """The answer to an act whose id is known: it was recorded before, or another one was; None where it is new."""
    before = said.get(act.act_id)
    if before is None:
        return None
    if before.word in ("", word(act.kind, act.decided_by)):  # type: ignore[attr-defined]  # every act has a kind
        return AlreadySo(what="this very act was recorded", cites=(RULE,))
    return refused(act, reused(act))[0]


def reused(act: Act) -> Refusal:
    """The refusal of an act which comes under the id of another one, whose answer it would be given."""
    return Refusal(
        rule="path/act-id",
        why="another act was taken under this id",
        facts={"expected": "an id which no other act has", "got": act.act_id},
        helps="give each act an id of its own; the same id again is the same act again",
    )


def known(before: Mapping[str, Known], entry: Entry[Any], kind: str) -> dict[str, Known]:
    """What is known of each act after one more, of this `kind`; what was recorded too long ago is left out."""
    kept = {act: one for act, one in before.items() if one.at >= entry.recorded_at - REPEATED}
    return kept | {entry.act_id: Known(entry.recorded_at, word(kind, entry.by))}
