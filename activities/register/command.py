"""Which post stands above which: the chain of posts, whoever holds them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from activities.register import tables as t
from domain.orders import Role

MISSION: Role = "force-commander"
COMMANDS: tuple[Role, ...] = ("commander", "national-contingent-commander")


def above(session: Session, post: str) -> tuple[str, ...]:
    """The posts to which a post reports, the nearest first; none for an unknown post."""
    return _upward(_reports(session), post)


def below(session: Session, posts: Iterable[str]) -> dict[str, int]:
    """The posts which report to any of these, and over how many steps: 1 reports to it at once."""
    reports, mine = _reports(session), set(posts)
    steps = {post: [i for i, up in enumerate(_upward(reports, post), 1) if up in mine] for post in reports}
    return {post: min(found) for post, found in steps.items() if found and post not in mine}


def of_role(session: Session, role: Role, base: str) -> tuple[str, ...]:
    """The posts of a role at a base, then those of the whole mission."""
    chosen = select(t.Post.post).where(t.Post.role == role, or_(t.Post.base == base, t.Post.base.is_(None)))
    return tuple(session.scalars(chosen.order_by(t.Post.base.is_(None), t.Post.post)))


def nearest(session: Session, role: Role, base: str) -> tuple[str, ...]:
    """The posts of a role at a base or, where it has none, those of the whole mission."""
    here = select(t.Post.post).where(t.Post.role == role, t.Post.base == base).order_by(t.Post.post)
    return tuple(session.scalars(here)) or of_role(session, role, base)


def in_role(session: Session, role: Role, posts: Iterable[str]) -> tuple[str, ...]:
    """Those of some posts which have a role, in their order."""
    posts = tuple(posts)
    having = set(session.scalars(select(t.Post.post).where(t.Post.role == role, t.Post.post.in_(posts))))
    return tuple(post for post in posts if post in having)


def over(session: Session, base: str) -> tuple[str, ...]:
    """The posts above those which command at a base, above the force commander's, and the deputies of all of these.

    A post that belongs to no base is not for that above every base: a sector has bases of its own.
    """
    rows = session.execute(select(t.Post.post, t.Post.role, t.Post.base, t.Post.reports_to, t.Post.deputy)).all()
    reports, deputies = {row.post: row.reports_to for row in rows}, {row.post: row.deputy for row in rows}
    led = (row.post for row in rows if row.role == MISSION or (row.role in COMMANDS and row.base == base))
    above = {up for post in led for up in _upward(reports, post)}
    return tuple(sorted(above | {deputy for post in above if (deputy := deputies.get(post))}))


def _reports(session: Session) -> dict[str, str | None]:
    return {row.post: row.reports_to for row in session.execute(select(t.Post.post, t.Post.reports_to))}


def _upward(reports: Mapping[str, str | None], post: str) -> tuple[str, ...]:
    """An import lets no ring pass; in a damaged table the walk ends where it would begin anew."""
    found: dict[str, None] = {}
    up = reports.get(post)
    while up is not None and up not in found:
        found[up] = None
        up = reports.get(up)
    return tuple(found)
