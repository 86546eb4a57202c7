"""`furlough export`: what other systems are to take over, month by month."""

from __future__ import annotations

import asyncio
import csv
import io
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from cyclopts import App

from domain import privacy
from domain.account import Account, settled_by, settled_on, standing
from domain.terms import Terms
from starter import bases
from starter.accounts import accounts_at, numbers_at, terms_of
from starter.desk import at_desk
from starter.flags import HERE, How
from wiring import console, written
from wiring.plainly import plainly
from wiring.trouble import Misset

app = App(name="export", help="What the pay or personnel system is to take over.")

COLUMNS: Final = (
    "service_number",
    "leave",
    "purse",
    "first",
    "last",
    "charged",
    "change",
    "settled_on",
    "state",
)


@app.command
async def days(*, month: str, out: Path | None = None, how: How = HERE) -> int:
    """Charges recorded in a month, a line for each leave and purse: what it comes to by then, what the month changed.

    A month that has ended never changes again: what is recorded later stands in the month in which it is recorded.
    State: settled, posted (confirmed by the other system), differs, unconfirmed (for longer than the pack says).

    Args:
        month: 2026-10, on the clock of the base.
        out: The CSV file; else standard output.
    """
    async with at_desk(**how.settings) as desk:
        base = bases.at_base(desk, how.base)
        zone = desk.zone(base)
        begin, end = _month(month, zone)
        if not privacy.named(desk.reader(), base):
            raise Misset(
                f"The charges of {base} are not for this desk.",
                why="expected a post of the base or of the whole mission, such as finance or clerk",
                helps="--as SERVICE-NUMBER, or furlough me",
            )
        numbers, rows = await numbers_at(desk, base), []
        today = datetime.now(zone).date()
        async for number, member, state in accounts_at(desk, base):
            terms = terms_of(desk, member.id, today)
            rows += [{"service_number": number} | row for row in _rows(state, terms, begin, end, numbers)]
        if how.json:
            for row in rows:
                console.document(row)
            return 0
        text = _csv(rows)
        if out is None:
            console.say(text.rstrip("\n"))
            return 0
        try:
            await asyncio.to_thread(out.write_text, text, "utf-8")
        except OSError as error:
            raise Misset(f"{out} cannot be written.", why=plainly(error), helps="--out FILE.csv") from error
        console.say(f"{len(rows)} charges of {month} at {base} written to {out}")
    return 0


def _rows(
    state: Account, terms: Terms, begin: datetime, end: datetime, numbers: dict[str, str]
) -> list[dict[str, Any]]:
    """The leaves of one account whose charge the month has changed; one line for each purse that pays."""
    found = []
    for leave, purse in dict.fromkeys((p.ref, p.purse) for p in state.ledger if p.what == "charged"):
        before, after = (settled_by(state, leave, until, purse) for until in (begin, end))
        if after is None or before == after:
            continue
        newest = [p for p in state.ledger if (p.ref, p.purse, p.what) == (leave, purse, "charged")][-1]
        found.append(
            {
                "leave": numbers.get(leave, leave),
                "purse": purse,
                "first": newest.on,
                "last": newest.last,
                "charged": after,
                "change": after - (before or 0),
                "settled_on": settled_on(state, leave),
                "state": standing(state, leave, terms, end.date()),
            }
        )
    return found


def _csv(rows: list[dict[str, Any]]) -> str:
    text = io.StringIO()
    written = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    written.writeheader()
    written.writerows(rows)
    return text.getvalue()


def _month(text: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """First instant of a month and of the next one. Raises Misset."""
    try:
        first = written.day(f"{text}-01")
    except ValueError as error:
        raise Misset(f"{text[:20]!r} is no month.", why="expected YYYY-MM", helps="--month 2026-10") from error
    following = (first + timedelta(days=32)).replace(day=1)
    begin, end = (datetime(day.year, day.month, day.day, tzinfo=zone) for day in (first, following))
    return begin, end
