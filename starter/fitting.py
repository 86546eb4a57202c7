"""What the files of a register must fit: the mission of this desk, and the packs of its rules folder."""

from __future__ import annotations

from activities import packs
from activities.register.checking import BadLine
from activities.register.reading import Draft
from activities.register.sheets import SHEETS
from domain.packs import names
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
