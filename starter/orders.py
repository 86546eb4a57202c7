"""Orders at the desk: what an authority orders, and what comes of it for the leaves of a base."""

from __future__ import annotations

import asyncio
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from cyclopts import App, Parameter

from activities.register import lookups
from activities.register.database import reading
from domain.acts import IssueOrder, RescindOrder
from domain.decider import Refused
from domain.garrison import Garrison
from domain.garrison.events import AlreadySo
from domain.garrison.explaining import explain as explain_leave
from domain.garrison.order_text import OrderError, order_of
from domain.garrison.orders import Edition, editions
from domain.orders import Order
from domain.refusal import Refusal
from domain.restrictions import ClosedDestination
from starter import bases
from starter.desk import Desk, at_desk, new_id
from starter.flags import HERE, How
from starter.order_flags import OrderFlags
from starter.order_papers import chain, explained, listed, numbers_of, paper
from starter.speaking import OWN, For
from starter.what_if import foretold
from wiring import console
from wiring.trouble import Misset

order = App(name="order", help="Base and mission orders: issue, amend, rescind, list, show, explain.")

DryRun = Annotated[bool, Parameter(negative="")]
NOTHING_SAID: Final = OrderFlags()


@order.command
async def issue(
    *files: Path,
    number: str | None = None,
    said: OrderFlags = NOTHING_SAID,
    dry_run: DryRun = False,
    what_if: DryRun = False,
    whose: For = OWN,
    how: How = HERE,
) -> int:
    """Issue an order, by flags or from TOML files; each tells which leaves it now suspends or lets wait.

    Args:
        files: Orders as TOML: number, version, issuer, title, since, until or last_minute, etp, scope, restrictions.
        number: The order's number, where it is said in flags.
        dry_run: Show the order as it is read and what would come of it; change nothing.
        what_if: Tell each leave that it would turn, whoever is to issue it; change nothing.
    """
    if bool(files) == (number is not None) or (files and said != NOTHING_SAID):
        both = f", got the file {files[0]} and flags beside it" if files else ", got neither"
        raise Misset(
            "An order is said in a file or in flags.",
            why=f"expected FILE, or --number NUMBER and the flags which say it{both}",
            helps="furlough order issue --help",
        )
    async with at_desk(acting=not (dry_run or what_if), **how.settings) as desk:
        if files:
            texts = [await asyncio.to_thread(_text, file) for file in files]
            new = [_read(desk, text, how.base, sha256(text.encode()).hexdigest()) for text in texts]
        else:
            new = [_read(desk, said.text(str(number), 1, _now(desk), desk.settings.post), how.base)]
        # One after the other: the versions of a number follow each other, also where they are only tried.
        supposed: dict[str, Garrison] = {}
        exits = {await _issue(desk, one, whose, dry_run, how, supposed, what_if=what_if) for one in new}
        return exits.pop() if len(exits) == 1 else 6


@order.command
async def amend(
    number: str,
    *,
    said: OrderFlags = NOTHING_SAID,
    dry_run: DryRun = False,
    what_if: DryRun = False,
    whose: For = OWN,
    how: How = HERE,
) -> int:
    """Issue the next version of an order: what is not said stays as it was.

    Args:
        number: The order's number, without its version.
        dry_run: Show what would come of it; change nothing.
        what_if: Tell each leave that it would turn, whoever is to issue it; change nothing.
    """
    async with at_desk(**how.settings) as desk:
        last = (await _last(desk, number)).order
        text = said.text(number, last.version + 1, _now(desk), last.issuer, before=last)
        return await _issue(desk, _read(desk, text, how.base), whose, dry_run, how, {}, what_if=what_if)


async def _issue(
    desk: Desk, new: Order, whose: For, dry_run: bool, how: How, supposed: dict[str, Garrison], *, what_if: bool = False
) -> int:
    """A base's order goes to each base of its scope, or to none; a mission's is tried on one base, then carried to all.

    `supposed` is how bases would stand after what a dry run has tried before.
    """
    scope = new.scope.bases
    named = how.base or (scope[0] if scope and not new.mission_wide else None)
    act = IssueOrder(
        **bases.head(desk, whose, new.issuer),
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
        return await _carry(desk, act, what, new.name, dry_run, how, supposed)
    codes = [act.base] if how.base or not scope else [bases.at_base(desk, code) for code in scope]
    acts = [act.model_copy(update={"base": code, "act_id": new_id()}) for code in codes]
    if not dry_run and len(acts) > 1 and (refused := await _refused_by(desk, acts)):
        for code, refusal in refused.items():
            bases.not_accepted(desk, f"{what} at {code}", refusal, how)
        console.note("it was issued at none of its bases")
        return 5
    exits = {await bases.say(desk, one, what, how, dry_run=dry_run, supposed=supposed) for one in acts}
    return exits.pop() if len(exits) == 1 else 6


async def _refused_by(desk: Desk, acts: list[IssueOrder]) -> dict[str, Refusal]:
    """The bases which would refuse an order, by their own rules: it is not issued to some of its bases alone."""
    states = {act.base: await bases.known_at(desk, act.base) for act in acts}
    events = {act.base: bases.foreseen(desk, act, states[act.base]) for act in acts}
    return {code: one.refusal for code, said in events.items() for one in said if isinstance(one, Refused)}


def _unflown(desk: Desk, new: Order) -> list[str]:
    """The closed destinations to which nobody flies: there by road, or mistyped."""
    closed = {place for rule in new.restrictions if isinstance(rule, ClosedDestination) for place in rule.destinations}
    if not closed:
        return []
    with reading(desk.source) as session:
        return sorted(closed - lookups.flown_to(session))


async def _carry(
    desk: Desk,
    act: IssueOrder | RescindOrder,
    what: str,
    name: str,
    dry_run: bool,
    how: How,
    supposed: dict[str, Garrison],
) -> int:
    """Nothing is published which the bases would refuse: their own rules are asked first."""
    state = supposed.get(act.base) or await bases.known_at(desk, act.base)
    events = bases.foreseen(desk, act, state)
    if dry_run:
        supposed[act.base] = bases.afterwards(act, state, events)
    if dry_run or any(isinstance(event, Refused) for event in events):
        return bases.answered(desk, act, state, events, what, how, dry_run=dry_run)
    return await bases.carry(desk, act, name, how, known=any(isinstance(event, AlreadySo) for event in events))


@order.command
async def rescind(
    number: str, *, reason: str, at: str | None = None, dry_run: DryRun = False, whose: For = OWN, how: How = HERE
) -> int:
    """End an order before its time; whom it suspended is free again, if nothing else bars them.

    Args:
        number: The order's number, without its version.
        reason: Why it ends.
        at: From when it no longer holds, on the base's clock; else from now.
        dry_run: Show what would come of it; change nothing.
    """
    async with at_desk(**how.settings) as desk:
        last = (await _last(desk, number)).order
        base = bases.at_base(desk, how.base) if not last.mission_wide else bases.seat(desk)
        moment = desk.moment(at, base).replace(second=0, microsecond=0) if at else None
        act = RescindOrder(**bases.head(desk, whose, last.issuer), base=base, number=number, at=moment, reason=reason)
        if last.mission_wide:
            return await _carry(desk, act, f"rescission of {number}", f"{number}.end", dry_run, how, {})
        return await bases.say(desk, act, f"rescission of {number}", how, dry_run=dry_run)


@order.command(name="list")
async def list_(
    base: str | None = None,
    *,
    at: str | None = None,
    all_: Annotated[DryRun, Parameter(name="--all")] = False,
    how: How = HERE,
) -> int:
    """Which orders a base knows, in force now and to come.

    Args:
        base: The base; else this desk's.
        at: As of then, on the base's clock.
        all_: Also those which are over.
    """
    async with at_desk(**how.settings) as desk:
        code = bases.at_base(desk, base or how.base)
        moment, zone = desk.moment(at, code), desk.zone(code)
        state = await bases.known_at(desk, code)
        shown = [e for e in editions(state.book) if all_ or e.end is None or e.end > max(moment, e.order.since)]
        if how.json:
            console.document({"base": code, "at": moment, "orders": shown})
            return 0
        if not shown:
            console.say(f"{code} has no orders" + ("" if all_ else " in force or to come"))
            return 0
        table = listed(shown, moment, zone)
        console.say(table)
    return 0


@order.command
async def show(number: str, *, base: str | None = None, how: How = HERE) -> int:
    """One order through all its versions: what each said, when it was said and entered, what ended it.

    Of a verbal order, entered later, also what was decided between its first minute and its entry.

    Args:
        number: The order's number, without its version.
        base: The base; else this desk's.
    """
    async with at_desk(**how.settings) as desk:
        code = bases.at_base(desk, base or how.base or bases.seat(desk))
        state = await bases.known_at(desk, code)
        if number not in state.book:
            raise _no_order(code, number, state)
        if how.json:
            console.document({"base": code, "number": number, "versions": state.book[number]})
            return 0
        for line in chain(state.book[number], desk.zone(code), numbers_of(state)):
            console.say(line)
    return 0


@order.command
async def explain(leave: str, *, at: str | None = None, how: How = HERE) -> int:
    """Which orders were held against a leave, which bar it and until when, what would help, the first date that passes.

    Args:
        leave: The leave, as every command takes it.
        at: As of then, on the base's clock.
    """
    async with at_desk(**how.settings) as desk:
        face = await desk.leaves().find(leave)
        zone, moment = desk.zone(face.base), desk.moment(at, face.base)
        state, days = await bases.known_at(desk, face.base), bases.days_of(desk, face.base)
        strength = bases.strength_for(desk, state, face.leave_id)
        found = explain_leave(state, face.leave_id, moment, days, strength)
        if how.json:
            console.document({"leave": face.leave_id, "number": face.number, "state": face.state, "explained": found})
            return 0
        for line in explained(face, found, zone):
            console.say(line)
    return 0


async def _last(desk: Desk, number: str) -> Edition:
    """The newest version of an order, as the base knows it. Raises Misset where it knows none."""
    base = bases.at_base(desk, desk.settings.base) if desk.settings.base else bases.seat(desk)
    state = await bases.known_at(desk, base)
    if number not in state.book:
        raise _no_order(base, number, state)
    return state.book[number][-1]


def _no_order(base: str, number: str, state: Garrison) -> Misset:
    return Misset(
        f"{base} knows no order {number}.",
        why=f"expected one of {', '.join(state.book) or 'its orders, of which it has none'}",
        helps="furlough order list BASE; an order is named without its version",
    )


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no UTF-8"
        raise Misset(
            f"{file} cannot be read.", why=f"expected an order as TOML, got: {why}", helps="check the file"
        ) from error


def _read(desk: Desk, text: str, base: str | None, digest: str | None = None) -> Order:
    """The order which a text says, its times on the clock of its bases; of the mission's headquarters, for the mission.

    Raises:
        Misset: it is no order, with every finding; or its bases keep different times, and its own have no offset.
    """
    new = _parsed(desk, text, base or desk.settings.base or bases.seat(desk), digest)
    if base or new.mission_wide or not new.scope.bases:
        return new
    there = [_parsed(desk, text, bases.at_base(desk, code), digest) for code in new.scope.bases]
    if any(one != there[0] for one in there):
        raise Misset(
            "The bases of this order keep different times.",
            why=f"its times are on the clock of its base, and are not the same moment in {', '.join(new.scope.bases)}",
            known="nothing was changed",
            helps="--base BASE issues it to one of them, on its clock; or write its times with their offset from UTC",
        )
    return there[0]


def _parsed(desk: Desk, text: str, base: str, digest: str | None) -> Order:
    days = bases.days_of(desk, base)
    try:
        return order_of(text, days, digest)
    except OrderError as error:
        raise Misset(
            "This is no order.",
            why="\n       ".join(console.on_clock(str(finding), ZoneInfo(days.zone)) for finding in error.findings),
            known="nothing was changed",
            helps="mend what is named; --dry-run shows how it is read",
        ) from error


def _now(desk: Desk) -> datetime:
    """This minute, on the desk's clock."""
    return datetime.now(desk.zone()).replace(second=0, microsecond=0)
