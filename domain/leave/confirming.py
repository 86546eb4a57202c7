"""Who countersigns what was recorded for them, or was said as a post that they did not hold throughout.

A post is held both when a decision is said and when it is recorded, else a countersignature is needed (doctrine:
decisions). By which of the two moments it is judged otherwise, `backdating.py` tells.
"""

from __future__ import annotations

from domain.acts import Act, Countersign
from domain.authority import at_desk
from domain.decider import refused
from domain.facts import Facts, HeldPost
from domain.leave.deciding import Events, during
from domain.leave.events import Countersigned, Unconfirmed
from domain.leave.state import Leave
from domain.model import DAY, Code, Instant
from domain.refusal import Refusal

BOTH_TIMES = "authority/both-times"


def unconfirmed(act: Act, s: Leave, f: Facts, held: HeldPost, desk: str, now: Instant) -> Events:
    """The countersignature that is needed where the post was not held at both times; nothing else.

    Who has left the post since, and is recorded by a clerk, is countersigned by its holder of today, or from above; who
    has come to it since, from above (where nobody stands above, by another holder of the post).
    """
    assert f.person
    if held in f.person.posts:
        return ()
    higher = above(s, desk, held.post)
    posts = (held.post, *higher) if held in f.person.relieved or not higher else higher
    by, cites = now + s.rules.records.countersign_days * DAY, (BOTH_TIMES, s.rules.pack)
    return (Unconfirmed(posts=posts, by=by, cites=cites, irregular=(BOTH_TIMES,)),)


def above(s: Leave, desk: str, post: Code) -> tuple[Code, ...]:
    """The posts of a desk's ladder that stand above a post of it, the next higher first; never its own deputy."""
    ladder = s.desks.get(desk, ())
    mine = next((i for i, rung in enumerate(ladder) if post in (rung.post, rung.deputy)), len(ladder))
    return tuple(dict.fromkeys(p for rung in ladder[mine + 1 :] for p in (rung.post, rung.deputy) if p))


@during("hold", "end")
def countersign(act: Countersign, s: Leave, f: Facts, _: Instant) -> Events:
    """The decider confirms what a clerk recorded for them; or a post what was said by who did not hold it throughout.

    Nobody else can, and nobody has it recorded.
    """
    why = _not_theirs(act, s, f)
    if not why:
        return (Countersigned(of=act.of, cites=("record/countersign",)),)
    facts = {"waiting": ", ".join(s.countersigns) or "none", "got": act.of}
    if posts := s.confirmers.get(act.of):
        facts["expected"] = ", ".join(posts)
    return refused(act, Refusal(rule="record/countersign", why=why, facts=facts, helps="furlough inbox"))


def _not_theirs(act: Countersign, s: Leave, f: Facts) -> str:
    """Why they cannot countersign it; empty where they can."""
    assert f.person
    said_by, posts = s.signers.get(act.of), s.confirmers.get(act.of)
    if act.of not in s.countersigns:
        return "no act of that id waits for a countersignature"
    if act.entered_by:
        return "who countersigns does so themself"
    if posts is None:
        return "" if said_by == act.decided_by else "only the decider countersigns, themself"
    if said_by == act.decided_by or isinstance(at_desk(act, f.person, "countersign", posts, s.whose.id), Refusal):
        return "a holder of the post, or of one above it, countersigns what another said as that post"
    return ""
