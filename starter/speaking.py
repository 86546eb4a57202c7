"""Who says an act, by whose hand: the decider at this desk, or a clerk who writes down what another decided or saw."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Final

from cyclopts import Parameter

from activities.store import TooLarge
from domain import authority
from domain.acts import Act, Medium
from domain.facts import Person
from domain.refusal import Refusal
from starter import unlooked
from starter.desk import Desk, Speaker, new_id
from starter.flags import DESK
from wiring import console
from wiring.plainly import plainly
from wiring.trouble import Misset


@Parameter(name="*", group=DESK)
@dataclass(frozen=True, kw_only=True)
class For:
    """Whose act it is, where a clerk records it for another."""

    for_: Annotated[str | None, Parameter(name="--for")] = None
    """Record it for this service number: they decided or saw it, you only write it down."""
    for_post: str | None = None
    """The post as which they spoke."""
    medium: Medium | None = None
    """How it came to you; paper, where nothing else is said."""
    evidence: Annotated[tuple[Path, ...], Parameter(name=("--evidence", "--paper"), negative="")] = ()
    """Papers which show it; they are kept in the detail store, the record holds their digests."""


OWN: Final = For()
"""By one's own hand."""


def speaker(desk: Desk, whose: For) -> Speaker:
    """Who speaks.

    Raises:
        Misset: it is not known who sits here, or the register knows them or their post not.
    """
    me = desk.me()
    for post in filter(None, (desk.settings.post, whose.for_post)):
        desk.post(post)
    if whose.for_ is None:
        if whose.for_post is not None:
            raise Misset(
                "It is not known whose act it is.",
                why="--for-post was said without --for",
                helps="--for SERVICE-NUMBER",
            )
        return Speaker(me, desk.settings.post, medium=whose.medium or "own")
    decider = desk.person(whose.for_)
    if decider == me:
        raise Misset("One does not record for oneself.", why=f"{whose.for_} sits at this desk", helps="leave --for out")
    return Speaker(decider, whose.for_post, me, whose.medium or "paper")


def introduce(desk: Desk, who: Speaker, whose: str = "") -> None:
    """Say first as whom the command speaks: `as G1-NAQ`. `whose` is the member whose own leave it is about, if known.

    A clerk may record for many: then nobody is named as who said it.
    """
    sitting = who.entered_by or who.person
    posts = desk.posts(sitting)
    held = ", ".join(p.post for p in posts.posts) if posts else ""
    nobody = f"{desk.settings.person}, without a post"
    if who.entered_by is None:
        return console.note("as the member" if who.person == whose else f"as {who.post or held or nobody}")
    name = who.post or desk.names([who.person]).get(who.person, unlooked.said(who.person))
    return console.note(f"as {desk.settings.post or held or nobody}, recording for {name} ({who.medium})")


def not_held(desk: Desk) -> Refusal | None:
    """Why who sits here may not speak as the post named at this desk, by the rule of all acts.

    A recorder's post stands in no act, so that it is asked for here.

    Raises:
        Misset: the register does not know the post, or nobody said who sits here.
    """
    post = desk.settings.post
    if post is None or desk.no_register is not None:  # then it is judged when it arrives
        return None
    desk.post(post)
    me = desk.me()
    known = desk.posts(me) or Person(id=me)
    spoken = authority.speaks_as(Act(act_id="-", decided_by=me, post=post, acted_at=datetime.now(UTC)), known)
    return spoken if isinstance(spoken, Refusal) else None


def head(
    who: Speaker, papers: tuple[str, ...] = (), at: datetime | None = None, act_id: str | None = None
) -> dict[str, Any]:
    """The head of an act; of a new one which is said now, where nothing else is told."""
    return {
        "act_id": act_id or new_id(),
        "decided_by": who.person,
        "post": who.post,
        "entered_by": who.entered_by,
        "medium": who.medium,
        "acted_at": at or datetime.now(UTC),
        "evidence": papers,
    }


def heading(
    desk: Desk, whose: For, *, post: str | None = None, at: datetime | None = None, dry_run: bool = False
) -> dict[str, Any]:
    """Say as whom the command speaks, and make the head of the act which it says now, or which was said `at`.

    Who holds `post`, of which the act is a matter, speaks as it. The papers of what is only tried are not kept.
    """
    who = speaker(desk, whose)
    known = desk.posts(who.person)
    if known and post in {held.post for held in known.posts}:
        who = who._replace(post=post)
    introduce(desk, who)
    return head(who, kept(desk, whose.evidence, dry_run=dry_run), at)


def kept(desk: Desk, files: tuple[Path, ...], *, dry_run: bool = False) -> tuple[str, ...]:
    """Lay files into the detail store. Returns their digests.

    Raises:
        Misset: one cannot be read, or is too large; none is kept that comes after it.
        NotKept: there is no room for one.
    """
    contents = [(file, _content(file)) for file in files]
    if dry_run:
        return tuple(sha256(content).hexdigest() for _, content in contents)
    try:
        return tuple(desk.lay(content) for _, content in contents)
    except TooLarge as error:
        raise Misset("A paper is too large.", why=str(error), helps="scan it with less detail") from error


def _content(file: Path) -> bytes:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise Misset(
            f"The paper {file} cannot be read.",
            why=plainly(error),
            known="nothing was changed",
            helps="check its name, and whether you may read it",
        ) from error
    if not content:
        raise Misset(
            f"The paper {file} is empty.",
            why="expected a file with a content",
            known="nothing was changed",
            helps="scan it again",
        )
    return content
