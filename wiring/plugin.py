"""The one plugin, for client, worker and Replayer alike, so that audits replay as workers ran."""

from __future__ import annotations

from typing import Final

from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.plugin import SimplePlugin
from temporalio.worker import WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from workflows.base import BaseWorkflow
from workflows.leave import LeaveWorkflow
from workflows.member import MemberWorkflow
from workflows.order import OrderWorkflow
from workflows.reconcile import ReconcileWorkflow
from workflows.register import RegisterWorkflow

WORKFLOWS: Final = (
    LeaveWorkflow,
    BaseWorkflow,
    MemberWorkflow,
    OrderWorkflow,
    RegisterWorkflow,
    ReconcileWorkflow,
)


class FurloughPlugin(SimplePlugin):
    """Give it to the client; workers and Replayers made from that client have it too."""

    def __init__(self) -> None:
        super().__init__(
            "furlough",
            data_converter=pydantic_data_converter,
            workflows=WORKFLOWS,
            workflow_runner=sandboxed,
        )


def sandboxed(given: WorkflowRunner | None) -> WorkflowRunner:
    """The sandbox, with our own modules passed through: loading them anew for each leave would cost 140 ms and 2 MB."""
    if not isinstance(given, SandboxedWorkflowRunner):
        return given or SandboxedWorkflowRunner()
    return SandboxedWorkflowRunner(
        restrictions=SandboxRestrictions.default.with_passthrough_modules("domain", "workflows", "pydantic")
    )
