"""A register on PostgreSQL in a backup: one moment of it by `pg_dump`, laid back into a database that is empty.

Nothing is laid over a database which holds anything: the register as it was before stays where it is, and the mission
is pointed at the new one. What had to be taken back leaves the new one as empty as it was.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from typing import Final

from sqlalchemy import URL, create_engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from wiring.plainly import plainly
from wiring.trouble import Misset

INSTALLED: Final = Path("/usr/lib/postgresql")
"""Where Debian lays the programs of each version, all of which are not on the path."""
PASSED_ON: Final = ("--no-owner", "--no-privileges")


def dumped(url: str | None) -> bool:
    """Whether a register is one that is dumped: a database of PostgreSQL."""
    return url is not None and make_url(url).get_backend_name() == "postgresql"


def dump(url: str, to: Path) -> None:
    """One moment of the register, which is written meanwhile. Raises Misset."""
    to.touch(mode=0o600)
    ran = _run("pg_dump", url, "--format=custom", *PASSED_ON, f"--file={to}")
    if ran:
        raise Misset(
            "The register cannot be dumped.",
            why=ran,
            known="nothing was changed",
            helps="check FURLOUGH_DATABASE; pg_dump is to be of the server's version, or newer",
        )


def damage(file: Path) -> str:
    """What is wrong with a dump; empty where it can be read to its end. Raises Misset where nothing reads it."""
    return _run("pg_restore", None, f"--file={os.devnull}", str(file))


def laid(url: str, file: Path) -> None:
    """Lay a dump into an empty database, whole or not at all. Raises Misset where it is not empty, or refuses."""
    if full := _holds(url):
        raise Misset(
            f"The database {_named(url)} is not empty.",
            why=f"expected one with no table in it, got {full}",
            known="nothing was changed: a register is laid over no other",
            helps="make a new one (createdb NAME), and name it by FURLOUGH_DATABASE for this and from now on",
        )
    if why := _run("pg_restore", url, "--single-transaction", "--exit-on-error", *PASSED_ON, str(file)):
        raise Misset(
            "The register cannot be laid back.", why=why, known="nothing was changed", helps="another database"
        )


def emptied(url: str) -> None:
    """Take out of a database what was laid into it."""
    with closing(_Opened(url)) as opened, opened.engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))


def _holds(url: str) -> str:
    """How many tables there are, in words; empty where there is none. Raises Misset where it is not reached."""
    ask = text("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'")
    try:
        with closing(_Opened(url)) as opened, opened.engine.connect() as connection:
            many = connection.execute(ask).scalar_one()
    except SQLAlchemyError as error:
        why = plainly(error)
        raise Misset(f"The database {_named(url)} is not reached.", why=why, helps="check FURLOUGH_DATABASE") from error
    return f"{many} tables" if many else ""


class _Opened:
    def __init__(self, url: str) -> None:
        self.engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))

    def close(self) -> None:
        self.engine.dispose()


def _named(url: str) -> str:
    return make_url(url).database or "postgres"


def _run(program: str, url: str | None, *words: str) -> str:
    """Run a program of PostgreSQL; why it failed, empty where it did not."""
    with _address(make_url(url)) if url else nullcontext(()) as address:
        command = [_found(program), *words[:-1], *address, words[-1]]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  (no shell)
    said = [line for line in ran.stderr.splitlines() if line.strip()]
    return "" if ran.returncode == 0 else (said or [f"{program} ended with {ran.returncode}"])[0]


@contextmanager
def _address(url: URL) -> Iterator[tuple[str, ...]]:
    """How a program is told of a database; the password lies in a file of its owner alone, and in no process list."""
    plain = URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query)
    if not url.password:
        yield (f"--dbname={plain.render_as_string()}",)
        return
    with tempfile.NamedTemporaryFile("w", prefix="furlough-", encoding="utf-8") as secret:
        password = url.password.replace("\\", "\\\\").replace(":", "\\:")
        secret.write(f"*:*:*:*:{password}\n")
        secret.flush()
        yield (f"--dbname={plain.update_query_dict({'passfile': secret.name}).render_as_string()}",)


def _found(program: str) -> str:
    newest = sorted(INSTALLED.glob(f"*/bin/{program}"), key=lambda file: float(file.parts[-3]))
    if found := shutil.which(program) or next((str(file) for file in reversed(newest)), None):
        return found
    raise Misset(
        f"There is no {program} here.",
        why="the register is a database of PostgreSQL, and is copied and laid back by its own programs",
        known="nothing was changed",
        helps="install the client programs of PostgreSQL (Debian: postgresql-client), or do this where they are",
    )
