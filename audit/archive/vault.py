"""Where an archive lies: a folder, or a bucket of an object store. Nothing in it is ever taken away.

Two ways of writing are all that there is. What is `create`d is there once and for good: whoever comes second is told
so, and that is what makes two sealers at once safe. Only the newest checkpoint is `replace`d, by whoever has seen the
one that lies there: who is late with an older one is told so, too.
"""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, PreconditionError
from obstore.store import ObjectStore, from_url

from wiring import disk
from wiring.trouble import Misset, NotReached

if TYPE_CHECKING:
    from obstore import UpdateVersion

LARGEST: Final = 256 * 2**20
"""Bytes of a file that is read. A history has at most 50 MB, evidence 25 MB; more was laid there by somebody else."""


class Missing(Exception):
    """There is no file of that name."""


class TooLarge(Exception):
    """A file that no archive has: too long, or one that has no end (a pipe, a device)."""


class Vault(Protocol):
    """Files by name; a name has parts like those of a path."""

    def read(self, name: str) -> bytes:
        """A file. Raises Missing, TooLarge, or NotReached where the store does not answer."""

    def create(self, name: str, content: bytes) -> bool:
        """Lay a file down, whole and for good; False where there is one of that name. Raises NotReached."""

    def replace(self, name: str, content: bytes, was: bytes) -> bool:
        """Lay a file down in the place of the one that `was` there; False where another one is by now, or none.

        Raises NotReached.
        """

    def listed(self) -> Iterator[tuple[str, int]]:
        """All files, in no order, each with its size in bytes. Raises NotReached."""


class Folder:
    """A vault in a folder of this machine, for its owner's eyes only; made with the first file laid into it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __str__(self) -> str:
        return str(self.folder)

    def read(self, name: str) -> bytes:
        """A file. Raises Missing or TooLarge."""
        try:
            with open(f"{self.folder}/{name}", "rb", buffering=0, opener=_at_once) as file:
                told = os.fstat(file.fileno())
                if told.st_size > LARGEST or not stat.S_ISREG(told.st_mode):
                    raise TooLarge(name)
                content = file.read(told.st_size + 1)  # in one go, but for one that is being written
                return content if len(content) == told.st_size else content + file.read()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            raise Missing(name) from None
        except OSError as error:
            raise _unreached(self, name, error) from error

    def create(self, name: str, content: bytes) -> bool:
        """Lay a file down; it is on the disk when this returns."""
        try:
            return not (self.folder / name).exists() and disk.keep(self.folder, Path(name), content, once=True)
        except OSError as error:
            raise _unreached(self, name, error) from error

    def replace(self, name: str, content: bytes, was: bytes) -> bool:
        """Lay a file down in the place of another; a crash leaves the old one or the new one."""
        try:
            with _held(self.folder / name):
                return self.read(name) == was and disk.keep(self.folder, Path(name), content)
        except (FileNotFoundError, Missing, TooLarge):
            return False
        except OSError as error:
            raise _unreached(self, name, error) from error

    def listed(self) -> Iterator[tuple[str, int]]:
        """All files, hidden ones too, and those which a writer that was killed left under names of their own.

        What has no end, or leads nowhere or to another folder, has no size: 0.
        """
        for inside, folders, files in os.walk(self.folder, onerror=self._unlisted):
            under = Path(inside).relative_to(self.folder).as_posix()
            before = "" if under == "." else f"{under}/"
            for file in files:
                yield before + file, _size(f"{inside}/{file}")
            for folder in folders:
                if os.path.islink(f"{inside}/{folder}"):  # noqa: PTH114  (as in _size)
                    yield before + folder, 0

    def _unlisted(self, error: OSError) -> None:
        """A folder that nobody may look into could hold anything; one that is not there holds nothing."""
        if not isinstance(error, FileNotFoundError):
            raise _unreached(self, "its list of files", error) from error


@contextmanager
def _held(file: Path) -> Iterator[None]:
    """Nobody else replaces this file: who has waited for it holds the one that lies there then."""
    while True:
        at = os.open(file, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            fcntl.flock(at, fcntl.LOCK_EX)
            if disk.same(at, file):
                yield
                return
        finally:
            os.close(at)


def _size(path: str) -> int:
    try:
        told = os.stat(path)  # noqa: PTH116  (there are very many: a Path for each costs more than the rest)
    except OSError:
        return 0
    return told.st_size if stat.S_ISREG(told.st_mode) else 0


def _at_once(path: str, flags: int) -> int:
    """Opened without waiting for somebody at the other end of a pipe."""
    return os.open(path, flags | os.O_NONBLOCK)


class Bucket:
    """A vault in an object store, which must know conditional writing: S3, Azure, Google and others do."""

    def __init__(self, store: ObjectStore) -> None:
        self.store = store

    def __str__(self) -> str:
        return repr(self.store)

    def read(self, name: str) -> bytes:
        """A file. Raises Missing, TooLarge or NotReached."""
        try:
            found = obstore.get(self.store, name)
            if found.meta["size"] > LARGEST:
                raise TooLarge(name)
            return bytes(found.bytes())
        except FileNotFoundError:
            raise Missing(name) from None
        except BaseError as error:
            raise _unreached(self, name, error) from error

    def create(self, name: str, content: bytes) -> bool:
        """Lay a file down; False where there is one."""
        try:
            obstore.put(self.store, name, content, mode="create")
        except AlreadyExistsError:
            return False
        except BaseError as error:
            raise _unreached(self, name, error) from error
        return True

    def replace(self, name: str, content: bytes, was: bytes) -> bool:
        """Lay a file down in the place of another: the store compares its e-tag with that of the one that was read."""
        try:
            found = obstore.get(self.store, name)
            if bytes(found.bytes()) != was:
                return False
            seen: UpdateVersion = {}
            if (e_tag := found.meta["e_tag"]) is not None:
                seen["e_tag"] = e_tag
            if (version := found.meta["version"]) is not None:
                seen["version"] = version
            obstore.put(self.store, name, content, mode=seen)
        except (FileNotFoundError, PreconditionError):
            return False
        except BaseError as error:
            raise _unreached(self, name, error) from error
        return True

    def listed(self) -> Iterator[tuple[str, int]]:
        """All files."""
        try:
            for chunk in obstore.list(self.store):
                for found in chunk:
                    yield found["path"], found["size"]
        except BaseError as error:
            raise _unreached(self, "its list of files", error) from error


def vault(where: str) -> Vault:
    """The vault at an address (`s3://bucket/unifil`), or in a folder (also as `file:///srv/unifil`).

    Credentials are found as the store's own tools find them (`AWS_*`, `AZURE_*`, `GOOGLE_*`).

    Raises:
        Misset: no vault can be at such an address.
    """
    if "://" not in where:
        return Folder(Path(where).expanduser().resolve())
    if where.startswith("file://"):  # the store's own folders know no conditional writing
        return Folder(Path(unquote(urlsplit(where).path)).resolve())
    try:
        return Bucket(from_url(where))
    except (BaseError, ValueError) as error:
        raise Misset(
            f"The archive {where} cannot be used.",
            why=str(error),
            helps="name a folder, or an address such as s3://bucket/path, gs://, az://: FURLOUGH_ARCHIVE",
        ) from error


def _unreached(vault: Vault, name: str, error: Exception) -> NotReached:
    return NotReached(
        f"The archive {vault} does not answer.",
        why=f"{name}: {str(error).splitlines()[0]}",  # the store's own words go on for pages
        known="whatever was sealed before stays sealed; sealing goes on where it stopped",
        helps="is the disk full, or the address or its key another? FURLOUGH_ARCHIVE",
    )
