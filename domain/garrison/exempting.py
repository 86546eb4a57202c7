"""Exceptions for one leave: from a version of an order (ETP), and from the ceiling of its unit (override)."""

from __future__ import annotations

from typing import Any

from domain.acts import Exempt, Override
from domain.capacities import EXEMPTION, OVERRIDING, TWO_CAPACITIES
from domain.garrison import orders, powers, restrictions
from domain.garrison.events import Exempted, Overridden
from domain.garrison.judging import OVERRIDE
from domain.garrison.orders import Edition
from domain.garrison.seconds import second
from domain.garrison.sitting import Sitting
from domain.garrison.state import Line
from domain.garrison.strength import STRENGTH
from domain.once import AlreadySo
from domain.orders import CEILING, Second
from domain.refusal import Refusal


def exempt(act: Exempt, sitting: Sitting) -> None:
    """An exception to policy: from all that one version says, on a ground which it allows. The next binds anew."""
    line = sitting.state.leaves.get(act.leave_id)
    if line is None or not line.place or _left_before(line, sitting):
        sitting.refuse(_cannot_go(act, line))
        return
    edition = orders.find(sitting.state.book, act.order)
    if edition is None or edition.never or not restrictions.touches(edition.order.scope, act.base, line.place):
        sitting.refuse(_not_under(act, line, sitting))
    elif refusal := powers.may_exempt(act, edition, line, sitting) or _too_late(act, edition, sitting):
        sitting.refuse(refusal)
    elif act.order in line.exempt and line.exempt[act.order] == act.until:
        sitting.say(AlreadySo(what=f"exempt from {act.order}", cites=(act.order,)))
    elif isinstance(also := second(act, EXEMPTION, line, powers.above_etp(act, edition, sitting), sitting), Refusal):
        sitting.refuse(also)
    else:
        sitting.say(
            Exempted(
                leave_id=act.leave_id,
                order=act.order,
                ground=act.ground,
                reason=act.reason,
                until=act.until,
                cites=(act.order, "etp/authority", *sitting.facts.degraded),
                **_recorded(act, also, sitting),
            )
        )
        sitting.examine([line.place.unit], order=act.order)


def override(act: Override, sitting: Sitting) -> None:
    """An emergency takes a place although its unit is short. Orders, and their minimum strength, stand as before."""
    line = sitting.state.leaves.get(act.leave_id)
    if line is None or not line.place or _left_before(line, sitting):
        sitting.refuse(_cannot_go(act, line))
    elif refusal := powers.may_override(act, line, sitting.facts):
        sitting.refuse(refusal)
    elif line.overridden or _has_room(line):
        sitting.say(AlreadySo(what="the leave may go as far as strength is concerned", cites=(OVERRIDE,)))
    elif isinstance(also := second(act, OVERRIDING, line, powers.above_override(act, sitting), sitting), Refusal):
        sitting.refuse(also)
    else:
        cites, recorded = (OVERRIDE, CEILING, *sitting.facts.degraded), _recorded(act, also, sitting)
        sitting.say(Overridden(leave_id=act.leave_id, reason=act.reason, cites=cites, **recorded))
        sitting.examine([line.place.unit])


def _recorded(act: Exempt | Override, also: Second | None, sitting: Sitting) -> dict[str, Any]:
    """How it was recorded, and that who decides has done so in another capacity too."""
    if also is None:
        return sitting.recorded
    marks = (*sitting.recorded["irregular"], TWO_CAPACITIES)
    return sitting.recorded | {"second": also, "twice": act.twice, "irregular": marks}


def _has_room(line: Line) -> bool:
    """Whether strength lets it go; who has left without a place is away all the same."""
    without = line.away and line.verdict is not None and STRENGTH in line.verdict.irregular
    return line.granted and not without


def _left_before(line: Line, sitting: Sitting) -> bool:
    """Whether the member had left by when the decision counts; what was seen of them stays marked in any case."""
    return line.away and not (sitting.facts.degraded and line.wish.out_at and sitting.as_of < line.wish.out_at)


def _cannot_go(act: Exempt | Override, line: Line | None) -> Refusal:
    """Only a leave that has asked for its place, and has not left, can be helped to go."""
    if line is None:
        return Refusal(
            rule=f"{act.kind}/unknown-leave",
            why=f"{act.base} does not know this leave",
            facts={"expected": f"a leave of {act.base}", "got": act.leave_id},
            helps="check the leave and its base",
        )
    if line.away:
        return Refusal(
            rule=f"{act.kind}/departed",
            why="the member has signed out and is validly away; what was irregular stays marked",
            facts={
                "expected": "a leave before sign-out",
                "got": f"signed out at {line.wish.out_at:%Y-%m-%d %H:%M}Z; what is recorded later counts from then",
            },
            helps="nothing is needed for the leave to go on; only while an order of the mission on degraded"
            " communications was in force does a decision count from when it was said",
        )
    return Refusal(
        rule=f"{act.kind}/no-place",
        why="the leave has asked the base for no place yet, or has given it back",
        facts={"expected": "a leave at its clearance", "got": "no place asked for"},
        helps="it asks by itself once it is approved: do this again then",
    )


def _not_under(act: Exempt, line: Line, sitting: Sitting) -> Refusal:
    """Only what stands against the leave is offered: an exemption from anything else helps nobody."""
    said = [block.cites for block in line.verdict.blocks] if line.verdict else []
    said += [bar.cites for bar in line.verdict.bars] if line.verdict else []
    barring = [name for name in dict.fromkeys(said) if orders.find(sitting.state.book, name)]
    known = orders.find(sitting.state.book, act.order)
    return Refusal(
        rule="etp/order",
        why=f"{act.order} was replaced before it began, and is never in force"
        if known and known.never
        else f"{act.order} is no version of an order that is about this leave",
        facts={"expected": ", ".join(barring) or "none: no order bars it", "got": act.order},
        helps=f"an exemption would help from {', '.join(barring)}"
        if barring
        else "no exemption is needed, and none helps: furlough order explain tells what the leave waits for",
    )


def _too_late(act: Exempt, edition: Edition, sitting: Sitting) -> Refusal | None:
    ends = [at for at in (edition.end, act.until) if at is not None]
    if not ends or sitting.as_of < min(ends):
        return None
    return Refusal(
        rule="etp/over",
        why=f"{act.order}, or the exemption as asked for, is over already",
        facts={"expected": f"before {min(ends).isoformat()}", "got": sitting.as_of.isoformat()},
        helps="order explain tells what bars the leave now",
    )
