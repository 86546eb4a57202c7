"""All leaves of a record, each with what the record tells beside it: its base's orders, its account, sealed papers.

Of bases and accounts the last state is kept for as long as leaves are gone through, of leaves one at a time.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
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
from domain.evidence import EVIDENCE
from domain.garrison import Garrison
from domain.garrison.events import Exempted, Overridden
from domain.garrison.papers import PaperLaid
from domain.ids import base_workflow, member_workflow
from domain.leave import Leave
from wiring.trouble import Misset


class Unread(NamedTuple):
    """A process that could not be read, and why."""

    id: str
    why: str


class Beside(NamedTuple):
    """What a record tells beside its leaves. `consents` are exemptions and overrides, which bases record.

    `bare` are decisions which a clerk recorded at a base, and whose papers were not laid to them.
    """

    bases: dict[str, Garrison]
    accounts: dict[str, Account]
    evidence: frozenset[str] | None
    consents: tuple[tuple[str, Written], ...]
    unread: tuple[Unread, ...]
    registers: Registers | None = None
    bare: tuple[tuple[str, Written], ...] = ()

    def around(self, state: Leave, *, now: datetime, late_hours: int = LATE_HOURS) -> Around:
        """What lies around one leave."""
        base = self.bases.get(base_workflow(state.whose.base)) if state.member else None
        account = self.accounts.get(member_workflow(state.whose.id)) if state.member else None
        bare = tuple(one for _, one in self.bare if state.ask and _of_leave(one) == state.ask.leave_id)
        return Around(now.date(), base, account, self.evidence, late_hours, self.registers, bare)

    def bare_orders(self) -> Iterator[tuple[str, Written]]:
        """The bases, and what of `bare` is about no leave: orders, and ends of orders."""
        return ((base, one) for base, one in self.bare if not _of_leave(one))


def unshown(written: Sequence[Written]) -> tuple[Written, ...]:
    """What a clerk recorded at a base without its evidence, and no paper that was laid to it has shown."""
    shown = {event.of for one in written if isinstance(event := one.entry.event, PaperLaid) and event.what}
    return tuple(one for one in written if EVIDENCE in one.entry.event.irregular and one.entry.act_id not in shown)


def _of_leave(one: Written) -> str:
    return getattr(one.entry.event, "leave_id", "")


async def beside(record: Source) -> Beside:
    """All of it. A server has no papers beside its histories. Raises as `Source.runs`."""
    bases: dict[str, Garrison] = {}
    accounts: dict[str, Account] = {}
    consents: list[tuple[str, Written]] = []
    unread: list[Unread] = []
    bare: list[tuple[str, Written]] = []
    async for told in journals(record, BASE):
        if isinstance(told, Unread):
            unread.append(told)
            continue
        bases[told.id] = under_orders(told, told.folded(told.written))
        consents += [(told.id, one) for one in told.written if isinstance(one.entry.event, Exempted | Overridden)]
        bare += [(told.id, one) for one in unshown(told.written)]
    async for told in journals(record, MEMBER):
        if isinstance(told, Unread):
            unread.append(told)
        else:
            accounts[told.id] = told.folded(told.written)
    papers = None if isinstance(record, Served) else frozenset(file.content for _, file in record.listed("evidence"))
    return Beside(bases, accounts, papers, tuple(consents), tuple(unread), bare=tuple(bare))


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
