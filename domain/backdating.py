"""From when a decision counts that was said long before it is recorded, at a leave as at its base.

From the later of the two; while an order on degraded communications was in force, from when it was said, with a mark
(doctrine: decisions).
"""

from __future__ import annotations

from typing import Any

from domain.authority import AHEAD
from domain.decider import Entry
from domain.model import Instant

DEGRADED = "record/degraded-communications"


def counts_from(entry: Entry[Any]) -> Instant:
    """From when a decision counts that was taken: what was seen before that moment was seen without it.

    What waited for a link is a decision of when it was recorded: that a line was down, the mission says by an order,
    and no delay proves. Minutes by which clocks differ are no delay.
    """
    at_once = entry.recorded_at <= entry.effective_at + AHEAD
    return entry.effective_at if at_once or DEGRADED in entry.event.irregular else entry.recorded_at
