"""Entries in a member's account beside leaves: adjustments, days without accrual, days worked, year ends; forecast."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from domain import account
from domain.acts import AdjustAccount, Carry, CloseYear, CreditWorked, Ground, Kept, RaiseCeiling, WithholdAccrual
from domain.words import counted
from starter import readers, receipts
from starter.account import drawn
from starter.accounts import enter, known, member_of, number, numbers_at, say, terms_of
from starter.desk import at_desk
from starter.flags import HERE, Day, How, Switch
from starter.speaking import OWN, For, heading
from wiring import console


async def adjust(
    service_number: str,
    *,
    days: str,
    on: Day,
    reason: str,
    purse: Kept = "annual",
    dry_run: Switch = False,
    whose: For = OWN,
    how: How = HERE,
) -> int:
    """Put a purse right by a compensating entry that belongs to no leave; nothing is erased.

    Args:
        service_number: Whose account.
        days: Above zero they come in, below zero they go: 2, -0.5.
        on: From which day the entry counts.
        reason: Why. Sealed into the detail store.
        purse: Which account of the member.
        dry_run: Show what would come of it; change nothing.
    """
    change = number(days)
    said = {"purse": purse, "days": change, "on": on}
    return await _enter(AdjustAccount, service_number, said, whose, how, dry_run=dry_run, reason=reason)


async def withhold(
    service_number: str,
    *,
    first: Day,
    last: Day | None = None,
    ground: Ground,
    reason: str,
    lift: Switch = False,
    dry_run: Switch = False,
    whose: For = OWN,
    how: How = HERE,
) -> int:
    """Let days earn nothing: absent without leave, excess leave, or confined; or take that back.

    Args:
        service_number: Whose account.
        first: The first day.
        last: The last day; else until further word.
        ground: Why.
        reason: The finding or decision on which it rests. Sealed into the detail store.
        lift: The days are earned after all.
        dry_run: Show what would come of it; change nothing.
    """
    said = {"first": first, "last": last, "ground": ground, "lift": lift}
    return await _enter(WithholdAccrual, service_number, said, whose, how, dry_run=dry_run, reason=reason)


async def ceiling(
    service_number: str,
    *,
    on: Day,
    ground: Carry,
    served: int = 0,
    reason: str,
    dry_run: Switch = False,
    whose: For = OWN,
    how: How = HERE,
) -> int:
    """Let more days be carried over the end of a fiscal year, by the written authority which the pack names.

    Args:
        service_number: Whose account.
        on: The last day of the fiscal year.
        ground: Service under hostile fire, or a balance of old that is kept.
        served: Days under hostile fire.
        reason: The document.
        dry_run: Show what would come of it; change nothing.
    """
    said = {"on": on, "ground": ground, "served": served, "reason": reason}
    return await _enter(RaiseCeiling, service_number, said, whose, how, dry_run=dry_run)


async def worked(
    service_number: str,
    *,
    first: Day,
    last: Day,
    days: int,
    dry_run: Switch = False,
    whose: For = OWN,
    how: How = HERE,
) -> int:
    """Enter days worked: they earn compensatory time off as the pack says, in an account of its own.

    Args:
        service_number: Whose account.
        first: The first day of the roster.
        last: Its last day.
        days: How many days were worked of them.
        dry_run: Show what would come of it; change nothing.
    """
    said = {"first": first, "last": last, "worked": days}
    return await _enter(CreditWorked, service_number, said, whose, how, dry_run=dry_run)


async def close_year(
    service_number: str, *, on: Day | None = None, dry_run: Switch = False, whose: For = OWN, how: How = HERE
) -> int:
    """Close the fiscal years that have ended: what may not be carried over is lost. Closed again, only what changed.

    Args:
        service_number: Whose account.
        on: The last day of one fiscal year; else every one that is not closed yet.
        dry_run: Show what would come of it; change nothing.
    """
    async with at_desk(acting=not dry_run, copied=True, **how.settings) as desk:
        member = member_of(desk, service_number)
        head = heading(desk, whose, dry_run=dry_run)
        today = datetime.now(UTC).date()
        if on:
            ends: tuple[date, ...] = (on,)
        else:
            state, terms = await known(desk, member), terms_of(desk, member.id, today)
            ends = tuple(end for end in account.to_close(state, terms, member, today) if end < today)
        if not ends:
            console.say(f"account {service_number}: no fiscal year is left to be closed")
        for end in ends[:1] if dry_run else ends:
            act = CloseYear(**(head | {"act_id": f"{head['act_id']}/{end}"}), member=member.id, on=end)
            if code := await say(desk, act, member, f"account {service_number}", how, dry_run=dry_run):
                return code
    return 0


async def _enter(
    kind: type[account.Said],
    service_number: str,
    words: dict[str, Any],
    whose: For,
    how: How,
    *,
    dry_run: bool,
    reason: str | None = None,
) -> int:
    async with at_desk(acting=not dry_run, **how.settings) as desk:
        member, said = member_of(desk, service_number), f"account {service_number}"
        return await enter(desk, kind, member, words, said, whose, how, dry_run=dry_run, reason=reason)


async def forecast(service_number: str, *, purse: Kept = "annual", how: How = HERE) -> int:
    """What the account will have until the tour ends, if nothing more is asked for, and what a year end would take.

    Args:
        service_number: Whose account.
        purse: Which account of the member.
    """
    async with at_desk(**how.settings) as desk:
        member = member_of(desk, service_number)
        if no := readers.of_account(desk, member):
            return receipts.not_accepted(desk, f"account forecast {service_number}", no, json=how.json)
        today = datetime.now(desk.zone(member.base)).date()
        state, terms = await known(desk, member), terms_of(desk, member.id, today)
        found = account.forecast(state, terms, member, today, purse)
        now = account.balance(state, terms, member, today, purse)
        if how.json:
            told: dict[str, Any] = found._asdict() | {"lines": [line._asdict() for line in found.lines]}
            console.document({"member": member.id, "purse": purse, "today": today, "balance_today": now} | told)
            return 0
        console.say(f"forecast of {service_number} · {purse} · {today} to {found.until} · {terms.pack}", "bold")
        console.say(drawn(found.lines, await numbers_at(desk, member.base)))
        if found.unclosed:
            days, lost = ", ".join(map(str, found.unclosed)), counted(found.lost_already, "day")
            console.say(
                f"not closed yet: the fiscal years until {days}; {lost} lost by it: furlough account close-year"
            )
        if found.next_year_end and found.lost_then:
            console.say(f"{counted(found.lost_then, 'day')} would be lost on {found.next_year_end}: take them before")
        end = "the tour ends" if member.departs else "the register knows no end of the tour"
        console.say(
            f"balance today {counted(now, 'day')}; on {found.until} {counted(found.balance, 'day')} ({end})", "bold"
        )
    return 0
