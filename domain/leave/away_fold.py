"""How entries about a member who is away change a leave. Mechanical, as `fold.py` is."""

from __future__ import annotations

from typing import Any

from domain.decider import Entry, Event
from domain.holdings import Days
from domain.leave import events as e
from domain.leave.lapses import ASK_AFTER, FINDING_DUE, LADDER, PROVOST
from domain.leave.state import HOMEWARD, JOURNEYS, Admission, Called, Extension, Finding, Gone, Leave, Recalled
from domain.model import DAY, Instant

NOTHING_WAITS: dict[str, Any] = {"extension": None, "correction": None}


def abroad(s: Leave, entry: Entry[Any], event: Event) -> dict[str, Any]:  # noqa: C901, PLR0912 (a line an event)
    """What is said of a member who is away."""
    match event:
        case e.ExtensionAsked() as x:
            asked = Extension(last=x.last, expected=x.expected, since=entry.recorded_at)
            return {"extension": asked, "lapsed": without(s.lapsed, "extension")}
        case e.ExtensionApproved():
            return _longer(s, s.extension) if s.extension else {}
        case e.ExtensionEnded():
            return {"extension": None}
        case e.Reported() as x:
            until = max(filter(None, (x.until, s.held_up_until)), default=None)
            if s.held_up_at or not x.stops:
                return {"held_up_until": until}
            lapsed = without(s.lapsed, FINDING_DUE)
            return {"held_up_at": entry.recorded_at, "held_up_until": until, "lapsed": lapsed}
        case e.Found() as x:
            return found(s, x, entry.recorded_at)
        case e.Undone() as x:
            kept = tuple(each for each in s.findings if x.after and each.first <= x.after)
            newest = kept[-1].finding if kept else ""
            lapsed = tuple(what for what in s.lapsed if what not in x.lapsed)
            ends = {"found_until": None, "held_up_at": None, "held_up_until": None}
            return {"findings": kept, "finding": newest, "lapsed": lapsed} | ends
        case e.Recalled() as x:
            known = s.recall.known if s.recall else None
            called = Recalled(at=entry.recorded_at, back_by=x.back_by, known=known)
            return {"recall": called, "extension": None} | _homeward(s)
        case e.Admitted() as x:
            return {"admitted": Admission(at=x.at, last=x.last, expected=x.expected), **NOTHING_WAITS}
        case e.Discharged() as x:
            lapsed = tuple(what for what in s.lapsed if what not in LADDER)
            admitted = s.admitted and s.admitted.model_copy(update={"discharged_at": x.at})
            return {"admitted": admitted, "lapsed": lapsed}
        case e.Contacted() as x:
            before = s.called.reached_at if s.called else None
            reached = entry.effective_at if x.reached else before
            return {"called": Called(at=entry.effective_at, via=x.via, reached=x.reached, reached_at=reached)}
        case e.MemberTold() as x:
            return _told(s, entry, x)
        case e.MemberGone() as x:
            stops: dict[str, Any] = {} if x.why == "not-returned" else {"notices": False, "news": ()}
            return {"gone": Gone(why=x.why, at=x.at), "held_up_at": None, **NOTHING_WAITS} | counted(x) | stops
        case _:
            return {}


def _longer(s: Leave, longer: Extension) -> dict[str, Any]:
    """An extension counts once its days are held; since they are held when it is asked for, mostly at once."""
    held = s.held.get("days")
    if s.chart >= JOURNEYS and isinstance(held, Days) and held.last >= longer.last:
        return lengthened(s, longer)
    return {"extension": longer.model_copy(update={"approved": True})}


def lengthened(s: Leave, longer: Extension) -> dict[str, Any]:
    """The leave with its later last day; a flight home that was named for the old one is not meant any more."""
    return {"last": longer.last, "expected": longer.expected, "extension": None} | _homeward(s)


def _homeward(s: Leave) -> dict[str, Any]:
    return {"back_flight": None} if s.chart >= JOURNEYS else {}


def homeward(s: Leave, new: Leave, at: Instant) -> dict[str, Any]:
    """What an entry has done to the way home: it was lost, or another flight brings the member back on a later day.

    The ladder begins anew after that day; of who was found absent it goes on.
    """
    if new.chart < HOMEWARD or not new.away:
        return {}
    change: dict[str, Any] = {"stranded_at": at} if new.stranded and not s.stranded else {}
    if s.away and new.due_day > s.due_day and new.finding != "absent":
        change["lapsed"] = tuple(what for what in without(new.lapsed, FINDING_DUE) if what not in LADDER)
    return change


def _told(s: Leave, entry: Entry[Any], x: e.MemberTold) -> dict[str, Any]:
    """The member knows of it by now; a provost who knows need not be told any more."""
    if x.whom == "provost":
        return {"lapsed": tuple(dict.fromkeys((*s.lapsed, PROVOST)))} if s.away else {}
    if x.whom != "member":
        return {}
    recall = _knows(s, s.recall, entry.effective_at) if s.recall and x.about == "recall" else s.recall
    return {"told": s.told | {x.about: entry.effective_at}, "recall": recall}


def _knows(s: Leave, recall: Recalled, at: Instant) -> Recalled:
    """Told more than once, the member knows of it since the first time, whichever of them is entered first."""
    day = max(recall.back_by, s.days.day(at))
    known = min(day, recall.known) if recall.told and recall.known else day
    return recall.model_copy(update={"told": True, "known": known})


def found(s: Leave, x: e.Found, at: Instant) -> dict[str, Any]:
    """A finding stands beside those before, but for what it covers; the ladder begins anew after days that are found.

    After an absence it goes on: that lasts until the member is back, or until further word.
    """
    new = Finding(finding=x.finding, first=x.first or s.due_day + DAY, last=x.until, at=at)
    kept = tuple(old for old in s.findings if not _covers(new, old))
    change: dict[str, Any] = {"held_up_at": None, "held_up_until": None, "finding": x.finding}
    if x.finding != "excused" and not s.in_at:
        change["admitted"] = _stay(s, x, new)
    change |= {"findings": (*kept, new)} | counted(x)
    if x.finding != "absent" and x.until and x.until > s.awaited_until:
        lapsed = tuple(
            what for what in s.lapsed if what not in LADDER and not what.startswith((ASK_AFTER, FINDING_DUE))
        )
        change |= {"found_until": x.until, "lapsed": lapsed}
    elif x.finding == "absent" and s.found_until and new.first <= s.found_until <= (x.until or s.found_until):
        change["found_until"] = new.first - DAY  # nobody waits for who is found absent on the rest of those days
    return change


def _stay(s: Leave, x: e.Found, new: Finding) -> Admission | None:
    """What is left of a stay in hospital which is no reason to be away on the days found: the days before them.

    Nothing is, where the commander does not believe that there was a stay, or the days found reach back to its first.
    """
    stay = s.admitted
    if stay is None or not x.believed or new.first <= s.days.day(stay.at):
        return None
    return stay.model_copy(update={"until": new.first - DAY}) if s.in_hospital else stay


def _covers(new: Finding, old: Finding) -> bool:
    return new.first <= old.first and (new.last is None or (old.last is not None and old.last <= new.last))


def without(lapsed: tuple[str, ...], words: str) -> tuple[str, ...]:
    """Deadlines that may fall due anew."""
    return tuple(what for what in lapsed if not what.startswith(words))


def counted(x: e.SignedIn | e.Found | e.Recounted | e.Corrected | e.MemberGone) -> dict[str, Any]:
    """The charge, and the days it is made of as far as it is known what pays for each."""
    if x.charged is None:
        return {}
    return {"charged": x.charged, "counted": tuple(day for day in x.count if day.purse)}
