"""A report as a chart (SVG): bars along time, or one below the other; no script, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape
from itertools import cycle
from math import ceil
from typing import Any, Final

from audit.tables.reports import Report
from domain.calendar import days

WIDTH: Final = 960
EDGE: Final = 12
"""What is kept free on each side."""
LEFT: Final = 330
"""Where bars begin that lie one below the other; their labels stand left of it."""
SCALE: Final = 44
"""Where bars along time begin; the numbers of their scale stand left of it."""
HEIGHT: Final = 280
"""Of bars along time."""
HEAD: Final = 44
FOOT: Final = HEIGHT - 30
"""Where the highest bar along time may end, and where all begin."""
STEPS: Final = 5
"""Lines of a scale, at most."""
DATES: Final = 110
"""The least distance of two dates."""
ROW: Final = 20
MOST: Final = 400
"""Bars of one chart; what is beyond is told and not drawn."""
LONGEST: Final = 46
"""Characters of a label."""

STYLE: Final = (
    "<style>text{font:12px sans-serif;fill:#222}.of{fill:#4a6d8c}.axis{stroke:#999}.grid{stroke:#ddd}"
    ".title{font-weight:bold}@media print{.of{fill:#555}}</style>"
)

Bar = tuple[str, float]


def chart(report: Report, titles: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """The chart of a report's rows; those with the same label are one bar, and a day without a row is an empty one."""
    places, value = [titles.index(label) for label in report.labels], titles.index(report.value)
    found: dict[str, float] = {}
    for row in rows:
        label = " · ".join(str(row[place]) for place in places)
        found[label] = found.get(label, 0.0) + float(row[value] or 0)
    if report.along and found:
        whole = days(*(date.fromisoformat(day) for day in (min(found), max(found))))
        found = {str(day): found.get(str(day), 0.0) for day in whole}
    bars, more = list(found.items())[:MOST], max(len(found) - MOST, 0)
    drawn, height = _along(bars) if report.along else _below(bars)
    note = f"; {more} more are not drawn" if more else ""
    title = escape(f"{report.says} ({report.value.replace('_', ' ')}{note})")
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img"><title>{title}</title>'
    return "\n".join([head, STYLE, f'<text class="title" x="{EDGE}" y="22">{title}</text>', *drawn, "</svg>\n"])


def _along(bars: Sequence[Bar]) -> tuple[list[str], int]:
    """Bars side by side over a scale, as many of them with their labels as there is room for."""
    marks = scale(max((value for _, value in bars), default=0))
    wide = (WIDTH - SCALE - EDGE) / max(len(bars), 1)
    drawn = []
    for mark in marks:
        y = FOOT - (FOOT - HEAD) * mark / marks[-1]
        drawn.append(
            f'<line class="{"grid" if mark else "axis"}" x1="{SCALE}" x2="{WIDTH - EDGE}" y1="{y:.1f}" y2="{y:.1f}"/>'
        )
        drawn.append(f'<text x="{SCALE - 6}" y="{y + 4:.1f}" text-anchor="end">{mark:g}</text>')
    every = max(1, ceil(DATES / wide))
    for i, (label, value) in enumerate(bars):
        high, x = (FOOT - HEAD) * value / marks[-1], SCALE + i * wide
        title = f"<title>{escape(label)}: {value:g}</title>"
        place = f'x="{x:.1f}" y="{FOOT - high:.1f}" width="{max(min(wide - 1, ROW * 3), 0.5):.1f}" height="{high:.1f}"'
        drawn.append(f'<rect class="of" {place}>{title}</rect>')
        if i % every == 0 and x + DATES - EDGE <= WIDTH:
            drawn.append(f'<text x="{x:.1f}" y="{FOOT + 18}">{escape(label)}</text>')
    return drawn, HEIGHT


def scale(most: float) -> list[float]:
    """The marks of a scale from 0 up to `most` at least: whole steps of 1, 2 or 5 and tens of these."""
    step = 1.0
    for factor in cycle((2, 2.5, 2)):
        if step * STEPS >= most:
            break
        step *= factor
    return [step * i for i in range(max(ceil(most / step), 1) + 1)]


def _below(bars: Sequence[Bar]) -> tuple[list[str], int]:
    """Bars one below the other, each with its label and its number."""
    most = max((abs(value) for _, value in bars), default=0) or 1
    drawn = []
    for i, (label, value) in enumerate(bars):
        y = 32 + i * ROW
        wide = (WIDTH - LEFT - 70 - EDGE) * abs(value) / most
        shown = label if len(label) <= LONGEST else label[: LONGEST - 1] + "…"
        drawn.append(f'<text x="{EDGE}" y="{y + 14}">{escape(shown)}</text>')
        drawn.append(f'<rect class="of" x="{LEFT}" y="{y + 3}" width="{max(wide, 1):.1f}" height="{ROW - 6}"/>')
        drawn.append(f'<text x="{LEFT + wide + 6:.1f}" y="{y + 14}">{value:g}</text>')
    return drawn, 44 + ROW * max(len(bars), 1)
