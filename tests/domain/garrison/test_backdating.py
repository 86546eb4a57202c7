"""Exemptions and overrides which were said before they were recorded: from when they count, and how they are marked."""

from __future__ import annotations

from typing import Any

import pytest

from domain.garrison import needs
from domain.model import DAY, HOUR
from tests.domain.garrison.mission import FORCE, NOW, Naq, full, local, order

MARK = "record/degraded-communications"
MO = ("MO-60.1",)


def barred(*degraded: str, **more: Any) -> Naq:
    """A leave which an order bars from 5 March on; what comes in late was said under these orders of the mission."""
    naq = Naq()
    naq.issue(order(**more))
    naq.ask("L1")
    naq.known = {"degraded": degraded}
    return naq


@pytest.mark.rule("record/degraded-communications")
@pytest.mark.parametrize(("degraded", "rule"), [((), "etp/over"), (MO, "")])
def test_an_exemption_counts_from_when_it_was_said_only_while_communications_were_degraded(degraded, rule):
    """Said while the order held, recorded when it was over: else it counts from when it was recorded."""
    naq = barred(*degraded, until=local(12))
    naq.now = local(12) + HOUR
    naq.exempt("L1", at=local(11))
    assert naq.refused == rule
    if not rule:
        said = naq.said[0]
        assert (MARK in said.irregular, set(MO) <= set(said.cites)) == (True, True)
        assert naq.state.leaves["L1"].exempted == {"LO-1.1": local(11)}


@pytest.mark.rule("record/degraded-communications")
@pytest.mark.parametrize(
    ("degraded", "said", "rule"),
    [
        ((), -HOUR, "exempt/departed"),
        (MO, -HOUR, ""),
        (MO, 0 * HOUR, "exempt/departed"),
        (MO, HOUR, "exempt/departed"),
    ],
)
def test_who_had_left_by_when_it_counts_is_exempted_no_more(degraded, said, rule):
    """Said by radio before the sign-out and written down after it: the base looks at what was so then."""
    naq, left = barred(*degraded), local(10, 9)
    naq.now = left + 3 * HOUR
    irregular = naq.out("L1", left).irregular
    naq.exempt("L1", at=left + said)
    assert naq.refused == rule
    assert naq.verdict("L1").irregular == irregular == ("LO-1.1",)  # what the gate saw stays marked as it was
    assert ("LO-1.1" in naq.state.leaves["L1"].exempt) == (not rule)


@pytest.mark.rule("record/degraded-communications")
@pytest.mark.parametrize(("degraded", "rule"), [((), "override/departed"), (MO, "")])
def test_so_is_an_override_of_strength(degraded, rule):
    naq, left = full(leave_kind="emergency"), local(10, 9)
    naq.known = {"degraded": degraded}
    naq.now = left + 3 * HOUR
    assert naq.out("E", left).irregular == ("strength",)
    naq.override("E", FORCE, at=left - HOUR)
    assert naq.refused == rule
    assert naq.state.leaves["E"].overridden == (not rule)


@pytest.mark.parametrize("at", [NOW, NOW - DAY])
def test_whether_communications_were_degraded_is_looked_up_for_both(at):
    naq = barred()
    naq.exempt("L1", at=at)
    naq.override("L1", at=at)
    for made in naq.decisions[-2:]:
        assert "degraded" in needs(made.act, naq.state)
        assert MARK not in made.events[0].irregular
