"""The ledgers once all is mended: what base, accounts and register have, laid against what the leaves say they hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import select
from temporalio.client import Client

from activities.register import tables as t
from activities.register.database import engine, reading
from domain.account import Account
from domain.account.state import Line
from domain.decider import Entry
from domain.garrison import Garrison
from domain.garrison.telling import owed
from domain.holdings import Notice
from domain.ids import CONTROL_NUMBER, base_workflow, member_workflow
from domain.leave import Leave
from domain.leave.answers import Took
from drills.load import Said
from drills.mission import BASE
from wiring.queries import query
from wiring.settings import Settings

LONG: Final = timedelta(minutes=1)
"""How long an answer is waited for: a machine on which much was broken has much to do."""


GAPS: Final = "control numbers are not gapless"


class Seen(NamedTuple):
    """One leave as it ended up, and the ids of acts which its member's account was told after its end."""

    said: Said
    journal: Sequence[Entry[Any]]
    state: Leave
    after_end: frozenset[str] = frozenset()


class Told(NamedTuple):
    """A notice to one who is told: of which line of a leave, and what it says."""

    leave_id: str
    seq: int
    recipient: str
    says: str


class Register(NamedTuple):
    """What the register has of leaves: who holds seats and papers, the outbox, and the flights sold more than once."""

    seats: frozenset[str]
    papers: frozenset[str]
    notices: frozenset[Told]
    over: tuple[str, ...]


async def unlike(client: Client, settings: Settings, seen: Sequence[Seen]) -> list[str]:
    """All that does not go together, in sentences."""
    base: Garrison = await query(client, base_workflow(BASE), "state", Garrison, LONG)
    register = _register(settings)
    found = [f"flight {flight} is sold more than once over" for flight in register.over]
    places = {leave for leave, line in base.leaves.items() if line.place}
    for what, there in (("place", places), ("seat", register.seats), ("paper", register.papers)):
        held = {one.said.leave_id for one in seen if what in one.state.held}
        found += [f"{leave}: {what} held, and the leave says no" for leave in sorted(there - held)]
        found += [f"{leave}: {what} not held, and the leave says so" for leave in sorted(held - there)]
    found += [*numbers(base, seen), *verdicts(base, seen), *notices(register.notices, seen)]
    for one in seen:
        if one.state.ask is not None:
            account: Account = await query(client, member_workflow(one.state.asked.member), "state", Account, LONG)
            found += [f"{one.said.leave_id}: {what}" for what in days(one.state, account.lines.get(one.said.leave_id))]
    return found


def _register(settings: Settings) -> Register:
    source = engine(settings.database)
    with reading(source) as session:
        held = session.scalars(select(t.Seat).where(t.Seat.state == "held")).all()
        sold = Counter(seat.flight for seat in held)
        told = Register(
            frozenset(seat.leave_id for seat in held),
            frozenset(session.scalars(select(t.Paper.leave_id).where(t.Paper.revoked_at.is_(None)))),
            frozenset(Told(x.leave_id, x.seq, x.recipient, x.body) for x in session.scalars(select(t.Outgoing))),
            tuple(x.flight for x in session.scalars(select(t.Flight)) if sold[x.flight] > x.seats),
        )
    source.dispose()
    return told


def days(state: Leave, line: Line | None) -> Iterator[str]:
    """The days of one leave as its account has them: held just as the leave says, and charged as it was settled."""
    there = line.days if line and not line.closed else None
    if there != state.held.get("days"):
        yield f"its account holds {there or 'no days'}, and the leave says {state.held.get('days') or 'none'}"
    if state.charged is not None and (line is None or line.cost != state.charged):
        yield f"{state.charged} days charged, the account has {line and line.cost}"
    if state.ended and state.charged is None and line and line.days and not line.closed:
        yield "ended, and the account holds its days"


def numbers(base: Garrison, seen: Sequence[Seen]) -> Iterator[str]:
    """Control numbers have no gap, and each stands on a leave."""
    given = sorted(line.number for line in base.leaves.values() if line.number)
    serials = [int(m["serial"]) for number in given if (m := CONTROL_NUMBER.match(number))]
    if serials != list(range(1, len(serials) + 1)):
        yield f"{GAPS}: {serials[:20]}"
    if sorted(one.state.number for one in seen if one.state.number) != given:
        yield "leaves bear other numbers than the base has given"


def verdicts(base: Garrison, seen: Sequence[Seen]) -> Iterator[str]:
    """The base's newest word has reached each leave; one whose member is away is told nothing."""
    for leave_id in owed(base):
        yield f"{leave_id}: the base has not told its newest verdict"
    for one in seen:
        line = base.leaves.get(one.said.leave_id)
        if line and line.place and not line.away and line.verdict != one.state.verdict:
            yield f"{one.said.leave_id}: the leave has another verdict than its base"


def notices(outbox: frozenset[Told], seen: Sequence[Seen]) -> Iterator[str]:
    """Each notice that a leave has told lies in the outbox for each who is told, and no other one does.

    But for the same once more, under another line: a worker that died had told it of a line which was made again.
    """
    told = {
        Told(one.said.leave_id, news.seq, to, news.says)
        for one in seen
        for entry in one.journal
        if isinstance(entry.event, Took) and isinstance(notice := entry.event.spec, Notice)
        for news in notice.news
        for to in (notice.member, *news.to)
    }
    said = {(each.leave_id, each.recipient, each.says) for each in told}
    for each in sorted(told - outbox):
        yield f"{each.leave_id}: the notice of line {each.seq} is not in the outbox"
    for each in sorted(outbox - told):
        if (each.leave_id, each.recipient, each.says) not in said:
            yield f"{each.leave_id}: a notice of line {each.seq} is in the outbox, and the leave told none"
    for one in seen:
        if one.state.news:
            yield f"{one.said.leave_id}: {len(one.state.news)} notices are not told"
