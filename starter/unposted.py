"""Charges which the pay or personnel system has not taken over in time, or contradicts: for who keeps the accounts.

Settled is not applied. What stands so long is told to the clerks of the member's base and to administrators, the oldest
first, until a statement posts it or the charge is corrected.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from domain.account import Account, settled_on, to_be_posted
from domain.account.entering import BOOKKEEPERS
from domain.facts import Member, Person
from domain.ids import member_of as id_of
from domain.model import Decimal, date
from domain.words import counted
from starter import accounts, index
from starter.desk import Desk
from workflows.board import UNPOSTED


class Unposted(NamedTuple):
    """One charge of a leave, in days, as it is `since` a day of UTC; `posted` by the other system are others, or none.

    `age` is in days. A leave that is not `closed` is still put right itself.
    """

    member: str
    base: str
    leave: str
    days: Decimal
    posted: Decimal | None
    since: date
    age: int
    closed: bool

    @property
    def what(self) -> str:
        """What has happened, or has not."""
        ours = counted(self.days, "day")
        if self.posted is None:
            return f"charge of {ours} not posted"
        return f"charge of {ours} contradicted: the other system has {counted(self.posted, 'day')}"

    @property
    def typed(self) -> str:
        """What is typed once the other system has told anew, or where it is right."""
        stated = "furlough account reconcile FILE --source ... --as-of ..."
        correct = "furlough account correct" if self.closed else "furlough correct"
        return stated if self.posted is None else f"{stated}; else {correct}"


async def waiting_for(desk: Desk, person: Person | None, *only: str) -> tuple[Unposted, ...]:
    """What waits for somebody who keeps accounts, the oldest first; `only` of members at these bases, if any are named.

    Raises:
        NotReached: the server or its worker does not answer.
    """
    if person is None or not person.holds(*BOOKKEEPERS):
        return ()
    states = await index.states_of(desk.answers, await index.accounts(desk.answers, UNPOSTED), Account)
    found: list[Unposted] = []
    for of, state in states.items():
        member = accounts.member_of_id(desk, id_of(of))
        if member and _keeps(person, member) and (not only or member.base in only):
            found += _open(state, member, datetime.now(UTC).date())
    return tuple(sorted(found, key=lambda one: (-one.age, one.member, one.leave)))


def _keeps(person: Person, member: Member) -> bool:
    """Whether somebody keeps this account, which is never their own."""
    posts = (held for held in person.posts if held.role in BOOKKEEPERS)
    return person.id != member.id and any(held.base in (None, member.base) for held in posts)


def _open(state: Account, member: Member, today: date) -> Iterator[Unposted]:
    for leave, line in state.lines.items():
        since = settled_on(state, leave)
        if line.unposted and since and to_be_posted(line):
            posted, age = line.posted.days if line.posted else None, (today - since).days
            yield Unposted(member.id, member.base, leave, line.cost, posted, since, age, line.closed)
