"""Whose word ends somebody's time in the mission, by its cause, and from which day on it can end (doctrine: return).

It ends every leave, stops every ladder and closes the account, so that it takes more than being at the base: the
member's own chain of command tells it, or the post whose matter the cause is. Posts that only record write it down for
one of these, as they do with every decision.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from domain.acts import Act, EndOfTime
from domain.authority import of_others
from domain.facts import Facts, HeldPost, Member, Rung
from domain.model import date
from domain.orders import Role
from domain.refusal import Refusal

RULE: Final = "authority/end-member"

_STAFF: Final[tuple[Role, ...]] = ("force-commander", "administrator")

TELL: Final[Mapping[EndOfTime, tuple[Role, ...]]] = {
    "transfer": _STAFF,
    "rotation": _STAFF,
    "end-of-tour": _STAFF,
    "repatriated": ("force-commander", "hospital-commander"),
    "died": ("force-commander", "hospital-commander", "provost"),
    "missing": ("force-commander", "provost"),
    "mission-closed": _STAFF,
}
"""Who tells it besides the member's chain of command: at the member's base, or for the whole mission.

The end of the mission itself is told from the whole mission alone, or from the top of the chain.
"""


def may_tell(act: Act, facts: Facts, member: Member, why: EndOfTime, chain: tuple[Rung, ...]) -> Refusal | None:
    """Why whoever speaks cannot end the member's time for this cause; nobody ends their own. `chain` is bottom up."""
    assert facts.person is not None
    mine = of_others(act, facts.person, member.id)
    if isinstance(mine, Refusal):
        return mine
    whole = why == "mission-closed"
    posts = _posts(chain[-1:] if whole else chain)
    if any(post.post in posts or _theirs(post, member, why) for post in mine):
        return None
    where = "the whole mission" if whole else f"{member.base} or the mission"
    return Refusal(
        rule=RULE,
        why="whose time ends, and why, is told by their own chain of command or by the post whose matter it is",
        facts={
            "expected": f"{', '.join(posts) or 'no post is appointed'}; {', '.join(TELL[why])} of {where}",
            "got": ", ".join(post.post for post in mine) or "no post",
        },
        helps="let one of them say it; a clerk records it for them: --for NUMBER --for-post POST --medium paper",
    )


def before_arrival(on: date, member: Member) -> Refusal | None:
    """Nobody's time in the mission ends before it has begun: one of the two dates is wrong."""
    if on >= member.arrived:
        return None
    return Refusal(
        rule="return/before-arrival",
        why="the member's time in the mission had not begun by then",
        facts={"expected": f"{member.arrived} or later", "got": str(on)},
        helps="check the date; if the arrival is wrong: furlough register import, with members.csv",
    )


def _theirs(post: HeldPost, member: Member, why: EndOfTime) -> bool:
    bases = (None,) if why == "mission-closed" else (None, member.base)
    return post.role in TELL[why] and post.base in bases


def _posts(chain: Iterable[Rung]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(post for rung in chain for post in (rung.post, rung.deputy) if post))
