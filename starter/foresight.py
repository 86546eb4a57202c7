"""What would be answered now, by the rules of the process itself over the same facts. Nothing is sent or kept.

Of a request the account's answer is foretold too; what the base says comes later in the path, and is not.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from activities import holdings
from activities.deciding import subject
from activities.facts import Library
from activities.register.database import reading
from activities.store import Store
from domain import account, leave
from domain.account import Account
from domain.account.events import DaysRefused, HeldDays
from domain.acts import Act, Ask, Observation
from domain.decider import Decider, Refused, State, entries_of, fold
from domain.facts import Facts
from domain.holdings import Number
from domain.ids import member_workflow
from domain.leave import Leave
from domain.leave.answers import Took
from domain.model import Instant
from domain.refusal import Refusal
from starter.desk import Desk
from wiring.queries import query

NO_NUMBER = "-"
"""What stands in place of a control number where none is drawn."""


def facts(desk: Desk, decider: Decider, act: Act, state: State, store: Store | None = None) -> tuple[Facts, Instant]:
    """What would be looked up for an act now, and when that is; what is sealed lies in `store`, else in the desk's."""
    library, now = Library(desk.settings.rules, store or desk.store), datetime.now(UTC)
    with reading(desk.source) as session:
        return library.look_up(session, decider.needs(act, state), act, subject(act, state), now), now


def events(desk: Desk, decider: Decider, act: Act, state: State, store: Store | None = None) -> tuple[Any, ...]:
    """To what an act would lead."""
    return decider.decide(act, state, *facts(desk, decider, act, state, store))


def refusal(desk: Desk, act: Act, state: Leave, store: Store | None = None) -> Refusal | None:
    """Why the act would be refused; None where the leave's rules have nothing against it."""
    found = events(desk, leave, act, state, store)
    return next((event.refusal for event in found if isinstance(event, Refused)), None)


async def after_end(desk: Desk, act: Observation, member: str) -> tuple[Any, ...]:
    """To what an observation would lead whose leave has ended: the member's account hears it. Raises NotReached."""
    state = await query(desk.client, member_workflow(member), "state", Account) or Account()
    return events(desk, account, account.as_heard(act, member), state)


async def of_request(desk: Desk, ask: Ask, relation: str | None, supposed: dict[str, Account]) -> Refusal | Leave:
    """Why a request would not be opened, by the leave's own rules and then by the member's account; else the leave.

    `supposed` is how accounts would stand after the requests which were tried before; this one is added to it. The
    relation alone is sealed, into a store that is gone afterwards.

    Raises:
        NotReached: the account, or a worker behind it, did not answer.
    """
    with TemporaryDirectory(prefix="furlough-") as folder:
        store = Store(Path(folder) / "store")
        family = store.seal(json.dumps({"relation": relation})) if relation else ask.family
        said = ask.model_copy(update={"family": family})
        found = events(desk, leave, said, leave.initial, store if relation else None)
    if refused := next((event.refusal for event in found if isinstance(event, Refused)), None):
        return refused
    asked = fold(leave, leave.initial, entries_of(said, found, 0, datetime.now(UTC)))
    return await _of_account(desk, asked, supposed)


async def _of_account(desk: Desk, asked: Leave, supposed: dict[str, Account]) -> Refusal | Leave:
    """Why the account would not hold the days; what it says of itself may change which days are wanted of it.

    Else the leave as it would be with its days and a number: before its first decision.
    """
    member, now = asked.whose.id, datetime.now(UTC)
    if member not in supposed:
        supposed[member] = await query(desk.answers, member_workflow(member), "state", Account) or account.initial
    state = supposed[member]
    while want := next((each for each in leave.wants(asked, now) if each.what == "days"), None):
        act = holdings.setting_days(want)
        found = events(desk, account, act, state)
        answer = next(event for event in found if isinstance(event, HeldDays | DaysRefused))
        if isinstance(answer, DaysRefused):
            return answer.refusal
        state = fold(account, state, entries_of(act, found, 0, now))
        asked = fold(leave, asked, entries_of(None, (holdings.of_days(want, answer),), asked.seq, now))
    supposed[member] = state
    numbered = [
        Took(spec=Number(base=asked.whose.base, year=now.year), n=asked.seq, ref=NO_NUMBER, cites=("foretold",))
    ]
    return fold(leave, asked, entries_of(None, tuple(numbered), asked.seq, now))
