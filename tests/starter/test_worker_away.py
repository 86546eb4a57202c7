"""A server without a worker: acts get their receipt in five seconds in all, and who reads has the copy."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from time import monotonic

import pytest

from starter.server import EmbeddedServer
from tests.conftest import Ran
from tests.starter.site import CLERK, Site
from tests.starter.test_outages import COMMANDER
from tests.starter.wait import until
from wiring import copies
from wiring.deliver import ANSWER
from wiring.queries import journal_of

READS = (("today",), ("find",))
BEGINNING = 2.5
"""Seconds which a command takes beside waiting, on a machine that has much to do."""


@pytest.fixture(scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    made = Site(tmp_path_factory.mktemp("alone") / "home")
    await asyncio.to_thread(made.begin)
    return made


@pytest.fixture(scope="module")
async def server(site: Site) -> AsyncIterator[EmbeddedServer]:
    async with site.server() as there:
        yield there


async def timed(site: Site, *words: str) -> tuple[Ran, float]:
    """A command in this process, and how long it took."""
    began = monotonic()
    return await site.says(*words), monotonic() - began


async def test_each_act_has_its_receipt_in_five_seconds_also_while_others_wait_and_reading_goes_on(
    site: Site, server: EmbeddedServer
) -> None:
    async with site.worker(server):
        asked = [(await site.says(*site.request(member, 30))).documents[0] for member in ("GHA-1008", "GHA-1009")]
        assert (await site.says("copy", *CLERK)).code == 0
        there = {words: await site.says(*words, "--json", *COMMANDER) for words in READS}
        assert {ran.code for ran in there.values()} == {0}, there
    kept, took = await timed(site, "approve", asked[0]["leave_id"], *COMMANDER)
    assert (kept.code, kept.out.startswith("spooled ")) == (3, True), kept
    assert took < ANSWER.total_seconds() + BEGINNING, f"{took} s"
    killed = await site.start("approve", asked[1]["leave_id"], *COMMANDER)
    await until(lambda: len(site.spool.waiting()) == 2, "it is written down", 60)
    killed.kill()  # before anybody has answered
    assert (await killed.communicate())[0] == b"", "no receipt was given"
    clerk, took = await timed(site, *site.request("GHA-1010", 30))
    assert clerk.code == 3, clerk
    assert took < ANSWER.total_seconds() + BEGINNING
    copy = copies.file_of(site.settings.folder, "NAQ")
    copied = copy.read_bytes()
    copy.unlink()
    grant = ("etp", "grant", asked[0]["number"], "--order", "LO-1.1", "--ground", "humanitarian", "--reason", "x")
    unknown, took = await timed(site, *grant, *COMMANDER)
    assert (unknown.code, "did not answer" in unknown.err) == (4, True), unknown
    assert took < ANSWER.total_seconds() + BEGINNING, "what must be asked first is asked in the same five seconds"
    copy.write_bytes(copied)
    for words in READS:
        read, took = await timed(site, *words, "--json", *COMMANDER)
        assert read.code == 0, read
        assert read.err.startswith("NO WORKER: as of "), read
        assert "; 2 acts of yours and 1 of others wait in the spool" in read.err.splitlines()[0]
        assert len(read.documents) == len(there[words].documents)
        assert took < ANSWER.total_seconds() + BEGINNING
    async with site.worker(server) as client:
        flushed = await site.says("spool", "flush", *CLERK)
        assert site.spool.waiting() == [], flushed
        for one in asked:
            said = [entry for entry in await journal_of(client, one["leave_id"]) if entry.event.kind == "approved"]
            assert len(said) == 1
