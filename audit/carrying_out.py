"""The second check of the processes that decide nothing and have things carried out: orders, night walks, sealings.

What each bases its end on is recorded: what was published and what each base answered, what the walk or the sealing
came to. Its end must say the same. Who gave an order had the right to is decided by each base, in its own history.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import History
from temporalio.contrib.pydantic import pydantic_data_converter

from audit.checks import Check
from audit.results import results
from domain.carrying import Carried, Published, Spread
from domain.model import Model
from domain.reconciling import Walked
from domain.sealing import SealedNow
from domain.words import counted


class Errand(NamedTuple):
    """A process that has things carried out: what its steps answer by their names, how it ends, and whether these fit.

    `fits` takes what the steps answered, and the end.
    """

    steps: Mapping[str, type[Model]]
    end: type[Model]
    fits: Callable[[Sequence[Any], Any], bool]


def _spread(answers: Sequence[Any], end: Spread) -> bool:
    """The bases answer in any order."""
    refusal = next((one.refusal for one in answers if isinstance(one, Published)), None)
    carried = [one for one in answers if isinstance(one, Carried)]
    return refusal == end.refusal and sorted(carried, key=_base) == sorted(end.carried, key=_base)


def _base(one: Carried) -> str:
    return one.base


def _same(answers: Sequence[Any], end: Model) -> bool:
    return list(answers[-1:]) == [end]


ERRANDS: Final[Mapping[str, Errand]] = {
    "OrderWorkflow": Errand({"publish-order": Published, "carry-order": Carried}, Spread, _spread),
    "ReconcileWorkflow": Errand({"reconcile": Walked}, Walked, _same),
    "SealWorkflow": Errand({"seal": SealedNow}, SealedNow, _same),
}


async def carried_out(type_: str, history: History) -> tuple[Check, ...]:
    """The check of one run of these; of one that is under way, that its steps can be read; of others, none."""
    errand = ERRANDS.get(type_)
    if errand is None:
        return ()
    try:
        answers = [
            await _read(step.payloads, errand.steps[step.name])
            for step in results(history.events)
            if step.name in errand.steps
        ]
        last = history.events[-1]
        over = f"what {counted(len(answers), 'step')} answered"
        if last.event_type != EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED:
            return (Check("fold", f"{over}; it has not come to its end"),)
        end = await _read(last.workflow_execution_completed_event_attributes.result.payloads, errand.end)
    except Exception as fault:  # noqa: BLE001  (a forged record may break anything on the way to being read)
        return (Check("fold", "no steps", (f"what is recorded cannot be read ({type(fault).__name__})",)),)
    unlike = () if errand.fits(answers, end) else (f"event {last.event_id}: its end is not what its steps answered",)
    return (Check("fold", over, unlike),)


async def _read(payloads: Any, shape: type[Model]) -> Any:
    (told,) = await pydantic_data_converter.decode(list(payloads), [shape])
    return told
