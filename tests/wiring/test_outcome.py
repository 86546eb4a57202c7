"""What became of a request that waited: its outcome is known once its account has answered, and not before."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, cast

import pytest
from temporalio.client import Client

from domain.acts import Ask
from domain.decider import Outcome
from domain.refusal import Refusal
from tests.wiring.spools import LEAVES, SAID_AT
from wiring.settling import NOT_OPENED, OPENING
from wiring.spool.item import Item
from wiring.spool.outcome import NotOpened, Sent, come_to_rest

ASK = Ask(
    act_id=f"ask-{LEAVES[0]}",
    decided_by="m-aaaaaaaaaa",
    acted_at=SAID_AT,
    leave_id=LEAVES[0],
    member="m-aaaaaaaaaa",
    leave_kind="ordinary",
    first=date(2026, 5, 1),
    last=date(2026, 5, 3),
    destination="BEY",
    travel="none",
)
REFUSAL = Refusal(rule="account/balance", why="expected 3 days, got 2")


@pytest.mark.parametrize(
    ("stands", "refusal", "settled"),
    [("", None, False), (OPENING, None, False), ("waiting for approval", None, True), (NOT_OPENED, REFUSAL, True)],
)
async def test_a_request_of_which_nobody_tells_what_its_account_said_waits_on(
    monkeypatch: pytest.MonkeyPatch, stands: str, refusal: Refusal | None, settled: bool
) -> None:
    """Struck as recorded, its account might refuse it a moment later, and nobody would be told."""

    async def come_to(*_: object) -> tuple[str, Refusal | None]:
        return stands, refusal

    monkeypatch.setattr("wiring.spool.outcome.come_to", come_to)
    item = Item(mission="UNEX", kept_at=datetime.now(UTC), act=ASK)
    told = await come_to_rest(Sent(item, outcome=Outcome[Any](entries=())), cast("Client", None), 0.0)
    assert (told.settled, told.refusal) == (settled, refusal)
    assert settled or isinstance(told.trouble, NotOpened)
