"""A member's account as commands meet it: what it knows, what it would answer, and what it has answered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from sqlalchemy import select

from activities import packs
from activities.register import lookups
from activities.register.database import reading
from activities.register.tables import Member as Row
from domain import account, marks
from domain.account import Account, AccountEvent
from domain.acts import AdjustAccount, CorrectAccount, EndAccount, HandOver, OpenAccount
from domain.decider import Entry, Refused
from domain.facts import Member
from domain.ids import member_workflow
from domain.packs import PackError
from domain.terms import Terms
from starter import account_beside, bases, foresight, receipts
from starter.desk import Desk
from starter.flags import How
from starter.saying import digest, to_seal
from starter.speaking import For, heading
from wiring import console
from wiring.queries import query
from wiring.repeats import next_try, of_line
from wiring.spool import Spooled
from wiring.trouble import Misset, NotReached

AT_ONCE: Final = 8
"""Accounts under way at the same time."""

_BEFORE: Final = frozenset({"opened", "grounds", "reckoned"})
"""What an account may learn before it answers."""


def member_of(desk: Desk, service_number: str) -> Member:
    """The member of a service number.

    Raises:
        Misset: the register knows none.
        NotReached: it is away, and the copy does not know them: nobody tells whose account is meant.
    """
    register_id = desk.person(service_number)
    with reading(desk.source) as session:
        member = lookups.member(session, register_id)
    if member is None:
        assert desk.no_register is not None  # noqa: S101  (else desk.person found it in the same register)
        raise NotReached(
            f"Nobody can tell now who {service_number[:60]} is.",
            why=f"{desk.no_register.what} {desk.no_register.why}",
            known="nothing was kept; the copy, if there is one, has the members of its base and who holds a post",
            helps="say it when the register is back; until then write it on paper, and enter it later with --at",
        )
    return member


def member_of_id(desk: Desk, register_id: str) -> Member | None:
    """The member of a register id; None where the register knows none."""
    with reading(desk.source) as session:
        return lookups.member(session, register_id)


def terms_of(desk: Desk, member_id: str, on: date) -> Terms:
    """The terms that bind a member on a day: of the pack which the register names, or which applies, and the mission's.

    Raises:
        Misset: no pack applies, or one cannot be read.
    """
    with reading(desk.source) as session:
        member, named = lookups.member(session, member_id), lookups.pack_of(session, member_id)
    try:
        assert member is not None  # noqa: S101  (asked for members of the register only)
        return packs.load_for(member, on, desk.settings.rules, named)
    except PackError as error:
        raise Misset("The rule packs cannot be used.", why=str(error), helps="furlough rules check FILE") from error


async def known(desk: Desk, member: Member) -> Account:
    """The account itself; before any leave has touched it, the opening balances of the register.

    Raises:
        NotReached: the server or its worker does not answer.
    """
    state: Account = await query(desk.answers, member_workflow(member.id), "state", Account) or Account()
    if state.opened:
        return state
    with reading(desk.source) as session:
        return state.model_copy(update={"opened": lookups.opening(session, member.id)})


def number(text: str) -> Decimal:
    """A number of days. Raises Misset."""
    try:
        days = Decimal(text)
    except InvalidOperation:
        days = Decimal("NaN")
    if not days.is_finite():
        raise Misset(f"--days {text[:20]!r} cannot be meant.", why="expected a number of days", helps="2, or -0.5")
    return days


async def enter(
    desk: Desk,
    kind: type[account.Said],
    member: Member,
    words: dict[str, Any],
    said: str,
    whose: For,
    how: How,
    *,
    dry_run: bool,
    reason: str | None = None,
) -> int:
    """Say one act of this kind to a member's account, and tell what came of it. Returns the exit code.

    `reason` is one that may be a family's or a medical matter: it is sealed. That of a document stands in the words.
    Compensating entries have no other key than their act: the same words of the same people on one day are one act.
    """
    sealing: dict[str, Any] = {} if reason is None else {"reason": to_seal(reason, "reason")}
    act = kind(**heading(desk, whose, dry_run=dry_run), member=member.id, **words, **sealing)
    if isinstance(act, AdjustAccount | CorrectAccount) and not dry_run:
        act, before = await _named(desk, act, member, words, reason)
        if before:
            return told(desk, before, act, member, said, how, already=True)
    if reason is not None and not dry_run:  # last of all: what cannot be said leaves no trace in the store
        act = act.model_copy(update={"reason": desk.seal(reason)})
    return await say(desk, act, member, said, how, dry_run=dry_run)


async def _named(
    desk: Desk, act: account.Said, member: Member, words: dict[str, Any], reason: str | None
) -> tuple[account.Said, tuple[Any, ...]]:
    """The act under an id made of who says what on which day; and its entries, where they were recorded before.

    So it counts once, however often it is typed because an answer was lost. What was refused is said anew.
    """
    day = act.acted_at.astimezone(desk.zone(member.base)).date()
    saying = [act.kind, member.id, act.decided_by, act.post, act.entered_by, words, reason, day]
    derived = f"said-{desk.named(digest(saying)).hex()[:40]}"
    if desk.away is not None:  # nobody tells what came of it before: it goes on under this id
        return act.model_copy(update={"act_id": derived}), ()
    account_id, shape = member_workflow(member.id), list[Entry[AccountEvent]]
    try:
        journal: list[Entry[AccountEvent]] | None = await query(
            desk.client, account_id, "journal", shape, desk.patience
        )
    except NotReached as silent:
        desk.away = silent
        return act.model_copy(update={"act_id": derived}), ()
    tries = of_line(derived, journal or ())
    act = act.model_copy(update={"act_id": next_try(derived, tries)})
    done = tuple(entry.event for entry in tries if entry.event.kind not in _BEFORE)
    return act, () if any(isinstance(event, Refused) for event in done[-1:]) else done


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
    before = _BEFORE - {"opened", "reckoned"} if isinstance(act, OpenAccount) else _BEFORE
    return tuple(event for event in events if event.kind not in before)


async def say(desk: Desk, act: account.Said, member: Member, said: str, how: How, *, dry_run: bool = False) -> int:
    """Say one act to an account and tell what came of it. Returns the exit code."""
    try:
        events = await answers(desk, act, dry_run=dry_run)
    except Spooled as kept:
        receipts.show(receipts.spooled(said, act.act_id, kept), desk, json=how.json)
        return kept.code
    code = told(desk, events, act, member, said, how, dry_run=dry_run)
    if not (code or dry_run or how.json or isinstance(act, EndAccount | HandOver)):
        await _of_the_rest(desk, member)
    return code


async def _of_the_rest(desk: Desk, member: Member) -> None:
    """Of who has ended here: that the account is not any more what was told of it, or handed over."""
    state, now = await known(desk, member), datetime.now(UTC)
    if state.ended is None:
        return
    left = account.rest(state, terms_of(desk, member.id, now.date()), member, now)
    if left and left.changed:
        console.say(
            f"the rest of the account: {account_beside.left(left, state.ended.handed)}; furlough member hand-over"
        )


def told(
    desk: Desk,
    events: Iterable[Any],
    act: account.Said,
    member: Member,
    said: str,
    how: How,
    *,
    dry_run: bool = False,
    already: bool = False,
) -> int:
    """Tell what an account answered, now or (`already`) when it was said before."""
    for event in events:
        if isinstance(event, Refused):
            return receipts.not_accepted(desk, said, event.refusal, json=how.json, dry_run=dry_run, act_id=act.act_id)
        again = already or getattr(event, "again", False)
        if how.json:
            result = "already" if again else "would be recorded" if dry_run else "recorded"
            console.document({"result": result, "code": 0, "act_id": act.act_id, "member": member.id, "entry": event})
            continue
        at = console.clock(datetime.now(UTC), desk.zone(member.base), member.base)
        noted = f" · IRREGULAR: {marks.all_told(event.irregular)}" if event.irregular else ""
        done = "already so" if again else f"{'dry run' if dry_run else 'recorded'} {at}"
        console.say(f"{done} · {event.says()} · {said}{noted}")
    if dry_run and not how.json:
        console.say("nothing was changed")
    return 0


async def accounts_at(desk: Desk, base: str) -> AsyncIterator[tuple[str, Member, Account]]:
    """The accounts of a base's members which something was said to, by service number; also of who has left."""
    async for number, member, found in members_at(desk, base):
        if found is not None:
            yield number, member, found


async def members_at(desk: Desk, base: str) -> AsyncIterator[tuple[str, Member, Account | None]]:
    """The members of a base by service number, each with their account; None where nothing was said to it yet.

    Who has left the mission is a member no more, and is told only for what stands in their account.
    """
    with reading(desk.source) as session:
        of_base = select(Row.service_number, Row.id, Row.left_at).where(Row.base == base)
        rows = session.execute(of_base.order_by(Row.service_number)).all()
        known = [(row, member) for row in rows if (member := lookups.member(session, row.id))]
    room = asyncio.Semaphore(AT_ONCE)

    async def state(member: Member) -> Account | None:
        async with room:
            found: Account | None = await query(desk.client, member_workflow(member.id), "state", Account)
            return found

    states = await asyncio.gather(*(state(member) for _, member in known))
    for (row, member), found in zip(known, states, strict=True):
        if found is not None or row.left_at is None:
            yield row.service_number, member, found


async def numbers_at(desk: Desk, base: str) -> dict[str, str]:
    """Control numbers by leave id, as far as a base knows them."""
    return {leave: line.number for leave, line in (await bases.known_at(desk, base)).leaves.items() if line.number}
