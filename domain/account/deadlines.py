"""What time says to an account: a countersignature that did not come, and a charge which nobody has posted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from domain import signing
from domain.account.comparing import settled_on, to_be_posted
from domain.account.events import Unposted
from domain.account.state import Account
from domain.acts import Lapse
from domain.model import Instant

COUNTERSIGN, POSTING = "countersign", "posting"


def due(s: Account) -> tuple[Lapse, ...]:
    """What time will say, earliest first. Each lapse leaves an entry that strikes it from this list."""
    return tuple(sorted(_deadlines(s), key=lambda lapse: (lapse.acted_at, lapse.what, lapse.leave_id)))


def _deadlines(s: Account) -> Iterator[Lapse]:
    for act_id, one in s.unsigned.items():
        yield _lapse(f"{COUNTERSIGN}:{act_id}", one.by)
    for leave_id, line in s.lines.items():
        if line.confirm_by and not line.unposted and to_be_posted(line):
            yield _lapse(f"{POSTING}:{leave_id}", line.confirm_by, leave_id)


def lapse(act: Lapse, s: Account) -> tuple[Any, ...]:
    """A deadline fell due. One that is due no more changes nothing."""
    if (act.what, act.acted_at) not in {(pending.what, pending.acted_at) for pending in due(s)}:
        return ()
    kind, _, of = act.what.partition(":")
    if kind == COUNTERSIGN:
        return (signing.missing(of, s.unsigned),)
    since = settled_on(s, of)
    assert since is not None  # what is to be posted is settled
    return (Unposted(leave_id=of, days=s.lines[of].cost, since=since, cites=("account/reconcile",)),)


def _lapse(what: str, when: Instant, leave_id: str = "") -> Lapse:
    act_id = f"{when:%Y-%m-%dT%H:%M:%S}/{what}"[:100]
    return Lapse(act_id=act_id, decided_by="time", acted_at=when, leave_id=leave_id, what=what)
