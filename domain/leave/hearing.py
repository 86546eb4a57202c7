"""How long somebody is heard: no script in a loop fills a leave's history, nor silences anybody but who runs it.

What is refused here leaves no trace, so it is for the state alone to tell, before the register is asked who speaks.
"""

from __future__ import annotations

from typing import Any, Final, get_args

from domain.acts import Act, EndMember, LeaveAct, SignIn, SignOut
from domain.decider import Entry, Refused
from domain.leave.state import Leave, Spoken
from domain.model import Code
from domain.refusal import Refusal

MOST_REFUSALS: Final = 200
"""So many decisions of one speaker are refused with a trace, and as many of their observations."""
MOST_ACTS: Final = 500
"""So many acts of one speaker are taken; and so many in all of those who are neither the member nor at a desk of it."""
SEEN: Final = {act.model_fields["kind"].default for act in get_args(get_args(LeaveAct)[0]) if act.said == "observation"}


def speaker(entered_by: Code | None, decided_by: Code) -> Code:
    """Whose hand an act comes from: a clerk's loop silences the clerk, and not whoever is named in it."""
    return entered_by or decided_by


def spoken(s: Leave, entry: Entry[Any]) -> dict[str, Spoken]:
    """How much everybody has said once this entry is written; machines are not counted."""
    if not entry.act_id or entry.assurance == "machine":
        return s.spoken
    who, refused = speaker(entry.entered_by, entry.by), isinstance(entry.event, Refused)
    had = s.spoken.get(who, Spoken())
    seen = refused and entry.event.act in SEEN
    return s.spoken | {
        who: Spoken(
            acts=had.acts + (entry.act_id not in s.acts),
            decisions_refused=had.decisions_refused + (refused and not seen),
            observations_refused=had.observations_refused + seen,
        )
    }


def too_often(act: Act, s: Leave) -> Refusal | None:
    """Whether who speaks has said so much in vain, or at all, that nothing more of theirs is recorded.

    Everybody else is heard: observations from whomever, decisions of the member and of the posts at its desks. A coming
    or going which nobody has told yet is heard also from who has told others too often.
    """
    who = speaker(act.entered_by, act.decided_by)
    had = s.spoken.get(who, Spoken())
    refused = had.observations_refused if act.said == "observation" else had.decisions_refused
    if refused >= MOST_REFUSALS:
        return _unheard(act, f"{refused} acts of who speaks were refused already")
    if had.acts >= MOST_ACTS and not _news(act, s):
        return _unheard(act, f"{had.acts} acts of who speaks are in its journal already")
    if act.said == "decision" and len(s.acts) >= MOST_ACTS and not _concerned(act, s):
        return _unheard(act, f"{len(s.acts)} acts are in its journal, and who speaks is at no desk of it")
    return None


def _news(act: Act, s: Leave) -> bool:
    """Whether it tells a coming, going or end which nobody has told yet."""
    match act:
        case SignOut():
            return s.out_at is None and not s.ended
        case SignIn():
            return s.away
        case EndMember():
            return s.gone is None and not s.ended
    return False


def _concerned(act: Act, s: Leave) -> bool:
    """Whether it is for the member to decide, for a post at one of its desks, or for who is to confirm an act on it."""
    posts = {post for desk in s.desks.values() for rung in desk for post in (rung.post, rung.deputy)}
    posts |= {post for posts in s.confirmers.values() for post in posts}
    posts |= {post for review in s.reviews.values() for post in review.posts}
    signs = act.decided_by in (s.whose.id, *s.signers.values())
    return signs or bool({act.post, act.for_post} & posts - {None})


def _unheard(act: Act, why: str) -> Refusal:
    kind: str = act.kind  # type: ignore[attr-defined]  # every act which can be sent has one
    return Refusal(
        rule="path/too-often",
        why=f"this is recorded no more: {why}",
        facts={"got": kind, "expected": f"fewer than {MOST_REFUSALS} refused and {MOST_ACTS} acts of one speaker"},
        helps="look for a script in a loop; another who is entitled is heard, and a clerk may record what they say",
    )
