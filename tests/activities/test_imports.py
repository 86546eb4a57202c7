"""An accepted import is taken in once, or the journal is told where its files are bad."""

import asyncio
import os
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from temporalio.client import Client
from temporalio.testing import ActivityEnvironment

import worker
from activities.imports import Imports
from activities.register import lookups
from activities.register.database import migrate, reading, writing
from activities.register.seats import set_seat
from activities.store import Store
from domain.acts import Import
from domain.holdings import Seat, Want
from domain.ids import REGISTER
from domain.register import Applied, Apply, NotApplied, Register
from starter.server import EmbeddedServer
from tests.activities.register.mission import NOW, edited, files, opened
from tests.starter.wait import until
from wiring.connect import connect
from wiring.deliver import deliver
from wiring.plugin import FurloughPlugin
from wiring.queries import query
from wiring.settings import Address, Settings
from workflows.patience import PATIENCE


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Engine]:
    at = opened(f"sqlite:///{tmp_path / 'register.db'}")
    yield at
    at.dispose()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "details")


def wanted(store: Store, contents: Mapping[str, bytes], n: int = 2) -> Apply:
    digests = {name: store.put(content) for name, content in contents.items()}
    return Apply(n=n, files=digests, by="m-aaaaaaaaaa", at=NOW)


def version(register: Engine) -> int:
    with reading(register) as session:
        return lookups.version(session)


def test_files_are_taken_in_under_their_version_and_again_to_the_same_answer(register: Engine, store: Store):
    want = wanted(store, {"bases.csv": files(bases=edited("bases", "Naqal", "Camp Naqal"))["bases.csv"]}, n=7)
    answers = [Imports(register, store).take_in(want) for _ in range(2)]
    assert answers == [(Applied(version=7, administrators=1, cites=("register/import",)),)] * 2
    assert version(register) == 7


def test_an_import_that_is_taken_in_again_after_a_worker_died_names_the_same_flights_to_be_told(
    register: Engine, store: Store
):
    """Passengers of a moved flight would else keep the old departure for ever."""
    seat = Seat(base="NAQ", destination="BEY", out_day=date(2026, 12, 10), back_day=date(2026, 12, 20))
    with writing(register) as session:
        set_seat(session, Want(leave_id="UNEX-A", what="seat", of="register", spec=seat, n=1, as_of=NOW))
    text = edited("flights", "2026-12-10T08:00+02:00", "2026-12-10T08:10+02:00")
    want = wanted(store, {"flights.csv": files(flights=text)["flights.csv"]}, n=7)
    answers = [Imports(register, store).take_in(want) for _ in range(2)]
    assert answers == [(Applied(version=7, administrators=1, flights=("OUT-10",), cites=("register/import",)),)] * 2


def test_bad_lines_are_named_by_place_and_what_stands_in_them_stays_out_of_the_journal(register: Engine, store: Store):
    text = edited("members", "O. Aspen,SGT,GHA,contingent", "O. Aspen,SGT,GHA,staff")
    (answer,) = Imports(register, store).take_in(wanted(store, {"members.csv": files(members=text)["members.csv"]}))
    assert isinstance(answer, NotApplied)
    assert (answer.version, answer.bad_lines, answer.lines) == (2, 1, ("members.csv line 9 component",))
    assert "Aspen" not in answer.model_dump_json()
    assert version(register) == 1


def test_files_that_do_not_go_with_the_register_are_not_taken_in(register: Engine, store: Store):
    text = edited("appointments", "SITE,IDN-1", "SITE,IDN-7")
    (answer,) = Imports(register, store).take_in(
        wanted(store, {"appointments.csv": files(appointments=text)["appointments.csv"]})
    )
    assert isinstance(answer, NotApplied)
    assert answer.lines == ("appointments.csv line 9 service_number",)
    assert version(register) == 1


def test_an_import_which_no_key_opens_is_told_and_blocks_no_other(register: Engine, store: Store):
    want = wanted(store, files(bases=edited("bases", "Naqal", "Camp Naqal")))
    key = store.folder.with_name(f"{store.folder.name}.key")
    away = key.rename(key.with_suffix(".away"))
    (answer,) = Imports(register, store).take_in(want)
    assert isinstance(answer, NotApplied)
    assert "bases.csv cannot be opened without the key of the detail store" in answer.lines
    away.rename(key)
    (answer,) = Imports(register, store).take_in(want)
    assert isinstance(answer, Applied)


def test_files_that_the_store_has_lost_or_that_were_changed_in_it_are_told_and_block_no_other_import(
    register: Engine, store: Store
):
    want = wanted(store, files(bases=edited("bases", "Naqal", "Camp Naqal")))
    gone, changed = (store.folder / "files" / d[:2] / d for d in (want.files["bases.csv"], want.files["posts.csv"]))
    gone.unlink()
    changed.write_bytes(b"another")
    (answer,) = Imports(register, store).take_in(want)
    assert isinstance(answer, NotApplied)
    assert answer.bad_lines == 2
    assert set(answer.lines) == {
        "bases.csv is not in the detail store",
        "posts.csv is not what was laid into the detail store",
    }
    assert version(register) == 1


def test_whatever_the_server_waits_long_for_gives_signs_of_life() -> None:
    long = {name for name, each in PATIENCE.items() if each.attempt and each.attempt > timedelta(minutes=1)}
    assert {name for name in long if PATIENCE[name].heartbeat is None} == set()


def held(store: Store, digest: str) -> Path:
    """The file in the store, from now on a pipe: who reads it waits until somebody writes."""
    file = store.folder / "files" / digest[:2] / digest
    file.unlink()
    os.mkfifo(file)
    return file


async def test_an_import_that_takes_long_gives_signs_of_life(
    register: Engine, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("activities.imports.EACH", 0.01)
    content = files(bases=edited("bases", "Naqal", "Camp Naqal"))["bases.csv"]
    want, signs = wanted(store, {"bases.csv": content}, n=7), list[object]()
    pipe, server = held(store, want.files["bases.csv"]), ActivityEnvironment()
    server.on_heartbeat = lambda *told: signs.append(told)
    taking = asyncio.create_task(server.run(Imports(register, store).apply, want))
    try:
        await until(lambda: len(signs) > 2, "signs of life come")
    finally:
        await asyncio.to_thread(pipe.write_bytes, content)
    assert await taking == (Applied(version=7, administrators=1, cites=("register/import",)),)


async def under_way(client: Client) -> bool:
    """Whether a worker has begun to take an import in."""
    state = (await client.get_workflow_handle(REGISTER).describe()).raw_description
    return any(each.HasField("last_started_time") for each in state.pending_activities)


@pytest.mark.slow
async def test_an_import_whose_worker_is_killed_is_taken_in_by_the_next_one_within_half_a_minute(
    tmp_path: Path,
) -> None:
    async with EmbeddedServer(tmp_path, "UNEX", 0, 0) as server:
        settings = Settings.load(home=tmp_path, mission="UNEX", address=server.address)
        settings = settings.model_copy(update={"health": Address("", 0), "metrics": Address("", 0)})
        migrate(settings.database)
        client, store = await connect(settings, [FurloughPlugin()]), Store(settings.folder / "store")
        digests = {name: store.put(content) for name, content in files().items()}
        pipe = held(store, digests["bases.csv"])
        doomed = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "starter", "worker", "--mission", "UNEX"),
            env=settings.environment() | {"TEMPORAL_ADDRESS": server.address},
        )
        try:
            act = Import(
                act_id="i-1", decided_by="installer", acted_at=datetime.now(UTC), files=digests, base_version=0
            )
            assert (await deliver(client, act, within=timedelta(seconds=30))).refusal is None
            async with asyncio.timeout(10):
                while not await under_way(client):
                    await asyncio.sleep(0.1)
        finally:
            doomed.kill()
            await doomed.wait()
        pipe.unlink()
        store.put(files()["bases.csv"])
        async with worker.working(settings, client, "test"), asyncio.timeout(30):
            while (await query(client, REGISTER, "state", Register)).version < 1:
                await asyncio.sleep(0.1)
