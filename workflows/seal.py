"""The sealing of the archive, started by a schedule each night, and each week for open leaves too."""

from __future__ import annotations

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain.sealing import SealedNow, Sealing
    from workflows.patience import kept


@workflow.defn(name="SealWorkflow")
class SealWorkflow:
    """One sealing. Started again while one is at work it does no harm: what is sealed is not sealed twice."""

    @workflow.run
    async def run(self, whole: bool) -> SealedNow:  # noqa: FBT001  (a schedule's only argument)
        """Seal what has come to the mission's record."""
        summary = "seal all, open leaves too" if whole else "seal what is closed"
        return await kept("seal", Sealing(whole=whole), SealedNow, summary)
