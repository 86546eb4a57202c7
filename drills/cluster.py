"""A PostgreSQL for the register, in a folder of its own: thrown away afterwards, reached from this machine only.

It serves as an ordinary user, since it refuses to serve the superuser.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final, NamedTuple

import psycopg

from wiring.trouble import Trouble

PLACES: Final = (Path("/usr/lib/postgresql"), "*/bin")
"""Where Debian keeps the programs of each version."""
UNKILLED: Final = "the register was not killed: PostgreSQL is not installed here"
NOBODY: Final = ("--reuid", "nobody", "--regid", "nogroup", "--clear-groups")
"""As whom the superuser has it served, in the words of setpriv(1)."""
CONNECTIONS: Final = 200
PATIENCE: Final = 5
"""Seconds for a connection."""


class Cluster(NamedTuple):
    """A server's programs, its folder and its port."""

    programs: Path
    home: Path
    port: int

    @classmethod
    def laid(cls, programs: Path, home: Path, port: int) -> Cluster:
        """A new one in a folder, which is there. Raises Trouble where it cannot be made."""
        made = cls(programs, home, port)
        if os.geteuid() == 0:
            shutil.chown(home, "nobody", "nogroup")
        words = (str(programs / "initdb"), "-D", str(made.data), "-U", "postgres", "-A", "trust", "-E", "UTF8")
        ran = subprocess.run(  # noqa: S603  (PostgreSQL's own program, our words)
            (*whose(), *words, "--no-sync"), cwd=home, capture_output=True, text=True, check=False
        )
        if ran.returncode:
            raise Trouble("PostgreSQL does not make a folder of data.", why=ran.stderr.strip()[-300:])
        return made

    @property
    def data(self) -> Path:
        """Its folder of data."""
        return self.home / "data"

    @property
    def serves(self) -> tuple[str, ...]:
        """What is run so that it serves. No disk is waited for: processes are killed, no power is cut."""
        place = {"listen_addresses": "127.0.0.1", "port": self.port, "unix_socket_directories": self.home}
        settings = place | {"max_connections": CONNECTIONS, "fsync": "off"}
        return (str(self.programs / "postgres"), "-D", str(self.data), *(f"-c{k}={v}" for k, v in settings.items()))

    def url(self, name: str = "postgres") -> str:
        """The address of one of its databases."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"

    def answers(self) -> bool:
        """Whether it serves by now; after a kill it does not while a child of the one before is still there."""
        try:
            psycopg.connect(self.url(), connect_timeout=PATIENCE).close()
        except psycopg.OperationalError:
            return False
        return True


def programs() -> Path | None:
    """Where the programs of its newest version are; None where it is not installed."""
    folder, pattern = PLACES
    found = [place for place in folder.glob(pattern) if (place / "initdb").exists()]
    return max(found, key=lambda place: float(place.parent.name), default=None)


def whose(*more: str) -> tuple[str, ...]:
    """What goes before its words: nothing for an ordinary user; `more` is told to `setpriv` for the superuser."""
    return (shutil.which("setpriv") or "setpriv", *NOBODY, *more) if os.geteuid() == 0 else ()
