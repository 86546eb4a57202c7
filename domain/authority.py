"""Who may say what: posts, the ladders of desks, and the separation of duties (doctrine: decisions)."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from domain.acts import Act
from domain.capacities import apart
from domain.facts import Facts, HeldPost, Member, Person, Rung
from domain.model import Code, Instant, timedelta
from domain.orders import Role
from domain.refusal import Refusal

RECORDERS: tuple[Role, ...] = ("clerk", "duty-officer", "gate", "administrator")
"""Posts which may write down, as recorder and never as decider, what another has decided or seen."""

AT_THE_GATE: tuple[Role, ...] = ("gate", "duty-officer", "clerk", "commander")
"""Posts whose observations of coming and going are always recorded."""

CAPACITIES = {"attest": "attestation", "approve": "approval", "officer": "clearance", "confirm": "movement"}
"""The capacities in which different people decide, by desk."""


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


def unfounded(act: Act, facts: Facts, now: Instant, base: Code | None) -> Refusal | None:
    """What no act of a person may be, whoever it is said to: of the future, by somebody unknown, as another's post.

    `base` is where a recorder must sit, None any; machines are not asked.
    """
    if act.said == "machine":
        return None
    return future(act, now) or known(act, facts.person, facts.clerk, base)


def known(act: Act, person: Person | None, clerk: Person | None, base: Code | None = None) -> Refusal | None:
    """The person is in the register and speaks as no post but theirs; a recorder may record, at this base if given."""
    if person is None:
        return Refusal(
            rule="authority/known-person",
            why="the person who decides is not in the register",
            facts={"expected": "a person of the register", "got": act.decided_by},
            helps="import the member into the register, or correct who decided",
        )
    if act.entered_by and (act.entered_by == act.decided_by or not _at(base, clerk.posts if clerk else (), RECORDERS)):
        return Refusal(
            rule="authority/recorder",
            why="only a clerk, a gate or a duty officer of the base, or of the mission, may record for another",
            facts={"expected": f"{', '.join(RECORDERS)} of {base or 'any base'}", "got": _names(clerk)},
            helps="let the decider enter it, or a clerk of the base",
        )
    speaks = speaks_as(act, person)
    return speaks if isinstance(speaks, Refusal) else None


def speaks_as(act: Act, person: Person) -> tuple[HeldPost, ...] | Refusal:
    """The posts by whose power a person speaks: the one named, else all that are theirs.

    A post which is named is held, now and when it was said; one for which a delegate speaks, by a written delegation.
    What was seen is told by the posts held then, whether or not they are held still.
    """
    mine, named = _told_from(act, person), act.for_post or act.post
    delegated = tuple(p for p in mine if p.by == "delegation")
    for post, held, how in ((act.post, mine, "held by"), (act.for_post, delegated, "delegated in writing to")):
        if post is not None and post not in {p.post for p in held}:
            return Refusal(
                rule="authority/post",
                why=f"the post named is not {how} the person, {_when(act)}",
                facts={"expected": post, "got": _names(person)},
                helps="name a post you hold, or have a delegation entered in the register",
            )
    return mine if named is None else tuple(p for p in mine if p.post == named)


def own(act: Act, member: Code) -> Refusal | None:
    """Nobody decides on their own leave, records it, or exempts themself."""
    if member not in (act.decided_by, act.entered_by):
        return None
    return Refusal(
        rule="decision/not-own",
        why="nobody decides on their own leave, nor records the decision",
        facts={"expected": "somebody else", "got": "the member of this leave"},
        helps="another holder of the post, its deputy or the next higher decides",
    )


def of_others(act: Act, person: Person, member: Code) -> tuple[HeldPost, ...] | Refusal:
    """The posts by whose power a person speaks of a member's affairs, which are never their own; as `speaks_as`."""
    return own(act, member) or speaks_as(act, person)


def at_desk(act: Act, person: Person, desk: str, posts: tuple[Code, ...], member: Code) -> HeldPost | Refusal:
    """The post by which a person may decide at a desk whose turn has come to `posts`; never on their own leave."""
    mine = of_others(act, person, member)
    if isinstance(mine, Refusal):
        return mine
    throughout = [p for p in mine if p in person.posts]  # before one that was not held both then and now
    may = next((p for held in (throughout, mine) for post in posts for p in held if p.post == post), None)
    if may is None:
        return Refusal(
            rule=f"authority/{desk}",
            why="it is not the turn of this post",
            facts={
                "expected": ", ".join(posts) or "no post is appointed",
                "got": ", ".join(p.post for p in mine) or "no post",
            },
            helps=f"{' or '.join(posts)} may decide" if posts else "have the post filled in the register",
        )
    return may


def overriders(desks: Mapping[str, tuple[Rung, ...]], but_for: Collection[Code]) -> tuple[Code, ...]:
    """The posts which may let an emergency exceed the strength of its unit: those the rule pack names.

    Where each who holds one of them is the member, or has decided on the leave in another capacity (`but_for`), their
    deputies and those above them may too; never a lower one.
    """
    named, left = desks.get("override", ()), set(but_for)
    posts, holders = tuple(rung.post for rung in named), {who for rung in named for who in rung.holders}
    if not holders or not holders <= left:
        return posts
    deputies = (rung.deputy for rung in named if rung.deputy and not set(rung.deputies) <= left)
    return tuple(dict.fromkeys((*posts, *deputies, *_above(desks, posts))))


def _above(desks: Mapping[str, tuple[Rung, ...]], posts: tuple[Code, ...]) -> tuple[Code, ...]:
    """The posts above all of those that are named, as they were looked up; else those of the member's own chain."""
    if "override-above" in desks:
        return tuple(rung.post for rung in desks["override-above"])
    chain = [rung.post for rung in desks.get("approve", ())]
    places = [chain.index(post) for post in posts if post in chain]
    return tuple(chain[max(places) + 1 :]) if places else ()


def in_role(act: Act, facts: Facts, roles: tuple[Role, ...], member: Member, rule: str) -> Refusal | None:
    """One of these posts of the member's base, or of the mission, speaks; never of the member's own affairs."""
    assert facts.person is not None
    mine = of_others(act, facts.person, member.id)
    if isinstance(mine, Refusal):
        return mine
    if _at(member.base, mine, roles):
        return None
    return Refusal(
        rule=rule,
        why="this is not a matter of the post which speaks",
        facts={
            "expected": f"{' or '.join(roles)} of {member.base}",
            "got": ", ".join(p.post for p in mine) or "no post",
        },
        helps="have it entered by one of these posts",
    )


def at_the_gate(act: Act, facts: Facts, member: Member, *also: Role) -> Refusal | None:
    """Comings and goings are seen by the gate, a duty officer, a clerk or a commander of the base or of the mission.

    Whoever of them saw it may have anybody record it who may record at all, and what another saw may be recorded by
    them. What is seen elsewhere than at the gate, `also` others see.
    """
    if any(_sees(_told_from(act, who), member, also) for who in (facts.person, facts.clerk) if who):
        return None
    return Refusal(
        rule="authority/gate",
        why="only the gate, a duty officer, a clerk or a commander of the base records who comes and goes",
        facts={"expected": f"{', '.join(AT_THE_GATE)} of {member.base}", "got": _names(facts.person)},
        helps="give the post which saw it: --post GATE-<BASE>",
    )


def doubtful(act: Act, facts: Facts, member: Member, *also: Role) -> tuple[str, ...]:
    """What marks a coming or going: seen by none of the posts that see it, told from one left since, or by the member.

    It stands, to be looked at: it happened, so it is never refused to who held such a post.
    """
    saw = facts.person is not None and _sees(_told_from(act, facts.person), member, also)
    held = any(_sees(who.posts, member, also) for who in (facts.person, facts.clerk) if who)
    marks = () if saw and held else ("authority/gate",)
    return (*marks, "decision/not-own") if own(act, member.id) else marks


def _sees(posts: tuple[HeldPost, ...], member: Member, also: tuple[Role, ...]) -> bool:
    """Whether one of these posts is one that sees who comes and goes."""
    return _at(member.base, posts, (*AT_THE_GATE, *also))


def observed_by_post(act: Act, facts: Facts, rule: str) -> tuple[str, ...]:
    """What marks an observation that was not told from any post: it stands, and an auditor looks at it."""
    seen_by = facts.clerk or facts.person
    return () if seen_by and _told_from(act, seen_by) else (rule,)


def _told_from(act: Act, person: Person) -> tuple[HeldPost, ...]:
    """The posts by which an act is judged: what was seen was seen, also by who has been relieved since.

    A decision at a desk may come from a post not held throughout, and is then countersigned (`leave/confirming.py`);
    who has left a post decides nothing any more, but a clerk may write down what they decided while they held it.
    """
    if act.said == "observation":
        return *person.posts, *person.relieved
    relieved = person.relieved if act.entered_by else ()
    return (*person.posts, *relieved, *person.appointed) if act.countersignable else person.posts


def _when(act: Act) -> str:
    return "when it was seen" if act.said == "observation" else "now and when it was said"


def _at(base: Code | None, posts: tuple[HeldPost, ...], roles: tuple[Role, ...]) -> bool:
    """Whether one of the posts has one of the roles, at this base (None: at any) or in the whole mission."""
    return any(p.role in roles and (base is None or p.base in (None, base)) for p in posts)


def separate(person: Person, desk: str, deciders: dict[str, Code]) -> Refusal | None:
    """Attestation, approval, clearance and movement are decided by different people (doctrine: decisions)."""
    others = others_decided(person, desk, deciders)
    return apart(CAPACITIES[desk], others) if others else None


def others_decided(person: Person, desk: str, deciders: dict[str, Code]) -> tuple[str, ...]:
    """The other capacities in which the person has decided on the same leave."""
    return tuple(what for what, who in deciders.items() if who == person.id and what != CAPACITIES[desk])


def _names(person: Person | None) -> str:
    return ", ".join(f"{p.post} since {p.since}" for p in person.posts) if person and person.posts else "no post"
