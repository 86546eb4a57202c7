"""How orders read on a screen: one by one, in a list, and as what bars a leave."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from rich.table import Table

from domain import marks
from domain.garrison import Garrison
from domain.garrison.explaining import Explained, Judged
from domain.garrison.orders import RESCISSION, Book, Edition, editions, find, issued
from domain.leave import Face
from domain.orders import QUEUED, Bar, Block, Order, Scope
from domain.restrictions import (
    Checklist,
    ClosedDestination,
    CountryClearance,
    Curfew,
    DegradedCommunications,
    ForceProtection,
    KeyPosts,
    LongestAbsence,
    MinimumStrength,
    MovementWindow,
    Quarantine,
    Restriction,
    StopLeave,
)
from wiring import console


def words(rule: Restriction) -> str:  # noqa: C901 (a line a restriction reads best)
    """What a restriction orders, in a few words."""
    match rule:
        case StopLeave():
            return "leave stopped" + (", days of absence too" if rule.bars_absence else "")
        case MinimumStrength():
            least = [str(most) for most in (f"{rule.percent} %" if rule.percent else "", rule.count or "") if most]
            return f"at least {' and at least '.join(least)} stay"
        case Curfew():
            return f"no movement {rule.from_:%H:%M} to {rule.until:%H:%M}"
        case MovementWindow():
            return f"movement {rule.from_:%H:%M} to {rule.until:%H:%M} only"
        case ClosedDestination():
            return f"closed: {', '.join((*rule.destinations, *(f'route {route}' for route in rule.routes)))}"
        case DegradedCommunications():
            return "communications degraded: decisions count from when they were said"
        case KeyPosts():
            return f"{rule.stay} of {', '.join(rule.posts)} stay"
        case CountryClearance():
            return f"country clearance {rule.days} days{_for(rule.destinations)}"
        case ForceProtection():
            level = f"{rule.level} ({rule.called})" if rule.called else str(rule.level)
            return f"force protection {level}{_for(rule.destinations)}, leave up to {rule.leave_up_to}"
        case Quarantine():
            return f"quarantine {rule.before} days before, {rule.after} days after{_for(rule.destinations)}"
        case Checklist():
            return f"checked off: {', '.join(rule.items)}"
        case LongestAbsence():
            return f"at most {rule.days} days of absence"


def _for(destinations: tuple[str, ...]) -> str:
    return f" for {', '.join(destinations)}" if destinations else ""


def whom(order: Order) -> str:
    """Whom an order touches, in a few words."""
    scope = order.scope
    said = [
        ", ".join(getattr(scope, name))
        for name in Scope.model_fields
        if name not in ("except_nations", "destinations") and getattr(scope, name)
    ]
    if scope.destinations:
        said.append(f"to {', '.join(scope.destinations)}")
    if scope.except_nations:
        said.append(f"not {', '.join(scope.except_nations)}")
    return ("mission: " if order.mission_wide else "") + ("; ".join(said) or "all")


def paper(order: Order, zone: ZoneInfo) -> str:
    """An order as it was read, for its issuer to look at before it is issued."""
    ends = f"until {_at(order.until, zone)}" if order.until else "until rescinded"
    rows = (
        ("says", "; ".join(map(words, order.restrictions))),
        ("whom", whom(order)),
        ("when", f"from {_at(order.since, zone)} {ends} ({zone.key})"),
        ("etp", f"{order.etp}, on grounds: {', '.join(order.grounds)}"),
        ("issuer", order.issuer),
    )
    return "\n".join([f"{order.name}  {order.title}", *(f"  {label:<8}{text}" for label, text in rows)])


def listed(editions: Iterable[Edition], at: datetime, zone: ZoneInfo) -> Table:
    """Orders in a table, on the base's clock."""
    table = console.table("order", "", "from", "until", "it says", "whom", "ETP", "")
    for one in editions:
        table.add_row(
            one.name,
            _standing(one, at),
            _at(one.order.since, zone),
            _at(one.end, zone) if one.end else "until rescinded",
            "; ".join(map(words, one.order.restrictions)),
            whom(one.order),
            one.order.etp,
            "; ".join(filter(None, (_later(one, zone), _marks(one)))),
        )
    return table


def shortened(new: Order, book: Book, zone: ZoneInfo) -> Iterator[str]:
    """From when until when an order that is issued holds, and which versions in the book end earlier by it."""
    ends = f"until {_at(new.until, zone)}" if new.until else "until rescinded"
    yield f"it holds from {_at(new.since, zone)} {ends} ({zone.key})"
    after = issued(book, Edition(order=new, end=new.until))
    for one in editions(book):
        left = find(after, one.name)
        if left and left.end and left.end != one.end:
            yield f"{one.name} {'never begins' if left.never else f'ends {_at(left.end, zone)}'} by it"


def chain(editions: Iterable[Edition], zone: ZoneInfo, numbers: Mapping[str, str]) -> Iterator[str]:
    """All versions of a number: what each said and when, what ended it, and what fell before it was entered."""
    for one in editions:
        yield paper(one.order, zone)
        rows = [
            ("entered", _at(one.recorded_at, zone) if one.recorded_at else ""),
            ("", _later(one, zone)),
            ("ended", _ended(one, zone)),
            ("ends", ", ".join(one.order.rescinds)),
            ("paper", one.order.text_sha256 or ""),
            ("words", one.order.words),
            ("", _marks(one)),
            *(("left", f"{numbers.get(key, key)} signed out before it was entered") for key in one.departed),
            *(("fell", f"{fell.what} {numbers.get(fell.of, fell.of)} {_at(fell.at, zone)}") for fell in one.between),
        ]
        yield from (f"  {label:<8}{text}" for label, text in rows if text)


def numbers_of(state: Garrison) -> dict[str, str]:
    """The control numbers of the leaves which a base knows."""
    return {key: line.number for key, line in state.leaves.items() if line.number}


def _ended(one: Edition, zone: ZoneInfo) -> str:
    """When a version really ended, where it did so before its time."""
    if one.end is None or one.end == one.order.until:
        return ""
    by = {None: "the next version", RESCISSION: "its rescission"}.get(one.rescinded_by, one.rescinded_by)
    return f"{_at(one.end, zone)} by {by}"


def _later(one: Edition, zone: ZoneInfo) -> str:
    """The mark of what was said first, and entered later."""
    return f"said before it was entered {_at(one.recorded_at, zone)}" if one.said_before and one.recorded_at else ""


def _marks(one: Edition) -> str:
    return f"IRREGULAR: {marks.all_told(one.irregular)}" if one.irregular else ""


def _standing(one: Edition, at: datetime) -> str:
    """Whether a version holds; one that ended before it began was never in force."""
    if one.holds(at):
        return "in force"
    if one.never:
        return "never"
    return "over" if one.end and one.end <= at else "to come"


def explained(face: Face, found: Explained | None, zone: ZoneInfo) -> Iterator[str]:
    """What bars a leave, line by line, and the first date that would pass."""
    yield f"{face.number or face.leave_id} is {face.state.upper()}, {face.first} to {face.last}"
    if found is None:
        yield "  it has asked its base for no place: no order is asked about it yet, or it has given the place back"
        return
    if found.away:
        yield "  the member is away; whatever orders say, validly"
    yield from dict.fromkeys(f"  barred by {_block(block, zone)}" for block in found.blocks)
    yield from (f"  irregular: {what}" for what in found.irregular)
    yield from (f"  worth a look: {what}" for what in found.warns)
    yield from (f"  would help: {what}" for what in dict.fromkeys(found.helps))
    yield from (f"  asked: {condition.why}" for condition in found.conditions)
    yield from (f"  no movement {barred(bar, zone)}" for bar in found.bars)
    yield from (f"  exempt from {name}" for name in found.exempt)
    if found.blocks and not found.granted:
        yield "  " + (
            "stands in the queue of its unit" if found.queued else "stands in no queue while an order bars it"
        )
    if found.blocks:
        none = "none within half a year as orders and strength are now"
        yield f"  first date that would pass: {found.passes or none}"
    elif not found.away:
        yield "  no order bars its sign-out"
    told = {b.cites for b in found.blocks} | {b.cites for b in found.bars} | {c.cites for c in found.conditions}
    yield from (f"  judged {_judged(one, zone, again=one.order in told)}" for one in found.judged)


def barred(bar: Bar, zone: ZoneInfo) -> str:
    """When movement is barred: the hours of each day, or the days where it is all of them."""
    if not bar.all_day:
        return f"each day {bar.from_:%H:%M} to {bar.to:%H:%M} ({bar.cites})"
    until = f" until {bar.until.astimezone(zone):%Y-%m-%d %H:%M}" if bar.until else ""
    return f"from {bar.since.astimezone(zone):%Y-%m-%d %H:%M}{until} ({bar.cites})"


def _block(block: Block, zone: ZoneInfo) -> str:
    ends = f"until {_at(block.until, zone)}" if block.until else "until rescinded"
    if block.rule in QUEUED:
        ends = f"first free {block.first_free}" if block.first_free else "no day of it is free within half a year"
    why = block.why if block.why.startswith(block.cites) else f"{block.cites}: {block.why}"
    return f"{why}, {ends}"


def _judged(one: Judged, zone: ZoneInfo, *, again: bool) -> str:
    """What came of holding a version against a leave; why is not said again of what is told above."""
    ends = f"until {_at(one.until, zone)}" if one.until else "until rescinded"
    why = f": {one.why}" if one.why and not again else ""
    return f"{one.order} (from {_at(one.since, zone)} {ends}): {one.how}{why}"


def _at(instant: datetime, zone: ZoneInfo) -> str:
    return f"{instant.astimezone(zone):%Y-%m-%d %H:%M}"
