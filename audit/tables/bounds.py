"""A query of an auditor's own, asked of a program that is bounded in memory, in time and on the disk (`alone.py`)."""

from __future__ import annotations

import json
import pickle
import sys
import time
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from audit.bounded import ANSWER, Bounded, OutOfBounds
from audit.tables.asking import Answer, too_large
from audit.tables.keeping import Index
from wiring.build import ROOT
from wiring.settings import strangers_environment
from wiring.trouble import Misset

SECONDS: Final = 120.0
"""How long a query may take: our own choice, and an option of the command."""

_PROGRAM: Final = Path(__file__).with_name("alone.py")


@contextmanager
def answered(index: Index, sql: str, seconds: float) -> Iterator[Answer]:
    """What one SELECT gives; its rows are to be read within this context. Nothing of it is left on the disk.

    Raises:
        Misset: as `asking.answer`; or it takes more memory, disk or time than a query may. Time is counted while rows
            are waited for, and not while they are read.
    """
    with TemporaryDirectory(prefix=".spill-", dir=index.folder) as spill:
        words = [sys.executable, "-I", "-B", str(_PROGRAM), str(ROOT), str(index.folder.resolve()), spill]
        asking = _Asking(Bounded(words, Path(spill), strangers_environment(), seconds), seconds)
        try:
            titles = asking.ask(sql)["titles"]
            yield Answer(tuple(titles), asking.rows())
        finally:
            asking.program.close()


class _Asking:
    """A query under way, with the seconds that are left to it."""

    def __init__(self, program: Bounded, seconds: float) -> None:
        self.program, self.seconds = program, seconds
        self._left = seconds

    def ask(self, what: object) -> dict[str, Any]:
        """The answer to a line. Raises Misset."""
        begun = time.monotonic()
        self.program.seconds = self._left
        try:
            said: dict[str, Any] = json.loads(self.program.ask(json.dumps(what).encode()))
        except OutOfBounds as error:
            in_time = time.monotonic() - begun < self._left
            raise (too_large(f"one row is longer than {ANSWER:,} bytes") if in_time else self._late()) from error
        except OSError as error:
            raise too_large("the program which asked it broke down over it") from error
        self._left -= time.monotonic() - begun
        if "wrong" in said:
            raise Misset(**said["wrong"])
        return said

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """All rows, as they come. Raises Misset."""
        while packed := self.ask(None)["rows"]:
            yield from (pickle.loads(b64decode(row)) for row in packed)  # noqa: S301  (our own program's)

    def _late(self) -> Misset:
        return Misset(
            "The query took longer than it may.",
            why=f"it was not over within {self.seconds:g} seconds",
            known="nothing was changed, and the query was ended",
            helps="ask for fewer rows, join fewer tables, or give it more time: --seconds N",
        )
