"""`furlough roll-call`: who is away, who of them was reached since when, and whom still to call."""

from __future__ import annotations

from datetime import datetime, time
from typing import Final, Literal

from activities.register import lookups
from activities.register.database import reading
from domain.model import Instant, Model
from domain.words import counted
from starter import absent, bases, page, tasks
from starter.absent import Away
from starter.desk import Desk, at_desk
from starter.flags import HERE, How
from wiring import console, sheets

Answer = Literal["not called", "not reached", "reached"]
ORDER: Final[tuple[Answer, ...]] = ("not reached", "not called", "reached")
"""In which they are listed: whom to look for first comes first."""


class Line(Model):
    """One who is away: how the newest call since the roll began went, and when they were reached last of all."""

    leave_id: str
    number: str
    unit: str
    answer: Answer
    called_at: Instant | None = None
    via: str = ""
    reached_at: Instant | None = None
    state: str = ""


async def roll_call(*leaves: str, since: str | None = None, how: How = HERE) -> int:
    """Who is away from the base, who of them was reached since the roll began, and whom still to call.

    Each answer is told by `furlough contact`, for one leave or for a sheet of them.

    Args:
        leaves: Only these leaves; or a base's code, where it is another than this desk's; else all of the base.
        since: When the roll began, on the base's clock: 06:00; else 00:00 of today.
    """
    async with at_desk(**how.settings) as desk:
        named = _base(desk, leaves)
        code = bases.at_base(desk, named or how.base)
        zone = desk.zone(code)
        midnight = datetime.combine(datetime.now(zone).date(), time(), zone)
        began = desk.moment(since, code) if since else midnight
        only = [(await desk.leaves().find(line.said)).leave_id for line in sheets.named(() if named else leaves)]
        people = await absent.at(desk, code, only)
        lines = sorted((_line(one, began) for one in people), key=lambda line: (ORDER.index(line.answer), line.number))
        if how.json:
            for line in lines:
                console.document(line)
            return 0
        tally = ", ".join(f"{sum(line.answer == a for line in lines)} {a}" for a in ORDER)
        console.say(f"{code}: {counted(len(lines), 'member')} away; {tally}", "bold")
        if not lines:
            return 0
        who = absent.names(desk, code, people)
        table = console.table("answer", "leave", "who", "unit", "called", "via", "reached last", "type")
        for line in lines:
            leave = tasks.called(desk, code, line.number, line.leave_id)
            typed = "" if line.answer == "reached" else f"furlough contact {leave} --via phone"
            table.add_row(
                line.answer,
                line.number,
                who.get(line.leave_id, ""),
                line.unit,
                page.hour(line.called_at, zone),
                line.via,
                page.hour(line.reached_at, zone),
                typed,
            )
        console.say(table)
        console.note("who was not reached: furlough contact LEAVE --via phone --no-reached; many: --sheet FILE.csv")
    return 0


def _base(desk: Desk, words: tuple[str, ...]) -> str | None:
    """The base that was named in place of leaves, if it was one."""
    with reading(desk.source) as session:
        return words[0] if len(words) == 1 and lookups.base_zone(session, words[0]) else None


def _line(one: Away, began: datetime) -> Line:
    call = one.state.called
    fresh = call if call and call.at >= began else None
    answer: Answer = "not called" if fresh is None else "reached" if fresh.reached else "not reached"
    return Line(
        leave_id=one.leave_id,
        number=one.called,
        unit=one.state.whose.unit,
        answer=answer,
        called_at=fresh.at if fresh else None,
        via=fresh.via if fresh else "",
        reached_at=call.reached_at if call else None,
    )
