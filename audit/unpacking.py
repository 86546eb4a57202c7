"""The wheel of a build as it was sealed, unpacked in bounded memory and trusted in nothing: its files, and its code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import PurePosixPath
from typing import Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from audit.archive.sealed import Broken
from audit.archive.vault import LARGEST
from wiring import build as builds

MOST: Final = 10_000
"""Files of a wheel; a build has some hundred."""

UNREAD: Final = ""
"""In place of the digest of the code in a wheel that cannot be read."""


def code_of(files: dict[str, bytes]) -> str:
    """The digest of the code in a wheel of these files."""
    return builds.digest_of((name, held) for name, held in files.items() if builds.is_code(name))


def at_odds(codes: Mapping[int, str]) -> str:
    """Which entries are wheels of one build and do not hold the same code; nothing where they do.

    Wheels of one build may differ in the libraries that they tell, where it ran with others: those are no code of it.
    """
    if len(set(codes.values())) == 1 and (UNREAD not in codes.values() or len(codes) == 1):
        return ""
    return f"entries {', '.join(map(str, sorted(codes)))} are wheels of this one build, and do not hold the same code"


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
