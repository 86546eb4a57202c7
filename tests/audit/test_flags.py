"""Red flags are raised from their thresholds on, and name whom and which leaves they concern."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.flags import Decided, Flags, Thresholds, _bulk
from audit.journals import Written
from domain.acts import Sealed
from domain.decider import Entry
from domain.garrison.events import Exempted
from tests.domain.leave.life import SEALED

NOW = datetime(2026, 3, 4, 6, 41, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def case(leave: str, by: str, minutes: int, clerk: str | None = None) -> Any:
    """What flags see of a leave: one decision, who made it and when, and who recorded it."""
    entry = SimpleNamespace(by=by, recorded_at=NOW + minutes * MINUTE, entered_by=clerk)
    return SimpleNamespace(id=leave, decisions=(SimpleNamespace(entries=(SimpleNamespace(entry=entry),)),))


@pytest.mark.parametrize(("many", "raised"), [(9, False), (10, True)])
def test_decisions_in_bulk_are_those_of_one_person_within_minutes(many: int, raised: bool):
    flags = Flags()
    for i in range(many):
        flags.see(case(f"L{i}", "m-co", 1))
        flags.see(case(f"M{i}", f"m-{i}", 1))
        flags.see(case(f"N{i}", "m-slow", i * 60))
    found = list(flags.raised(Thresholds()))
    assert [(one.flag, one.of, len(one.leaves)) for one in found] == [("decisions in bulk", "m-co", 10)] * raised


@given(
    st.lists(st.tuples(st.integers(0, 60), st.sampled_from("abcde")), max_size=30),
    st.integers(1, 30),
    st.integers(1, 5),
)
def test_the_most_within_a_time_is_found_as_by_looking_at_every_span(told: list[tuple[int, str]], span: int, many: int):
    decided = [Decided(NOW + at * MINUTE, leave) for at, leave in told]
    most = max((len({x for at, x in told if begin <= at <= begin + span}) for begin, _ in told), default=0)
    found = _bulk(decided, span * MINUTE, many)
    assert len({one.leave for one in found}) == (most if most >= many else 0)


@pytest.mark.parametrize(("many", "raised"), [(4, False), (5, True)])
def test_a_clerk_who_recorded_for_many_deciders_is_flagged(many: int, raised: bool):
    flags = Flags()
    for i in range(many):
        flags.see(case(f"L{i}", f"m-{i}", i * 60, clerk="m-clerk"))
    flags.see(case("own", "m-x", 0))
    found = list(flags.raised(Thresholds()))
    assert [(one.flag, one.of) for one in found] == [("one recorder for many deciders", "m-clerk")] * raised


@pytest.mark.parametrize(("many", "raised"), [(4, False), (5, True)])
def test_a_post_that_exempted_or_overrode_often_is_flagged(many: int, raised: bool):
    flags, reason = Flags(), Sealed(ref=SEALED.ref, digest=SEALED.digest)
    for i in range(many):
        event = Exempted(leave_id=f"L{i % 3}", order="LO-1.1", ground="humanitarian", reason=reason)
        entry = Entry[Any](seq=i, recorded_at=NOW, effective_at=NOW, by="m-fc", post="FC", event=event)
        flags.see_consents([Written(entry, "r", 1, None)])
    found = list(flags.raised(Thresholds()))
    assert [(one.of, one.says, one.leaves) for one in found] == [
        ("FC", "5 exemptions and overrides", ("L0", "L1", "L2"))
    ] * raised
