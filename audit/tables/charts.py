"""A report as a chart (SVG): bars along time, or one below the other; no script, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape
from typing import Any, Final

from audit.tables.reports import Report
from domain.calendar import days

WIDTH: Final = 960
LEFT: Final = 330
HEIGHT: Final = 260
"""Of bars along time."""
ROW: Final = 20
MOST: Final = 400
"""Bars of one chart; what is beyond is told and not drawn."""
LONGEST: Final = 46
"""Characters of a label."""

STYLE: Final = (
    "<style>text{font:12px sans-serif;fill:#222}.of{fill:#4a6d8c}.axis{stroke:#999}"
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
    return "\n".join([head, STYLE, f'<text class="title" x="0" y="14">{title}</text>', *drawn, "</svg>\n"])


def _along(bars: Sequence[Bar]) -> tuple[list[str], int]:
    """Bars side by side, the first and the last with their labels, the highest with its number."""
    most = max((value for _, value in bars), default=0) or 1
    foot, room = HEIGHT - 24, HEIGHT - 64
    wide = WIDTH / max(len(bars), 1)
    drawn = [f'<line class="axis" x1="0" x2="{WIDTH}" y1="{foot}" y2="{foot}"/>']
    for i, (label, value) in enumerate(bars):
        high = room * value / most
        title = f"<title>{escape(label)}: {value:g}</title>"
        place = f'x="{i * wide:.1f}" y="{foot - high:.1f}" width="{max(wide - 1, 0.5):.1f}" height="{high:.1f}"'
        drawn.append(f'<rect class="of" {place}>{title}</rect>')
    if bars:
        drawn.append(f'<text x="0" y="34">at most {most:g}</text>')
        drawn.append(f'<text x="0" y="{HEIGHT - 6}">{escape(bars[0][0])}</text>')
        drawn.append(f'<text x="{WIDTH}" y="{HEIGHT - 6}" text-anchor="end">{escape(bars[-1][0])}</text>')
    return drawn, HEIGHT


def _below(bars: Sequence[Bar]) -> tuple[list[str], int]:
    """Bars one below the other, each with its label and its number."""
    most = max((abs(value) for _, value in bars), default=0) or 1
    drawn = []
    for i, (label, value) in enumerate(bars):
        y = 24 + i * ROW
        wide = (WIDTH - LEFT - 70) * abs(value) / most
        shown = label if len(label) <= LONGEST else label[: LONGEST - 1] + "…"
        drawn.append(f'<text x="0" y="{y + 14}">{escape(shown)}</text>')
        drawn.append(f'<rect class="of" x="{LEFT}" y="{y + 3}" width="{max(wide, 1):.1f}" height="{ROW - 6}"/>')
        drawn.append(f'<text x="{LEFT + wide + 6:.1f}" y="{y + 14}">{value:g}</text>')
    return drawn, 30 + ROW * max(len(bars), 1)
