"""What the files of a register must fit: the mission of this desk, and the packs of its rules folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from sqlalchemy.orm import Session

from activities import packs
from activities.register.checking import BadLine
from activities.register.importing import lines_of
from activities.register.reading import Draft
from activities.register.sheets import SHEETS, Lines, Row
from domain.account import purses
from domain.facts import Member
from domain.packs import LAST, PackError, names
from domain.terms import Terms
from starter.flags import How
from wiring.settings import Settings


def of_another_mission(draft: Draft, how: How) -> tuple[BadLine, ...]:
    """Lines which are not for this mission: another one's code, and packs which its rules folder does not have."""
    settings = Settings.load(**how.settings)
    known = names(packs.texts(settings.rules))
    found = []
    for line in draft.sheets.get("settings", {}).values():
        row = SHEETS["settings"].row(line)
        if row["setting"] == "mission" and settings.mission and row["value"] != settings.code:
            reason = f"expected {settings.code}, the mission of this desk, got {row['value']}"
            found.append(BadLine(line.file, line.number, "value", reason))
    for line in draft.sheets.get("members", {}).values():
        row = SHEETS["members"].row(line)
        if row["pack"] and row["pack"] not in known:
            reason = f"expected one of {', '.join(sorted(known))}, got {row['pack']!r}"
            found.append(BadLine(line.file, line.number, "pack", reason))
    return tuple(found)


def without_a_purse(session: Session, sheets: Mapping[str, Lines], rules: Path) -> Iterator[BadLine]:
    """New opening balances of a purse which the member's pack does not have, by the rule of the account itself."""
    if "balances" not in sheets:
        return
    members = sheets.get("members") or lines_of(session, SHEETS["members"])
    terms: dict[tuple[str, ...], Terms | None] = {}
    there = lines_of(session, SHEETS["balances"])
    for key, line in sheets["balances"].items():
        row = SHEETS["balances"].row(line)
        whose = members.get((row["service_number"],))
        if whose is None or key in there:
            continue
        member = SHEETS["members"].row(whose)
        alike = tuple(str(member[column]) for column in ("nation", "component", "service", "pack"))
        if alike not in terms:
            terms[alike] = _terms(member, rules)
        found = terms[alike]
        if found and (no := purses.no_purse((row["purse"],), found)):
            reason = f"expected {no.facts['expected']}, the purses of {found.pack}, got {row['purse']} ({no.rule})"
            yield BadLine(line.file, line.number, "purse", f"{reason}: {no.helps}")


def _terms(row: Row, rules: Path) -> Terms | None:
    """The newest terms for somebody whom the register tells of so; None where no pack of the folder fits them."""
    whose = {name: row[name] for name in ("nation", "component", "service", "unit", "base", "arrived", "departs")}
    member = Member(id="m-0000000000", **whose)
    try:
        return packs.load_for(member, LAST, rules, row["pack"] or None)
    except PackError:
        return None
