"""`furlough audit match`: a sheet of the gate, of a flight or of the pay office, and the record; who has no partner."""

from __future__ import annotations

import asyncio
import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from itertools import chain
from pathlib import Path
from typing import Any, Final, NamedTuple

from audit import FOUND, UNCHECKED
from audit.matching import COLUMNS, Bad, Form, Odd, Said, form_of, matched, said, summed
from audit.people import members
from audit.population import Beside, Unread, beside, leaves
from audit.sources import ARCHIVED, From, Source, source
from domain.account import Account
from domain.ids import CONTROL_NUMBER, LEAVE_ID, member_workflow
from domain.leave import Leave
from domain.model import DAY, Decimal, Instant, timedelta
from wiring import console, sheets
from wiring.settings import Settings
from wiring.sheets import Line
from wiring.trouble import Misset
from wiring.written import day

MINUTES: Final = 60
"""So far apart two times may be and still be of one departure or return: our own choice, and an option."""

KEYS: Final = ("leave", "member", "service_number")
"""The columns by which a line names whom it means."""

NOT_IN: Final = {"sheet": "NOT IN THE RECORD", "record": "NOT IN THE SHEET", "both": "DIFFERS"}


class Sheet(NamedTuple):
    """A sheet as it was read: what it says, and its bad lines with the reason of each."""

    form: Form
    key: str
    lines: list[Said]
    bad: list[tuple[Line, str]]


class Ours(NamedTuple):
    """A leave of the record, as sheets name it, and what of it they can tell: kept small, since all are kept.

    `charged` is what its account has charged in all, or the leave where the record has no account.
    """

    id: str
    number: str
    member: str
    out_at: Instant | None
    in_at: Instant | None
    over_at: Instant | None
    flights: tuple[str, ...]
    charged: Decimal | None


async def match(
    sheet: Path,
    *,
    since: str | None = None,
    until: str | None = None,
    base: str | None = None,
    minutes: int = MINUTES,
    where: From = ARCHIVED,
) -> int:
    """Lay a sheet beside the record: each line and each leave that has no partner on the other side, both ways.

    The header tells the form: gate (way, at), manifest (flight), pay (days); each with leave, member or service_number.
    Exit code 7 where something has no partner or differs; 6 where nothing has, but a line or leave could not be read.

    Args:
        sheet: A CSV file; further columns are passed over.
        since: The first day (UTC) of which the sheet tells; else the first one in it.
        until: The last day (UTC) of which the sheet tells; else the last one in it.
        base: Only leaves of this base are expected in the sheet.
        minutes: So far apart the times of a pair may be.
    """
    begin, end = (_day(text) for text in (since, until))
    if minutes < 0 or (begin and end and end < begin):
        raise Misset("No line can match so.", why="expected --minutes of 0 or more, and --until on or after --since")
    record = await source(where)
    around = await beside(record)
    known, unread = await _ours(record, around, base)
    settings = Settings.load(mission=where.mission)
    read = await asyncio.to_thread(_read, sheet, known, members(settings, record))
    told = _told(known, read, _span(read, begin, end))
    pairs, odd = matched(summed(read.lines) if read.form == "pay" else read.lines, told, timedelta(minutes=minutes))
    _show(read, odd, unread, {one.id: one.number for one in known if one.number}, json=where.json)
    summary = {"form": read.form, "pairs": pairs, "odd": len(odd), "bad_lines": len(read.bad), "unread": len(unread)}
    if where.json:
        console.document(summary)
    else:
        console.say(f"{sheet.name}, as a sheet of the {read.form}: " + ", ".join(_counts(pairs, odd, read, unread)))
    return FOUND if odd else UNCHECKED if read.bad or unread else 0


async def _ours(record: Source, around: Beside, base: str | None) -> tuple[list[Ours], list[Unread]]:
    """The leaves of the record, of one base where that is meant."""
    found, unread = list[Ours](), list(around.unread)
    async for told in leaves(record):
        if isinstance(told, Unread):
            unread.append(told)
            continue
        try:
            state: Leave = told.folded(told.written)
        except Exception as fault:  # noqa: BLE001  (a forged record may break anything, and stops no other)
            unread.append(Unread(told.id, f"its entries do not fold ({type(fault).__name__})"))
            continue
        if state.member and base in (None, state.whose.base):
            found.append(ours(told.id, state, around.accounts.get(member_workflow(state.whose.id))))
    return found, unread


def ours(leave_id: str, s: Leave, account: Account | None) -> Ours:
    """What sheets can tell of an open leave."""
    line = account.lines.get(leave_id) if account and s.charged is not None else None
    charged = line.cost if line and line.days else s.charged
    flights = tuple(leg.flight for leg in s.legs)
    return Ours(leave_id, s.number, s.whose.id, s.out_at, s.in_at, s.over_at, flights, charged)


def _read(file: Path, known: Sequence[Ours], service: Callable[[str], str | None]) -> Sheet:
    """A sheet. Raises Misset where it cannot be read, or is of no form."""
    header = _header(file)
    form, keys = form_of(header), [key for key in KEYS if key in header]
    if form is None or not keys:
        raise Misset(
            f"The sheet {file} is of no form that can be matched.",
            why="; or ".join(f"{name}: {', '.join(columns)}" for name, columns in COLUMNS.items())
            + f"; each with one of {', '.join(KEYS)}",
            known=f"its first line: {', '.join(header)[:200]}",
            helps="name its columns so, and leave out those of the other forms",
        )
    lines = sheets.read(file, keys[0], [name for name in header if name != keys[0]], "SHEET")
    names = {one.number: one.id for one in known} | {one.id: one.id for one in known}
    people = {one.member for one in known}
    found = Sheet(form, keys[0], [], [])
    for line in lines:
        try:
            found.lines.append(said(line, form, lambda text: _named(text, found.key, names, people, service)))
        except Bad as bad:
            found.bad.append((line, str(bad)))
    return found


def _header(file: Path) -> list[str]:
    """The titles of the columns, as `sheets.read` has them; what cannot be read it tells."""
    try:
        with file.open("rb") as opened:
            first = opened.readline(65_536).decode("utf-8-sig", "replace")
    except OSError:
        return [KEYS[0], *COLUMNS["manifest"]]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    cells = next(csv.reader([first], delimiter=delimiter), [])
    return [cell.strip().lower().replace("-", "_").replace(" ", "_") for cell in cells]


def _named(text: str, key: str, names: dict[str, str], people: set[str], service: Callable[[str], str | None]) -> str:
    """The leave id or register id which a line means. Raises Bad.

    A leave that is not in the record is named as it stands: it has no partner there. So is a member without one.
    """
    if key == "leave":
        if LEAVE_ID.fullmatch(text.upper()) or CONTROL_NUMBER.fullmatch(text.upper()):
            return names.get(text.upper(), text.upper())
        raise Bad(f"leave: expected a leave id or a control number, got {text[:40]!r}")
    if key == "member" and text in people:
        return text
    if found := service(text):
        return found
    if key == "member" and text.startswith("m-"):
        return text
    raise Bad(f"{key}: the register, where one is at hand, knows nobody by {text[:40]!r}")


def _span(read: Sheet, begin: date | None, end: date | None) -> tuple[datetime, datetime]:
    """Of which time the sheet tells: whole days, as told or else as far as its lines reach; half-open."""
    times = [one.at for one in read.lines if one.at]
    first = begin or (min(times).astimezone(UTC).date() if times else date.min)
    last = end or (max(times).astimezone(UTC).date() if times else date.max - DAY)
    return datetime.combine(first, time.min, UTC), datetime.combine(last + DAY, time.min, UTC)


def _told(known: Iterable[Ours], read: Sheet, span: tuple[datetime, datetime]) -> Iterator[Said]:
    """What the record says of that of which the sheet tells."""
    flights = {one.what for one in read.lines}
    for one in known:
        of = one.id if read.key == "leave" else one.member
        where = f"{one.number or one.id} ({one.id})"
        if read.form == "gate":
            seen = (("out", one.out_at), ("in", one.in_at))
            yield from (Said(of, way, at, None, where) for way, at in seen if at and span[0] <= at < span[1])
        elif read.form == "manifest":
            yield from (Said(of, flight, None, None, where) for flight in one.flights if flight in flights)
        elif one.charged is not None and one.over_at and span[0] <= one.over_at < span[1]:
            yield Said(of, "days", None, one.charged, where)


def _show(read: Sheet, odd: Sequence[Odd], unread: Sequence[Unread], numbers: Mapping[str, str], *, json: bool) -> None:
    """`numbers` are the control numbers of leaves, by which people know them, by their ids."""
    for line, why in read.bad:
        if json:
            console.document({"bad": line.where, "why": why})
        else:
            console.warn(f"BAD LINE  {line.where}: {why}")
    for one in unread:
        if json:
            console.document({"unread": one.id, "why": one.why})
        else:
            console.warn(f"NOT READ  {one.id}: {one.why}")
    for each in odd:
        if json:
            console.document(_document(each))
        else:
            other = f"; the record: {each.other.words}, {each.other.where}" if each.other else ""
            of = "" if each.said.of in each.said.where else f"{numbers.get(each.said.of, each.said.of)} "
            console.say(f"{NOT_IN[each.side]}  {each.said.where}: {of}{each.said.words}{other}")


def _document(odd: Odd) -> dict[str, Any]:
    told = {"odd": NOT_IN[odd.side].lower().replace(" ", "-"), **odd.said._asdict()}
    return told | ({"record": odd.other._asdict()} if odd.other else {})


def _counts(pairs: int, odd: Sequence[Odd], read: Sheet, unread: Sequence[Unread]) -> Iterator[str]:
    yield f"{pairs} with a partner"
    counted_ = ((sum(one.side == side for one in odd), what.lower()) for side, what in NOT_IN.items())
    more = ((len(read.bad), "bad lines"), (len(unread), "not read"))
    yield from (f"{many} {what}" for many, what in chain(counted_, more) if many)


def _day(text: str | None) -> date | None:
    try:
        return day(text) if text else None
    except ValueError as error:
        raise Misset(f"{str(text)[:20]!r} is no day.", why=str(error), helps="--since 2026-11-01") from error
