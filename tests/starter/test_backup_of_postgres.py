"""A mission whose register is a database of PostgreSQL: backed up while it runs, laid back into an empty one."""

from __future__ import annotations

import asyncio
import tarfile
from pathlib import Path
from typing import Any

import psycopg
import pytest

from starter import bundle, dumping
from tests.postgres import Cluster, postgres
from tests.starter.site import OnPostgres
from tests.starter.test_backup import ADMIN
from tests.starter.test_outages_by_processes import COMMANDER, MEMBERS
from wiring.queries import journal_of
from wiring.trouble import Misset

__all__ = ["postgres"]


def rows(url: str, table: str) -> list[Any]:
    with psycopg.connect(url) as opened:
        return sorted(opened.execute(f"SELECT * FROM {table}".encode()).fetchall(), key=str)


def secret(url: str) -> str:
    """The same with a password, which a cluster that trusts everybody does not look at."""
    return url.replace("postgres@", "postgres:se%3Acr%5Cet@")


@pytest.mark.timeout(400)
async def test_a_register_on_postgres_is_in_the_backup_and_goes_into_an_empty_database(
    postgres: Cluster, tmp_path: Path
) -> None:
    """Server and register as of one time; the register as it was before stays as it is."""
    site, first, second = OnPostgres(tmp_path / "home"), secret(postgres.database()), secret(postgres.database())
    site.at(first)
    await asyncio.to_thread(site.begin)
    async with site.up() as client:
        asked = [(await site.says(*site.request(member, 27))).documents[0] for member in MEMBERS[:2]]
        ran = await site.says("approve", asked[0]["leave_id"], *COMMANDER)
        assert ran.code == 0, ran
        load = asyncio.gather(*(site.ask(member, 40) for member in ("GHA-1012", "GHA-1013")))
        ran = await site.furlough("server", "backup", str(tmp_path), "--json")
        assert ran.code == 0, ran.err
        file, members = Path(ran.documents[0]["file"]), rows(first, "members")
        assert all(each.code in (0, 3) for each in await load)
        later = (await site.says(*site.request(MEMBERS[2], 60))).documents[0]
        journal = await journal_of(client, asked[0]["leave_id"])
    with tarfile.open(file) as tar:
        assert bundle.DUMP in tar.getnames()
        assert "register.db" not in tar.getnames()

    no = await site.furlough("server", "restore", str(file), *ADMIN)
    assert (no.code, "is not empty" in no.err) == (2, True), no
    site.at(second)
    tried = await site.furlough("server", "restore", str(file), "--given", later["number"], "--dry-run", *ADMIN)
    assert (tried.code, f"up to {later['number']}" in tried.out) == (0, True), tried
    assert dumping._holds(second) == "", "it is as empty as it was"
    laid = await site.furlough("server", "restore", str(file), "--given", later["number"], "--json", *ADMIN)
    assert laid.code == 0, laid.err
    assert any("are void" in line for line in laid.documents[0]["told"]), laid.out
    assert rows(second, "members") == members == rows(first, "members")
    assert not (site.settings.folder / bundle.DUMP).exists()

    async with site.up() as client:
        assert [e.seq for e in await journal_of(client, asked[0]["leave_id"])][: len(journal)] == [
            e.seq for e in journal
        ]
        new = (await site.ask(MEMBERS[2], 60)).documents[0]
        assert new["number"] > later["number"]


def test_a_dump_that_is_cut_is_damaged(postgres: Cluster, tmp_path: Path) -> None:
    url, file = postgres.database(), tmp_path / "register.dump"
    with psycopg.connect(url) as opened:
        opened.execute("CREATE TABLE t (x text)")
        opened.execute("INSERT INTO t SELECT repeat(md5(i::text), 50) FROM generate_series(1, 2000) i")
    dumping.dump(url, file)
    assert (dumping.damage(file), file.stat().st_mode & 0o777) == ("", 0o600)
    file.write_bytes(file.read_bytes()[:-5000])
    assert dumping.damage(file) != ""


def test_a_register_which_is_not_there_is_told_and_nothing_is_begun(postgres: Cluster, tmp_path: Path) -> None:
    nowhere = postgres.url("nowhere")
    with pytest.raises(Misset, match="cannot be dumped") as told:
        dumping.dump(nowhere, tmp_path / "register.dump")
    assert '"nowhere" does not exist' in told.value.why
    with pytest.raises(Misset, match="nowhere is not reached"):
        dumping.laid(nowhere, tmp_path / "register.dump")
