"""Countersignatures at bases, accounts and the register: what a clerk has recorded there in somebody's name.

Of leaves, `furlough countersign LEAVE` does it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal, NamedTuple

from domain.account import Account
from domain.acts import SignAccount, SignChange, SignEntry
from domain.ids import REGISTER, member_of
from domain.model import Instant
from domain.register import Register
from domain.signing import Unsigned
from starter import accounts, bases, flight_changes, index
from starter.desk import Desk, at_desk, new_id
from starter.flags import HERE, How, Switch
from starter.speaking import OWN, heading
from wiring.copies import Copy
from wiring.queries import query
from wiring.trouble import Misset
from workflows.board import COUNTERSIGN

Group = Literal["order", "account", "flight"]
"""The group of commands in which it was recorded, and is countersigned."""

PLACES: Final[Mapping[Group, str]] = {
    "order": "at a base",
    "account": "in an account",
    "flight": "in the register",
}


class Waiting(NamedTuple):
    """One act in one place: at a base, in the account of a member, or (both empty) in the register.

    An order of the mission waits at each of its bases, and is signed at all of them at once.
    """

    base: str
    act: str
    what: str
    by: Instant
    group: Group = "order"
    member: str = ""

    @property
    def typed(self) -> str:
        """What is typed to confirm it."""
        return f"furlough {self.group} countersign {self.act}"


async def waiting_for(desk: Desk, me: str, *only: str) -> tuple[Waiting, ...]:
    """What waits for somebody's countersignature, that due first is first.

    `only` at these bases, if any are named, and in accounts of their members; the register is the whole mission's. A
    copy knows its own base alone.

    Raises:
        NotReached: the server or its worker does not answer.
    """
    found: list[Waiting] = []
    for base in only or ((desk.copy.base,) if desk.copy else bases.all_of(desk)):
        found += _mine(me, (await bases.known_at(desk, base)).unsigned, base)
    if not isinstance(desk.answers, Copy):
        elsewhere = await _elsewhere(desk, me)
        found += [one for one in elsewhere if not only or not one.member or _base(desk, one.member) in only]
    return tuple(sorted(found, key=lambda one: (one.by, one.base, one.act)))


async def _elsewhere(desk: Desk, me: str) -> list[Waiting]:
    """What waits in accounts, which the index tells, and in the register."""
    states = await index.states_of(desk.answers, await index.accounts(desk.answers, COUNTERSIGN), Account)
    found = [one for of, state in states.items() for one in _mine(me, state.unsigned, "", "account", member_of(of))]
    register: Register | None = await query(desk.answers, REGISTER, "state", Register)
    return [*found, *(_mine(me, register.unsigned, "", "flight") if register else ())]


def _base(desk: Desk, member: str) -> str:
    return accounts.member_of(desk, member).base


def _mine(
    me: str, unsigned: dict[str, Unsigned], base: str, group: Group = "order", member: str = ""
) -> Iterator[Waiting]:
    for act, one in unsigned.items():
        if one.who == me:
            yield Waiting(base, act, one.what, one.by, group, member)


async def countersign(act: str | None = None, /, *, dry_run: Switch = False, how: How = HERE) -> int:
    """Confirm an order, an exemption or an override which a clerk has recorded for you.

    Args:
        act: Its id, as the inbox tells it; may be left out where one alone waits.
        dry_run: Show what would come of it; change nothing.
    """
    async with at_desk(acting=not dry_run, **how.settings) as desk:
        meant, found = await _meant(desk, act, "order")
        codes = []
        for base in [one.base for one in found] or [bases.seat(desk)]:
            said = SignEntry(**_head(desk), base=base, of=meant)
            codes.append(await bases.say(desk, said, f"countersignature at {base}", how, dry_run=dry_run))
        return max(codes)


async def of_account(act: str | None = None, /, *, dry_run: Switch = False, how: How = HERE) -> int:
    """Confirm what a clerk has entered into an account for you.

    Args:
        act: Its id, as the inbox tells it; may be left out where one alone waits.
        dry_run: Show what would come of it; change nothing.
    """
    async with at_desk(acting=not dry_run, **how.settings) as desk:
        meant, found = await _meant(desk, act, "account")
        if not found:
            raise _nothing("account", meant)
        member = accounts.member_of(desk, found[0].member)
        said = SignAccount(**_head(desk), member=member.id, of=meant)
        return await accounts.say(desk, said, member, "countersignature", how, dry_run=dry_run)


async def of_flight(act: str | None = None, /, *, dry_run: Switch = False, how: How = HERE) -> int:
    """Confirm a change of a flight which a clerk has recorded for you.

    Args:
        act: Its id, as the inbox tells it; may be left out where one alone waits.
        dry_run: Show what would come of it; change nothing.
    """
    async with at_desk(acting=not dry_run, **how.settings) as desk:
        meant, _ = await _meant(desk, act, "flight")
        return await flight_changes.say(
            desk, SignChange(**_head(desk), of=meant), "countersignature", how, dry_run=dry_run
        )


def _head(desk: Desk) -> dict[str, Any]:
    """Each place hears an act of its own."""
    return heading(desk, OWN) | {"act_id": new_id()}


async def _meant(desk: Desk, act: str | None, group: Group) -> tuple[str, list[Waiting]]:
    """Which act is meant, and where it waits for who sits here. Raises Misset where none is named and not one waits."""
    found = [one for one in await waiting_for(desk, desk.me()) if one.group == group]
    ids = list(dict.fromkeys(one.act for one in found))
    if act is None and len(ids) != 1:
        raise _nothing(group, *ids)
    meant = act or ids[0]
    return meant, [one for one in found if one.act == meant]


def _nothing(group: Group, *ids: str) -> Misset:
    return Misset(
        "It is not known which act is meant." if ids else f"Nothing waits for your countersignature {PLACES[group]}.",
        why=f"expected one of {', '.join(ids)}" if ids else "expected an act that a clerk recorded for you",
        helps="furlough inbox; of a leave it is furlough countersign LEAVE --of ACT",
    )
