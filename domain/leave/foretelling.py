"""What the next deadline of a leave brings if nothing happens before: who does what, in words for people."""

from __future__ import annotations

from typing import Final

from domain.leave.ladders import reached, rungs
from domain.leave.lapses import REMIND, RUNG, WORDS, about, brings, key
from domain.leave.path import PATH, at, here
from domain.leave.state import Leave

ASKED: Final = {
    "attest": "nobody has checked it",
    "approve": "nobody has decided",
    "officer": "nobody has cleared it",
    "confirm": "nobody has confirmed the journey",
}
"""What silence is, by desk."""
NO_SEAT: Final = "no seat is found"
"""What movement control is waited for before there is a journey to confirm, or once it has confirmed one."""


def foretold(s: Leave, what: str) -> tuple[str, str]:
    """The two halves of `if nobody has decided by then, DCO-A is asked too`; the first may be empty."""
    if words := WORDS.get(key(what)):
        return words.unless, brings(what, ", ".join(reached(s, "approve")) or "the commander")
    if post := about(what):
        first = what.endswith(f"{RUNG}1")
        asked = f"the deputy of {post}, or the next post above, is asked" if first else f"a post above {post} is asked"
        return "nobody has exempted it", f"a reminder goes to {post}" if what.endswith(REMIND) else asked
    desk = desk_of(s)
    asked = NO_SEAT if at(s) == "book" else ASKED.get(desk, "nobody has acted")
    unless = _of_who_is_away(s) if s.out_at else asked
    if REMIND in what:
        return unless, f"a reminder goes to {', '.join(reached(s, desk)) or 'nobody'}"
    return unless, _asked(s, desk, int(what.rpartition(RUNG)[2]))


def _of_who_is_away(s: Leave) -> str:
    """Command is asked for an extension, or to approve what was not approved when the member left."""
    longer = s.extension and not s.extension.approved
    return WORDS["extension"].unless if longer else "nobody has decided on the approval after the sign-out"


def _asked(s: Leave, desk: str, i: int) -> str:
    """Whom silence reaches with its i-th rung; with the last of all nobody."""
    ladder = rungs(s, desk)
    if i >= len(ladder):
        return "nobody is left to ask: it stands among those that nobody answers"
    post, of = ladder[i], next((rung.post for rung in s.desks.get(desk, ()) if rung.deputy == ladder[i]), "")
    return f"{post}{f', the deputy of {of},' if of else ''} is asked too"


def desk_of(s: Leave) -> str:
    """The desk which is waited for: of who is away that of the commander."""
    return "approve" if s.out_at else PATH[here(s)].desk if at(s) != "end" else ""
