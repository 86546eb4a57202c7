"""The rows of the index: what of a leave and of a base stands in which table. No names: register ids alone.

Nor any text that a person wrote: reasons, remarks and titles stay in the archive, and sealed ones are not even there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC
from typing import Any, Final, NamedTuple

from audit.archive.leaves import Run
from audit.journals import Journal
from audit.story import Story, story
from domain.decider import Entry, Refused
from domain.garrison.events import Exempted, OrderIssued, Overridden
from domain.leave import Leave, reading
from domain.leave.counting import each
from domain.model import DAY, Instant

Columns = dict[str, str]
"""The columns of a table by their names, with DuckDB's types. All times are UTC."""

FROM: Final[Columns] = {"run": "VARCHAR", "leaf": "BIGINT"}
"""From which run, sealed as which entry of the log, a row was made."""

SAID: Final[Columns] = {"by": "VARCHAR", "post": "VARCHAR", "for_post": "VARCHAR", "entered_by": "VARCHAR"}

TABLES: Final[dict[str, Columns]] = {
    "leaves": {
        "leave_id": "VARCHAR",
        "number": "VARCHAR",
        "member": "VARCHAR",
        "base": "VARCHAR",
        "unit": "VARCHAR",
        "nation": "VARCHAR",
        "component": "VARCHAR",
        "leave_kind": "VARCHAR",
        "state": "VARCHAR",
        "ended": "VARCHAR",
        "asked_at": "TIMESTAMP",
        "first": "DATE",
        "last": "DATE",
        "destination": "VARCHAR",
        "travel": "VARCHAR",
        "pack": "VARCHAR",
        "expected": "DECIMAL(9,2)",
        "charged": "DECIMAL(9,2)",
        "out_at": "TIMESTAMP",
        "due_back": "TIMESTAMP",
        "in_at": "TIMESTAMP",
        "irregular": "VARCHAR[]",
        "events": "BIGINT",
        "sealed_at": "TIMESTAMP",
    }
    | FROM,
    "entries": {
        "leave_id": "VARCHAR",
        "seq": "BIGINT",
        "event_id": "BIGINT",
        "kind": "VARCHAR",
        "what": "VARCHAR",
        "recorded_at": "TIMESTAMP",
        "effective_at": "TIMESTAMP",
        "late_seconds": "BIGINT",
        **SAID,
        "assurance": "VARCHAR",
        "cites": "VARCHAR[]",
        "irregular": "VARCHAR[]",
    }
    | FROM,
    "days": {
        "leave_id": "VARCHAR",
        "day": "DATE",
        "counted": "BOOLEAN",
        "charge": "DECIMAL(4,2)",
        "rule": "VARCHAR",
        "leave_kind": "VARCHAR",
        "purse": "VARCHAR",
    }
    | FROM,
    "waits": {
        "leave_id": "VARCHAR",
        "state": "VARCHAR",
        "whom": "VARCHAR",
        "since": "TIMESTAMP",
        "until": "TIMESTAMP",
        "seconds": "BIGINT",
    }
    | FROM,
    "consents": {
        "base": "VARCHAR",
        "leave_id": "VARCHAR",
        "kind": "VARCHAR",
        "order_version": "VARCHAR",
        "ground": "VARCHAR",
        "recorded_at": "TIMESTAMP",
        "until": "TIMESTAMP",
        **SAID,
        "assurance": "VARCHAR",
    }
    | FROM,
    "orders": {
        "base": "VARCHAR",
        "order_version": "VARCHAR",
        "issuer": "VARCHAR",
        "since": "TIMESTAMP",
        "until": "TIMESTAMP",
        "recorded_at": "TIMESTAMP",
        "mission_wide": "BOOLEAN",
        "restrictions": "VARCHAR[]",
    }
    | FROM,
}
"""Every table: `leaves` has a line for each leave, the others what belongs to it, or to a base."""


DAY_OF_IT: Final = re.compile(
    r",?( due)?( by the end of| on| until| by| from| since)? [0-9]{4}-[0-9]{2}-[0-9]{2}.*", re.DOTALL
)


class Row(NamedTuple):
    """A row, and the table in which it stands."""

    table: str
    values: dict[str, Any]


def of_leave(told: Journal, leaf: Run, place: int) -> Iterator[Row]:
    """The rows of a leave's journal. Raises what a forged record may lead to."""
    it = story(told)
    state, made = it.state, {"run": leaf.run, "leaf": place}
    yield Row("leaves", _leave(it, leaf) | made)
    for one in told.written:
        yield Row("entries", {"leave_id": told.id, "event_id": one.event} | _entry(one.entry) | made)
    for row in _days(it.state, [one.entry for one in told.written], leaf.sealed_at):
        yield Row("days", {"leave_id": told.id} | row | made)
    for wait in it.waits:
        seconds = None if wait.lasted is None else int(wait.lasted.total_seconds())
        spent = {"since": stamp(wait.since), "until": stamp(wait.until), "seconds": seconds}
        yield Row("waits", {"leave_id": told.id, "state": wait.state, "whom": _whom(wait.whom, state)} | spent | made)


def of_base(told: Journal, base: str, leaf: Run, place: int) -> Iterator[Row]:
    """The rows of what a base recorded in one of its runs: exemptions and overrides, and orders."""
    made = {"base": base, "run": leaf.run, "leaf": place}
    for one in told.written:
        entry, recorded = one.entry, {"recorded_at": stamp(one.entry.recorded_at)}
        match entry.event:
            case Exempted() as x:
                of = {"order_version": x.order, "ground": x.ground, "until": stamp(x.until)}
                yield Row("consents", _said(entry) | {"leave_id": x.leave_id, "kind": x.kind} | of | recorded | made)
            case Overridden() as x:
                yield Row("consents", _said(entry) | {"leave_id": x.leave_id, "kind": x.kind} | recorded | made)
            case OrderIssued(order=order):
                kinds = [restriction.rule for restriction in order.restrictions]
                of_ = {"order_version": order.name, "issuer": order.issuer, "restrictions": kinds}
                span = {"since": stamp(order.since), "until": stamp(order.until), "mission_wide": order.mission_wide}
                yield Row("orders", of_ | span | recorded | made)


def stamp(at: Instant | None) -> str | None:
    """A time as tables have it: UTC, to the microsecond."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f") if at else None


def _leave(it: Story, leaf: Run) -> dict[str, Any]:
    s = it.state
    row: dict[str, Any] = {
        "leave_id": it.id,
        "state": it.face.state,
        "ended": s.ended,
        "events": leaf.events,
        "sealed_at": stamp(leaf.sealed_at),
    }
    if s.ask is None:
        return row
    member = s.whose
    return row | {
        "number": s.number or None,
        "member": member.id,
        "base": member.base,
        "unit": member.unit,
        "nation": member.nation,
        "component": member.component,
        "leave_kind": s.ask.leave_kind,
        "asked_at": stamp(s.ask.acted_at),
        "first": str(s.first),
        "last": str(s.last),
        "destination": s.destination or s.ask.destination,
        "travel": s.ask.travel,
        "pack": s.rules.pack,
        "expected": str(s.expected),
        "charged": None if s.charged is None else str(s.charged),
        "out_at": stamp(s.out_at),
        "due_back": stamp(s.days.instant(s.due_day + DAY)),
        "in_at": stamp(s.in_at),
        "irregular": list(s.irregular),
    }


def _said(entry: Entry[Any]) -> dict[str, Any]:
    names = ("by", "post", "for_post", "entered_by", "assurance")
    return {name: getattr(entry, name) for name in names}


def _entry(entry: Entry[Any]) -> dict[str, Any]:
    return _said(entry) | {
        "seq": entry.seq,
        "kind": entry.event.kind,
        "what": _what(entry.event),
        "recorded_at": stamp(entry.recorded_at),
        "effective_at": stamp(entry.effective_at),
        "late_seconds": int(reading.late(entry).total_seconds()),
        "cites": list(entry.event.cites),
        "irregular": list(entry.event.irregular),
    }


def _what(event: Any) -> str | None:
    """One word of a closed vocabulary that tells entries of one kind apart: how it ended, which deadline, which act."""
    match event:
        case Refused():
            return event.act
        case _ if hasattr(event, "how"):
            return str(event.how)
        case _ if event.kind == "lapsed":
            return str(event.what).partition(":")[0]
        case _ if event.kind in ("took", "lacks"):
            return str(event.spec.what)
        case _ if event.kind in ("gave-back", "found", "reported"):
            return str(event.finding if event.kind == "found" else event.what)
        case _:
            return None


def _whom(whom: str, s: Leave) -> str | None:
    """Whom or what a leave waits for, without the day, so that waits for the same can be counted together."""
    return ("the member" if s.member and whom == s.whose.id else DAY_OF_IT.sub("", whom)) or None


def _days(s: Leave, journal: list[Entry[Any]], sealed_at: Instant) -> Iterator[dict[str, Any]]:
    """Each day away: as counted, or of who is away still, the days up to the one on which they are due.

    Who was not back by then is away on each day up to that of the sealing.
    """
    if s.out_at is None:
        return
    count = reading.counted(journal)
    if count is not None and s.over_at is not None:
        for one in each(count.count):
            told = {"charge": str(one.charge), "rule": one.rule, "leave_kind": one.leave_kind, "purse": one.purse}
            yield {"day": str(one.day), "counted": True} | told
        return
    until = s.days.day(s.over_at) if s.over_at else max(s.awaited_until, s.days.day(sealed_at))
    for day in s.days.shown(s.days.day(s.out_at), until):
        yield {"day": str(day), "counted": False, "leave_kind": s.asked.leave_kind}
