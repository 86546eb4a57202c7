"""How the register's database is opened: SQLite beside the worker, or PostgreSQL by URL.

Whoever writes says so before reading (`writing`): SQLite then gives the pen to one at a time, and no decision rests on
rows that another is about to change. On PostgreSQL the same functions lock the rows on which they decide.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from threading import BoundedSemaphore, Lock
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, make_url, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DatabaseError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from activities.register.patience import ANSWER, Patient
from activities.register.tables import Appointment, Base, Delegation, Member, Post, Setting, Table, Version

UNCHANGING = "unchanging"
"""In the `info` of a session which sees one view of the register from first to last."""

ASKED_FIRST: Final = (Version, Setting, Base, Member, Post, Appointment, Delegation)
"""Who speaks, as which post, and on whose clock."""

_BUSY = timedelta(seconds=1)
_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    f"busy_timeout={_BUSY // timedelta(milliseconds=1)}",
    "foreign_keys=ON",
)
IN_LINE: Final = 20
"""Writers of one process at a time, the waiting ones too. Others are sent away at once: threads that wait for the pen
would be missing to those who only read."""

_PENS: defaultdict[str, Lock] = defaultdict(Lock)
_LINES: defaultdict[str, BoundedSemaphore] = defaultdict(lambda: BoundedSemaphore(IN_LINE))
_NO_ANSWER = (OperationalError, InterfaceError, DatabaseError, PoolTimeout)
_MIGRATING = 0x667572  # any number, as long as everybody who migrates asks for the same lock


class RegisterUnavailable(Exception):
    """The register cannot be reached or is too busy; nothing was changed, and trying again later may well help."""


def engine(url: str) -> Engine:
    """Opens no connection yet. `sqlite:///var/register.db`, or `postgresql://user:password@host/name` (by psycopg)."""
    address = make_url(url)
    if address.drivername == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
    if address.get_backend_name() != "sqlite":
        made = create_engine(address, pool_size=20, max_overflow=20, pool_pre_ping=True, pool_timeout=ANSWER)
        event.listen(made, "do_connect", _connect)
        event.listen(made, "begin", _wait_for)
        return made
    made = create_engine(address, pool_size=20, max_overflow=20)
    if address.database and address.database != ":memory:":
        file = Path(address.database)
        event.listen(made, "do_connect", lambda *_: _ours_alone(file))
    event.listen(made, "connect", _prepare)
    event.listen(made, "begin", _begin)
    return made


def prepared(made: Engine) -> Engine:
    """An engine over SQLite which begins as `reading` and `writing` have it; its rows need not refer to each other."""
    event.listen(made, "connect", _by_hand)
    event.listen(made, "begin", _begin)
    return made


def answers(source: Engine) -> None:
    """Ask whether the register answers, by each table in which a desk looks before it says anything.

    Raises:
        RegisterUnavailable: it does not, or one of them is locked.
    """
    file = source.url.database
    if source.dialect.name == "sqlite" and file and not Path(file).exists():  # to connect would begin an empty one
        where = source.url.render_as_string(hide_password=True)
        raise RegisterUnavailable(f"The register ({where}) did not answer: its file is not there")
    with reading(source) as session:
        for table in ASKED_FIRST:
            session.execute(select(table.__table__).limit(1)).first()


def _connect(_dialect: object, _record: object, words: Any, options: Any) -> Patient:
    return Patient.connect(*words, **{"connect_timeout": round(ANSWER)} | options)


def _wait_for(connection: Connection) -> None:
    patient: Any = connection.connection.dbapi_connection
    patient.longest = None if connection.get_execution_options().get("long") else ANSWER


def _ours_alone(file: Path) -> None:
    """Names and addresses stand in it: a new file is its owner's alone, as are those which SQLite lays beside it.

    Where it cannot be made, SQLite says so a moment later.
    """
    with suppress(OSError):
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))


def _by_hand(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver would begin by itself, and only at the first write


def _prepare(connection: Any, record: object) -> None:
    _by_hand(connection, record)
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")


@contextmanager
def reading(source: Engine) -> Iterator[Session]:
    """A session over one unchanging view of the register. Raises RegisterUnavailable."""
    if source.dialect.name == "postgresql":
        source = source.execution_options(isolation_level="REPEATABLE READ")
    with _session(source) as session:
        session.info[UNCHANGING] = True
        yield session
        session.rollback()


@contextmanager
def writing(source: Engine, *, long: bool = False) -> Iterator[Session]:
    """A session whose work is kept whole at the end, or not at all. Raises RegisterUnavailable.

    What takes `long`, as an import does, waits for each statement as long as it takes.

    Threads of one process hand the pen over; SQLite would have each of them look again for it after some time, and by
    chance one of many would come too late.
    """
    with _pen(source), _session(source.execution_options(writes=True, long=long)) as session:
        yield session
        session.commit()


@contextmanager
def _pen(source: Engine) -> Iterator[None]:
    if source.dialect.name != "sqlite":
        yield
        return
    line, pen = _LINES[str(source.url)], _PENS[str(source.url)]
    busy = RegisterUnavailable(f"The register ({source.url}) did not answer: database is locked by another writer")
    if not line.acquire(blocking=False):
        raise busy
    try:
        if not pen.acquire(timeout=_BUSY.total_seconds()):
            raise busy
        try:
            yield
        finally:
            pen.release()
    finally:
        line.release()


@contextmanager
def _session(source: Engine) -> Iterator[Session]:
    with _told_apart(source), Session(source, expire_on_commit=False) as session:
        yield session


@contextmanager
def _told_apart(source: Engine) -> Iterator[None]:
    """A register that does not answer is no bug of ours; a statement that it refuses is."""
    try:
        yield
    except (DBAPIError, PoolTimeout) as failed:
        if type(failed) not in _NO_ANSWER:
            raise
        where = source.url.render_as_string(hide_password=True)
        raise RegisterUnavailable(f"The register ({where}) did not answer: {_in_words(failed)}") from failed


_WORDS: Final = {
    "unable to open": "its file cannot be opened",
    "locked": "database is locked by another writer",
    "full": "the disk is full",
    "malformed": "its file is damaged",
    "not a database": "its file is damaged, or no register",
    "no such table": "it has no tables yet, or those of another version: furlough up brings it up to date",
    "readonly": "its file may only be read",
    "i/o error": "the disk could not be read or written",
    "refused": "nobody listens there",
    "password": "it does not know the user, or the password",
    "does not exist": "there is none of that name",
}
"""What a database says of itself, by a word of it, and what that means."""


def _in_words(failed: Exception) -> str:
    """Why a register does not answer; never a statement, which means nothing to people and may quote a person."""
    if isinstance(failed, PoolTimeout):
        return "too many work with it at once"
    said = str(getattr(failed, "orig", failed)).strip()
    known = next((words for sign, words in _WORDS.items() if sign in said.lower()), None)
    return known or f"{type(failed).__name__}, {said.splitlines()[0] if said else 'without a word'}"


def insert(session: Session, table: type[Table]) -> Any:
    """An insert of the dialect in use: both have `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert(table)


def migrate(url: str) -> None:
    """Brings the register's tables to the newest form; several at once wait for each other.

    Raises RegisterUnavailable.
    """
    from alembic import command  # noqa: PLC0415 (a third of a second which commands that only read need not wait)
    from alembic.config import Config  # noqa: PLC0415 (ditto)

    at = engine(url)
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    try:
        with _told_apart(at), at.execution_options(writes=True, long=True).begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATING})
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    finally:
        at.dispose()
