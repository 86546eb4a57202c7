"""The lines of a file about accounts, each read for itself: one bad line stops the whole file, and all are told."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple, get_args

from domain.account.entering import MOST, numbers_days
from domain.acts import Kept, TakenBefore
from domain.facts import Member
from domain.orders import LeaveKind
from starter.accounts import member_of
from starter.desk import Desk
from wiring import console, written
from wiring.sheets import Line
from wiring.trouble import Misset

DIGITS: Final = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
"""How a sheet writes a number; an exponent is more than anybody means by days."""


class Wrong(ValueError):
    """What a line says cannot be meant; `args` are all its faults."""


class Row(NamedTuple):
    """One good line: whose, what it says, and where it stands."""

    number: str
    member: Member
    said: dict[str, Any]
    where: str


def rows_of(desk: Desk, lines: Iterable[Line], read: Callable[[Line], dict[str, Any]]) -> list[Row] | None:
    """All lines as they are meant; None where one is bad, and then every bad one has been told."""
    rows: list[Row] = []
    bad: list[str] = []
    count = 0
    mine: dict[str, list[Row]] = {}
    for line in lines:
        try:
            rows.append(_row(desk, line, read, mine))
            mine.setdefault(rows[-1].member.id, []).append(rows[-1])
        except Wrong as wrong:
            bad += [f"{line.where}: {fault}" for fault in wrong.args]
            count += 1
    if not bad and rows:
        return rows
    for each in bad or ["the file has no line below its header"]:
        console.warn(each)
    many = "1 line is bad" if count == 1 else f"{count} lines are bad" if count else "nothing is in it"
    console.warn(f"{many}; nothing was done. Mend the file and say it again.")
    return None


def _row(desk: Desk, line: Line, read: Callable[[Line], dict[str, Any]], before: dict[str, list[Row]]) -> Row:
    """One line. Raises Wrong."""
    if line.bad:
        raise Wrong(line.bad)
    found = _all({"member": lambda: _member(desk, line.said), "said": lambda: read(line)})
    member, said = found["member"], found["said"]
    about = about_of(said)
    for row in before.get(member.id, []):
        if about_of(row.said) == about:
            raise Wrong(f"{about[1]} of {line.said} stands in {row.where} already")
    return Row(line.said, member, said, line.where)


def about_of(said: Mapping[str, Any]) -> tuple[str, str]:
    """What a line is about, of which a member has one line: a leave, a kind of leave, a purse; a name may be of two."""
    return next((name, str(said[name])) for name in ("leave", "kind", "purse") if said.get(name))


def _all(cells: Mapping[str, Callable[[], Any]]) -> dict[str, Any]:
    """What each cell says. Raises Wrong with the faults of all of them."""
    said: dict[str, Any] = {}
    faults: list[str] = []
    for name, cell in cells.items():
        try:
            said[name] = cell()
        except Wrong as wrong:
            faults += wrong.args
    if faults:
        raise Wrong(*faults)
    return said


def _member(desk: Desk, number: str) -> Member:
    try:
        return member_of(desk, number)
    except Misset as unknown:
        raise Wrong(f"service_number: the register knows no {number[:40]!r}") from unknown


def balance_line(line: Line, most: int) -> dict[str, Any]:
    """A line of balances, each up to `most` where that is not 0, or of what was taken before. Raises Wrong."""
    told: dict[str, Callable[[], Any]] = {"source": lambda: _cell(line, "source"), "as_of": lambda: _day(line, "as_of")}
    if line.fields.keys() & {"kind", "times", "latest"}:
        return _before(
            {"kind": lambda: _kind_of_leave(line), "purse": lambda: "", "taken": lambda: _taken(line, most)} | told
        )
    return _all({"purse": lambda: _purse(line), "days": lambda: _bounded(_days(line), most)} | told)


def _before(cells: Mapping[str, Callable[[], Any]]) -> dict[str, Any]:
    """A line of what was taken before; the latest one began by the day as of which that is told. Raises Wrong."""
    said = _all(cells)
    if (latest := said["taken"].latest) and latest > said["as_of"]:
        raise Wrong(f"latest: expected {said['as_of']} (as_of) or before, got {latest}")
    return said


def _kind_of_leave(line: Line) -> LeaveKind:
    cell = _cell(line, "kind")
    found: LeaveKind | None = next((kind for kind in get_args(LeaveKind) if kind == cell), None)
    if found is None:
        raise Wrong(f"kind: expected one of {', '.join(get_args(LeaveKind))}, got {cell[:40]!r}")
    if more := [name for name in ("purse", "days") if name in line.fields]:
        raise Wrong(f"{' and '.join(more)}: a line of a kind tells times and latest; purses have lines of their own")
    return found


def _taken(line: Line, most: int) -> TakenBefore:
    """How often, at most as the mission's setting has it, and from when on the latest. Raises Wrong."""
    said = _all({"times": lambda: _times(line, most), "latest": lambda: _latest(line)})
    if said["latest"] and not said["times"]:
        raise Wrong(f"latest: where none was taken there is no latest one, got {said['latest']}")
    return TakenBefore(**said)


def _times(line: Line, most: int) -> int:
    cell = _cell(line, "times")
    if not cell.isdecimal() or len(cell) > len(str(date.max.toordinal())):
        raise Wrong(f"times: expected how many were taken, a whole number, got {cell[:40]!r}")
    return int(_bounded(Decimal(cell), most, "times", 0))


def _latest(line: Line) -> date | None:
    return _day(line, "latest") if "latest" in line.fields else None


def stated_line(line: Line) -> dict[str, Any]:
    """A line of a statement. Raises Wrong."""
    what, leave = line.fields.get("what", ""), line.fields.get("leave", "")
    if what == "charge":
        return _all({"leave": lambda: _leave(leave), "purse": lambda: "", "days": lambda: _charge(line)})
    if what == "balance":
        return _all({"leave": lambda: _no_leave(leave), "purse": lambda: _purse(line), "days": lambda: _days(line) + 0})
    return _all({"what": lambda: _kind(what), "days": lambda: _days(line)})


def _kind(what: str) -> str:
    raise Wrong(f"what: expected charge or balance, got {repr(what[:40]) if what else 'nothing'}")


def _leave(leave: str) -> str:
    if not leave:
        raise Wrong("leave: expected the control number of the leave, got nothing")
    return leave.upper()


def _no_leave(leave: str) -> str:
    if leave:
        raise Wrong(f"leave: a balance is of no leave, got {leave[:40]!r}")
    return ""


def _charge(line: Line) -> Decimal:
    if (days := _days(line)).is_signed():
        raise Wrong(f"days: a charge is not below zero, got {days}")
    return days


def _cell(line: Line, name: str) -> str:
    if not (cell := line.fields.get(name, "")):
        raise Wrong(f"{name}: expected a value, got nothing")
    return cell


def _purse(line: Line) -> Kept:
    cell = _cell(line, "purse")
    found: Kept | None = next((purse for purse in get_args(Kept) if purse == cell), None)
    if found is None:
        raise Wrong(f"purse: expected one of {', '.join(get_args(Kept))}, got {cell[:40]!r}")
    return found


def _days(line: Line) -> Decimal:
    cell = _cell(line, "days")
    if not DIGITS.fullmatch(cell) or not numbers_days(Decimal(cell)):
        expected = f"a number of whole or half days, up to {MOST}, in digits such as 12 or 12.5"
        raise Wrong(f"days: expected {expected}, got {cell[:40]!r}")
    return Decimal(cell)


def _bounded(number: Decimal, most: int, name: str = "days", least: int | None = None) -> Decimal:
    if most and abs(number) > most:
        below = -most if least is None else least
        raise Wrong(f"{name}: expected {below} to {most} (largest-entry in settings.csv), got {number}")
    return number


def _day(line: Line, name: str) -> date:
    cell = _cell(line, name)
    try:
        return written.day(cell)
    except ValueError as error:
        raise Wrong(f"{name}: expected YYYY-MM-DD, got {cell[:40]!r}") from error


def by_member(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """The lines of each member, by service number."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.number, []).append(row)
    return found
