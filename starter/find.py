"""`furlough find`: leaves by what the index knows of them; open ones, and closed ones as long as they are kept."""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from typing import Annotated, Any, Final

from cyclopts import Parameter, validators
from rich.table import Table
from rich.text import Text
from sqlalchemy import select

from activities.register.database import reading
from activities.register.tables import Unit
from domain.account import Account
from domain.facts import Member
from domain.ids import member_workflow
from domain.leave import discreet
from domain.leave.face import WARNED
from domain.leave.path import STATES
from domain.model import DAY
from starter import bases, index, irregular, page, readers, receipts
from starter.accounts import member_of
from starter.desk import Desk, at_desk
from starter.flags import HERE, Day, How, Switch
from starter.index import Row, quoted
from wiring import console
from wiring.copies import Copy
from wiring.handles import ENDS
from wiring.queries import query
from wiring.trouble import Misset, NotReached

COLUMNS: Final = tuple(name for name in Row.model_fields)
WORDS: Final = tuple(dict.fromkeys((*STATES.values(), *index.OUT, *sorted(ENDS), index.TERMINATED, discreet.DECISION)))
"""All states that boards show."""
BACK: Final = ("back", "settled")
"""States of an open leave whose absence is over."""
ATTENTION: Final = (
    *WARNED,
    *("overdue", "irregular", "untold", "countersign", "unanswered"),
)
ATTENTION_OF: Final = {"awaiting": "POST", "etp": "POST", "review": "POST", "blocked": "ORDER"}
"""Words of the index by which leaves are found; those of a post or an order name it."""
SECOND: Final = timedelta(seconds=1)
Count = Annotated[int, Parameter(validator=validators.Number(gte=1, lte=100_000))]


async def find(
    *,
    state: str | None = None,
    unit: str | None = None,
    attention: str | None = None,
    overdue: Switch = False,
    lane: str | None = None,
    member: str | None = None,
    on: Day | None = None,
    open_: Annotated[bool | None, Parameter(name="--open", negative="--closed")] = None,
    most: Count = index.MOST,
    csv: Switch = False,
    how: How = HERE,
) -> int:
    """Find leaves; all that is said must hold. Without anything, all of the mission; of a base's copy, its open ones.

    Requests that were refused, and so opened nothing, are found by --state "not opened" or by --member.

    Args:
        state: Where it stands, as boards show it: "waiting for approval", away, closed ...
        unit: Its unit.
        attention: awaiting:POST, etp:POST, blocked:ORDER, nearly-full, late-request, manifest-closed, late-security,
            no-security, travel-days, no-way-home, overdue, irregular, countersign or unanswered.
        overdue: Only who is overdue.
        lane: normal or urgent.
        member: Whose, by service number.
        on: Absent, or to be absent, on that day.
        open_: Only those which run; --closed: only those which have ended.
        most: At most so many.
        csv: As a CSV file on standard output.
    """
    if csv and how.json:
        raise Misset(
            "It is not clear in which form to answer.", why="both --csv and --json were said", helps="say one of them"
        )
    async with at_desk(copied=True, **how.settings) as desk:
        wanted = _wanted(state, unit, attention, lane)
        _open_alone(desk.copy, state, open_)
        if state is None and member is None:
            wanted.append(index.OPENED)
        if how.base:
            wanted.append(f"Base = {quoted(bases.at_base(desk, how.base))}")
        if overdue:
            wanted.append('Attention = "overdue"')
        if open_ is not None:
            wanted.append(f'ExecutionStatus {"=" if open_ else "!="} "Running"')
        if on:
            wanted += _on(desk, on)
        whose = member_of(desk, member) if member else None
        if whose and (no := readers.of_account(desk, whose)):
            return receipts.not_accepted(desk, f"find --member {member}", no, json=how.json)
        found, more = await _found(desk, wanted, whose, most)
        if on:
            found = await _absent(desk, on, found)
        if whose is None or not readers.concerned(desk, whose):
            found = readers.rows(desk, found, by_kind=_by_kind(state, attention, lane))
        await _show(desk, sorted(found, key=lambda row: (not row.open, row.base, row.number)), csv=csv, json=how.json)
        if unit and not found and (why := _no_unit(desk, unit)):
            console.note(why)
        if more:
            console.note(f"there are more than {most}: say more, or --most")
    return 0


def _wanted(state: str | None, unit: str | None, attention: str | None, lane: str | None) -> list[str]:
    """What the index is asked for, of words that leaves are shown by. Raises Misset for one that none ever is."""
    if state is not None:
        is_state(state := state.lower())  # receipts print it in capitals
    if attention is not None:
        is_attention(attention)
    known = None if state in (index.TERMINATED, discreet.DECISION) else state
    asked = (("LeaveState", known), ("Unit", unit), ("Attention", attention), ("Lane", lane))
    wanted = [f"{name} = {quoted(said)}" for name, said in asked if said]
    if state == discreet.DECISION:
        wanted.append(f"LeaveState IN ({', '.join(map(quoted, discreet.ONE_STEP))})")
    if state == index.TERMINATED:
        wanted.append('ExecutionStatus != "Running" AND ExecutionStatus != "Completed"')
    return wanted


def _open_alone(copy: Copy | None, state: str | None, open_: bool | None) -> None:
    """Raises NotReached for leaves that have ended: a copy has none, and that it finds none would tell nothing."""
    if copy is None:
        return
    if open_ is False or (state or "").lower() in (*ENDS, index.TERMINATED):
        raise NotReached(
            "The copy has no leaves that have ended.",
            why=f"it is of {copy.base}, and has what was open when it was made",
            helps="ask again when the link is back",
        )


def is_state(said: str) -> None:
    """Raises Misset where no leave is ever shown so: none would be found."""
    if said not in WORDS:
        raise Misset(
            f"No leave is ever {said[:40]!r}.", why=f"expected one of: {', '.join(WORDS)}", helps=_near(said, WORDS)
        )


def is_attention(said: str) -> None:
    """Raises Misset where no leave ever bears such a word: none would be found."""
    what, _, of = said.partition(":")
    if said not in ATTENTION and not (what in ATTENTION_OF and of):
        words = (*(f"{each}:{whose}" for each, whose in ATTENTION_OF.items()), *ATTENTION)
        raise Misset(
            f"No leave ever has the attention {said[:40]!r}.",
            why=f"expected one of: {', '.join(words)}",
            helps=_near(said, words),
        )


def _no_unit(desk: Desk, said: str) -> str:
    """Why nothing is found of a unit which the register does not know; nothing of any other."""
    with reading(desk.source) as session:
        units = sorted(session.scalars(select(Unit.unit)))
    return "" if said in units else f"the register knows no unit {said[:40]}. {_near(said, units)}".rstrip()


def _near(said: str, words: Sequence[str]) -> str:
    """What was perhaps meant."""
    by_fold = {word.casefold(): word for word in words}
    near = get_close_matches(said.casefold(), by_fold, n=1, cutoff=0.6)
    return f"did you mean {by_fold[near[0]]}?" if near else ""


def _on(desk: Desk, on: date) -> list[str]:
    """Who leaves by the end of a day and is due back after its first second, by this desk's clock.

    To the second, since the embedded server compares texts, of which one has milliseconds.
    """
    begins = datetime.combine(on, time(), desk.zone())
    return [f"SignOutAt < {index.moment(begins + DAY)}", f"DueBack > {index.moment(begins + SECOND)}"]


def _by_kind(state: str | None, attention: str | None, lane: str | None) -> bool:
    """Whether leaves are asked for by a word which tells something of their kind."""
    return bool(lane) or (state or "").lower() in discreet.ONE_STEP or discreet.telling(attention or "")


async def _found(desk: Desk, wanted: list[str], member: Member | None, most: int) -> tuple[tuple[Row, ...], bool]:
    """What the index finds, of one member where one is named, and whether there is more."""
    if member:
        theirs = await _of(desk, member)
        if not theirs:
            return (), False
        wanted = [*wanted, f"WorkflowId IN ({', '.join(map(quoted, theirs))})"]
    return await index.rows(desk.answers, *wanted, most=most)


async def _absent(desk: Desk, on: date, found: Sequence[Row]) -> tuple[Row, ...]:
    """Without those who never left, or were back by then: the index knows when they were due, not when they came."""
    over = {row.leave_id for row in found if row.state in BACK or (not row.open and row.state in ENDS)}
    known, begins = await index.states(desk.answers, over), datetime.combine(on, time(), desk.zone())

    def was_away(leave_id: str) -> bool:
        s = known.get(leave_id)
        return bool(s and s.out_at and s.out_at < begins + DAY and (s.over_at is None or s.over_at > begins))

    return tuple(row for row in found if row.leave_id not in over or was_away(row.leave_id))


async def _of(desk: Desk, member: Member) -> list[str]:
    """All leaves of a member, by their account: the index knows nobody."""
    account: Account | None = await query(desk.answers, member_workflow(member.id), "state", Account)
    return list(account.lines) if account else []


async def _show(desk: Desk, found: list[Row], *, csv: bool, json: bool) -> None:
    if json:
        for row in found:
            console.document(row)
        return
    if csv:
        _sheet(found)
        return
    if not found:
        console.say("no leave is like that")
    else:
        marked = await irregular.of(desk, found)
        console.say(_table(desk, found))
        for why in irregular.legend(found, marked):
            console.say(f"{irregular.SIGN} {why}")
        console.say(console.number(len(found), "leave"))
    at = console.clock(desk.as_of, desk.zone(), desk.settings.base)
    by = f"the copy: open leaves of {desk.copy.base} alone" if desk.copy else "the server's index, a moment behind"
    console.note(f"as of {at}, by {by}")


def _table(desk: Desk, found: list[Row]) -> Table:
    zones = {base: desk.zone(base or None) for base in {row.base for row in found}}
    table = console.table("leave", "unit", "state", "out", "last day", "act by", "waits for")
    for row in found:
        zone = zones[row.base]
        by = page.hour(row.act_by, zone, row.base) if row.open else ""
        table.add_row(
            Text(irregular.called(row), "bold" if row.lane == "urgent" else ""),
            row.unit,
            row.state,
            page.hour(row.sign_out_at, zone, row.base),
            page.last_day(row.due_back, zone),
            by,
            ", ".join(x.removeprefix("awaiting:") for x in row.attention if _waits(x)),
        )
    return table


def _waits(word: str) -> bool:
    """Whether a word of the index belongs into the column of what is waited for: not what stands elsewhere in it."""
    return word != irregular.WORD and not word.startswith("etp:")


def _sheet(found: list[Row]) -> None:
    sheet = csv.writer(sys.stdout)
    sheet.writerow(COLUMNS)
    for row in found:
        told: dict[str, Any] = row.model_dump(mode="json")
        told["attention"] = " ".join(row.attention)
        sheet.writerow(["" if told[name] is None else told[name] for name in COLUMNS])
