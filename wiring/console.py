"""The one place where commands print: sentences for people, or one JSON document a line for scripts.

What was asked for goes to standard output, all else to standard error, so that a pipe gets documents and nothing more.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from pydantic import BaseModel
from pydantic_core import to_jsonable_python
from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from wiring.columns import fitted
from wiring.shown import shown

INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)")

WIDE: Final = 240
"""Columns where nobody looks: a pipe gets its tables unbroken."""


class _Console(Console):
    """Tells of a reader who has gone as the rest of Python does, instead of ending the command as if it had failed.

    In the cells of its tables too a terminal finds nothing to obey.
    """

    def render_str(self, text: str, **how: Any) -> Text:
        """Called for each text that is printed or stands in a table."""
        return super().render_str(shown(text), **how)

    def on_broken_pipe(self) -> None:
        """Called while the BrokenPipeError is handled."""
        self.quiet = True
        raise  # noqa: PLE0704  (the error which rich has caught)


out: Final = _Console(highlight=False, markup=False, emoji=False, width=None if sys.stdout.isatty() else WIDE)
pages: Final = _Console()
"""For pages of help, which the command line's library draws."""

err: Final = _Console(stderr=True, highlight=False, markup=False, emoji=False)


def say(what: RenderableType, style: str = "") -> None:
    """A line, or a table, for people. Lines are never broken: a terminal does that, and a script wants them whole."""
    line = Text(shown(what), style) if isinstance(what, str) else what
    parts = fitted(line, out.width) if isinstance(line, Table) else [line]
    for part in parts:
        out.print(part, soft_wrap=isinstance(part, Text))


def table(*titles: str, right: tuple[str, ...] = ()) -> Table:
    """An empty table of these columns, of which some are numbers; a cell that is too wide is folded, never cut."""
    made = Table(box=None, pad_edge=False, header_style="dim", show_header=any(titles))
    for title in titles:
        made.add_column(title, justify="right" if title in right else "left", overflow="fold")
    return made


def note(what: str) -> None:
    """A line beside the answer: who speaks, what goes on."""
    err.print(Text(shown(what), "dim"), soft_wrap=True)


def warn(what: str) -> None:
    """What went wrong, on standard error."""
    err.print(Text(shown(what), "bold red" if err.is_terminal else ""), soft_wrap=True)


def document(data: BaseModel | Mapping[str, Any]) -> None:
    """One JSON document on a line of its own; instants in UTC, decimals as text."""
    sys.stdout.write(shown(json.dumps(to_jsonable_python(data), ensure_ascii=False)) + "\n")


def number(count: int | Decimal, one: str) -> str:
    """`1 day`, `2 days`, `0.5 days`."""
    return f"{count} {one}" + ("" if count == 1 else "s")


def clock(instant: datetime, zone: ZoneInfo, base: str | None = None) -> str:
    """`2026-03-04 06:41 NAQ`: the base's clock, 24 hours; without a base the zone says whose clock it is."""
    return f"{instant.astimezone(zone):%Y-%m-%d %H:%M} {base or zone.key}"


def on_clock(text: str, zone: ZoneInfo) -> str:
    """A sentence whose instants (2026-03-04T04:41:00+00:00, 2026-03-04 04:41Z) are told on the base's clock."""
    return INSTANT.sub(lambda found: f"{datetime.fromisoformat(found[0]).astimezone(zone):%Y-%m-%d %H:%M}", text)


def until(instant: datetime, zone: ZoneInfo, now: datetime) -> str:
    """`10:41`, or with the date where it is not the day of `now`."""
    there = instant.astimezone(zone)
    return f"{there:%H:%M}" if there.date() == now.astimezone(zone).date() else f"{there:%Y-%m-%d %H:%M}"


def progress() -> Progress:
    """A bar for long work; only where somebody looks."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=err, disable=not err.is_terminal, transient=True)
