"""Kinds of leave on a real server: split by what the account says, approved now and proved later, several in one."""

import json
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from activities.store import Store
from domain.acts import Approve, Attest, Find, PassGateway, Sealed, SignIn, SignOut
from domain.model import DAY, Decimal
from tests.workflows.mission import KINDS, TODAY, member
from tests.workflows.play import Case, Mission

FIRST = TODAY + 20 * DAY
SOLDIERS = count(1, 2)
CIVILIANS = count(2, 2)


FULL = {days: (days - 1, days) for days in (10, 14)}
"""What so many days come to: one less where the leave ends on a holiday, which is free."""


@pytest.fixture
def soldier(mission: Mission) -> Case:
    """A leave of somebody who has the pack of the United States Army."""
    return Case(mission, KINDS, member(KINDS, next(SOLDIERS)))


@pytest.fixture
def civilian(mission: Mission) -> Case:
    """A leave of somebody who has the pack of UN civilians."""
    return Case(mission, KINDS, member(KINDS, next(CIVILIANS)))


def family(case: Case, relation: str) -> Sealed:
    """The sealed detail of a family event."""
    return Store(case.mission.settings.folder / "store").seal(json.dumps({"relation": relation}))


async def lines(case: Case, purse: str = "annual") -> Iterator[tuple[str, Decimal]]:
    """What the ledger of a purse says of the leave."""
    ledger = (await case.account()).ledger
    return ((p.what, p.days) for p in ledger if p.ref == case.leave_id and p.purse == purse)


async def test_a_bereavement_is_charged_until_the_balance_is_under_30_and_a_missing_proof_reopens_the_charge(soldier):
    asked: dict[str, Any] = {"leave_kind": "bereavement", "died_on": TODAY - DAY, "last_service": FIRST}
    assert await soldier.asks(FIRST, 14, **asked, family=family(soldier, "spouse")) == ["asked"]
    await soldier.reaches("waiting for approval")
    line = (await soldier.account()).lines[soldier.leave_id]
    had = line.word.had
    first = max(0, int(had - 30) + 1)  # a balance of whole and half days: 30 and 30.5 take one day
    assert first > 0
    assert (line.cost, line.days.balance_on) == (first, TODAY - DAY)
    assert await soldier.says(Approve, soldier.post("CO")) == ["approved"]
    await soldier.day(1)
    assert await soldier.says(SignOut, soldier.post("GATE")) == ["signed-out"]
    await soldier.day(14, 20)
    assert await soldier.says(SignIn, soldier.post("GATE")) == ["signed-in"]
    assert await soldier.charged() == first
    assert (await soldier.face()).then == "check due"
    assert await soldier.ends() == "settled"
    assert await soldier.charged() in FULL[14]
    assert "lapsed check due" in await soldier.journal()


async def test_a_proof_in_time_keeps_a_bereavement_uncharged(soldier):
    asked: dict[str, Any] = {"leave_kind": "bereavement", "died_on": TODAY, "last_service": FIRST}
    await soldier.asks(FIRST, 5, **asked, family=family(soldier, "child"))
    await soldier.says(Approve, soldier.post("CO"))
    await soldier.day(1)
    await soldier.says(SignOut, soldier.post("GATE"))
    await soldier.day(5, 20)
    await soldier.says(SignIn, soldier.post("GATE"))
    before = await soldier.charged()
    assert await soldier.says(Attest, soldier.post("VO"), method="document") == ["attested"]
    assert await soldier.ends() == "settled"
    assert await soldier.charged() == before


async def test_bereavement_is_for_spouse_and_child_and_ordinary_leave_is_offered_to_others(soldier):
    asked: dict[str, Any] = {"leave_kind": "bereavement", "died_on": TODAY}
    outcome = await soldier.sent(soldier.wish(FIRST, **asked, family=family(soldier, "parent")))
    assert outcome.refusal.rule == "emergency/family"
    assert "--kind ordinary" in outcome.refusal.helps


async def test_an_emergency_is_approved_now_and_proved_later(soldier):
    asked: dict[str, Any] = {"leave_kind": "emergency-absence", "family": family(soldier, "parent")}
    await soldier.asks(FIRST, 10, **asked)
    await soldier.reaches("waiting for a check")
    assert await soldier.says(Approve, soldier.post("CO"), prove_by=FIRST + 4 * DAY) == ["approved"]
    await soldier.day(1)
    await soldier.says(SignOut, soldier.post("GATE"))
    await soldier.day(10, 20)
    assert "lapsed check due" in await soldier.journal()
    assert await soldier.charged() in FULL[10]
    assert [what for what, _ in await lines(soldier)] == ["held"]
    await soldier.says(SignIn, soldier.post("GATE"))
    assert await soldier.charged() in FULL[10]
    assert await soldier.says(Attest, soldier.post("VO"), method="red-cross") == ["attested", "recounted"]
    assert await soldier.charged() == 0
    assert await soldier.ends() == "settled"
    assert [what for what, _ in await lines(soldier)] == ["held", "charged", "released"]


async def test_one_absence_is_of_several_kinds_and_days_of_travel_are_free(soldier):
    then = ({"leave_kind": "pass", "first": FIRST + 6 * DAY},)
    await soldier.asks(FIRST, 8, leave_kind="rr", then=then)
    await soldier.reaches("waiting for approval")
    assert await soldier.charged() == 6
    await soldier.says(Approve, soldier.post("CO"))
    await soldier.day(1)
    await soldier.says(SignOut, soldier.post("GATE"))
    await soldier.day(2)
    assert await soldier.says(PassGateway, soldier.post("MOV"), way="out") == ["passed-gateway"]
    await soldier.day(8, 20)
    await soldier.says(SignIn, soldier.post("GATE"))
    shares = (await soldier.account()).lines[soldier.leave_id].days.shares
    assert {share.leave_kind for share in shares} == {"rr", "pass"}
    assert await soldier.charged() == 4
    assert await soldier.ends() == "settled"


async def test_uncertified_days_of_civilians_are_seven_a_year_and_the_rest_earns_nothing(civilian):
    await civilian.asks(FIRST, 14, leave_kind="sick")
    await civilian.says(Approve, civilian.post("CO"))
    await civilian.day(1)
    await civilian.says(SignOut, civilian.post("GATE"))
    await civilian.day(14, 20)
    await civilian.says(SignIn, civilian.post("GATE"))
    account = await civilian.account()
    line = account.lines[civilian.leave_id]
    assert sum(line.days.uncertified.values()) <= 14
    assert {found.ground for found in account.withheld} == ({"unpaid"} if line.unearned else set())
    assert line.unearned or len(line.days.uncertified) == 2  # around New Year two years give their days
    assert await civilian.charged() == 0
    assert await civilian.ends() == "settled"


async def test_who_is_found_absent_earns_nothing_while_still_away(soldier):
    await soldier.away()
    await soldier.passes(10 * DAY)
    reason = family(soldier, "none")
    assert await soldier.says(Find, soldier.post("CO"), finding="absent", reason=reason) == ["found"]
    withheld = (await soldier.account()).withheld
    assert [(w.last, w.ground, w.lifted) for w in withheld] == [(None, "absent", False)]
    assert withheld[0].first > FIRST + 4 * DAY
    await soldier.says(SignIn, soldier.post("GATE"))
    withheld = (await soldier.account()).withheld
    assert [(w.last is None, w.lifted) for w in withheld] == [(True, False), (True, True), (False, False)]
