"""The board of a base as one sheet of A4: HTML that stands alone, for the wall and for days without power."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo
from html import escape
from typing import TYPE_CHECKING, Final

from domain.garrison.orders import Edition
from domain.model import DAY
from starter.order_papers import whom, words

if TYPE_CHECKING:
    from starter.board import Absent, Today

STYLE: Final = """
@page { size: A4; margin: 12mm }
body { font: 9.5pt/1.3 system-ui, sans-serif; color: #000; max-width: 186mm; margin: 0 auto }
h1 { font-size: 15pt; margin: 0 }
h1 small { font-size: 9.5pt; font-weight: normal; float: right; padding-top: 2mm }
h2 { font-size: 10.5pt; margin: 4mm 0 1mm; border-bottom: .4mm solid #000; break-after: avoid }
table { border-collapse: collapse; width: 100% }
th { text-align: left; font-weight: normal; color: #555; font-size: 8pt }
td, th { padding: .4mm 2mm .4mm 0; vertical-align: top }
tr { break-inside: avoid }
.strength td, .strength th { text-align: right; padding-right: 1mm } .strength td:first-child { text-align: left }
.strength { table-layout: fixed } .strength th:first-child { width: 30mm }
.full { font-weight: bold; background: #ddd; print-color-adjust: exact; -webkit-print-color-adjust: exact }
.box { width: 4mm; height: 4mm; border: .3mm solid #000; display: inline-block }
footer { margin-top: 4mm; font-size: 8pt; color: #555 }
"""
FOOTER: Final = (
    "<footer>Leaves by the server's index, a moment behind; strength and orders by the base itself. "
    "Contains personal data: keep and destroy as ordered.</footer>"
)


def html(shown: Today, zone: tzinfo) -> str:
    """The sheet. Names stand on it only where whoever printed it was entitled to them."""
    title = f"{shown.base} · {shown.day:%A %Y-%m-%d}"
    parts = [
        f"<h1>{escape(title)} <small>as of {shown.at.astimezone(zone):%H:%M} {escape(shown.base)}</small></h1>",
        _leaves("Overdue", shown.overdue, zone),
        _leaves("Leaving today", shown.leaving, zone, tick=True),
        _leaves("Due back today", shown.due, zone, tick=True),
        _leaves("Away", shown.away, zone),
        _waiting(shown, zone),
        _strength(shown),
        _section(
            "Queue for places",
            ("unit", "place", "leave", "first", "last", "first free"),
            (
                (one.unit, str(one.place), one.number, str(one.first), str(one.last), str(one.first_free or ""))
                for one in shown.queue
            ),
        )
        if shown.queue
        else "",
        _section(
            "Orders in force",
            ("order", "until", "it says", "whom"),
            (
                (e.name, until(e, zone), "; ".join(map(words, e.order.restrictions)), whom(e.order))
                for e in shown.orders
            ),
        ),
        FOOTER,
    ]
    body = "\n".join(part for part in parts if part)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style></head>\n<body>\n{body}\n</body></html>\n"
    )


def hour(instant: datetime | None, zone: tzinfo) -> str:
    """`2026-12-20 08:00` on the base's clock; of a day only, where it is its first minute."""
    if instant is None:
        return ""
    there = instant.astimezone(zone)
    return f"{there:%Y-%m-%d}" if (there.hour, there.minute) == (0, 0) else f"{there:%Y-%m-%d %H:%M}"


def last_day(due_back: datetime | None, zone: tzinfo) -> str:
    """The last day of a leave that is due back by the midnight after it."""
    return f"{(due_back - DAY).astimezone(zone):%Y-%m-%d}" if due_back else ""


def until(edition: Edition, zone: tzinfo) -> str:
    """When an order really ends."""
    return f"until {edition.end.astimezone(zone):%Y-%m-%d %H:%M}" if edition.end else "until rescinded"


def _leaves(title: str, lines: tuple[Absent, ...], zone: tzinfo, *, tick: bool = False) -> str:
    heads = ("leave", "who", "unit", "state", "out", "last day", *(("seen at",) if tick else ()))
    cells = (
        (
            x.row.called,
            x.who,
            x.row.unit,
            x.row.state,
            hour(x.row.sign_out_at, zone),
            last_day(x.row.due_back, zone),
            *(("____ : ____",) if tick else ()),
        )
        for x in lines
    )
    return _section(f"{title}: {len(lines) or 'nobody'}", heads, cells)


def _waiting(shown: Today, zone: tzinfo) -> str:
    cells = (
        (
            task.number,
            task.what,
            task.post,
            f"{task.act_by.astimezone(zone):%Y-%m-%d %H:%M}" if task.act_by else "",
            task.then,
        )
        for task in shown.waiting
    )
    return _section(
        f"Waiting for you: {len(shown.waiting) or 'nothing'}", ("leave", "wants", "as", "by", "then"), cells
    )


def _strength(shown: Today) -> str:
    days = list(dict.fromkeys(line.day for line in shown.strength))
    head = "".join(f"<th>{day:%d}<br>{day:%a}</th>" for day in days)
    rows = []
    for unit in dict.fromkeys(line.unit for line in shown.strength):
        mine = [line for line in shown.strength if line.unit == unit]
        cells = "".join(f"<td{' class=full' if x.absent >= x.ceiling else ''}>{x.absent or '·'}</td>" for x in mine)
        rows.append(f"<tr><td>{escape(unit)}</td><td>{mine[0].assigned}</td><td>{mine[0].ceiling}</td>{cells}</tr>")
    return (
        "<h2>Strength: absent by day</h2>\n<table class=strength><tr><th></th><th>of</th><th>may</th>"
        f"{head}</tr>{''.join(rows)}</table>"
    )


def _section(title: str, heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    if not body:
        return f"<h2>{escape(title)}</h2>"
    head = "".join(f"<th>{escape(name)}</th>" for name in heads)
    return f"<h2>{escape(title)}</h2>\n<table><tr>{head}</tr>{body}</table>"
