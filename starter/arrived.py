"""What arrived after a leave's end and waits in the account of its member: whoever may put its days right is told.

The task ends with what they do: they correct the charge, call days otherwise, or say that nothing is to be put right;
else with its time.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from activities.register import posts as register_posts
from activities.register.database import reading
from domain.account import Account, to_look_at
from domain.account.state import Heard
from domain.facts import Member
from domain.ids import member_of
from domain.model import Instant
from starter import accounts, index
from starter.desk import Desk
from wiring.copies import Copy
from workflows.board import AFTER_END

LOOK: Final = "look at its days"


class Arrived(NamedTuple):
    """What a leave was told after its end, whose it was, and the post whose turn it is to look at it."""

    leave: str
    member: Member
    post: str
    some: tuple[Heard, ...]

    @property
    def what(self) -> str:
        """What was seen or heard, in words."""
        return ", ".join(dict.fromkeys(one.kind.replace("-", " ") for one in self.some))

    @property
    def by(self) -> Instant | None:
        """Until when they may, first of all; None where no time is set."""
        return min((one.look_by for one in self.some if one.look_by), default=None)

    @property
    def typed(self) -> str:
        """What is typed where nothing is to be put right; with other days, or by relabel, where something is."""
        return f"furlough account correct {self.member.id} {self.leave} --days 0 --reason ... --post {self.post}"

    def document(self) -> dict[str, Any]:
        """The same for scripts."""
        told = [
            one.model_dump(mode="json", include={"act", "kind", "at", "recorded_at", "look_by"}) for one in self.some
        ]
        who = {"member": self.member.id, "base": self.member.base, "post": self.post}
        return {"what": LOOK, "leave": self.leave, **who, "arrived": told, "type": self.typed}


async def waiting(desk: Desk, me: str, posts: tuple[str, ...], *only: str) -> tuple[Arrived, ...]:
    """All that waits for these posts, of members of these bases if any are named; a copy has not noted it.

    Raises:
        NotReached: the server, its worker or the register does not answer.
    """
    if not posts or isinstance(desk.answers, Copy):
        return ()
    of = await index.accounts(desk.answers, AFTER_END)
    states = await index.states_of(desk.answers, of, Account)
    found = [one for account, state in states.items() for one in _mine(desk, me, member_of(account), state, posts)]
    return tuple(sorted((one for one in found if not only or one.member.base in only), key=_first))


def _first(one: Arrived) -> datetime:
    return one.some[0].recorded_at


def _mine(desk: Desk, me: str, whose: str, state: Account, posts: tuple[str, ...]) -> Iterator[Arrived]:
    """What waits in one account, for a post of the member's own chain of command; nobody looks at their own."""
    if whose == me:
        return
    member = accounts.member_of(desk, whose)
    with reading(desk.source) as session:
        chain = register_posts.chain(session, member.id, datetime.now(UTC))
    above = {post for rung in chain for post in (rung.post, rung.deputy)}
    if post := next((post for post in posts if post in above), None):
        yield from (Arrived(leave, member, post, some) for leave, some in to_look_at(state).items())
