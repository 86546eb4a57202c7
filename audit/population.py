"""All leaves of a record, each with what the record tells beside it: its base's orders, its account, sealed papers.

Of bases and accounts the last state is kept for as long as leaves are gone through, of leaves one at a time.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import NamedTuple

from audit.attributes import Around
from audit.attributes.case import LATE_HOURS
from audit.journals import Journal, Written, of_jobs
from audit.kinds import BASE, LEAVE, MEMBER
from audit.moments import under_orders
from audit.register_then import Registers
from audit.served import Served
from audit.sources import Source
from domain.account import Account
from domain.garrison import Garrison
from domain.garrison.events import Exempted, Overridden
from domain.ids import base_workflow, member_workflow
from domain.leave import Leave
from wiring.trouble import Misset


class Unread(NamedTuple):
    """A process that could not be read, and why."""

    id: str
    why: str


class Beside(NamedTuple):
    """What a record tells beside its leaves. `consents` are exemptions and overrides, which bases record."""

    bases: dict[str, Garrison]
    accounts: dict[str, Account]
    evidence: frozenset[str] | None
    consents: tuple[tuple[str, Written], ...]
    unread: tuple[Unread, ...]
    registers: Registers | None = None

    def around(self, state: Leave, *, now: datetime, late_hours: int = LATE_HOURS) -> Around:
        """What lies around one leave."""
        base = self.bases.get(base_workflow(state.whose.base)) if state.member else None
        account = self.accounts.get(member_workflow(state.whose.id)) if state.member else None
        return Around(now.date(), base, account, self.evidence, late_hours, self.registers)


async def beside(record: Source) -> Beside:
    """All of it. A server has no papers beside its histories. Raises as `Source.runs`."""
    bases: dict[str, Garrison] = {}
    accounts: dict[str, Account] = {}
    consents: list[tuple[str, Written]] = []
    unread: list[Unread] = []
    async for told in journals(record, BASE):
        if isinstance(told, Unread):
            unread.append(told)
            continue
        bases[told.id] = under_orders(told, told.folded(told.written))
        consents += [(told.id, one) for one in told.written if isinstance(one.entry.event, Exempted | Overridden)]
    async for told in journals(record, MEMBER):
        if isinstance(told, Unread):
            unread.append(told)
        else:
            accounts[told.id] = told.folded(told.written)
    papers = None if isinstance(record, Served) else frozenset(file.content for _, file in record.listed("evidence"))
    return Beside(bases, accounts, papers, tuple(consents), tuple(unread))


async def leaves(record: Source) -> AsyncIterator[Journal | Unread]:
    """The journal of each leave, by the recorded results alone. Raises as `Source.runs`."""
    async for told in journals(record, LEAVE):
        yield told


async def journals(record: Source, type_: str) -> AsyncIterator[Journal | Unread]:
    """The journal of each process of a type; of one that cannot be read, why. Raises as `Source.runs`."""
    async for workflow_id, jobs in record.each(type_):
        try:
            yield await of_jobs(workflow_id, jobs, replayed=False)
        except Misset as error:
            yield Unread(workflow_id, error.why)
        except Exception as fault:  # noqa: BLE001  (a forged history may break anything, and stops no other)
            yield Unread(workflow_id, f"it cannot be read ({type(fault).__name__})")
