"""A home whose server has been started before, since a first start takes ten times as long."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from starter.server import EmbeddedServer
from tests.starter.wait import children


@pytest.fixture(scope="session")
async def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file that a first start makes, at rest."""
    async with EmbeddedServer(tmp_path_factory.mktemp("made"), "UNIFIL", 0, 0) as server:
        return server.folder / "temporal.db"


@pytest.fixture
def home(tmp_path: Path, made: Path) -> Path:
    """A home of this test alone."""
    folder = tmp_path / "home" / "UNIFIL"
    folder.mkdir(parents=True)
    shutil.copy(made, folder)
    return folder.parent


@pytest.fixture
def begun() -> Callable[[], list[int]]:
    """The processes which this test has begun and which still run; other tests' servers run beside it."""
    before = set(children(os.getpid()))
    return lambda: [pid for pid in children(os.getpid()) if pid not in before]
