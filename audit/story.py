"""The story of a leave: its entries, whom it waited for and how long, and between which sealings each was recorded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from audit.journals import Journal, Written
from audit.replaying import Snapshot
from domain import leave
from domain.account.events import CorrectedDays, Relabelled, SeenOf
from domain.leave import Face, Leave, reading
from domain.model import Instant, timedelta


class Wait(NamedTuple):
    """The leave stood in a state and waited for somebody, from a moment to another; None: it does so still."""

    state: str
    whom: str
    since: Instant
    until: Instant | None

    @property
    def lasted(self) -> timedelta | None:
        """How long."""
        return self.until - self.since if self.until else None


class Line(NamedTuple):
    """An entry; the wait of a minute or more that it ended; and the sealings between which it was recorded.

    It was recorded after `not_before` was sealed, which has not its event, and before `not_after`, which has it.
    """

    written: Written
    ended: Wait | None
    not_before: Snapshot | None
    not_after: Snapshot | None

    @property
    def late(self) -> timedelta:
        """How long after it was said or seen it was recorded; nothing where that was at once."""
        return reading.late(self.written.entry)


class Story(NamedTuple):
    """All that is told of a leave. `base` and `pack` are those of its request.

    `later` is what the account of its member recorded of it after its end: what arrived too late for it, and how its
    days were put right.
    """

    id: str
    face: Face
    state: Leave
    lines: tuple[Line, ...]
    waits: tuple[Wait, ...]
    notes: tuple[str, ...]
    later: tuple[Line, ...] = ()


def of_account(told: Journal, leave_id: str) -> tuple[Line, ...]:
    """What an account has recorded of a leave after its end."""
    later = (SeenOf, CorrectedDays, Relabelled)
    mine = (one for one in told.written if isinstance(one.entry.event, later))
    return _bracketed(told, [one for one in mine if one.entry.event.leave_id == leave_id], {})


def story(told: Journal) -> Story:
    """The story of a leave's journal. Raises what a forged record may lead to."""
    waits: list[Wait] = []
    ended: dict[int, Wait] = {}
    state: Leave = told.start
    for i, one in enumerate(told.written):
        state = leave.evolve(state, one.entry)
        face, at = leave.face(state), one.entry.recorded_at
        if waits and (waits[-1].state, waits[-1].whom) == (face.state, face.waits_for):
            continue
        if waits:
            waits[-1] = waits[-1]._replace(until=at)
            if at - waits[-1].since >= reading.MINUTE:
                ended[i] = waits[-1]
        waits.append(Wait(face.state, face.waits_for, at, None))
    if waits and state.ended:
        waits[-1] = waits[-1]._replace(until=told.written[-1].entry.recorded_at)
    lines = _bracketed(told, told.written, ended)
    lasting = tuple(wait for wait in waits if wait.lasted is None or wait.lasted >= reading.MINUTE)
    return Story(told.id, leave.face(state), state, lines, lasting, told.notes)


def _bracketed(told: Journal, entries: Iterable[Written], ended: Mapping[int, Wait]) -> tuple[Line, ...]:
    """Entries between the sealings of their runs, each with the wait that it ended."""
    snapshots = {job.run: job.snapshots for job in told.jobs}
    return tuple(Line(one, ended.get(i), *bracket(snapshots[one.run], one.event)) for i, one in enumerate(entries))


def bracket(snapshots: tuple[Snapshot, ...], event: int) -> tuple[Snapshot | None, Snapshot | None]:
    """The last sealing of a run without an event, and the first one with it."""
    without = [one for one in snapshots if one.events < event]
    with_ = [one for one in snapshots if one.events >= event]
    return (without[-1] if without else None), (with_[0] if with_ else None)


def span(lasted: timedelta | None) -> str:
    """How long something lasted: `3 d 4 h`, `2 h 10 min`, `5 min`; nothing for what goes on."""
    return " ".join(_parts(abs(lasted))) if lasted is not None else "until now"


def _parts(lasted: timedelta) -> Iterator[str]:
    minutes = int(lasted.total_seconds()) // 60
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        yield f"{days} d"
    if hours:
        yield f"{hours} h"
    if (rest and not days) or not minutes:
        yield f"{rest} min"
