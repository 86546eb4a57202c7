"""Exceptions for one leave at the desk: from an order (ETP), and from the strength of its unit (override)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from cyclopts import App, Parameter

from domain.acts import Exempt, Override
from domain.garrison import board
from starter import bases
from starter.board import grid
from starter.board import strength as unit_days
from starter.desk import at_desk
from starter.flags import HERE, How
from starter.order_flags import Ground
from starter.saying import sealed
from starter.speaking import OWN, For
from wiring import console

etp = App(name="etp", help="Exempt a leave from an order (exception to policy).")
strength = App(name="strength", help="Strength of units, and letting one more go.")

DryRun = Annotated[bool, Parameter(negative="")]


@etp.command
async def grant(
    leave: str,
    *,
    order: str,
    ground: Ground,
    reason: str,
    until: str | None = None,
    dry_run: DryRun = False,
    whose: For = OWN,
    how: How = HERE,
) -> int:
    """Exempt one leave from one version of an order, by the authority which the order names, or one above it.

    Args:
        leave: The leave, as every command takes it.
        order: The version, for example LO-014.2.
        ground: On which ground; the order names which it allows.
        reason: Why. Sealed into the detail store.
        until: Until when, on the base's clock; else for good.
        dry_run: Show what would come of it; change nothing.
    """
    async with at_desk(**how.settings) as desk:
        face = await desk.leaves().find(leave)
        act = Exempt(
            **bases.head(desk, whose),
            base=face.base,
            leave_id=face.leave_id,
            order=order,
            ground=ground,
            reason=sealed(desk, reason, dry_run=dry_run),
            until=desk.moment(until, face.base).replace(second=0, microsecond=0) if until else None,
        )
        return await bases.say(desk, act, f"exemption of {face.number} from {order}", how, dry_run=dry_run)


@etp.command(name="list")
async def exemptions(base: str | None = None, *, how: How = HERE) -> int:
    """Which leaves of a base are exempt from what, and which wait for an exemption.

    Args:
        base: The base; else this desk's.
    """
    async with at_desk(**how.settings) as desk:
        code = bases.at_base(desk, base or how.base)
        state, zone = await bases.known_at(desk, code), desk.zone(code)
        rows = [
            {"leave": line.number or key, "order": name, "exempt": True, "until": until, "by": None}
            for key, line in state.asking().items()
            for name, until in line.exempt.items()
        ] + [
            {"leave": line.number or key, "order": block.cites, "exempt": False, "until": block.until, "by": block.etp}
            for key, line in state.asking().items()
            for block in (line.verdict.blocks if line.verdict and not line.away else ())
            if block.etp
        ]
        if how.json:
            console.document({"base": code, "exemptions": rows})
            return 0
        for row in rows:
            until: Any = row["until"]
            end = f" until {until.astimezone(zone):%Y-%m-%d %H:%M}" if until else ""
            said = (
                f"exempt from {row['order']}" if row["exempt"] else f"barred by {row['order']}, {row['by']} may exempt"
            )
            console.say(f"{row['leave']}  {said}{end}")
        if not rows:
            console.say(f"{code}: no leave is exempt, and none is barred by an order that names who may exempt")
    return 0


@strength.command(name="show")
async def show_(base: str | None = None, *, days: int = board.FORTNIGHT, how: How = HERE) -> int:
    """How many of each unit are away on the days to come, how many may be, and who waits for a place.

    Args:
        base: The base; else this desk's.
        days: How many days, today first.
    """
    async with at_desk(**how.settings) as desk:
        code = bases.at_base(desk, base or how.base)
        state = await bases.known_at(desk, code)
        lines = unit_days(desk, code, state, datetime.now(UTC), days)
        waiting = board.queue(state)
        if how.json:
            console.document({"base": code, "days": lines, "queue": waiting})
            return 0
        console.say(grid(lines))
        console.say("absent on leave or otherwise at 12:00; at most as many as in the column may")
        numbers = {key: line.number for key, line in state.leaves.items()}
        for one in waiting:
            free = f", first free {one.first_free}" if one.first_free else ""
            number = numbers.get(one.leave_id) or one.leave_id
            console.say(f"{one.unit}: {one.place}. in the queue {number}, {one.first} to {one.last}{free}")
    return 0


@strength.command(name="override")
async def override_(leave: str, *, reason: str, dry_run: DryRun = False, whose: For = OWN, how: How = HERE) -> int:
    """Let an emergency leave go although its unit is short, by the post which the rule pack names.

    Args:
        leave: The leave, as every command takes it.
        reason: Why. Sealed into the detail store.
        dry_run: Show what would come of it; change nothing.
    """
    async with at_desk(**how.settings) as desk:
        face = await desk.leaves().find(leave)
        why = sealed(desk, reason, dry_run=dry_run)
        act = Override(**bases.head(desk, whose), base=face.base, leave_id=face.leave_id, reason=why)
        return await bases.say(desk, act, f"override of strength for {face.number}", how, dry_run=dry_run)
