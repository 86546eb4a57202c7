"""The lines of a file about accounts, each read for itself: one bad line stops the whole file, and all are told."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple, get_args

from domain.acts import Kept
from domain.facts import Member
from starter.account import member_of
from starter.desk import Desk
from wiring import console
from wiring.sheets import Line
from wiring.trouble import Misset


class Wrong(ValueError):
    """What a line says cannot be meant."""


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
    mine: dict[str, list[Row]] = {}
    for line in lines:
        try:
            rows.append(_row(desk, line, read, mine))
            mine.setdefault(rows[-1].member.id, []).append(rows[-1])
        except Wrong as wrong:
            bad.append(f"{line.where}: {wrong}")
    if not bad and rows:
        return rows
    for each in bad or ["the file has no line below its header"]:
        console.warn(each)
    many = "1 line is bad" if len(bad) == 1 else f"{len(bad)} lines are bad"
    console.warn(f"{many}; nothing was done. Mend the file and say it again.")
    return None


def _row(desk: Desk, line: Line, read: Callable[[Line], dict[str, Any]], before: dict[str, list[Row]]) -> Row:
    """One line. Raises Wrong."""
    if line.bad:
        raise Wrong(line.bad)
    said = read(line)
    try:
        member = member_of(desk, line.said)
    except Misset as unknown:
        raise Wrong(f"service_number: the register knows no {line.said[:40]!r}") from unknown
    about = said.get("leave") or said["purse"]
    for row in before.get(member.id, []):
        if (row.said.get("leave") or row.said["purse"]) == about:
            raise Wrong(f"{about} of {line.said} stands in {row.where} already")
        for name in ("as_of", "source"):
            if row.said.get(name) != said.get(name):
                raise Wrong(f"{name}: expected {row.said[name]} as in {row.where}, got {said[name]}")
    return Row(line.said, member, said, line.where)


def balance_line(line: Line) -> dict[str, Any]:
    """A line of opening balances. Raises Wrong."""
    said = {"purse": _purse(line), "days": _days(line), "source": _cell(line, "source")}
    return said | {"as_of": _day(line)}


def stated_line(line: Line) -> dict[str, Any]:
    """A line of a statement. Raises Wrong."""
    what, leave = _cell(line, "what"), line.fields.get("leave", "")
    if what not in ("charge", "balance"):
        raise Wrong(f"what: expected charge or balance, got {what[:40]!r}")
    if what == "charge" and not leave:
        raise Wrong("leave: expected the control number of the leave, got nothing")
    if what == "balance" and leave:
        raise Wrong(f"leave: a balance is of no leave, got {leave[:40]!r}")
    days = _days(line)
    if what == "charge" and days < 0:
        raise Wrong(f"days: a charge is not below zero, got {days}")
    return {"leave": leave.upper(), "purse": _purse(line) if what == "balance" else "", "days": days}


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
    if not days.is_finite() or days % Decimal("0.5") or abs(days) > 1000:
        raise Wrong(f"days: expected a number of whole or half days, got {cell[:40]!r}")
    return days


def _day(line: Line) -> date:
    cell = _cell(line, "as_of")
    try:
        return date.fromisoformat(cell)
    except ValueError as error:
        raise Wrong(f"as_of: expected YYYY-MM-DD, got {cell[:40]!r}") from error


def by_member(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """The lines of each member, by service number."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.number, []).append(row)
    return found
