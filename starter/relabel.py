"""`furlough account relabel`: days of a closed leave called otherwise, by an authority and by compensating entries."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from domain.acts import Label, Relabel, Why
from domain.calendar import days
from domain.leave.counting import CountedDay
from starter.accounts import enter, member_of, number
from starter.desk import at_desk
from starter.flags import HERE, Day, How, Switch
from starter.show import days as days_of
from starter.show import told
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
        days: What goes back to the member (below zero: is charged); else as the days were counted at the return.
        dry_run: Show what would come of it; change nothing.
    """
    async with at_desk(**how.settings) as desk:
        member, whole = member_of(desk, service_number), await told(desk, leave)
        back = number(days) if days is not None else _back(days_of(whole), first, last, label)
        words = {
            "leave_id": whole.face.leave_id,
            "first": first,
            "last": last,
            "label": label,
            "why": why,
            "days": back,
        }
        said = f"account {service_number} {leave}"
        return await enter(desk, Relabel, member, words, said, whose, how, dry_run=dry_run, reason=reason)


def _back(counted: tuple[CountedDay, ...], first: date, last: date, label: Label) -> Decimal:
    """What the days were charged goes back; days that are leave after all charge what they did not."""
    charged = {day.day: day.charge for day in counted}
    span = [charged.get(day, Decimal(0)) for day in days(first, last)]
    if label == "charged":
        return -sum((Decimal(1) - each for each in span), Decimal(0))
    return sum(span, Decimal(0))
