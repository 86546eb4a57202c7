"""Why a leave may go or not, order by order: which were judged, which bar it, from when to when, what would help.

The very functions which judge it are asked here; strength is judged anew where it is known, else as last.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal

from domain import marks
from domain.calendar import Calendar
from domain.facts import UnitStrength
from domain.garrison import restrictions
from domain.garrison.barring import barred, binding
from domain.garrison.clock import Clock
from domain.garrison.judging import Bench, first_passing
from domain.garrison.orders import Edition, editions
from domain.garrison.state import Garrison, Line
from domain.model import DAY, Code, Instant, Model, Text, date, datetime
from domain.orders import QUEUED, Bar, Block, Condition
from domain.restrictions import ClosedDestination, LongestAbsence

OF_EMERGENCIES: Final = "an emergency may exceed it"
"""What would help an emergency alone."""
How = Literal["bars", "bars hours", "asks", "lets it pass", "exempt", "not about it", "over by then", "never in force"]


class Judged(Model):
    """One version of the book as it was held against a leave, and why in words."""

    order: Code
    title: Text
    since: Instant
    until: Instant | None = None
    how: How
    why: Text = ""


class Explained(Model):
    """Why a leave may not go as planned: each block with its end and the post that may exempt, and the barred hours.

    `judged` are all orders that the base knows; `passes` is the first day on which the same absence could begin, None
    where none is found within half a year; `helps` says what else would help. `irregular` tells what of its place is
    so, and `warns` what else is worth a look.
    """

    leave_id: str
    granted: bool
    away: bool
    blocks: tuple[Block, ...]
    bars: tuple[Bar, ...]
    exempt: tuple[Code, ...]
    conditions: tuple[Condition, ...] = ()
    judged: tuple[Judged, ...] = ()
    passes: date | None = None
    helps: tuple[Text, ...] = ()
    irregular: tuple[Text, ...] = ()
    warns: tuple[Text, ...] = ()

    @property
    def queued(self) -> bool:
        """Whether it waits for strength alone. Who is barred by an order too stands in no queue until that ends."""
        return not self.granted and bool(self.blocks) and all(b.rule in QUEUED for b in self.blocks)


def explain(
    state: Garrison, leave_id: str, at: datetime, calendar: Calendar, strength: UnitStrength | None = None
) -> Explained | None:
    """What bars a leave as of an instant. None where the leave has asked for no place here."""
    line = state.leaves.get(leave_id)
    if line is None or line.place is None or line.verdict is None:
        return None
    held = {"leave_id": leave_id, "granted": line.granted, "away": line.away, "exempt": tuple(sorted(line.exempt))}
    held |= {"irregular": tuple(map(marks.told, line.verdict.irregular)), "warns": line.verdict.warns}
    if line.away:
        return Explained.model_validate(held | {"blocks": (), "bars": ()})
    clock = Clock(calendar)
    orders = barred(state, line, at, clock)
    blocks = (*orders.blocks, *(b for b in line.verdict.blocks if b.rule in QUEUED))
    bench = Bench(state, line.wish.unit, strength, clock, at)
    said = {"blocks": blocks, "bars": orders.bars, "conditions": orders.conditions}
    return Explained.model_validate(
        held
        | said
        | {
            "judged": tuple(judged(state, line, at, clock)),
            "passes": first_passing(bench, leave_id) if blocks else line.wish.first,
            "helps": tuple(dict.fromkeys(helps(state, line, blocks))),
        }
    )


def discreetly(found: Explained) -> Explained:
    """The same for those whom the kind does not concern: not what an emergency may, nor of what an order speaks."""
    helps = tuple(each for each in found.helps if OF_EMERGENCIES not in each)
    judged = tuple(one.model_copy(update={"why": ""}) if one.how == "not about it" else one for one in found.judged)
    return found.model_copy(update={"helps": helps, "judged": judged})


def judged(state: Garrison, line: Line, at: datetime, clock: Clock) -> Iterator[Judged]:
    """Every version in the book, by name, and what came of holding it against a leave."""
    found = barred(state, line, at, clock)
    binds = {edition.name for edition, _ in binding(state, line, clock)}
    begins = max(clock.instant(line.wish.leaves_on), at)
    ends = max(clock.instant(line.wish.home_on + DAY), begins)
    said: tuple[tuple[How, dict[Code, str]], ...] = (
        ("bars", _whys(found.blocks, line)),
        ("bars hours", {bar.cites: f"{bar.from_:%H:%M} to {bar.to:%H:%M}" for bar in found.bars}),
        ("asks", {c.cites: c.why.removeprefix(f"{c.cites} ") for c in found.conditions}),
    )
    for edition in editions(state.book):
        how, why = next(((how, by[edition.name]) for how, by in said if edition.name in by), ("lets it pass", ""))
        if how == "lets it pass":
            how, why = _silent(edition, state, line, begins, ends, bound=edition.name in binds)
        order = edition.order
        yield Judged(order=edition.name, title=order.title, since=order.since, until=edition.end, how=how, why=why)


def _whys(blocks: tuple[Block, ...], line: Line) -> dict[Code, str]:
    """In words, what bars it by orders and, as last judged, by the limits which they set."""
    limits = line.verdict.blocks if line.verdict else ()
    return {b.cites: b.why.removeprefix(f"{b.cites} ").removeprefix(f"{b.cites}: ") for b in (*limits, *blocks)}


def _silent(
    edition: Edition, state: Garrison, line: Line, begins: datetime, ends: datetime, *, bound: bool
) -> tuple[How, str]:
    """Why a version says nothing to a leave."""
    order = edition.order
    if edition.never:
        return "never in force", ""
    if why := restrictions.untouched(order.scope, state.base, line.wish):
        return "not about it", why
    if edition.name in line.exempt and not bound:
        return "exempt", ""
    if edition.end is not None and edition.end <= begins:
        return "over by then", ""
    return "lets it pass", "begins after the last day" if order.since >= ends else ""


def helps(state: Garrison, line: Line, blocks: tuple[Block, ...]) -> Iterator[str]:
    """What would help against each block besides waiting: exemption, other dates, another destination, override."""
    for block in blocks:
        edition = next((e for e in editions(state.book) if e.name == block.cites), None)
        if edition is None:
            if line.wish.emergency:
                yield f"{block.cites}: {OF_EMERGENCIES} by an override of the {line.wish.override_role}"
            continue
        grounds = ", ".join(edition.order.grounds)
        yield f"{block.cites}: {edition.order.etp} may exempt, on grounds: {grounds} (furlough etp grant)"
        if named := edition.order.scope.destinations:
            yield f"{block.cites}: a destination other than {' or '.join(named)}"
        for rule in edition.order.restrictions:
            if rule.rule != block.rule:
                continue
            if isinstance(rule, LongestAbsence):
                yield f"{block.cites}: a last day of {line.wish.first + (rule.days - 1) * DAY} or before"
            elif isinstance(rule, ClosedDestination):
                yield f"{block.cites}: another destination or route"
