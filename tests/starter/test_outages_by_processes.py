"""Outages through real processes: servers that are killed, workers that are away, and several who send at once."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from pathlib import Path
from typing import Any

import pytest

from domain.garrison import Garrison
from domain.ids import base_workflow
from tests.starter.site import CLERK, Site, documents, emptied, ended
from tests.starter.wait import until
from wiring.queries import journal_of, query

MEMBERS = ("GHA-1008", "GHA-1009", "GHA-1010", "GHA-1011")
COMMANDER = ("--as", "GHA-1004", "--post", "CO-GHABATT-A", "--base", "NAQ")


@pytest.fixture
async def site(tmp_path: Path) -> Site:
    """A mission that is down."""
    site = Site(tmp_path / "home")
    await asyncio.to_thread(site.begin)
    return site


async def kept(site: Site) -> list[str]:
    """Leaves which were asked for and approved while nobody was there, eight acts; the leaves."""
    leaves = []
    for member in MEMBERS:
        ran = await site.says(*site.request(member, 27))
        assert ran.code == 3, ran
        leaves.append(ran.documents[0]["leave_id"])
    ran = await site.says("approve", *leaves, *COMMANDER)
    assert ran.code == 3, ran
    assert len(site.spool.waiting()) == 2 * len(MEMBERS)
    return leaves


async def recorded(client: Any, leaves: list[str]) -> None:
    """Each act of each leave is in its journal, in its order, and once; none is of a leave which nobody asked for."""
    for leave in leaves:
        journal = await journal_of(client, leave)
        assert [e.event.kind for e in journal if e.event.kind in ("asked", "approved")] == ["asked", "approved"]
    ledger: Garrison = await query(client, base_workflow("NAQ"), "state", Garrison)
    assert sorted(ledger.leaves) == sorted(leaves)


@pytest.mark.timeout(240)
async def test_a_server_without_a_worker_keeps_nobody_waiting_and_loses_nothing(site: Site) -> None:
    async with site.server() as server:
        ran = await site.ask("GHA-1008", 27)
        assert (ran.code, ran.documents[0]["result"]) == (3, "spooled"), ran
        leave = ran.documents[0]["leave_id"]
        assert (await site.furlough("approve", leave, *COMMANDER)).code == 3
        assert len(site.spool.waiting()) == 2
        async with site.worker(server) as client:
            run = await site.furlough("spool", "run", "--once")
            assert (run.code, site.spool.waiting()) == (0, []), run
            await recorded(client, [leave])


@pytest.mark.timeout(240)
async def test_the_service_sends_when_the_server_is_back_and_tells_each_change_in_a_line(site: Site) -> None:
    leaves = await kept(site)
    service = await site.start("spool", "run", "--json")
    try:
        assert service.stdout
        first = documents((await service.stdout.readline()).decode())[0]
        assert (first["state"], first["waiting"]) == ("waiting", 8)
        assert "No server answers" in first["how"]
        async with site.up() as client:
            await emptied(site.spool)
            await recorded(client, leaves)
            code, out = await ended(service)
    finally:
        if service.returncode is None:
            service.kill()
    assert code == 0
    states = [line["state"] for line in documents(out)]
    assert states[-1] == "ended"
    assert "sending" in states


@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_several_who_send_from_one_spool_and_a_copy_of_it_do_each_act_once(site: Site, tmp_path: Path) -> None:
    """The copy is what a restored disk would bring back: every act comes twice, from two sides at once."""
    leaves = await kept(site)
    async with site.up() as client:
        copy = Site(tmp_path / "copy")
        copy.settings.folder.mkdir(parents=True)
        for name in ("register.db", "running.json", "spool"):
            where = site.settings.folder / name
            (shutil.copytree if where.is_dir() else shutil.copy)(where, copy.settings.folder / name)
        runs = await asyncio.gather(*(one.furlough("spool", "run", "--once") for one in (site, site, copy, copy)))
        assert [ran.code for ran in runs] == [0] * 4, runs
        assert site.spool.waiting() == copy.spool.waiting() == []
        await recorded(client, leaves)


@pytest.mark.timeout(240)
async def test_a_server_killed_while_the_spool_is_sent_loses_nothing_and_doubles_nothing(site: Site) -> None:
    leaves = await kept(site)
    service = await site.start("spool", "run")
    try:
        async with site.server() as server, site.worker(server):
            await until(lambda: len(site.spool.waiting()) < 8, "the first act was answered", 60)
            os.kill(server.pid, signal.SIGKILL)
        async with site.up() as client:
            await emptied(site.spool)
            await recorded(client, leaves)
            code, _ = await ended(service)
            assert code == 0
    finally:
        if service.returncode is None:
            service.kill()


@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_acts_that_arrive_in_the_wrong_order_come_back_and_are_sent_again(site: Site, tmp_path: Path) -> None:
    """The approval was said at one desk, the request still waits at another: it comes back, and nothing is lost."""
    leaves = await kept(site)
    names = [str(name) for name in site.spool.waiting()]
    later = tmp_path / "later"
    later.mkdir()
    for name in names[: len(MEMBERS)]:  # the requests
        (site.spool.folder / name).rename(later / name)
    async with site.up() as client:
        ran = await site.furlough("spool", "flush", *CLERK)
        assert ran.code == 7, ran
        assert len(site.spool.shelved("returned")) == len(MEMBERS)
        for file in later.iterdir():
            file.rename(site.spool.folder / file.name)
        again = await site.furlough("spool", "flush", *CLERK)
        assert again.code == 0, again
        assert len(site.spool.shelved("returned")) == len(MEMBERS), "whoever said them decides"
        back = [file.name for file in site.spool.shelved("returned")]
        last = await site.furlough("spool", "flush", *back, *CLERK)
        assert (last.code, site.spool.shelved("returned")) == (0, []), last
        await recorded(client, leaves)
