"""Whose a register id is: the one thing that the imports of the register do not tell, sealed as a list beside them.

The register draws ids by lot, once and for good, so that the newest list has all of those before it.
"""

from __future__ import annotations

import csv
from io import StringIO
from typing import Final

from sqlalchemy import select

from activities.register import lookups
from activities.register import tables as t
from activities.register.database import engine, reading
from audit.archive.sealed import Broken
from audit.archived import Archived
from wiring.settings import Settings

IDS: Final = "register-ids.csv"
"""The name of the list, after the version of the register at which it was made."""

COLUMNS: Final = ("service_number", "member")


def listed(settings: Settings) -> tuple[int, bytes]:
    """The mission's list as it stands, and the version of the register. Raises RegisterUnavailable."""
    with reading(engine(settings.database)) as session:
        rows = session.execute(select(t.Member.service_number, t.Member.id).order_by(t.Member.service_number)).all()
        version = lookups.version(session)
    out = StringIO()
    written = csv.writer(out, lineterminator="\n")
    written.writerow(COLUMNS)
    written.writerows(rows)
    return version, out.getvalue().encode()


def numbers(record: Archived) -> dict[str, str]:
    """Service numbers by register id, by all lists of a record; none of an id that two lists give to two people.

    Raises:
        Misset: the log cannot be read to its end.
    """
    found: dict[str, str] = {}
    twice = set[str]()
    for _, leaf in record.listed("import"):
        try:
            content = record.content(leaf) if leaf.name.endswith(f"/{IDS}") else b""
        except Broken:
            continue  # another one may tell the same; that this is broken is what verifying finds
        for row in csv.DictReader(StringIO(content.decode("utf-8", "replace"))):
            number, member = (row.get(column) or "" for column in COLUMNS)
            if found.setdefault(member, number) != number:
                twice.add(member)
    return {member: number for member, number in found.items() if member not in twice}
