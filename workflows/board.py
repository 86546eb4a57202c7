"""What the server shows of a leave: search attributes, and a page of the Temporal UI.

Nobody is named, nor the kind of leave.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from temporalio import workflow
from temporalio.common import SearchAttributeKey, SearchAttributeUpdate

from domain.leave import Face

KEYS: Final[Mapping[str, SearchAttributeKey[Any]]] = {
    key.name: key
    for key in (
        SearchAttributeKey.for_keyword("ControlNumber"),
        SearchAttributeKey.for_keyword("LeaveState"),
        SearchAttributeKey.for_keyword("Lane"),
        SearchAttributeKey.for_keyword("Base"),
        SearchAttributeKey.for_keyword("Unit"),
        SearchAttributeKey.for_datetime("SignOutAt"),
        SearchAttributeKey.for_datetime("DueBack"),
        SearchAttributeKey.for_datetime("ActBy"),
        SearchAttributeKey.for_keyword_list("Attention"),
    )
}
"""Every search attribute of a mission's namespace. SQL visibility allows ten keywords and three of each other type."""


def attributes(face: Face) -> dict[str, Any]:
    """The search attributes of a face; what it does not have is None."""
    return {
        "ControlNumber": face.number or None,
        "LeaveState": face.state,
        "Lane": face.lane,
        "Base": face.base or None,
        "Unit": face.unit or None,
        "SignOutAt": face.sign_out_at,
        "DueBack": face.due_back,
        "ActBy": face.act_by,
        "Attention": list(face.attention) or None,
    }


COUNTERSIGN: Final = "countersign"
"""The word of `Attention` for what a clerk recorded, and who decided it has not confirmed."""


UNPOSTED: Final = "unposted"
"""The word of `Attention` for a charge that the pay or personnel system has not confirmed in time, or contradicted."""


AFTER_END: Final = "after-end"
"""The word of `Attention` for what arrived after a leave's end, and nobody has looked at who may put its days right."""


def attend(words: tuple[str, ...]) -> None:
    """Write what is to be looked at, and nothing else, into the search attributes."""
    key = KEYS["Attention"]
    workflow.upsert_search_attributes([key.value_set(list(words)) if words else key.value_unset()])


def show(face: Face, shown: dict[str, Any]) -> dict[str, Any]:
    """Write what has changed since `shown` into the search attributes, and the page anew. Returns what is shown now."""
    now = attributes(face)
    changed: list[SearchAttributeUpdate[Any]] = [
        KEYS[name].value_unset() if value is None else KEYS[name].value_set(value)
        for name, value in now.items()
        if shown.get(name) != value
    ]
    if changed:
        workflow.upsert_search_attributes(changed)
    workflow.set_current_details(page(face))
    return now


def page(face: Face) -> str:
    """The page of a leave in the Temporal UI."""
    lines = [f"**{face.number or face.leave_id}** is **{face.state}**"]
    if face.first and face.last:
        lines.append(f"absent from {face.first} to {face.last}")
    if face.waits_for:
        lines.append(
            f"waits for {face.waits_for}"
            + (f" until {face.act_by:%Y-%m-%d %H:%M}Z: {face.otherwise}" if face.act_by else "")
        )
    return "\n\n".join([*lines, *face.why])
