"""How mission authorities decide, counted by group: without a figure from which anybody could be told.

A group of fewer than `smallest` decisions is not shown, nor so many others beside it that what is hidden cannot be had
by taking the shown from the total. Refusals are shown where both they and the grants are that many.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from statistics import median
from typing import Literal, NamedTuple

from domain.model import Model, timedelta

Authority = Literal["clearance", "movement", "exemption"]
By = Literal["nation", "component", "kind", "base"]
BY: tuple[By, ...] = ("nation", "component", "kind", "base")


class Case(NamedTuple):
    """One decision that was waited for: by whom, of which groups, how it went, how long it took.

    `lost` is what outages took of the time, apart from `waited`.
    """

    authority: Authority
    groups: Mapping[By, str]
    granted: bool
    waited: timedelta
    lost: timedelta


class Cell(Model):
    """The figures of one group; None is not shown. Medians in hours."""

    group: str
    decisions: int | None = None
    refused: int | None = None
    median_hours: float | None = None
    lost_hours: float | None = None


class Table(Model):
    """The decisions of one authority by one kind of group, with the total."""

    authority: Authority
    by: By
    cells: tuple[Cell, ...]
    total: Cell
    hidden: int


def tables(cases: Iterable[Case], smallest: int) -> tuple[Table, ...]:
    """Every authority by every kind of group."""
    of: dict[Authority, list[Case]] = defaultdict(list)
    for case in cases:
        of[case.authority].append(case)
    return tuple(_table(authority, by, of[authority], smallest) for authority in of for by in BY)


def _table(authority: Authority, by: By, cases: list[Case], smallest: int) -> Table:
    groups: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        groups[case.groups[by]].append(case)
    hidden = hide({name: len(found) for name, found in groups.items()}, smallest)
    shown = {name: found for name, found in groups.items() if name not in hidden}
    secret = set(groups) - _open(groups, shown, smallest)
    whole = len(cases) >= smallest
    return Table(
        authority=authority,
        by=by,
        cells=tuple(
            cell(name, found, refusals=name not in secret) if name in shown else Cell(group=name)
            for name, found in sorted(groups.items())
        ),
        total=cell("all", cases, refusals=both(cases, smallest)) if whole else Cell(group="all"),
        hidden=len(hidden),
    )


def hide(counts: Mapping[str, int], smallest: int) -> set[str]:
    """The groups which are not shown: the small ones, and the next smallest until subtraction tells nothing."""
    order = sorted(counts, key=lambda name: (counts[name], name))
    hidden = [name for name in order if counts[name] < smallest]
    rest = order[len(hidden) :]
    while hidden and rest and (len(hidden) == 1 or sum(counts[name] for name in hidden) < smallest):
        hidden.append(rest.pop(0))
    return set(hidden)


def _open(groups: Mapping[str, list[Case]], shown: Mapping[str, list[Case]], smallest: int) -> set[str]:
    """The groups whose refusals are shown: refusals and grants of all others together are many enough, too."""
    open_ = {name for name, found in shown.items() if both(found, smallest)}
    while open_:
        others = [case for name, found in groups.items() if name not in open_ for case in found]
        if not others or (len(groups) - len(open_) > 1 and both(others, smallest)):
            break
        open_.remove(min(open_, key=lambda name: (len(groups[name]), name)))
    return open_


def both(cases: list[Case], smallest: int) -> bool:
    """Whether refusals and grants are that many each."""
    granted = sum(case.granted for case in cases)
    return min(granted, len(cases) - granted) >= smallest


def cell(name: str, cases: list[Case], *, refusals: bool) -> Cell:
    """The figures of a group that is shown."""
    return Cell(
        group=name,
        decisions=len(cases),
        refused=sum(not case.granted for case in cases) if refusals else None,
        median_hours=_hours(case.waited for case in cases),
        lost_hours=_hours(case.lost for case in cases),
    )


def _hours(spans: Iterable[timedelta]) -> float:
    return round(median(span / timedelta(hours=1) for span in spans), 1)
