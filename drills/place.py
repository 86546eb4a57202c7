"""Where a drill lives: a folder thrown away when all went well, and kept with its report where something fell short.

A drill that is killed takes its processes with it and can say nothing more. Its folder goes with the next one, which
knows it by a lock that nobody holds.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Self

from wiring.disk import locked, private

PREFIX: Final = "furlough-drill-"
LOCK, REPORT = "drill.lock", "report.json"


class Place:
    """The folder of one drill, until it is `left`."""

    def __init__(self, home: Path, held: int) -> None:
        self.home, self.held = home, held

    @classmethod
    def taken(cls) -> Self:
        """A new one; what killed drills left in the same place is thrown away."""
        swept(Path(tempfile.gettempdir()))
        home = Path(tempfile.mkdtemp(prefix=PREFIX))
        held = os.open(home / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        locked(held)
        return cls(home, held)

    def tell(self, report: Mapping[str, Any]) -> None:
        """Lay the report to what it tells of."""
        with open(self.home / REPORT, "w", encoding="utf-8", opener=private) as file:
            json.dump(report, file, indent=1, default=str)

    def left(self, *, keep: bool) -> None:
        """Throw it away; or keep it, and no drill takes it away any more."""
        if keep:
            (self.home / LOCK).unlink()
        else:
            shutil.rmtree(self.home, ignore_errors=True)
        os.close(self.held)


def swept(folder: Path) -> list[Path]:
    """Throw away what drills left that were killed: the places whose lock is there and held by nobody."""
    gone = []
    for home in folder.glob(f"{PREFIX}*"):
        try:
            held = os.open(home / LOCK, os.O_RDWR | os.O_CLOEXEC)
        except OSError:  # kept, or another user's
            continue
        try:
            if locked(held):
                shutil.rmtree(home, ignore_errors=True)
                gone.append(home)
        finally:
            os.close(held)
    return gone
