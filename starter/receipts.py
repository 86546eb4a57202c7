"""What an act is answered: a receipt, or the one form of refusal; and the exit code which says the same to a script."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from temporalio.client import Client

from domain import marks, privacy
from domain.account.events import SeenOf
from domain.decider import Entry, Outcome
from domain.holdings import Seat
from domain.leave import Face, Leave, discreet
from domain.leave.events import Found, Noted, TravelConfirmed
from domain.leave.path import STATES
from domain.model import Model
from domain.refusal import Refusal
from starter import readers
from starter.desk import Desk
from wiring import console
from wiring.queries import face_of, journal_of, query
from wiring.settling import SETTLING, at_rest, why_not_opened
from wiring.spool import Spooled
from wiring.trouble import NotReached, Trouble


class Answer(Model):
    """What became of one act. `said` names the line which was answered: the act, and the leave as it was called."""

    said: str
    leave_id: str = ""
    number: str = ""
    result: str
    """recorded, already, refused, spooled, failed, or what it would be (of a dry run)."""
    code: int = 0
    act_id: str = ""
    entries: tuple[Any, ...] = ()
    refusal: Refusal | None = None
    trouble: str = ""
    lack: Refusal | None = None
    """Why a flight named by an act that was recorded has no seat for it."""
    face: Face | None = None
    line: int = 0
    """Which line of a file it answers; 0 where none."""
    offer: str = ""
    """What might serve the member better than what was recorded."""
    foretold: dict[str, Any] = {}
    """What a request would come to (`starter.foretold`), told to those who may read the account."""


async def answered(
    client: Client,
    said: str,
    act_id: str,
    leave_id: str,
    outcome: Outcome[Any],
    seen: int = 0,
    settling: float = SETTLING,
) -> Answer:
    """The answer to an act that was delivered. `seen`: the journal's length before it was sent; `settling`: seconds.

    A request which the account does not carry ends by itself a moment later: that too is a refusal of it.
    """
    refusal = outcome.refusal
    try:
        face = await at_rest(client, leave_id, settling)
        if refusal is None and face is not None and face.state == "not opened":
            refusal = why_not_opened(await journal_of(client, leave_id))
    except NotReached:  # what was recorded stays recorded, also where nobody tells how the leave stands now
        face = None
    lack, face = await _seatless(client, leave_id, outcome, face, settling)
    again = refusal is None and bool(outcome.entries) and all(_before(e, seen) for e in outcome.entries)
    return Answer(
        said=said,
        leave_id=leave_id,
        number=face.number if face else "",
        result="refused" if refusal else "already" if again else "recorded",
        code=5 if refusal or lack else 0,
        act_id=act_id,
        entries=outcome.entries,
        refusal=refusal,
        lack=lack,
        face=face,
    )


def known(said: str, act_id: str, entries: tuple[Entry[Any], ...], face: Face) -> Answer:
    """The answer to what was recorded before."""
    return Answer(
        said=said,
        leave_id=face.leave_id,
        number=face.number,
        result="already",
        act_id=act_id,
        entries=entries,
        face=face,
    )


def refusal(said: str, why: Refusal, face: Face | None = None) -> Answer:
    """The answer to an act which could not even be brought."""
    return failed(said, Trouble(""), face).model_copy(
        update={"result": "refused", "code": 5, "refusal": why, "trouble": ""}
    )


def would_not(said: str, why: Refusal, face: Face | None = None) -> Answer:
    """The answer of a dry run to what would be refused."""
    return refusal(said, why, face).model_copy(update={"result": "would not be accepted", "code": 7})


def not_accepted(desk: Desk, said: str, why: Refusal, *, json: bool, dry_run: bool = False, act_id: str = "") -> int:
    """Print that what was said is refused, or would be. Returns the exit code."""
    answer = would_not(said, why) if dry_run else refusal(said, why)
    show(answer.model_copy(update={"act_id": act_id}), desk, json=json)
    return answer.code


def failed(said: str, trouble: Trouble, face: Face | None = None, leave_id: str = "") -> Answer:
    """The answer to a line which did not become an act, or did not arrive."""
    return Answer(
        said=said,
        leave_id=face.leave_id if face else leave_id,
        number=face.number if face else "",
        result="failed",
        code=trouble.code,
        trouble=str(trouble),
        face=face,
    )


async def _seatless(
    client: Client, leave_id: str, outcome: Outcome[Any], face: Face | None, settling: float
) -> tuple[Refusal | None, Face | None]:
    """Why there is no seat on the flights which an act has named, and the face since; the register tells it later.

    Who still looks for the seat when the time is over is shown as at work.
    """
    named = [e.event for e in outcome.entries if isinstance(e.event, TravelConfirmed)]
    wanted = [(x.out_flight, x.back_flight) for x in named if x.out_flight or x.back_flight]
    if face is None or not wanted:
        return None, face
    (out_flight, back_flight), until = wanted[-1], asyncio.get_running_loop().time() + settling
    try:
        while True:
            state: Leave | None = await query(client, leave_id, "state", Leave)
            lacks = state.lacks.get("seat") if state else None
            held = state.held.get("seat") if state else None
            seats = [seat for seat in (lacks and lacks.spec, held) if isinstance(seat, Seat)]
            answered = [x for x in seats if x.out_flight == (out_flight or x.out_flight)]
            answered = [x for x in answered if x.back_flight == (back_flight or x.back_flight)]
            if state is None or answered or state.ended or state.out_at:
                return (lacks.refusal if lacks and lacks.spec in answered else None), await face_of(client, leave_id)
            if asyncio.get_running_loop().time() > until:
                return None, face.model_copy(update={"busy": True})
            await asyncio.sleep(settling / 15)
    except NotReached:
        return None, face.model_copy(update={"busy": True})


def spooled(said: str, act_id: str, kept: Spooled, face: Face | None = None, leave_id: str = "") -> Answer:
    """The answer to an act which is kept, and whose outcome is not known yet."""
    told = failed(said, kept, face, leave_id)
    return told.model_copy(update={"result": "spooled", "act_id": act_id})


def counted(told: Sequence[Answer]) -> str:
    """`60 recorded, 3 refused`; and of how many it is not known yet what the account says to them."""
    counts = Counter(answer.result for answer in told)
    opening = sum(bool(one.result == "recorded" and one.face and one.face.state == STATES["number"]) for one in told)
    more = f"; {opening} of them not opened yet, and may still be refused: the same again tells" if opening else ""
    return (", ".join(f"{count} {result}" for result, count in counts.most_common()) or "nothing in it") + more


def broken_off(what: str, told: Sequence[Answer], lines: int, again: str, why: str = "") -> str:
    """How far work on many lines had come when it was interrupted (or left, for some reason), and how to go on."""
    far = f"of {console.number(lines, 'line')} {len(told)} were answered" + (f": {counted(told)}" if told else "")
    rows = (
        f"{what} was broken off: {far}",
        f"why    {why}" if why else "",
        "known  lines which were under way were recorded, or wait in the spool and are sent",
        f"next   {again} goes on: what was recorded is told as already so, and done once",
    )
    return "\n".join(filter(None, rows))


def show(answer: Answer, desk: Desk, *, json: bool = False) -> None:
    """Print an answer, as a document or as a receipt or refusal; discreetly to whom the kind does not concern."""
    answer = _to(answer, desk)
    if json:
        told = _document(answer)
        if answer.result == "spooled" and (known := _unseen(desk)):
            told["known"] = known.removeprefix("known").strip()
        return console.document(told)
    if answer.refusal is not None:
        return console.warn(refused(answer, desk))
    if answer.result == "spooled":
        return console.say(waits(answer, desk))
    if answer.trouble:
        return console.warn(f"FAILED  {_named(answer)}\n{answer.trouble}" if answer.said else answer.trouble)
    console.say(receipt(answer, desk))
    if answer.lack is not None:
        console.warn(no_seat(answer.lack, desk, answer.face))
    if answer.offer:
        console.note(answer.offer)
    return None


def _to(answer: Answer, desk: Desk) -> Answer:
    """The answer as it is told to who sits here."""
    face, said = answer.face, answer.refusal
    if face is None or privacy.told_the_kind(desk.reader(), face.base, face.member, face.posts):
        return answer
    entries = tuple(discreet.journal(answer.entries))
    told = {"face": discreet.face(face), "refusal": said and discreet.refusal(said), "entries": entries}
    return answer.model_copy(update=told)


def receipt(answer: Answer, desk: Desk) -> str:
    """`recorded 2026-03-04 06:41 NAQ · NAQ-2026-000412 now APPROVED · waits for: CLR-NAQ until 10:41`."""
    now, face = datetime.now(UTC), answer.face
    base = (face.base if face else "") or desk.settings.base
    zone = desk.zone(base)
    beside = [console.on_clock(each, zone) for each in _beside(answer.entries)]
    if answer.result.startswith("would"):  # nothing was recorded: no time of it is told
        stood = [f"{answer.number} is {face.state.upper()} before it"] if face else []
        return " · ".join([f"{answer.result}: {answer.said}", *stood, *beside])
    at = max((e.recorded_at for e in answer.entries), default=now)
    if answer.result == "already":
        since = _since(answer.entries)
        head = f"already so since {console.clock(since, zone, base)}" if since else "already so"
    else:
        head = f"{answer.result} {console.clock(at, zone, base)}"
    stands = f"now {face.state.upper()}" if face else "did not tell in time how it stands now: furlough show"
    of_line = [f"line {answer.line}"] if answer.line else []
    parts = [*of_line, head, f"{answer.number or answer.leave_id} {stands}"]
    if face and face.waits_for:
        limit = f" until {console.until(face.act_by, zone, at)}" if face.act_by else ""
        if limit and face.waits_for != ", ".join(face.posts):  # no post can be asked: what comes of waiting is told
            limit += f": {face.otherwise}"
        parts.append(f"waits for: {face.waits_for}{limit}")
        parts += (console.on_clock(why, zone) for why in dict.fromkeys(face.why))
    parts += beside
    if face and face.busy:
        parts.append("still at work: furlough show tells more")
    return " · ".join(parts)


def waits(answer: Answer, desk: Desk) -> str:
    """`spooled 2026-03-04 06:41 NAQ · sign-out 412 (UNEX-01JE..) · kept on the disk, sent until it is answered`."""
    at = desk.clock(datetime.now(UTC), answer.face.base if answer.face else None)
    head = f"spooled {at} · {_named(answer)} · kept on the disk, and sent until it is answered: furlough spool list"
    why = next((row for row in answer.trouble.splitlines() if row.startswith("why ")), "")
    return "\n".join(filter(None, (head, why, _unseen(desk))))


def _unseen(desk: Desk) -> str:
    """What was not looked up of what was said, for want of a register; empty where it was there."""
    if desk.no_register is None:
        return ""
    known = f"as the copy of {desk.clock(desk.register_at)} has it" if desk.register_at else "not looked up"
    return f"known  who speaks, and which post they hold: {known}; it is judged when the act arrives"


def refused(answer: Answer, desk: Desk) -> str:
    """The one form of refusal: what was not accepted, why, what is known, what to do next."""
    assert answer.refusal is not None  # noqa: S101  (asked for refused answers only)
    refusal = answer.refusal
    head = f"{'WOULD NOT BE' if answer.result == 'would not be accepted' else 'NOT'} ACCEPTED  {_named(answer)}"
    facts = "; ".join(f"{name}: {_person(desk, value, answer.face)}" for name, value in refusal.facts.items())
    rows = (("why", f"{refusal.why} (rule {refusal.rule})"), ("known", facts), ("next", refusal.helps))
    zone = desk.zone(answer.face.base if answer.face else None)
    told = (f"{label:<6} {console.on_clock(text, zone)}" for label, text in rows if text)
    return "\n".join([f"{head:<71} nothing was changed", *told])


def no_seat(lack: Refusal, desk: Desk, face: Face | None) -> str:
    """That the flights named have no seat for a leave whose journey is confirmed: said as loudly as a refusal."""
    zone = desk.zone(face.base if face else None)
    rows = (
        ("why", f"{lack.why}: {lack.facts.get('got', '')} (rule {lack.rule})"),
        ("known", "the journey is confirmed; the seats booked before, if any, are kept"),
        ("next", lack.helps),
    )
    return "\n".join(["NO SEAT", *(f"{label:<6} {console.on_clock(text, zone)}" for label, text in rows if text)])


def _named(answer: Answer) -> str:
    """What was said, and of which leave, where the words do not tell that."""
    leave = answer.number or answer.leave_id
    return answer.said if leave in answer.said else f"{answer.said} ({leave})"


def _person(desk: Desk, value: str, face: Face | None) -> str:
    """Register ids mean nothing to people: they read as rank and name, to those who may read names."""
    if not value.startswith("m-"):
        return value
    return desk.names([value]).get(value, value) if readers.named(desk, value, face) else "another person"


def _before(entry: Entry[Any], seen: int) -> bool:
    """Whether it was so before: it stood among the lines of the leave that were seen, or says so itself."""
    return not isinstance(entry.event, SeenOf) and (entry.seq <= seen or _was_so(entry))


def _was_so(entry: Entry[Any]) -> bool:
    """Whether it tells of what was so already; other notes are new."""
    return isinstance(entry.event, Noted) and entry.event.since is not None


def _beside(entries: Sequence[Entry[Any]]) -> list[str]:
    """What else is to be told of entries: what they only note, and what is irregular about them."""
    noted = [entry.event.what for entry in entries if isinstance(entry.event, Noted) and not _was_so(entry)]
    noted += [entry.event.says() for entry in entries if isinstance(entry.event, SeenOf | Found)]
    irregular = [cite for entry in entries for cite in entry.event.irregular]
    return [*noted, f"IRREGULAR: {marks.all_told(irregular)}"] if irregular else noted


def _since(entries: Sequence[Entry[Any]]) -> datetime | None:
    """When the very same was recorded before; of what others had said already the record keeps no time beside it."""
    return next((entry.recorded_at for entry in entries if not _was_so(entry)), None)


def _document(answer: Answer) -> dict[str, Any]:
    """The answer for scripts: without rank and name, sentences as people read them."""
    told = answer.model_dump(mode="json", exclude={"entries", "face"}, exclude_defaults=True)
    told["result"], told["code"] = answer.result, answer.code
    told["entries"] = [
        {"seq": e.seq, "recorded_at": e.recorded_at, "kind": e.event.kind, "cites": e.event.cites}
        for e in answer.entries
    ]
    if answer.face:
        told |= answer.face.model_dump(
            mode="json", include={"state", "base", "waits_for", "act_by", "then", "posts", "attention", "why", "busy"}
        )
    return told
