"""The sealer seals whatever history it is given, and one that no log can hold keeps no other from being sealed."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import WorkflowExecutionStatus
from temporalio.service import RPCStatusCode

from audit.archive.about import About, about
from audit.archive.index import leaves_of
from audit.archive.leaves import File, Run, Seal, read
from audit.archive.sealed import history_bytes, history_of
from audit.archive.vault import Folder
from audit.archive.verifying import verify
from audit.archived import Archived
from audit.extracts import RUNS, kind_of, listed
from audit.sealing import Sealer
from bench.auditing import played
from bench.copies import MISSION, Copied, Mould
from bench.keeping import ENDED, Description, Keeping, archive_of, sealed
from domain.sealing import SealedNow
from tests.audit.archive.small import Killed
from wiring.settings import Settings

TORN, ENDLESS = "00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000003"


class Edited(Keeping):
    """One of its leaves lacks an event; at another one a build has worked whose name is longer than any entry.

    And it cannot give the register.
    """

    others = RPCStatusCode.INTERNAL

    def kept(self, run_id: str) -> Copied:
        copy = super().kept(run_id)
        history = history_of(copy.content)
        if run_id == TORN:
            del history.events[2]
        if run_id == ENDLESS:
            history.events[3].workflow_task_completed_event_attributes.worker_version.build_id = "x" * 70_000
        return copy._replace(content=history_bytes(history.events))


async def test_a_torn_history_is_sealed_as_it_is_and_one_that_no_log_can_hold_is_named(tmp_path: Path) -> None:
    server, place = Edited([played()], 5), Folder(archive_of(tmp_path))
    for runs in (4, 0):  # the next sealing adds nothing, and tells the same
        told = await sealed(tmp_path, server)
        assert told.runs == runs
        assert {one.partition(": ")[0].rpartition(" ")[2] for one in told.unsealed} == {"register", TORN, ENDLESS}
        leaves = [read(leaf) for leaf in leaves_of(place, told.size)]
        assert {leaf.run for leaf in leaves if isinstance(leaf, Run)} == {Mould(played()).run(i) for i in range(5)} - {
            ENDLESS
        }
        assert isinstance(leaves[-1], Seal)
        assert set(leaves[-1].unread) == {TORN, ENDLESS}
    found = about(place)
    assert isinstance(found, About)
    (finding,) = verify(place, found.origin, found.verifying).findings.found
    assert (f"run {TORN}" in finding.what, "event 3" in finding.what) == (True, True)


async def test_what_a_killed_sealing_could_not_have_is_looked_for_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It had not come to the end at which it names them."""
    server = Edited([played()], 5)

    def killed(_: Sealer) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Sealer, "_files", killed)
        with pytest.raises(Killed):
            await sealed(tmp_path, server)
    told = await sealed(tmp_path, server)
    assert any(TORN in one for one in told.unsealed)
    assert (told.runs, told.kept) == (1, 3)


class Restored(Keeping):
    """Laid back to an older day; since then its leaves have gone a longer way, and ended."""

    def events(self, run_id: str) -> int:
        return super().events(run_id) + 1

    async def list_workflows(self, query: str, **_: Any) -> AsyncIterator[Description]:
        async for one in super().list_workflows(query):
            yield one._replace(history_length=one.history_length + 1)

    def kept(self, run_id: str) -> Copied:
        copy = super().kept(run_id)
        history = history_of(copy.content)
        end = history.events[-1]
        history.events.add().CopyFrom(end)
        end.CopyFrom(history.events[3])
        for i, event in enumerate(history.events, 1):
            event.event_id = i
        return copy._replace(content=history_bytes(history.events))


async def test_a_leave_that_ends_otherwise_after_a_restore_is_sealed_anew_and_found(tmp_path: Path) -> None:
    await sealed(tmp_path, Keeping([played()], 1))
    told = await sealed(tmp_path, Restored([played()], 1))
    assert told.runs == 1
    place = Folder(archive_of(tmp_path))
    found = about(place)
    assert isinstance(found, About)
    assert any("closed, at entry" in one.what for one in verify(place, found.origin, found.verifying).findings.found)


class Ending(Keeping):
    """Its last leave is open until the closed ones are gone through."""

    ended = False

    async def list_workflows(self, query: str, **_: Any) -> AsyncIterator[Description]:
        last = Mould(played()).run(0)
        closed = query == ENDED
        async for one in super().list_workflows(ENDED):
            if (self.ended or one.run_id != last) == closed:
                yield one if closed else one._replace(status=WorkflowExecutionStatus.RUNNING)
        self.ended |= closed


async def test_a_leave_that_ends_while_others_are_sealed_is_sealed_and_listed(tmp_path: Path) -> None:
    """In neither list it would look like one that was deleted."""
    told = await sealed(tmp_path, Ending([played()], 5))
    record = Archived(str(archive_of(tmp_path)), MISSION)
    leaves = list(record.leaves())
    every = {Mould(played()).run(i) for i in range(5)}
    assert {leaf.run for leaf in leaves if isinstance(leaf, Run) and leaf.closed} == every
    assert [(leaf.runs, leaf.open) for leaf in leaves if isinstance(leaf, Seal)] == [(5, 1)]
    (runs,) = (leaf for leaf in leaves if isinstance(leaf, File) and kind_of(leaf.name) == RUNS)
    assert {one.run for one in listed(record.content(runs))} == every
    assert told.runs == 5


def unnamed(folder: Path) -> None:
    """A file there whose name is no UTF-8."""
    folder.mkdir(parents=True)
    (folder / os.fsdecode(b"\xff")).touch()


async def test_a_file_whose_name_is_no_text_is_named_in_an_answer_that_can_be_given(tmp_path: Path) -> None:
    """Else the answer breaks after all is sealed, and the sealing is tried again, and adds its end, for months."""
    unnamed(Settings.load(home=tmp_path, mission=MISSION).folder / "store" / "files" / "aa")
    told = await sealed(tmp_path, Keeping([played()], 1))
    assert any("\\udcff" in one for one in told.unsealed)
    assert SealedNow.model_validate_json(told.model_dump_json()) == told
