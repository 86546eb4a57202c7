"""The story of a leave as a drawing (SVG): what people said, when it was recorded, and whom the leave waited for.

Minutes and weeks stand side by side in a leave. So time runs from left to right, but each stretch in which nothing was
recorded is drawn by the logarithm of its length, and its length is written where somebody was waited for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from math import log10
from typing import Final

from audit.entries import says, stamp, who
from audit.story import Line, Story, Wait, span
from domain.leave import reading
from domain.model import Instant

WIDTH: Final = 1080
LEFT: Final = 300
"""Where time begins; names stand left of it."""
RIGHT: Final = 70
"""What is kept free for the length of the last wait."""
ROW: Final = 24
LONGEST: Final = 52
"""Characters of a name that fit left of it."""
APART: Final = 92
"""The least distance of two dates."""


class Scale:
    """Where each moment lies."""

    def __init__(self, moments: Sequence[Instant]) -> None:
        self.moments = sorted(set(moments))
        at, places = 0.0, {}
        for i, moment in enumerate(self.moments):
            if i:
                minutes = (moment - self.moments[i - 1]).total_seconds() / 60
                at += log10(1 + minutes) if minutes >= 1 else 0
            places[moment] = at
        width = (WIDTH - LEFT - RIGHT) / (at or 1)
        self._places = {moment: LEFT + at * width for moment, at in places.items()}

    def x(self, moment: Instant) -> float:
        """The place of a moment of the story."""
        return round(self._places[moment], 1)

    def dates(self) -> Iterator[Instant]:
        """Moments far enough apart to be written."""
        last = float(-APART)
        for moment in self.moments:
            if self.x(moment) - last >= APART and self.x(moment) <= WIDTH - APART:
                last = self.x(moment)
                yield moment


def drawing(told: Story) -> str:
    """The drawing, without a script and without anything from elsewhere."""
    said = [line for line in told.lines if reading.said(line.written.entry)]
    end = told.lines[-1].written.entry.recorded_at
    moments = [line.written.entry.recorded_at for line in told.lines]
    moments += [line.written.entry.effective_at for line in said]
    moments += [at for wait in told.waits for at in (wait.since, wait.until or end)]
    scale = Scale(moments)
    height = ROW * (len(told.waits) + 4)
    parts = [*_axis(scale, height), *_people(said, scale), *_machines(told.lines, scale)]
    for i, wait in enumerate(told.waits):
        parts += _wait(wait, scale, ROW * (i + 3), end)
    title = f"<title>{escape(told.id)}: what was said and recorded, and whom it waited for</title>"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">{title}'
    return "\n".join([head, *parts, "</svg>"])


def _axis(scale: Scale, height: int) -> Iterator[str]:
    for moment in scale.dates():
        x = scale.x(moment)
        yield f'<line class="grid" x1="{x}" x2="{x}" y1="{ROW}" y2="{height - ROW}"/>'
        yield f'<text class="date" x="{x}" y="{height - 6}">{stamp(moment)}</text>'


def _people(said: Sequence[Line], scale: Scale) -> Iterator[str]:
    """A mark for what a person said, where it was said; late ones have a way to where they were recorded."""
    y = ROW * 1.5
    yield f'<text x="0" y="{y + 4}">said by people</text>'
    for line in said:
        entry = line.written.entry
        x, recorded = scale.x(entry.effective_at), scale.x(entry.recorded_at)
        if line.late:
            yield f'<path class="late" d="M{x} {y} C{x} {y - ROW} {recorded} {y - ROW} {recorded} {y}"/>'
        title = escape(f"{entry.seq}: {says(line.written)}, {who(line.written)}, {stamp(entry.effective_at)}")
        kind = "irregular" if entry.event.irregular else entry.assurance
        yield f'<circle class="{kind}" cx="{x}" cy="{y}" r="6"><title>{title}</title></circle>'


def _machines(lines: Sequence[Line], scale: Scale) -> Iterator[str]:
    """A stroke for each other entry, where it was recorded."""
    y = ROW * 2.3
    yield f'<text x="0" y="{y + 4}">by deadlines, base, account</text>'
    for line in lines:
        entry = line.written.entry
        if not reading.said(entry):
            x, title = scale.x(entry.recorded_at), escape(f"{entry.seq}: {says(line.written)}")
            yield f'<line class="tick" x1="{x}" x2="{x}" y1="{y - 7}" y2="{y + 7}"><title>{title}</title></line>'


def _wait(wait: Wait, scale: Scale, y: float, end: Instant) -> Iterator[str]:
    x, until = scale.x(wait.since), scale.x(wait.until or end)
    label = wait.state + (f": {wait.whom}" if wait.whom else "")
    yield f'<text x="0" y="{y + 16}">{escape(label if len(label) <= LONGEST else label[: LONGEST - 1] + "…")}</text>'
    yield f'<rect class="wait" x="{x}" y="{y + 4}" width="{max(until - x, 2):.1f}" height="{ROW - 9}"/>'
    yield f'<text class="span" x="{until + 5}" y="{y + 16}">{span(wait.lasted)}</text>'
