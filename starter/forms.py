"""`furlough forms`: the sheets by which a base goes on without power, to be printed before the lights go out.

What is known stands on them already, as of the server or of the copy; the rest is written by hand and entered later.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from html import escape
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from domain.model import Instant, Model
from starter import bases, board, index, page
from starter.desk import Desk, at_desk
from starter.flags import HERE, How
from starter.index import Row
from wiring import console
from wiring.plainly import plainly
from wiring.trouble import Misset, NotReached

AHEAD: Final = timedelta(days=7)
"""How far ahead the gate sheet names those who are to leave."""
BLANK: Final = 12
"""Empty lines below those which are known: who is not on the list is written there."""
REQUESTS: Final = 4
"""Requests on a sheet."""
STYLE: Final = """
section { break-after: page } .hand td { height: 7mm } .ask td { height: 8mm; width: 25% } .ask { margin-bottom: 6mm }
code { font: 8pt monospace }
"""
FIELDS: Final = (
    ("service number", "kind of leave", "first day", "last day"),
    ("destination", "travel: flight, road, none", "asked at (day, time)", "signature"),
    ("approved / denied by (post)", "at (day, time)", "reason, if denied", "signature"),
)
"""A request and its decision, line by line; family and medical matters stand on no form."""


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
    except NotReached as silent:
        console.warn(f"EMPTY FORMS: {silent.what} {silent.known}".rstrip())
        async with at_desk(online=False, **how.settings) as desk:
            return _written(desk, Known(base=bases.at_base(desk, how.base), at=desk.as_of), how)


def _written(desk: Desk, shown: Known, how: How) -> int:
    zone = desk.zone(shown.base)
    file = Path(f"forms-{shown.base}-{shown.at.astimezone(zone):%Y-%m-%d}.html").resolve()
    try:
        file.touch(mode=0o600)
        file.write_text(html(shown, zone), "utf-8")
    except OSError as error:
        raise Misset(
            f"The forms {file} cannot be written.", why=plainly(error), helps="print from another folder"
        ) from error
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
        decisions=tuple(sorted(asked, key=lambda r: r.urgency)),
    )


def html(shown: Known, zone: ZoneInfo) -> str:
    """All sheets; each begins a page. No names: the gate knows faces, and a control number is on every paper."""
    head = f"<small>{escape(shown.base)}, as of {shown.at.astimezone(zone):%Y-%m-%d %H:%M}</small>"
    ask = "".join(
        "<table class=ask>"
        + "".join(f"<tr>{''.join(f'<td><small>{escape(f)}</small></td>' for f in line)}</tr>" for line in FIELDS)
        + "</table>"
        for _ in range(REQUESTS)
    )
    sheets = (
        ("Requests", ask, 'furlough request NUMBER --first DAY --last DAY --at "DAY TIME" --medium paper --paper SCAN'),
        (
            "Decisions",
            _lines(DECISIONS, _decisions(shown.decisions, zone)),
            'furlough approve LEAVE --for NUMBER --at "DAY TIME" --medium paper --paper SCAN',
        ),
        (
            "Gate",
            _lines(GATE, _gate(shown.gate, zone)),
            'furlough sign-out LEAVE --at "DAY TIME"; furlough sign-in LEAVE --at "DAY TIME"; or --sheet FILE.csv',
        ),
    )
    body = "\n".join(
        f"<section><h1>{title} {head}</h1>{sheet}<footer>Entered later, each at its own time: "
        f"<code>{escape(typed)}</code></footer></section>"
        for title, sheet, typed in sheets
    )
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(shown.base)}: forms</title>'
        f"<style>{page.STYLE}{STYLE}</style></head>\n<body>\n{body}\n</body></html>\n"
    )


DECISIONS: Final = ("leave", "unit", "state", "by", "yes / no", "reason", "post", "decided at")
GATE: Final = ("leave", "unit", "state", "out", "last day", "seen out at", "seen in at", "by")


def _decisions(rows: Iterable[Row], zone: ZoneInfo) -> Iterator[tuple[str, ...]]:
    for row in rows:
        posts = ", ".join(dict.fromkeys(word.partition(":")[2] for word in row.attention if ":" in word))
        yield row.called, row.unit, row.state, _hour(row.act_by, zone), "", "", posts, ""


def _gate(rows: Iterable[Row], zone: ZoneInfo) -> Iterator[tuple[str, ...]]:
    for row in rows:
        yield (
            row.called,
            row.unit,
            row.state,
            _hour(row.sign_out_at, zone),
            page.last_day(row.due_back, zone),
            "",
            "",
            "",
        )


def _hour(at: datetime | None, zone: ZoneInfo) -> str:
    return page.hour(at, zone)


def _lines(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """The lines which are known, and empty ones below them."""
    empty = [("",) * len(heads)] * BLANK
    return page.section("", heads, [*rows, *empty]).replace("<table>", "<table class=hand>")
