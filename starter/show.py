"""`furlough show`: where a leave stands, why, who must act by when and what happens then, and how it came there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from rich.table import Table

from domain import privacy
from domain.account.state import Heard
from domain.decider import Entry, Refused
from domain.holdings import Days, Number, Paper, Place, Seat, Spec
from domain.leave import Face, Leave, discreet, reading
from domain.leave.absence import of, plan
from domain.leave.answers import unbalanced
from domain.leave.counting import CountedDay, each
from domain.leave.late import labelled
from domain.orders import CEILING, MINIMUM, Verdict
from domain.words import called, plain
from starter import account_beside, index, readers, reasons, seats, timeline, torn
from starter.desk import Desk, at_desk
from starter.flags import HERE, How, Switch
from starter.order_papers import barred
from wiring import console
from wiring.handles import ENDS
from wiring.queries import journal_of, query, torn_off
from wiring.trouble import Misset


class Whole(NamedTuple):
    """All that is told of a leave; the reasons `given` only to whom the kind concerns."""

    face: Face
    state: Leave
    journal: list[Entry[Any]]
    booked: tuple[seats.Booked, ...] = ()
    given: tuple[reasons.Given, ...] = ()
    heard: tuple[Heard, ...] = ()
    """What it was told when it had ended, and the account of its member keeps."""


async def show(leave: str, *, journal: Switch = False, how: How = HERE) -> int:
    """Where a leave stands, why, who must act by when, its days one by one, what it holds, and how it came there.

    Args:
        leave: A leave id, a control number or its last digits, or the service number of a member.
        journal: The journal alone, each entry with the rules and orders it cites.
    """
    async with at_desk(copied=True, **how.settings) as desk:
        whole = await told(desk, leave)
        zone, names, concerned = desk.zone(whole.face.base or None), names_for(desk, whole), entitled(desk, whole)
        if concerned:
            because = await reasons.exempted(desk, whole.face.leave_id, whole.state)
            whole = whole._replace(given=tuple(reasons.given(desk, whole.journal, whole.state, because)))
        else:
            whole = discreetly(whole)
        if how.json:
            for document in documents(whole, journal=journal, entitled=concerned):
                console.document(document)
            return 0
        if not journal:
            for row in report(whole, zone, names, entitled=concerned):
                console.say(row)
            console.say("\ntimeline", "bold")
        for entry in whole.journal:
            cites = f"  [{', '.join(entry.event.cites)}]" if journal and entry.event.cites and concerned else ""
            told_as = timeline.line(entry, zone, names, entitled=concerned)
            console.say(f"{f'{entry.seq:>4}  ' if journal else ''}{told_as}{cites}")
    return 0


async def told(desk: Desk, leave: str) -> Whole:
    """A leave as it tells itself.

    Raises:
        Misset: no leave, or more than one, goes by that name.
        NotReached: the server, or a worker behind it, did not answer.
    """
    face = await desk.leaves().find(leave)
    state: Leave | None = await query(desk.answers, face.leave_id, "state", Leave)
    journal = await journal_of(desk.answers, face.leave_id)
    if state is None:
        raise Misset(f"{face.leave_id} is gone from the server.", why="its retention is over", helps="furlough find")
    torn_now = face.state not in ENDS and await torn_off(desk.answers, face.leave_id)
    heard = await account_beside.heard_of(desk, face) if torn_now or face.state in ENDS else ()
    if torn_now:
        still = await torn.still_held(desk, face.leave_id, state)
        face, state = torn.face(face), torn.state(state, still)
    return Whole(face, state, list(journal), seats.of(desk, face.leave_id), heard=heard)


def names_for(desk: Desk, whole: Whole) -> dict[str, str]:
    """Ranks and names of member and deciders, where the reader is entitled to them."""
    if not privacy.named(desk.reader(), whole.face.base, whole.face.member):
        return {}
    return desk.names([whole.face.member, *reading.people(whole.journal)])


def entitled(desk: Desk, whole: Whole) -> bool:
    """Whether the reader is one whom the kind of leave, and what would tell it, concerns."""
    return readers.of_leave(desk, whole.state, whole.face.base, whole.face.member)


def discreetly(whole: Whole) -> Whole:
    """All that is told of a leave to those whom its kind does not concern."""
    face, state, journal, booked, _, heard = whole
    return Whole(discreet.face(face), discreet.state(state), discreet.journal(journal), booked, heard=heard)


# ---- for people ---------------------------------------------------------------------------------------------------


def report(whole: Whole, zone: ZoneInfo, names: dict[str, str], *, entitled: bool) -> Iterator[str | Table]:
    """The leave in the order in which a clerk asks: what, where it stands, why, until when, days, holdings."""
    face, s = whole.face, whole.state
    yield f"{face.number or face.leave_id} is {face.state.upper()}" + (" (urgent)" if face.lane == "urgent" else "")
    if face.state == index.TERMINATED:
        yield "  TERMINATED on the server: it takes no more acts, and nothing falls due"
    elif s.ask is None and s.ended is None:
        yield "  not opened yet: the request waits for the register or a worker"
    if s.ask is None:
        refusals = (e for e in whole.journal if isinstance(e.event, Refused))
        yield from (_row("why", reading.sentence(e, entitled=entitled)) for e in refusals)
        return
    kind = f"{called(s.asked.leave_kind)}, " if entitled else ""
    yield _row("whose", " · ".join(filter(None, (names.get(face.member, ""), face.unit, face.base))))
    where = f"to {s.destination or s.asked.destination} by {s.asked.travel}"
    yield _row("leave", f"{kind}{s.first} to {s.last}, {'no journey' if s.asked.travel == 'none' else where}")
    yield _row("id", face.leave_id)
    if face.waits_for:
        since = f", since {face.since.astimezone(zone):%Y-%m-%d %H:%M}" if face.since else ""
        yield _row("waits for", face.waits_for + since)
    if face.act_by:
        yield _row("until", f"{face.act_by.astimezone(zone):%Y-%m-%d %H:%M} {face.base}: {face.otherwise or face.then}")
    yield from _why(whole, zone)
    yield from (_row("note", warning) for warning in face.warnings)
    if s.verdict and s.verdict.bars and not s.out_at:
        yield from (_row("no travel", barred(bar, zone)) for bar in s.verdict.bars)
    if s.verdict and s.verdict.exempt:
        yield _row("exempt", f"from {', '.join(s.verdict.exempt)}")
    if s.extension:
        stands = "approved, its days not yet held" if s.extension.approved else "asked, not decided"
        more = console.number(s.extension.expected - s.expected, "day")
        moved = f"; flight home {s.way_home.flight} is changed by it" if s.way_home else ""
        yield _row("extension", f"until {s.extension.last}, {more} more: {stands}{moved}")
    if s.away and (home := s.way_home):
        yield _row("way home", f"{home.flight}, departs {home.departs.astimezone(zone):%Y-%m-%d %H:%M} {face.base}")
    yield from (_row("reason", one.says()) for one in whole.given)
    yield from (_row("IRREGULAR", console.on_clock(mark, zone)) for mark in reading.irregular_in_words(whole.journal))
    yield from (
        _row(
            "unsigned",
            f"{_saying(whole.journal, act)} waits for its countersignature{_of(s.confirmers.get(act))} until "
            f"{by.astimezone(zone):%Y-%m-%d %H:%M}",
        )
        for act, by in s.countersigns.items()
    )
    yield from (
        _row(
            "no paper",
            f"{_saying(whole.journal, act)} came without it: furlough attach {face.number} FILE --of {act}",
        )
        for act in s.bare
    )
    yield from (
        _row("review", f"{act} is reviewed by {', '.join(r.posts)} until {r.by.astimezone(zone):%Y-%m-%d %H:%M}")
        for act, r in s.reviews.items()
    )
    yield _row(
        "holds",
        ", ".join(_holding(spec, whole, zone) for spec in s.held.values() if spec.what != "notice") or "nothing",
    )
    if face.state == index.TERMINATED and s.held:
        yield _row("", torn.BY_NIGHT)
    yield from (
        _row("lacks", lack.spec.what + (f": {lack.refusal.why} (rule {lack.refusal.rule})" if entitled else ""))
        for lack in s.lacks.values()
    )
    yield from (_row("AFTER END", account_beside.heard(one, zone)) for one in whole.heard)
    yield from _count(whole, entitled=entitled)
    if face.busy:
        yield "  still at work: shown again, it tells more"


def _why(whole: Whole, zone: ZoneInfo) -> Iterator[str]:
    """What bars it, with the figures of when the base judged it last."""
    face, verdict = whole.face, whole.state.verdict
    yield from (_row("why", why) for why in dict.fromkeys(face.why))
    if face.why and verdict and verdict.as_of:
        yield _row("", f"as the base judged it {verdict.as_of.astimezone(zone):%Y-%m-%d %H:%M} {face.base}")


def _row(label: str, text: str) -> str:
    return f"  {label:<10} {text}"


def _saying(journal: list[Entry[Any]], act: str) -> str:
    """What an act said, before its id: `approved (01JE…)`."""
    said = next((entry.event.says() for entry in journal if entry.act_id == act), "")
    return f"{said} ({act})" if said else act


def _of(posts: tuple[str, ...] | None) -> str:
    """By which posts, where it is not by the decider."""
    return f" by {', '.join(posts)}" if posts else ""


def _holding(spec: Spec, whole: Whole, zone: ZoneInfo) -> str:
    s = whole.state
    match spec:
        case Number():
            return "control number"
        case Days():
            counted = spec.expected if spec.charged is None else spec.charged
            return console.number(counted, "day") + ("" if spec.charged is None else " charged")
        case Place():
            kept = f", held up until {s.late_until}" if s.late_until and s.away else ""
            return f"its place {spec.first} to {spec.last}{kept}" if s.placed else _unplaced(s.verdict)
        case Seat():
            return seats.told(spec, whole.booked, zone)
        case Paper():
            return f"leave paper {spec.number}"
        case _:
            return spec.what


def _unplaced(verdict: Verdict | None) -> str:
    """What a leave has of its base that has no place: a turn in the queue, or none while an order bars it."""
    if verdict and verdict.place_in_queue:
        return "its turn in the queue for a place"
    orders = [block.cites for block in verdict.blocks if block.rule not in (CEILING, MINIMUM)] if verdict else []
    barred = f", in no queue while {', '.join(orders)} stands against it" if orders else ""
    return f"its wish for a place{barred}"


def days(whole: Whole) -> tuple[CountedDay, ...]:
    """Each day with its charge and rule: as counted after the return, until then as planned."""
    s = whole.state
    if counted := reading.counted(whole.journal):
        return each(counted.count)
    if s.ask is None or s.terms is None or over_before_departure(whole):
        return ()
    out = s.admitted.discharged_at if s.admitted else None
    last = min(s.last_day, s.days.day(out)) if out else s.last_day
    return tuple(labelled(s, plan(of(s), s.first_day, last))) if last >= s.first_day else ()


def over_before_departure(whole: Whole) -> bool:
    """Whether the leave has ended and nobody went: then no day is charged, whatever was planned."""
    return whole.state.out_at is None and (whole.face.state in ENDS or whole.face.state == index.TERMINATED)


def untold(day: CountedDay) -> CountedDay:
    """A day as it is told to those whom the kind of leave does not concern: what it charges, and not why."""
    if day.rule.startswith(("counting/", "return/")):
        return day.model_copy(update={"leave_kind": None})
    return day.model_copy(update={"leave_kind": None, "rule": "", "why": ""})


def _count(whole: Whole, *, entitled: bool) -> Iterator[str | Table]:
    """The count in runs of days which are alike."""
    if over_before_departure(whole):
        yield _row("days", "none charged: it has ended before the departure")
    s, each = whole.state, days(whole) if entitled else tuple(untold(day) for day in days(whole))
    if not each:
        return
    planned = "" if reading.counted(whole.journal) else " as planned"
    yield _row("days", f"{plain(sum(x.charge for x in each))} charged{planned}, by {s.rules.pack}")
    if paid := unbalanced(s.advance, s.excess):
        yield _row("", f"of which {paid}")
    table = console.table("", "", "", "", "")
    for run in _runs(each):
        span = str(run[0].day) if len(run) == 1 else f"{run[0].day} to {run[-1].day}"
        table.add_row(" " * 12, span, f"{run[0].charge} x {len(run)}", run[0].rule, run[0].why)
    yield table


def _runs(each: tuple[CountedDay, ...]) -> list[list[CountedDay]]:
    runs: list[list[CountedDay]] = []
    for day in each:
        if runs and (runs[-1][-1].charge, runs[-1][-1].rule, runs[-1][-1].why) == (day.charge, day.rule, day.why):
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


# ---- for scripts --------------------------------------------------------------------------------------------------


def documents(whole: Whole, *, journal: bool, entitled: bool) -> Iterator[dict[str, Any]]:
    """The leave as one document; or its journal, an entry a line. Without names, and without family detail.

    The kind of leave, and what would tell it, is for whom it concerns: others get of each entry who said it, when, and
    its sentence.
    """
    told = days(whole) if entitled else tuple(untold(day) for day in days(whole))
    unsaid = {"balance_on"} if entitled else {"balance_on", "leave_kind", "shares", "uncertified"}
    entries = [reading.document(entry, entitled=entitled) for entry in whole.journal]
    if journal:
        yield from entries
        return
    s = whole.state
    yield {
        **whole.face.model_dump(mode="json"),
        "destination": s.destination or (s.ask.destination if s.ask else None),
        "pack": s.terms.pack if s.terms else None,
        "extension": s.extension.model_dump(mode="json") if s.extension else None,
        "reasons": [one._asdict() for one in whole.given],
        "irregular": list(reading.irregular(whole.journal)),
        "countersigns": {act: by.isoformat() for act, by in s.countersigns.items()},
        "bare": dict(s.bare),
        "reviews": {act: review.by.isoformat() for act, review in s.reviews.items()},
        "holds": [spec.model_dump(mode="json", exclude=unsaid) for spec in s.held.values() if spec.what != "notice"],
        "seats": [seat.model_dump(mode="json") for seat in whole.booked],
        "after_end": [one.model_dump(mode="json") for one in whole.heard],
        "lacks": [
            lack.model_dump(mode="json") if entitled else {"spec": {"what": lack.spec.what}}
            for lack in s.lacks.values()
        ],
        "advance": str(s.advance if told else 0),
        "excess": str(s.excess if told else 0),
        "days": [day.model_dump(mode="json", exclude={"until"}) for day in told],
        "journal": [
            {key: entry[key] for key in ("seq", "recorded_at", "effective_at", "assurance", "says")}
            for entry in entries
        ],
    }
