"""`furlough forms`: the sheets by which a base goes on without power, to be printed before the lights go out.

What is known stands on them already, as of the server or of the copy; the rest is written by hand and entered later.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from html import escape
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from domain.leave import discreet
from domain.model import Instant, Model
from starter import bases, board, index, page
from starter.desk import Desk, at_desk
from starter.flags import HERE, How
from starter.index import Row
from starter.tasks import TURNS
from wiring import console
from wiring.copies import Unreadable
from wiring.trouble import NotReached
from wiring.unwritten import print_out

AHEAD: Final = timedelta(days=7)
"""How far ahead the gate sheet names those who are to leave."""
BLANK: Final = 6
"""Empty lines at the least below those which are known: who is not on the list is written there."""
LINES: Final = 15
"""Lines on a page of a sheet, below its heads and above what is typed later; empty ones fill the last page."""
REQUESTS: Final = 4
"""Requests on a sheet."""
STYLE: Final = """
@page wide { size: A4 landscape; margin: 11mm 12mm }
body { max-width: 273mm } section { max-width: 186mm; margin: 0 auto; break-after: page }
section.wide { page: wide; max-width: 273mm } section:last-child { break-after: auto }
.hand th { box-sizing: border-box } .hand td { height: 8.5mm }
.hand tfoot td { height: auto; padding: 0 } .hand tfoot { break-inside: avoid }
.hand td + td, .hand th + th { border-left: .1mm solid #ccc; padding-left: 1.5mm }
.ask { margin-bottom: 5mm } .ask td { height: 11mm; width: 25%; border: .1mm solid #ccc; padding-left: 1.5mm }
footer { break-inside: avoid } footer p { margin: .5mm 0 } code { font: 8pt monospace; color: #000 }
"""
FIELDS: Final = (
    ("service number", "kind of leave", "first day", "last day"),
    ("destination", "travel: flight, road, none", "asked at (day, time)", "signature"),
    ("yes / no", "decided by: service number, post", "at (day, time)", "signature"),
    ("reason of a no", "entered by", "control number or id"),
)
"""A request and its decision, line by line; family and medical matters stand on no form."""
DECISIONS: Final = {
    "leave": 34,
    "unit": 22,
    "wants": 20,
    "whose turn": 27,
    "by": 31,
    "yes / no": 15,
    "reason of a no; flights": 47,
    "decided by: number, post": 30,
    "at (day, time)": 22,
    "signature": 25,
}
"""The columns of the decision sheet and their widths, in mm; what is written by hand has the room."""
GATE: Final = {
    "leave": 34,
    "unit": 22,
    "state": 24,
    "out": 31,
    "last day": 22,
    "seen out at (day, time)": 34,
    "seen in at (day, time)": 34,
    "seen by: number, signature": 44,
    "remarks": 28,
}
"""The columns of the gate sheet and their widths, in mm."""
LATER: Final = '--at "DAY TIME" --medium paper --paper SCAN'
"""How every line of a sheet is entered: at its own time, with the sheet as the evidence."""
WHOSE: Final = "--for NUMBER --for-post POST"
FOR: Final = f"{WHOSE} {LATER}"
"""How a clerk enters what somebody else decided."""
LEAVE: Final = "LEAVE"
TYPED: Final = {
    "Requests": (
        ("request", f"request NUMBER --kind KIND --first DAY --last DAY --destination PLACE --travel HOW {LATER}"),
        ("yes", f"approve {LEAVE} {FOR}"),
        ("no", f"deny {LEAVE} --reason WORDS {FOR}"),
    ),
    "Decisions": (
        ("decision: yes", f"approve {LEAVE} {FOR}"),
        ("no", f"deny {LEAVE} --reason WORDS {FOR}"),
        ("clearance", f"{TURNS['approved'][1].format(leave=LEAVE)} {FOR}"),
        (
            "journey",
            f"{TURNS['booked'][1].format(leave=LEAVE)} --out-flight FLIGHT --back-flight FLIGHT {FOR}",
        ),
        ("anything else", f"show {LEAVE} tells what is typed"),
    ),
    "Gate": (
        ("out", f"sign-out {LEAVE} {FOR}"),
        ("in", f"sign-in {LEAVE} {FOR}"),
        ("many", f"sign-out --sheet FILE.csv, sign-in --sheet FILE.csv: columns leave, at; {WHOSE}"),
    ),
}
"""What is typed for what stands on each sheet, once there is power."""


class Known(Model):
    """What is known of a base: who is out or leaves soon, and what waits for a decision."""

    base: str
    at: Instant
    gate: tuple[Row, ...] = ()
    decisions: tuple[Row, ...] = ()


async def forms(*, how: How = HERE) -> int:
    """Write request forms, a decision sheet and a gate sheet into this folder, as one file to print (A4, HTML).

    With neither a server nor a copy they are empty. What was written on them is entered later, each at its own time:
    --at "2026-12-20 06:41" --medium paper --paper SCAN.pdf.
    """
    try:
        async with at_desk(copied=True, **how.settings) as desk:
            shown = await known(desk, bases.at_base(desk, how.base))
            return _written(desk, shown, how)
    except (NotReached, Unreadable) as silent:
        console.warn(f"EMPTY FORMS: {silent.what} {silent.known}".rstrip())
        async with at_desk(online=False, **how.settings) as desk:
            return _written(desk, Known(base=bases.at_base(desk, how.base), at=desk.as_of), how)


def _written(desk: Desk, shown: Known, how: How) -> int:
    zone = desk.zone(shown.base)
    file = Path(f"forms-{shown.base}-{shown.at.astimezone(zone):%Y-%m-%d}.html").resolve()
    print_out(file, html(shown, zone), "forms")
    if how.json:
        console.document({"file": str(file), "gate": len(shown.gate), "decisions": len(shown.decisions)})
    else:
        console.say(f"written: {file}")
    return 0


async def known(desk: Desk, base: str) -> Known:
    """What is known of a base now, or was when its copy was made."""
    rows, _ = await index.rows(desk.answers, index.RUNNING, f"Base = {index.quoted(base)}")
    soon = desk.as_of + AHEAD
    gate = [r for r in rows if r.out or (r.state in board.ACTIVE and r.sign_out_at and r.sign_out_at <= soon)]
    asked = [r for r in rows if any(word.startswith(("awaiting:", "etp:")) for word in r.attention)]
    return Known(
        base=base,
        at=desk.as_of,
        gate=tuple(sorted(gate, key=lambda r: (r.out, r.sign_out_at or soon, r.number))),
        decisions=tuple(sorted(asked, key=in_turn)),
    )


def in_turn(row: Row) -> tuple[bool, bool, datetime | str]:
    """The order on the decision sheet, which anybody may see: an emergency is not told by standing first."""
    return row.discreet.urgency


def html(shown: Known, zone: ZoneInfo) -> str:
    """All sheets; each begins a page. No names: the gate knows faces, and a control number is on every paper."""
    head = f"<small>{escape(shown.base)}, as of {shown.at.astimezone(zone):%Y-%m-%d %H:%M}</small>"
    ask = "".join(
        "<table class=ask>"
        + "".join(
            f"<tr>{''.join(_field(f, 4 - len(line) if not i else 0) for i, f in enumerate(line))}</tr>"
            for line in FIELDS
        )
        + "</table>"
        for _ in range(REQUESTS)
    )
    sheets = {
        "Requests": ask + _typed("Requests"),
        "Decisions": _lines(DECISIONS, _decisions(shown.decisions, zone), _typed("Decisions")),
        "Gate": _lines(GATE, _gate(shown.gate, zone), _typed("Gate")),
    }
    body = "\n".join(
        f"<section{'' if title == 'Requests' else ' class=wide'}><h1>{title} {head}</h1>{sheet}</section>"
        for title, sheet in sheets.items()
    )
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(shown.base)}: forms</title>'
        f"<style>{page.STYLE}{STYLE}</style></head>\n<body>\n{body}\n</body></html>\n"
    )


def _field(name: str, more: int) -> str:
    """A field of a form, so many columns wider than one."""
    return f"<td colspan={1 + more}><small>{escape(name)}</small></td>"


def _typed(title: str) -> str:
    """What is typed for what stands on a sheet: at the foot of each of its pages."""
    lines = (f"<p>{escape(what)}: <code>furlough {escape(typed)}</code></p>" for what, typed in TYPED[title])
    return f"<footer>Entered later, each at its own time:{''.join(lines)}</footer>"


def _decisions(rows: Iterable[Row], zone: ZoneInfo) -> Iterator[tuple[str, ...]]:
    """Whose turn it is, and until when, only where all leaves wait for the same: else it would tell the kind."""
    for row in rows:
        told = row.discreet
        posts = dict.fromkeys(word.partition(":")[2] for word in row.attention if word.startswith(discreet.OF_POSTS))
        turn = ", ".join(filter(None, posts)) if discreet.limited(row.state) else ""
        yield row.called, row.unit, _wanted(row.state), turn, page.hour(told.act_by, zone)


def _wanted(state: str) -> str:
    """What is wanted, in one word for all the decisions which would tell the kind of leave apart."""
    return "decision" if discreet.word(state) != state else TURNS.get(state, ("decision", ""))[0]


def _gate(rows: Iterable[Row], zone: ZoneInfo) -> Iterator[tuple[str, ...]]:
    for row in rows:
        out, last = page.hour(row.sign_out_at, zone), page.last_day(row.due_back, zone)
        yield row.called, row.unit, discreet.word(row.state), out, last


def _lines(columns: Mapping[str, int], rows: Iterable[tuple[str, ...]], foot: str) -> str:
    """The lines which are known, and empty ones below them; what is not known of a line is written by hand.

    Head and foot stand on each page.
    """
    known = list(rows)
    blank = BLANK + -(len(known) + BLANK) % LINES
    head = "".join(f'<th style="width: {width}mm">{escape(name)}</th>' for name, width in columns.items())
    body = "".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in (*row, *[''] * (len(columns) - len(row))))}</tr>"
        for row in [*known, *[()] * blank]
    )
    below = f"<tfoot><tr><td colspan={len(columns)}>{foot}</td></tr></tfoot>"
    return f"<table class=hand><thead><tr>{head}</tr></thead><tbody>{body}</tbody>{below}</table>"
