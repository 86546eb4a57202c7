"""Who may say what: posts, the ladders of desks, and the separation of duties (doctrine: decisions)."""

from __future__ import annotations

from domain.acts import Act
from domain.facts import HeldPost, Person
from domain.model import Code, Instant, timedelta
from domain.orders import Role
from domain.refusal import Refusal

RECORDERS: tuple[Role, ...] = ("clerk", "duty-officer", "gate", "administrator")
"""Posts which may write down, as recorder and never as decider, what another has decided or seen."""

AT_THE_GATE: tuple[Role, ...] = ("gate", "duty-officer", "clerk", "commander")
"""Posts whose observations of coming and going are always recorded."""

CAPACITIES = {"approve": "approval", "officer": "clearance", "confirm": "movement"}
"""The three capacities in which three different people decide, by desk."""


AHEAD = timedelta(minutes=10)
"""How far clocks may differ."""


def future(act: Act, now: Instant, *told: Instant | None) -> Refusal | None:
    """Nobody has decided or seen what is still to come: neither the act itself nor a moment `told` in it.

    `now` is the time of the process to which the act is said. What machines say carries their own time.
    """
    latest = max(at for at in (act.acted_at, *told) if at)
    if act.said == "machine" or latest <= now + AHEAD:
        return None
    return Refusal(
        rule="record/future",
        why="the moment told lies in the future; what has not happened yet cannot be recorded",
        facts={"expected": f"{now + AHEAD:%Y-%m-%d %H:%M}Z or before", "got": f"{latest:%Y-%m-%d %H:%M}Z"},
        helps="check date and time, or record it once it has happened",
    )


def known(act: Act, person: Person | None, clerk: Person | None) -> Refusal | None:
    """The person is in the register, and a recorder holds a post which may record."""
    if person is None:
        return Refusal(
            rule="authority/known-person",
            why="the person who decides is not in the register",
            facts={"decided_by": act.decided_by},
            helps="import the member into the register, or correct who decided",
        )
    if act.entered_by and (clerk is None or not clerk.holds(*RECORDERS)):
        return Refusal(
            rule="authority/recorder",
            why="only a clerk, a gate or a duty officer may record for another",
            facts={"entered_by": act.entered_by, "posts": _names(clerk)},
            helps="let the decider enter it, or a clerk of the base",
        )
    return None


def speaks_for(act: Act, person: Person) -> HeldPost | Refusal | None:
    """The post as which the person speaks: the one named, if it is theirs; None when no post was named."""
    if act.post is None:
        return None
    held = next((p for p in person.posts if p.post == act.post), None)
    if held is None:
        return Refusal(
            rule="authority/post",
            why="the post named is not held by the person, now and when it was said",
            facts={"expected": act.post, "got": _names(person)},
            helps="name a post you hold, or have a delegation entered in the register",
        )
    return held


def at_desk(act: Act, person: Person, desk: str, posts: tuple[Code, ...], member: Code) -> HeldPost | Refusal:
    """The post by which a person may decide at a desk whose turn has come to `posts`; never on their own leave."""
    if member in (person.id, act.entered_by):
        return Refusal(
            rule="decision/not-own",
            why="nobody decides on their own leave, nor records the decision",
            facts={"post": act.post or _names(person)},
            helps=f"one of {', '.join(posts) or 'the next higher posts'} decides",
        )
    named = speaks_for(act, person)
    if isinstance(named, Refusal):
        return named
    mine = (named,) if named else person.posts
    may = next((p for post in posts for p in mine if p.post == post), None)
    if may is None:
        return Refusal(
            rule=f"authority/{desk}",
            why="it is not the turn of this post",
            facts={
                "expected": ", ".join(posts) or "no post is appointed",
                "got": ", ".join(p.post for p in mine) or "no post",
            },
            helps=f"one of {', '.join(posts)} may decide" if posts else "have the post filled in the register",
        )
    return may


def separate(person: Person, desk: str, deciders: dict[str, Code]) -> Refusal | None:
    """Approval, clearance and movement are decided by three different people."""
    mine = CAPACITIES[desk]
    other = next((capacity for capacity, who in deciders.items() if who == person.id and capacity != mine), None)
    if other is None:
        return None
    return Refusal(
        rule="decision/separate-people",
        why=f"the person has decided on this leave already, in {other}",
        facts={"expected": f"another person for {mine}", "got": other},
        helps="another holder of the post, its deputy or the next higher decides",
    )


def _names(person: Person | None) -> str:
    return ", ".join(f"{p.post} since {p.since}" for p in person.posts) if person and person.posts else "no post"
