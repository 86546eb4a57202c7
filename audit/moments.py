"""A moment of a process, as an auditor names it: a time, or an event of its history; and its state at that moment.

*As it was known*: the entries which were recorded by then. *As it was*: those of all entries, however late, that tell
of what had happened by then. A time of the gate that was corrected counts as it was corrected; of an order a base was
told late, and of an account each posting, the day counts for which it was made.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import takewhile
from typing import Any, NamedTuple

from audit.journals import Journal, Written
from audit.replaying import history_in
from domain import account, garrison, leave
from domain.garrison.events import OrderIssued, OrderRescinded
from domain.leave.events import Corrected, SignedIn, SignedOut
from domain.model import Instant
from wiring.trouble import Misset


class Moment(NamedTuple):
    """A moment: the time, and of how many entries it was known by then."""

    said: str
    at: Instant
    entries: int


def moment(told: Journal, said: str) -> Moment:
    """`17`, an event of the newest run, or `2026-03-04 06:41`, a time; one without a zone is UTC.

    Raises:
        Misset: it can be neither, or the history has no such event.
    """
    if said.isdecimal():
        return _event(told, int(said), said)
    try:
        at = datetime.fromisoformat(said)
    except ValueError as error:
        raise Misset(
            f"{said[:40]!r} is no moment.",
            why="expected the number of an event, or a time such as 2026-03-04T06:41Z",
            helps="furlough audit timeline tells the events",
        ) from error
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    known = takewhile(lambda one: one.entry.recorded_at <= at, told.written)
    return Moment(said, at, sum(1 for _ in known))


def _event(told: Journal, event: int, said: str) -> Moment:
    job = told.jobs[-1]
    events = history_in(job).events
    if not 1 <= event <= len(events):
        raise Misset(
            f"{told.id} has no event {event}.",
            why=f"expected 1 to {len(events)}, the events of its run {job.run}",
            helps="furlough audit timeline tells the events; earlier runs are named by times",
        )
    many = sum(1 for one in told.written if one.run != job.run or one.event <= event)
    at = events[event - 1].event_time.ToDatetime(UTC)
    last = told.written[many - 1].entry.recorded_at if many else at
    return Moment(said, max(at, last), many)


def known(told: Journal, when: Moment) -> Any:
    """The state as it was known."""
    return told.folded(told.written[: when.entries])


def was(told: Journal, when: Moment) -> Any | None:
    """The state as it was; None where entries that came later cannot be read without those between.

    What was told in another order than it happened may have no fold of its own.
    """
    name = told.kind.decider.name
    if name == account.name:  # its ledger says of each posting from which day it counts
        return told.folded(told.written)
    try:
        state = told.folded(one for one in happened(told) if one.entry.effective_at <= when.at)
        return under_orders(told, state) if name == garrison.name else state
    except Exception:  # noqa: BLE001  (see above; the reader is told that there is none)
        return None


def happened(told: Journal) -> Sequence[Written]:
    """The entries, of a leave what its gate saw at the times to which it was corrected, with the days counted then."""
    if told.kind.decider.name != leave.name:
        return told.written
    found = list(told.written)
    newest: dict[type, int] = {}
    for i, one in enumerate(told.written):
        match one.entry.event:
            case SignedOut() | SignedIn() as seen:
                newest[type(seen)] = i
            case Corrected() as x:
                counted = {} if x.charged is None else {"charged": x.charged, "count": x.count}
                for kind, at, also in ((SignedOut, x.signed_out_at, {}), (SignedIn, x.signed_in_at, counted)):
                    if kind in newest and (at or also):
                        found[newest[kind]] = _seen(found[newest[kind]], at, also)
    return found


def _seen(one: Written, at: Instant | None, also: dict[str, Any]) -> Written:
    """An entry of the gate as it should have been."""
    entry = one.entry
    at = at or entry.event.at
    event = entry.event.model_copy(update={"at": at} | also)
    return one._replace(entry=entry.model_copy(update={"effective_at": at, "event": event}))


def under_orders(told: Journal, state: garrison.Garrison) -> garrison.Garrison:
    """A base with the whole book of its orders: each says from when to when it holds, whenever it was entered."""
    said = (one for one in told.written if isinstance(one.entry.event, OrderIssued | OrderRescinded))
    return state.model_copy(update={"book": told.folded(said).book})


def between(told: Journal, first: Moment, second: Moment) -> tuple[Written, ...]:
    """The entries that were recorded from one moment to another.

    Raises:
        Misset: the second is before the first.
    """
    if second.entries < first.entries or second.at < first.at:
        raise Misset(
            f"{second.said} is before {first.said}.",
            why="expected the earlier moment first",
            helps=f"--diff {second.said!r} {first.said!r}",
        )
    return told.written[first.entries : second.entries]
