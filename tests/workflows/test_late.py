"""Deadlines that fall due while no worker is there: what was said in time, and comes first when there is one again."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from domain import leave as decider
from domain.acts import SignIn
from domain.leave import grace
from domain.model import HOUR, timedelta
from tests.workflows.mission import member
from tests.workflows.play import Case, Mission, running, until, working
from wiring.queries import query

SHORT = timedelta(seconds=1)
"""A minute of those who decide whether a deadline was noticed late: nobody here waits for five."""


@pytest.fixture(scope="module")
async def idle(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Mission]:
    """A mission of its own, whose worker each test stops."""
    async with running(tmp_path_factory.mktemp("late")) as mission:
        yield mission


async def missed(case: Case) -> datetime:
    """The end of the last day passes while nobody works, and longer than is in time; when that was."""
    async with working(case.mission):
        await case.away()
        state = await query(case.mission.client, case.leave_id, "state", decider.Leave)
        (due,) = [lapse.acted_at for lapse in decider.due(state) if lapse.what == "overdue"]
        await case.comes(due - timedelta(seconds=3))
        began = datetime.now(UTC)

    async def late() -> bool:
        waits = (await case.handle.describe()).raw_description.HasField("pending_workflow_task")
        return waits and datetime.now(UTC) - began > 10 * SHORT

    await until(late, "the deadline was missed")
    return due


async def test_a_sign_in_that_was_spooled_while_nobody_worked_beats_the_alert_that_fell_due_meanwhile(
    idle, base, monkeypatch
):
    """Its worker is gone over the end of the last day; then the alert is noticed late, and the word is sent."""
    case = Case(idle, base, member(base, 1))
    monkeypatch.setattr(grace, "MINUTE", SHORT)
    overdue = await missed(case)
    async with working(idle):

        async def noticed() -> bool:
            return "deferred" in await case.journal()

        await until(noticed, "it stands over")
        (entry,) = [e["event"] for e in await case.entries() if e["event"]["kind"] == "deferred"]
        assert entry["what"] == "overdue"
        assert entry["due_at"] == overdue.isoformat().replace("+00:00", "Z")
        assert await case.state() == "away"
        assert await case.says(SignIn, case.post("GATE"), at=overdue - HOUR) == ["signed-in"]
        assert await case.ends() == "settled"
        assert "lapsed overdue" not in await case.journal()


async def test_without_such_a_word_it_is_said_once_its_grace_is_over(idle, base, monkeypatch):
    case = Case(idle, base, member(base, 2))
    monkeypatch.setattr(grace, "MINUTE", SHORT)
    await missed(case)
    async with working(idle):
        await case.passes(HOUR)
        assert await case.state() == "away"
        await case.passes(HOUR + timedelta(minutes=1))
        assert await case.state() == "overdue"
