"""Orders at the desk: what an authority orders, and what comes of it for the leaves of a base."""

from __future__ import annotations

import asyncio
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Final

from cyclopts import App, Parameter

from domain import privacy
from domain.acts import RescindOrder
from domain.garrison import Garrison
from domain.garrison.explaining import discreetly
from domain.garrison.explaining import explain as explain_leave
from domain.garrison.orders import Edition, editions
from domain.leave import discreet
from starter import bases, issuing, order_reading
from starter.desk import Desk, at_desk
from starter.flags import HERE, How, Switch
from starter.order_faults import of_file, of_flags
from starter.order_flags import OrderFlags
from starter.order_papers import chain, explained, listed, numbers_of
from starter.papers import lay
from starter.signing import countersign
from starter.speaking import OWN, For, heading
from wiring import console
from wiring.trouble import Misset

order = App(
    name="order", help="Base and mission orders: issue, amend, rescind, countersign, attach, list, show, explain."
)
order.command(countersign)
order.command(lay, name="attach")

NOTHING_SAID: Final = OrderFlags()


@order.command
async def issue(
    *files: Path,
    number: str | None = None,
    said: OrderFlags = NOTHING_SAID,
    dry_run: Switch = False,
    what_if: Switch = False,
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
            texts = [await asyncio.to_thread(order_reading.text, file) for file in files]
            new = [
                order_reading.read(desk, text, how.base, of_file(file), sha256(text.encode()).hexdigest())
                for file, text in zip(files, texts, strict=True)
            ]
        else:
            issuer = whose.for_post or desk.settings.post
            text = said.text(str(number), 1, _now(desk), issuer)
            new = [order_reading.read(desk, text, how.base, of_flags(text))]
        # One after the other: the versions of a number follow each other, also where they are only tried.
        supposed: dict[str, Garrison] = {}
        exits = {await issuing.issue(desk, one, whose, dry_run, how, supposed, what_if=what_if) for one in new}
        return exits.pop() if len(exits) == 1 else 6


@order.command
async def amend(
    number: str,
    *,
    said: OrderFlags = NOTHING_SAID,
    dry_run: Switch = False,
    what_if: Switch = False,
    whose: For = OWN,
    how: How = HERE,
) -> int:
    """Issue the next version of an order: what is not said stays as it was.

    Args:
        number: The order's number, without its version.
        dry_run: Show what would come of it; change nothing.
        what_if: Tell each leave that it would turn, whoever is to issue it; change nothing.
    """
    async with at_desk(acting=not (dry_run or what_if), copied=True, **how.settings) as desk:
        last = (await _last(desk, number)).order
        text = said.text(number, last.version + 1, _now(desk), last.issuer, before=last)
        new = order_reading.read(desk, text, how.base, of_flags(text))
        return await issuing.issue(desk, new, whose, dry_run, how, {}, what_if=what_if)


@order.command
async def rescind(
    number: str, *, reason: str, at: str | None = None, dry_run: Switch = False, whose: For = OWN, how: How = HERE
) -> int:
    """End an order before its time; whom it suspended is free again, if nothing else bars them.

    Args:
        number: The order's number, without its version.
        reason: Why it ends.
        at: From when it no longer holds, on the base's clock; else from now.
        dry_run: Show what would come of it; change nothing.
    """
    async with at_desk(acting=not dry_run, copied=True, **how.settings) as desk:
        last = (await _last(desk, number)).order
        base = bases.at_base(desk, how.base) if not last.mission_wide else bases.seat(desk)
        moment = desk.moment(at, base).replace(second=0, microsecond=0) if at else None
        head = heading(desk, whose, post=last.issuer, dry_run=dry_run)
        act = RescindOrder(**head, base=base, number=number, at=moment, reason=reason)
        if last.mission_wide:
            return await issuing.mission_wide(desk, act, f"rescission of {number}", dry_run, how, {})
        return await bases.say(desk, act, f"rescission of {number}", how, dry_run=dry_run)


@order.command(name="list")
async def list_(
    base: str | None = None,
    *,
    at: str | None = None,
    all_: Annotated[Switch, Parameter(name="--all")] = False,
    how: How = HERE,
) -> int:
    """Which orders a base knows, in force now and to come.

    Args:
        base: The base; else this desk's.
        at: As of then, on the base's clock.
        all_: Also those which are over.
    """
    async with at_desk(copied=base or True, **how.settings) as desk:
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
    async with at_desk(copied=base or True, **how.settings) as desk:
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
    async with at_desk(copied=True, **how.settings) as desk:
        face = await desk.leaves().find(leave)
        zone, moment = desk.zone(face.base), desk.moment(at, face.base)
        state, days = await bases.known_at(desk, face.base), bases.days_of(desk, face.base)
        strength = bases.strength_for(desk, state, face.leave_id)
        found = explain_leave(state, face.leave_id, moment, days, strength)
        if not privacy.told_the_kind(desk.reader(), face.base, face.member, face.posts):
            face, found = discreet.face(face), found and discreetly(found)
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


def _now(desk: Desk) -> datetime:
    """This minute, on the desk's clock."""
    return datetime.now(desk.zone()).replace(second=0, microsecond=0)
