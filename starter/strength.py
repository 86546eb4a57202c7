"""The strength of units at the desk: who is absent, what the register knows beside leave, and letting one more go."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from cyclopts import App

from activities.register import absences
from activities.register.absences import Elsewhere
from activities.register.database import reading
from activities.register.reading import Bundle
from domain.acts import Override
from domain.garrison import board
from starter import bases, units
from starter.desk import at_desk
from starter.flags import HERE, How, Span, Switch
from starter.register import take, told_bad
from starter.saying import to_seal
from starter.speaking import OWN, For, heading
from wiring import console
from wiring.trouble import Misset

strength = App(name="strength", help="Strength of units: show it, set who is away otherwise, let one more go.")

LARGEST: Final = 25 * 1024 * 1024
"""Bytes of a list; the detail store keeps no larger file."""


@strength.default
@strength.command(name="show")
async def show_(base: str | None = None, /, *, days: Span = board.FORTNIGHT, how: How = HERE) -> int:
    """How many of each unit are away on the days to come, how many may be, and who waits for a place.

    Args:
        base: The base; else this desk's.
        days: How many days, today first.
    """
    async with at_desk(copied=base or True, **how.settings) as desk:
        code = bases.at_base(desk, base or how.base)
        state = await bases.known_at(desk, code)
        lines = units.strength(desk, code, state, datetime.now(UTC), days)
        today = datetime.now(desk.zone(code)).date()
        with reading(desk.source) as session:
            away = absences.elsewhere(session, code, today, today + timedelta(days=days))
            known = absences.imported_at(session)
        waiting = board.queue(state, bases.queue_rule(desk))
        if how.json:
            others = [one._asdict() for one in away]
            console.document({"base": code, "days": lines, "queue": waiting, "elsewhere": others, "as_of": known})
            return 0
        for part in units.grid(lines):
            console.say(part)
        console.say('absent on leave or otherwise at 12:00; at most as many as the column "may" says')
        for line in _elsewhere(away, known, desk.zone(code)):
            console.say(line)
        for one in waiting:
            console.say(units.queued(state, one).says())
    return 0


def _elsewhere(away: tuple[Elsewhere, ...], known: datetime | None, zone: ZoneInfo) -> Iterator[str]:
    """Who is away otherwise than on leave: how many and by which source; neither who nor why."""
    as_of = f"{known.astimezone(zone):%Y-%m-%d %H:%M}" if known else "never"
    yield f"away otherwise than on leave, as taken in {as_of}:" + ("" if away else " nobody")
    yield from (f"  {one.unit}: {one.members}, {one.first} to {one.last} ({one.source})" for one in away)


@strength.command(name="set")
async def set_(base: str, file: Path, /, *, dry_run: Switch = False, how: How = HERE) -> int:
    """Take in who of a base is away otherwise than on leave: courses, hospital, duty travel. Whole or not at all.

    The file has the columns service_number, first, last, reason, source. It takes the place of what the register has of
    the members of this base; the other bases keep their lines. An administrator takes it in, as every import.

    Args:
        base: Whose members.
        file: A CSV file.
        dry_run: Show what would change, and change nothing.
    """
    content = await asyncio.to_thread(_content, file)
    async with at_desk(online=not dry_run, acting=not dry_run, **how.settings) as desk:
        code = bases.at_base(desk, base)
        with reading(desk.source) as session:
            found = absences.of_base(session, code, content)
        if not isinstance(found, Bundle):
            return told_bad(tuple(line._replace(file=file.name) for line in found), dry_run)
        return await take(desk, found, dry_run, how)


def _content(file: Path) -> bytes:
    try:
        if file.stat().st_size <= LARGEST:
            return file.read_bytes()
        why = f"at most {LARGEST // 1024 // 1024} MB, got more"
    except OSError as error:
        why = f"a file that can be read, got: {error.strerror}"
    raise Misset(f"{file} cannot be taken in.", why=f"expected {why}", helps="check the file")


@strength.command(name="override")
async def override_(
    leave: str,
    *,
    reason: str,
    twice: str = "",
    at: str | None = None,
    dry_run: Switch = False,
    whose: For = OWN,
    how: How = HERE,
) -> int:
    """Let an emergency leave go although its unit is short, by the post which the rule pack names.

    Args:
        leave: The leave, as every command takes it.
        reason: Why. Sealed into the detail store.
        twice: At a small site: why you, who have decided on it already, do this too. Sealed; a post above reviews it.
        at: When it was said, on the base's clock; else now. It counts from when it is recorded, but while an order on
            degraded communications was in force.
        dry_run: Show what would come of it; change nothing.
    """
    async with at_desk(acting=not dry_run, copied=True, **how.settings) as desk:
        face = await desk.leaves().find(leave)
        sealing = {"reason": reason} | ({"twice": twice} if twice else {})
        later = {name: to_seal(text, name) for name, text in sealing.items()}
        head = heading(desk, whose, at=desk.moment(at, face.base) if at else None, dry_run=dry_run)
        act = Override.model_validate(head | later | {"base": face.base, "leave_id": face.leave_id})
        what = f"override of strength for {face.number}"
        return await bases.say(desk, act, what, how, dry_run=dry_run, sealing=sealing)
