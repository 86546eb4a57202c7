"""Putting a mission that was laid back in the place of the one that is there: two renames, and a kill may come between.

What is under way stands in a note in the home until all of it is done. While it stands the mission is not started: it
may not be in its place, or numbers that were given since are not void yet. To lay back once more puts things as they
were before, and begins anew.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from activities import durable
from wiring.disk import locked, sync
from wiring.settings import Settings
from wiring.trouble import NotStarted


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Nothing else is laid back in this home meanwhile. Raises NotStarted where something is."""
    at = os.open(settings.home, os.O_RDONLY | os.O_CLOEXEC)
    try:
        if not locked(at):
            raise NotStarted(
                f"A mission in {settings.home} is being laid back just now.", helps="wait until it is done"
            )
        yield
    finally:
        os.close(at)


def exchange(settings: Settings, new: Path) -> str:
    """Put the new one in place; the old one goes on lying beside it. Where it lies; empty where there was none.

    The note of it stays until `done`.
    """
    folder, aside = settings.folder, ""
    if not {file.name for file in folder.iterdir()} <= {"lock"}:
        aside = f"{folder.name}.before-{datetime.now(UTC):%Y-%m-%dT%H%M%SZ}"
    durable.keep(settings.home, Path(_note(settings).name), f"{aside}\n".encode())
    if aside:
        folder.rename(settings.home / aside)
    else:
        shutil.rmtree(folder)
    new.rename(folder)
    sync(settings.home)
    return str(settings.home / aside) if aside else ""


def done(settings: Settings) -> None:
    """All that belongs to it is done."""
    _note(settings).unlink(missing_ok=True)
    sync(settings.home)


def undone(settings: Settings) -> None:
    """Put things as they were before an exchange that was not done to its end, if there was one."""
    before = _before(settings)
    if before and before != settings.home and before.exists():
        if settings.folder.exists():
            swept = settings.home / f".{settings.code}.laying-back.undone"
            shutil.rmtree(swept, ignore_errors=True)
            settings.folder.rename(swept)
        before.rename(settings.folder)
    done(settings)


def whole(settings: Settings) -> None:
    """Whether the mission may be started. Raises NotStarted where one was laid back and not to the end."""
    before = _before(settings)
    if before is None:
        return
    with alone(settings):
        there = settings.folder.exists()
    stands = f"the backup lies in {settings.folder}, and numbers that were given since are not void yet"
    back = f"mv {before} {settings.folder} && rm {_note(settings)}" if before != settings.home else ""
    if there and back:
        back = f"mv {settings.folder} {settings.folder}.unfinished && {back}"
    raise NotStarted(
        f"{settings.code} was laid back to a backup, and that was broken off.",
        why=stands if there else f"the backup is not in its place: there is no {settings.folder}",
        known=f"as it was before, whole: {before}" if back else "nothing was there before",
        helps="furlough server restore FILE once more, with the same --given"
        + (f"; or leave it as it was before: {back}" if back else ""),
    )


def _note(settings: Settings) -> Path:
    return settings.home / f".{settings.code}.exchanging"


def _before(settings: Settings) -> Path | None:
    """Where it lies as it was; the home itself where nothing was there, None where no exchange was broken off."""
    try:
        return settings.home / _note(settings).read_text("utf-8").strip()
    except FileNotFoundError:
        return None
