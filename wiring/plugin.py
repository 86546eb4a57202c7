"""The one plugin, for client, worker and Replayer alike, so that audits replay as workers ran."""

from __future__ import annotations

from typing import Final

from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.plugin import SimplePlugin
from temporalio.worker import UnsandboxedWorkflowRunner

from workflows.base import BaseWorkflow
from workflows.leave import LeaveWorkflow
from workflows.member import MemberWorkflow
from workflows.order import OrderWorkflow
from workflows.reconcile import ReconcileWorkflow
from workflows.register import RegisterWorkflow
from workflows.seal import SealWorkflow

WORKFLOWS: Final = (
    LeaveWorkflow,
    BaseWorkflow,
    MemberWorkflow,
    OrderWorkflow,
    RegisterWorkflow,
    ReconcileWorkflow,
    SealWorkflow,
)


class FurloughPlugin(SimplePlugin):
    """Give it to the client; workers and Replayers made from that client have it too.

    No sandbox: it does not look into modules that are passed through, as ours must be (to load them anew for each leave
    costs 140 ms and 2 MB), and would take a quarter of the worker's time to guard nothing. That processes and rules
    know no clock, chance or world is kept by the linter's list of banned names and by the law of imports.
    """

    def __init__(self) -> None:
        super().__init__(
            "furlough",
            data_converter=pydantic_data_converter,
            workflows=WORKFLOWS,
            workflow_runner=UnsandboxedWorkflowRunner(),
        )
