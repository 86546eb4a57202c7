"""What a kind of leave asks of who wants it, pack by pack: that there is one, a paper, and a check of the emergency."""

from __future__ import annotations

from typing import Any

import pytest

from activities.packs import load
from domain import leave
from domain.model import DAY
from domain.terms import Terms
from tests.domain.leave.life import FIRST, NOW, Life, terms

FORMED = {"ordinary", "emergency", "rr", "convalescent", "pass"}
AMERICAN = FORMED | {"emergency-absence", "bereavement"}
CIVILIAN = {"ordinary", "emergency", "rr", "home", "sick", "family", "special", "parental", "administrative"}
KINDS: dict[str, set[str]] = {
    "contingent": FORMED,
    "gbr-contingent": FORMED,
    "un-observer": FORMED,
    "un-police": FORMED | {"cto"},
    "un-civilian": CIVILIAN,
    "us-army": AMERICAN,
    "us-air-force": AMERICAN,
    "us-marines": AMERICAN,
    "us-navy": AMERICAN,
}
ALL = sorted(AMERICAN | CIVILIAN | {"cto"})
EASED: dict[str, Any] = {"notice_days": 0, "first_after_days": 0, "qualifying_months": None, "eligible_after_days": 0}
"""Nothing but the kind itself is asked about."""


def eased(pack: str) -> Terms:
    shipped = load(pack)
    kinds = {name: kind.model_copy(update=EASED) for name, kind in shipped.kinds.items()}
    return shipped.model_copy(update={"kinds": kinds})


def wished(known: Terms, kind: str, **words: Any) -> Life:
    """A day of this kind that is asked for, with all that some kind asks for but the paper."""
    life = Life(terms=known, family="listed")
    died = {"died_on": NOW.date(), "last_service": FIRST} if kind == "bereavement" else {}
    life.ask(leave_kind=kind, first=FIRST, last=FIRST, **died, **words)
    return life


@pytest.mark.rule("ask/kind")
@pytest.mark.parametrize(("pack", "kind"), [(pack, kind) for pack in KINDS for kind in ALL])
def test_ask_kind(pack, kind):
    """A pack gives the kinds that it has and no other, also as a later part of an absence."""
    life = wished(eased(pack), kind, evidence=("a" * 64,))
    assert life.refused == ("" if kind in KINDS[pack] else "ask/kind")
    if kind not in KINDS[pack]:
        assert (life.said[0].refusal.facts["got"], life.ends, leave.over(life.state)) == (kind, ["not-opened"], True)
        mixed = Life(terms=eased(pack))
        mixed.ask(last=FIRST + DAY, then=({"leave_kind": kind, "first": FIRST + DAY},))
        assert mixed.refused == "ask/kind"


PAPER = {"convalescent", "parental"}


@pytest.mark.rule("kind/paper")
@pytest.mark.parametrize(("pack", "kind"), [(pack, kind) for pack in KINDS for kind in sorted(KINDS[pack])])
def test_a_kind_which_rests_on_a_paper_is_asked_for_with_it_and_no_other_is(pack, kind):
    assert wished(eased(pack), kind).refused == ("kind/paper" if kind in PAPER else "")
    assert wished(eased(pack), kind, evidence=("a" * 64,)).refused == ""


CHECKED = {"emergency", "emergency-absence"}


@pytest.mark.rule("emergency/attestation")
@pytest.mark.parametrize(("pack", "kind"), [(pack, kind) for pack in KINDS for kind in sorted(KINDS[pack])])
def test_an_emergency_is_not_approved_before_it_was_checked_and_nothing_else_waits_for_that(pack, kind):
    life = wished(eased(pack), kind, evidence=("a" * 64,))
    assert life.at == ("attest" if kind in CHECKED else "approve")
    life.say("approve", "co")
    assert (life.refused == "emergency/attestation") is (kind in CHECKED)


@pytest.mark.rule("emergency/attestation")
@pytest.mark.parametrize(
    ("attestation", "checked", "prove_by", "refused"),
    [
        (True, None, None, "emergency/attestation"),
        (True, True, None, ""),
        (True, False, None, "emergency/attestation"),
        (True, None, 0, ""),
        (True, None, -1, "emergency/prove-later"),
        (True, False, 30, "emergency/attestation"),
        (False, None, None, ""),
    ],
)
def test_the_switch_of_the_check_and_what_comes_of_it(attestation, checked, prove_by, refused):
    """Where the mission has none, an emergency is approved at once; one that does not hold is not, nor proved later."""
    life = wished(terms("contingent", "emergency", attestation=attestation), "emergency")
    if checked is not None:
        life.say("attest", "verifier", method="embassy", holds=checked)
    later = {} if prove_by is None else {"prove_by": life.now.date() + prove_by * DAY}
    life.say("approve", "co", **later)
    assert (life.refused, bool(life.state.approved)) == (refused, not refused)
