"""A history that is edited in the server's own file is named: by its leave's traces, and by the next sealing.

However it was edited, it keeps nothing else from being sealed.
"""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing

from audit.archive.index import leaves_of
from audit.archive.leaves import File, Run, Seal, read
from audit.archive.vault import Folder
from tests.conftest import EXAMPLES, Furlough, Mission, ahead

CLERK = ("--as", "USA-1006", "--post", "G1-NAQ", "--base", "NAQ")
ISSUER = ("--as", "GHA-1001", "--post", "SC-NORTH", "--base", "NAQ")


def edit(mission: Mission, was: bytes, becomes: bytes, beside: bytes) -> int:
    """Change bytes in each stored batch of events that holds `beside`; how many batches that were."""
    assert len(was) == len(becomes)  # of another length the batch could not be read at all
    with closing(sqlite3.connect(mission.settings.folder / "temporal.db", timeout=30)) as file, file:
        rows = file.execute("select rowid, data from history_node").fetchall()
        found = [(data.replace(was, becomes), row) for row, data in rows if was in data and beside in data]
        file.executemany("update history_node set data = ? where rowid = ?", found)
        return len(found)


async def test_an_entry_that_was_edited_in_the_servers_file_is_named(mission: Mission, furlough: Furlough) -> None:
    """Its base gave another number than the leave now says; and the sealed copy has the entry as it was."""
    days = ("--first", ahead(40), "--last", ahead(44), "--destination", "BEY")
    ran = await furlough("request", "USA-1008", *days, "--json", *CLERK)
    leave, number = ran.documents[0]["leave_id"], ran.documents[0]["number"].encode()
    assert (await furlough("audit", "seal", "--open")).code == 0
    assert (await furlough("audit", "crossfoot", "--server")).code == 0
    assert edit(mission, number, number[:-1] + b"9", b'"what":"number"') > 0
    ran = await furlough("audit", "crossfoot", "--server", "--json")
    told = [one["what"] for one in ran.documents if one["of"] == leave and one["grade"] == "found"]
    assert (ran.code, [what for what in told if "for a control number was answered otherwise" in what] != []) == (
        7,
        True,
    )
    assert (await furlough("withdraw", leave, "--as", "USA-1008", "--base", "NAQ")).code == 0
    async with asyncio.timeout(60):
        while not (await furlough("audit", "seal", "--open", "--json")).documents[0]["runs"]:
            await asyncio.sleep(0.2)
    ran = await furlough("audit", "verify", "--json")
    assert ran.code == 7
    assert [one for one in ran.documents[0]["findings"] if leave in one["what"] and "is another than at" in one["what"]]


async def test_what_nobody_can_read_any_more_is_named_and_all_else_is_sealed(
    mission: Mission, furlough: Furlough
) -> None:
    """A base whose decision is of no kind is sealed as it stands; a leave which the server cannot give is not."""
    days = ("--first", ahead(50), "--last", ahead(54), "--destination", "BEY")
    asked = [await furlough("request", member, *days, "--json", *CLERK) for member in ("USA-1009", "USA-1008")]
    lost, other = (one.documents[0]["leave_id"] for one in asked)
    assert (await furlough("order", "issue", EXAMPLES / "orders" / "LO-021-1.toml", *ISSUER)).code == 0
    run = (await mission.client.get_workflow_handle(lost).describe()).run_id
    base = (await mission.client.get_workflow_handle("base-NAQ").describe()).run_id
    assert edit(mission, b'"kind":"numbered"', b'"kind":"nobodied"', b"decide-base") > 0
    assert edit(mission, b"LeaveWorkflow", b"\xff" * 13, lost.encode()) > 0
    for _ in range(2):  # what could not be had is told each time, and what was sealed is not sealed again
        ran = await furlough("audit", "seal", "--open", "--json")
        assert ran.code == 6
        told = ran.documents[0]["unsealed"]
        assert [one for one in told if one.startswith(f"{lost}, run {run}: the server cannot give it")]
        assert [one for one in told if one.startswith(f"base-NAQ, run {base}: the result of event")]
        place = Folder(mission.settings.folder / "archive")
        leaves = [read(leaf) for leaf in leaves_of(place, ran.documents[0]["size"])]
        runs = {leaf.id for leaf in leaves if isinstance(leaf, Run)}
        assert ({"base-NAQ", other} <= runs, lost in runs) == (True, False)
        assert isinstance(leaves[-1], Seal)
        assert set(leaves[-1].unread) == {run, base}
        assert ("order", "NAQ/LO-021.1") in {(leaf.what, leaf.name) for leaf in leaves if isinstance(leaf, File)}
