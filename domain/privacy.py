"""Who reads what of a member (doctrine: fraud and privacy): the name, the kind of leave, the account."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from domain.facts import Member, Person
from domain.model import Code
from domain.orders import Role
from domain.refusal import Refusal

NO_KIND: Final[tuple[Role, ...]] = ("movement-control", "gate", "finance")
"""Posts which see "absent from .. to .." and not even the kind of leave."""
NO_ACCOUNT: Final[tuple[Role, ...]] = ("movement-control", "gate")
"""Posts which have no business with an account; whoever pays by it reads it."""
READS_ACCOUNT: Final = "privacy/account"


def named(person: Person | None, base: Code, member: Code = "") -> bool:
    """Whether names may be shown: to who holds a post of the base or of the whole mission, and to the member."""
    return _reads(person, base, member, (), ())


def told_the_kind(person: Person | None, base: Code, member: Code = "", asked: Collection[Code] = ()) -> bool:
    """Whether the kind of leave concerns who reads: as for names, but for posts which it is kept from.

    It concerns also who holds one of the posts which are `asked` to decide, wherever that sits.
    """
    return _reads(person, base, member, asked, NO_KIND)


def may_read_account(person: Person | None, member: Member, chain: Collection[Code]) -> Refusal | None:
    """Why somebody may not read a member's account, nor list their leaves; None where they may.

    The member may, whoever commands them (a post of the `chain`), and who keeps, pays or audits at their base or for
    the mission.
    """
    return None if _reads(person, member.base, member.id, chain, NO_ACCOUNT) else _no_account(person, member)


def may_call(person: Person | None, member: Member, chain: Collection[Code]) -> Refusal | None:
    """Why somebody may not call a leave by the service number of its member; None where they may.

    It would tell that the member has a leave, and which. The posts of the member's base may, also those which read no
    account: the gate has the member before it.
    """
    return None if _reads(person, member.base, member.id, chain, ()) else _no_account(person, member)


def _no_account(person: Person | None, member: Member) -> Refusal:
    return Refusal(
        rule=READS_ACCOUNT,
        why="the account and the leaves of a member are for them, their chain of command and those who keep accounts",
        facts={
            "expected": f"the member, a post of their chain, or one of {member.base} or the mission",
            "got": ", ".join(held.post for held in person.posts) if person and person.posts else "no such post",
        },
        helps="--as SERVICE-NUMBER says who reads; else ask a clerk of the base",
    )


def _reads(person: Person | None, base: Code, member: Code, posts: Collection[Code], but: tuple[Role, ...]) -> bool:
    if person is None or person.id == member:
        return person is not None
    return any(held.role not in but and (held.base in (base, None) or held.post in posts) for held in person.posts)
