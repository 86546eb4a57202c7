"""A mission backed up under load, lost, and laid back: by the real commands, each a process of its own."""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client

from activities.store import Store
from domain.acts import VoidNumbers
from domain.decider import Outcome, Refused
from domain.garrison import Garrison
from domain.ids import base_workflow
from domain.leave import Leave
from drills import ledgers, oracle
from drills.load import Said
from starter import bundle, exchanging
from starter.restoring import voided
from tests.domain.garrison.mission import COMMANDER as COMMANDER_THERE
from tests.domain.garrison.mission import NOW, Naq
from tests.starter.site import CLERK, Site
from tests.starter.test_outages_by_processes import COMMANDER, MEMBERS
from wiring.queries import journal_of, query
from wiring.trouble import NotStarted

PLEDGE = f"spool/aside/.{0:012d}-{0:016x}-{1:016x}.act"
"""The entry of what lies aside, as a process leaves it that died before it was said."""

ADMIN = ("--as", "IRL-1004", "--post", "ADMIN")


@pytest.fixture
async def site(tmp_path: Path) -> Site:
    """A mission that is down."""
    site = Site(tmp_path / "home")
    await asyncio.to_thread(site.begin)
    return site


@pytest.mark.timeout(400)
async def test_a_mission_is_laid_back_to_a_backup_made_while_it_was_worked_at(site: Site, tmp_path: Path) -> None:
    """Of then all is there and goes on; numbers on papers of later are void; what waited in the spool is sent."""
    async with site.server() as server:
        async with site.worker(server) as client:
            asked = [(await site.says(*site.request(member, 27))).documents[0] for member in MEMBERS[:2]]
            then = await seen(client)
        sealed = Store.of(site.settings).seal("a parent is ill")
        async with site.worker(server, effects=False):  # who asks now waits for a number
            stuck = (await site.says(*site.request(MEMBERS[3], 90))).documents[0]["leave_id"]
            load = asyncio.gather(*(site.ask(member, 40) for member in ("GHA-1012", "GHA-1013", "GHA-1014")))
            ran = await site.furlough("server", "backup", str(tmp_path), "--json")
            assert ran.code == 0, ran.err
            assert all(each.code in (0, 3) for each in await load)
        (receipt,), key = ran.documents, Store.of(site.settings).key()
        file = Path(receipt["file"])
        assert (receipt["store_key"], receipt["store_key_id"]) == (str(keys(site)), key.id)
        async with site.worker(server) as client:
            later = [(await site.says(*site.request(member, 60))).documents[0] for member in MEMBERS[2:]]
            ran = await site.says("approve", later[-1]["leave_id"], *COMMANDER)
            assert ran.code == 0, ran
            last = max((await numbers(client)).values())
    for said in (("approve", asked[0]["leave_id"], *COMMANDER), site.request("GHA-1012", 130)):
        kept = await site.furlough(*said)
        assert kept.code == 3, "the server is down: it waits in the spool"

    await tried(site, file, last, tmp_path / "elsewhere.key")
    await broken_off(site)
    laid = await site.furlough("server", "restore", str(file), "--json", *ADMIN)
    assert laid.code == 0, laid.err
    told = laid.documents[0]
    assert any("are void" in line for line in told["told"]), told
    assert "2 acts of the spool as it was before taken over" in told["told"]
    (before,) = site.settings.home.glob("UNEX.before-*")
    assert (told["before"], (before / "temporal.db").exists()) == (str(before), True)
    assert [path.name for path in site.settings.home.glob(".UNEX.*")] == [".UNEX.restoring"], "nothing but a lock"
    (left,) = site.settings.home.glob("UNEX.unfinished-*")
    assert any(str(left) in line for line in told["told"])
    assert Store.of(site.settings).open(sealed) == "a parent is ill", "the key was taken over"

    async with site.up() as client:
        ran = await site.says("spool", "flush", *COMMANDER)
        assert (ran.code, site.spool.waiting()) == (0, []), ran
        journal = await journal_of(client, asked[0]["leave_id"])
        assert [e.event.kind for e in journal if e.event.kind in ("asked", "approved")] == ["asked", "approved"]
        new = (await site.ask(MEMBERS[2], 60)).documents[0]
        given = await numbers(client)
        assert {stuck, new["leave_id"]} <= given.keys(), "also the leave that waited for one when it was backed up"
        assert len(given) >= 5, "and the one that was asked for in the spool"
        since = given.keys() - {leave["leave_id"] for leave in asked}
        assert min(given[leave] for leave in since) > last, "nobody is given a number anew that stands on a paper"
        gone = await site.furlough("show", later[-1]["leave_id"], *CLERK)
        assert gone.code != 0
        await compared(site, client, then, untouched=asked[1]["leave_id"])


async def compared(site: Site, client: Client, then: dict[str, ledgers.Seen], untouched: str) -> None:
    """What was there before the backup is there, to the line; and all ledgers go together with what leaves say."""
    assert await oracle.quiet(client, [Said(leave, ()) for leave in await numbers(client)], 60) == []
    now = await seen(client)
    for leave, before in then.items():
        assert list(now[leave].journal[: len(before.journal)]) == list(before.journal)
    assert (now[untouched].journal, now[untouched].state) == (then[untouched].journal, then[untouched].state)
    found = await ledgers.unlike(client, site.settings, list(now.values()))
    assert [what for what in found if not what.startswith(ledgers.GAPS)] == [], "a gap is of numbers that are void"


async def tried(site: Site, file: Path, last: str, aside: Path) -> None:
    """What `--dry-run` and refusals tell; nothing is changed by them."""
    tried = await site.furlough("server", "restore", str(file), "--dry-run", *ADMIN)
    assert (tried.code, f"up to {last}" in tried.out) == (0, True), "the base knows what is on no paper"
    assert "tells no numbers" not in tried.err
    no = await site.furlough("server", "restore", str(file), "--given", last, *CLERK)
    assert (no.code, "only an administrator" in no.err) == (2, True), no
    assert not list(site.settings.home.glob("UNEX.before-*"))
    key, away = Store.of(site.settings).key(), keys(site).rename(aside)
    tried = await site.furlough("server", "restore", str(file), "--given", last, "--dry-run", *ADMIN)
    assert (tried.code, f"wants key {key.id} in {keys(site)}, and there is none" in tried.out) == (7, True), tried
    away.rename(keys(site))


async def broken_off(site: Site) -> None:
    """A restore was killed when the backup lay in its place already, and nothing was void yet."""
    half = site.settings.home / "half"
    half.mkdir()
    exchanging.begin(site.settings)
    exchanging.exchange(site.settings, half)
    up = await site.furlough("up")
    assert (up.code, "that was broken off" in up.err, "server restore FILE once more" in up.err) == (4, True, True), up
    (site.settings.home / ".UNEX.laying-back.killed").mkdir()


async def numbers(client: Client) -> dict[str, str]:
    """The control number of each leave, as the base has it."""
    ledger: Garrison = await query(client, base_workflow("NAQ"), "state", Garrison)
    return {leave: line.number for leave, line in ledger.leaves.items() if line.number}


async def seen(client: Client) -> dict[str, ledgers.Seen]:
    """Each leave that the base knows, as it answers."""
    found = {}
    for leave in await numbers(client):
        journal, state = await journal_of(client, leave), await query(client, leave, "state", Leave)
        found[leave] = ledgers.Seen(Said(leave, ()), journal, state)
    return found


def keys(site: Site) -> Path:
    """Where the key of its detail store lies."""
    return site.settings.folder / "store.key"


def harmed(file: Path, harm: Callable[[bytes], bytes]) -> Path:
    bad = file.with_name("bad.tar")
    bad.write_bytes(harm(file.read_bytes()))
    return bad


@pytest.fixture
def made(tmp_path: Path) -> tuple[Path, Path]:
    """A folder like a mission's, and its backup."""
    folder = tmp_path / "UNEX"
    for name in ("store/ab/abcd", "spool/000000000001-aa-bb.act", PLEDGE, "archive/tile/0"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(name.encode())
    for name in bundle.DATABASES:
        with closing(sqlite3.connect(folder / name)) as db:
            db.execute("CREATE TABLE t (x)")
            db.executemany("INSERT INTO t VALUES (?)", [(str(i) * 50,) for i in range(200)])
            db.commit()
    for name in ("lock", "service.env", ".half.1234"):
        (folder / name).touch()
    (folder / "server.log").write_text("says")
    (folder / "store.key").write_text("kept apart")
    bundle.make(folder, "UNEX", tmp_path / "good.tar", folder / "store.key")
    return folder, tmp_path / "good.tar"


def laid(file: Path, into: Path, mission: str = "UNEX") -> bundle.Manifest:
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir()
    return bundle.unpack(file, mission, into)


@pytest.mark.parametrize("refused", [True, False])
def test_a_mission_whose_base_does_not_void_is_not_to_be_used(refused: bool) -> None:
    """Whatever the reason: the next leave would be given a number that stands on a paper."""
    said: dict[str, Any] = {"act_id": "V", "decided_by": "m-1", "acted_at": NOW}
    said |= {"base": "NAQ", "year": 2026, "through": 3}
    no = next(e.refusal for e in Naq().void(3, by=COMMANDER_THERE) if isinstance(e, Refused))
    with pytest.raises(NotStarted, match="What NAQ gave up to NAQ-2026-000003 could not be voided") as told:
        voided(VoidNumbers(**said, reason="laid back"), Outcome[Any](entries=(), refused=no if refused else None))
    assert told.value.why == (no.why if refused else "it recorded nothing of it")


def test_what_is_laid_back_is_what_was_copied_and_nothing_of_now(made: tuple[Path, Path], tmp_path: Path) -> None:
    folder, file = made
    told = laid(file, tmp_path / "new")
    assert sorted(told.files) == sorted(
        ["archive/tile/0", "register.db", "spool/000000000001-aa-bb.act", PLEDGE, "store/ab/abcd", "temporal.db"]
    )
    assert (tmp_path / "new" / "store/ab/abcd").read_bytes() == (folder / "store/ab/abcd").read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(tmp_path / "new" / "temporal.db")) as db:
        assert db.execute("SELECT count(*) FROM t").fetchone() == (200,)


@pytest.mark.parametrize("part", [0, 1, 600, 5_000, -20_000])
def test_a_backup_that_was_cut_anywhere_is_told_and_not_laid_back(
    made: tuple[Path, Path], tmp_path: Path, part: int
) -> None:
    bad = harmed(made[1], lambda whole: whole[:part])
    with pytest.raises(bundle.Broken) as told:
        laid(bad, tmp_path / "new")
    assert told.value.code == 7
    assert bad.exists()


def test_a_backup_of_which_a_byte_was_changed_is_told(made: tuple[Path, Path], tmp_path: Path) -> None:
    whole = made[1].read_bytes()
    place = whole.index(b"store/ab/abcd", 1024)
    bad = harmed(made[1], lambda x: x[:place] + b"X" + x[place + 1 :])
    with pytest.raises(bundle.Broken):
        laid(bad, tmp_path / "new")
    inside = whole.index(b"SQLite format") + 5000
    bad = harmed(made[1], lambda x: x[:inside] + bytes([x[inside] ^ 1]) + x[inside + 1 :])
    with pytest.raises(bundle.Broken, match="not laid back") as told:
        laid(bad, tmp_path / "new")
    assert "it was changed: " in told.value.why


def test_a_backup_of_another_mission_or_build_or_of_nothing_is_told(made: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(bundle.Broken) as told:
        laid(made[1], tmp_path / "new", "UNIFIL")
    assert told.value.why == "expected one of UNIFIL, got one of UNEX"
    newer = {"form": 2, "mission": "UNEX", "at": "2026-01-01T00:00:00Z", "build": "x", "files": {}}
    for name, content in (("newer.tar", newer), ("odd.tar", [])):
        with tarfile.open(tmp_path / name, "w") as tar:
            bundle._put(tar, bundle.MANIFEST, json.dumps(content).encode())
        with pytest.raises(bundle.Broken):
            laid(tmp_path / name, tmp_path / "new")


def test_a_backup_that_reaches_outside_the_mission_is_not_laid_back(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "evil.tar", "w") as tar:
        bundle._put(tar, "../outside", b"x")
    with pytest.raises(bundle.Broken):
        laid(tmp_path / "evil.tar", tmp_path / "new")
    assert not (tmp_path / "outside").exists()


async def test_what_cannot_be_backed_up_is_told(site: Site, tmp_path: Path) -> None:
    """No histories, no room to write, a file that is there: each leaves nothing behind."""
    none = await site.furlough("server", "backup", str(tmp_path))
    assert (none.code, "There are no histories" in none.err) == (2, True), none
    (site.settings.folder / "temporal.db").touch()
    there = tmp_path / "there.tar"
    there.touch()
    again = await site.furlough("server", "backup", str(there))
    assert (again.code, "overwrites nothing" in again.err) == (2, True), again
    nowhere = await site.furlough("server", "backup", str(tmp_path / "no" / "such.tar"))
    assert nowhere.code == 2, nowhere
    wrong = await site.furlough("server", "restore", str(there), *ADMIN)
    assert wrong.code == 7, wrong
    missing = await site.furlough("server", "restore", str(tmp_path / "none.tar"), *ADMIN)
    assert (missing.code, "cannot be laid back" in missing.err) == (2, True), missing
    number = await site.furlough("server", "restore", str(there), "--given", "412", *ADMIN)
    assert (number.code, "is no control number" in number.err) == (2, True), number
