"""`furlough me`: who sits at this desk, kept for all commands."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from cyclopts import Parameter
from sqlalchemy.orm import Session

from activities.register import lookups, posts
from activities.register.database import engine, reading
from activities.register.tables import Post
from starter.flags import Switch
from wiring.console import document, say, warn
from wiring.settings import Profile, Settings, profile_file
from wiring.trouble import Misset


def me(
    *,
    as_: Annotated[str | None, Parameter(name="--as")] = None,
    post: str | None = None,
    base: str | None = None,
    mission: str | None = None,
    address: str | None = None,
    forget: Switch = False,
    json: Switch = False,
) -> None:
    """Say who sits at this desk, once for all commands; without flags, show it.

    Args:
        as_: Your service number.
        post: The post as which you speak.
        base: The base whose clock and numbers are meant.
        mission: The mission's code.
        address: The mission's server, as host:port.
        forget: Begin with an empty profile.
        json: One JSON document instead of sentences.
    """
    home = Settings.load().home
    said = {"mission": mission, "post": post, "base": base, "person": as_, "address": address}
    given = {key: value for key, value in said.items() if value is not None}
    before = Profile() if forget else Profile.read(home)
    settings = Settings.load(**given)  # what cannot be meant is told before anything is kept
    profile = Profile.model_validate(before.model_dump() | given)
    if given.keys() & {"post", "base", "person"}:
        _known(settings, profile, given)
    if given or forget:
        profile.write(home)
    kept = profile.model_dump(exclude_none=True)
    if json:
        return document(kept)
    for key, value in kept.items():
        say(f"{'as' if key == 'person' else key:<8} {value}")
    say(f"kept in {profile_file(home)}" if kept else "nothing is kept yet: furlough me --mission CODE --as NUMBER ...")
    return None


def _known(settings: Settings, profile: Profile, given: dict[str, str]) -> None:
    """What is said is in the register, where there is one here.

    Raises:
        Misset: the register does not know it.
    """
    if settings.mission is None or (settings.register_url is None and not (settings.folder / "register.db").exists()):
        return
    with reading(engine(settings.database)) as session:
        codes = [base.code for base in lookups.bases(session)]
        if "base" in given and codes and profile.base not in codes:
            raise Misset(
                f"The register knows no base {profile.base}.",
                why=f"expected one of {', '.join(codes)}",
                helps="--base BASE",
            )
        if profile.person and lookups.resolve(session, profile.person) is None:
            raise Misset(
                f"The register knows no {profile.person}.",
                why="expected a service number of a member",
                helps=_brings("--as"),
            )
        if "post" in given and session.get(Post, profile.post) is None:
            raise Misset(
                f"The register knows no post {profile.post}.",
                why="expected a post of the register",
                helps=f"furlough register list posts tells them; {_brings('--post')}",
            )
        member = lookups.resolve(session, profile.person or "")
        if profile.post and member:
            _held(session, profile.post, member)


def _held(session: Session, post: str, member: str) -> None:
    """Say so where the post is not held today: it is kept, since who takes it over tomorrow may sit down today."""
    now = datetime.now(UTC)
    known = posts.person(session, member, now, now)
    held = [each.post for each in known.posts] if known else []
    if post not in held:
        warn(
            f"note   you do not hold {post} now: what is said as this post will be refused\n"
            f"known  you hold {', '.join(held) or 'no post'}"
        )


def _brings(flag: str) -> str:
    return f"check {flag}, or bring it in by furlough register import FOLDER"
