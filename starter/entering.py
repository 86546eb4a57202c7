"""An act said to a member's account: sent, or only tried by the account's own rules over the same facts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import select

from activities.deciding import subject
from activities.facts import Library
from activities.register import lookups
from activities.register.database import reading
from activities.register.tables import Member as Row
from domain import account
from domain.account import Account
from domain.acts import OpenAccount
from domain.decider import Refused
from domain.facts import Member
from domain.ids import member_workflow
from starter import bases, receipts
from starter.desk import Desk, new_id
from starter.flags import How
from starter.receipts import Answer
from starter.speaking import For, head, introduce, kept, speaker
from wiring import console
from wiring.queries import query
from wiring.spool import Spooled

AT_ONCE: Final = 8
"""Accounts under way at the same time."""

_BEFORE: Final = frozenset({"opened", "grounds"})
"""What an account may learn before it answers."""


def heading(desk: Desk, whose: For, member: Member, *, dry_run: bool = False) -> dict[str, Any]:
    """The head of an act to an account: who says it, as which post, now, and on which papers."""
    who = speaker(desk, whose)
    introduce(desk, who)
    return {
        **head(who),
        "act_id": new_id(),
        "acted_at": datetime.now(UTC),
        "evidence": kept(desk, whose.evidence, dry_run=dry_run),
        "member": member.id,
    }


async def answers(desk: Desk, act: account.Said, *, dry_run: bool) -> tuple[Any, ...]:
    """What the account says to an act, or would say: its events, without what it learned before."""
    if dry_run:
        state = await query(desk.client, member_workflow(act.member), "state", Account) or Account()
        events = foreseen(desk, act, state)
    else:
        outcome = await desk.send(act)
        events = (
            (Refused(act=act.kind, refusal=outcome.refused),)
            if outcome.refused
            else tuple(entry.event for entry in outcome.entries)
        )
    before = _BEFORE - {"opened"} if isinstance(act, OpenAccount) else _BEFORE
    return tuple(event for event in events if event.kind not in before)


def foreseen(desk: Desk, act: account.Said, state: Account) -> tuple[Any, ...]:
    """What an account would answer now. Nothing is recorded."""
    library, now = Library(desk.settings.rules, desk.store), datetime.now(UTC)
    with reading(desk.source) as session:
        facts = library.look_up(session, account.needs(act, state), act, subject(act, state), now)
    return account.decide(act, state, facts, now)


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
            result, code = ("would not be accepted", 7) if dry_run else ("refused", 5)
            answer = Answer(said=said, result=result, code=code, act_id=act.act_id, refusal=event.refusal)
            receipts.show(answer, desk, json=how.json)
            return code
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
    async for number, member, found in members_at(desk, base):
        if found is not None:
            yield number, member, found


async def members_at(desk: Desk, base: str) -> AsyncIterator[tuple[str, Member, Account | None]]:
    """The members of a base by service number, each with their account; None where nothing was said to it yet."""
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
        yield number, member, found


async def numbers_at(desk: Desk, base: str) -> dict[str, str]:
    """Control numbers by leave id, as far as a base knows them."""
    return {leave: line.number for leave, line in (await bases.known_at(desk, base)).leaves.items() if line.number}
