"""The lines of a file about accounts, each read for itself: one bad line stops the whole file, and all are told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple, get_args

from domain.account.entering import in_halves
from domain.acts import Kept
from domain.facts import Member
from starter.accounts import member_of
from starter.desk import Desk
from wiring import console, written
from wiring.sheets import Line
from wiring.trouble import Misset


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
    about = said.get("leave") or said["purse"]
    for row in before.get(member.id, []):
        if (row.said.get("leave") or row.said["purse"]) == about:
            raise Wrong(f"{about} of {line.said} stands in {row.where} already")
    return Row(line.said, member, said, line.where)


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
    """A line of opening balances, of `most` days each where that is not 0. Raises Wrong."""
    return _all(
        {
            "purse": lambda: _purse(line),
            "days": lambda: _bounded(_days(line), most),
            "source": lambda: _cell(line, "source"),
            "as_of": lambda: _day(line),
        }
    )


def stated_line(line: Line) -> dict[str, Any]:
    """A line of a statement. Raises Wrong."""
    what, leave = line.fields.get("what", ""), line.fields.get("leave", "")
    if what == "charge":
        return _all({"leave": lambda: _leave(leave), "purse": lambda: "", "days": lambda: _charge(line)})
    if what == "balance":
        return _all({"leave": lambda: _no_leave(leave), "purse": lambda: _purse(line), "days": lambda: _days(line)})
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
    if (days := _days(line)) < 0:
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
    try:
        days = Decimal(cell)
    except InvalidOperation:
        days = Decimal("NaN")
    if not days.is_finite() or not in_halves(days):
        raise Wrong(f"days: expected a number of whole or half days, got {cell[:40]!r}")
    return days


def _bounded(days: Decimal, most: int) -> Decimal:
    if most and abs(days) > most:
        raise Wrong(f"days: expected {-most} to {most} (largest-entry in settings.csv), got {days}")
    return days


def _day(line: Line) -> date:
    cell = _cell(line, "as_of")
    try:
        return written.day(cell)
    except ValueError as error:
        raise Wrong(f"as_of: expected YYYY-MM-DD, got {cell[:40]!r}") from error


def by_member(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """The lines of each member, by service number."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.number, []).append(row)
    return found
