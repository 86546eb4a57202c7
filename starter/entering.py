"""An act said to a member's account: sent, or only tried by the account's own rules over the same facts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import select

from activities.register import lookups
from activities.register.database import reading
from activities.register.tables import Member as Row
from domain import account
from domain.account import Account
from domain.acts import OpenAccount
from domain.decider import Refused
from domain.facts import Member
from domain.ids import member_workflow
from starter import bases, foresight, receipts
from starter.desk import Desk
from starter.flags import How
from wiring import console
from wiring.queries import query
from wiring.spool import Spooled

AT_ONCE: Final = 8
"""Accounts under way at the same time."""

_BEFORE: Final = frozenset({"opened", "grounds"})
"""What an account may learn before it answers."""


async def answers(desk: Desk, act: account.Said, *, dry_run: bool) -> tuple[Any, ...]:
    """What the account says to an act, or would say: its events, without what it learned before."""
    if dry_run:
        state = await query(desk.client, member_workflow(act.member), "state", Account) or Account()
        events = foresight.events(desk, account, act, state)
    else:
        outcome = await desk.send(act)
        events = (
            (Refused(act=act.kind, refusal=outcome.refused),)
            if outcome.refused
            else tuple(entry.event for entry in outcome.entries)
        )
    before = _BEFORE - {"opened"} if isinstance(act, OpenAccount) else _BEFORE
    return tuple(event for event in events if event.kind not in before)


async def say(desk: Desk, act: account.Said, member: Member, said: str, how: How, *, dry_run: bool = False) -> int:
    """Say one act to an account and tell what came of it. Returns the exit code."""
    try:
        events = await answers(desk, act, dry_run=dry_run)
    except Spooled as kept:
        receipts.show(receipts.spooled(said, act.act_id, kept), desk, json=how.json)
        return kept.code
    return told(desk, events, act, member, said, how, dry_run=dry_run)


def told(
    desk: Desk,
    events: Iterable[Any],
    act: account.Said,
    member: Member,
    said: str,
    how: How,
    *,
    dry_run: bool = False,
) -> int:
    """Tell what an account answered."""
    for event in events:
        if isinstance(event, Refused):
            return receipts.not_accepted(desk, said, event.refusal, json=how.json, dry_run=dry_run, act_id=act.act_id)
        again = getattr(event, "again", False)
        if how.json:
            result = "already" if again else "would be recorded" if dry_run else "recorded"
            console.document({"result": result, "code": 0, "act_id": act.act_id, "member": member.id, "entry": event})
            continue
        at = console.clock(datetime.now(UTC), desk.zone(member.base), member.base)
        noted = f" · IRREGULAR: {', '.join(event.irregular)}" if event.irregular else ""
        done = "already so" if again else f"{'dry run' if dry_run else 'recorded'} {at}"
        console.say(f"{done} · {event.says()} · {said}{noted}")
    if dry_run and not how.json:
        console.say("nothing was changed")
    return 0


async def accounts_at(desk: Desk, base: str) -> AsyncIterator[tuple[str, Member, Account]]:
    """The accounts of a base's members which something was said to, by service number."""
    with reading(desk.source) as session:
        rows = session.execute(
            select(Row.service_number, Row.id).where(Row.base == base).order_by(Row.service_number)
        ).all()
        known = [(row.service_number, member) for row in rows if (member := lookups.member(session, row.id))]
    room = asyncio.Semaphore(AT_ONCE)

    async def state(member: Member) -> Account | None:
        async with room:
            found: Account | None = await query(desk.client, member_workflow(member.id), "state", Account)
            return found

    states = await asyncio.gather(*(state(member) for _, member in known))
    for (number, member), found in zip(known, states, strict=True):
        if found is not None:
            yield number, member, found


async def numbers_at(desk: Desk, base: str) -> dict[str, str]:
    """Control numbers by leave id, as far as a base knows them."""
    return {leave: line.number for leave, line in (await bases.known_at(desk, base)).leaves.items() if line.number}
