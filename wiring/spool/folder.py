"""The folder of a spool: many processes write and send from it at the same time, and any may die at any instant.

    spool/NUMBER-TO-ACT.act     waits. Numbers rise whatever the clock does, and none is given twice
    spool/.NUMBER-TO-ACT.act    is being written
    spool/returned/             came back with a refusal; the reason beside it
    spool/unreadable/           is no act that could be sent; the reason beside it
    spool/aside/                was set aside by somebody; the reason beside it
    spool/lock                  held for an instant, while a number is taken; in it stands the last one

Who sends an act holds the kernel's lock on its file, so that nobody sends beside them, and a lock dies with its owner.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Self

from domain.acts import Act
from wiring.disk import locked, names_in, same, sync, write_all
from wiring.laying_back import writing
from wiring.spool.aside import redeem
from wiring.spool.item import LARGEST, Item, Name, Unusable, parsed, written
from wiring.spool.shelves import SHELVES, UNREAD, Shelf, noted, shelve, why_file
from wiring.trouble import NotStarted, Trouble

CUT_OFF: Final = "its writing was cut off; who said it got no receipt for it"


class NotKept(Trouble):
    """An act could not be written down: it was not sent either."""

    code = 4


class Closed(NotKept):
    """The spool's folder cannot be read: it is another user's, or no folder."""


class Held:
    """An act's file, and the lock on it: nobody else sends it while this is open."""

    def __init__(self, file: Path, at: int, item: Item) -> None:
        self.file, self.item, self._at = file, item, at

    @property
    def name(self) -> Name:
        """Its name."""
        name = Name.parsed(self.file.name)
        assert name  # noqa: S101  (nothing else is held)
        return name

    def strike(self) -> None:
        """Its outcome is known to who said it. A power cut that brings it back has it sent once more, to no effect."""
        self.file.unlink(missing_ok=True)

    def shelve(self, shelf: Shelf, why: dict[str, Any]) -> None:
        """Put it on a shelf for good, the reason beside it. Raises OSError: then it stays where it was."""
        shelve(self.file, shelf, why)

    def release(self) -> None:
        """Let others have it."""
        if self._at >= 0:
            os.close(self._at)
            self._at = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


class Spool:
    """The spool of one mission in a folder, which is made with the first act. Only its owner may read it."""

    def __init__(self, folder: Path, mission: str) -> None:
        self.folder, self.mission = folder, mission

    def put(self, acts: Sequence[Act], where: str = "") -> list[Held]:
        """Write acts down, each held by the caller; when this returns they are on the disk.

        `where` is the line of the file from which they come.

        An act whose id waits already is held as it waits, and not written twice; it is left out where somebody sends
        it just now.

        Raises:
            NotKept: not all could be written, or the mission is being laid back; then none was.
            TooLarge: one is larger than a server takes; then none was written.
        """
        try:
            with writing(self.folder.parent):
                return self._put(acts, where)
        except NotStarted as laying_back:
            raise NotKept(
                "The act could not be kept, and was not sent.",
                why=" ".join(filter(None, (laying_back.what, laying_back.why))),
                known="nothing was changed; what waits in the spool is whole",
                helps=f"write it down on paper until then; {laying_back.helps}",
            ) from laying_back
        except OSError as error:
            raise not_kept(self.folder, error) from error

    def _put(self, acts: Sequence[Act], where: str) -> list[Held]:
        begun: list[tuple[int, Path, Item]] = []
        known: list[Held] = []
        try:
            self._make()
            with self._numbering(len(acts)) as (first, there):
                now = datetime.now(UTC)
                items = [Item(mission=self.mission, kept_at=now, act=act, where=where) for act in acts]
                contents = {item.act.act_id: written(item) for item in items}
                for item in items:
                    act = item.act
                    name = Name.of(first + len(begun), act)
                    before = next((x for x in there if x.endswith(name.end) and not x.startswith(".")), None)
                    if before and ((held := self.hold(before)) or (self.folder / before).exists()):
                        known += [held] if held else []
                        continue
                    at = os.open(self.folder / f".{name}", os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
                    begun.append((at, self.folder / str(name), item))
                    fcntl.flock(at, fcntl.LOCK_EX)
            for at, _, item in begun:
                write_all(at, contents[item.act.act_id])
            for at, _, _ in begun:
                os.fsync(at)
            for _, file, _ in begun:
                _aside(file).rename(file)
            if begun:
                sync(self.folder)
        except OSError as error:
            for held in known:
                held.release()
            for at, file, _ in begun:
                for path in (_aside(file), file):
                    with suppress(OSError):
                        path.unlink(missing_ok=True)
                os.close(at)
            raise not_kept(self.folder, error) from error
        return [*known, *(Held(file, at, item) for at, file, item in begun)]

    def waiting(self, to: str = "") -> list[Name]:
        """What waits, in its order; only what goes to one addressee, where its digest is given. Raises Closed."""
        try:
            files = [file for file in names_in(self.folder) if to in file]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise Closed(
                "The spool cannot be read.",
                why=f"expected a folder of this user at {self.folder}, got: {error.strerror}",
                known="what waits in it is not sent by this command",
                helps="its owner alone may read it: share one user, or name another home: FURLOUGH_HOME=FOLDER",
            ) from error
        return sorted(filter(None, map(Name.parsed, files)))

    def hold(self, name: Name | str) -> Held | None:
        """Take an act to send it; None where another holds it, or it is gone. What is no act goes on its shelf.

        So does what its rights, the disk or its nature keep from being read: one such file stops no other.
        """
        file, at = self.folder / str(name), -1
        held: Held | None = None
        try:
            at = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
            if locked(at) and same(at, file):
                held = Held(file, at, parsed(_content(at), self.mission, file.name))
        except FileNotFoundError:
            return None
        except (Unusable, OSError) as error:
            if not isinstance(error, Unusable) and error.errno not in UNREAD:
                raise
            with suppress(OSError):  # without room for the reason it stays, and is not sent either
                shelve(file, "unreadable", noted(str(self.look(file))))
        finally:
            if held is None and at >= 0:
                os.close(at)
        return held

    def look(self, file: Path) -> Item | Unusable:
        """The act in a file, wherever it lies; nothing is moved."""
        try:
            with file.open("rb") as opened:
                return parsed(opened.read(LARGEST + 1), self.mission, file.name)
        except Unusable as error:
            return error
        except OSError as error:
            return Unusable(f"it cannot be read: {error.strerror}")

    def sweep(self) -> None:
        """Shelve what can never be sent, so that who said it learns of it though no server is there.

        That is what no act can be read in, what has a foreign name, and what was being written by a process that is
        dead. What cannot be moved now, for want of room, is moved another time.

        Raises:
            Closed: the folder cannot be read.
        """
        if not self.folder.exists():
            return
        with suppress(OSError, NotKept):
            redeem(self)
        for name in self.waiting():
            with suppress(OSError):
                if isinstance(self.look(self.folder / str(name)), Unusable) and (held := self.hold(name)):
                    held.release()
        with suppress(OSError), self._numbering():
            for file in sorted(self.folder.iterdir()):
                if file.name == "lock" or file.is_dir() or Name.parsed(file.name):
                    continue
                if not file.name.startswith("."):
                    shelve(file, "unreadable", noted("its name is of no act"))
                elif Name.parsed(file.name[1:]) and _abandoned(file):
                    shelve(file, "unreadable", noted(CUT_OFF), name=file.name[1:])

    def shelved(self, shelf: Shelf) -> list[Path]:
        """What lies on a shelf, in its order."""
        try:
            return sorted(file for file in (self.folder / shelf).iterdir() if not _beside(file))
        except FileNotFoundError:
            return []

    def again(self, file: Path) -> Name | None:
        """Let what was shelved wait again, as the file it was; None where it is still no act that could be sent.

        It keeps its number: messages have told it, and its turn among what is said to the same addressee.

        Raises:
            NotStarted: the mission is being laid back.
        """
        name = Name.parsed(file.name)
        if name is None or isinstance(self.look(file), Unusable):
            return None
        with writing(self.folder.parent):
            file.rename(self.folder / str(name))
        why_file(file).unlink(missing_ok=True)
        sync(self.folder)
        return name

    def number_after(self, before: Self) -> None:
        """Give numbers after the last one of another spool, which nobody uses meanwhile."""
        self._make()
        with before._numbering() as (theirs, _), self._numbering() as (ours, _):
            missing = max(theirs - ours, 0)
        with self._numbering(missing):
            pass

    def _make(self) -> None:
        missing = [folder for folder in (self.folder, *self.folder.parents) if not folder.exists()]
        if missing:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for folder in missing:
            sync(folder.parent)

    @contextmanager
    def _numbering(self, taken: int = 0) -> Iterator[tuple[int, list[str]]]:
        """The next number, and the files there are, while nobody else takes one. No clock is asked: it may jump.

        As many as are `taken` are on the disk as given before any is told, and then never given again: whoever was
        told one may say it long after the act was answered and its file is gone.
        """
        at = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(at, fcntl.LOCK_EX)
            there = names_in(self.folder)
            last = self._last(at, there)
            if taken:
                os.pwrite(at, b"%012d" % (last + taken), 0)
                os.fdatasync(at)
            yield last + 1, there
        finally:
            os.close(at)

    def _last(self, at: int, there: Iterable[str]) -> int:
        """The last number that was given. A spool that tells none, as those of before, has what lies in it."""
        told = os.pread(at, 12, 0)
        given = int(told) if len(told) == 12 and told.isdigit() else 0
        files = there if given else [*there, *(file.name for shelf in SHELVES for file in self.shelved(shelf))]
        names = (Name.parsed(file.removeprefix(".")) for file in files)
        return max((given, *(name.number for name in names if name)))


def not_kept(where: Path, error: OSError) -> NotKept:
    """That something could not be written down, and why."""
    return NotKept(
        "The act could not be kept, and was not sent.",
        why=f"expected room to write in {where}, got: {error.strerror or error}",
        known="nothing was changed, here or on the server; what waits in the spool is whole",
        helps="free some room (or mend the folder's rights) and say it again; until then write it down on paper",
    )


def _beside(file: Path) -> bool:
    """Whether a file of a shelf is of another one there: its reason, or what was pledged of it."""
    return file.suffix == ".why" or file.name.startswith(".")


def _aside(file: Path) -> Path:
    return file.with_name(f".{file.name}")


def _content(at: int) -> bytes:
    with os.fdopen(os.dup(at), "rb") as opened:
        return opened.read(LARGEST + 1)


def _abandoned(file: Path) -> bool:
    """Whether nobody writes it any more: its writer's lock has died with it."""
    try:
        at = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        return locked(at) and same(at, file)
    finally:
        os.close(at)
