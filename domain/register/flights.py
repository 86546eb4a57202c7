"""Flights as movement control changes them: moved to other times, or cancelled, with the reason."""

from __future__ import annotations

from domain import once
from domain.acts import ChangeFlight, SignChange
from domain.authority import speaks_as, unfounded
from domain.decider import Event, Refused, refused
from domain.facts import Facts, Flight
from domain.model import Instant
from domain.refusal import Refusal
from domain.register.events import FlightAlready, FlightChanging
from domain.register.state import Register
from domain.signing import recorded, sign

RULE = "movement/flight"


def change_flight(act: ChangeFlight, state: Register, facts: Facts, now: Instant) -> tuple[Event, ...]:
    """The flight is about to be changed; every leave with a seat on it is told then.

    It is looked at as it will be once all is written that was said of it: the same again changes nothing, however soon.
    """
    if before := once.again(act, state.said):
        return (before,) if isinstance(before, Refused) else (FlightAlready(flight=act.flight, cites=before.cites),)
    refusal, flight = unfounded(act, facts, now, None) or _unknown(act, facts), _to_be(act, state, facts.flight)
    if not refusal and flight:
        refusal = _authority(act, facts, flight)
        if not refusal and _already(act, flight):
            return (FlightAlready(flight=act.flight, cites=(RULE,)),)
        refusal = refusal or _times(act, flight, now)
    if refusal:
        return refused(act, refusal)
    told = act.model_dump(include={"flight", "departs", "arrives", "reason"})
    if flight:
        told["until"] = max(flight.departs, act.departs or flight.departs)
    if act.departs and flight:
        told["manifest_closes"] = _closes(act, flight)
    told |= recorded(act, facts.countersign_days, now)
    return (FlightChanging(**told, n=state.seq + 1, at=act.acted_at, cites=(RULE,)),)


def sign_change(act: SignChange, state: Register, facts: Facts, now: Instant) -> tuple[Event, ...]:
    """Who decided a change that a clerk recorded confirms it, themself."""
    refusal = unfounded(act, facts, now, None)
    said = refusal or sign(act, state.unsigned, state.lapsed, max(act.acted_at, now))
    return refused(act, said) if isinstance(said, Refusal) else (said,)


def _unknown(act: ChangeFlight, facts: Facts) -> Refusal | None:
    if facts.flight:
        return None
    return Refusal(
        rule=RULE,
        why="the register knows no such flight",
        facts={"expected": "a flight of the register", "got": act.flight},
        helps="furlough flight list",
    )


def _to_be(act: ChangeFlight, state: Register, flight: Flight | None) -> Flight | None:
    """The flight with what was said of it and is about to be written."""
    pending = state.pending(act.flight)
    if flight is None or pending is None:
        return flight
    if pending.departs is None:
        return flight.model_copy(update={"cancelled": True})
    times = {name: getattr(pending, name) for name in ("departs", "arrives", "manifest_closes")}
    return flight.model_copy(update={"cancelled": False} | times)


def _already(act: ChangeFlight, flight: Flight) -> bool:
    if act.departs is None:
        return flight.cancelled
    told = (act.departs, act.arrives, _closes(act, flight))
    return not flight.cancelled and told == (flight.departs, flight.arrives, flight.manifest_closes)


def _closes(act: ChangeFlight, flight: Flight) -> Instant:
    """When the manifest closes: as told, else by the mission's rule where it did before, else as before."""
    return act.manifest_closes or flight.would_close or flight.manifest_closes


def _authority(act: ChangeFlight, facts: Facts, flight: Flight) -> Refusal | None:
    """Movement control of the mission, or of either end of the flight."""
    mine = speaks_as(act, facts.person) if facts.person else ()
    if isinstance(mine, Refusal):
        return mine
    ends = (None, flight.origin, flight.destination)
    if any(post.role == "movement-control" and post.base in ends for post in mine):
        return None
    return Refusal(
        rule="movement/authority",
        why="movement control changes flights: that of the mission, or of either end",
        facts={
            "expected": f"movement-control of {flight.origin}, {flight.destination} or the mission",
            "got": ", ".join(post.post for post in mine) or "no post",
        },
        helps="let movement control enter it, or record it for them with --for",
    )


def _times(act: ChangeFlight, flight: Flight, now: Instant) -> Refusal | None:
    """What has departed is changed no more; a flight arrives after it departs, and its manifest closes before."""
    closes, moved = _closes(act, flight), act.departs is not None
    wrong = {
        f"it departed at {flight.departs:%Y-%m-%d %H:%M}Z": not flight.cancelled and flight.departs <= now,
        "the new departure lies in the past": act.departs is not None and act.departs <= now,
        "it arrives after it departs": act.departs is not None and (act.arrives is None or act.arrives <= act.departs),
        "its manifest closes before it departs": act.departs is not None and closes > act.departs,
        "arrival and manifest belong to a departure": not moved and bool(act.arrives or act.manifest_closes),
    }
    why = next((words for words, is_so in wrong.items() if is_so), None)
    if why is None:
        return None
    got = ", ".join(f"{at:%Y-%m-%d %H:%M}Z" for at in (act.departs, act.arrives, closes) if at)
    return Refusal(
        rule="movement/times",
        why=why,
        facts={"got": got},
        helps="furlough flight move FLIGHT --departs ... --arrives ... --manifest-closes ..., all in time to come",
    )
