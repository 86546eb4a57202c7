"""The files of which a register is made: their columns, what may stand in them, and what they refer to.

The order is the one in which tables are filled. A column's `field` is its name in the table where that is another one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, get_args

from activities.register import cells
from activities.register import tables as t
from domain.facts import QueueRule
from domain.orders import Role

Row = Mapping[str, Any]
"""What one line says, by column."""

Key = tuple[Any, ...]
"""What tells the lines of one sheet apart."""


class Line(NamedTuple):
    """One line: its file and number (0 where it is in the register already), and its values in the order of columns."""

    file: str
    number: int
    values: tuple[Any, ...]


Lines = Mapping[Key, Line]

COMPONENTS = ("contingent", "observer", "police", "civilian")

SETTINGS: Mapping[str, tuple[Callable[[str], Any], str, str]] = {
    "mission": (cells.mission, "", "the mission's code, with which every leave id begins"),
    "notices": (cells.one_of("on", "off"), "off", "whether notices are mailed to members and posts"),
    "notice-sender": (cells.email, "furlough@localhost", "the address from which notices are mailed"),
    "notice-days": (
        cells.count,
        "5",
        "so many days a notice is tried to be mailed, and then no more; 0: without end",
    ),
    "small-site": (
        cells.count,
        "0",
        "below so many posts a base is a small site, where one person may decide in two capacities on an emergency",
    ),
    "largest-entry": (
        cells.count,
        "366",
        "so many days at most are brought into a leave account, or taken out of it, by one entry beside leaves",
    ),
    "countersign-days": (
        cells.count,
        "7",
        "within so many days who decided countersigns what a clerk recorded at a base, or of a flight",
    ),
    "smallest-cell": (cells.count, "10", "groups of fewer decisions are shown by no figure of fairness"),
    "manifest-closes": (
        cells.hour,
        "12:00",
        "at this hour of the day before its departure a flight's manifest closes, where flights.csv does not say when",
    ),
    "queue": (
        cells.one_of(*get_args(QueueRule)),
        "asked-first",
        "who is served first of those who wait for a place in a unit",
    ),
    "force-commander-leave": (cells.code, "", "the post which decides on the leave of who has nobody above"),
}
"""The mission's switches: how a value is read, its default, and what it means."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column. A `blank` one may be empty and then says `nothing`; `to` names the sheet to which it refers."""

    name: str
    read: Callable[[str], Any]
    field: str = ""
    blank: bool = False
    nothing: Any = None
    to: str = ""

    @property
    def stored(self) -> str:
        """The column's name in the table."""
        return self.field or self.name


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file and its table. `check` tells what is wrong with a whole line: (column, reason).

    A row which is gone and must not be deleted is marked in the column `gone`.
    """

    name: str
    table: type[t.Table]
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    check: Callable[[Row], tuple[str, str] | None] = lambda _: None
    gone: str = ""

    @property
    def file(self) -> str:
        """The file's name."""
        return f"{self.name}.csv"

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.columns)

    def row(self, line: Line) -> Row:
        """A line's values by column."""
        return dict(zip(self.header, line.values, strict=True))

    def key_of(self, row: Row) -> Key:
        """What tells a line apart."""
        return tuple(row[name] for name in self.key)


def _ordered(first: str, last: str) -> Callable[[Row], tuple[str, str] | None]:
    def check(row: Row) -> tuple[str, str] | None:
        if row[last] is not None and row[last] < row[first]:
            return last, f"expected a day on or after {first} ({row[first]}), got {row[last]}"
        return None

    return check


def _setting(row: Row) -> tuple[str, str] | None:
    if row["setting"] not in SETTINGS:
        return "setting", f"expected one of {', '.join(SETTINGS)}, got {row['setting']!r}"
    try:
        SETTINGS[row["setting"]][0](row["value"])
    except ValueError as no:
        return "value", str(no)
    return None


def _post(row: Row) -> tuple[str, str] | None:
    if row["deputy"] == row["post"]:
        return "deputy", f"expected another post, got {row['post']} itself"
    return None


def _flight(row: Row) -> tuple[str, str] | None:
    if row["destination"] == row["origin"]:
        return "destination", f"expected another place than {row['origin']}, got the same"
    if row["arrives"] <= row["departs"]:
        return (
            "arrives",
            f"expected an instant after departs ({row['departs']:%Y-%m-%d %H:%MZ}), got {row['arrives']:%H:%MZ}",
        )
    if row["manifest_closes"] is not None and row["manifest_closes"] > row["departs"]:
        return "manifest_closes", f"expected an instant not after departs, got {row['manifest_closes']:%Y-%m-%d %H:%MZ}"
    return None


_MEMBER = Column("service_number", cells.service_number, field="member", to="members")
_POST = Column("post", cells.code, to="posts")

SHEETS: Mapping[str, Sheet] = {
    sheet.name: sheet
    for sheet in (
        Sheet(
            "settings",
            t.Setting,
            (Column("setting", cells.code), Column("value", cells.text)),
            key=("setting",),
            check=_setting,
        ),
        Sheet(
            "bases",
            t.Base,
            (
                Column("base", cells.base),
                Column("name", cells.text),
                Column("zone", cells.zone),
                Column("clearance", cells.one_of("orders", "officer")),
            ),
            key=("base",),
        ),
        Sheet(
            "units",
            t.Unit,
            (
                Column("unit", cells.code),
                Column("base", cells.base, to="bases"),
                Column("nation", cells.nation),
                Column("component", cells.one_of(*COMPONENTS)),
                Column("commander", cells.code, to="posts"),
            ),
            key=("unit",),
        ),
        Sheet(
            "posts",
            t.Post,
            (
                Column("post", cells.code),
                Column("role", cells.one_of(*get_args(Role))),
                Column("base", cells.base, blank=True, to="bases"),
                Column("unit", cells.code, blank=True, to="units"),
                Column("reports_to", cells.code, blank=True, to="posts"),
                Column("deputy", cells.code, blank=True, to="posts"),
            ),
            key=("post",),
            check=_post,
        ),
        Sheet(
            "members",
            t.Member,
            (
                Column("service_number", cells.service_number),
                Column("name", cells.text),
                Column("rank", cells.text),
                Column("nation", cells.nation),
                Column("component", cells.one_of(*COMPONENTS)),
                Column("service", cells.code, blank=True, nothing=""),
                Column("unit", cells.code, to="units"),
                Column("base", cells.base, to="bases"),
                Column("email", cells.email, blank=True),
                Column("arrived", cells.day),
                Column("departs", cells.day, blank=True),
                Column("pack", cells.code, blank=True),
            ),
            key=("service_number",),
            check=_ordered("arrived", "departs"),
            gone="left_at",
        ),
        Sheet(
            "appointments",
            t.Appointment,
            (_POST, _MEMBER, Column("from", cells.day, field="since"), Column("until", cells.day, blank=True)),
            key=("post", "service_number", "from"),
            check=_ordered("from", "until"),
            gone="withdrawn_at",
        ),
        Sheet(
            "delegations",
            t.Delegation,
            (
                _POST,
                _MEMBER,
                Column("from", cells.day, field="since"),
                Column("until", cells.day),
                Column("document", cells.text),
            ),
            key=("post", "service_number", "from"),
            check=_ordered("from", "until"),
            gone="withdrawn_at",
        ),
        Sheet(
            "balances",
            t.Balance,
            (
                _MEMBER,
                Column("purse", cells.one_of("annual", "rr", "cto")),
                Column("days", cells.days),
                Column("as_of", cells.day),
                Column("source", cells.text),
            ),
            key=("service_number", "purse"),
        ),
        Sheet(
            "absences",
            t.Absence,
            (
                _MEMBER,
                Column("first", cells.day),
                Column("last", cells.day),
                Column("reason", cells.text),
                Column("source", cells.text),
            ),
            key=("service_number", "first"),
            check=_ordered("first", "last"),
        ),
        Sheet(
            "flights",
            t.Flight,
            (
                Column("flight", cells.code),
                Column("origin", cells.code),
                Column("destination", cells.code),
                Column("departs", cells.instant),
                Column("arrives", cells.instant),
                Column("seats", cells.count),
                Column("manifest_closes", cells.instant, blank=True),
            ),
            key=("flight",),
            check=_flight,
            gone="cancelled_at",
        ),
    )
}
