"""`furlough account`: what a member's account has on a day and how it came to it, and a charge put right."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, get_args

from cyclopts import App
from rich.table import Table

from domain.account import (
    Account,
    Purse,
    StatementLine,
    allowance,
    as_known,
    balance,
    rest,
    resting_on,
    split,
    standing,
    statement,
)
from domain.acts import CorrectAccount, Kept
from domain.facts import Member
from domain.terms import Terms
from domain.words import counted, plain
from starter import account_beside, readers, receipts, unasked
from starter.accounts import enter, known, member_of, number, numbers_at, terms_of
from starter.desk import Desk, at_desk
from starter.flags import HERE, Day, How, Switch
from starter.speaking import OWN, For
from wiring import console
from wiring.trouble import Misset

app = App(name="account", help="A member's leave account.")

OTHERWISE: Final = {"differs": "has charged otherwise", "unconfirmed": "has not confirmed it in time"}
"""What the other system says of a charge which it ought to have posted."""
for _name, _where, _what in (
    ("days", "starter.account_days:days", "One leave day by day, and what pays for each of its days."),
    ("forecast", "starter.ledgers:forecast", "What the account will have until the tour ends."),
    ("adjust", "starter.ledgers:adjust", "Put a purse right by an entry that belongs to no leave."),
    ("withhold", "starter.ledgers:withhold", "Let days earn nothing, or take that back."),
    ("ceiling", "starter.ledgers:ceiling", "Let more days be carried over a year end, by written authority."),
    ("worked", "starter.ledgers:worked", "Enter days worked, for compensatory time off."),
    ("close-year", "starter.ledgers:close_year", "Close fiscal years: what may not be carried over is lost."),
    ("countersign", "starter.signing:of_account", "Confirm what a clerk has entered for you."),
    ("relabel", "starter.relabel:relabel", "Put right what the days of a closed leave were called."),
    (
        "import",
        "starter.statements:import_",
        "Bring in opening balances, and what was taken before the mission, from a file.",
    ),
    ("reconcile", "starter.statements:reconcile", "Compare accounts with a pay or personnel statement."),
):
    app.command(_where, name=_name, help=_what)  # told here, since the modules are read only when they are called


@app.command
async def show(service_number: str, *, on: Day | None = None, known_on: Day | None = None, how: How = HERE) -> int:
    """What the account has on a day: opening, credits, held and charged days, corrections, line by line.

    Below it, whatever the day: the days which open requests hold, how the member's time has ended, and what waits for
    a countersignature.

    Args:
        service_number: Whose account.
        on: As of the end of that day at the member's base: 2026-12-31; else today.
        known_on: As it was known at the end of that day: what was recorded later is left out; else all that is known.
    """
    async with at_desk(**how.settings) as desk:
        member = member_of(desk, service_number)
        if no := readers.of_account(desk, member):
            return receipts.not_accepted(desk, f"account show {service_number}", no, json=how.json)
        day = on or datetime.now(desk.zone(member.base)).date()
        state, terms = await known(desk, member), terms_of(desk, member.id, day)
        if known_on is not None:
            state, terms, member = _then(desk, state, terms, member, known_on)
        concerned, left = readers.concerned(desk, member), rest(state, terms, member, datetime.now(UTC))
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
                    "known_on": known_on,
                    "leaves": _leaves(state, terms, member, day),
                    **account_beside.document(state, left, concerned=concerned),
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
        numbers = await numbers_at(desk, member.base)
        who = desk.names([member.id]).get(member.id, "")
        then = f"as known on {known_on}" if known_on else ""
        title = (f"account of {service_number}", who, f"as of {day}", then, terms.pack)
        console.say(" · ".join(filter(None, title)), "bold")
        for purse in purses:
            console.say(f"\n{purse}")
            console.say(drawn(lines[purse], numbers))
            has, below = sums[purse]
            more = f"; it may go {plain(below)} below zero" if below else ""
            console.say(f"balance on {day}: {counted(has, 'day')}{more}", "bold")
        for leave, paid in _leaves(state, terms, member, day).items():
            if paid["advance"] or paid["excess"]:
                balanced, advance, excess = (plain(paid[share]) for share in ("balance", "advance", "excess"))
                shares = f"{balanced} from the balance, {advance} in advance, {excess} excess"
                console.say(f"{numbers.get(leave, leave)}: {shares}")
            if paid["state"] in OTHERWISE:
                console.say(f"{numbers.get(leave, leave)}: settled, and the other system {OTHERWISE[paid['state']]}")
        for sentence in account_beside.lines(state, left, numbers, desk.zone(member.base), concerned=concerned):
            console.say(sentence)
    return 0


def _then(desk: Desk, state: Account, terms: Terms, member: Member, day: date) -> tuple[Account, Terms, Member]:
    """The account as it was known at the end of a day, and on what its credits rested then.

    Raises:
        Misset: nothing of it was recorded by then, or the day is not over.
    """
    zone = desk.zone(member.base)
    end = datetime.combine(day + timedelta(days=1), time(), zone)
    found = as_known(state, end - timedelta(microseconds=1))
    if end > datetime.now(zone) + timedelta(days=1):
        raise Misset(
            f"{day} is still to come.", why="what will be known is not known yet", helps="name today, or a day before"
        )
    if not found.grounds:
        raise Misset(
            f"Nothing of this account was recorded by {day}.", helps="leave --known-on out, or name a later day"
        )
    return found, *resting_on(found.grounds[-1].basis, terms, member)


def _leaves(state: Account, terms: Terms, member: Member, day: date) -> dict[str, dict[str, Any]]:
    """How the days of each leave are paid for, and how far its charge has come."""
    return {
        leave: split(state, terms, member, leave)._asdict() | {"state": standing(state, leave, terms, day)}
        for leave, line in state.lines.items()
        if line.days and line.days.purse != "none"
    }


@app.command
async def correct(
    service_number: str,
    leave: str,
    *,
    days: str,
    reason: str,
    purse: Kept | None = None,
    dry_run: Switch = False,
    whose: For = OWN,
    how: How = HERE,
) -> int:
    """Put the charge of a closed leave right by a compensating entry; nothing is erased.

    Args:
        service_number: Whose account.
        leave: The leave, as every command takes it.
        days: Above zero they go back to the member, below zero they are charged: 2, -0.5. 0 says that what arrived
            after the leave's end was looked at, and changes no day.
        reason: Why. Sealed into the detail store.
        purse: Of a leave which several purses paid for: which of them.
        dry_run: Show what would be said, and say nothing.
    """
    back = number(days)
    async with at_desk(acting=not dry_run, **how.settings) as desk:
        member, leave_id = member_of(desk, service_number), await unasked.meant(desk, leave)
        said, what = {"leave_id": leave_id, "days": back, "purse": purse}, f"account {service_number} {leave}"
        return await enter(desk, CorrectAccount, member, said, what, whose, how, dry_run=dry_run, reason=reason)


def _used(state: Account, purse: Purse) -> bool:
    """The annual purse always; another one where it has, or had, anything."""
    opened = state.opened.days if state.opened else {}
    return purse == "annual" or purse in opened or any(line.purse == purse for line in state.ledger)


def drawn(lines: tuple[StatementLine, ...], numbers: dict[str, str]) -> Table:
    """The lines of a statement as a table."""
    table = console.table("day", "what", "leave", "note", "days", "balance", right=("days", "balance"))
    for line in lines:
        cells: tuple[Any, ...] = (line.day, line.what, numbers.get(line.leave_id, line.leave_id), line.note)
        table.add_row(*map(str, cells), plain(line.days, "+"), plain(line.balance))
    return table
