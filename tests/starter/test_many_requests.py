"""A file of requests, interrupted in the middle and sent again: the same leaves, each once."""

from __future__ import annotations

import asyncio
import csv
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE
from pathlib import Path
from typing import Any

import pytest

from domain.garrison import Garrison
from domain.ids import base_workflow
from tests.conftest import EXAMPLES, Furlough, Mission, ahead
from wiring.queries import face_of, query
from wiring.spool import Spool

CLERK = ("--as", "USA-1006", "--post", "G1-NAQ", "--base", "NAQ")
ROOT = Path(__file__).parents[2]


def written(file: Path, lines: int) -> Path:
    """A file of so many requests of members of one base; of the later ones the account carries some no more."""
    with (EXAMPLES / "mission" / "members.csv").open(encoding="utf-8") as members:
        numbers = [row["service_number"] for row in csv.DictReader(members) if row["base"] == "NAQ"]
    with file.open("w", encoding="utf-8", newline="") as opened:
        sheet = csv.writer(opened)
        sheet.writerow(("service_number", "first", "last", "destination", "travel"))
        for i in range(lines):
            first = 20 + i // len(numbers) * 20
            sheet.writerow((numbers[i % len(numbers)], ahead(first), ahead(first + 1), "BEY", "none"))
    return file


async def interrupted(mission: Mission, file: Path, after: int) -> tuple[int, list[Any], str]:
    """The command in a process of its own, stopped by Ctrl-C once so many lines were answered."""
    told = os.environ | {"FURLOUGH_HOME": str(mission.settings.home), "FURLOUGH_MISSION": "UNEX"}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "starter", "request", "--from", file, "--json", *CLERK),
        env=told,
        cwd=ROOT,
        stdout=PIPE,
        stderr=PIPE,
    )
    assert process.stdout
    answers: list[Any] = []
    try:
        async with asyncio.timeout(90):
            while len(answers) < after:
                line = await process.stdout.readline()
                assert line, (await process.communicate())[1].decode()
                answers.append(json.loads(line))
            process.send_signal(signal.SIGINT)
            out, err = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode is not None
    return process.returncode, [*answers, *map(json.loads, out.splitlines())], err.decode()


@pytest.mark.timeout(240)
@pytest.mark.parametrize(("lines", "after"), [(48, 3), pytest.param(220, 60, marks=pytest.mark.slow)])
async def test_a_file_that_was_broken_off_goes_on_and_doubles_nothing(
    mission: Mission, furlough: Furlough, tmp_path: Path, lines: int, after: int
) -> None:
    async def ledger() -> set[str]:
        state = await query(mission.client, base_workflow("NAQ"), "state", Garrison)
        return set(state.leaves) if state else set()

    before, file = await ledger(), written(tmp_path / f"{lines}.csv", lines)
    code, first, told = await interrupted(mission, file, after)
    assert code == 130
    assert f"{file.name} was broken off: of {lines} lines {len(first)} were answered" in told
    assert "next   the same file again goes on" in told
    assert after <= len(first) < lines

    again = (await furlough("request", "--from", file, "--json", *CLERK)).documents
    assert [each["said"] for each in again] == [f"request {row}" for row in _rows(file)]
    assert {each["result"] for each in again} <= {"recorded", "already", "refused"}
    for was, now in zip(first, again, strict=False):
        if (was["leave_id"], "already") != (now["leave_id"], now["result"]):
            refused = await face_of(mission.client, was["leave_id"])
            assert refused is None or refused.state == "not opened", "only who was refused, if later, asks anew"
    opened = {each["leave_id"] for each in again}
    assert len(opened) == lines
    others = [await face_of(mission.client, leave) for leave in await ledger() - before - opened]
    assert {face.state for face in others if face} <= {"not opened"}


def _rows(file: Path) -> list[str]:
    """Service numbers with their lines, as answers name them."""
    with file.open(encoding="utf-8") as opened:
        return [f"{row['service_number']} ({file.name} line {at})" for at, row in enumerate(csv.DictReader(opened), 2)]


async def test_a_file_of_requests_is_kept_while_the_server_is_away_and_sent_once_when_it_is_back(
    mission: Mission, furlough: Furlough, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Said twice meanwhile, it waits once; said again later, each leave is there already or was refused by a rule."""
    file, spool = written(tmp_path / "away.csv", 30), Spool(mission.settings.folder / "spool", "UNEX")
    returned = set(spool.shelved("returned"))
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:9")
    runs = [await furlough("request", "--from", file, "--json", *CLERK) for _ in range(2)]
    assert [(ran.code, {each["result"] for each in ran.documents}) for ran in runs] == [(3, {"spooled"})] * 2
    assert len(spool.waiting()) == 30
    dry = await furlough("request", "--from", file, "--dry-run", *CLERK)
    assert (dry.code, len(spool.waiting())) == (4, 30)
    monkeypatch.delenv("TEMPORAL_ADDRESS")
    told = dict[str, str]()
    while spool.waiting():  # a request whose account has not answered yet stays a while
        flushed = await furlough("spool", "flush", "--json", *CLERK)
        now = {each["act_id"]: each["result"] for each in flushed.documents}
        told |= now
        assert flushed.code == (3 if spool.waiting() else 7 if "came back" in now.values() else 0)
    assert len(told) == 30
    back = {act for act, result in told.items() if result == "came back"}
    assert len(set(spool.shelved("returned")) - returned) == len(back)
    again = (await furlough("request", "--from", file, "--json", *CLERK)).documents
    assert [each["result"] == "already" for each in again] == [each["act_id"] not in back for each in runs[0].documents]
    assert {each["leave_id"] for each in again if each["result"] == "already"} <= {
        each["leave_id"] for each in runs[0].documents
    }
