"""Rules which reach over more than one line: what refers to what, and what the posts of a mission must be like."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import NamedTuple

from activities.register.sheets import SETTINGS, SHEETS, Line, Lines, Row
from domain.model import DAY
from domain.orders import Role

COMMANDERS: tuple[Role, ...] = ("commander", "national-contingent-commander", "force-commander")
"""The roles of a post where the chain of a unit may begin."""


class BadLine(NamedTuple):
    """Why a line is not imported. Line 0 is the file as a whole, or what stands in the register already."""

    file: str
    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        """One line for people."""
        place = f"{self.file} line {self.line}" if self.line else self.file
        return f"{place}, {self.column}: {self.reason}" if self.column else f"{place}: {self.reason}"


def across(
    sheets: Mapping[str, Lines],
    named: Mapping[str, Collection[str]] | None = None,
    broken: Mapping[str, Sequence[Line]] | None = None,
) -> Iterator[BadLine]:
    """Every line which does not go with the others, as far as the sheets that it needs are there.

    `broken` are lines that are bad for another reason, with None where they cannot be read, and `named` their keys:
    what they refer to must be there too, and who refers to them is not to be blamed. A rule which might blame others
    for what a broken line says waits until all lines of that sheet are good.
    """
    named = named or {}
    yield from _references(sheets, named, broken or {})
    for needed, whole, rule in (
        (("posts",), (), _rings),
        (("units", "posts"), (), _commanders),
        (("settings", "posts"), ("posts",), _last_resort),
        (("delegations", "appointments"), ("appointments",), _delegations),
        (("balances",), (), _openings),
        (("balances", "settings"), ("settings",), _largest),
        (("flights", "bases"), ("bases",), _flights),
    ):
        if all(name in sheets for name in needed) and not any(named.get(name) for name in whole):
            yield from rule(sheets)


def _references(
    sheets: Mapping[str, Lines], named: Mapping[str, Collection[str]], broken: Mapping[str, Sequence[Line]]
) -> Iterator[BadLine]:
    for name, lines in sheets.items():
        for i, column in enumerate(SHEETS[name].columns):
            if column.to not in sheets:
                continue
            known, also = sheets[column.to], named.get(column.to, ())
            for line in chain(lines.values(), broken.get(name, ())):
                value = line.values[i]
                if value is not None and (value,) not in known and value not in also:
                    reason = f"expected one of {SHEETS[column.to].file}, got {value!r}, which is not there"
                    yield BadLine(line.file, line.number, column.name, reason)


def _rows(sheets: Mapping[str, Lines], name: str) -> Iterator[tuple[tuple[str, int], Row]]:
    for line in sheets[name].values():
        yield (line.file, line.number), SHEETS[name].row(line)


def _rings(sheets: Mapping[str, Lines]) -> Iterator[BadLine]:
    """A chain of command ends: nobody reports to themselves, however many posts lie between."""
    above = {row["post"]: row["reports_to"] for _, row in _rows(sheets, "posts")}
    ends: set[str] = set()
    for place, row in _rows(sheets, "posts"):
        way: list[str] = []
        post = row["post"]
        while post in above and post not in ends and post not in way:
            way.append(post)
            post = above[post]
        if post == row["post"] and post in way:
            ring = " -> ".join([*way, post])
            yield BadLine(*place, "reports_to", f"expected a chain that ends, got the ring {ring}")
        elif post not in way:
            ends.update(way)


def _commanders(sheets: Mapping[str, Lines]) -> Iterator[BadLine]:
    """The chain of a unit begins with a post that commands."""
    roles = {row["post"]: row["role"] for _, row in _rows(sheets, "posts")}
    for place, row in _rows(sheets, "units"):
        role = roles.get(row["commander"])
        if role and role not in COMMANDERS:
            reason = f"expected a post with the role {' or '.join(COMMANDERS)}, got {row['commander']} ({role})"
            yield BadLine(*place, "commander", reason)


def _last_resort(sheets: Mapping[str, Lines]) -> Iterator[BadLine]:
    """The setting `force-commander-leave` names a post."""
    for place, row in _rows(sheets, "settings"):
        if row["setting"] == "force-commander-leave" and (row["value"],) not in sheets["posts"]:
            yield BadLine(*place, "value", f"expected one of {SHEETS['posts'].file}, got {row['value']!r}")


def _delegations(sheets: Mapping[str, Lines]) -> Iterator[BadLine]:
    """Only who is appointed to a post can delegate it, and to somebody else: no delegate delegates further."""
    appointed: dict[str, list[tuple[date, date, str]]] = defaultdict(list)
    for _, row in _rows(sheets, "appointments"):
        appointed[row["post"]].append((row["from"], row["until"] or date.max, row["service_number"]))
    for place, row in _rows(sheets, "delegations"):
        spans = sorted(appointed[row["post"]])
        vacant = _first_gap(spans, row["from"], row["until"])
        if vacant:
            reason = f"expected somebody appointed to {row['post']} who delegates it, got nobody on {vacant}"
            yield BadLine(*place, "from", reason)
        for since, until, holder in spans:
            if holder == row["service_number"] and since <= row["until"] and row["from"] <= until:
                reason = f"expected somebody else than who is appointed to {row['post']}, got {holder}"
                yield BadLine(*place, "service_number", reason)
                break


def _first_gap(spans: list[tuple[date, date, str]], first: date, last: date) -> date | None:
    """The first day from first to last, both in, that no span holds."""
    day = first
    for since, until, _ in spans:
        if since > day:
            break
        if until >= last:
            return None
        day = max(day, until + DAY)
    return day if day <= last else None


def _openings(sheets: Mapping[str, Lines]) -> Iterator[BadLine]:
    """The balances of one member are all as of the same day."""
    days: dict[str, date] = {}
    for place, row in _rows(sheets, "balances"):
        known = days.setdefault(row["service_number"], row["as_of"])
        if known != row["as_of"]:
            yield BadLine(*place, "as_of", f"expected {known} as in the member's other line, got {row['as_of']}")


def _largest(sheets: Mapping[str, Lines]) -> Iterator[BadLine]:
    """No balance is of more days than one entry may bring into an account."""
    line = sheets["settings"].get(("largest-entry",))
    most = int(line.values[1] if line else SETTINGS["largest-entry"][1])
    for place, row in _rows(sheets, "balances"):
        if most and abs(row["days"]) > most:
            reason = f"expected {-most} to {most} (largest-entry in settings.csv), got {row['days']}"
            yield BadLine(*place, "days", reason)


def _flights(sheets: Mapping[str, Lines]) -> Iterator[BadLine]:
    """A flight of the mission begins or ends at one of its bases."""
    for place, row in _rows(sheets, "flights"):
        if (row["origin"],) not in sheets["bases"] and (row["destination"],) not in sheets["bases"]:
            reason = f"expected a base in origin or destination, got {row['origin']} and {row['destination']}"
            yield BadLine(*place, "origin", reason)
