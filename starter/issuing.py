"""An order, or its end, on its way from the desk: tried by the bases' own rules first, then said to those it is for."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Final

from temporalio.client import WorkflowFailureError
from temporalio.service import RPCError

from activities.register import lookups
from activities.register.database import reading
from domain import garrison
from domain.acts import IssueOrder, RescindOrder
from domain.carrying import Carried, Spread
from domain.decider import Refused
from domain.garrison import Garrison
from domain.once import AlreadySo
from domain.orders import Order
from domain.refusal import Refusal
from domain.restrictions import ClosedDestination
from starter import bases, foresight, receipts
from starter.desk import Desk, new_id
from starter.flags import How
from starter.order_papers import numbers_of, paper
from starter.speaking import For, heading
from starter.what_if import foretold
from wiring import console
from wiring.addresses import errand
from wiring.spool import Spooled
from wiring.trouble import NotReached

_CARRIED: Final = timedelta(seconds=30)
"""How long it is waited until each base has answered, which are many."""


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
        console.warn(f"no flight of the register goes to {place}: {new.name} is about journeys there by road alone")
    if (dry_run or what_if) and not how.json:
        console.say(paper(new, desk.zone(act.base)))
    if what_if:
        codes = bases.all_of(desk) if new.mission_wide else [bases.at_base(desk, code) for code in scope or (act.base,)]
        return await foretold(desk, act, codes, how)
    if new.mission_wide:
        return await mission_wide(desk, act, what, dry_run, how, supposed)
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
    """The destinations that are closed, or which the order is about, to which nobody flies: by road, or mistyped."""
    closed = {place for rule in new.restrictions if isinstance(rule, ClosedDestination) for place in rule.destinations}
    named = closed | set(new.scope.destinations)
    if not named:
        return []
    with reading(desk.source) as session:
        return sorted(named - lookups.flown_to(session))


async def mission_wide(
    desk: Desk,
    act: IssueOrder | RescindOrder,
    what: str,
    dry_run: bool,
    how: How,
    supposed: dict[str, Garrison],
) -> int:
    """An order for the mission, or its end. Nothing is published which the bases would refuse: they are asked first.

    Where no server answers nothing is judged here; what then has no authority is published nowhere, and comes back.
    """
    if desk.away and not dry_run:
        return await carry(desk, act, what, how)
    state = supposed.get(act.base) or await bases.known_at(desk, act.base)
    events = foresight.events(desk, garrison, act, state)
    if dry_run:
        supposed[act.base] = bases.afterwards(act, state, events)
    if dry_run or any(isinstance(event, Refused) for event in events):
        return bases.answered(desk, act, state, events, what, how, dry_run=dry_run)
    return await carry(desk, act, what, how, known=any(isinstance(event, AlreadySo) for event in events))


async def carry(desk: Desk, act: IssueOrder | RescindOrder, what: str, how: How, *, known: bool = False) -> int:
    """Bring a mission-wide order to every base, through the spool as every act, and wait until all have it.

    One that is `known` already is carried all the same, since a base may have missed it. Returns the exit code.
    """
    act = act.model_copy(update={"everywhere": True})
    try:
        with console.progress() as bar:
            bar.add_task(f"{what} to the bases", total=None)
            outcome = await desk.send(act, within=_CARRIED)
    except Spooled as kept:
        receipts.show(receipts.spooled(what, act.act_id, kept), desk, json=how.json)
        return kept.code
    spread = await _spread(desk, act)
    if outcome.refused and not spread.carried:
        return receipts.not_accepted(desk, what, outcome.refused, json=how.json)
    name = act.order.name if isinstance(act, IssueOrder) else f"{act.number}.end"
    known = known and not any(one.touched for one in spread.carried)
    return await _arrived(desk, name, spread.carried, how, known=known)


async def _spread(desk: Desk, act: IssueOrder | RescindOrder) -> Spread:
    """What each base has answered, to all of which the order has come by now. Raises NotReached where nobody tells."""
    try:
        async with asyncio.timeout(_CARRIED.total_seconds()):
            spread: Spread = await desk.client.get_workflow_handle(errand(act), result_type=Spread).result()
    except (RPCError, TimeoutError, WorkflowFailureError) as error:
        raise NotReached(
            "What each base has answered was not told.",
            why=str(error) or f"no answer within {_CARRIED.total_seconds():g} s",
            known="it has come to the bases, and stands where they took it; said again, it changes nothing twice",
            helps="furlough order list BASE, or say it again once the server answers",
        ) from error
    if not spread.answers(act):
        raise NotReached(
            "What each base has answered was not told.",
            why="somebody else has said an order of the same name a moment later",
            known="it has come to the bases, and stands where they took it",
            helps="furlough order list BASE",
        )
    return spread


async def _arrived(desk: Desk, name: str, carried: tuple[Carried, ...], how: How, *, known: bool) -> int:
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
                console.say(f"  {one.base}: {'; '.join(await _turned(desk, one)) or 'no leave changes by it'}")
    return 0 if not refused else 5 if len(refused) == len(carried) else 6


async def _turned(desk: Desk, one: Carried) -> list[str]:
    """How leaves of a base stand now, by their numbers; by their ids, where the base does not tell these at once."""
    try:
        numbers = numbers_of(await bases.known_at(desk, one.base)) if one.turned else {}
    except NotReached:
        numbers = {}
    return bases.listed({word: [numbers.get(key, key) for key in keys] for word, keys in one.turned.items()})
