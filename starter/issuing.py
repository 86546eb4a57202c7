"""An order, or its end, on its way from the desk: tried by the bases' own rules first, then said to those it is for."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Final

from temporalio.client import WorkflowExecutionStatus
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from activities.register import lookups
from activities.register.database import reading
from domain import garrison, ids
from domain.acts import IssueOrder, RescindOrder
from domain.carrying import Carried, Spread
from domain.decider import Refused
from domain.garrison import Garrison
from domain.garrison.events import AlreadySo
from domain.orders import Order
from domain.refusal import Refusal
from domain.restrictions import ClosedDestination
from domain.words import counted
from starter import bases, foresight, receipts
from starter.desk import Desk, new_id
from starter.flags import How
from starter.order_papers import paper
from starter.speaking import For, heading
from starter.what_if import foretold
from wiring import console
from wiring.deliver import QUEUE, NotDelivered
from wiring.queries import query
from wiring.trouble import NotReached

_CARRIED: Final = timedelta(minutes=1)


async def issue(
    desk: Desk, new: Order, whose: For, dry_run: bool, how: How, supposed: dict[str, Garrison], *, what_if: bool = False
) -> int:
    """A base's order goes to each base of its scope, or to none; a mission's is tried on one base, then carried to all.

    `supposed` is how bases would stand after what a dry run has tried before.
    """
    scope = new.scope.bases
    named = how.base or (scope[0] if scope and not new.mission_wide else None)
    act = IssueOrder(
        **heading(desk, whose, post=new.issuer, dry_run=dry_run or what_if),
        base=bases.at_base(desk, named) if not new.mission_wide else bases.seat(desk),
        order=new,
    )
    what = f"order {new.name}"
    for place in _unflown(desk, new):
        console.warn(f"no flight of the register goes to {place}: {new.name} closes it to journeys by road alone")
    if (dry_run or what_if) and not how.json:
        console.say(paper(new, desk.zone(act.base)))
    if what_if:
        codes = bases.all_of(desk) if new.mission_wide else [bases.at_base(desk, code) for code in scope or (act.base,)]
        return await foretold(desk, act, codes, how)
    if new.mission_wide:
        return await mission_wide(desk, act, what, new.name, dry_run, how, supposed)
    codes = [act.base] if how.base or not scope else [bases.at_base(desk, code) for code in scope]
    acts = [act.model_copy(update={"base": code, "act_id": new_id()}) for code in codes]
    if not dry_run and len(acts) > 1 and (refused := await _refused_by(desk, acts)):
        for code, refusal in refused.items():
            receipts.not_accepted(desk, f"{what} at {code}", refusal, json=how.json)
        console.note("it was issued at none of its bases")
        return 5
    exits = {await bases.say(desk, one, what, how, dry_run=dry_run, supposed=supposed) for one in acts}
    return exits.pop() if len(exits) == 1 else 6


async def _refused_by(desk: Desk, acts: list[IssueOrder]) -> dict[str, Refusal]:
    """The bases which would refuse an order, by their own rules: it is not issued to some of its bases alone."""
    states = {act.base: await bases.known_at(desk, act.base) for act in acts}
    events = {act.base: foresight.events(desk, garrison, act, states[act.base]) for act in acts}
    return {code: one.refusal for code, said in events.items() for one in said if isinstance(one, Refused)}


def _unflown(desk: Desk, new: Order) -> list[str]:
    """The closed destinations to which nobody flies: there by road, or mistyped."""
    closed = {place for rule in new.restrictions if isinstance(rule, ClosedDestination) for place in rule.destinations}
    if not closed:
        return []
    with reading(desk.source) as session:
        return sorted(closed - lookups.flown_to(session))


async def mission_wide(
    desk: Desk,
    act: IssueOrder | RescindOrder,
    what: str,
    name: str,
    dry_run: bool,
    how: How,
    supposed: dict[str, Garrison],
) -> int:
    """An order for the mission, or its end. Nothing is published which the bases would refuse: they are asked first."""
    state = supposed.get(act.base) or await bases.known_at(desk, act.base)
    events = foresight.events(desk, garrison, act, state)
    if dry_run:
        supposed[act.base] = bases.afterwards(act, state, events)
    if dry_run or any(isinstance(event, Refused) for event in events):
        return bases.answered(desk, act, state, events, what, how, dry_run=dry_run)
    return await carry(desk, act, name, how, known=any(isinstance(event, AlreadySo) for event in events))


async def carry(desk: Desk, act: IssueOrder | RescindOrder, name: str, how: How, *, known: bool = False) -> int:
    """Bring a mission-wide order to every base, and wait until all have it; it goes on by itself if we stop waiting.

    One that is `known` already is carried all the same, since a base may have missed it.

    Raises:
        NotDelivered: not all bases had it in time.
    """
    handle = await desk.client.start_workflow(
        "OrderWorkflow",
        act,
        id=ids.order_workflow(name),
        task_queue=QUEUE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        result_type=Spread,
    )
    try:
        async with asyncio.timeout(_CARRIED.total_seconds()):
            with console.progress() as bar:
                task = bar.add_task(f"{name} to the bases", total=len(bases.all_of(desk)))
                while (await handle.describe()).status == WorkflowExecutionStatus.RUNNING:
                    bar.update(task, completed=len(await query(desk.client, handle.id, "carried", list[Carried])))
                    await asyncio.sleep(0.1)
            spread = await handle.result()
    except (TimeoutError, NotReached) as error:
        raise NotDelivered(
            f"Not every base has {name} yet.",
            why=error.why if isinstance(error, NotReached) else f"no end within {_CARRIED.seconds} s",
            known="it is on its way and arrives by itself",
            helps="is a worker running? furlough order list BASE tells whether a base has it",
        ) from error
    if spread.refusal:
        return receipts.not_accepted(desk, f"order {name}", spread.refusal, json=how.json)
    return _arrived(desk, name, spread.carried, how, known=known and not any(one.touched for one in spread.carried))


def _arrived(desk: Desk, name: str, carried: tuple[Carried, ...], how: How, *, known: bool) -> int:
    refused = [one for one in carried if one.refusal]
    if how.json:
        console.document({"order": name, "already": known, "bases": carried})
    else:
        at = console.clock(datetime.now(UTC), desk.zone(), desk.settings.base)
        head = "already so" if known else f"recorded {at}"
        console.say(f"{head} · {name} is at {len(carried) - len(refused)} of {len(carried)} bases")
        for one in sorted(carried, key=lambda one: one.base):
            if one.refusal:
                console.warn(
                    f"  {one.base}: NOT ACCEPTED, {one.refusal.why} (rule {one.refusal.rule}); {one.refusal.helps}"
                )
            else:
                console.say(f"  {one.base}: {counted(one.touched, 'leave')} changed by it")
    return 0 if not refused else 5 if len(refused) == len(carried) else 6
