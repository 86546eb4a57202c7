"""The nightly reconciler: gives back what belongs to a leave that was terminated or is gone. A schedule starts it."""

from __future__ import annotations

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain.reconciling import Night, Walked
    from workflows.patience import kept


@workflow.defn(name="ReconcileWorkflow")
class ReconcileWorkflow:
    """One walk."""

    @workflow.run
    async def run(self) -> Walked:
        """Walk over all ledgers of the mission."""
        return await kept("reconcile", Night(as_of=workflow.now()), Walked, "walk over the ledgers")
