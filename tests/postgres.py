"""A PostgreSQL of its own for the tests that ask for one."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import psycopg
import pytest

from drills import cluster as laying

PATIENCE = 30
_numbers = count()


class Cluster:
    """A server in a folder of its own. Each `database` is new, and empty or a copy."""

    def __init__(self, programs: Path, home: Path) -> None:
        self.home = home
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.place = laying.Cluster.laid(programs, home, port)
        self.url = self.place.url
        self.start()

    def start(self) -> None:
        """It serves when this returns; after a kill on the same port, from what is on the disk."""
        deadline = time.monotonic() + PATIENCE
        while True:
            with (self.home / "log").open("ab") as log:
                self.server = subprocess.Popen((*laying.whose(), *self.place.serves), stderr=log, cwd=self.home)
            if self._serves(deadline):
                return
            if time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not begin to serve: {(self.home / 'log').read_text()[-2000:]}")

    def _serves(self, deadline: float) -> bool:
        """Whether it comes up."""
        while self.server.poll() is None and time.monotonic() < deadline:
            if self.place.answers():
                return True
            server_is_starting = 0.05
            time.sleep(server_is_starting)
        return False

    def stop(self) -> None:
        """End sessions, and stop in order."""
        self.server.send_signal(signal.SIGINT)
        self.server.wait(PATIENCE)

    def kill(self) -> None:
        """Without a warning, as when the power goes; its children notice."""
        self.server.kill()
        self.server.wait(PATIENCE)

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """All its processes stand still, and no connection is closed: it takes what is sent, and answers nothing."""
        threads = Path(f"/proc/{self.server.pid}/task/{self.server.pid}/children").read_text().split()
        processes = [self.server.pid, *map(int, threads)]
        for one in processes:
            os.kill(one, signal.SIGSTOP)
        try:
            yield
        finally:
            for one in processes:
                with suppress(ProcessLookupError):  # a session whose client has gone ends as soon as it may go on
                    os.kill(one, signal.SIGCONT)

    def database(self, like: str = "template0") -> str:
        """The URL of a new database; `like` names the one of which it is a copy."""
        name = f"register_{next(_numbers)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {like.rpartition('/')[2]}".encode())
        return self.url(name)


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A server for as long as this is open."""
    programs = laying.programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed here: its server would be under /usr/lib/postgresql")
    home = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    try:
        serving = Cluster(programs, home)
        try:
            yield serving
        finally:
            serving.stop()
    finally:
        shutil.rmtree(home)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """One for all tests that want no harm to it."""
    with cluster() as serving:
        yield serving


@pytest.fixture(scope="module")
def mortal() -> Iterator[Cluster]:
    """One to be killed and held up."""
    with cluster() as serving:
        yield serving
