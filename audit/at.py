"""`furlough audit at`: what was so at a moment, as it was and as it was known; what changed between two, by whom."""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

from cyclopts import Parameter

from audit import moments, views
from audit.entries import document, line, stamp
from audit.journals import Journal, Written, journal
from audit.moments import Moment
from audit.naming import named
from audit.sources import ARCHIVED, From, source
from domain.leave import reading
from wiring import console
from wiring.trouble import Misset

UNTOLD = "cannot be told: what came later was recorded on what came between"


class Change(NamedTuple):
    """An entry, and which lines of the state it changed: what was there, and what is there now."""

    written: Written
    rows: dict[str, tuple[str, str]]


async def at(
    what: str,
    *,
    event: int | None = None,
    time: str | None = None,
    diff: Annotated[tuple[str, str] | None, Parameter(negative="")] = None,
    where: From = ARCHIVED,
) -> int:
    """The state at a moment, from the recorded entries alone: as it was, and as it was known.

    Args:
        what: A leave id or control number, base-CODE, member-ID (an account), or register.
        event: The number of an event of its history: the state after it.
        time: A time: 2026-03-04T06:41+02:00; without a zone in UTC.
        diff: Two moments, events or times: what changed between them, entry by entry, and by whom.
    """
    if (event is not None) + (time is not None) + (diff is not None) != 1:
        raise Misset(
            "Which moment is meant?",
            why="expected one of --event N, --time T and --diff A B",
            helps="furlough audit timeline tells the events and times",
        )
    record = await source(where)
    told = await journal(record, await named(record, what))
    if diff:
        first, second = (moments.moment(told, said) for said in diff)
        changes = changed(told, first, second)
        if where.json:
            console.document(_differences(told, first, second, changes))
        else:
            _show_differences(told, first, second, changes)
        return 0
    when = moments.moment(told, str(event) if event is not None else str(time))
    known, was = moments.known(told, when), moments.was(told, when)
    if where.json:
        console.document(_document(told, when, known, was))
    else:
        _show(told, when, known, was)
    return 0


def changed(told: Journal, first: Moment, second: Moment) -> list[Change]:
    """What each entry between two moments changed in the lines of the state; each line as of the entry's own time."""
    found = []
    state = moments.known(told, first)
    for i, one in enumerate(moments.between(told, first, second), first.entries):
        then = Moment("", one.entry.recorded_at, i + 1)
        before = views.rows(state, then, told.written[:i])
        state = told.kind.decider.evolve(state, one.entry)
        after = views.rows(state, then, told.written[: i + 1])
        labels = [label for label in before | after if before.get(label) != after.get(label)]
        found.append(Change(one, {label: (before.get(label, ""), after.get(label, "")) for label in labels}))
    return found


def _show(told: Journal, when: Moment, known: Any, was: Any | None) -> None:
    seen = told.written[: when.entries]
    one = views.rows(known, when, seen)
    two = _was(told, when, known, was)
    console.say(f"{told.id} at {stamp(when.at)}: {when.entries} of {len(told.written)} entries recorded by then")
    if seen:
        console.say(f"the last of them: {line(seen[-1])}")
    both = two is not None and two != one
    table = console.table("", "as it was known", *(["as it was"] if both else []))
    for label in one | (two or {}):
        cells = [one.get(label, "")] + ([_beside(one, two or {}, label)] if both else [])
        table.add_row(label, *cells)
    console.say(table)
    if not both:
        console.say("as it was: " + (UNTOLD if two is None else "the same; nothing came late that tells of before"))
    for late in _late(told, when):
        console.say(f"recorded later: {line(late)}")
    _notes(told)


def _was(told: Journal, when: Moment, known: Any, was: Any | None) -> views.Rows | None:
    """The lines of the state as it was."""
    if was is None:
        return None
    lines = views.rows(was, when, told.written)
    return lines if was == known else views.without_waits(lines)


def _beside(one: views.Rows, two: views.Rows, label: str) -> str:
    return "the same" if one.get(label) == two.get(label) else two.get(label, "-")


def _late(told: Journal, when: Moment) -> list[Written]:
    """What people said or saw by then, and was recorded afterwards."""
    later = moments.happened(told)[when.entries :]
    return [one for one in later if one.entry.effective_at <= when.at and reading.late(one.entry)]


def _show_differences(told: Journal, first: Moment, second: Moment, changes: list[Change]) -> None:
    console.say(f"{told.id} from {_said(first)} to {_said(second)}: {len(changes)} entries")
    for change in changes:
        console.say(line(change.written))
        for label, (before, after) in change.rows.items():
            console.say(f"      {label}: {before or '-'} -> {after or '-'}")
    _notes(told)


def _said(when: Moment) -> str:
    return f"event {when.said} ({stamp(when.at)})" if when.said.isdecimal() else stamp(when.at)


def _notes(told: Journal) -> None:
    for note in told.notes:
        console.note(f"note   {note}")


def _document(told: Journal, when: Moment, known: Any, was: Any | None) -> dict[str, Any]:
    return {
        "id": told.id,
        "at": when.at,
        "entries": when.entries,
        "of": len(told.written),
        "known": _state(known, views.rows(known, when, told.written[: when.entries])),
        "was": None if (lines := _was(told, when, known, was)) is None else _state(was, lines),
        "recorded_later": [document(one) for one in _late(told, when)],
        "notes": told.notes,
    }


def _state(state: Any, lines: views.Rows) -> dict[str, Any]:
    return {"rows": lines, "state": reading.unsealed(state.model_dump(mode="json"))}


def _differences(told: Journal, first: Moment, second: Moment, changes: list[Change]) -> dict[str, Any]:
    return {
        "id": told.id,
        "from": first.at,
        "to": second.at,
        "changes": [{**document(change.written), "rows": change.rows} for change in changes],
        "notes": told.notes,
    }
