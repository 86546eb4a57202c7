"""An act is on the disk before anybody is asked: who is killed while register or server hang has lost nothing."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic

import pytest
from ulid import ULID

from domain.acts import Act
from tests.starter.site import CLERK, Site
from tests.starter.test_outages import COMMANDER, GATE
from tests.starter.test_worker_away import BEGINNING
from wiring.deliver import ANSWER

LEAVE = f"UNEX-{ULID()}"


class Deaf(Site):
    """A site which looks for its server, or its register, where somebody listens and never answers."""

    told: dict[str, str]

    def environment(self) -> dict[str, str]:
        return super().environment() | self.told


@pytest.fixture
def site(tmp_path: Path) -> Deaf:
    made = Deaf(tmp_path / "home")
    made.told = {}
    made.begin()
    return made


@asynccontextmanager
async def deaf() -> AsyncIterator[tuple[str, asyncio.Event]]:
    """Where somebody listens and never answers, and whether they were spoken to."""
    heard, over = asyncio.Event(), asyncio.Event()

    async def listen(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.set()
        await over.wait()
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    try:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}", heard
    finally:
        over.set()
        server.close()


def waiting(site: Site) -> list[Act]:
    """What waits, which nobody holds any more."""
    found = []
    for name in site.spool.waiting():
        held = site.spool.hold(name)
        assert held, "nobody holds it"
        with held:
            found.append(held.item.act)
    return found


@pytest.mark.parametrize(
    ("hangs", "words"),
    [
        ("server", ("approve", LEAVE, *COMMANDER)),
        ("register", ("approve", LEAVE, *COMMANDER)),
        ("register", ("deny", LEAVE, "--reason", "duty", *COMMANDER)),
    ],
)
async def test_who_is_killed_as_the_first_one_is_asked_has_lost_nothing(
    site: Deaf, hangs: str, words: tuple[str, ...]
) -> None:
    async with deaf() as (there, heard):
        site.told = {"TEMPORAL_ADDRESS": there}
        if hangs == "register":
            site.told = {"FURLOUGH_DATABASE": f"postgresql://nobody@{there}/register"}
        process = await site.start(*words)
        async with asyncio.timeout(60):
            await heard.wait()
        process.kill()
        await process.communicate()
    (act,) = waiting(site)
    assert (act.kind, act.leave_id, act.post) == (words[0], LEAVE, "CO-GHABATT-A")  # type: ignore[attr-defined]
    assert act.decided_by == "number:GHA-1004", "nobody was asked yet who that is"


async def test_a_request_is_written_down_before_the_server_is_asked_and_said_again_it_is_the_same(site: Deaf) -> None:
    """The register tells who asks, which goes into the leave's id; no desk can do without."""
    words = (*site.request("GHA-1008", 30), "--kind", "emergency", "--relation", "parent", "--reason", "she fell ill")
    async with deaf() as (there, heard):
        site.told = {"TEMPORAL_ADDRESS": there}
        process = await site.start(*words)
        async with asyncio.timeout(60):
            await heard.wait()
        process.kill()
        await process.communicate()
    site.told = {}
    (asked,) = waiting(site)
    again = await site.says(*words)
    assert (again.code, again.documents[0]["result"]) == (3, "spooled"), again
    assert waiting(site) == [asked]
    assert len(list((site.settings.folder / "store" / "sealed").iterdir())) == 1


async def test_who_ends_a_command_is_told_what_it_has_kept(site: Deaf) -> None:
    async with deaf() as (there, heard):
        site.told = {"TEMPORAL_ADDRESS": there}
        process = await site.start("approve", LEAVE, *COMMANDER)
        async with asyncio.timeout(60):
            await heard.wait()
        process.send_signal(signal.SIGINT)
        _, err = await process.communicate()
    (act,) = waiting(site)
    assert process.returncode == 130
    assert "Kept in the spool; its outcome is not known yet." in err.decode()
    assert act.act_id in err.decode()


async def test_five_seconds_are_for_all_that_is_asked(site: Deaf) -> None:
    """Register and server hang both; the receipt is of the act as it was looked up, or said."""
    async with deaf() as (there, _):
        site.told = {"TEMPORAL_ADDRESS": there, "FURLOUGH_DATABASE": f"postgresql://nobody@{there}/register"}
        for words in (("approve", LEAVE, *COMMANDER), site.request("GHA-1008", 30)):
            began = monotonic()
            ran = await site.says(*words)
            took = monotonic() - began
            assert ran.code == 3, ran
            assert took < ANSWER.total_seconds() + BEGINNING, f"{words[0]}: {took} s"
    assert [act.kind for act in waiting(site)] == ["approve", "ask"]  # type: ignore[attr-defined]


async def test_what_the_register_knows_better_is_written_over_what_was_written_first(site: Deaf) -> None:
    """One file, one act: whose clock is meant, and who speaks."""
    words = ("sign-out", LEAVE, "--at", "2026-03-04 08:00")
    kept = await site.says(*words, *GATE)
    assert kept.code == 3, kept
    (act,) = waiting(site)
    assert act.decided_by.startswith("m-")
    assert f"{act.acted_at:%H:%M}" == "06:00", "the base is two hours ahead"
    assert len(site.spool.waiting()) == 1


@pytest.mark.parametrize(
    "words",
    [
        ("approve", "UNIFIL-01ARZ3NDEKTSV4RRFFQ69G5FAV", *COMMANDER),
        ("approve", LEAVE, "--as", "XXX-9", "--post", "CO-GHABATT-A", "--base", "NAQ"),
        ("approve", LEAVE, "--as", "GHA-1004", "--post", "CO-NOBODY", "--base", "NAQ"),
        ("finding", LEAVE, "--label", "nonsense", *COMMANDER),
        ("deny", LEAVE, "--reason", "duty", "--dry-run", *COMMANDER),
        ("countersign", LEAVE[:-1], *CLERK),
    ],
)
async def test_what_cannot_be_meant_or_is_only_tried_stays_nowhere(site: Deaf, words: tuple[str, ...]) -> None:
    ran = await site.says(*words)
    assert ran.code in {2, 4}, ran
    assert waiting(site) == []
    texts = site.settings.folder / "store" / "sealed"
    assert not texts.exists() or not list(texts.iterdir())
