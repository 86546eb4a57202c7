"""Tests which touch the database run on SQLite and on PostgreSQL alike."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from activities.register.database import engine
from tests.activities.register.mission import opened
from tests.postgres import Cluster, mortal, postgres

__all__ = ["mortal", "postgres"]


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'register.db'}"
    cluster: Cluster = request.getfixturevalue("postgres")
    return cluster.database()


@pytest.fixture(scope="session")
def sqlite_mission(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("mission") / "register.db"
    opened(f"sqlite:///{file}").dispose()
    return file


@pytest.fixture(scope="session")
def postgresql_mission(postgres: Cluster) -> str:
    url = postgres.database()
    opened(url).dispose()
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def register(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """The small mission, each test with a copy of its own."""
    made = request.getfixturevalue(f"{request.param}_mission")
    if request.param == "sqlite":
        at = engine(f"sqlite:///{shutil.copy(made, tmp_path)}")
    else:
        cluster: Cluster = request.getfixturevalue("postgres")
        at = engine(cluster.database(like=made))
    yield at
    at.dispose()
