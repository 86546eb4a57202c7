"""Homes whose server has been started before, since a first start takes ten times as long as any other."""

from __future__ import annotations

import atexit
import shutil
from pathlib import Path
from tempfile import mkdtemp

from starter.server import OPENED_BY, EmbeddedServer
from wiring.disk import own

_made: dict[str, Path] = {}


async def started_before(home: Path, mission: str) -> None:
    """Lay the mission's file there as a first start leaves it, where there is none yet."""
    if mission not in _made:
        place = Path(mkdtemp(prefix="furlough-tests-"))
        atexit.register(shutil.rmtree, place, ignore_errors=True)
        async with EmbeddedServer(place, mission, 0, 0) as server:
            pass
        _made[mission] = server.folder
    folder = home / mission
    if not (folder / "temporal.db").exists():
        own(folder)
        for name in (OPENED_BY, "temporal.db"):
            shutil.copy(_made[mission] / name, folder)
