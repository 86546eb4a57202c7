"""The register's database: migrated once however many ask, and whole whatever happens."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from activities.register import database, lookups
from activities.register import tables as t
from activities.register.database import IN_LINE, RegisterUnavailable, engine, migrate, reading, writing
from tests.activities.register.mission import opened


def test_the_migrations_make_the_tables_which_the_code_reads(url: str):
    migrate(url)
    at = engine(url)
    with at.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), t.Table.metadata) == []
    at.dispose()


def test_several_workers_may_migrate_at_once_and_again(url: str):
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(migrate, [url] * 8)) == [None] * 8
    at = engine(url)
    with reading(at) as session:
        assert lookups.version(session) == 0
    at.dispose()


def test_a_migration_keeps_what_is_in_the_register(url: str):
    opened(url).dispose()
    migrate(url)
    at = engine(url)
    with reading(at) as session:
        assert len(lookups.bases(session)) == 2
    at.dispose()


def test_a_row_that_refers_to_nothing_is_not_kept(url: str):
    at = opened(url)
    with pytest.raises(IntegrityError), writing(at) as session:
        session.add(t.Seat(leave_id="UNEX-A", leg="out", flight="NONE", n=1, state="held"))
    at.dispose()


def test_a_time_without_a_zone_is_not_kept(url: str):
    at = opened(url)
    with pytest.raises(Exception, match="expected an instant with its zone"), writing(at) as session:
        session.get_one(t.Flight, "OUT-10").cancelled_at = datetime(2026, 12, 1)  # noqa: DTZ001 (the very case)
    at.dispose()


def test_a_register_that_cannot_be_opened_says_so_without_its_password(tmp_path: Path):
    (tmp_path / "file").write_text("no database, but long enough to be taken for one by its size" * 20)
    for url in (f"sqlite:///{tmp_path / 'file'}", "postgresql://furlough:secret@127.0.0.1:1/register"):
        with pytest.raises(RegisterUnavailable) as no, reading(engine(url)) as session:
            lookups.version(session)
        assert "secret" not in str(no.value)
        with pytest.raises(RegisterUnavailable):
            migrate(url)


def test_a_register_without_its_tables_is_told_so_and_no_statement_is_quoted(tmp_path: Path):
    with (
        pytest.raises(RegisterUnavailable, match="it has no tables yet") as no,
        reading(engine(f"sqlite:///{tmp_path / 'empty.db'}")) as session,
    ):
        lookups.version(session)
    assert not any(word in str(no.value) for word in ("SELECT", "no such table", "sqlalche.me"))


def test_sqlite_is_set_to_survive_a_power_cut(tmp_path: Path):
    at = opened(f"sqlite:///{tmp_path / 'register.db'}")
    with reading(at) as session:
        kept = {
            name: session.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert kept == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    at.dispose()


def test_a_writer_who_waits_too_long_is_told_and_readers_are_not_held_up(tmp_path: Path):
    at = opened(f"sqlite:///{tmp_path / 'register.db'}")
    with writing(at) as first:
        lookups.version(first)
        with pytest.raises(RegisterUnavailable, match="database is locked"), writing(at) as second:
            lookups.version(second)
        with reading(at) as session:
            assert lookups.version(session) == 1
    at.dispose()


def test_writers_of_one_process_wait_in_line_and_those_past_its_end_are_sent_away_at_once(tmp_path: Path):
    """While one writes as many wait as may; the next is told at once, and all others have their turn."""
    at, done = opened(f"sqlite:///{tmp_path / 'register.db'}"), list[int]()
    in_line = IN_LINE - 1

    def write(i: int) -> None:
        with writing(at):
            done.append(i)

    with ThreadPoolExecutor(in_line) as threads:
        with writing(at):
            waiting = [threads.submit(write, i) for i in range(in_line)]
            while database._LINES[str(at.url)]._value:  # until the last of them stands in line
                assert not any(each.done() for each in waiting)
            with pytest.raises(RegisterUnavailable, match="database is locked"), writing(at):
                pass
            assert not any(each.done() for each in waiting), "told at once: those before it wait still"
            assert not done
        for each in waiting:
            each.result()
    assert sorted(done) == list(range(in_line))
    with writing(at) as session:  # nobody keeps the pen
        lookups.version(session)
    at.dispose()


def test_a_register_is_its_owners_alone(tmp_path: Path):
    """Names and addresses stand in it, so that nobody else on the machine may read it or what lies beside it."""
    url = f"sqlite:///{tmp_path / 'var' / 'UNEX' / 'register.db'}"
    migrate(url)
    at = engine(url)
    with writing(at):
        files = list((tmp_path / "var" / "UNEX").iterdir())
        assert {file.stat().st_mode & 0o777 for file in files} == {0o600}, files
    assert (tmp_path / "var" / "UNEX").stat().st_mode & 0o777 == 0o700
    at.dispose()
