"""A history that is edited in the server's own file is named: by its leave's traces, and by the next sealing."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing

from tests.conftest import Furlough, Mission, ahead

CLERK = ("--as", "USA-1006", "--post", "G1-NAQ", "--base", "NAQ")


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
