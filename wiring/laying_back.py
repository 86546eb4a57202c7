"""Whether a mission is being laid back to a backup.

A note in its home says so, from before the first change until no number can be given twice. Whoever opens the mission's
folder asks for it: what is written there meanwhile may lie in a folder that is put aside.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wiring.disk import locked, private
from wiring.trouble import NotStarted


def note(folder: Path) -> Path:
    """The file of the note; in it stands the name under which the mission lies as it was before."""
    return folder.with_name(f".{folder.name}.exchanging")


def before(folder: Path) -> Path | None:
    """Where the mission lies as it was, once anything was exchanged; None where it is not being laid back."""
    try:
        return folder.with_name(note(folder).read_text("utf-8").strip())
    except FileNotFoundError:
        return None


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Write in a mission's folder: nobody begins to lay it back meanwhile.

    Raises:
        NotStarted: it is being laid back, or that was broken off.
        OSError: its home cannot be had.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _holding(folder.parent, fcntl.LOCK_SH):
        whole(folder)
        yield


@contextmanager
def nobody_writes(folder: Path) -> Iterator[None]:
    """Once all are done who write in a folder of this home; who comes then waits until this ends."""
    with _holding(folder.parent, fcntl.LOCK_EX):
        yield


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Nobody else lays this mission back meanwhile. Raises NotStarted where somebody does."""
    at = private(str(folder.with_name(f".{folder.name}.restoring")), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC)
    try:
        if not locked(at):
            raise NotStarted(f"{folder.name} is being laid back just now.", helps="wait until it is done")
        yield
    finally:
        os.close(at)


class Place:
    """The folder of a mission as whoever works there has found it: what they hold open of it is of that folder alone.

    One that is not there yet, as for who has the register elsewhere, is the one that is found first.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self._found = folder, _which(folder)

    def stands(self) -> None:
        """Raises NotStarted where the mission was laid back meanwhile, and another folder lies in its place."""
        now = _which(self.folder)
        self._found = self._found or now
        if now != self._found:
            raise NotStarted(
                f"{self.folder.name} was laid back to a backup meanwhile.",
                why=f"another folder lies at {self.folder} than the one which is open here, of the mission as it was",
                known="nothing more is done here: it would rest on the register and the papers of before",
                helps="begin it anew, with the settings of now; a unit of systemd does so by itself",
            )


def _which(folder: Path) -> tuple[int, int] | None:
    try:
        there = folder.stat()
    except FileNotFoundError:
        return None
    return there.st_dev, there.st_ino


def whole(folder: Path) -> None:
    """Whether a mission's folder may be used. Raises NotStarted where it is being laid back, or was not to the end."""
    aside = before(folder)
    if aside is None:
        return
    with alone(folder):
        there, exchanged = folder.exists(), aside.exists()
    if not exchanged:
        stands, known, back = "nothing was exchanged yet", f"as it was, whole: {folder}", f"rm {note(folder)}"
    else:
        stands = f"the backup lies in {folder}, and numbers that were given since are not void yet"
        stands = stands if there else f"the backup is not in its place: there is no {folder}"
        known, back = f"as it was before, whole: {aside}", f"mv {aside} {folder} && rm {note(folder)}"
    if exchanged and there:
        back = f"mv {folder} {folder}.unfinished && {back}"
    raise NotStarted(
        f"{folder.name} was laid back to a backup, and that was broken off.",
        why=stands,
        known=known,
        helps=f"furlough server restore FILE once more, with the same --given; or leave it as it was before: {back}",
    )


@contextmanager
def _holding(home: Path, how: int) -> Iterator[None]:
    at = os.open(home, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(at, how)
        yield
    finally:
        os.close(at)
