"""Who a process is stands in its workflow id, and what it was started with says no other.

Under a wrong id it would take, and give back, what another process holds: whoever takes and gives knows only the name
in the act. The id on the server is unique, the name in an act is typed by people.
"""

from __future__ import annotations

from temporalio import workflow

from domain.leave import misplaced
from workflows.process import refuse_early


def refuse_elsewhere(own: str) -> None:
    """Refuse, without a trace, what comes to the process of `own` where that runs under another id.

    Raises:
        ApplicationError: type `Refusal`.
    """
    refuse_early(misplaced(own, workflow.info().workflow_id))


def end_elsewhere(own: str) -> None:
    """End a process under another id than its `own`, before it has taken anything.

    One that was begun before this was refused goes on: its history cannot be made another.

    Raises:
        ApplicationError: type `Refusal`.
    """
    if misplaced(own, workflow.info().workflow_id) and workflow.patched("own-id"):
        refuse_elsewhere(own)
