"""That the oracle finds what of orders and entries is not recorded just once, or came back otherwise than it was to."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from domain.account import Account
from domain.account.ledger import Posting
from domain.acts import AdjustAccount, IssueOrder, RescindOrder
from domain.garrison import Garrison
from drills import beside
from drills.beside import Beside
from drills.refusals import Back
from tests.domain.garrison.mission import COMMANDER, NOW, Naq, local, order

HEAD: dict[str, Any] = {"decided_by": COMMANDER.id, "post": "CO-NAQ", "acted_at": NOW}


@pytest.fixture
def played() -> tuple[Beside, Garrison]:
    """An order that was issued, amended and rescinded, with the base that recorded it; a number that nobody knows."""
    naq, acts = Naq(), list[IssueOrder | RescindOrder]()
    for version in (1, 2):
        issued = order("DO-1", version, since=local(5 + version), until=local(6 + version))
        acts.append(IssueOrder(**HEAD, act_id=f"DO-1.{version}/issue", base="NAQ", order=issued))
    ends = RescindOrder(**HEAD, act_id="DO-1/rescind", base="NAQ", number="DO-1", reason="over")
    never = ends.model_copy(update={"act_id": "DO-1/never", "number": "DO-2"})
    for act in (*acts, ends, never):
        naq.act(act, COMMANDER)
    return Beside((*acts, ends, never), {never.act_id: beside.UNKNOWN}), naq.state


CAME = {"DO-1/never": Back(beside.UNKNOWN)}


def test_nothing_is_found_where_each_order_stands_once(played: tuple[Beside, Garrison]) -> None:
    one, base = played
    assert list(beside._told(one, base, {}, CAME)) == []
    assert list(beside._book(one, base)) == []


def test_an_order_is_found_that_is_lost_or_came_back_otherwise_than_it_was_to(played: tuple[Beside, Garrison]) -> None:
    one, base = played
    lost = base.model_copy(update={"said": {k: at for k, at in base.said.items() if k != "DO-1.2/issue"}})
    assert list(beside._told(one, lost, {}, CAME)) == ["DO-1.2/issue is recorded 0 times"]
    other = CAME | {"DO-1.1/issue": Back(reason="a fault in the rules")}
    assert list(beside._told(one, base, {}, other)) == [
        "DO-1.1/issue came back by a fault in the rules, and was to by none"
    ]
    assert list(beside._told(one, base, {}, {})) == [f"DO-1/never came back by no rule, and was to by {beside.UNKNOWN}"]


def test_a_book_is_found_that_has_other_versions_or_another_end(played: tuple[Beside, Garrison]) -> None:
    one, base = played
    first, last = base.book["DO-1"]
    for versions, words in (
        ((first,), "other versions"),
        ((first, last, last), "other versions"),
        ((first, last.model_copy(update={"rescinded_by": None})), "the book says otherwise"),
    ):
        found = list(beside._book(one, base.model_copy(update={"book": {"DO-1": versions}})))
        assert any(words in what for what in found), versions


@pytest.mark.parametrize("times", [0, 1, 2])
def test_an_entry_is_found_that_is_in_its_ledger_twice_or_not_at_all(times: int) -> None:
    words: dict[str, Any] = {
        "member": "m-1",
        "purse": "annual",
        "days": Decimal(2),
        "on": NOW.date(),
        "reason": "as the office says",
    }
    act = AdjustAccount(**HEAD, **words, act_id="adjust")
    line = Posting(1, NOW, NOW, date(2026, 3, 2), "annual", "adjustment", Decimal(2), "adjust")
    accounts = {"m-1": Account(ledger=(line,) * times)}
    found = list(beside._told(Beside((act,)), Garrison(), accounts, {}))
    assert found == ([] if times == 1 else [f"adjust is recorded {times} times"])
