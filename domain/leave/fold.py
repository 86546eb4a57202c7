"""How each entry of its journal changes a leave. Mechanical: no rule is looked at here."""

from __future__ import annotations

from typing import Any

from domain.backdating import counts_from
from domain.decider import Entry, Event, Refused
from domain.holdings import Days, Notice, Seat, What
from domain.leave import events as e
from domain.leave.away_fold import NOTHING_WAITS, abroad, counted, homeward, lengthened
from domain.leave.deadlines import AGAIN, BESIDE
from domain.leave.evidence import lacking, laid
from domain.leave.exemptions import barred, moved
from domain.leave.hearing import spoken
from domain.leave.lapses import CHECK_DUE, EXEMPTION, UNDONE
from domain.leave.notices import news
from domain.leave.path import at
from domain.leave.seats import legs, lost
from domain.leave.state import JOURNEYS, Grace, Heard, Leave, Reviewing, Written
from domain.leave.wishes import absent
from domain.model import DAY, Code, Instant
from domain.orders import Verdict

TIME = ("time", "machine")


def evolve(s: Leave, entry: Entry[Any]) -> Leave:
    """The leave after one more entry. Where the entry moves it to another step, that step begins now."""
    new = s.model_copy(update=_head(s, entry) | _change(s, entry, entry.event))
    if at(new) != at(s):
        beside = {what: waits for what, waits in new.deferred.items() if what.startswith(BESIDE)}
        lapsed = tuple(what for what in new.lapsed if what in UNDONE) if new.given_up else ()
        new = new.model_copy(update={"since": entry.recorded_at, "lapsed": lapsed, "deferred": beside})
    if at(new) in ("book", "confirm") and new.movement_asked_at is None:
        new = new.model_copy(update={"movement_asked_at": entry.recorded_at})
    if home := homeward(s, new, entry.recorded_at):
        new = new.model_copy(update=home)
    if new.verdict is not s.verdict:
        new = new.model_copy(update={"barred": barred(new, entry.recorded_at)})
    if told := news(s, new, entry):
        new = new.model_copy(update={"news": (*new.news, *told)})
    return new


def _head(s: Leave, entry: Entry[Any]) -> dict[str, Any]:
    """What every entry changes, whatever its kind."""
    head: dict[str, Any] = {"seq": entry.seq}
    if entry.act_id and (entry.by, entry.assurance) != TIME:  # nobody sends twice what time says
        head["acts"] = s.acts | {entry.act_id: entry.seq}
    head["spoken"] = spoken(s, entry)
    vain = isinstance(entry.event, Refused) or (isinstance(entry.event, e.Noted) and entry.event.again)
    if not vain and entry.entered_by and s.terms and entry.act_id not in s.acts:
        by = entry.recorded_at + s.terms.records.countersign_days * DAY
        head["countersigns"] = s.countersigns | {entry.act_id: by}
        head["signers"] = s.signers | {entry.act_id: entry.by}
    head["bare"] = left = lacking(s, entry)
    good = laid(s, left)
    head["irregular"] = tuple(m for m in dict.fromkeys((*s.irregular, *entry.event.irregular)) if m not in good)
    return head


def _change(s: Leave, entry: Entry[Any], event: Event) -> dict[str, Any]:  # noqa: C901, PLR0912 (a line an event reads best)
    match event:
        case e.Asked() as x:
            ask = x.ask
            given = x.model_dump(include={"officer", "notices", "expected", "chart", "exemptions", "as_of"})
            dates = {"first": ask.first, "last": ask.last, "destination": ask.destination}
            looked_up = {"ask": ask, "member": x.member, "terms": x.terms, "calendar": x.calendar, "desks": x.desks}
            return given | dates | looked_up | _written(s, entry, "ask")
        case e.Attested() as x:
            tells = {"attested": x.holds, "unproven": s.approved and not x.holds}
            return tells | {"deciders": s.deciders | {"attestation": entry.by}}
        case e.Approved() as x:
            prove_by = x.prove_by or s.prove_by
            return {"approved": True, "prove_by": prove_by} | _consent(s, entry, "approval", x.by)
        case e.Disowned() as x:
            return {"disowned": True, "deciders": s.deciders | {"approval": x.by}}
        case e.OfficerCleared() as x:
            return {"officer_cleared": True} | _consent(s, entry, "clearance", x.by)
        case e.TravelConfirmed() as x:
            flights = x.model_dump(include={"out_flight", "back_flight"}, exclude_none=True)
            first = _consent(s, entry, "movement", x.by)
            again = {"consents": s.consents} if s.confirmed else {}  # other flights: the journey was confirmed before
            return {"confirmed": True} | first | again | flights
        case e.CheckedOff(items=items, done=True):
            return {"checked": tuple(dict.fromkeys((*s.checked, *items)))}
        case e.CheckedOff(items=items):
            return {"checked": tuple(item for item in s.checked if item not in items)}
        case e.SeatLost() as x:
            return lost(s, x, entry.seq)
        case e.SignedOut() as x:
            return {"out_at": x.at} | _written(s, entry, "sign-out")
        case e.SignedIn() as x:
            back = {"in_at": x.at, "gone": None, "journey_at": x.journey_at, **counted(x), **NOTHING_WAITS}
            return back | _written(s, entry, "sign-in")
        case e.Recounted() as x:
            return counted(x)
        case e.PassedGateway() as x:
            return {f"gateway_{x.way}": x.at}
        case e.Corrected() as x:
            told = {"ask": s.asked.model_copy(update={"last_service": x.last_service})} if x.last_service else {}
            return (_corrected(x) if s.out_at else _other_journey(s, x)) | told
        case e.Countersigned() as x:
            return _signed(s, x.of)
        case e.Unconfirmed() as x:
            return {
                "countersigns": s.countersigns | {entry.act_id: x.by},
                "signers": s.signers | {entry.act_id: entry.by},
                "confirmers": s.confirmers | {entry.act_id: x.posts},
            }
        case e.ActedTwice() as x:
            looks = Reviewing(who=entry.by, posts=x.reviewers, by=x.by)
            return {"reviews": s.reviews | {entry.act_id: looks}}
        case e.Reviewed() as x:
            return _reviewed(s, x.of)
        case e.Lapsed() as x:
            return _lapsed(s, x)
        case e.Deferred() as x:
            return {"deferred": s.deferred | {x.what: Grace(due_at=x.due_at, until=x.until)}}
        case e.Ended() as x:
            return {"ended": x.how, **NOTHING_WAITS}
        case e.Took() | e.Judged() | e.GaveBack() | e.Lacks():
            return _holding(s, entry, event) | legs(s, event)
        case _:
            return abroad(s, entry, event)


def _consent(s: Leave, entry: Entry[Any], what: str, by: Code) -> dict[str, Any]:
    """Who has consented in a capacity, and from when that counts."""
    since = {what: counts_from(entry)}
    return {"deciders": s.deciders | {what: by}, "consents": s.consents | since}


def _written(s: Leave, entry: Entry[Any], kind: str) -> dict[str, Any]:
    """Who wrote what may turn out to be a typing mistake, and when."""
    people = tuple(p for p in (entry.by, entry.entered_by) if p)
    posts = tuple(p for p in (entry.post, entry.for_post) if p)
    return {"written": s.written | {kind: Written(at=entry.recorded_at, by=people, posts=posts)}}


def _other_journey(s: Leave, x: e.Corrected) -> dict[str, Any]:
    """Other dates wait until their days are held, as an extension does; what is corrected meanwhile waits with them."""
    if s.correction:
        given = x.model_dump(include={"first", "last", "destination", "expected"}, exclude_none=True)
        x = s.correction.model_copy(update=given | {"reapprove": x.reapprove or s.correction.reapprove})
    waits = "days" in s.held and (x.first or s.first, x.last or s.last) != (s.first, s.last)
    return {"correction": x} if waits else _corrected(x) | {"correction": None}


def _corrected(x: e.Corrected) -> dict[str, Any]:
    names = {
        "first": "first",
        "last": "last",
        "destination": "destination",
        "signed_out_at": "out_at",
        "signed_in_at": "in_at",
    }
    given = {names[k]: v for k in names if (v := getattr(x, k)) is not None}
    change = given | counted(x) | {"expected": x.expected} | ({"approved": False} if x.reapprove else {})
    if x.first or x.last or x.destination:  # another journey: who cleared and confirmed the old one has not seen it
        change |= {"officer_cleared": False, "confirmed": False, "out_flight": None, "back_flight": None}
        change["movement_asked_at"] = None
    return change


def _lapsed(s: Leave, x: e.Lapsed) -> dict[str, Any]:
    change: dict[str, Any] = {"lapsed": (*s.lapsed, x.what)} | _no_grace(s, x.what)
    if x.what.startswith("countersign:"):
        change |= _signed(s, x.what.removeprefix("countersign:")) | {"lapsed": s.lapsed}
    if x.what.startswith("review:"):
        change |= _reviewed(s, x.what.removeprefix("review:")) | {"lapsed": s.lapsed}
    if x.what == CHECK_DUE:
        change["unproven"] = True
    if x.what.startswith(EXEMPTION):
        change |= {"barred": moved(s, x.what, x.to), "lapsed": s.lapsed}
    if x.what in AGAIN:
        change["again"] = (*s.again, AGAIN[x.what])
    return change


def _signed(s: Leave, act_id: str) -> dict[str, Any]:
    """No countersignature is waited for any more."""
    return {
        "countersigns": {k: v for k, v in s.countersigns.items() if k != act_id},
        "signers": {k: v for k, v in s.signers.items() if k != act_id},
        "confirmers": {k: v for k, v in s.confirmers.items() if k != act_id},
        **_no_grace(s, f"countersign:{act_id}"),
    }


def _reviewed(s: Leave, act_id: str) -> dict[str, Any]:
    """No review is waited for any more."""
    return {"reviews": {k: v for k, v in s.reviews.items() if k != act_id}} | _no_grace(s, f"review:{act_id}")


def _no_grace(s: Leave, what: str) -> dict[str, Any]:
    """A deadline that was said, or met, stands over no longer."""
    return {"deferred": {k: v for k, v in s.deferred.items() if k != what}}


def _holding(s: Leave, entry: Entry[Any], event: Event) -> dict[str, Any]:
    """What was taken, given back or refused; an extension, or other dates, count from when their days are held."""
    match event:
        case e.Took(spec=Seat(), n=n) | e.Lacks(spec=Seat(), n=n) if n < s.seat_lost:
            return {}  # sought before the flight was changed: it is sought anew
        case e.Took(spec=spec, ref=ref, word=word):
            change = {"held": s.held | {spec.what: spec}} | _met(s, spec.what)
            if spec.what == "number":
                change["number"] = ref
            change |= {"seatless": s.seatless and spec.what != "seat"}
            if isinstance(spec, Notice):
                told = {news.seq for news in spec.news}
                change = {"news": tuple(news for news in s.news if news.seq not in told)}
            if word:
                before = s.word or word
                given = before.given_from if s.out_at else word.given_from
                change["word"] = before.model_copy(update={"left": word.left | before.left, "given_from": given})
            if isinstance(spec, Days):
                waited = _waited_for(s) if _still_wished(s, spec) else {}
                change |= {"advance": event.advance, "excess": event.excess} | waited
            return change
        case e.Judged(verdict=verdict, spec=spec):
            held: dict[str, Any] = {"held": s.held | {"place": spec}} if spec else {}
            heard = Heard(n=max(verdict.n, s.heard.n), seq=max(verdict.seq, s.heard.seq))
            held |= {"heard": heard}
            if s.verdict and verdict.seq < s.verdict.seq:  # a newer word has overtaken the answer
                return held
            met, held = _met(s, "place"), held | _seconds(s, verdict)
            held |= _blocked(s, verdict, entry.recorded_at)
            return {"verdict": verdict} | held | met | {"lacked_at": met["lacked_at"] | {"place": entry.recorded_at}}
        case e.GaveBack(what=what, n=n):
            heard = s.heard.model_copy(update={"n": max(n, s.heard.n)})
            gone = {"verdict": None, "heard": heard, "barred_at": None} if what == "place" else {}
            return {"held": {k: v for k, v in s.held.items() if k != what}} | gone | _met(s, what)
        case e.Lacks(spec=spec) as x:
            met = _met(s, spec.what)
            if isinstance(spec, Days) and _still_wished(s, spec) and _awaits_days(s):
                return met | ({"correction": None} if s.correction else {"extension": None})  # what is held stands
            lacks = {"lacks": s.lacks | {spec.what: x}, "lacked_at": s.lacked_at | {spec.what: entry.recorded_at}}
            return met | lacks
        case _:
            return {}


def _blocked(s: Leave, verdict: Verdict, at: Instant) -> dict[str, Any]:
    """Since when orders stand against it, and since when the newest of them does."""
    if not verdict.blocks:
        return {"barred_at": None, "unbarred_at": at if s.barred_at else s.unbarred_at}
    known = {block.cites for block in s.verdict.blocks} if s.verdict else set()
    newest = s.ordered_at if {block.cites for block in verdict.blocks} <= known else at
    return {"barred_at": s.barred_at or at, "ordered_at": newest}


def _seconds(s: Leave, verdict: Verdict) -> dict[str, Any]:
    """What the base let who had decided before decide once more waits here for its review; each is told but once."""
    new = [one for one in verdict.seconds if one.of not in s.seconds]
    if not new:
        return {}
    waits = {one.of: Reviewing(who=one.who, posts=one.reviewers, by=one.by) for one in new}
    return {"reviews": s.reviews | waits, "seconds": (*s.seconds, *waits)}


def _met(s: Leave, what: What) -> dict[str, Any]:
    """A wish has been answered: it is neither lacking nor to be tried again."""
    return {
        "lacks": {k: v for k, v in s.lacks.items() if k != what},
        "lacked_at": {k: v for k, v in s.lacked_at.items() if k != what},
        "again": tuple(w for w in s.again if w != what),
        "lapsed": tuple(x for x in s.lapsed if AGAIN.get(x) != what),
    }


def _still_wished(s: Leave, spec: Days) -> bool:
    """Whether these are the dates of today's wish, and not of one which was changed meanwhile."""
    return (spec.first, spec.last) == absent(s)[:2]


def _awaits_days(s: Leave) -> bool:
    return bool(s.correction or (s.extension and (s.extension.approved or s.chart >= JOURNEYS)))


def _waited_for(s: Leave) -> dict[str, Any]:
    """The change whose days are held now."""
    if s.correction:
        return _corrected(s.correction) | {"correction": None}
    if s.extension and s.extension.approved:
        return lengthened(s, s.extension)
    return {}
