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
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Self

from domain.acts import Act
from wiring.disk import content_of, locked, names_in, reading, same, sync
from wiring.laying_back import writing
from wiring.spool.aside import redeem
from wiring.spool.held import Closed, Held, NotKept, abandoned, begun, laid, not_kept
from wiring.spool.item import LARGEST, Item, Name, Unusable, parsed, written
from wiring.spool.shelves import SHELVES, UNREAD, Shelf, noted, shelve, why_file
from wiring.trouble import NotStarted

CUT_OFF: Final = "its writing was cut off; who said it got no receipt for it"


class Spool:
    """The spool of one mission in a folder, which is made with the first act. Only its owner may read it."""

    def __init__(self, folder: Path, mission: str) -> None:
        self.folder, self.mission = folder, mission

    def put(self, act: Act, where: str = "") -> Held | None:
        """Write an act down, held by the caller; when this returns it is on the disk.

        `where` is the line of the file from which it comes.

        An act whose id waits already is held as it waits, and not written twice. None where somebody sends it just now.

        Raises:
            NotKept: it could not be written, or the mission is being laid back.
            TooLarge: it is larger than a server takes.
        """
        with self._writing():
            return self._put(act, where)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Write an act. Raises NotKept: there is no room, or the mission is being laid back."""
        try:
            with writing(self.folder.parent):
                yield
        except NotStarted as laying_back:
            raise NotKept(
                "The act could not be kept, and was not sent.",
                why=" ".join(filter(None, (laying_back.what, laying_back.why))),
                known="nothing was changed; what waits in the spool is whole",
                helps=f"write it down on paper until then; {laying_back.helps}",
            ) from laying_back
        except OSError as error:
            raise not_kept(self.folder, error) from error

    def _put(self, act: Act, where: str) -> Held | None:
        self._make()
        with self._numbering(1) as (number, there):
            name, item = (
                Name.of(number, act),
                Item(mission=self.mission, kept_at=datetime.now(UTC), act=act, where=where),
            )
            content = written(item)
            before = next((x for x in there if x.endswith(name.end) and not x.startswith(".")), None)
            if before and ((held := self.hold(before)) or (self.folder / before).exists()):
                return held
            file = self.folder / str(name)
            at = begun(file)  # while nobody sweeps: what bears no lock yet is of a dead process
        try:
            return laid(file, at, item, content)
        except OSError:
            file.unlink(missing_ok=True)
            raise

    def exchange(self, held: Held, act: Act) -> Held:
        """Write an act that is held once more, as more is known of it now: in its place, and under its id.

        Raises:
            NotKept: it could not be written; it is still held, and stands as it was.
            TooLarge: it is larger than a server takes.
        """
        item = held.item.model_copy(update={"act": act})
        assert held.name.names(act)  # noqa: S101  (another act has a place of its own)
        content = written(item)
        with self._writing():
            with self._numbering():
                held.tidy()
                at = begun(held.file)
            better = laid(held.file, at, item, content)
        held.release()
        return better

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
            at = reading(file)
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
            return parsed(content_of(file, LARGEST + 1), self.mission, file.name)
        except Unusable as error:
            return error
        except OSError as error:
            return Unusable(f"it cannot be read: {error.strerror}")

    def sweep(self) -> None:
        """Shelve what can never be sent, so that who said it learns of it though no server is there.

        Raises:
            Closed: the folder cannot be read.
        """
        self.tidy()
        for name in self.waiting():
            with suppress(OSError):
                if isinstance(self.look(self.folder / str(name)), Unusable) and (held := self.hold(name)):
                    held.release()

    def tidy(self) -> None:
        """Shelve what has a foreign name, or was being written by a process that is dead; no act is read.

        What cannot be moved now, for want of room, is moved another time.
        """
        if not self.folder.exists():
            return
        with suppress(OSError, NotKept):
            redeem(self)
        with suppress(OSError), self._numbering():
            for file in sorted(self.folder.iterdir()):
                with suppress(OSError):  # one that cannot be moved keeps no other from its shelf
                    self._tidied(file)

    def _tidied(self, file: Path) -> None:
        """Where one file belongs. What was being written anew stands as it was before, and needs no shelf."""
        if file.name == "lock" or file.is_dir() or Name.parsed(file.name):
            return
        if not file.name.startswith("."):
            shelve(file, "unreadable", noted("its name is of no act"))
        elif Name.parsed(file.name[1:]) and abandoned(file):
            if file.with_name(file.name[1:]).exists():
                file.unlink(missing_ok=True)
            else:
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


def _beside(file: Path) -> bool:
    """Whether a file of a shelf is of another one there: its reason, or what was pledged of it."""
    return file.suffix == ".why" or file.name.startswith(".")


def _content(at: int) -> bytes:
    with os.fdopen(os.dup(at), "rb") as opened:
        return opened.read(LARGEST + 1)
