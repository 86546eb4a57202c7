"""`furlough register list`: the codes which the register knows, and so which names an order or a flag may have."""

from __future__ import annotations

from typing import Any, Final, Literal

from sqlalchemy import Select, select

from activities.register.database import reading
from activities.register.tables import Base, Flight, Member, Post, Unit
from starter.desk import at_desk
from starter.flags import HERE, How
from wiring import console

What = Literal["bases", "units", "posts", "nations", "destinations"]

KNOWN: Final[dict[str, Select[*tuple[Any, ...]]]] = {
    "bases": select(Base.base, Base.zone),
    "units": select(Unit.unit, Unit.base),
    "posts": select(Post.post, Post.base, Post.role),
    "nations": select(Member.nation).distinct(),
    "destinations": select(Flight.destination).distinct(),
}
"""What is told of each: the code first."""


async def names(what: What, /, *, how: How = HERE) -> int:
    """All bases, units, posts, nations or destinations that the register knows; with --base only those of a base.

    Args:
        what: Which of them.
    """
    async with at_desk(online=False, **how.settings) as desk:
        with reading(desk.source) as session:
            rows = sorted(tuple(row) for row in session.execute(KNOWN[what]))
        rows = [row for row in rows if how.base is None or len(row) < 2 or how.base in row]
        titles = [column["name"] for column in KNOWN[what].column_descriptions]
        if how.json:
            for row in rows:
                console.document(dict(zip(titles, row, strict=True)))
            return 0
        table = console.table(*titles)
        for row in rows:
            table.add_row(*(str(cell or "") for cell in row))
        console.say(table if rows else f"the register knows no {what}")
    return 0
