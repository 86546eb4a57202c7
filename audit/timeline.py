"""`furlough audit timeline`: the story of a leave, who, when, what and by which rule, and whom it waited for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from audit.entries import document, says, stamp, who
from audit.journals import Journal, journal, journal_if_there
from audit.naming import named
from audit.page import page, sealing
from audit.replaying import Snapshot
from audit.sources import ARCHIVED, From, Source, source
from audit.story import Line, Story, Wait, of_account, span, story
from domain.ids import member_workflow
from wiring import console
from wiring.plainly import plainly
from wiring.trouble import Misset, Trouble


async def timeline(
    leave: str, *, page_: Annotated[Path | None, Parameter(name="--page")] = None, where: From = ARCHIVED
) -> int:
    """Who decided, recorded, signed or asserted what, when, and by which rule; how long it waited, and for whom.

    Args:
        leave: A leave id or control number.
        page_: Write it as one HTML page with a drawing, which needs nothing else and prints on A4.
    """
    record = await source(where)
    told = await with_account(record, of_leave(await journal(record, await named(record, leave))))
    if page_:
        write(told, page_)
    if where.json:
        console.document(_document(told))
    else:
        _show(told)
        if page_:
            console.note(f"{page_}: it tells the kind of leave; keep it as you keep personnel files")
    return 0


def of_leave(told: Journal) -> Story:
    """The story of a leave. Raises Misset where it is none, and Trouble where it tells no story."""
    if told.kind.decider.name != "leave":
        raise Misset(f"{told.id} is no leave.", why="expected a leave", helps="furlough audit at tells of others")
    try:
        return story(told)
    except Exception as fault:
        raise Trouble(
            f"The record of {told.id} tells no story.",
            why=f"its entries cannot be read as those of a leave ({type(fault).__name__})",
            known="; ".join(told.notes),
            helps="furlough audit replay tells what is wrong with it",
        ) from fault


async def with_account(record: Source, told: Story) -> Story:
    """The story with what the member's account recorded of it; that this record has none of that is worth a note."""
    if not (told.state.ended and told.state.member):
        return told
    if account := await journal_if_there(record, member_workflow(told.state.whose.id)):
        return told._replace(later=of_account(account, told.id))
    return told._replace(notes=(*told.notes, f"what arrived after its end is not in {record}: it has no account of it"))


def write(told: Story, to: Path) -> None:
    """The page into a file for its owner alone. Raises Misset where it cannot be written."""
    try:
        to.touch(mode=0o600)
        to.write_text(page(told), "utf-8")
    except OSError as error:
        raise Misset(f"{to} cannot be written.", why=plainly(error)) from error


def _show(told: Story) -> None:
    s = told.state
    console.say(f"{told.face.number or told.id} is {told.face.state.upper()}  ({told.id})")
    if s.ask:
        console.say(f"{s.asked.leave_kind} leave of {s.whose.id}, {s.first} to {s.last}, under {s.rules.pack}; UTC")
    for line in told.lines:
        console.say(_line(line))
    if told.later:
        console.say("\nafter its end, in the account of the member", "bold")
    for line in told.later:
        console.say(_line(line))
    console.say("\nwaits", "bold")
    table = console.table("state", "for", "since", "until", "lasted")
    for wait in told.waits:
        table.add_row(wait.state, wait.whom, stamp(wait.since), stamp(wait.until), span(wait.lasted))
    console.say(table)
    for when in dict.fromkeys((line.not_before, line.not_after) for line in told.lines):
        console.say(_sealed([line for line in told.lines if (line.not_before, line.not_after) == when], *when))
    for note in told.notes:
        console.note(f"note   {note}")


def _line(line: Line) -> str:
    entry = line.written.entry
    waited = f"after {span(line.ended.lasted)} with {line.ended.whom}" if line.ended and line.ended.whom else ""
    late = f"LATE by {span(line.late)}, of {stamp(entry.effective_at)}" if line.late else ""
    cites = f"[{', '.join(entry.event.cites)}]" if entry.event.cites else ""
    parts = (says(line.written), who(line.written), late, waited, cites)
    return (
        f"{entry.seq:>4}  {stamp(entry.recorded_at)}  {' · '.join(filter(None, parts))}  (event {line.written.event})"
    )


def _sealed(lines: list[Line], before: Snapshot | None, after: Snapshot | None) -> str:
    first, last = lines[0].written.entry.seq, lines[-1].written.entry.seq
    which = f"entry {first}" if first == last else f"entries {first} to {last}"
    if after is None:
        return f"{which}: not sealed in what was read, so that nothing but the server's clock tells when"
    since = f" after {sealing(before)}, and" if before else ""
    return f"{which}: recorded{since} before {sealing(after)}"


def _document(told: Story) -> dict[str, Any]:
    return {
        "id": told.id,
        "number": told.face.number,
        "state": told.face.state,
        "lines": [
            {
                **document(line.written),
                "late_seconds": line.late.total_seconds(),
                "waited": _wait(line.ended) if line.ended else None,
                "not_before": line.not_before._asdict() if line.not_before else None,
                "not_after": line.not_after._asdict() if line.not_after else None,
            }
            for line in told.lines
        ],
        "after_end": [document(line.written) for line in told.later],
        "waits": [_wait(wait) for wait in told.waits],
        "notes": told.notes,
    }


def _wait(wait: Wait) -> dict[str, Any]:
    return {**wait._asdict(), "seconds": wait.lasted.total_seconds() if wait.lasted is not None else None}
