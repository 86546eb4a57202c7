"""Exceptions for one leave from an order (ETP) at the desk."""

from __future__ import annotations

from typing import Any

from cyclopts import App

from domain.acts import Exempt
from starter import bases
from starter.desk import at_desk
from starter.flags import HERE, How, Switch
from starter.order_flags import Ground
from starter.saying import to_seal
from starter.speaking import OWN, For, heading
from wiring import console

etp = App(name="etp", help="Exempt a leave from an order (exception to policy).")


@etp.command
async def grant(
    leave: str,
    *,
    order: str,
    ground: Ground,
    reason: str,
    until: str | None = None,
    twice: str = "",
    at: str | None = None,
    dry_run: Switch = False,
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
        twice: At a small site: why you, who have decided on it already, do this too. Sealed; a post above reviews it.
        at: When it was said, on the base's clock; else now. It counts from when it is recorded, but while an order on
            degraded communications was in force.
        dry_run: Show what would come of it; change nothing.
    """
    async with at_desk(acting=not dry_run, copied=True, **how.settings) as desk:
        face = await desk.leaves().find(leave)
        sealing = {"reason": reason} | ({"twice": twice} if twice else {})
        later = {name: to_seal(text, name) for name, text in sealing.items()}
        said = {
            "base": face.base,
            "leave_id": face.leave_id,
            "order": order,
            "ground": ground,
            "until": desk.moment(until, face.base).replace(second=0, microsecond=0) if until else None,
        }
        act = Exempt.model_validate(
            heading(desk, whose, at=desk.moment(at, face.base) if at else None, dry_run=dry_run) | said | later
        )
        what = f"exemption of {face.number} from {order}"
        return await bases.say(desk, act, what, how, dry_run=dry_run, sealing=sealing)


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
