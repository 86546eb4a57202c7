"""Homes whose server has been started before, since a first start takes ten times as long as any other."""

from __future__ import annotations

import atexit
import shutil
from pathlib import Path
from tempfile import mkdtemp

from starter.server import EmbeddedServer
from wiring.disk import own

_made: dict[str, Path] = {}


async def started_before(home: Path, mission: str) -> None:
    """Lay the mission's file there as a first start leaves it, where there is none yet."""
    if mission not in _made:
        place = Path(mkdtemp(prefix="furlough-tests-"))
        atexit.register(shutil.rmtree, place, ignore_errors=True)
        async with EmbeddedServer(place, mission, 0, 0) as server:
            file = server.folder / "temporal.db"
        _made[mission] = file
    folder = home / mission
    if not (folder / "temporal.db").exists():
        own(folder)
        shutil.copy(_made[mission], folder)
