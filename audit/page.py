"""The story of a leave as one page (HTML) that needs nothing else, and prints on A4."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import Final

from audit.drawing import drawing
from audit.entries import says, stamp, who
from audit.replaying import Snapshot
from audit.story import Line, Story, span
from domain.words import called

_STYLE: Final = """
@page { size: A4 landscape; margin: 12mm }
body { font: 13px/1.45 system-ui, "DejaVu Sans", sans-serif; color: #1b1b1b }
body { margin: 2em auto; max-width: 1120px; padding: 0 1em }
h1 { font-size: 1.35em; margin: 0 } h2 { font-size: 1.05em; margin: 1.6em 0 .4em }
p { margin: .3em 0 } .small { color: #555; font-size: .9em }
table { border-collapse: collapse; width: 100% }
th { text-align: left; font-weight: 600; border-bottom: 1.5px solid #333 }
th, td { padding: .22em .6em .22em 0; vertical-align: top } td { border-bottom: .5px solid #ccc }
td.n { text-align: right; color: #555 } td.when { white-space: nowrap }
td.late, .marked { color: #a11; font-weight: 600 } tr { break-inside: avoid }
thead { display: table-header-group }
svg { width: 100%; height: auto; font-size: 11.5px } svg text { fill: #1b1b1b }
svg .date { fill: #555; font-size: 10px }
svg .span { fill: #333 } svg .grid { stroke: #ddd } svg .tick { stroke: #777; stroke-width: 1.5 }
svg .wait { fill: #7fa6cc; stroke: #2b5d8c; stroke-width: .7 }
svg .late { fill: none; stroke: #a11; stroke-dasharray: 4 3 }
svg circle { stroke: #1b1b1b; stroke-width: 1.2; fill: #fff }
svg circle.signed { fill: #1d7a3d } svg circle.asserted { fill: #e0b64c } svg circle.irregular { fill: #d33 }
@media print {
  body { margin: 0; max-width: none; padding: 0; font-size: 10.5px }
  h2 { break-after: avoid } svg { break-inside: avoid }
}
"""

_BEWARE: Final = (
    "The page was made from the sealed history and proves nothing by itself: the history does, with its proof in the "
    "log. It tells the kind of leave: keep it as you keep personnel files."
)


_LEGEND: Final = (
    "A mark stands where something was said: green signed, yellow asserted, white recorded by a clerk, red irregular. "
    "A dashed line leads to where it was recorded later. Stretches are drawn by the logarithm of their length."
)

_TITLES: Final = (
    *("", "recorded", "late by", "what", "who", "rule, pack, order", "it had waited"),
    *("event", "not before", "not after"),
)


def page(told: Story) -> str:
    """The page; the same for the same record."""
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en"><head><meta charset="utf-8">',
            f"<title>{escape(told.face.number or told.id)}</title><style>{_STYLE}</style></head><body>",
            *_head(told),
            "<h2>When, and whom it waited for</h2>",
            drawing(told) if told.lines else "<p>Nothing is recorded yet.</p>",
            f'<p class="small">{_LEGEND}</p>',
            *_entries("What was recorded", told.lines),
            *(_entries("After its end, in the account of the member", told.later) if told.later else ()),
            *_waits(told),
            *(f'<p class="small">Note: {escape(note)}</p>' for note in told.notes),
            f'<p class="small">{_BEWARE}</p>',
            "</body></html>\n",
        ]
    )


def _head(told: Story) -> Iterator[str]:
    s = told.state
    yield f"<h1>{escape(told.face.number or told.id)}: {escape(told.face.state)}</h1>"
    yield f'<p class="small">{escape(told.id)}</p>'
    if s.ask:
        what = f"{called(s.asked.leave_kind)} of {s.whose.id} ({s.whose.unit} at {s.whose.base})"
        yield f"<p>{escape(what)}, {s.first} to {s.last}, to {escape(s.destination or s.asked.destination)}</p>"
        yield f'<p class="small">under {escape(s.rules.pack)}; times are UTC</p>'


def _entries(title: str, lines: Sequence[Line]) -> Iterator[str]:
    yield f"<h2>{title}</h2>"
    yield _table(_TITLES)
    for line in lines:
        entry = line.written.entry
        marked = ' class="marked"' if entry.event.irregular else ""
        cells = (
            stamp(entry.recorded_at),
            says(line.written),
            who(line.written),
            ", ".join(entry.event.cites),
            f"{span(line.ended.lasted)} for {line.ended.whom}" if line.ended and line.ended.whom else "",
        )
        recorded, what, by, cites, waited = (escape(cell) for cell in cells)
        late = escape(f"{span(line.late)} (of {stamp(entry.effective_at)})") if line.late else ""
        yield (
            f'<tr><td class="n">{entry.seq}</td><td class="when">{recorded}</td><td class="late">{late}</td>'
            f"<td{marked}>{what}</td><td>{by}</td><td>{cites}</td><td>{waited}</td>"
            f'<td class="n">{line.written.event}</td>'
            f'<td class="when">{_entry(line.not_before)}</td><td class="when">{_entry(line.not_after)}</td></tr>'
        )
    yield "</tbody></table>"
    sealings = sorted({one for line in lines for one in (line.not_before, line.not_after) if one})
    yield f'<p class="small">Sealed: {"; ".join(map(sealing, sealings)) or "nothing of it in what was read"}.</p>'
    yield (
        '<p class="small">Not before and not after: the entries of the signed log between whose sealings it was '
        "recorded, with the times which the sealer told. A checkpoint of more entries than the latter, known "
        "elsewhere, proves that it was recorded before that checkpoint was known.</p>"
    )


def _waits(told: Story) -> Iterator[str]:
    yield "<h2>Waits</h2>"
    yield _table(("state", "for", "since", "until", "lasted"))
    for wait in told.waits:
        cells = (wait.state, wait.whom, stamp(wait.since), stamp(wait.until), span(wait.lasted))
        yield f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"
    yield "</tbody></table>"


def _table(titles: Sequence[str]) -> str:
    """A table's beginning; its titles are printed on each sheet."""
    return f"<table><thead><tr>{''.join(f'<th>{title}</th>' for title in titles)}</tr></thead><tbody>"


def _entry(one: Snapshot | None) -> str:
    return f"entry {one.leaf}" if one else ""


def sealing(one: Snapshot | None) -> str:
    """A sealing by its entry in the log, the time that the sealer told, and the checkpoint over it."""
    return f"entry {one.leaf}, {stamp(one.sealed_at)}, under the checkpoint of {one.checkpoint} entries" if one else ""
