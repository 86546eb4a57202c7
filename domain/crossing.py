"""Decisions by two kinds of group at once: refusals of each nation by kind of leave, and the like.

Rows and columns have their totals in the plain tables (`fairness.py`), so that a cell which is not shown must not be
told by any line in which it lies: whatever is hidden of a row or a column is more than one cell, and together as many
decisions as `smallest` at least. Where a whole group is hidden in its own table, its line is hidden here too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from itertools import combinations

from domain.fairness import BY, Authority, By, Case, Cell, both, cell, hide
from domain.model import Model

Key = tuple[str, str]
Cases = list[Case]


class Crossed(Model):
    """The decisions of one authority by two kinds of group; a pair of groups without any decision has no cell."""

    authority: Authority
    by: tuple[By, By]
    cells: tuple[Cell, ...]
    hidden: int


def crossed(cases: Iterable[Case], smallest: int) -> tuple[Crossed, ...]:
    """Every authority by every two kinds of group."""
    of: dict[Authority, Cases] = defaultdict(list)
    for case in cases:
        of[case.authority].append(case)
    return tuple(_crossed(authority, by, of[authority], smallest) for authority in of for by in combinations(BY, 2))


def _crossed(authority: Authority, by: tuple[By, By], cases: Cases, smallest: int) -> Crossed:
    groups: dict[Key, Cases] = defaultdict(list)
    for case in cases:
        groups[case.groups[by[0]], case.groups[by[1]]].append(case)
    hidden = closed(groups, _of_hidden_groups(groups, smallest), lambda found: len(found) >= smallest)
    secret = closed(groups, hidden, lambda found: both(found, smallest))
    return Crossed(
        authority=authority,
        by=by,
        cells=tuple(
            Cell(group=" · ".join(key)) if key in hidden else cell(" · ".join(key), found, refusals=key not in secret)
            for key, found in sorted(groups.items())
        ),
        hidden=len(hidden),
    )


def _of_hidden_groups(groups: Mapping[Key, Cases], smallest: int) -> set[Key]:
    """The cells of groups which their own table does not show."""
    found: set[Key] = set()
    for side in (0, 1):
        counts: dict[str, int] = defaultdict(int)
        for key, cases in groups.items():
            counts[key[side]] += len(cases)
        away = hide(counts, smallest)
        found |= {key for key in groups if key[side] in away}
    return found


def closed(groups: Mapping[Key, Cases], first: set[Key], enough: Callable[[Cases], bool]) -> set[Key]:
    """Those which are not `enough` by themselves, and the next smallest of each line while subtraction tells."""
    hidden = first | {key for key, cases in groups.items() if not enough(cases)}
    lines = [[key for key in groups if key[side] == name] for side in (0, 1) for name in {key[side] for key in groups}]
    changed = True
    while changed:
        changed = False
        for line in lines:
            away, rest = [k for k in line if k in hidden], [k for k in line if k not in hidden]
            together = [case for key in away for case in groups[key]]
            if away and rest and (len(away) == 1 or not enough(together)):
                hidden.add(min(rest, key=lambda key: (len(groups[key]), key)))
                changed = True
    return hidden
