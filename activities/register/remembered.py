"""What the register says of people and posts stays so until the next import: asked once, then remembered.

Only a session over an unchanging view remembers; who writes sees what was just written.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from cachetools import LRUCache, cached
from cachetools.keys import hashkey
from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.register import tables as t
from activities.register.database import UNCHANGING

P = ParamSpec("P")
R = TypeVar("R")

EDITION: Final = "edition"
"""In the `info` of such a session: its view, and which import that sees."""

MOST: Final = 5_000
"""Answers kept of each question, of about ten; a member takes a kilobyte, most others less."""


def edition(session: Session) -> tuple[Any, ...]:
    """Which register, and which import was the last: number and instant, since a restored one counts anew."""
    view, known = session.info.get(EDITION, (None, ()))
    if known and view is session.get_transaction():
        return tuple(known)
    newest = select(t.Version.version, t.Version.imported_at).order_by(t.Version.version.desc()).limit(1)
    found = (str(session.get_bind().engine.url), *(session.execute(newest).first() or (0,)))
    if session.info.get(UNCHANGING):
        session.info[EDITION] = session.get_transaction(), found
    return found


def until_import(look_up: Callable[Concatenate[Session, P], R]) -> Callable[Concatenate[Session, P], R]:
    """Remember the answers of a look-up. What it returns is shared, and must not be changed nor need its session."""

    def key(session: Session, *args: Any, **named: Any) -> Any:
        return hashkey(edition(session), *args, **named)

    memory: LRUCache[Any, R] = LRUCache(MOST)
    remembered = cached(memory, key=key, lock=Lock())(look_up)

    @wraps(look_up)
    def asked(session: Session, /, *args: P.args, **named: P.kwargs) -> R:
        return (remembered if session.info.get(UNCHANGING) else look_up)(session, *args, **named)

    return asked
