"""What the register's decider remembers: numbers and digests, so that its state stays small for good."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator

from domain import once
from domain.decider import Entry, State
from domain.model import Code, Instant, Model, Sha256
from domain.register.events import Applied, FlightChanging, FlightTold, FlightWritten, Imported, NotApplied
from domain.signing import EntryLapsed, EntrySigned, Recorded, Unsigned, lapsed, waiting

MOST_UNSIGNED: Final = 500
"""Of how many changes it is remembered that they wait for a countersignature; the journal has them all."""


class Apply(Model):
    """A wish: take these files, which lie in the detail store, into the register as version `n`.

    `line` of the journal accepted it: a flight that was changed by a later one keeps that change.
    """

    what: Literal["apply"] = "apply"
    n: int
    line: int = 0
    files: dict[Code, Sha256]
    by: Code
    at: Instant


class ChangedFlight(Model):
    """A wish: change this flight (`departs` None cancels it), and note each leave with a seat on it as one to be told.

    `as_imported`: an import has changed it already.
    """

    what: Literal["flight"] = "flight"
    n: int
    flight: Code
    departs: Instant | None = None
    arrives: Instant | None = None
    manifest_closes: Instant | None = None
    at: Instant
    as_imported: bool = False


class Untold(Model):
    """A change of a flight of which some leaves are still to be told; the register's tables name them."""

    n: int
    flight: Code


class TellFlights(Model):
    """A wish: tell the leaves that are to be told of these changes, and whoever else is by then."""

    what: Literal["tell-flights"] = "tell-flights"
    changes: tuple[Untold, ...]


def _by_act(kept: Any) -> Any:
    """States of before kept the acts of each flight, and until when it could be changed."""
    if not isinstance(kept, dict) or not all(isinstance(one, dict) for one in kept.values()):
        return kept
    return {act: (of["until"],) for of in kept.values() for act in of["acts"]}


class Register(State):
    """`version` is in force, `newest` the highest number given: one whose import failed is not given again.

    `since` tells under which version each file was last taken in, and `files` its digest. `flights` are changes not
    written yet, oldest first, `untold` those written of which not all know.
    """

    version: int = 0
    newest: int = 0
    administrators: int = 0
    files: dict[Code, Sha256] = {}
    since: dict[Code, int] = {}
    under_way: Apply | None = None
    flights: tuple[ChangedFlight, ...] = ()
    untold: tuple[Untold, ...] = ()
    unsigned: dict[str, Unsigned] = {}
    """What waits for its countersignature, by act; past its time it stands, as an exception for audit."""
    lapsed: dict[str, Unsigned] = {}
    """Of what time has said that its countersignature is missing; one that was said before may still arrive."""
    said: Annotated[once.Acts, BeforeValidator(_by_act)] = {}
    """When each change of a flight was said, by act: said once more, also of a flight that was cancelled and is brought
    back, it undoes nothing that was said since."""

    def pending(self, flight: Code) -> ChangedFlight | None:
        """The newest change of a flight that movement control has said and that is not written yet."""
        return next((one for one in reversed(self.flights) if one.flight == flight and not one.as_imported), None)


def evolve(state: Register, entry: Entry[Any]) -> Register:
    """The state after one more entry."""
    change: dict[str, Any] = {}
    match entry.event:
        case Imported() as said:
            apply = Apply(n=said.version, line=entry.seq, files=said.files, by=said.by, at=said.at)
            change = {"newest": said.version, "under_way": apply}
        case Applied() as said if state.under_way and state.under_way.n == said.version:
            change = {
                "version": said.version,
                "administrators": said.administrators,
                "files": state.files | state.under_way.files,
                "since": state.since | dict.fromkeys(state.under_way.files, said.version),
                "under_way": None,
                "flights": (*state.flights, *_imported(said, entry)),
            }
        case NotApplied() as said if state.under_way and state.under_way.n == said.version:
            change = {"under_way": None}
        case FlightChanging() as said:
            given = said.model_dump(include={"n", "flight", "departs", "arrives", "manifest_closes", "at"})
            change = {
                "flights": (*state.flights, ChangedFlight(**given)),
                "said": once.known(state.said, entry, "change-flight"),
            }
        case FlightWritten() as said:
            change = _without(state, said)
            if said.leaves:
                change["untold"] = (*change["untold"], Untold(n=said.n, flight=said.flight))
        case FlightTold() as said:
            change = _without(state, said)
    if isinstance(entry.event, Recorded | EntrySigned | EntryLapsed):
        what = entry.event.says() if isinstance(entry.event, Recorded) else entry.event.what
        change["lapsed"] = dict(list(lapsed(state.lapsed, state.unsigned, entry).items())[-MOST_UNSIGNED:])
        change["unsigned"] = dict(list(waiting(state.unsigned, entry, what).items())[-MOST_UNSIGNED:])
    return state.model_copy(update={"seq": entry.seq, **change})


def _without(state: Register, said: FlightWritten | FlightTold) -> dict[str, Any]:
    """What is left to be written and to be told without one change; there were answers which said both at once."""
    which = said.n, said.flight
    return {name: tuple(one for one in getattr(state, name) if (one.n, one.flight) != which) for name in _LISTS}


_LISTS: Final = ("flights", "untold")


def _imported(said: Applied, entry: Entry[Any]) -> tuple[ChangedFlight, ...]:
    at = entry.recorded_at
    return tuple(ChangedFlight(n=entry.seq, flight=flight, at=at, as_imported=True) for flight in said.flights)
