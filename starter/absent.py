"""Who is away from a base, as each leave tells itself: what recall, roll call and the end of people go by."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from domain import privacy
from domain.leave import Leave
from starter import index
from starter.desk import Desk


class Away(NamedTuple):
    """A leave whose member has signed out and is waited for."""

    leave_id: str
    state: Leave

    @property
    def called(self) -> str:
        """Its control number, once it has one."""
        return self.state.number or self.leave_id


async def at(desk: Desk, base: str, leaves: Iterable[str] = ()) -> tuple[Away, ...]:
    """Who is away from a base, by control number; only of these leaves, where some are named.

    Raises:
        NotReached: the server, or a worker behind it, did not answer.
    """
    rows, _ = await index.rows(desk.client, index.RUNNING, f"Base = {index.quoted(base)}")
    wanted = set(leaves)
    chosen = [row.leave_id for row in rows if row.out and (not wanted or row.leave_id in wanted)]
    states = await index.states(desk.client, chosen)
    return tuple(sorted((Away(leave, s) for leave, s in states.items() if s.away), key=lambda one: one.called))


def names(desk: Desk, base: str, people: Iterable[Away]) -> dict[str, str]:
    """Rank and name by leave, for who is entitled to them."""
    if not privacy.named(desk.reader(), base):
        return {}
    members = {one.leave_id: one.state.whose.id for one in people}
    known = desk.names(list(members.values()))
    return {leave: known.get(member, "") for leave, member in members.items()}
