"""Absences other than leave, base by base: one base's list takes the place of what the register has of its members.

The register imports a table as a whole, so that the lines of all other bases are put beside it unchanged.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from activities.register import importing
from activities.register import tables as t
from activities.register.checking import BadLine
from activities.register.reading import Bundle, drafted, in_order, parse
from activities.register.sheets import SHEETS

SHEET = SHEETS["absences"]


class Elsewhere(NamedTuple):
    """How many of a unit are away otherwise than on leave over the same days by one source, and since when known.

    Neither who nor why: the reason may be a hospital.
    """

    unit: str
    first: date
    last: date
    members: int
    source: str


def of_base(session: Session, base: str, content: bytes) -> Bundle | tuple[BadLine, ...]:
    """A base's list as a file for the whole mission; or every bad line of it, and then nothing is to be taken in."""
    draft = drafted({SHEET.file: content})
    bad = importing.faults(session, draft)
    homes = dict(
        session.execute(select(t.Member.service_number, t.Member.base).where(t.Member.left_at.is_(None))).all()
    )
    lines = draft.sheets.get(SHEET.name, {}).values()
    strangers = [
        BadLine(line.file, line.number, "service_number", f"expected a member of {base}, got one of {home}")
        for line in lines
        if (home := homes.get(line.values[0])) not in (base, None)
    ]
    told = [line for line in bad if line.file == SHEET.file and line.line]
    broken = [line for line in bad if not line.line and line.file == SHEET.file]
    if found := in_order((*broken, *told, *strangers)):
        return found
    kept = [line.values for line in importing.lines_of(session, SHEET).values() if homes.get(line.values[0]) != base]
    return parse({SHEET.file: _file((*kept, *(line.values for line in lines)))})


def _file(rows: Iterable[tuple[Any, ...]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(SHEET.header)
    writer.writerows(sorted(tuple(str(cell) for cell in row) for row in rows))
    return text.getvalue().encode()


def elsewhere(session: Session, base: str, first: date, last: date) -> tuple[Elsewhere, ...]:
    """Who of the units of a base is away otherwise between two days, both in, as the register has it."""
    rows = session.execute(
        select(t.Member.unit, t.Absence.first, t.Absence.last, func.count().label("members"), t.Absence.source)
        .join(t.Absence, t.Absence.member == t.Member.id)
        .join(t.Unit, t.Unit.unit == t.Member.unit)
        .where(t.Unit.base == base, t.Member.left_at.is_(None), t.Absence.first <= last, t.Absence.last >= first)
        .group_by(t.Member.unit, t.Absence.first, t.Absence.last, t.Absence.source)
        .order_by(t.Member.unit, t.Absence.first, t.Absence.last, t.Absence.source)
    )
    return tuple(Elsewhere(row.unit, row.first, row.last, row.members, row.source) for row in rows)


def imported_at(session: Session) -> datetime | None:
    """When absences were last taken in."""
    rows = session.execute(select(t.Version.digests, t.Version.imported_at).order_by(t.Version.version.desc()))
    return next((row.imported_at for row in rows if SHEET.file in row.digests), None)
