"""`furlough copy`: what a base's desks may read, fetched while the link is up, and told as a copy when it is down."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final

from activities.register import excerpt
from activities.register.database import RegisterUnavailable, reading
from domain.ids import base_workflow, member_workflow
from domain.words import counted
from starter import index
from starter.desk import Desk, at_desk
from starter.flags import HERE, How
from wiring import console, copies
from wiring.copies import Copy, Unreadable
from wiring.queries import query
from wiring.trouble import NotReached
from wiring.unwritten import unwritten

LEAVES: Final = 5000
"""Open leaves of one base in its copy; a mission has no base of half as many."""

OF_A_LEAVE: Final = ("face", "state", "journal")


async def copy(*, how: How = HERE) -> int:
    """Keep a copy of what this base's desks may read: board, inbox, strength, orders and open leaves.

    `furlough spool run` keeps it by itself. With no server the daily commands read from it, and say so first.
    """
    from starter import bases

    async with at_desk(**how.settings) as desk:
        made = await fetched(desk, bases.at_base(desk, how.base))
        try:
            file = copies.keep(desk.settings.folder, made)
        except OSError as error:
            helps = "mend the rights of its folder, then say it again"
            raise unwritten(f"The copy of {made.base} cannot be kept.", error, helps) from error
        told = {"base": made.base, "at": made.at, "leaves": len(made.rows), "file": str(file)}
        if how.json:
            console.document(told)
        else:
            console.say(f"copy of {made.base}: {counted(len(made.rows), 'open leave')}, kept in {file}")
    return 0


async def fetched(desk: Desk, base: str) -> Copy:
    """A base as it stands now. Of a leave in which nothing was written since the last copy that one is taken.

    So is the last copy of a leave that gives no answer while others do; one of which there is none is left out.

    Raises:
        NotReached: the server, a worker behind it, or the register did not answer.
    """
    at, before = datetime.now(UTC), _before(desk, base)
    rows, _ = await index.rows(desk.client, index.RUNNING, f"Base = {index.quoted(base)}", most=LEAVES)
    gate = asyncio.Semaphore(index.AT_ONCE)

    async def asked(workflow: str, questions: Iterable[str]) -> tuple[str, dict[str, Any]]:
        async with gate:
            return workflow, {name: await query(desk.client, workflow, name, Any) for name in questions}

    silent: list[NotReached] = []

    async def leave(workflow: str) -> tuple[str, dict[str, Any]]:
        known = before.answers.get(workflow, {}) if before else {}
        try:
            _, told = await asked(workflow, OF_A_LEAVE[:1])
            if known and known["face"] == told["face"]:
                return workflow, known
            return await asked(workflow, OF_A_LEAVE)
        except NotReached as stuck:
            silent.append(stuck)
            return workflow, known

    found = dict(await asyncio.gather(*(leave(row.leave_id) for row in rows)))
    if silent and len(silent) == len(rows):
        raise silent[0]
    if silent:
        console.warn(f"{counted(len(silent), 'leave')} gave no answer: in the copy as before, or not at all")
    leaves = {workflow: told for workflow, told in found.items() if told}
    members = {told["face"]["member"] for told in leaves.values() if told["face"] and told["face"]["member"]}
    entities = [base_workflow(base), *(member_workflow(member) for member in sorted(members))]
    answers = dict(await asyncio.gather(*(asked(entity, ["state"]) for entity in entities)))
    kept = tuple(row.model_dump(mode="json") for row in rows if row.leave_id in leaves)
    try:
        with reading(desk.register) as session:
            image = b64encode(excerpt.excerpt(session, base, leaves)).decode()
    except RegisterUnavailable as error:  # a copy is of one moment: the one before stays
        raise NotReached("The register did not answer.", why=str(error), helps="try again when it is back") from error
    return Copy(mission=desk.settings.code, base=base, at=at, rows=kept, answers=leaves | answers, excerpt=image)


def _before(desk: Desk, base: str) -> Copy | None:
    try:
        return copies.read(desk.settings.folder, desk.settings.code, base)
    except Unreadable as unreadable:  # it is made anew now
        console.warn(str(unreadable))
        return None
