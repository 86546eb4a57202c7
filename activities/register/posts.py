"""Who may speak as which post, on which day: by appointment, or by a dated written delegation.

First and last day are both in: who is appointed until 30 June still is on 30 June.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, literal, select
from sqlalchemy.orm import Session

from activities.register import lookups
from activities.register import tables as t
from activities.register.away import away
from activities.register.lookups import day_at, settings
from activities.register.remembered import until_import
from domain.facts import HeldPost, Person, Rung
from domain.orders import Role

_HIGHEST = 50
"""No chain of command has so many rungs. An import lets no ring pass; this ends the walk through a damaged table."""


class _Post(NamedTuple):
    """A post, and what stands around it."""

    post: str
    base: str | None
    reports_to: str | None
    deputy: str | None


_POSTS = select(t.Post.post, t.Post.base, t.Post.reports_to, t.Post.deputy)


class Grant(NamedTuple):
    """Somebody's right to a post, the zone by whose days it begins and ends, and the import that ended it early."""

    member: str
    held: HeldPost
    zone: str | None
    ended_at: datetime | None

    def valid(self, at: datetime) -> bool:
        """Whether it holds on the day of an instant, first and last day both in, and no import had ended it before."""
        if self.ended_at and self.ended_at <= at:
            return False
        day = day_at(self.zone, at)
        return self.held.since <= day and (self.held.until is None or day <= self.held.until)


def person(session: Session, member_id: str, acted_at: datetime, now: datetime) -> Person | None:
    """Who speaks, with the posts that were theirs on the day when it was said: still so today, or relieved since.

    Those to which they have come since are told apart. None for an unknown id. Each post is listed once, by the grant
    under which it was said, an appointment before a delegation.
    """
    member = lookups.member(session, member_id)
    if member is None:
        return None
    grants = _grants_of(session, member_id)
    today = {grant.held.post: grant.held for grant in reversed(grants) if grant.valid(now)}
    then = {grant.held.post: grant.held for grant in reversed(grants) if grant.valid(acted_at)}
    return Person(
        id=member_id,
        posts=tuple(held for post, held in sorted(then.items()) if post in today),
        relieved=tuple(held for post, held in sorted(then.items()) if post not in today),
        appointed=tuple(held for post, held in sorted(today.items()) if post not in then),
        base=member.base,
    )


def holders(session: Session, posts: Iterable[str], at: datetime) -> dict[str, tuple[str, ...]]:
    """Who may speak as each of these posts: those appointed first, then delegates. A vacant post has nobody."""
    return {
        post: tuple(dict.fromkeys(grant.member for grant in _grants_to(session, post) if grant.valid(at)))
        for post in sorted(set(posts))
    }


def chain(session: Session, member_id: str, at: datetime) -> tuple[Rung, ...]:
    """The posts which decide on a member's leave, bottom up, with who holds them and their deputies at that instant.

    It begins above the highest post to which the member is appointed: nobody decides on their own leave, nor on their
    superior's. A post delegated to the member stays with its other holders. Who has nobody above has the post that the
    mission names in the setting `force-commander-leave`. Empty for an unknown member.
    """
    start = _commander(session, member_id)
    if start is None:
        return ()
    upward = _upward(session, start)
    appointed = {g.held.post for g in _grants_of(session, member_id) if _appointed(g, at)}
    own = max((i for i, post in enumerate(upward, 1) if post.post in appointed), default=0)
    above = upward[own:] or _upward(session, settings(session).get("force-commander-leave"))[:1]
    return _ladder(session, [post for post in above if post.post not in appointed], at, but_for=member_id)


def desk(session: Session, role: Role, base: str, at: datetime, but_for: str = "") -> tuple[Rung, ...]:
    """The posts of a role at a base, then those above the first of them, with deputies and holders at that instant.

    A post that is the deputy of another one of them is listed as that alone.

    Nobody decides on their own leave: where the desk is about that of a member, `but_for`, a post held by them alone
    is left out, so that its deputy is asked at once, or the next higher.

    A base without such a post is served by the mission's. Empty where there is neither.
    """
    posts = _posts_of(session, role)
    own = [post for post in posts if post.base == base] or [post for post in posts if post.base is None]
    deputies = {post.deputy for post in own}
    own = [post for post in own if post.post not in deputies]  # a deputy's turn comes after its post's
    above = _upward(session, own[0].reports_to) if own else []
    held = _ladder(session, dict.fromkeys([*own, *above]), at)
    return tuple(left for rung in held if (left := _of_others(rung, but_for)))


def named(session: Session, codes: tuple[str, ...], at: datetime) -> dict[str, tuple[Rung, ...]]:
    """The posts which may override strength, and those above all of them, with deputies and holders at that instant."""
    walks = [_upward(session, code) for code in codes]
    own = {post.post: post for walk in walks for post in walk[:1]}
    shared = (
        [post for post in walks[0] if post.post not in own and all(post in walk for walk in walks)] if walks else []
    )
    return {"override": _ladder(session, own.values(), at), "override-above": _ladder(session, shared, at)}


def _of_others(rung: Rung, member: str) -> Rung | None:
    """A rung without who must not decide: the deputy stands for a post that is theirs alone; a vacant one stays."""
    others = {"holders": rung.holders, "deputies": rung.deputies}
    left = {which: tuple(who for who in held if who != member) for which, held in others.items()}
    deputy = rung.deputy if rung.deputies != (member,) else None
    if rung.holders != (member,):
        return Rung(post=rung.post, holders=left["holders"], deputy=deputy, deputies=left["deputies"])
    return Rung(post=deputy, holders=left["deputies"]) if deputy else None


def etp_posts(session: Session, post: str, at: datetime) -> tuple[HeldPost, ...]:
    """The posts that may exempt where an order names one: itself, its deputy, then those above. Never a lower one.

    Only posts that somebody holds at that instant are listed, each with the grant of its first holder.
    """
    upward = _upward(session, post)
    codes = [upward[0].post, upward[0].deputy, *(above.post for above in upward[1:])] if upward else []
    valid = ([g.held for g in _grants_to(session, code) if g.valid(at)] for code in codes if code)
    return tuple(held[0] for held in valid if held)


def there(session: Session, post: str, at: datetime) -> tuple[str, ...]:
    """Who may speak as a post and is neither away on leave nor, as the register knows, absent on that day otherwise."""
    held = holders(session, (post,), at)[post]
    zone = session.scalar(select(t.Base.zone).join(t.Post, t.Post.base == t.Base.base).where(t.Post.post == post))
    day = day_at(zone, at)
    absent = select(t.Absence.member).where(t.Absence.member.in_(held), t.Absence.first <= day, t.Absence.last >= day)
    gone = {*session.scalars(absent), *away(session, held)}
    return tuple(member for member in held if member not in gone)


def _ladder(session: Session, posts: Iterable[_Post], at: datetime, but_for: str = "") -> tuple[Rung, ...]:
    posts = tuple(posts)
    held = holders(session, [code for post in posts for code in (post.post, post.deputy) if code], at)

    def others(post: str | None) -> tuple[str, ...]:
        return tuple(member for member in held.get(post or "", ()) if member != but_for)

    return tuple(
        Rung(post=post.post, holders=others(post.post), deputy=post.deputy, deputies=others(post.deputy))
        for post in posts
    )


def _appointed(grant: Grant, at: datetime) -> bool:
    return grant.held.by == "appointment" and grant.valid(at)


@until_import
def _grants_of(session: Session, member: str) -> tuple[Grant, ...]:
    return _grants(session, lambda table: table.member == member)


@until_import
def _grants_to(session: Session, post: str) -> tuple[Grant, ...]:
    return _grants(session, lambda table: table.post == post)


def _grants(session: Session, chosen: Callable[[Any], ColumnElement[bool]]) -> tuple[Grant, ...]:
    """Appointments, then delegations, of whatever day, also those that an import has ended since."""
    grants: list[Grant] = []
    tables: tuple[Any, ...] = (t.Appointment, t.Delegation)
    for table in tables:
        rows = session.execute(
            select(table, t.Post, t.Base.zone, t.Member.left_at)
            .join(t.Post, t.Post.post == table.post)
            .join(t.Member, t.Member.id == table.member)
            .outerjoin(t.Base, t.Base.base == t.Post.base)
            .where(chosen(table))
            .order_by(table.post, table.since, table.member)
        )
        for grant, post, zone, left_at in rows:
            term = {"since": grant.since, "until": grant.until}
            if isinstance(grant, t.Delegation):
                term |= {"by": "delegation", "document": grant.document}
            held = HeldPost.model_validate(
                {"post": post.post, "role": post.role, "base": post.base, "unit": post.unit, **term}
            )
            ended_at = min((at for at in (grant.withdrawn_at, left_at) if at), default=None)
            grants.append(Grant(member=grant.member, held=held, zone=zone, ended_at=ended_at))
    return tuple(grants)


@until_import
def _commander(session: Session, member_id: str) -> str | None:
    of_unit = select(t.Unit.commander).join(t.Member, t.Member.unit == t.Unit.unit)
    return session.scalar(of_unit.filter_by(id=member_id))


@until_import
def _posts_of(session: Session, role: Role) -> tuple[_Post, ...]:
    posts = session.execute(_POSTS.where(t.Post.role == role).order_by(t.Post.post))
    return tuple(_Post(*post) for post in posts)


@until_import
def _upward(session: Session, start: str | None) -> tuple[_Post, ...]:
    """A post and those it reports to, to the top; none for an unknown post."""
    rungs = select(t.Post.post, t.Post.reports_to, literal(0).label("rung")).where(t.Post.post == start)
    walk = rungs.cte("walk", recursive=True)
    step = select(t.Post.post, t.Post.reports_to, walk.c.rung + 1).join(walk, t.Post.post == walk.c.reports_to)
    walk = walk.union_all(step.where(walk.c.rung < _HIGHEST))
    posts = session.execute(_POSTS.join(walk, walk.c.post == t.Post.post).order_by(walk.c.rung))
    return tuple(_Post(*post) for post in posts)
