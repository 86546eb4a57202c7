"""What the register's decider remembers: numbers and digests, so that its state stays small for good."""

from __future__ import annotations

from typing import Any, Literal

from domain.decider import Entry, State
from domain.model import Code, Instant, Model, Sha256
from domain.register.events import Applied, FlightChanging, FlightTold, Imported, NotApplied


class Apply(Model):
    """A wish: take these files, which lie in the detail store, into the register as version `n`."""

    what: Literal["apply"] = "apply"
    n: int
    files: dict[Code, Sha256]
    by: Code
    at: Instant


class ChangedFlight(Model):
    """A wish: change this flight (`departs` None cancels it), and tell each leave with a seat on it.

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


class Register(State):
    """`version` is in force, `newest` the highest number given: one whose import failed is not given again.

    `since` tells under which version each file was last taken in, and `files` its digest.
    """

    version: int = 0
    newest: int = 0
    administrators: int = 0
    files: dict[Code, Sha256] = {}
    since: dict[Code, int] = {}
    under_way: Apply | None = None
    flights: tuple[ChangedFlight, ...] = ()


def evolve(state: Register, entry: Entry[Any]) -> Register:
    """The state after one more entry."""
    change: dict[str, Any] = {}
    match entry.event:
        case Imported() as said:
            apply = Apply(n=said.version, files=said.files, by=said.by, at=said.at)
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
            change = {"flights": (*state.flights, ChangedFlight(**given))}
        case FlightTold() as said:
            left = tuple(each for each in state.flights if (each.n, each.flight) != (said.n, said.flight))
            change = {"flights": left}
    return state.model_copy(update={"seq": entry.seq, **change})


def _imported(said: Applied, entry: Entry[Any]) -> tuple[ChangedFlight, ...]:
    at = entry.recorded_at
    return tuple(ChangedFlight(n=entry.seq, flight=flight, at=at, as_imported=True) for flight in said.flights)
