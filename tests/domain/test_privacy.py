"""Who reads what of a member: names, the kind of leave, the account."""

from __future__ import annotations

import pytest

from domain import privacy
from domain.facts import HeldPost, Member, Person
from domain.model import date
from tests.domain.garrison.mission import holder

WHOSE = Member(id="m-member", nation="GHA", component="contingent", unit="A-COY", base="NAQ", arrived=date(2026, 1, 1))
CHAIN = ("CO-A", "CO-BATTALION")
READS = {
    "the member": (Person(id="m-member"), True, True, True),
    "a clerk of the base": (holder("G1-NAQ", "clerk"), True, True, True),
    "the force commander": (holder("FC", "force-commander", base=None), True, True, True),
    "an auditor of the mission": (holder("AUDIT", "auditor", base=None), True, True, True),
    "finance of the base": (holder("PAY-NAQ", "finance"), True, False, True),
    "the gate": (holder("GATE-NAQ", "gate"), True, False, False),
    "movement control of the mission": (holder("MOV", "movement-control", base=None), True, False, False),
    "whoever commands the member from another base": (
        holder("CO-BATTALION", "commander", base="JUB"),
        False,
        True,
        True,
    ),
    "a commander of another base": (holder("CO-JUB", "commander", base="JUB"), False, False, False),
    "an auditor of another base": (holder("AUDIT-JUB", "auditor", base="JUB"), False, False, False),
    "a member without a post": (Person(id="m-other"), False, False, False),
    "nobody who said who": (None, False, False, False),
}


@pytest.mark.parametrize("who", READS)
def test_names_kinds_and_accounts_are_read_by_those_whom_they_concern(who: str) -> None:
    person, names, kinds, accounts = READS[who]
    assert privacy.named(person, WHOSE.base, WHOSE.id) is names
    assert privacy.told_the_kind(person, WHOSE.base, WHOSE.id, CHAIN) is kinds
    refusal = privacy.may_read_account(person, WHOSE, CHAIN)
    assert (refusal is None) is accounts
    assert refusal is None or refusal.rule == "privacy/account"


def test_a_post_that_has_no_business_with_an_account_takes_none_away() -> None:
    both = (*holder("GATE-NAQ", "gate").posts, *holder("G1-NAQ", "clerk").posts)
    assert all(isinstance(post, HeldPost) for post in both)
    assert privacy.may_read_account(Person(id="m-both", posts=both), WHOSE, ()) is None
