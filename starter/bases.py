"""A base as commands meet it: what it knows, what it would answer, and what it has answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from activities.register import lookups
from activities.register.database import reading
from activities.register.strength import of_units
from domain import garrison, ids, marks
from domain.acts import Exempt, IssueOrder, LayPaper, Override, RescindOrder, SignEntry
from domain.calendar import Calendar
from domain.decider import Entry, Event, Refused, entries_of, fold
from domain.facts import QueueRule, UnitStrength
from domain.garrison import Garrison
from domain.garrison.events import Examined, OrderIssued
from domain.garrison.orders import editions
from domain.garrison.strength import FAR
from domain.model import DAY
from domain.once import AlreadySo
from domain.words import some
from starter import first, foresight, receipts
from starter.desk import Desk
from starter.flags import How
from starter.order_papers import shortened
from wiring import console
from wiring.queries import query
from wiring.spool import Spooled
from wiring.trouble import Misset, NotReached

Said = IssueOrder | RescindOrder | Exempt | Override | SignEntry | LayPaper

_SHOWN: Final = 10
YEARS: Final = 5 * 365 * DAY


def at_base(desk: Desk, named: str | None) -> str:
    """The base meant: the one named, else this desk's.

    Raises:
        Misset: none is known, or the register has none of that code.
    """
    base = named or desk.settings.base
    codes = all_of(desk)
    if base in codes:
        return str(base)
    raise Misset(
        f"The register knows no base {base}." if base else "It is not known which base is meant.",
        why=f"expected one of {', '.join(codes) or 'the bases of the register, which has none'}",
        helps="--base BASE, or furlough me --base BASE for good",
    )


def seat(desk: Desk) -> str:
    """The base from which the mission is led: the one named here, else where who speaks is stationed."""
    known = desk.posts(desk.me())
    return at_base(desk, desk.settings.base or (known.base if known else None))


async def known_at(desk: Desk, base: str) -> Garrison:
    """What a base knows; nothing yet where nobody has spoken to it.

    Raises:
        NotReached: the server or its worker does not answer.
    """
    state: Garrison | None = await query(desk.answers, ids.base_workflow(base), "state", Garrison, desk.patience)
    return state or garrison.initial


def all_of(desk: Desk) -> tuple[str, ...]:
    """All bases of the mission."""
    with reading(desk.source) as session:
        return tuple(one.code for one in lookups.bases(session))


def queue_rule(desk: Desk) -> QueueRule:
    """Who is served first of those who wait for a place, by the mission's setting."""
    with reading(desk.source) as session:
        return lookups.queue_rule(session)


def strength_for(desk: Desk, state: Garrison, leave_id: str) -> UnitStrength | None:
    """The strength of a leave's unit as the register has it now, over the days among which a place is looked for."""
    line = state.leaves.get(leave_id)
    if line is None or line.place is None:
        return None
    place = line.place
    keys = {post for edition in editions(state.book) for post in edition.order.key_posts}
    with reading(desk.source) as session:
        found = of_units(session, (place.unit,), place.first - FAR * DAY, place.last + FAR * DAY, keys)
        return found.get(place.unit)


def days_of(desk: Desk, base: str) -> Calendar:
    """The days and minutes of a base, for some years around now: so far back and ahead orders may be written."""
    with reading(desk.source) as session:
        zone = lookups.base_zone(session, base) or "UTC"
        today = datetime.now(UTC).date()
        return lookups.calendar(zone, today - YEARS, today + YEARS, "")


def afterwards(act: Said, state: Garrison, events: Iterable[Event]) -> Garrison:
    """How a base would stand after an act which was only tried."""
    return fold(garrison, state, entries_of(act, tuple(events), state.seq, datetime.now(UTC)))


async def say(
    desk: Desk,
    act: Said,
    what: str,
    how: How,
    *,
    dry_run: bool = False,
    supposed: dict[str, Garrison] | None = None,
    sealing: Mapping[str, str] = {},
) -> int:
    """Say an act to its base, or only what would come of it, where the bases stand as `supposed`.

    `sealing` are words which may be the family's, by field: they are sealed last of all. Returns the exit code.
    """
    known = supposed if supposed is not None else {}
    silent: NotReached | None = None
    if (
        not dry_run
    ):  # what cannot be said leaves no trace in the store: sealed last, and written down before the base is asked
        act = act.model_copy(update={name: desk.seal(text) for name, text in sealing.items()})
        first.write(desk, lambda _: act, asked=True)
    try:
        before = known.get(act.base) or await known_at(desk, act.base)
    except NotReached as nobody:
        if dry_run:
            raise
        before, silent = garrison.initial, nobody
    if dry_run:
        events = foresight.events(desk, garrison, act, before)
        known[act.base] = afterwards(act, before, events)
        return answered(desk, act, before, events, what, how, dry_run=True)
    try:
        outcome = await desk.send(act, away=silent)
    except Spooled as kept:
        receipts.show(receipts.spooled(what, act.act_id, kept), desk, json=how.json)
        return kept.code
    if outcome.refused:
        return receipts.not_accepted(desk, what, outcome.refused, json=how.json)
    entries: tuple[Entry[Any], ...] = outcome.entries
    # An entity keeps no list of past acts: said again under one id, it may answer with what it said of old.
    return answered(desk, act, before, [entry.event for entry in entries], what, how)


def answered(
    desk: Desk, act: Said, known: Garrison, events: Iterable[Any], what: str, how: How, *, dry_run: bool = False
) -> int:
    """Tell what came of an act at a base, or would."""
    events = [event for event in events if event.kind not in ("opened", "forgotten")]
    if no := next((event.refusal for event in events if isinstance(event, Refused)), None):
        return receipts.not_accepted(desk, what, no, json=how.json, dry_run=dry_run)
    if how.json:
        console.document({"base": act.base, "dry_run": dry_run, "events": events})
        return 0
    head = "dry run" if dry_run else "recorded"
    zone = desk.zone(act.base)
    at = console.clock(datetime.now(UTC), zone, act.base)
    for event in events:
        if isinstance(event, Examined):
            for line in touched(event, known):
                console.say(f"  {line}")
        else:  # what was so already was not recorded now
            told = console.on_clock(event.says(), zone) + (
                f" · IRREGULAR: {marks.all_told(event.irregular)}" if event.irregular else ""
            )
            console.say(told if isinstance(event, AlreadySo) else f"{head} {at} · {told}")
            if isinstance(event, OrderIssued):
                for line in shortened(event.order, known.book, zone):
                    console.say(f"  {line}")
    if not any(isinstance(event, Examined) for event in events):
        console.say("  no leave changes by it")
    if dry_run:
        console.say("nothing was changed")
    return 0


def touched(examined: Examined, known: Garrison) -> list[str]:
    """Which leaves are now suspended, waiting or free to go: how many, and the first ones by number."""
    by_word: dict[str, list[str]] = {}
    for leave_id, verdict in examined.verdicts.items():
        line = known.leaves.get(leave_id)
        word, before = verdict.stands, line and line.verdict and line.verdict.stands
        by_word.setdefault(f"still {word}" if word == before else word, []).append((line and line.number) or leave_id)
    return listed(by_word)


def listed(by_word: Mapping[str, Iterable[str]]) -> list[str]:
    """How many leaves stand in each way, and the first ones by number."""
    lines = []
    for word, leaves in by_word.items():
        names = sorted(leaves)
        lines.append(f"{len(names)} {word}: {some(names, _SHOWN, SEE[word.removeprefix('still ')])}")
    return lines


SEE: Final = {
    "suspended": "furlough find --state suspended lists all",
    "waiting": "furlough find --state approved lists all",
    "free to go": "furlough find --state cleared lists all, and those who go on at once",
    "without a place": "furlough find --state approved lists all",
}
"""Where all leaves of a word are listed."""
