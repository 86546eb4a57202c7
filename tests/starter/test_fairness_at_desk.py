"""Fairness by the real command: who may read it, and that a single leave is told by no figure."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.conftest import Furlough, ahead
from wiring.queries import journal_of

CMOV = ("--as", "ITA-1002", "--post", "CMOV", "--base", "JUB")


async def test_one_decision_is_counted_and_shown_by_no_figure(furlough: Furlough) -> None:
    wish = ("--first", ahead(60), "--last", ahead(64), "--destination", "EBB", "--travel", "road")
    ran = await furlough("request", *wish, "--json", "--as", "IND-1009", "--base", "JUB")
    assert ran.code == 0, ran
    number = ran.documents[0]["number"]
    commander = ("--as", "IND-1003", "--post", "CO-INDBATT-C", "--base", "JUB")
    assert (await furlough("approve", number, *commander)).code == 0
    ran = await furlough("fairness", "--json", *CMOV)
    assert ran.code == 0, ran
    (told,) = ran.documents
    assert (told["smallest"], told["leaves"]) == (10, None)
    assert told["not_shown"]
    for table in told["tables"]:
        assert [cell["decisions"] for cell in (*table["cells"], table["total"])] == [None] * (len(table["cells"]) + 1)
    ran = await furlough("fairness", *CMOV)
    assert "fewer than 10 leaves" in ran.out
    assert "What these figures do not show" in ran.out


async def test_it_is_not_for_every_desk_and_a_day_is_a_day(furlough: Furlough) -> None:
    ran = await furlough("fairness", "--as", "IND-1009", "--base", "JUB")
    assert ran.code == 2
    assert "not for this desk" in ran.err
    ran = await furlough("fairness", "--since", "soon", *CMOV)
    assert ran.code == 2
    assert "is no day" in ran.err


async def test_leaves_are_asked_for_their_journals_some_at_a_time(
    furlough: Furlough, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked one after the other, the first would wait here for the second without end."""
    wish = ("--first", ahead(120), "--last", ahead(122), "--destination", "EBB", "--travel", "road")
    for number in ("IND-1010", "IND-1011"):
        assert (await furlough("request", *wish, "--as", number, "--base", "JUB")).code == 0
    together = asyncio.Event()
    under_way = 0

    async def two(client: Any, leave_id: str) -> Any:
        nonlocal under_way
        under_way += 1
        if under_way > 1:
            together.set()
        async with asyncio.timeout(20):
            await together.wait()
        under_way -= 1
        return await journal_of(client, leave_id)

    monkeypatch.setattr("audit.fairness.journal_of", two)
    assert (ran := await furlough("fairness", *CMOV)).code == 0, ran
