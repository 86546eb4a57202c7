"""A PostgreSQL of its own for the tests that ask for one: thrown away afterwards, reached from this machine only."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

PLACES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
PATIENCE = 30
_numbers = count()


class Cluster:
    """A running server. Each `database` is new, and empty or a copy."""

    def __init__(self, port: int) -> None:
        self.port = port

    def url(self, name: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"

    def database(self, like: str = "template0") -> str:
        """The URL of a new database; `like` names the one of which it is a copy."""
        name = f"register_{next(_numbers)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {like.rpartition('/')[2]}".encode())
        return self.url(name)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    programs = next((place for place in PLACES if (place / "initdb").exists()), None)
    if programs is None:
        pytest.skip("PostgreSQL is not installed here: its server would be under /usr/lib/postgresql")
    # PostgreSQL refuses to serve the superuser.
    whose: dict[str, Any] = {"user": "nobody", "group": "nogroup", "extra_groups": ()} if os.geteuid() == 0 else {}
    home = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    try:
        if whose:
            shutil.chown(home, "nobody", "nogroup")
        yield from _serve(programs, home, whose)
    finally:
        shutil.rmtree(home)


def _serve(programs: Path, home: Path, whose: dict[str, Any]) -> Iterator[Cluster]:
    data = home / "data"
    initdb = [str(programs / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
    subprocess.run(initdb, check=True, capture_output=True, cwd=home, **whose)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = {"listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": home, "max_connections": 200}
    settings = [f"-c{name}={value}" for name, value in {**options, "fsync": "off"}.items()]
    with (home / "log").open("wb") as log:
        server = subprocess.Popen([programs / "postgres", "-D", data, *settings], stderr=log, cwd=home, **whose)
    try:
        cluster = Cluster(port)
        _wait(cluster, server, home / "log")
        yield cluster
    finally:
        server.send_signal(signal.SIGINT)  # ends sessions and stops
        server.wait(PATIENCE)


def _wait(cluster: Cluster, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            psycopg.connect(cluster.url("postgres"), connect_timeout=5).close()
            return
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not begin to serve: {log.read_text()}") from None
            server_is_starting = 0.05
            time.sleep(server_is_starting)
