"""Who may do what at a base: issue and rescind orders, exempt from them, override the strength of a unit.

Whether the person holds a post now and when it was said, by appointment or written delegation, is a fact looked up.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from domain.acts import Act, Exempt, IssueOrder, Override, RescindOrder
from domain.authority import overriders, own, speaks_as
from domain.capacities import OVERRIDING
from domain.facts import Facts, HeldPost
from domain.garrison.orders import Edition
from domain.garrison.sitting import Sitting
from domain.garrison.state import Line
from domain.garrison.turns import too_soon
from domain.holdings import Place
from domain.model import Code
from domain.orders import Order, Role
from domain.refusal import Refusal

PARTED: Final = "have the last day corrected to that of the emergency; the other leave is asked for by itself"
"""What helps an emergency whose absence goes on as leave of another kind."""


def may_issue(act: IssueOrder, facts: Facts) -> Refusal | None:
    """The issuer of an order: a commander of the base or above its own; of a mission-wide one, the force commander.

    Who stands above the issuer of the version before may sit at another base, and so may who commands the mission.
    """
    order, mine = act.order, _mine(act, facts)
    if isinstance(mine, Refusal):
        return mine
    roles: tuple[Role, ...] = ("force-commander",) if order.mission_wide else ("commander", "force-commander")
    places = {p.post for p in mine if p.base == act.base or p.role == "force-commander"}
    places |= {*facts.superiors, *facts.over}
    if any(p.post == order.issuer and p.role in roles and p.post in places for p in mine):
        return None
    issuer, where = next((p for p in mine if p.post == order.issuer), None), act.base
    if issuer:
        orders = f"a {' or '.join(roles)} of {'the mission' if order.mission_wide else f'{where}, or a post above one'}"
        return Refusal(
            rule="authority/order",
            why=f"{order.issuer} gives no orders {'to the whole mission' if order.mission_wide else f'at {where}'}",
            facts={"expected": orders, "got": f"{issuer.post}, {issuer.role} of {issuer.base or 'the mission'}"},
            helps=f"let {orders} issue it",
        )
    return Refusal(
        rule="authority/order",
        why=f"{order.name} is an order of {order.issuer}, held by a {' or '.join(roles)} of {where} or above",
        facts={"expected": order.issuer, "got": _posts(mine)},
        helps=f"let the holder of {order.issuer}, or who has a written delegation, do it",
    )


def may_change(act: IssueOrder | RescindOrder, order: Order, facts: Facts) -> Refusal | None:
    """Whoever holds the post that issued a version, or one above it, amends or rescinds it."""
    return _may_change(act, (order.issuer, *facts.superiors), order, facts)


def may_end(act: IssueOrder, order: Order, facts: Facts) -> Refusal | None:
    """The same for an order which another one rescinds."""
    return _may_change(act, (order.issuer, *facts.above.get(order.issuer, ())), order, facts)


def _may_change(act: IssueOrder | RescindOrder, posts: tuple[Code, ...], order: Order, facts: Facts) -> Refusal | None:
    mine = _mine(act, facts)
    if isinstance(mine, Refusal):
        return mine
    if any(p.post in posts for p in mine):
        return None
    return Refusal(
        rule="authority/order",
        why=f"{order.name} is an order of {order.issuer}; only that post, or one above it, changes it",
        facts={"expected": ", ".join(posts), "got": _posts(mine)},
        helps=f"let the holder of {order.issuer}, or of a post above it, do it",
    )


def may_exempt(act: Exempt, edition: Edition, line: Line, sitting: Sitting) -> Refusal | None:
    """The post which the order names or, as facts name them, its deputy and the posts above it. Never a lower one.

    Whoever stands in for the post named waits for the turn (`turns.py`).
    """
    order, facts = edition.order, sitting.facts
    if refusal := own(act, line.wish.member):
        return refusal
    if act.ground not in order.grounds:
        return Refusal(
            rule="etp/ground",
            why=f"{order.name} allows no exemption on this ground",
            facts={"expected": ", ".join(order.grounds), "got": act.ground},
            helps="give a ground which the order names, or have the order amended",
        )
    posts = (order.etp, *(p.post for p in facts.etp_posts if p.post != order.etp))
    mine = _mine(act, facts)
    if isinstance(mine, Refusal):
        return mine
    if held := tuple(p for p in mine if p.post in posts):
        return too_soon(order, held, line, sitting.state, facts, sitting.as_of)
    return Refusal(
        rule="etp/authority",
        why=f"{order.name} names the post that may exempt; its deputy and those above may too, none below",
        facts={"expected": ", ".join(posts), "got": _posts(mine)},
        helps=f"ask {order.etp}",
    )


def may_override(act: Override, line: Line, facts: Facts) -> Refusal | None:
    """For an emergency alone, the post which the member's rule pack names: in their own chain, where it has one."""
    place = line.wish
    if refusal := own(act, place.member):
        return refusal
    mine = _mine(act, facts)
    if isinstance(mine, Refusal):
        return mine
    decided = facts.decided | place.decided
    here = (who for capacity, who in line.consented.items() if capacity != OVERRIDING)
    posts = overriders(facts.desks, (*place.deciders, *decided.values(), *here, place.member))
    if not any(p.post in posts for p in mine):
        return Refusal(
            rule="strength/override",
            why=f"the rule pack lets a {place.override_role} decide that a unit may be short",
            facts={"expected": ", ".join(posts) or place.override_role, "got": _posts(mine)},
            helps=f"ask {' or '.join(posts) or f'for a {place.override_role} in the register'}",
        )
    return _no_emergency(place)


def above_etp(act: Exempt, edition: Edition, sitting: Sitting) -> tuple[Code, ...]:
    """The posts above the one by which somebody exempts, as looked up for the post that the order names."""
    return _higher(act, (edition.order.etp, *sitting.facts.superiors), sitting)


def above_override(act: Override, sitting: Sitting) -> tuple[Code, ...]:
    """The posts above the one by which somebody overrides strength."""
    desks = sitting.facts.desks
    higher = tuple(rung.post for rung in desks.get("override-above", ()))
    return _higher(act, (*(rung.post for rung in desks.get("override", ())), *higher), sitting, only=higher)


def _higher(
    act: Exempt | Override, posts: tuple[Code, ...], sitting: Sitting, only: tuple[Code, ...] | None = None
) -> tuple[Code, ...]:
    """Those of ascending posts above the highest which the person holds; a deputy holds what its post does.

    Of posts that stand beside each other `only` those above all of them review what one of them decided.
    """
    mine = {p.post for p in sitting.facts.person.posts} if sitting.facts.person else set()
    held = max((i for i, post in enumerate(posts) if post in mine), default=0)
    return tuple(post for post in posts[held + 1 :] if only is None or post in only)


def _no_emergency(place: Place) -> Refusal | None:
    """Told to those alone who may override: to anybody else it would tell the kind of leave."""
    if place.emergency:
        return None
    beside = place.others != place.kinds
    return Refusal(
        rule="strength/override",
        why="only an emergency may exceed the strength of a unit, and no other leave that follows one",
        facts={"expected": "emergency", "got": ", then ".join(place.kinds)},
        helps=PARTED if beside else "it keeps its place in the queue",
    )


def _mine(act: Act, facts: Facts) -> tuple[HeldPost, ...] | Refusal:
    return speaks_as(act, facts.person) if facts.person else ()


def _posts(posts: Collection[HeldPost]) -> str:
    return ", ".join(f"{p.post} ({p.role}) since {p.since}" for p in posts) or "no post"
