"""What the authorities of the mission decided on a leave, read off its journal: clearance, movement, exemption.

Command's consent is no decision of the mission, and is not among them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from domain.decider import Entry
from domain.fairness import Authority, By, Case
from domain.leave import events as e
from domain.leave.absence import parts
from domain.leave.fold import evolve
from domain.leave.path import at
from domain.leave.state import Leave
from domain.model import Instant, timedelta

STEPS: dict[Authority, tuple[str, ...]] = {"clearance": ("officer", "clear"), "movement": ("confirm",)}
"""Where a leave stands while it waits for each of them."""


def cases(journal: Sequence[Entry[Any]]) -> tuple[Case, ...]:
    """Each decision that was waited for and has come, or did not come before the leave ended."""
    states = [Leave()]
    for entry in journal:
        states.append(evolve(states[-1], entry))
    if states[-1].ask is None:
        return ()
    return tuple(_cases(journal, states))


def _cases(journal: Sequence[Entry[Any]], states: Sequence[Leave]) -> Iterator[Case]:
    s = states[-1]
    groups: dict[By, str] = {
        "nation": s.whose.nation,
        "component": s.whose.component,
        "kind": ", then ".join(part.leave_kind for part in parts(s.asked, s.first_day, s.last_day)),
        "base": s.whose.base,
    }
    waits = {authority: [at(state) in steps for state in states] for authority, steps in STEPS.items()}
    waits["exemption"] = [_needs_exemption(state) for state in states]
    for authority, waiting in waits.items():
        began: Instant | None = None
        outages: list[Span] = []
        for entry, after, (was, is_) in zip(journal, states[1:], pairwise(waiting), strict=True):
            if is_ and not was:
                began, outages = entry.recorded_at, []
            if was and isinstance(entry.event, e.Lapsed):
                outages.append((entry.event.due_at, entry.recorded_at))
            if was and not is_ and began:
                ended = isinstance(entry.event, e.Ended) and entry.event.how in ("denied", "lapsed", "not-taken")
                taken_back = isinstance(entry.event, e.Ended) and not ended
                moot = authority == "exemption" and not ended and not _exempted(after)
                if not taken_back and not moot and not isinstance(entry.event, e.Corrected | e.SeatLost):
                    lost = _together([*outages, (entry.effective_at, entry.recorded_at)], began)
                    yield Case(authority, groups, not ended, entry.recorded_at - began - lost, lost)
                began = None


Span = tuple[Instant, Instant]


def _together(spans: Sequence[Span], began: Instant) -> timedelta:
    """How long the spans last after a moment: an outage over which two deadlines were late is one outage."""
    lost, until = timedelta(0), began
    for first, last in sorted(spans):
        lost += max(last - max(first, until), timedelta(0))
        until = max(until, last)
    return lost


def _exempted(s: Leave) -> bool:
    return bool(s.verdict and s.verdict.exempt)


def _needs_exemption(s: Leave) -> bool:
    blocks = s.verdict.blocks if s.verdict and not s.out_at and not s.ended else ()
    return any(block.etp for block in blocks)
