"""Files from outside: opening balances, and what the pay or personnel system states."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple

from activities.register import lookups
from activities.register.database import reading
from domain.account import Difference, Reconciled, chargeable
from domain.acts import OpenAccount, ReconcileAccount
from domain.decider import Refused
from domain.facts import Member
from domain.words import counted, some
from starter import bases, receipts
from starter.accounts import accounts_at, answers, numbers_at, say, told
from starter.desk import at_desk, new_id
from starter.flags import HERE, Day, How, Switch
from starter.lines import Row, balance_line, by_member, rows_of, stated_line
from starter.speaking import OWN, For, heading
from wiring import console, sheets
from wiring.spool import Spooled

FOUND: Final = 7
"""The exit code where two systems do not say the same."""

REFUSED: Final = 5

FEW: Final = 3
"""How many accounts are named of those which were refused for one reason."""

OF_NONE: Final = "no days in this account"
"""Of a leave which the base knows: it is another member's, or never came to hold a day."""

BRACKETS: Final = (30, 60, 90)
"""Ages in days up to which differences are counted together."""


class Found(NamedTuple):
    """One thing on which the two systems do not agree."""

    number: str
    what: str
    leave: str
    ours: Decimal | None
    theirs: Decimal | None
    age: int | None


async def import_(file: Path, *, dry_run: Switch = False, whose: For = OWN, how: How = HERE) -> int:
    """Bring opening balances in, and what was taken before this mission of kinds that are counted.

    Every bad line is told, and if one is bad nothing is done. What is granted so often in a career, or once in so many
    months, is told by kind, times and latest: the first day of the latest leave of the kind.

    Args:
        file: A CSV file with service_number, as_of, source, and in each line purse and days, or kind, times and latest.
        dry_run: Show what would come of it; change nothing.
    """
    columns = ("purse", "days", "kind", "times", "latest", "as_of", "source")
    lines = await asyncio.to_thread(sheets.read, file, "service_number", columns, "FILE")
    async with at_desk(acting=not dry_run, **how.settings) as desk:
        with reading(desk.source) as session:
            most = lookups.largest_entry(session)
        rows = rows_of(desk, lines, lambda line: balance_line(line, most))
        if rows is None:
            return REFUSED
        head, codes = heading(desk, whose, dry_run=dry_run), []
        for number, each in by_member(rows).items():
            member = each[0].member
            for (as_of, source), together in _told_together(each).items():
                act = OpenAccount(
                    **(head | {"act_id": new_id()}),
                    member=member.id,
                    as_of=as_of,
                    days={row.said["purse"]: row.said["days"] for row in together if row.said["purse"]},
                    taken={row.said["kind"]: row.said["taken"] for row in together if not row.said["purse"]},
                    source=source,
                )
                codes.append(await say(desk, act, member, f"account {number}", how, dry_run=dry_run))
        return sheets.exit_code(codes)


def _told_together(rows: Iterable[Row]) -> dict[tuple[date, str], list[Row]]:
    """Lines of one member by day and source: purses may come from different offices."""
    found: dict[tuple[date, str], list[Row]] = {}
    for row in rows:
        found.setdefault((row.said["as_of"], row.said["source"]), []).append(row)
    return found


async def reconcile(
    file: Path,
    *,
    source: str,
    as_of: Day,
    whole: Switch = False,
    dry_run: Switch = False,
    whose: For = OWN,
    how: How = HERE,
) -> int:
    """Compare accounts with a statement of the pay or personnel system; the result is an entry of each account.

    A charge on which both agree is posted. Differences are told by age, the oldest first; exit code 7 if there are any.

    Args:
        file: A CSV file with service_number, what (charge, balance), leave, purse, days.
        source: The other system.
        as_of: The day of its statement.
        whole: The statement is of all members of this desk's base: who is not in it is compared too.
        dry_run: Show what would be found; change nothing.
    """
    lines = await asyncio.to_thread(sheets.read, file, "service_number", ("what", "leave", "purse", "days"), "FILE")
    content = await asyncio.to_thread(file.read_bytes)
    async with at_desk(**how.settings) as desk:
        rows = rows_of(desk, lines, stated_line)
        if rows is None:
            return REFUSED
        wanted = {number: each[0].member for number, each in by_member(rows).items()}
        if whole:
            async for number, member, state in accounts_at(desk, bases.at_base(desk, how.base)):
                if any(chargeable(line) for line in state.lines.values()):
                    wanted.setdefault(number, member)
        digest = desk.lay(content) if not dry_run else _digest(content)
        numbers = {base: await numbers_at(desk, base) for base in {m.base for m in wanted.values()}}
        head = heading(desk, whose, dry_run=dry_run)
        differ: list[Found] = []
        posted, compared, codes = 0, 0, []
        refused: dict[str, list[tuple[Refused, ReconcileAccount, Member, str]]] = {}
        for number, member in wanted.items():
            ids = {control: leave for leave, control in numbers[member.base].items()}
            mine = [row for row in rows if row.member.id == member.id]
            act = ReconcileAccount(
                **(head | {"act_id": new_id()}),
                member=member.id,
                source=source,
                statement=digest,
                as_of=as_of,
                charges={
                    ids.get(row.said["leave"], row.said["leave"]): row.said["days"] for row in mine if row.said["leave"]
                },
                balances={row.said["purse"]: row.said["days"] for row in mine if not row.said["leave"]},
            )
            try:
                event = (await answers(desk, act, dry_run=dry_run))[-1]
            except Spooled as kept:
                receipts.show(receipts.spooled(f"account {number}", act.act_id, kept), desk, json=how.json)
                codes.append(kept.code)
                continue
            if isinstance(event, Refused):
                refused.setdefault(event.model_dump_json(), []).append((event, act, member, number))
                continue
            assert isinstance(event, Reconciled)  # noqa: S101  (the one answer to this act)
            compared += 1
            posted += len(event.posted)
            differ += _found(number, event, numbers[member.base])
        for alike in refused.values():  # one cause is told once, however many accounts it is of
            event, act, member, number = alike[0]
            of = some([each for *_, each in alike], FEW, "for the same reason")
            codes += [told(desk, [event], act, member, f"account {of}", how, dry_run=dry_run)] * len(alike)
        if compared or not codes:
            _show(differ, posted, compared, how, dry_run=dry_run)
        if codes and compared:
            console.warn(f"{len(codes)} of {len(wanted)} accounts were not compared; what they hold was not changed")
        return sheets.exit_code([*codes, *([FOUND if differ else 0] if compared else [])])


def _found(number: str, event: Reconciled, numbers: dict[str, str]) -> list[Found]:
    def one(what: str, leave: str, d: Difference) -> Found:
        age = max((event.as_of - d.since).days, 0) if d.since else None  # settled since the day of the statement
        return Found(number, what, numbers.get(leave, leave), d.ours, d.theirs, age)

    return [
        *(one("charge differs", leave, d) for leave, d in event.differing.items()),
        *(one("not posted", leave, d) for leave, d in event.lacking.items()),
        *(
            Found(number, OF_NONE if leave in numbers else "unknown here", numbers.get(leave, leave), None, days, None)
            for leave, days in event.unknown.items()
        ),
        *(one("still held here", leave, d) for leave, d in event.unsettled.items()),
        *(one(f"balance {purse}", "", d) for purse, d in event.balances.items()),
    ]


def _show(differ: list[Found], posted: int, members: int, how: How, *, dry_run: bool) -> None:
    differ.sort(key=lambda one: (-1 if one.age is None else -one.age, one.number, one.leave))
    if how.json:
        found = [one._asdict() for one in differ]
        console.document({"members": members, "posted": posted, "differences": found, "dry_run": dry_run})
        return
    if differ:
        table = console.table("age", "member", "leave", "what", "ours", "theirs", right=("age", "ours", "theirs"))
        for one in differ:
            cells = ("" if value is None else str(value) for value in (one.ours, one.theirs))
            table.add_row("" if one.age is None else str(one.age), one.number, one.leave, one.what, *cells)
        console.say(table)
        ages = Counter(_bracket(one.age) for one in differ)
        console.say("by age in days: " + ", ".join(f"{count} of {age}" for age, count in ages.items()))
    accounts, charges = counted(members, "account"), counted(posted, "charge")
    sums = f"{accounts} compared: {charges} posted, {counted(len(differ), 'difference')}"
    console.say(f"dry run · {sums}; nothing was changed" if dry_run else f"recorded · {sums}")


def _bracket(age: int | None) -> str:
    if age is None:
        return "unknown age"
    below = 0
    for upto in BRACKETS:
        if age <= upto:
            return f"{below}-{upto}"
        below = upto + 1
    return f"over {BRACKETS[-1]}"


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()
