"""`furlough account relabel`: days of a closed leave called otherwise, by an authority and by compensating entries."""

from __future__ import annotations

from domain.acts import Label, Relabel, Why
from starter import unasked
from starter.accounts import enter, member_of, number
from starter.desk import at_desk
from starter.flags import HERE, Day, How, Switch
from starter.speaking import OWN, For


async def relabel(
    service_number: str,
    leave: str,
    *,
    first: Day,
    last: Day,
    label: Label,
    why: Why,
    reason: str,
    days: str | None = None,
    dry_run: Switch = False,
    whose: For = OWN,
    how: How = HERE,
) -> int:
    """Call days of a closed leave otherwise: papers found false later, a delay found to be without fault.

    Nothing is erased. Days that are called absent earn nothing from then on, and earn again once they are not.

    Args:
        service_number: Whose account.
        leave: The leave, as every command takes it.
        first: The first of these days.
        last: The last of them.
        label: What they are: charged as leave, excused, or absent without leave.
        why: On what ground.
        reason: What was found. Sealed into the detail store.
        days: What goes back to the member (below zero: is charged); else what these days cost by now.
        dry_run: Show what would come of it; change nothing.
    """
    back = number(days) if days is not None else None
    span = {"first": first, "last": last, "label": label, "why": why, "days": back}
    async with at_desk(acting=not dry_run, **how.settings) as desk:
        member, words = member_of(desk, service_number), {"leave_id": await unasked.meant(desk, leave)} | span
        said = f"account {service_number} {leave}"
        return await enter(desk, Relabel, member, words, said, whose, how, dry_run=dry_run, reason=reason)
