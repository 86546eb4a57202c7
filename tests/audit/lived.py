"""The journal of a leave that was played (`tests/domain/leave/life.py`), as audits read it: entries with decisions."""

from __future__ import annotations

from audit.journals import Journal, Written
from audit.kinds import KINDS, LEAVE
from audit.replaying import Job
from tests.domain.leave.life import LEAVE as ID
from tests.domain.leave.life import Life


def journal_of(life: Life) -> Journal:
    """The journal of a leave whose n-th entry is recorded by event n."""
    made = {one.act.act_id: one for one in life.decisions}
    written = tuple(Written(entry, "r", entry.seq, made.get(entry.act_id)) for entry in life.journal)
    return Journal(ID, KINDS[LEAVE], written, (Job(ID, "r"),), KINDS[LEAVE].decider.initial)
