"""`furlough order issue --what-if`: each leave that an order would turn, base by base. Nothing is sent or kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final
from zoneinfo import ZoneInfo

from domain import garrison
from domain.acts import IssueOrder
from domain.garrison.foresight import Turn, WhatIf, what_if
from starter import bases, foresight
from starter.desk import Desk
from starter.flags import How
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
    yield f"{found.base}: {found.order} would turn {console.number(len(found.turns), 'leave')}"
    yield from (f"  {said}" for said in found.unattainable)
    for turn in sorted(found.turns, key=lambda turn: turn.number or turn.leave_id):
        yield f"  {_turn(turn, zone)}"


def _turn(turn: Turn, zone: ZoneInfo) -> str:
    before = bases.stands(turn.before) if turn.before else "not judged"
    said = "; ".join(
        f"{block.why}, until {block.until.astimezone(zone):%Y-%m-%d %H:%M}" if block.until else block.why
        for block in turn.after.blocks
    )
    asked = "; ".join(condition.why for condition in turn.after.conditions)
    more = "; ".join(filter(None, (said, asked)))
    after = bases.stands(turn.after)
    return f"{turn.number or turn.leave_id}: {before} -> {after}" + (f": {more}" if more else "")
