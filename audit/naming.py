"""What an auditor calls a process: its id, or the control number of a leave, which its base or itself tells."""

from __future__ import annotations

from collections.abc import Sequence

from audit.journals import journal
from audit.kinds import LEAVE
from audit.packed import Packed
from audit.sources import Source
from domain.garrison.events import Numbered
from domain.ids import CONTROL_NUMBER, LEAVE_ID, REGISTER, base_workflow
from domain.leave.events import Took
from wiring.trouble import Misset


async def ids(record: Source, said: Sequence[str]) -> frozenset[str]:
    """The ids of several; what is neither the id nor the number of a leave is taken for an id. Raises as `named`."""
    of_leaves = [one for one in said if LEAVE_ID.fullmatch(one.upper()) or CONTROL_NUMBER.fullmatch(one.upper())]
    return frozenset([await named(record, one) for one in of_leaves]) | (set(said) - set(of_leaves))


ENTITIES = ("base-", "member-")


async def named(record: Source, said: str) -> str:
    """The id of what is meant.

    Raises:
        Misset: nothing in this record is called so.
        NotReached: the server does not answer.
    """
    if LEAVE_ID.fullmatch(said.upper()):
        return said.upper()
    if said == REGISTER or said.startswith(ENTITIES):
        return said
    if not (number := CONTROL_NUMBER.fullmatch(said.upper())):
        raise Misset(
            f"{said[:60]!r} names nothing in a record.",
            why="expected a leave id, a control number such as NAQ-2026-000412, base-CODE, member-ID, or register",
            helps="furlough find tells the number of a leave",
        )
    if isinstance(record, Packed):
        return await _packed(record, number[0])
    told = await journal(record, base_workflow(number["base"]), replayed=False)
    for one in told.written:
        if isinstance(one.entry.event, Numbered) and one.entry.event.number == number[0]:
            return one.entry.event.leave_id
    raise Misset(
        f"No leave goes by {number[0]}.",
        why=f"the base {number['base']} has not given this number as far as {record} tells",
        helps="name the leave by its id",
    )


async def _packed(record: Packed, number: str) -> str:
    """A capsule has leaves without their base."""
    ids = [job.id async for job in record.runs(frozenset(), frozenset({LEAVE}))]
    for leave in dict.fromkeys(ids):
        for one in (await journal(record, leave, replayed=False)).written:
            if isinstance(one.entry.event, Took) and one.entry.event.ref == number:
                return leave
    raise Misset(f"No leave in {record} goes by {number}.", why=f"it has {', '.join(ids) or 'none'}")
