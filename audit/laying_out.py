"""The code of a build as the log has it, laid out apart from the code that runs here.

What is laid out is run by who asks for it: so it is taken only as it was sealed, only where it is the code by which the
build calls itself, and nothing of it is written outside of the folder which is made for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from audit.archive.sealed import Broken, digest_of
from audit.archive.vault import LARGEST
from audit.archived import Archived
from audit.that_day import SECONDS, Laid
from audit.wheel import LIBRARIES, libraries
from wiring import build as builds
from wiring.plainly import plainly

MOST: Final = 10_000
"""Files of a wheel; a build has some hundred."""


class Layout:
    """Builds that are laid out in a room, each once; `missing` tells of which that cannot be, and why."""

    def __init__(self, record: Archived | None, room: Path, seconds: float = SECONDS) -> None:
        """Without a record there are none. Each may take so many seconds over a history."""
        self.record, self.room, self.seconds = record, room, seconds
        self.laid: dict[str, Laid] = {}
        self.missing: dict[str, str] = {}

    def of(self, build: str) -> Laid | None:
        """A build, laid out; None where it cannot be. Raises Misset where the log cannot be read."""
        if build not in self.laid and build not in self.missing:
            try:
                self.laid[build] = self._lay(build)
            except Broken as error:
                self.missing[build] = str(error)
        return self.laid.get(build)

    def _lay(self, build: str) -> Laid:
        if self.record is None:
            raise Broken("there is no archive here, which has the code of builds")
        wheels = [leaf for _, leaf in self.record.listed("wheel") if leaf.name == build]
        if not wheels:
            raise Broken("its wheel is not in the log")
        leaf = wheels[-1]
        content = self.record.content(leaf)
        if digest_of(content) != leaf.content:
            raise Broken("its wheel is not what was sealed")
        files = dict(unpacked(content))
        told = builds.digest_of((name, held) for name, held in files.items() if builds.is_code(name))
        if not build.endswith(told):
            raise Broken(f"the code in its wheel calls itself {told}, and not by the end of the build's name")
        folder = self.room / told
        try:
            for name, held in files.items():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_bytes(held)
        except OSError as error:
            raise Broken(f"its wheel cannot be laid out: {plainly(error)}") from error
        return Laid(build, folder, tuple(_unlike(files)), self.seconds)


def unpacked(wheel: bytes) -> Iterator[tuple[str, bytes]]:
    """The files of a wheel by their paths.

    Raises:
        Broken: it cannot be read, swells, has a path that leads outside, or what is neither its code nor told of it:
            that could stand before what the code imports.
    """
    try:
        yield from _files(wheel)
    except Broken:
        raise
    except Exception as error:  # a forged file may break anything on the way to being read
        raise Broken(f"its wheel cannot be read ({type(error).__name__})") from error


def _files(wheel: bytes) -> Iterator[tuple[str, bytes]]:
    with ZipFile(BytesIO(wheel)) as zipped:
        infos, left = zipped.infolist(), LARGEST
        if len(infos) > MOST:
            raise Broken(f"its wheel has more than {MOST:,} files")
        for info in infos:
            path = PurePosixPath(info.filename)
            if path.is_absolute() or ".." in path.parts or "\\" in info.filename or ":" in info.filename:
                raise Broken("its wheel has a path that leads outside")
            if not (builds.is_code(info.filename) or path.parts[0].endswith(".dist-info")):
                raise Broken("its wheel has a file that is none of a build")
            if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):  # others swell before they can be cut
                raise Broken("its wheel is compressed as no wheel of a build is")
            with zipped.open(info) as file:
                held = file.read(left + 1)
            left -= len(held)
            if left < 0:
                raise Broken(f"its wheel is larger than {LARGEST:,} bytes")
            if not info.is_dir():
                yield info.filename, held


def _unlike(files: dict[str, bytes]) -> Iterator[str]:
    """The libraries with which a build ran then, and which are others here."""
    told = next((held for name, held in files.items() if name.endswith(f".dist-info/{LIBRARIES}")), None)
    if told is None:
        yield "with which libraries it ran, its wheel does not tell; here it runs with those of today"
        return
    here = libraries()
    for line in told.decode("utf-8", "replace").splitlines():
        name, _, then = line.partition("==")
        if here.get(name) != then:
            yield f"it ran with {name} {then}, and runs here with {here.get(name, 'none')}"
