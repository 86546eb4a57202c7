"""Which control numbers were given: by the bases' ledgers, papers, the server's index of leaves, and copies.

A mission that is laid back forgets what it gave since. No number of a leave may be given to another one, so that all
that lies there is asked, be it lost in part.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, select

from activities.register import tables as t
from activities.register.database import RegisterUnavailable, engine, reading
from domain.garrison import Garrison
from domain.ids import CONTROL_NUMBER, base_workflow
from starter import index
from starter.mission import deciding_worker, working
from starter.server import EmbeddedServer
from wiring import console, copies
from wiring.connect import connect, quiet
from wiring.plugin import FurloughPlugin
from wiring.queries import query
from wiring.settings import Settings
from wiring.trouble import Misset, NotReached, NotStarted, Trouble

Given = dict[tuple[str, int], int]
"""The last serial number that was given, by base and year."""

ALL: Final = 10**6
"""Leaves of one index."""


def number(text: str) -> tuple[tuple[str, int], int]:
    """Base and year, and the serial. Raises Misset where it is no control number."""
    found = CONTROL_NUMBER.fullmatch(text.upper())
    if found is None:
        raise Misset(f"{text[:40]!r} is no control number.", why="expected one such as NAQ-2026-000431")
    return (found["base"], int(found["year"])), int(found["serial"])


def highest(*several: Iterable[tuple[tuple[str, int], int]]) -> Given:
    """The last of each base and year."""
    found: Given = {}
    for key, serial in (each for some in several for each in some):
        found[key] = max(serial, found.get(key, 0))
    return found


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    """A register, closed at the end."""
    source = engine(url)
    try:
        yield source
    finally:
        source.dispose()


def on_papers(register: str) -> Given:
    """The highest number of each base and year that stands on a paper. Raises RegisterUnavailable."""
    with opened(register) as source, reading(source) as session:
        return highest(map(number, session.scalars(select(t.Paper.number))))


async def in_index(settings: Settings, server: EmbeddedServer) -> Given:
    """The highest ones which leaves have in the index of a server. Raises NotReached."""
    there = settings.model_copy(update={"address": server.address})
    rows, _ = await index.rows(await connect(there, [FurloughPlugin()], quiet()), most=ALL)
    return highest(number(row.number) for row in rows if row.number)


async def _in_ledgers(settings: Settings, server: EmbeddedServer, bases: Iterable[str]) -> Given:
    """The last ones of which bases themselves tell: the index comes after them, and may lack just the newest.

    Raises:
        Trouble: no worker could be had, or a base did not tell.
    """
    found: Given = {}
    async with working(settings, server, deciding_worker(settings.code)):
        client = await connect(settings.model_copy(update={"address": server.address}), [FurloughPlugin()], quiet())
        for base in bases:
            ledger: Garrison | None = await query(client, base_workflow(base), "state", Garrison)
            found |= {(base, year): serial for year, serial in (ledger.serials if ledger else {}).items()}
    return found


async def in_place(settings: Settings, aside: Path, bases: Iterable[str]) -> Given:
    """What is known to have been given by all that lies there now; copies of it are made and opened `aside`.

    These `bases` are asked themselves. What is lost or damaged is told: the papers are then the last to ask.
    """
    folder, found = settings.folder, [*_copied(settings).items()]
    if (folder / "register.db").exists():
        try:
            found += on_papers(f"sqlite:///{folder / 'register.db'}").items()
        except RegisterUnavailable as lost:
            _silent("register", lost)
    if (folder / "temporal.db").exists():
        to = aside / settings.code
        to.mkdir(mode=0o700, parents=True)
        try:
            with (
                closing(sqlite3.connect(folder / "temporal.db")) as there,
                closing(sqlite3.connect(to / "temporal.db")) as copy,
            ):
                there.backup(copy)
            async with EmbeddedServer(aside, settings.code, 0, 0) as server:
                found += (await in_index(settings, server)).items()
                asked = settings.model_copy(update={"home": aside, "register_url": None})
                try:
                    found += (await _in_ledgers(asked, server, bases)).items()
                except Trouble as lost:
                    _silent("ledger of a base", lost)
        except (sqlite3.Error, NotStarted, NotReached) as lost:
            _silent("index", lost)
    return highest(found)


def _copied(settings: Settings) -> Given:
    """The highest ones in the copies which bases kept."""
    found: list[tuple[tuple[str, int], int]] = []
    for file in sorted((settings.folder / "copies").glob("*.copy")):
        try:
            copy = copies.read(settings.folder, settings.code, file.stem)
        except copies.Unreadable as lost:
            _silent(f"copy of {file.stem}", lost)
            continue
        found += [number(row["number"]) for row in (copy.rows if copy else ()) if row.get("number")]
    return highest(found)


def _silent(what: str, lost: Exception) -> None:
    console.warn(f"The present {what} tells no numbers: {lost}\nnext   say those on papers and sheets with --given")
