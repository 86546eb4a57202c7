"""What another build's worker answers: it is read as far as it can be, and stops nothing at a desk."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from domain.decider import Refused
from domain.leave import LeaveOutcome
from tests.wiring.spools import SAID_AT
from wiring.answers import read

AT = SAID_AT.isoformat()


def outcome(event: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An outcome with one entry, as it comes over the wire."""
    entry = {"seq": 4, "recorded_at": AT, "effective_at": AT, "act_id": "a-1", "event": event, **more}
    return {"entries": [entry], "said": ["approve", "m-aaaaaaaaaa"]}


REFUSED = {
    "kind": "refused",
    "act": "approve",
    "refusal": {"rule": "decision/not-own", "why": "it is their own", "facts": {}, "helps": ""},
}


def test_what_this_build_knows_is_read_whole() -> None:
    told = outcome(REFUSED)
    assert read(told, LeaveOutcome) == LeaveOutcome.model_validate(told)


def test_an_event_of_another_build_is_told_by_its_kind() -> None:
    found = read(outcome({"kind": "told-by-drum", "cites": ["x"], "drum": 3}, heard_by="nobody"), LeaveOutcome)
    assert found.said == ("approve", "m-aaaaaaaaaa")
    assert found.refusal is None
    (entry,) = found.entries
    assert (entry.seq, entry.act_id) == (4, "a-1")
    assert entry.event.kind == "told-by-drum"
    assert "another build" in entry.event.says()


@pytest.mark.parametrize("newer", [{"weight": 2}, {"refusal": {**REFUSED["refusal"], "until": AT}}])  # type: ignore[dict-item]
def test_a_refusal_stays_one_whatever_a_newer_build_adds_to_it(newer: dict[str, Any]) -> None:
    found = read(outcome({**REFUSED, **newer}), LeaveOutcome)
    assert isinstance(found.entries[0].event, Refused)
    assert found.refusal is not None
    assert found.refusal.rule == "decision/not-own"


def test_a_refusal_without_a_trace_stays_one_too() -> None:
    found = read({"entries": [], "refused": {**REFUSED["refusal"], "until": AT}, "new": 1}, LeaveOutcome)  # type: ignore[dict-item]
    assert found.refusal is not None
    assert found.refusal.why == "it is their own"


def test_what_is_no_outcome_at_all_is_told_as_that() -> None:
    for told in (None, "done", {"entries": 3}):
        with pytest.raises(ValidationError):
            read(told, LeaveOutcome)
