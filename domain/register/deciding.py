"""Who may import, and on what: an administrator, on the version which they have looked at."""

from __future__ import annotations

from domain.acts import ChangeFlight, Import, Lapse, SignChange
from domain.authority import future, speaks_as, unfounded
from domain.decider import Event, refused
from domain.facts import Facts
from domain.model import Instant
from domain.refusal import Refusal
from domain.register.events import AlreadySo, Imported
from domain.register.flights import change_flight, sign_change
from domain.register.state import Register
from domain.signing import lapse

FIRST = "register/first-import"
ADMINISTRATOR = "register/administrator"
BASE_VERSION = "register/base-version"


Said = Import | ChangeFlight | SignChange


def decide(act: Said | Lapse, state: Register, facts: Facts, now: Instant) -> tuple[Event, ...]:
    """What an act leads to. The same files again lead to nothing, whoever sends them."""
    if isinstance(act, Lapse):
        return lapse(act, state.unsigned)
    if isinstance(act, ChangeFlight):
        return change_flight(act, state, facts, now)
    if isinstance(act, SignChange):
        return sign_change(act, state, facts, now)
    since = _already_so(act, state)
    if since is not None:
        return (AlreadySo(version=since, cites=(BASE_VERSION,)),)
    refusal = _nothing(act) or _authority(act, state, facts, now) or _stale(act, state)
    if refusal:
        return refused(act, refusal)
    return (
        Imported(
            version=state.newest + 1,
            files=act.files,
            summary=act.summary,
            by=act.decided_by,
            at=act.acted_at,
            cites=(ADMINISTRATOR if state.administrators else FIRST,),
        ),
    )


def _already_so(act: Import, state: Register) -> int | None:
    """The version since which the register is, or is about to be, as the files say."""
    if not act.files:
        return None
    if state.under_way and state.under_way.files == act.files:
        return state.under_way.n
    if not state.under_way and act.files.items() <= state.files.items():
        return max(state.since[name] for name in act.files)
    return None


def _nothing(act: Import) -> Refusal | None:
    if act.files:
        return None
    return Refusal(
        rule="register/files",
        why="the import names no file",
        facts={"expected": "at least one file", "got": "none"},
        helps="furlough register import, with a folder or a file",
    )


def _authority(act: Import, state: Register, facts: Facts, now: Instant) -> Refusal | None:
    """As long as nobody is appointed administrator anybody may import: somebody has to appoint the first one."""
    if not state.administrators:
        return future(act, now)
    refusal = unfounded(act, facts, now, None)
    if refusal or facts.person is None:
        return refusal
    posts = speaks_as(act, facts.person)
    if isinstance(posts, Refusal):
        return posts
    if any(post.role == "administrator" for post in posts):
        return None
    return Refusal(
        rule=ADMINISTRATOR,
        why="only an administrator changes the register",
        facts={
            "expected": "a post with the role administrator, then and now",
            "got": ", ".join(f"{post.post} ({post.role}) since {post.since}" for post in posts) or "no post",
        },
        helps="hand the files to an administrator of the mission",
    )


def _stale(act: Import, state: Register) -> Refusal | None:
    """Who imports has seen what will change: nobody overwrites what another has imported meanwhile."""
    if state.under_way:
        return Refusal(
            rule="register/under-way",
            why="another import is being taken in",
            facts={"expected": f"version {state.version} at rest", "got": f"import {state.under_way.n} under way"},
            helps="look at the changes again when it is done, and import then",
        )
    if act.base_version != state.version:
        return Refusal(
            rule=BASE_VERSION,
            why="somebody else has imported meanwhile",
            facts={
                "expected": f"a change of version {state.version}",
                "got": f"a change of version {act.base_version}",
            },
            helps="look at the changes again with --dry-run, and import then",
        )
    return None
