"""`furlough recall`: call a member back, and whom to call back first so that a base has the strength it needs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from cyclopts import App, Parameter
from sqlalchemy import select

from activities.register.database import reading
from activities.register.strength import of_units
from activities.register.tables import Flight, Unit
from domain import acts
from domain.leave.late import kept_away
from domain.leave.recalling import Candidate, Filled, filled, plan
from domain.model import Instant, date
from domain.words import counted
from starter import absent, bases, page, tasks
from starter.absent import Away
from starter.acts import command
from starter.desk import Desk, at_desk
from starter.flags import HERE, How
from wiring import console
from wiring.trouble import Misset

app = App(name="recall", help="Call a member back from leave, for an imperative need; whom to call first: plan.")
app.default(command(acts.Recall, "recall"))


@app.command(name="plan")
async def plan_(
    base: str | None = None,
    /,
    *,
    strength: Annotated[int, Parameter(help="How many must be there.")],
    unit: str | None = None,
    how: How = HERE,
) -> int:
    """Whom to recall so that so many are there: nearest first, longest rest first, emergencies last, and no more.

    Nobody is recalled by it: the list says what to type. Who is due back by tomorrow, or knows of a recall, counts as
    there; who was recalled and not told heads the list, to be told. Who is overdue or cannot come is no candidate.

    Args:
        base: The base; else this desk's.
        strength: How many must be there.
        unit: Only this unit counts, and only its members are recalled.
    """
    if strength < 1:
        raise Misset(f"--strength {strength} cannot be meant.", why="expected how many must be there, 1 or more")
    async with at_desk(**how.settings) as desk:
        code = bases.at_base(desk, base or how.base)
        zone, now = desk.zone(code), datetime.now(UTC)
        units, here = _present(desk, code, unit, now.astimezone(zone).date())
        people = tuple(one for one in await absent.at(desk, code) if one.state.whose.unit in units)
        present = here - len(people)
        candidates, today = _candidates(desk, code, people, now), now.astimezone(zone).date()
        chosen = plan(candidates, present, strength, today)
        made_up = filled(candidates, len(people) - len(candidates), present, strength, today)
        if how.json:
            head = {"base": code, "unit": unit, "strength": strength, "present": present, "away": len(people)}
            head |= made_up._asdict()
            console.document(head | {"recall": [one.model_dump(mode="json") for one in chosen]})
            return 0
        console.say(f"{code}: {present} there, {counted(len(people), 'member')} on leave, {strength} wanted", "bold")
        if not chosen:
            why = _made_up(made_up, code) if made_up.lacking else "enough are there"
            console.say(f"nobody is to be recalled: {why}")
            return 0
        who = absent.names(desk, code, people)
        table = console.table("", "leave", "who", "journey", "next flight in", "away since", "due back", "type")
        for place, one in enumerate(chosen, 1):
            arrives = page.hour(one.arrives, zone) if one.arrives else ""
            called = tasks.called(desk, code, one.number, one.leave_id)
            _, tell = tasks.TURNS["recalled"]
            words = tell.format(leave=called) if one.to_be_told else f"recall {called} --back-by ... --reason ..."
            due = f"{one.due_back}, recalled and not told" if one.to_be_told else str(one.due_back)
            since = page.hour(one.out_at, zone)
            table.add_row(
                str(place), one.number, who.get(one.leave_id, ""), one.travel, arrives, since, due, f"furlough {words}"
            )
        console.say(table)
        if made_up.recalled < made_up.lacking:
            console.note(_made_up(made_up, code))
        console.note("a recall is the commander's own, for an imperative need; nobody was recalled by this list")
    return 0


def _made_up(found: Filled, base: str) -> str:
    """What becomes of each of those that lack, in words; a part that is nobody is left out."""
    parts = (
        (found.untold, "recalled already, and to be told of it: a recall binds from the telling"),
        (found.recalled, "can be recalled"),
        (found.coming, "will be there by tomorrow without a recall, or know of theirs"),
        (found.kept, "on leave overdue or unable to come: furlough finding, furlough contact"),
        (found.missing, f"not to be had: {base} has no more, on leave or off it"),
    )
    return f"of the {found.lacking} that lack, " + "; ".join(f"{many} {what}" for many, what in parts if many)


def _present(desk: Desk, base: str, unit: str | None, day: date) -> tuple[set[str], int]:
    """The units that count, and how many of them are assigned and not away for other reasons than leave.

    Raises:
        Misset: the base has no such unit.
    """
    with reading(desk.source) as session:
        units = set(session.scalars(select(Unit.unit).where(Unit.base == base)))
        if unit is not None and unit not in units:
            known = ", ".join(sorted(units)) or "none"
            raise Misset(f"{base} has no unit {unit[:40]}.", why=f"expected one of {known}", helps="--unit UNIT")
        units = {unit} if unit else units
        found = of_units(session, units, day, day)
    return units, sum(of.on(day) - of.away.get(day, 0) for of in found.values())


def _candidates(desk: Desk, base: str, people: tuple[Away, ...], now: datetime) -> list[Candidate]:
    arrivals = _arrivals(desk, base, now)
    found = []
    for leave_id, s in people:
        if kept_away(s):
            continue
        assert s.out_at is not None  # noqa: S101  (who is away has signed out)
        found.append(
            Candidate(
                leave_id=leave_id,
                number=s.number or leave_id,
                travel=s.asked.travel,
                out_at=s.out_at,
                due_back=s.due_day,
                emergency=s.rules.urgent(s.asked.leave_kind),
                recalled=s.recall is not None,
                told=s.recall is not None and (s.recall.told or s.recall.known is not None),
                arrives=arrivals.get(s.destination or s.asked.destination) if s.asked.travel == "flight" else None,
            )
        )
    return found


def _arrivals(desk: Desk, base: str, now: datetime) -> dict[str, Instant]:
    """When the next flight from each place is at the base."""
    wanted = select(Flight.origin, Flight.arrives).where(
        Flight.destination == base, Flight.departs >= now, Flight.cancelled_at.is_(None)
    )
    first: dict[str, Instant] = {}
    with reading(desk.source) as session:
        for origin, arrives in session.execute(wanted.order_by(Flight.arrives)):
            first.setdefault(origin, arrives)
    return first
