"""Countersignatures at bases: what a clerk has recorded there in somebody's name, and confirming it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from domain.acts import SignEntry
from domain.garrison.state import Unsigned
from domain.model import Instant
from starter import bases
from starter.desk import Desk, at_desk, new_id
from starter.flags import HERE, How, Switch
from starter.speaking import OWN, heading
from wiring.trouble import Misset


class Waiting(NamedTuple):
    """One act at one base; an order of the mission waits at each of its bases, and is signed at all of them at once."""

    base: str
    act: str
    what: str
    by: Instant


async def waiting_for(desk: Desk, me: str, *only: str) -> tuple[Waiting, ...]:
    """What waits for somebody's countersignature at these bases, or at all; that due first is first.

    A copy knows its own base alone.

    Raises:
        NotReached: the server or its worker does not answer.
    """
    found: list[Waiting] = []
    for base in only or ((desk.copy.base,) if desk.copy else bases.all_of(desk)):
        found += _mine(base, (await bases.known_at(desk, base)).unsigned, me)
    return tuple(sorted(found, key=lambda one: (one.by, one.base, one.act)))


def _mine(base: str, unsigned: dict[str, Unsigned], me: str) -> Iterator[Waiting]:
    for act, one in unsigned.items():
        if one.who == me:
            yield Waiting(base, act, one.what, one.by)


async def countersign(act: str | None = None, /, *, dry_run: Switch = False, how: How = HERE) -> int:
    """Confirm an order, an exemption or an override which a clerk has recorded for you.

    Args:
        act: Its id, as the inbox tells it; may be left out where one alone waits.
        dry_run: Show what would come of it; change nothing.
    """
    async with at_desk(acting=not dry_run, **how.settings) as desk:
        found = await waiting_for(desk, desk.me())
        ids = list(dict.fromkeys(one.act for one in found))
        if act is None and len(ids) != 1:
            raise Misset(
                "It is not known which act is meant." if ids else "Nothing waits for your countersignature at a base.",
                why=f"expected one of {', '.join(ids)}" if ids else "expected an act that a clerk recorded for you",
                helps="furlough inbox; of a leave it is furlough countersign LEAVE --of ACT",
            )
        meant = act or ids[0]
        codes = []
        for base in [one.base for one in found if one.act == meant] or [bases.seat(desk)]:
            said = SignEntry(**(heading(desk, OWN) | {"act_id": new_id()}), base=base, of=meant)
            codes.append(await bases.say(desk, said, f"countersignature at {base}", how, dry_run=dry_run))
        return max(codes)
