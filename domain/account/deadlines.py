"""What time says to an account: a countersignature that did not come, a charge which nobody has posted, a late word.

That is what arrived after a leave's end, and nobody looked at who may put its days right.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from domain import signing
from domain.account.comparing import settled_on, to_be_posted
from domain.account.events import Unlooked, Unposted
from domain.account.seeing import AFTER_END, to_look_at
from domain.account.state import Account
from domain.acts import Lapse

POSTING, LOOKING = "posting", "looking"


def due(s: Account) -> tuple[Lapse, ...]:
    """What time will say, earliest first. Each lapse leaves an entry that strikes it from this list."""
    return signing.in_turn(_deadlines(s))


def _deadlines(s: Account) -> Iterator[Lapse]:
    yield from signing.lapses(s.unsigned)
    for leave_id, line in s.lines.items():
        if line.confirm_by and not line.unposted and to_be_posted(line):
            yield signing.falls_due(f"{POSTING}:{leave_id}", line.confirm_by, leave_id)
    for leave_id, some in to_look_at(s).items():
        for one in some:
            if one.look_by:
                yield signing.falls_due(f"{LOOKING}:{one.act}", one.look_by, leave_id)


def lapse(act: Lapse, s: Account) -> tuple[Any, ...]:
    """A deadline fell due. One that is due no more changes nothing."""
    kind, _, of = act.what.partition(":")
    if kind == signing.COUNTERSIGN:
        return signing.lapse(act, s.unsigned)
    if not signing.pending(act, due(s)):
        return ()
    if kind == LOOKING:
        heard = next(one.kind for one in s.heard[act.leave_id] if one.act == of)
        return (Unlooked(leave_id=act.leave_id, of=of, heard=heard, cites=(AFTER_END,), irregular=(AFTER_END,)),)
    since = settled_on(s, of)
    assert since is not None  # what is to be posted is settled
    return (Unposted(leave_id=of, days=s.lines[of].cost, since=since, cites=("account/reconcile",)),)
