"""`furlough today`: a base on one page, on the screen or on paper."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from cyclopts import Parameter

from domain import privacy
from domain.facts import Person
from domain.garrison import Garrison, board
from domain.garrison.board import UnitDay
from domain.garrison.orders import Edition, in_force
from domain.leave import discreet
from domain.model import DAY, Instant, Model, date
from starter import bases, index, irregular, page, readers, tasks, units
from starter.desk import Desk, at_desk
from starter.flags import HERE, How, Switch
from starter.inbox import table as tasks_table
from starter.index import Row
from starter.order_papers import whom, words
from starter.tasks import Task
from wiring import console
from wiring.unwritten import print_out

ACTIVE: Final = (
    *discreet.ONE_STEP,
    discreet.DECISION,
    "approved",
    "cleared",
    "booked",
    "confirmed",
    "ready",
    "suspended",
)
"""States of a leave that may still be signed out."""


class Absent(Model):
    """A leave on the board, with whose it is where the reader is entitled to it."""

    row: Row
    who: str = ""


class Today(Model):
    """A base on one day. `irregular` are the marks of leaves on it, by leave id."""

    base: str
    at: Instant
    day: date
    overdue: tuple[Absent, ...]
    leaving: tuple[Absent, ...]
    due: tuple[Absent, ...]
    away: tuple[Absent, ...]
    waiting: tuple[Task, ...]
    strength: tuple[UnitDay, ...]
    queue: tuple[units.Queued, ...]
    orders: tuple[Edition, ...]
    irregular: dict[str, tuple[str, ...]] = {}
    more: bool = False

    @property
    def rows(self) -> tuple[Row, ...]:
        """Every leave on the board, once."""
        return tuple(dict.fromkeys(x.row for x in (*self.overdue, *self.leaving, *self.due, *self.away)))


async def today(
    base: str | None = None,
    /,
    *,
    at: str | None = None,
    print_: Annotated[Switch, Parameter(name="--print")] = False,
    how: How = HERE,
) -> int:
    """A base today: away, leaving, due back, overdue, waiting for you, strength of two weeks, orders in force.

    Args:
        base: The base; else this desk's.
        at: As of then, on the base's clock: 2026-12-20 06:00; else now.
        print_: Write it as one page (A4, HTML) into this folder.
    """
    async with at_desk(copied=base or True, **how.settings) as desk:
        code = bases.at_base(desk, base or how.base)
        shown = await seen(desk, code, desk.moment(at, code))
        if print_:
            console.say(f"written: {_printed(shown, desk.zone(code))}")
        if how.json:
            console.document(shown.model_dump(mode="json"))
        elif not print_:
            _say(desk, shown)
    return 0


def _printed(shown: Today, zone: ZoneInfo) -> Path:
    """Write the page into this folder.

    Raises:
        Full, Misset: nothing can be written there.
    """
    file = Path(f"today-{shown.base}-{shown.day}.html").resolve()
    print_out(file, page.html(shown, zone), "page")
    return file


async def seen(desk: Desk, base: str, at: datetime) -> Today:
    """A base at an instant: leaves as the index knows them, strength and orders as the base itself does."""
    zone = desk.zone(base)
    day = at.astimezone(zone).date()
    here = f"Base = {index.quoted(base)}"
    rows, more = await index.rows(desk.answers, index.RUNNING, here)
    rows = readers.rows(desk, rows)
    state = await bases.known_at(desk, base)
    person: Person | None = None
    waiting: tuple[Task, ...] = ()
    if desk.settings.person or desk.settings.post:
        me, person, posts = tasks.my_posts(desk)
        waiting, _ = await tasks.waiting(desk, me, posts, here)

    def listed(rows: list[Row], key: str) -> tuple[Absent, ...]:
        ordered = sorted(rows, key=lambda row: (getattr(row, key) or at, row.number))
        return tuple(Absent(row=row, who=names.get(row.leave_id, "")) for row in ordered)

    gone = [row for row in rows if row.out]
    late = [row for row in gone if (row.due_back and row.due_back <= at) or "overdue" in row.attention]
    going = [
        row
        for row in rows
        if row.state in ACTIVE and row.sign_out_at and row.sign_out_at.astimezone(zone).date() == day
    ]
    names = await _names(desk, state, going) if privacy.named(person, base) else {}
    return Today(
        base=base,
        at=at,
        day=day,
        overdue=listed(late, "due_back"),
        leaving=listed(going, "sign_out_at"),
        due=listed([r for r in gone if r.due_back and (r.due_back - DAY).astimezone(zone).date() == day], "due_back"),
        away=listed(gone, "due_back"),
        waiting=waiting,
        strength=units.strength(desk, base, state, at),
        queue=tuple(units.queued(state, one) for one in board.queue(state, bases.queue_rule(desk))),
        orders=in_force(state.book, at),
        irregular=await irregular.of(desk, [*gone, *going]),
        more=more,
    )


async def _names(desk: Desk, state: Garrison, going: list[Row]) -> dict[str, str]:
    """Rank and name by leave, of all in the ledger; who leaves today without having asked for a place tells whose."""
    members = {leave: line.wish.member for leave, line in state.asking().items()}
    others = await index.states(desk.answers, [row.leave_id for row in going if row.leave_id not in members])
    members |= {leave: s.whose.id for leave, s in others.items()}
    names = desk.names(list(members.values()))
    return {leave: names.get(member, "") for leave, member in members.items()}


# ---- on the screen ------------------------------------------------------------------------------------------------


def _say(desk: Desk, shown: Today) -> None:
    zone = desk.zone(shown.base)
    console.say(f"{shown.base}  {shown.day:%A %Y-%m-%d}, as of {shown.at.astimezone(zone):%H:%M} {shown.base}", "bold")
    for title, lines in (
        ("overdue", shown.overdue),
        ("leaving today", shown.leaving),
        ("due back today", shown.due),
        ("away", shown.away),
    ):
        console.say(f"\n{title}: {len(lines) or 'nobody'}", "bold red" if title == "overdue" and lines else "bold")
        if lines:
            table = console.table("leave", "who", "unit", "state", "out", "last day")
            for line in lines:
                row = line.row
                table.add_row(
                    irregular.called(row),
                    line.who,
                    row.unit,
                    row.state,
                    page.hour(row.sign_out_at, zone),
                    page.last_day(row.due_back, zone),
                )
            console.say(table)
    if why := list(irregular.legend(shown.rows, shown.irregular)):
        console.say(f"\n{irregular.SIGN} irregular", "bold")
        for each in why:
            console.say(each)
    console.say(f"\nwaiting for you: {len(shown.waiting) or 'nothing'}", "bold")
    if shown.waiting:
        console.say(tasks_table(desk, shown.waiting, {}))
    console.say("\nstrength: absent of those assigned, and how many may be", "bold")
    for part in units.grid(shown.strength):
        console.say(part)
    for one in shown.queue:
        console.say(one.says())
    console.say(f"\norders in force: {len(shown.orders) or 'none'}", "bold")
    for edition in shown.orders:
        says = "; ".join(map(words, edition.order.restrictions))
        console.say(f"{edition.name}  {page.until(edition, zone)}  {says} ({whom(edition.order)})")
    console.note("leaves by the server's index, a moment behind; strength and orders by the base itself")
    if shown.more:
        console.note(f"there are more than {index.MOST} leaves: furlough find lists them")
