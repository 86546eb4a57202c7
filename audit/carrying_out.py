"""The checks of the processes that have things carried out and fold no journal: orders, night walks, sealings.

What each bases its end on is recorded: what was published and what each base answered, what the walk or the sealing
came to. Its end must say the same. Of these only the publishing of an order is a decision, which is made again; that
who gave it had the right to is decided once more by each base, in its own history.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import History
from temporalio.contrib.pydantic import pydantic_data_converter

from audit.checks import Check
from audit.results import results
from domain.acts import IssueOrder, RescindOrder
from domain.carrying import Carried, Published, Spread
from domain.garrison.publishing import unpublishable
from domain.model import Model
from domain.reconciling import Walked
from domain.refusal import Refusal
from domain.sealing import SealedNow
from domain.words import counted


class Errand(NamedTuple):
    """A process that has things carried out: what its steps answer by their names, how it ends, and whether these fit.

    `fits` takes what the steps answered, and the end. Of one that decides, `asked` is what its act is read as.
    """

    steps: Mapping[str, type[Model]]
    end: type[Model]
    fits: Callable[[Sequence[Any], Any], bool]
    asked: Any = None


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
    "OrderWorkflow": Errand(
        {"publish-order": Published, "carry-order": Carried}, Spread, _spread, IssueOrder | RescindOrder
    ),
    "ReconcileWorkflow": Errand({"reconcile": Walked}, Walked, _same),
    "SealWorkflow": Errand({"seal": SealedNow}, SealedNow, _same),
}


async def carried_out(type_: str, history: History, build: str = "") -> tuple[Check, ...]:
    """The checks of one run of these; of one that is under way, that its steps can be read; of others, none.

    With a `build`, a decision is made again that was made by it.
    """
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
        again = await _again(errand, history, answers, build)
        if last.event_type != EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED:
            return (Check("fold", f"{over}; it has not come to its end"), *again)
        end = await _read(last.workflow_execution_completed_event_attributes.result.payloads, errand.end)
    except Exception as fault:  # noqa: BLE001  (a forged record may break anything on the way to being read)
        return (Check("fold", "no steps", (f"what is recorded cannot be read ({type(fault).__name__})",)),)
    unlike = () if errand.fits(answers, end) else (f"event {last.event_id}: its end is not what its steps answered",)
    return (Check("fold", over, unlike), *again)


async def _again(errand: Errand, history: History, answers: Sequence[Any], build: str) -> tuple[Check, ...]:
    """The publishing of an order, decided again over what is recorded of it; none where nothing is."""
    made = [one for one in answers if isinstance(one, Published) and one.on and build in ("", one.on.rules)]
    if not made:
        return ()
    act = await _read(history.events[0].workflow_execution_started_event_attributes.input.payloads, errand.asked)
    findings = tuple(
        f"publish: expected {_said(one.refusal)}, got {_said(refusal)}"
        for one in made
        if one.on and (refusal := unpublishable(act, one.on)) != one.refusal
    )
    over = "1 decision over its" if len(made) == 1 else f"{len(made)} decisions over their"
    return (Check("decide", f"{over} recorded facts", findings),)


def _said(refusal: Refusal | None) -> str:
    return f"a refusal by {refusal.rule}" if refusal else "published"


async def _read(payloads: Any, shape: Any) -> Any:
    (told,) = await pydantic_data_converter.decode(list(payloads), [shape])
    return told
