"""The law of notices: whatever happens to a leave, no mail tells its kind, a purse or a reason."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from activities.packs import load
from domain.account import DaysRefused
from domain.model import DAY
from domain.refusal import Refusal
from tests.domain import accounts
from tests.domain.leave import life as l
from tests.domain.test_splitting import shares, span
from tests.laws.played import PlayedLeave
from tests.laws.test_laws import Laws

PACKS = [load(path.stem) for path in sorted(Path("rules").glob("*.toml"))]
KINDS = {kind for pack in PACKS for kind in pack.kinds}
PURSES = {kind.purse for pack in PACKS for kind in pack.kinds.values()} - {None}
TELLING = re.compile(
    rf"\b({'|'.join(map(re.escape, sorted(map(str, KINDS | PURSES))))}|check\w*|attest\w*|proof)\b", re.IGNORECASE
)


def refusals() -> list[Refusal]:
    """Why the account itself gives no days: the balance of each purse, another leave, the gap to it."""
    taken = accounts.Book(accounts.terms(gap=10))
    taken.hold("L1", *span(3), charge=3)
    last = span(3)[1]
    tries = [taken.hold("O", *span(3), charge=3), taken.hold("G", last + DAY, last + 2 * DAY, charge=2)]
    for purse in ("rr", "cto"):
        told: dict[str, Any] = {"shares": shares((purse, 30, purse, 1)), "leave_kind": purse, "purse": purse}
        tries.append(accounts.Book(accounts.terms()).hold("L1", *span(30), charge=30, **told))
    return [one.refusal for one in tries if isinstance(one, DaysRefused)]


class TestNotices(Laws):
    played = PlayedLeave

    def test_the_reasons_of_the_account_would_tell_a_kind(self):
        """Else the law beneath would prove nothing."""
        assert {one.rule for one in refusals()} == {"account/overdraft", "account/overlap", "account/gap"}
        assert len([one for one in refusals() if TELLING.search(one.why)]) == len(("rr", "cto"))

    def test_no_notice_tells_a_kind(self):
        """Of any entry that makes news."""
        by: Counter[str] = Counter()

        def neutral(life: PlayedLeave) -> None:
            events = {entry.seq: entry.event for entry in life.journal}
            for news in life.world.told:
                by[events[news.seq].kind] += 1
                assert_neutral(news.says)

        self.every(neutral, at_the_end=True, lives=150)
        assert {"asked", "attested", "approved", "judged", "lapsed", "signed-out", "recalled", "ended"} <= set(by), by


@pytest.mark.parametrize("why", refusals(), ids=lambda why: why.rule)
def test_the_notice_of_an_extension_without_days_tells_no_reason_of_the_account(why: Refusal):
    """Neither whose balance, nor which other leave."""
    life = l.Life(notices=True).until("sign-in")
    life.world.days = why
    life.say("extend", "member", last=l.LAST + 3 * DAY, reason=l.SEALED)
    assert life.journal[-1].event.kind == "took", "the notice"
    told = life.world.told[-1].says
    assert told.startswith("no days")
    assert why.why not in told
    assert_neutral(told)


def assert_neutral(says: str) -> None:
    said, _, _posts = says.partition("; waits for ")
    assert not TELLING.search(said), said
