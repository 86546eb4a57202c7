"""Acts and reading while the register is away, by the real commands: nothing said is lost, nothing counts twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

import pytest
from temporalio.client import Client

from domain.ids import base_workflow
from tests.conftest import Ran
from tests.postgres import Cluster, mortal
from tests.starter.site import CLERK, OnPostgres
from tests.starter.test_outages import COMMANDER, GATE
from wiring import copies
from wiring.queries import journal_of, query

__all__ = ["mortal"]

READS = (("today",), ("inbox",), ("strength",), ("order", "list"))


@pytest.fixture(scope="module")
async def site(mortal: Cluster, tmp_path_factory: pytest.TempPathFactory) -> OnPostgres:
    """A desk whose register is a database that comes and goes."""
    made = OnPostgres(tmp_path_factory.mktemp("away") / "home")
    made.at(mortal.database())
    await asyncio.to_thread(made.begin)
    return made


@pytest.fixture(scope="module")
async def client(site: OnPostgres) -> AsyncIterator[Client]:
    """Server and worker, there all the time."""
    async with site.up() as there:
        yield there


async def asked(site: OnPostgres, member: str, first: int) -> dict[str, Any]:
    """A leave that was just asked for."""
    ran = await site.says(*site.request(member, first))
    assert ran.code == 0, ran
    return ran.documents[0]


@contextmanager
def dead(mortal: Cluster) -> Iterator[None]:
    """Nobody serves the register meanwhile."""
    mortal.kill()
    try:
        yield
    finally:
        mortal.start()


async def flushed(site: OnPostgres) -> Ran:
    """What waits is sent."""
    ran = await site.says("spool", "flush", *CLERK)
    assert site.spool.waiting() == [], ran
    return ran


async def said(client: Client, leave: str, kind: str) -> list[tuple[str, str, str | None]]:
    """Who said acts of a kind, by its entries."""
    entries = [entry for entry in await journal_of(client, leave) if entry.event.kind == kind]
    return [(entry.act_id, entry.by or "", entry.post) for entry in entries]


async def test_what_is_said_while_the_register_is_dead_is_kept_and_done_once_when_it_is_back(
    site: OnPostgres, client: Client, mortal: Cluster
) -> None:
    """Names and posts come from the copy; what it does not know is judged when the act arrives."""
    leave = await asked(site, "GHA-1008", 30)
    assert (await site.says("copy", *CLERK)).code == 0
    with dead(mortal):
        began = monotonic()
        kept = await site.says("approve", leave["number"], *COMMANDER)
        assert (kept.code, kept.out.startswith("spooled ")) == (3, True), kept
        assert monotonic() - began < 8
        assert "NO REGISTER: who is who as of " in kept.err
        assert "who speaks, and which post they hold: as the copy of" in kept.out
        other = await site.says(*site.request("GHA-1009", 33))
        assert (other.code, other.documents[0]["result"]) == (3, "spooled"), other
        strangers = await site.says("approve", leave["number"], "--as", "XXX-1", "--post", "CO-NEW", "--base", "NAQ")
        assert strangers.code == 3, "who has come since the copy was made is no stranger to the register perhaps"
        listed = await site.says("spool", "list", *CLERK)
        assert (listed.code, "3 acts without an answer yet" in listed.out) == (0, True), listed
        for words in (*READS, ("show", leave["number"])):
            read = await site.says(*words, *COMMANDER)
            assert (read.code, read.err.startswith("NO REGISTER: who is who as of ")) == (0, True), read
            assert "; 1 act of yours and 2 of others wait in the spool" in read.err.splitlines()[0]
    assert "2 recorded, 1 came back" in (await flushed(site)).out
    assert "The register knows no XXX-1" in (await site.says("spool", "list", "--json", *CLERK)).out
    ((act, by, post),) = await said(client, leave["leave_id"], "approved")
    assert (by.startswith("m-"), post) == (True, "CO-GHABATT-A")
    assert len(await said(client, other.documents[0]["leave_id"], "asked")) == 1
    again = await site.says("approve", leave["number"], *COMMANDER)
    assert [one for one, *_ in await said(client, leave["leave_id"], "approved")] == [act], again


async def test_without_a_copy_what_can_be_kept_is_kept_and_the_receipt_tells_what_was_not_looked_up(
    site: OnPostgres, client: Client, mortal: Cluster
) -> None:
    leave = await asked(site, "GHA-1010", 36)
    copies.file_of(site.settings.folder, "NAQ").unlink(missing_ok=True)
    with dead(mortal):
        kept = await site.says("approve", leave["leave_id"], *COMMANDER)
        assert kept.code == 3, kept
        assert "no copy at this desk tells who holds which post: nothing is looked up" in kept.err
        assert "who speaks, and which post they hold: not looked up" in kept.out
        unknown = await site.says("sign-out", leave["leave_id"], "--at", "2026-12-20 08:00", *GATE)
        assert (unknown.code, "say how far the clock is from UTC" in unknown.err) == (4, True), unknown
        clerk = ("--for", "GHA-1004", "--for-post", "CO-GHABATT-A", "--medium", "radio")
        radio = await site.says("approve", leave["leave_id"], *clerk, *CLERK)
        assert radio.code == 3, radio
        account = await site.says("account", "credit", "GHA-1010", "--days", "1", "--reason", "x", *CLERK)
        assert account.code != 0
        read = await site.says("today", *CLERK)
        assert (read.code, "The register did not answer" in read.err) == (4, True), read
    assert "2 recorded, 0 came back" in (await flushed(site)).out
    ((_, by, post), *_) = await said(client, leave["leave_id"], "approved")
    assert (by.startswith("m-"), post) == (True, "CO-GHABATT-A"), "no number of a person stands in a record"
    assert "number:" not in str([entry.model_dump() for entry in await journal_of(client, leave["leave_id"])])


async def test_a_register_that_hangs_costs_an_act_seconds_and_a_receipt(
    site: OnPostgres, client: Client, mortal: Cluster
) -> None:
    leave = await asked(site, "GHA-1011", 40)
    assert (await site.says("copy", *CLERK)).code == 0
    with mortal.hanging():
        began = monotonic()
        kept = await site.says("approve", leave["number"], *COMMANDER)
        took = monotonic() - began
        read = await site.says("today", *COMMANDER)
    assert (read.code, read.err.startswith("NO REGISTER: ")) == (0, True), read
    assert (kept.code, kept.out.startswith("spooled ")) == (3, True), kept
    assert took < 8, "five seconds, two of them for the register"
    assert "1 recorded, 0 came back" in (await flushed(site)).out
    assert len(await said(client, leave["leave_id"], "approved")) == 1
    assert await query(client, base_workflow("NAQ"), "state", Any)
