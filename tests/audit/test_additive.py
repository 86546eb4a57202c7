"""What an entry of an older build could not carry is set aside when it is decided anew, and nothing else is."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from pydantic import BaseModel
from temporalio.contrib.pydantic import pydantic_data_converter

from audit.additive import CAME, STAMPS, compared
from audit.checks import recorded, redecided
from audit.kinds import KINDS
from audit.retraced import retraced
from domain.leave.events import Ended, Noted
from tests.workflows.test_histories import kept

DENIED = {"kind": "ended", "cites": ["authority/approve"], "irregular": [], "how": "denied"}


def read(**fields: Any) -> Ended:
    """An end as it is read from a record: what is not told was not in it."""
    return Ended.model_validate(DENIED | fields)


def test_a_field_that_a_record_of_before_does_not_carry_is_set_aside_and_told():
    said = compared((read(refund=False),), (read(refund=False, reason="needed here"),))
    assert (said.differ, said.unknown) == ((), ("Ended.reason",))


def test_a_field_which_the_record_carries_is_a_difference():
    assert compared(read(reason="not now"), read(reason="needed here")).differ == ("Ended.reason",)
    assert compared(read(reason=None), read(reason="needed here")).differ == ("Ended.reason",)


def test_a_record_that_carries_what_came_later_was_written_by_a_build_that_knew_the_rest():
    """Who takes a field out of an entry hides no decision by it, as long as a younger one is there."""
    assert compared(read(reason=None), read(reason=None, refund=True)).differ == ("Ended.refund",)


def test_a_field_which_is_not_among_those_that_came_later_is_a_difference_though_the_record_lacks_it():
    one = Noted.model_validate({"kind": "noted", "what": "so already"})
    assert compared(one, one.model_copy(update={"irregular": ("path/clear",)})).differ == ("Noted.irregular",)


def test_what_differs_beside_it_is_a_difference():
    said = compared((read(),), (read(how="cancelled", reason="needed here"),))
    assert (said.differ, said.unknown) == (("Ended.how",), ("Ended.reason",))
    assert compared((read(),), (read(), read())).differ
    assert compared((read(),), (Noted(what="so already"),)).differ


def every_model(kind: Any, found: set[type[BaseModel]]) -> set[type[BaseModel]]:
    """The models of which values of a type are made."""
    if isinstance(kind, type) and issubclass(kind, BaseModel) and kind not in found:
        found.add(kind)
        for field in kind.model_fields.values():
            every_model(field.annotation, found)
    for part in get_args(kind):
        every_model(part, found)
    return found


@pytest.mark.parametrize("name", sorted({*CAME, *STAMPS}))
def test_each_field_named_is_one_of_an_entry_and_has_a_default(name: str):
    models = {model.__name__: model for kind in KINDS.values() for model in every_model(kind.decision, set())}
    of, field = name.split(".")
    assert not models[of].model_fields[field].is_required()


@pytest.mark.parametrize(
    ("name", "differs"),
    [
        ("leave-denied", False),
        ("leave-cancelled", False),
        ("leave-settled", False),
        ("leave-found-without-days", False),
        ("leave-not-returned-unsettled", True),
    ],
)
async def test_of_leaves_of_older_builds_only_another_decision_is_told(name: str, differs: bool):
    """One of them ended otherwise than it would today; that stays told, whatever is set aside beside it."""
    history = kept(name)
    process = (await retraced(history)).process
    assert process is not None
    check = redecided(await recorded(history, pydantic_data_converter), process.journal)
    assert "but for what the build of then did not know: Asked" in check.over
    assert [finding.split(": ")[1] for finding in check.findings] == (
        ["expected lapsed, ended, got lapsed, member-gone"] if differs else []
    )
