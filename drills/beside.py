"""What is said beside leaves while they go on: orders of the base, and entries in accounts; each of them once."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final, NamedTuple

from temporalio.client import Client

from domain.account import Account
from domain.acts import Act, AdjustAccount, IssueOrder, RescindOrder
from domain.garrison import Garrison
from domain.ids import base_workflow, member_workflow
from domain.model import DAY, Code
from domain.orders import Order, Scope
from domain.restrictions import StopLeave
from drills.ledgers import LONG
from drills.load import first_of_all
from drills.mission import AHEAD, BASE, FLIGHTS, Mission
from drills.refusals import Back
from wiring.queries import query

LEAVES_TO_AN_ORDER: Final = 50
LEAVES_TO_AN_ENTRY: Final = 5
STOP: Final = timedelta(hours=6), timedelta(hours=14)
"""From when to when an order stops all leave, so that the day's flights leave without those whom it is about."""
UNKNOWN: Final = "order/unknown"


class Beside(NamedTuple):
    """What is said to a base or an account in its order, and by which rules some of it is to come back."""

    acts: tuple[Act, ...]
    refused: Mapping[str, str] = {}


def said(mission: Mission, seed: int) -> list[Beside]:
    """Orders that are issued, amended and, every other one, rescinded; entries that put accounts right."""
    chance, now = random.Random(seed), datetime.now(UTC)  # noqa: S311  (repeatable, and no secret)
    many = len(mission.members)
    orders = [_order(mission, i, chance, now) for i in range(1 + many // LEAVES_TO_AN_ORDER)]
    return [*orders, *(_entries(mission, member, now) for member in mission.members[::LEAVES_TO_AN_ENTRY])]


def _order(mission: Mission, i: int, chance: random.Random, now: datetime) -> Beside:
    number, unit = f"DO-{i}", f"C{i % (1 + len(mission.members) // LEAVES_TO_AN_ORDER)}"
    acts, day = [], first_of_all(now) + chance.randrange(FLIGHTS - AHEAD) * DAY
    for version in (1, 2):
        hours = datetime.combine(day, time(version), UTC)  # each begins within the one before it
        order = Order(
            number=number,
            version=version,
            issuer="CO",
            title="no leave on a day",
            since=hours + STOP[0],
            until=hours + STOP[1],
            scope=Scope(units=(unit,)),
            restrictions=(StopLeave(),),
            etp="CO",
        )
        acts.append(IssueOrder(**_head(mission, f"{order.name}/issue", now), base=BASE, order=order))
    ends: Any = RescindOrder(
        **_head(mission, f"{number}/rescind", now), base=BASE, number=number, reason="no more need"
    )
    never = ends.model_copy(update={"act_id": f"{number}/never", "number": f"{number}-NEVER"})
    return Beside((*acts, *([ends] if i % 2 else []), never), {never.act_id: UNKNOWN})


def _entries(mission: Mission, member: Code, now: datetime) -> Beside:
    words: dict[str, Any] = {"member": member, "purse": "annual", "on": now.date(), "reason": "as the pay office says"}
    return Beside(
        tuple(
            AdjustAccount(**_head(mission, f"{member}/adjust-{i}", now), **words, days=Decimal(days))
            for i, days in enumerate((2, -1))
        )
    )


def _head(mission: Mission, act_id: str, now: datetime) -> dict[str, Any]:
    return {"act_id": act_id, "decided_by": mission.posts["CO"], "post": "CO", "acted_at": now}


async def amiss(client: Client, others: Sequence[Beside], back: Mapping[str, Back]) -> list[str]:
    """What of it is not recorded just once, or came back otherwise than it was to, in sentences."""
    base: Garrison = await query(client, base_workflow(BASE), "state", Garrison, LONG)
    accounts: dict[str, Account] = {}
    for member in {act.member for one in others for act in one.acts if isinstance(act, AdjustAccount)}:
        accounts[member] = await query(client, member_workflow(member), "state", Account, LONG)
    return [what for one in others for what in (*_told(one, base, accounts, back), *_book(one, base))]


def _told(one: Beside, base: Garrison, accounts: Mapping[str, Account], back: Mapping[str, Back]) -> Iterator[str]:
    """Each act is recorded once, or came back by the rule by which it was to."""
    for act in one.acts:
        if isinstance(act, AdjustAccount):
            times = sum(line.ref == act.act_id for line in accounts[act.member].ledger)
        else:
            times = int(act.act_id in base.said)
        rule = one.refused.get(act.act_id, "")
        came = back.get(act.act_id, Back())
        if times != (0 if rule else 1):
            yield f"{act.act_id} is recorded {times} times"
        if came != Back(rule):
            yield f"{act.act_id} came back by {came.rule or came.reason or 'no rule'}, and was to by {rule or 'none'}"


def _book(one: Beside, base: Garrison) -> Iterator[str]:
    """The versions of a number stand in the base's book as they were issued, and it ended where it was rescinded."""
    issued = [act.order for act in one.acts if isinstance(act, IssueOrder)]
    if not issued:
        return
    number = issued[0].number
    versions = base.book.get(number, ())
    if [edition.order for edition in versions] != issued:
        yield f"{number} stands in the book in other versions than were issued"
    rescinded = any(isinstance(act, RescindOrder) and act.number == number for act in one.acts)
    if versions and (versions[-1].rescinded_by == "rescission") != rescinded:
        yield f"{number} was {'' if rescinded else 'not '}rescinded, and the book says otherwise"
