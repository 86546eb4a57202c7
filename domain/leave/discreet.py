"""A leave as it looks to those whom its kind does not concern: what is done for some kinds alone is not told.

Only an emergency is checked before it is approved, and goes first; so those two steps are one to them, the post whose
turn it is has no name, and what is said of the check stands in no journal that they read. Nor are they warned of what
an emergency alone may do in spite of a rule.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from domain.capacities import TWO_CAPACITIES
from domain.decider import Entry, Refused
from domain.leave.attesting import AGAIN
from domain.leave.confirmations import ActedTwice, Countersigned, Reviewed, Unconfirmed
from domain.leave.deadlines import BESIDE
from domain.leave.events import Attested, Deferred, Lapsed, Noted
from domain.leave.face import MANIFEST, SECURITY_LATE, WARNED, Face
from domain.leave.lapses import CHECK_DUE, key
from domain.leave.path import DECISION, ONE_STEP, STATES, word
from domain.leave.state import Leave
from domain.model import Decimal
from domain.refusal import Refusal

__all__ = [
    "BARRED",
    "DECISION",
    "ONE_STEP",
    "attention",
    "face",
    "journal",
    "limited",
    "marks",
    "refusal",
    "state",
    "telling",
    "word",
]

BARRED: Final = (STATES["clear"], STATES["lift"])
"""The states in which orders may be exempted from, and strength be overridden, within limits of the kind."""
PROVED_AFTER: Final = STATES["close"]
"""The state in which some kinds still have to be shown by a paper."""
OF_POSTS: Final = ("awaiting:", "etp:", "review:", "countersign")
"""How words of the index begin which tell whose turn it is, and to confirm what."""
OF_AN_EMERGENCY: Final = (SECURITY_LATE, MANIFEST)
"""Words of the index for what bars other leaves, and is only warned of in the lane of emergencies."""
CHECK: Final = "path/check"
"""The mark of what was done although a check was waited for; to others it was simply not approved yet."""
ALONE: Final = TWO_CAPACITIES
"""The mark of what is allowed on emergencies alone, whether it was said to the leave or to its base."""
CONFIRMED_NEXT: Final = STATES["confirm"]
"""The state in which every leave waits for movement control, whatever its kind."""
OF_A_KIND: Final = ("attest", "review")
"""Acts which are said of some kinds alone."""


def limited(state: str) -> bool:
    """Whether the limit of a state may be told: those of decisions are shorter for some kinds than for others."""
    return state not in (*ONE_STEP, *BARRED, PROVED_AFTER)


def telling(word: str) -> bool:
    """Whether a word of the index tells whose turn it is, or something that only some kinds of leave have."""
    return word.startswith(OF_POSTS) or word in OF_AN_EMERGENCY


def attention(words: Iterable[str], state: str) -> tuple[str, ...]:
    """The words to filter by, but the telling ones; and no ladder is said to be at its end before the approval.

    That of a check has other rungs than that of an approval.
    """
    untold = ("unanswered",) if state in ONE_STEP else ()
    return tuple(each for each in words if not telling(each) and each not in untold)


def _warnings(shown: Face) -> tuple[str, ...]:
    """The sentences of what is warned of, but those of telling words."""
    words = [each for each in WARNED if each in shown.attention]
    said = dict(zip(words, shown.warnings, strict=False))
    return tuple(sentence for each, sentence in said.items() if not telling(each))


def face(shown: Face) -> Face:
    """The face, with one step for all decisions before the approval, and nobody's name at it."""
    words, warned = attention(shown.attention, shown.state), _warnings(shown)
    told = {"state": word(shown.state), "lane": "normal", "posts": (), "attention": words, "warnings": warned}
    if shown.posts and shown.waits_for == ", ".join(shown.posts):
        told["waits_for"] = "the confirmation of the journey" if shown.state == CONFIRMED_NEXT else "a decision"
    if limited(shown.state):
        return shown.model_copy(update=told)
    if shown.state in ONE_STEP:
        told["waits_for"] = "a decision"
    elif shown.state == PROVED_AFTER:
        told["waits_for"] = ""
    return shown.model_copy(update=told | {"act_by": None, "then": "", "unless": "", "brings": ""})


def refusal(said: Refusal) -> Refusal:
    """A refusal for the step at which the leave stands, in the words for all: it tells of no check.

    What else may be said to the leave is other things of some kinds before the approval.
    """
    got = said.facts.get("got", "")
    if got not in STATES.values():
        return said
    expected = dict.fromkeys(map(word, filter(None, said.facts.get("expected", "").split(", "))))
    facts = {"got": word(got)} | ({"expected": ", ".join(expected)} if expected else {})
    why = f"{said.why.partition(':')[0]}: the leave is {word(got)}"
    return said.model_copy(update={"why": why, "facts": facts, "helps": _until(got)})


def _until(got: str) -> str:
    """What would help where an act comes before its step, or after it."""
    if got in ONE_STEP:
        return "it is the turn of its command, which decides first; furlough show tells how far it has come"
    if got in BARRED:
        return "its base has to clear it first, by orders and strength; furlough show tells how far it has come"
    return "furlough show tells how far it has come"


def state(s: Leave) -> Leave:
    """The state, without the confirmations that it waits for, and what pays for it: only some kinds have all that."""
    confirmed: dict[str, Any] = {"countersigns": {}, "reviews": {}, "bare": {}}
    return s.model_copy(update=confirmed | {"advance": Decimal(0), "excess": Decimal(0)})


def journal(entries: Iterable[Entry[Any]]) -> list[Entry[Any]]:
    """The journal, without what only some kinds have in it."""
    return [_untold(entry) for entry in entries if not _tells(entry.event)]


def marks(irregular: Iterable[str]) -> tuple[str, ...]:
    """Marks of what was irregular, without the one that tells of a check, and the one that tells of an emergency."""
    return tuple("path/approve" if mark == CHECK else mark for mark in irregular if mark != ALONE)


def _untold(entry: Entry[Any]) -> Entry[Any]:
    """An entry as it would be of a leave that nobody checks."""
    event = entry.event
    told: dict[str, Any] = {"irregular": marks(event.irregular)} if {CHECK, ALONE} & {*event.irregular} else {}
    if isinstance(event, Noted) and (step := next((each for each in ONE_STEP if each in event.what), "")):
        told["what"] = event.what.replace(step, DECISION)
    return entry.model_copy(update={"event": event.model_copy(update=told)}) if told else entry


def _tells(event: Any) -> bool:
    """Whether an entry would tell the kind by being there."""
    match event:
        case Attested() | ActedTwice() | Reviewed() | Unconfirmed() | Countersigned():
            return True
        case Refused(act=act):
            return act in OF_A_KIND
        case Lapsed(what=what) | Deferred(what=what):
            return not key(what) or what == CHECK_DUE or what.startswith(BESIDE)
        case Noted(what=what, cites=cites):
            return what == AGAIN or any(cite.rpartition("/")[2] in OF_A_KIND for cite in cites)
    return False
