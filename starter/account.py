"""`furlough account`: what a member's account has on a day and how it came to it, and a charge put right."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, get_args

from cyclopts import App, Parameter
from rich.table import Table

from activities import packs
from activities.register import lookups
from activities.register.database import reading
from domain.account import Account, CorrectedDays, Purse, StatementLine, allowance, balance, statement, without
from domain.acts import CorrectAccount
from domain.facts import Member
from domain.ids import member_workflow
from domain.leave.segments import Segment, split, total
from domain.packs import PackError
from domain.terms import Terms
from starter import bases, receipts, tasks
from starter.desk import Desk, at_desk, new_id
from starter.flags import HERE, How
from starter.receipts import Answer
from starter.show import days as days_of
from starter.show import told
from starter.speaking import OWN, For, head, introduce, kept, speaker
from wiring import console
from wiring.queries import query
from wiring.trouble import Misset

app = App(name="account", help="A member's leave account.")


@app.command
async def show(service_number: str, *, on: date | None = None, how: How = HERE) -> int:
    """What the account has on a day: opening, credits, held and charged days, corrections, line by line.

    Args:
        service_number: Whose account.
        on: As of the end of that day at the member's base: 2026-12-31; else today.
    """
    async with at_desk(**how.settings) as desk:
        member = member_of(desk, service_number)
        day = on or datetime.now(desk.zone(member.base)).date()
        state, terms = await known(desk, member), terms_of(desk, member.id, day)
        purses = [purse for purse in get_args(Purse) if purse != "none" and _used(state, purse)]
        lines = {purse: statement(state, terms, member, day, purse) for purse in purses}
        sums = {
            purse: (balance(state, terms, member, day, purse), allowance(state, terms, member, day, purse))
            for purse in purses
        }
        if how.json:
            console.document(
                {
                    "member": member.id,
                    "on": day,
                    "pack": terms.pack,
                    "purses": {
                        purse: {
                            "balance": sums[purse][0],
                            "may_go_below_zero_by": sums[purse][1],
                            "lines": [x._asdict() for x in lines[purse]],
                        }
                        for purse in purses
                    },
                }
            )
            return 0
        numbers = await _numbers(desk, member)
        who = desk.names([member.id]).get(member.id, "") if _may_read(desk, member) else ""
        console.say(" · ".join(filter(None, (f"account of {service_number}", who, f"as of {day}", terms.pack))), "bold")
        for purse in purses:
            console.say(f"\n{purse}")
            console.say(_table(lines[purse], numbers))
            has, below = sums[purse]
            more = f"; it may go {below} below zero" if below else ""
            console.say(
                f"balance on {day}: {has:+} days{more}" if has < 0 else f"balance on {day}: {has} days{more}", "bold"
            )
    return 0


@app.command
async def days(leave: str, *, how: How = HERE) -> int:
    """The days of one leave: what of them is charged to the balance, taken in advance, in excess, or uncharged.

    By the balance of the first day, all other leaves begun by then taken off.

    Args:
        leave: A leave id, a control number or its last digits, or the service number of a member.
    """
    async with at_desk(**how.settings) as desk:
        whole = await told(desk, leave)
        if whole.state.ask is None:
            raise Misset("The leave is not open yet.", why="nothing of it was counted", helps="furlough show")
        member, terms, purse = whole.state.whose, whole.state.rules, whole.state.kind.purse
        counted = days_of(whole)
        if purse == "none":
            has, below = Decimal(0), Decimal(0)
            counted = tuple(day.model_copy(update={"charge": Decimal(0)}) for day in counted)
        else:
            state = without(await known(desk, member), whole.face.leave_id)
            first = counted[0].day if counted else whole.state.first_day
            has, below = balance(state, terms, member, first, purse), allowance(state, terms, member, first, purse)
        segments = split(counted, has, below)
        if how.json:
            head = {"leave_id": whole.face.leave_id, "purse": purse, "balance_before": has, "advance_allowed": below}
            console.document({**head, "pack": terms.pack, "segments": [s.model_dump() for s in segments]})
            return 0
        console.say(f"{whole.face.number or whole.face.leave_id} · {purse} · {terms.pack}", "bold")
        console.say(f"balance before: {has} days; it may go {below} below zero")
        console.say(_split(segments))
        shares = (f"{total(segments, share)} {share}" for share in ("charged", "advance", "excess"))
        console.say(f"together: {', '.join(shares)}", "bold")
    return 0


@app.command
async def correct(
    service_number: str,
    leave: str,
    *,
    days: str,
    reason: str,
    dry_run: Annotated[bool, Parameter(negative="")] = False,
    whose: For = OWN,
    how: How = HERE,
) -> int:
    """Put the charge of a closed leave right by a compensating entry; nothing is erased.

    Args:
        service_number: Whose account.
        leave: The leave, as every command takes it.
        days: Above zero they go back to the member, below zero they are charged: 2, -0.5.
        reason: Why.
        dry_run: Show what would be said, and say nothing.
    """
    back = _number(days)
    async with at_desk(**how.settings) as desk:
        who = speaker(desk, whose)
        introduce(desk, who)
        member, leave_id = member_of(desk, service_number), (await desk.leaves().find(leave)).leave_id
        act = CorrectAccount(
            act_id=new_id(),
            **head(who),
            evidence=kept(desk, whose.evidence, dry_run=dry_run),
            acted_at=desk.moment(None),
            member=member.id,
            leave_id=leave_id,
            days=back,
            reason=reason,
        )
        said = f"correct account {service_number} {leave} {back:+}"
        if dry_run:
            console.say(f"would say: {said}")
            return 0
        outcome = await desk.send(act)
        if outcome.refusal:
            answer = Answer(
                said=said, leave_id=leave_id, result="refused", code=5, act_id=act.act_id, refusal=outcome.refusal
            )
            receipts.show(answer, desk, json=how.json)
            return answer.code
        entry = next(e for e in outcome.entries if isinstance(e.event, CorrectedDays))
        if how.json:
            console.document(
                {"result": "recorded", "code": 0, "act_id": act.act_id, "leave_id": leave_id, "entry": entry.event}
            )
            return 0
        at = console.clock(entry.recorded_at, desk.zone(member.base), member.base)
        console.say(f"recorded {at} · {entry.event.says()} · account {service_number}")
    return 0


def _number(text: str) -> Decimal:
    try:
        days = Decimal(text)
    except InvalidOperation:
        days = Decimal("NaN")
    if not days.is_finite():
        raise Misset(f"--days {text[:20]!r} cannot be meant.", why="expected a number of days", helps="2, or -0.5")
    return days


def member_of(desk: Desk, service_number: str) -> Member:
    """The member of a service number. Raises Misset where the register knows none."""
    register_id = desk.person(service_number)
    with reading(desk.source) as session:
        member = lookups.member(session, register_id)
    assert member is not None  # noqa: S101  (desk.person found it in the same register)
    return member


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
    state: Account = await query(desk.client, member_workflow(member.id), "state", Account) or Account()
    if state.opened:
        return state
    with reading(desk.source) as session:
        return state.model_copy(update={"opened": lookups.opening(session, member.id)})


def _used(state: Account, purse: Purse) -> bool:
    """The annual purse always; another one where it has, or had, anything."""
    opened = state.opened.days if state.opened else {}
    return purse == "annual" or purse in opened or any(days.purse == purse for days in state.taken().values())


async def _numbers(desk: Desk, member: Member) -> dict[str, str]:
    """Control numbers by leave id, as far as the base still knows them."""
    return {
        leave: line.number for leave, line in (await bases.known_at(desk, member.base)).leaves.items() if line.number
    }


def _may_read(desk: Desk, member: Member) -> bool:
    if desk.settings.person is None:
        return False
    return tasks.entitled(desk.posts(desk.me()), member.base, member.id)


def _split(segments: tuple[Segment, ...]) -> Table:
    table = console.table("from", "until", "share", "each", "balance", "rule", "why", right=("each", "balance"))
    for s in segments:
        table.add_row(str(s.day), str(s.until), s.share, str(s.days), str(s.left), s.rule, s.why)
    return table


def _table(lines: tuple[StatementLine, ...], numbers: dict[str, str]) -> Table:
    table = console.table("day", "what", "leave", "note", "days", "balance", right=("days", "balance"))
    for line in lines:
        cells: tuple[Any, ...] = (line.day, line.what, numbers.get(line.leave_id, line.leave_id), line.note)
        table.add_row(*map(str, cells), f"{line.days:+}", str(line.balance))
    return table
