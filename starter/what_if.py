"""`furlough order issue --what-if`: each leave that an order would turn, base by base. Nothing is sent or kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from domain import garrison
from domain.acts import IssueOrder
from domain.garrison.foresight import Turn, WhatIf, what_if
from domain.words import counted
from starter import bases, foresight
from starter.desk import Desk
from starter.flags import How
from starter.order_papers import barred
from wiring import console

WOULD_NOT: Final = 7


async def foretold(desk: Desk, act: IssueOrder, codes: Iterable[str], how: How) -> int:
    """Tell what would come of an order at these bases. Returns 7 where it could stand at none of them."""
    found = [await _at_base(desk, act.model_copy(update={"base": code})) for code in codes]
    if how.json:
        console.document({"what_if": act.order.name, "bases": found})
    else:
        for one in found:
            for line in told(one, desk.zone(one.base)):
                console.say(line)
        console.say("nothing was changed")
    return 0 if any(one.entered for one in found) else WOULD_NOT


async def _at_base(desk: Desk, act: IssueOrder) -> WhatIf:
    state = await bases.known_at(desk, act.base)
    return what_if(act, state, *foresight.facts(desk, garrison, act, state))


def told(found: WhatIf, zone: ZoneInfo) -> Iterator[str]:
    """What would come of it at one base, line by line."""
    if found.refusal:
        yield f"{found.base}: would be refused: {found.refusal.why} (rule {found.refusal.rule}); {found.refusal.helps}"
    if not found.entered:
        return
    turned = [turn for turn in found.turns if turn.turned]
    stay = len(found.turns) - len(turned)
    besides = f"; {counted(stay, 'leave')} would stand as before, under other terms" if stay else ""
    yield f"{found.base}: {found.order} would turn {console.number(len(turned), 'leave')}{besides}"
    yield from (f"  {said}" for said in found.unattainable)
    for turn in sorted(found.turns, key=lambda turn: (not turn.turned, turn.number or turn.leave_id)):
        yield f"  {_turn(turn, zone)}"


def _turn(turn: Turn, zone: ZoneInfo) -> str:
    """How a leave stands and would stand, and what is new: what other orders say of it already is not told again."""
    before = turn.before.stands if turn.before else "not judged"
    after = f"{before} -> {turn.after.stands}" if turn.turned else f"still {before}"
    new = (
        *(_until(block.why, block.until, zone) for block in turn.blocks),
        *(f"{name} stands against it no more" for name in turn.lifted),
        *(condition.why for condition in turn.conditions),
        *(f"no movement {barred(bar, zone)}" for bar in turn.bars),
    )
    return f"{turn.number or turn.leave_id}: {after}" + (f": {'; '.join(new)}" if new else "")


def _until(why: str, until: datetime | None, zone: ZoneInfo) -> str:
    return f"{why}, until {until.astimezone(zone):%Y-%m-%d %H:%M}" if until else why
