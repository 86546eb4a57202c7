"""The board of a base as one sheet of A4: HTML that stands alone, for the wall and for days without power.

The gate ticks on it who was seen, and it hangs where anybody reads: leaves stand on it as to those whom their kind does
not concern, whoever has printed it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo
from html import escape
from typing import TYPE_CHECKING, Final

from domain.garrison.orders import Edition
from domain.leave import discreet
from domain.model import DAY
from starter import irregular
from starter.order_papers import whom, words
from starter.tasks import discreetly

if TYPE_CHECKING:
    from starter.board import Absent, Today

STYLE: Final = """
@page { size: A4; margin: 11mm 12mm; @bottom-right { content: counter(page) " / " counter(pages); font-size: 8pt } }
body { font: 8.5pt/1.25 system-ui, sans-serif; color: #000; max-width: 186mm; margin: 0 auto }
h1 { font-size: 14pt; margin: 0 }
h1 small { font-size: 8.5pt; font-weight: normal; float: right; padding-top: 2mm }
h2 { font-size: 9.5pt; margin: 3mm 0 .5mm; border-bottom: .4mm solid #000; break-after: avoid }
h2 small { font-size: 7.5pt; font-weight: normal; color: #555 }
table { border-collapse: collapse; width: 100%; table-layout: fixed }
th { text-align: left; font-weight: normal; color: #555; font-size: 7.5pt }
td, th { padding: .3mm 2mm .3mm 0; vertical-align: top; overflow-wrap: anywhere }
tbody tr { border-bottom: .1mm solid #ccc; break-inside: avoid }
.number { width: 33mm } .unit { width: 26mm } .state { width: 21mm } .instant { width: 31mm } .day { width: 19mm }
.few { width: 14mm }
.strength td, .strength th { text-align: right; padding-right: 1mm } .strength td:first-child { text-align: left }
.strength th:first-child { width: 30mm }
.full { font-weight: bold; background: #ddd; print-color-adjust: exact; -webkit-print-color-adjust: exact }
footer { margin-top: 3mm; font-size: 7.5pt; color: #555 }
"""
FOOTER: Final = (
    "<footer>Leaves by the server's index, a moment behind; strength and orders by the base itself. "
    "Contains personal data: keep and destroy as ordered.</footer>"
)
WIDTHS: Final = {
    "leave": "number",
    "unit": "unit",
    "state": "state",
    "out": "instant",
    "by": "instant",
    "ends": "instant",
    "last day": "day",
    "seen at": "day",
    "first": "day",
    "last": "day",
    "first free": "day",
    "place": "few",
}
"""Columns of a set width, so that they stand below each other from table to table; the others share what is left."""


def html(shown: Today, zone: tzinfo) -> str:
    """The sheet: first what is done today, last the long list. Who is named above is not named there again.

    Names stand on it only where whoever printed it was entitled to them.
    """
    title = f"{shown.base} · {shown.day:%A %Y-%m-%d}"
    above = {x.row.leave_id for x in (*shown.overdue, *shown.due)}
    others = tuple(x for x in shown.away if x.row.leave_id not in above)
    away = f"Away: {len(shown.away) or 'nobody'}" + (
        f", {len(others)} of them not named above" if len(others) < len(shown.away) else ""
    )
    parts = [
        f"<h1>{escape(title)} <small>as of {shown.at.astimezone(zone):%H:%M} {escape(shown.base)}</small></h1>",
        _leaves(f"Overdue: {len(shown.overdue) or 'nobody'}", shown.overdue, zone),
        _leaves(f"Leaving today: {len(shown.leaving) or 'nobody'}", shown.leaving, zone, tick=True),
        _leaves(f"Due back today: {len(shown.due) or 'nobody'}", shown.due, zone, tick=True),
        section(
            f"Orders in force: {len(shown.orders) or 'none'}",
            ("order", "ends", "it says", "whom"),
            (
                (
                    f"{e.name} {e.order.title}",
                    until(e, zone).removeprefix("until ") if e.end else "when rescinded",
                    "; ".join(map(words, e.order.restrictions)),
                    whom(e.order),
                )
                for e in shown.orders
            ),
        ),
        _strength(shown),
        section(
            "Queue for places",
            ("leave", "unit", "place", "first", "last", "first free"),
            (
                (one.number, one.unit, str(one.place), str(one.first), str(one.last), str(one.first_free or ""))
                for one in shown.queue
            ),
        )
        if shown.queue
        else "",
        _waiting(shown, zone),
        _leaves(away, others, zone),
        _irregular(shown),
        FOOTER,
    ]
    body = "\n".join(part for part in parts if part)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style></head>\n<body>\n{body}\n</body></html>\n"
    )


def hour(instant: datetime | None, zone: tzinfo, base: str = "") -> str:
    """`2026-12-20 08:00` on the base's clock; of a day only, where it is its first minute.

    With the base's code it tells whose clock that is, where those of several stand below each other.
    """
    if instant is None:
        return ""
    there = instant.astimezone(zone)
    told = f"{there:%Y-%m-%d}" if (there.hour, there.minute) == (0, 0) else f"{there:%Y-%m-%d %H:%M}"
    return f"{told} {base}".rstrip()


def last_day(due_back: datetime | None, zone: tzinfo) -> str:
    """The last day of a leave that is due back by the midnight after it."""
    return f"{(due_back - DAY).astimezone(zone):%Y-%m-%d}" if due_back else ""


def until(edition: Edition, zone: tzinfo) -> str:
    """When an order really ends."""
    return f"until {edition.end.astimezone(zone):%Y-%m-%d %H:%M}" if edition.end else "until rescinded"


def _leaves(title: str, lines: tuple[Absent, ...], zone: tzinfo, *, tick: bool = False) -> str:
    """Leaves line by line; with room to `tick` off by hand, where somebody is to be seen today."""
    heads = ("leave", "who", "unit", "state", "out", "last day", "seen at" if tick else "")
    cells = (
        (
            irregular.called(x.row).replace(" ", "\N{NO-BREAK SPACE}"),
            x.who,
            x.row.unit,
            discreet.word(x.row.state),
            hour(x.row.sign_out_at, zone),
            last_day(x.row.due_back, zone),
            "____ : ____" if tick else "",
        )
        for x in lines
    )
    return section(title, heads, cells)


def _irregular(shown: Today) -> str:
    """What the sign behind a number means."""
    marked = {leave_id: discreet.marks(marks) for leave_id, marks in shown.irregular.items()}
    why = [(each,) for each in irregular.legend(shown.rows, marked)]
    return section(f"{irregular.SIGN} Irregular", ("what happened against which rule or order",), why) if why else ""


def _waiting(shown: Today, zone: tzinfo) -> str:
    """What waits for whoever prints it, as the gate may read it: neither a check nor, by its place, an emergency."""
    cells = (
        (
            task.number,
            task.what,
            task.post,
            f"{task.act_by.astimezone(zone):%Y-%m-%d %H:%M}" if task.act_by else "",
            task.brings,
        )
        for task in sorted(map(discreetly, shown.waiting), key=lambda task: task.number)
    )
    return section(f"Waiting for you: {len(shown.waiting) or 'nothing'}", ("leave", "wants", "as", "by", "then"), cells)


def _strength(shown: Today) -> str:
    days = list(dict.fromkeys(line.day for line in shown.strength))
    head = "".join(f"<th>{day:%d}<br>{day:%a}</th>" for day in days)
    rows = []
    for unit in dict.fromkeys(line.unit for line in shown.strength):
        mine = [line for line in shown.strength if line.unit == unit]
        of, may = spread(x.assigned for x in mine), spread(x.ceiling for x in mine)
        cells = "".join(f"<td{' class=full' if x.absent >= x.ceiling else ''}>{x.absent or '·'}</td>" for x in mine)
        rows.append(f"<tr><td>{escape(unit)}</td><td>{of}</td><td>{may}</td>{cells}</tr>")
    return (
        "<h2>Strength: absent by day <small>of so many assigned; so many may be; grey: no more may be</small></h2>\n"
        "<table class=strength><thead><tr><th></th><th>of</th><th>may</th>"
        f"{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )


def spread(numbers: Iterable[int]) -> str:
    """Numbers of several days in one cell: the least and the most of them, or the one that all of them are."""
    known = sorted(set(numbers))
    return str(known[0]) if len(known) == 1 else f"{known[0]}-{known[-1]}"


def section(title: str, heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table with its title; the title alone where there are no rows."""
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    if not body:
        return f"<h2>{escape(title)}</h2>"
    head = "".join(f"<th class={WIDTHS.get(name, 'rest' if name else 'day')}>{escape(name)}</th>" for name in heads)
    return f"<h2>{escape(title)}</h2>\n<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
