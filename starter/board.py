"""`furlough today` and `furlough inbox`: a base on one page, and what waits for whoever sits here."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from cyclopts import Parameter
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text
from sqlalchemy import select

from activities.register.database import reading
from activities.register.strength import of_units
from activities.register.tables import Unit
from domain.facts import Person
from domain.garrison import Garrison, board
from domain.garrison.board import UnitDay, Waiting
from domain.garrison.orders import Edition, in_force
from domain.model import DAY, Instant, Model, date
from starter import bases, index, page, tasks
from starter.account import terms_of
from starter.desk import Desk, at_desk
from starter.flags import HERE, How
from starter.index import Row
from starter.order_papers import whom, words
from starter.tasks import Task
from wiring import console
from wiring.trouble import Misset

ACTIVE: Final = (
    "waiting for a check",
    "waiting for approval",
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


class Queued(Model):
    """A leave that waits for a place in its unit; `place` counts from 1."""

    number: str
    unit: str
    place: int
    first: date
    last: date
    first_free: date | None


class Today(Model):
    """A base on one day."""

    base: str
    at: Instant
    day: date
    overdue: tuple[Absent, ...]
    leaving: tuple[Absent, ...]
    due: tuple[Absent, ...]
    away: tuple[Absent, ...]
    waiting: tuple[Task, ...]
    strength: tuple[UnitDay, ...]
    queue: tuple[Queued, ...]
    orders: tuple[Edition, ...]
    more: bool = False


async def today(
    base: str | None = None,
    /,
    *,
    at: str | None = None,
    print_: Annotated[bool, Parameter(name="--print", negative="")] = False,
    how: How = HERE,
) -> int:
    """A base today: away, leaving, due back, overdue, waiting for you, strength of two weeks, orders in force.

    Args:
        base: The base; else this desk's.
        at: As of then, on the base's clock: 2026-12-20 06:00; else now.
        print_: Write it as one page (A4, HTML) into this folder.
    """
    async with at_desk(**how.settings) as desk:
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
        Misset: nothing can be written there.
    """
    file = Path(f"today-{shown.base}-{shown.day}.html").resolve()
    try:
        file.touch(mode=0o600)  # names stand on it
        file.write_text(page.html(shown, zone), "utf-8")
    except OSError as error:
        raise Misset(
            f"The page {file} cannot be written.", why=error.strerror or str(error), helps="print from another folder"
        ) from error
    return file


async def inbox(*, how: How = HERE) -> int:
    """What waits for your posts, by appointment and delegation, most urgent first; and what to type next."""
    async with at_desk(**how.settings) as desk:
        me, person, posts = tasks.my_posts(desk)
        where = [f"Base = {index.quoted(bases.at_base(desk, how.base))}"] if how.base else []
        found, more = await tasks.waiting(desk, me, posts, *where)
        if how.json:
            for task in found:
                console.document(task)
            return 0
        console.note(f"for {', '.join(posts) or 'nobody but yourself'}")
        if (named := desk.settings.post) and named not in posts:
            console.note(f"not for {named}: {desk.settings.person} does not hold it today")
        if not found:
            console.say("nothing waits for you" + ("" if posts else ": the register knows no post of yours today"))
            return 0
        names = desk.names([t.member for t in found if tasks.entitled(person, t.base)])
        console.say(_tasks(desk, found, names))
        at = console.clock(datetime.now(UTC), desk.zone(), desk.settings.base)
        console.note(f"as of {at}; found by the server's index, a moment behind")
        if more:
            console.note(f"there is more: only the {tasks.MOST} most urgent leaves are shown")
    return 0


async def seen(desk: Desk, base: str, at: datetime) -> Today:
    """A base at an instant: leaves as the index knows them, strength and orders as the base itself does."""
    zone = desk.zone(base)
    day = at.astimezone(zone).date()
    here = f"Base = {index.quoted(base)}"
    rows, more = await index.rows(desk.client, tasks.RUNNING, here)
    state = await bases.known_at(desk, base)
    person: Person | None = None
    waiting: tuple[Task, ...] = ()
    if desk.settings.person or desk.settings.post:
        me, person, posts = tasks.my_posts(desk)
        waiting, _ = await tasks.waiting(desk, me, posts, here)
    names = _names(desk, state) if tasks.entitled(person, base) else {}

    def listed(rows: list[Row], key: str) -> tuple[Absent, ...]:
        ordered = sorted(rows, key=lambda row: (getattr(row, key) or at, row.number))
        return tuple(Absent(row=row, who=names.get(row.leave_id, "")) for row in ordered)

    gone = [row for row in rows if row.out]
    late = [row for row in gone if (row.due_back and row.due_back <= at) or "overdue" in row.attention]
    return Today(
        base=base,
        at=at,
        day=day,
        overdue=listed(late, "due_back"),
        leaving=listed(
            [r for r in rows if r.state in ACTIVE and r.sign_out_at and r.sign_out_at.astimezone(zone).date() == day],
            "sign_out_at",
        ),
        due=listed([r for r in gone if r.due_back and (r.due_back - DAY).astimezone(zone).date() == day], "due_back"),
        away=listed(gone, "due_back"),
        waiting=waiting,
        strength=strength(desk, base, state, at),
        queue=tuple(_queued(state, one) for one in board.queue(state, bases.queue_rule(desk))),
        orders=in_force(state.book, at),
        more=more,
    )


def _queued(state: Garrison, one: Waiting) -> Queued:
    shown = one.model_dump(include={"unit", "place", "first", "last", "first_free"})
    return Queued(number=state.leaves[one.leave_id].number or one.leave_id, **shown)


def _names(desk: Desk, state: Garrison) -> dict[str, str]:
    """Rank and name by leave, of all in the ledger."""
    members = {leave: line.wish.member for leave, line in state.asking().items()}
    names = desk.names(list(members.values()))
    return {leave: names.get(member, "") for leave, member in members.items()}


def strength(desk: Desk, base: str, state: Garrison, at: datetime, span: int = board.FORTNIGHT) -> tuple[UnitDay, ...]:
    """Each unit on the days to come; its ceiling by the rule pack of its members, the strictest where they differ."""
    calendar = bases.days_of(desk, base)
    day = calendar.day(at)
    with reading(desk.source) as session:
        units = session.scalars(select(Unit.unit).where(Unit.base == base).order_by(Unit.unit)).all()
        assigned = of_units(session, units, day, day + span * DAY)
    return tuple(
        one
        for unit, of in assigned.items()
        for one in board.absences(state, {unit: of}, calendar, at, percent(desk, unit, day), span)
    )


def percent(desk: Desk, unit: str, on: date) -> int:
    """How many of a hundred of a unit may be absent: by the rule packs of its members, the least of them."""
    return min((terms_of(desk, member, on).clearing.ceiling_percent for member in _kinds(desk, unit)), default=100)


def _kinds(desk: Desk, unit: str) -> list[str]:
    """One member of a unit for each combination of what chooses a rule pack."""
    from sqlalchemy import func

    from activities.register.tables import Member

    chooses = (Member.pack, Member.nation, Member.service, Member.component)
    wanted = select(func.min(Member.id)).where(Member.unit == unit, Member.left_at.is_(None)).group_by(*chooses)
    with reading(desk.source) as session:
        return list(session.scalars(wanted))


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
            table = console.table("leave", "who", "unit", "state", "out", "due back")
            for line in lines:
                row = line.row
                table.add_row(
                    row.called,
                    line.who,
                    row.unit,
                    row.state,
                    page.hour(row.sign_out_at, zone),
                    page.last_day(row.due_back, zone),
                )
            console.say(table)
    console.say(f"\nwaiting for you: {len(shown.waiting) or 'nothing'}", "bold")
    if shown.waiting:
        console.say(_tasks(desk, shown.waiting, {}))
    console.say("\nstrength: absent of those assigned, and how many may be", "bold")
    console.say(grid(shown.strength))
    for one in shown.queue:
        free = f", first free {one.first_free}" if one.first_free else ""
        console.say(f"{one.unit}: {one.place}. in the queue {one.number}, {one.first} to {one.last}{free}")
    console.say(f"\norders in force: {len(shown.orders) or 'none'}", "bold")
    for edition in shown.orders:
        says = "; ".join(map(words, edition.order.restrictions))
        console.say(f"{edition.name}  {page.until(edition, zone)}  {says} ({whom(edition.order)})")
    console.note("leaves by the server's index, a moment behind; strength and orders by the base itself")
    if shown.more:
        console.note(f"there are more than {index.MOST} leaves: furlough find lists them")


def _tasks(desk: Desk, found: tuple[Task, ...], names: dict[str, str]) -> Table:
    table = console.table("by", "leave", "who", "wants", "then", "type")
    now = datetime.now(UTC)
    for task in found:
        by = page.hour(task.act_by, desk.zone(task.base), task.base)
        late = task.act_by is not None and task.act_by < now
        table.add_row(
            Text(by, "bold red" if late else ""),
            Text(task.number, "bold" if task.lane == "urgent" else ""),
            names.get(task.member, task.unit),
            task.what,
            task.then,
            task.type,
        )
    return table


def grid(lines: tuple[UnitDay, ...]) -> Group:
    """Units down, days across; a day that is full is marked. Longer spans stand below each other by fortnights."""
    days = list(dict.fromkeys(line.day for line in lines))
    spans = [days[i : i + board.FORTNIGHT] for i in range(0, len(days), board.FORTNIGHT)]
    tables: list[RenderableType] = []
    for span in spans:
        if len(spans) > 1:
            tables.append(Text(f"from {span[0]}", "bold"))
        tables.append(_fortnight(tuple(line for line in lines if line.day in span), span))
    return Group(*tables)


def _fortnight(lines: tuple[UnitDay, ...], days: list[date]) -> Table:
    table = console.table("unit", "of", "may", right=("of", "may"))
    for day in days:
        table.add_column(f"{day:%d}\n{day:%a}"[:6], justify="right")
    for unit in dict.fromkeys(line.unit for line in lines):
        mine = [line for line in lines if line.unit == unit]
        cells = [Text(str(x.absent or "·"), "bold red" if x.absent >= x.ceiling else "") for x in mine]
        table.add_row(unit, page.spread(x.assigned for x in mine), page.spread(x.ceiling for x in mine), *cells)
    return table
