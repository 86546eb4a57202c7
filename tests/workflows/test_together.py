"""What many leaves ask of one base at the same time is decided together, and each is answered for itself."""

import asyncio
from datetime import UTC, datetime, timedelta

from temporalio.api.enums.v1 import EventType

from activities import deciding
from domain import garrison
from domain.acts import Enter
from domain.ids import base_workflow
from tests.workflows.mission import member
from tests.workflows.play import Case
from wiring.deliver import Undecided, deliver

MANY = 120


def enter(case: Case, i: int) -> Enter:
    now = datetime.now(UTC)
    name = f"{case.leave_id}-{i}"
    return Enter(act_id=name, decided_by=name, acted_at=now, leave_id=name, base=case.base, year=now.year)


async def entered(case: Case) -> list[str]:
    """The control number or the fault that each of many was answered, all having asked at once."""

    async def one(i: int) -> str:
        try:
            outcome = await deliver(case.mission.client, enter(case, i), within=timedelta(seconds=60))
        except Undecided:
            return "undecided"
        return str(outcome.entries[-1].event.number)

    return await asyncio.gather(*(one(i) for i in range(MANY)))


async def decisions(case: Case) -> int:
    """How many decisions the base's history holds."""
    history = await case.mission.client.get_workflow_handle(base_workflow(case.base)).fetch_history()
    return sum(e.event_type == EventType.EVENT_TYPE_MARKER_RECORDED for e in history.events)


async def test_many_who_ask_at_once_are_decided_together_and_a_fault_fails_its_act_alone(mission, base, monkeypatch):
    """Every one has a number of its own but the one whose decision breaks, in far fewer decisions than acts."""
    case, real = Case(mission, base, member(base, 1)), garrison.decide

    def faulty(act, s, facts, now):
        if act.act_id == f"{case.leave_id}-50":
            raise ZeroDivisionError("a fault")
        return real(act, s, facts, now)

    monkeypatch.setattr(garrison, "decide", faulty)
    answers = await entered(case)
    numbers = [answer for answer in answers if answer != "undecided"]
    assert answers[50] == "undecided"
    year = datetime.now(UTC).year
    assert sorted(numbers) == [f"{base}-{year}-{i:06}" for i in range(1, MANY)]
    assert await decisions(case) < MANY / 2


async def test_acts_for_which_a_round_is_too_short_are_decided_in_the_next(mission, base, monkeypatch):
    """With no time at all each round decides one act, and nobody is left without an answer."""
    monkeypatch.setattr(deciding, "A_ROUND", 0.0)
    case = Case(mission, base, member(base, 1))
    answers = await entered(case)
    assert len(set(answers)) == MANY
    assert "undecided" not in answers
