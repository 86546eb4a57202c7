"""The desk of a base: each act finds its rule. What it changes for other leaves is decided with it, never later."""

from __future__ import annotations

from typing import Any

from domain import once
from domain.acts import (
    Act,
    BaseAct,
    Enter,
    Exempt,
    IssueOrder,
    Lapse,
    LayPaper,
    LookAgain,
    Override,
    RescindOrder,
    SetAside,
    SetPlace,
    SignEntry,
    Told,
    VoidNumbers,
)
from domain.authority import unfounded
from domain.decider import Event
from domain.facts import Facts, Need
from domain.garrison import orders
from domain.garrison.attaching import lay_paper
from domain.garrison.events import Forgotten, Opened, OrderIssued
from domain.garrison.exempting import exempt, override
from domain.garrison.ordering import issue_order
from domain.garrison.places import enter, look_again, set_place, told
from domain.garrison.rescinding import rescind_order
from domain.garrison.setting_aside import set_aside
from domain.garrison.signing import sign_entry
from domain.garrison.sitting import Sitting
from domain.garrison.state import OPENED, Garrison
from domain.garrison.strength import FAR
from domain.garrison.voiding import void_numbers
from domain.holdings import Place
from domain.model import DAY, Code, Instant, Model, date
from domain.refusal import Refusal
from domain.signing import lapse

RULES: dict[type[Act], Any] = {
    Enter: enter,
    SetPlace: set_place,
    Told: told,
    LookAgain: look_again,
    IssueOrder: issue_order,
    RescindOrder: rescind_order,
    Exempt: exempt,
    Override: override,
    SetAside: set_aside,
    SignEntry: sign_entry,
    LayPaper: lay_paper,
    VoidNumbers: void_numbers,
}


def needs(act: BaseAct | Lapse, state: Garrison) -> frozenset[Need]:
    """The facts which a decision wants; of whom they are asked, `about` tells. A repeat rests on the base alone."""
    if isinstance(act, Lapse):
        return frozenset()
    opening: frozenset[Need] = frozenset() if state.base else frozenset({"orders"})
    match act:
        case Enter() | Told(gone=()):
            return opening
        case SetPlace(leave_id=leave_id, n=n) if leave_id in state.leaves and n <= state.leaves[leave_id].n:
            return opening
        case SetPlace() | Told() | LookAgain():
            return opening | {"strength", "calendar"}
        case Override() | Exempt():
            desks: frozenset[Need] = frozenset({"desks"}) if isinstance(act, Override) else frozenset()
            twice: frozenset[Need] = frozenset({"base", "terms"}) if act.twice else frozenset()
            return opening | desks | twice | {"person", "strength", "calendar", "degraded", "decided"}
        case SetAside() | SignEntry() | LayPaper() | VoidNumbers():
            return opening | {"person"}
        case _:
            return opening | {"person", "strength", "calendar"}


class About(Model):
    """What facts are asked for: the units whose strength counts, on which days, and whose an order is.

    `member` is whose chain tells who may override. The days are those of all leaves that may be judged, and beyond them
    those among which a free place is looked for. `etp` is the post which an order names for exemptions, `issuer` whose
    it is as it stands (where somebody exempts in a second capacity: the post named, those above which review it),
    `issuers` whose those are that it rescinds, and `keys` the key posts which orders name.
    """

    member: Code | None = None
    units: tuple[Code, ...] = ()
    first: date | None = None
    last: date | None = None
    etp: Code | None = None
    issuer: Code | None = None
    issuers: tuple[Code, ...] = ()
    keys: tuple[Code, ...] = ()


def about(act: BaseAct, state: Garrison) -> About:
    """What of the world a decision rests on: all leaves that may be judged by it, and the one that asks."""
    lines, etp, issuer, keys = state.asking(), None, None, _keys(act, state)
    issuers: tuple[Code, ...] = ()
    member: Code | None = None
    places: list[Place] = []
    units: set[Code] = set()
    match act:
        case SetPlace(leave_id=leave_id, place=place):
            places = [place] if place else []
            units = {p.unit for p in places} | ({lines[leave_id].wish.unit} if leave_id in lines else set())
        case Exempt(leave_id=leave_id) | Override(leave_id=leave_id):
            units = {lines[leave_id].wish.unit} if leave_id in lines else set()
            if (isinstance(act, Override) or act.twice) and leave_id in lines:
                member = lines[leave_id].wish.member
            if isinstance(act, Exempt) and (edition := orders.find(state.book, act.order)):
                etp = edition.order.etp
                issuer = etp if act.twice else None
        case Told(gone=gone):
            units = {lines[key].wish.unit for key in gone if key in lines}
        case LookAgain():
            units = set(state.units)
        case Enter() | SetAside() | SignEntry() | LayPaper() | VoidNumbers():
            return About()
        case IssueOrder() | RescindOrder():
            named = act.order.scope.units if isinstance(act, IssueOrder) and act.order.shares_places else ()
            units, issuer = {*state.units, *named}, orders.issuer(state.book, act)
            issuers = orders.issuers(state.book, act)
    if units and keys:  # holders of key posts are counted over all units
        units |= state.units
    places += [line.wish for line in lines.values() if line.wish.unit in units]
    return About(
        member=member,
        units=tuple(sorted(units)),
        first=first - _apart(state) * DAY if (first := min((p.first for p in places), default=None)) else None,
        last=max((p.last + FAR * DAY for p in places), default=None),
        etp=etp,
        issuer=issuer,
        issuers=issuers,
        keys=keys,
    )


def _apart(state: Garrison) -> int:
    """The most days of quarantine before a departure."""
    return max((r.before for e in orders.editions(state.book) for r in e.order.quarantines), default=0)


def _keys(act: BaseAct, state: Garrison) -> tuple[Code, ...]:
    new = (act.order,) if isinstance(act, IssueOrder) else ()
    said = (*new, *(e.order for e in orders.editions(state.book)))
    return tuple(sorted({post for order in said for post in order.key_posts}))


def decide(act: BaseAct | Lapse, state: Garrison, facts: Facts, now: Instant) -> tuple[Event, ...]:
    """What an act leads to: its answer, and every verdict that changes by it."""
    if isinstance(act, Lapse):
        return lapse(act, state.unsigned)
    sitting = Sitting(act, state, facts, now)
    if state.base not in (None, act.base):
        sitting.refuse(_elsewhere(act, state))
        return sitting.events
    if not state.base:
        _open(sitting)
    if refusal := unfounded(act, facts, now, _recorded_at(act, state)):
        sitting.refuse(refusal)
        return sitting.events
    if answer := once.again(act, state.said):
        sitting.say(answer)
        return sitting.events
    RULES[type(act)](act, sitting)
    if (sitting.state.book, sitting.state.leaves) != (state.book, state.leaves):  # a repeat changes nothing
        _put_away(sitting)
    return sitting.events


def _recorded_at(act: BaseAct, state: Garrison) -> Code | None:
    """The base at which a recorder of the act sits; an order of the mission is recorded once, at any of its bases."""
    match act:
        case IssueOrder(order=order):
            return None if order.mission_wide else act.base
        case RescindOrder(number=number) if number in state.book:
            return None if state.book[number][-1].order.mission_wide else act.base
        case _:
            return act.base


def _elsewhere(act: BaseAct, state: Garrison) -> Refusal:
    return Refusal(
        rule="base/other",
        why="the act is addressed to another base",
        facts={"expected": state.base or "", "got": act.base},
        helps=f"send it to {act.base}",
    )


def _open(sitting: Sitting) -> None:
    """A base that is spoken to for the first time takes over the mission's orders."""
    sitting.say(Opened(base=sitting.act.base, cites=(OPENED,)))
    for order in sorted(sitting.facts.mission_orders, key=lambda o: (o.number, o.version)):
        sitting.say(OrderIssued(order=order, cites=(order.name, OPENED)))


def _put_away(sitting: Sitting) -> None:
    """The state carries what rules need, and not the story."""
    before = sitting.now - orders.MEMORY
    names = orders.ended_before(sitting.state.book, before)
    lines = sitting.state.leaves.items()
    closed = tuple(sorted(key for key, line in lines if line.place is None and line.seen < before.date()))
    aside = tuple(sorted(file for file, at in sitting.state.aside.items() if at < before))
    unsigned = tuple(sorted(act for act, one in sitting.state.unsigned.items() if one.by < before))
    bare = tuple(sorted(act for act, one in sitting.state.bare.items() if one.since < before))
    if names or closed or aside or unsigned or bare:
        gone = Forgotten(orders=names, leaves=closed, aside=aside, unsigned=unsigned, bare=bare)
        sitting.say(gone.model_copy(update={"cites": ("base/memory",)}))
