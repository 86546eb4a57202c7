"""A leave as it looks to those whom its kind does not concern: what is done for some kinds alone is not told.

Only an emergency is checked before it is approved, and goes first; so those two steps are one to them, the post whose
turn it is has no name, and what is said of the check stands in no journal that they read.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from domain.decider import Entry, Refused
from domain.leave.confirmations import ActedTwice, Countersigned, Reviewed, Unconfirmed
from domain.leave.deadlines import BESIDE
from domain.leave.events import Attested, Deferred, Lapsed, Noted
from domain.leave.face import Face
from domain.leave.lapses import CHECK_DUE, key
from domain.leave.path import STATES
from domain.leave.state import Leave

DECISION: Final = "waiting for a decision"
"""The one word for the steps which would tell the kind apart."""
ONE_STEP: Final = (STATES["attest"], STATES["approve"])
PROVED_AFTER: Final = STATES["close"]
"""The state in which some kinds still have to be shown by a paper."""
OF_POSTS: Final = ("awaiting:", "etp:", "review:", "countersign")
"""How words of the index begin which tell whose turn it is, and to confirm what."""
OF_A_KIND: Final = ("attest", "review")
"""Acts which are said of some kinds alone."""


def word(state: str) -> str:
    """The word for a state."""
    return DECISION if state in ONE_STEP else state


def limited(state: str) -> bool:
    """Whether the limit of a state may be told: that of a check is shorter than that of an approval."""
    return state not in (*ONE_STEP, PROVED_AFTER)


def attention(words: Iterable[str]) -> tuple[str, ...]:
    """The words to filter by, but those which tell whose turn it is."""
    return tuple(each for each in words if not each.startswith(OF_POSTS))


def face(shown: Face) -> Face:
    """The face, with one step for all decisions before the approval, and nobody's name at it."""
    told = {"state": word(shown.state), "lane": "normal", "posts": (), "attention": attention(shown.attention)}
    if shown.posts and shown.waits_for == ", ".join(shown.posts):
        told["waits_for"] = "a decision"
    if limited(shown.state):
        return shown.model_copy(update=told)
    waits = "" if shown.state == PROVED_AFTER else "a decision"
    return shown.model_copy(update=told | {"waits_for": waits, "act_by": None, "then": "", "unless": "", "brings": ""})


def state(s: Leave) -> Leave:
    """The state, without the confirmations that it waits for: only some kinds have all of them."""
    return s.model_copy(update={"countersigns": {}, "reviews": {}})


def journal(entries: Iterable[Entry[Any]]) -> list[Entry[Any]]:
    """The journal, without what only some kinds have in it."""
    return [entry for entry in entries if not _tells(entry.event)]


def _tells(event: Any) -> bool:
    """Whether an entry would tell the kind by being there."""
    match event:
        case Attested() | ActedTwice() | Reviewed() | Unconfirmed() | Countersigned():
            return True
        case Refused(act=act):
            return act in OF_A_KIND
        case Lapsed(what=what) | Deferred(what=what):
            return not key(what) or what == CHECK_DUE or what.startswith(BESIDE)
        case Noted(cites=cites):
            return any(cite.rpartition("/")[2] in OF_A_KIND for cite in cites)
    return False
