"""`furlough audit query`, `report` and `export`: questions to the index of an archive, which they bring up first."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, Final

from cyclopts import Group, Parameter

from audit.sources import archived
from audit.tables import ocel
from audit.tables.asking import Answer, answer, asked
from audit.tables.bounds import SECONDS, answered
from audit.tables.charts import chart
from audit.tables.keeping import Index, brought_up, folder_of
from audit.tables.reports import REPORTS, Name
from domain.words import plain
from wiring import console
from wiring.plainly import plainly
from wiring.settings import Settings
from wiring.trouble import Misset

INDEX: Final = Group("Index", help="Which archive is asked, and where its index is kept.", sort_key=9)

MOST: Final = 2000
"""Rows of a table on a terminal; --json and --csv give all."""


@Parameter(name="*", group=INDEX)
@dataclass(frozen=True, kw_only=True)
class Of:
    """Which archive is asked."""

    archive: str | None = None
    """The archive's folder or address; else the mission's."""
    key: str | None = None
    """The line of the public key which the mission gave you, or a file that holds it; else the archive's own."""
    index: Path | None = None
    """The folder of its index; else one in the mission's folder."""
    mission: str | None = None
    """The mission's code; else the profile's."""


OURS: Final = Of()
"""As the profile says."""


async def query(
    sql: str,
    *,
    csv_: Annotated[Path | None, Parameter(name="--csv")] = None,
    seconds: float = SECONDS,
    json: Annotated[bool, Parameter(negative="")] = False,
    of: Of = OURS,
) -> int:
    """Ask the index of an archive one SELECT. It is first brought up to all that is sealed.

    The query runs in a process of its own, which gets 1 GB of memory and 4 GB of disk, and is ended after its time.

    Args:
        sql: A SELECT in DuckDB's words, over leaves, entries, days, waits, consents and orders; SHOW TABLES, DESCRIBE.
        csv_: Write the rows into this file.
        seconds: How long its rows may be waited for.
        json: One JSON document a row.
    """
    if seconds <= 0:
        raise Misset("No query is answered in no time.", why="expected --seconds of more than 0", helps="leave it out")
    with answered(await _index(of), sql, seconds) as found:
        _give(found, csv_, json=json)
    return 0


async def report(
    name: Name,
    *,
    csv_: Annotated[Path | None, Parameter(name="--csv")] = None,
    chart_: Annotated[Path | None, Parameter(name="--chart")] = None,
    sql: Annotated[bool, Parameter(negative="")] = False,
    json: Annotated[bool, Parameter(negative="")] = False,
    of: Of = OURS,
) -> int:
    """A ready report: absences by day, decisions by authority, overrides and exemptions, late returns, waits.

    Args:
        name: Which.
        csv_: Write the rows into this file.
        chart_: Draw it into this file, an SVG.
        sql: Only show its SELECT, to be changed and asked by `furlough audit query`.
        json: One JSON document a row.
    """
    wanted = REPORTS[name]
    if sql:
        console.say(wanted.sql)
        return 0
    with asked(await _index(of)) as connection:
        found = answer(connection, wanted.sql)
        if chart_:
            rows = list(found.rows)
            _written(chart_, chart(wanted, found.titles, rows))
            found = found._replace(rows=iter(rows))
        if not json and not csv_:
            console.say(wanted.says, "bold")
        _give(found, csv_, json=json)
    if chart_:
        console.note(f"drawn into {chart_}")
    return 0


async def export(*, output: Annotated[Path, Parameter(name=["--output", "-o"])], of: Of = OURS) -> int:
    """Write all leaves of an archive as an object-centric event log (OCEL 2.0, JSON), for tools of process mining.

    Args:
        output: The file to be written.
    """
    with asked(await _index(of)) as connection:
        try:
            output.touch(mode=0o600)
            with output.open("w", encoding="utf-8") as file:
                events, objects = ocel.write(connection, file)
        except OSError as error:
            raise Misset(f"{output} cannot be written.", why=plainly(error)) from error
    console.say(f"{output}: {events} events of {objects} objects, OCEL 2.0")
    console.note("it tells kinds of leave by register id: keep it as you keep personnel files")
    return 0


async def _index(of: Of) -> Index:
    """The index of an archive, brought up to its checkpoint."""
    settings = Settings.load(mission=of.mission)
    record = archived(settings, of.archive, of.mission, of.key)
    with console.progress() as bar:
        task = bar.add_task("indexing", total=None)
        folder = of.index or folder_of(settings, record)
        index = await brought_up(record, folder, lambda at, many: bar.update(task, completed=at, total=many))
    for why in index.about.unread.values():
        console.warn(f"NOT INDEXED  {why}")
    return index


def _give(found: Answer, to: Path | None, *, json: bool) -> None:
    if to:
        try:
            to.touch(mode=0o600)
            with to.open("w", encoding="utf-8", newline="") as file:
                written = csv.writer(file, lineterminator="\n")
                written.writerow(found.titles)
                written.writerows([_text(value) for value in row] for row in found.rows)
        except OSError as error:
            raise Misset(f"{to} cannot be written.", why=plainly(error)) from error
        console.note(f"written to {to}")
    elif json:
        for row in found.rows:
            console.document(dict(zip(found.titles, row, strict=True)))
    else:
        _show(found)


def _show(found: Answer) -> None:
    rows = list(islice(found.rows, MOST + 1))
    numbers = [
        title for i, title in enumerate(found.titles) if any(isinstance(r[i], int | float | Decimal) for r in rows)
    ]
    table = console.table(*found.titles, right=tuple(numbers))
    for row in rows[:MOST]:
        table.add_row(*map(_text, row))
    console.say(table)
    if len(rows) > MOST:
        console.note(f"only the first {MOST} rows are shown: --json or --csv FILE gives all")


def _text(value: Any) -> str:
    """A value as it is read: times in UTC to the second, nothing for what is not known."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return plain(value)
        case datetime():
            return f"{value:%Y-%m-%d %H:%M:%S}"
        case date():
            return str(value)
        case list():
            return ", ".join(map(_text, value))
        case _:
            return str(value)


def _written(to: Path, text: str) -> None:
    try:
        to.touch(mode=0o600)
        to.write_text(text, "utf-8")
    except OSError as error:
        raise Misset(f"{to} cannot be written.", why=plainly(error)) from error
