"""`furlough inbox`: what waits for whoever sits here."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from rich.table import Table
from rich.text import Text

from domain import privacy
from domain.facts import Person
from domain.words import counted
from starter import accounts, arrived, bases, index, page, tasks
from starter.desk import Desk, at_desk
from starter.flags import HERE, How
from starter.signing import Waiting, waiting_for
from starter.tasks import Task
from starter.unposted import waiting_for as unposted_for
from wiring import console

SIGN: Final = "your countersignature"


async def inbox(*, how: How = HERE) -> int:
    """What waits for your posts, by appointment and delegation, most urgent first; and what to type next."""
    async with at_desk(copied=True, **how.settings) as desk:
        me, person, posts = tasks.my_posts(desk)
        where = [f"Base = {index.quoted(bases.at_base(desk, how.base))}"] if how.base else []
        found, more = await tasks.waiting(desk, me, posts, *where)
        only = [how.base] if how.base else []
        unsigned = await waiting_for(desk, me, *only) if me else ()
        unposted = await unposted_for(desk, person, *only)
        late = await arrived.waiting(desk, me, posts, *only)
        if how.json:
            entered = [charge._asdict() | {"what": charge.what, "type": charge.typed} for charge in unposted]
            signed = [one._asdict() | {"what": SIGN, "of": one.what, "type": one.typed} for one in unsigned]
            told: list[Task | dict[str, Any]] = [*found, *entered, *(each.document() for each in late), *signed]
            for document in told:
                console.document(document)
            return 0
        console.note(f"for {', '.join(posts) or 'nobody but yourself'}")
        if (named := desk.settings.post) and named not in posts:
            console.note(f"not for {named}: {desk.settings.person} does not hold it today")
        for one in unsigned:
            by = page.hour(one.by, desk.zone(one.base or None), one.base)
            console.say(f"{SIGN} by {by}: {one.what} ({_where(desk, one, person)}): {one.typed}")
        numbers = {base: await accounts.numbers_at(desk, base) for base in {charge.base for charge in unposted}}
        for charge in unposted:
            since = f"since {charge.since}, {counted(charge.age, 'day')}"
            whose = _named(desk, charge.member, charge.base, person)
            leave = numbers[charge.base].get(charge.leave, charge.leave)
            console.say(f"{charge.what} {since} ({leave}, {whose}): {charge.typed}")
        for each in late:
            of = _named(desk, each.member.id, each.member.base, person)
            by = f" by {page.hour(each.by, desk.zone(each.member.base), each.member.base)}" if each.by else ""
            console.say(f"{arrived.LOOK}{by}: {each.what} arrived after the end of {each.leave} ({of}): {each.typed}")
        if not (found or unsigned or unposted or late):
            console.say("nothing waits for you" + ("" if posts else ": the register knows no post of yours today"))
            return 0
        if not found:
            return 0
        names = desk.names([t.member for t in found if privacy.named(person, t.base)])
        console.say(table(desk, found, names))
        at = console.clock(desk.as_of, desk.zone(), desk.settings.base)
        console.note(f"as of {at}; found by the server's index, a moment behind")
        if more:
            console.note(f"there is more: only the {tasks.MOST} most urgent leaves are shown")
    return 0


def _where(desk: Desk, one: Waiting, person: Person | None) -> str:
    """The base, the account or the register in which it waits; whose account, where they may be named."""
    if one.group != "account":
        return one.base or "register"
    member = accounts.member_of(desk, one.member)
    return f"account of {_named(desk, member.id, member.base, person)}"


def _named(desk: Desk, member: str, base: str, person: Person | None) -> str:
    """A member by name, where they may be named."""
    return desk.names([member]).get(member, member) if privacy.named(person, base, member) else member


def table(desk: Desk, found: tuple[Task, ...], names: dict[str, str]) -> Table:
    """Tasks as lines, with who each is about where that may be named, else the unit."""
    lines = console.table("by", "leave", "who", "wants", "then", "type")
    now = datetime.now(UTC)
    for task in found:
        by = page.hour(task.act_by, desk.zone(task.base), task.base)
        late = task.act_by is not None and task.act_by < now
        lines.add_row(
            Text(by, "bold red" if late else ""),
            Text(task.number, "bold" if task.lane == "urgent" else ""),
            names.get(task.member, task.unit),
            task.what,
            task.brings,
            task.type,
        )
    return lines
