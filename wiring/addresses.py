"""To whom an act goes: the names of workflows, as the spool files acts and as they are sent."""

from __future__ import annotations

from domain.acts import Act, IssueOrder, RescindOrder
from domain.ids import REGISTER, base_workflow, member_workflow, order_workflow


def addressee(act: Act) -> str:
    """The workflow id to which an act goes; of an order of the mission, the name of all that is said of that order.

    What one base has not answered yet holds up the order alone, and nothing that is said to the other bases.
    """
    if isinstance(act, IssueOrder | RescindOrder) and act.everywhere:
        return order_workflow(act.order.number if isinstance(act, IssueOrder) else act.number)
    match act.to:
        case "leave":
            return str(act.leave_id)  # type: ignore[attr-defined]  # all acts to leaves have it
        case "base":
            return base_workflow(act.base)  # type: ignore[attr-defined]  # all acts to bases have it
        case "member":
            return member_workflow(act.member)  # type: ignore[attr-defined]  # all acts to accounts have it
        case "register":
            return REGISTER


def errand(act: IssueOrder | RescindOrder) -> str:
    """The workflow id of what carries an order of the mission, or its end, to each base."""
    return order_workflow(act.order.name if isinstance(act, IssueOrder) else f"{act.number}.end")
