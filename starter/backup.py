"""`furlough server backup | restore`: the files of an embedded server's mission, copied while it runs and laid back."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from activities.store import key_id
from domain.words import counted
from starter import bundle, dumping, restoring
from starter.flags import HERE, How
from wiring import console, laying_back
from wiring.settings import Settings
from wiring.trouble import Misset

app = App(name="server", help="The files of a mission on this machine: back them up while it runs, lay them back.")


@app.command
async def backup(to: Path, /, *, how: How = HERE) -> int:
    """Copy a mission whole, while it runs: histories, register, detail store, spool, archive. One file, 0600.

    A register on PostgreSQL is in it, too, as of one moment. It holds names and ranks: keep it as personnel files are
    kept. The key of the detail store is not in it, and is to be kept apart from it: neither opens family detail and
    papers without the other.

    Args:
        to: A folder, or the name of the file; nothing is overwritten.
    """
    settings = Settings.load(**how.settings)
    laying_back.whole(settings.folder)
    if settings.register_url is not None and not dumping.dumped(settings.register_url):
        raise Misset(
            "The register is neither a file of this mission nor a database of PostgreSQL.",
            why="expected register.db in its folder, or postgresql://..., got another address (FURLOUGH_DATABASE)",
            known="histories and register belong together, and one of them is not here",
            helps="stop the worker, copy that database, and back up the server beside it: docs/mission-server.md",
        )
    file = await asyncio.to_thread(_named, to, settings.code)
    key = settings.store_key_file
    made = await asyncio.to_thread(bundle.make, settings.folder, settings.code, file, key, settings.register_url)
    wanted = await asyncio.to_thread(key_id, settings.folder / "store")
    if how.json:
        told = {"file": str(file), "at": made.at, "build": made.build, "files": len(made.files)}
        console.document(told | {"store_key": str(key) if wanted else None, "store_key_id": wanted or None})
    else:
        console.say(f"backed up {settings.code}: {counted(len(made.files), 'file')} in {file}")
        if wanted:
            console.say(
                f"not in it: the key {wanted} of the detail store, in {key}. Keep a copy of it apart from the backup; "
                "without it family detail and papers cannot be read"
            )
    return 0


def _named(to: Path, mission: str) -> Path:
    """The file meant. Raises Misset where it is there already."""
    file = (to / f"{mission}-{datetime.now(UTC):%Y-%m-%dT%H%M%SZ}.tar" if to.is_dir() else to).resolve()
    if file.exists():
        raise Misset(f"{file} is there already.", why="a backup overwrites nothing", helps="name another file")
    return file


@app.command
async def restore(
    file: Path,
    /,
    *,
    given: Annotated[tuple[str, ...], Parameter(negative="")] = (),
    dry_run: Annotated[bool, Parameter(negative="")] = False,
    how: How = HERE,
) -> int:
    """Lay a mission back to a backup: check it, open a copy of it, put it in place, void numbers, walk the ledgers.

    What is there now is kept beside it, and never deleted; what waits in its spool is taken over and sent. The mission
    must not run; it is ended in order afterwards: furlough up goes on. A register on PostgreSQL is laid into an empty
    database, which FURLOUGH_DATABASE names; the one before stays.

    Args:
        file: The backup.
        given: The highest control number of each base and year that was given since, as papers and sheets show:
            NAQ-2026-000431. Those which the register, the server's index and the copies know that lie there now need
            not be said.
        dry_run: Check it, open a copy, tell what would be voided; change nothing.
    """
    settings = Settings.load(**how.settings)
    laid = await restoring.lay_back(settings, file, given, dry_run=dry_run)
    if how.json:
        console.document(laid)
        return laid.code
    console.say(("would lay" if dry_run else "laid") + f" {settings.code} back to {laid.at:%Y-%m-%d %H:%M:%S}Z")
    for line in laid.told:
        console.say(f"  {line}")
    if not dry_run:
        console.say(f"as it was before: {laid.before or 'nothing was there'}")
        console.say("acts since then are gone: enter them from paper with --at; then furlough up")
    return laid.code
