"""Putting a mission that was laid back in the place of the one that is there: two renames, and a kill may come between.

The note of `wiring.laying_back` stands meanwhile. To lay back once more puts things as they were before, and begins
anew. No folder is deleted in which anybody may have written.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from wiring import disk, laying_back
from wiring.disk import sync
from wiring.settings import Settings


def begin(settings: Settings) -> None:
    """Lay the note: from now on nobody writes in the mission's folder, and all that was written there is in it."""
    note = laying_back.note(settings.folder)
    aside = f"{settings.code}.before-{_now()}"
    with laying_back.nobody_writes(settings.folder):
        disk.keep(note.parent, Path(note.name), f"{aside}\n".encode())


def exchange(settings: Settings, new: Path) -> None:
    """Put the new one in place; the old one goes on lying beside it, as the note tells."""
    aside = laying_back.before(settings.folder)
    assert aside  # noqa: S101  (it was begun)
    settings.folder.rename(aside)
    new.rename(settings.folder)
    sync(settings.home)


def done(settings: Settings) -> str:
    """All that must be done before anybody uses it is done. Where the old one lies; empty where there was none."""
    aside = laying_back.before(settings.folder)
    laying_back.note(settings.folder).unlink(missing_ok=True)
    sync(settings.home)
    if aside and {file.name for file in aside.iterdir()} <= {"lock"}:
        (aside / "lock").unlink(missing_ok=True)
        with suppress(OSError):  # somebody who came late has written there: then it stays
            aside.rmdir()
    return str(aside) if aside and aside.exists() else ""


def undone(settings: Settings) -> str:
    """Put things as they were before an exchange that was not done to its end, if there was one.

    Where the unfinished one lies; empty where there is none.
    """
    aside, left = laying_back.before(settings.folder), ""
    if aside and aside.exists():
        if settings.folder.exists():
            left = str(settings.folder.rename(settings.home / f"{settings.code}.unfinished-{_now()}"))
        aside.rename(settings.folder)
        sync(settings.home)
    laying_back.note(settings.folder).unlink(missing_ok=True)
    sync(settings.home)
    return left


def _now() -> str:
    return f"{datetime.now(UTC):%Y-%m-%dT%H%M%SZ}"
