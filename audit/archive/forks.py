"""Whether what stands before a reset is what the run had out of which the reset made another one.

A server takes over the events up to the reset as they lie there. Who makes a history by hand and calls it made by a
reset must therefore begin it with what is sealed of the original, which was decided there already.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from temporalio.api.history.v1 import History

from audit.archive.beginnings import Of
from audit.archive.finding import Findings
from audit.archive.runs import Past, forks


class _Made(NamedTuple):
    """A run that resets made: where it stands, and of which runs it has how many events."""

    place: int
    of: str
    taken: dict[str, int]


class Forks:
    """Gathers the runs that resets made, and judges at the end of a sealing, when all that has ended is sealed."""

    def __init__(self, findings: Findings, known: Mapping[str, Of], opened: Callable[[str], History | None]) -> None:
        """`known` are all runs so far; `opened` gives the history of one; None where it cannot be told."""
        self._findings, self._known, self._opened = findings, known, opened
        self._waiting: dict[str, _Made] = {}
        self._seen: set[str] = set()

    def run(self, run: str, own: Of, history: History | Past) -> None:
        """One run that is known by now. Its first snapshot has all that stands before the reset."""
        taken = {base: events for base, events in forks(history).items() if base != run}
        if taken and run not in self._seen:
            self._seen.add(run)
            self._waiting[run] = _Made(own.place, f"{own.type} {own.id}, run {run}", taken)

    def end(self) -> None:
        """At the end of a sealing: what is sealed of the original is compared; the rest waits for another sealing."""
        for run in list(self._waiting):
            made = self._waiting[run]
            if not any(base in self._known for base in made.taken) or (history := self._opened(run)) is None:
                continue  # nothing is there yet, or it was found at its leaf that it cannot be read
            for base in [base for base in made.taken if base in self._known]:
                if self._compared(made, base, history):
                    del made.taken[base]
            if not made.taken:
                del self._waiting[run]

    def finish(self) -> None:
        """All leaves were there: of what no sealing had is told that nothing of it was compared."""
        for made in self._waiting.values():
            for base in made.taken:
                what = f"made by a reset out of run {base}, of which not all before the reset is sealed"
                self._findings.tell(f"{made.of}: {what}: whether it begins with the same events is not proved")

    def _compared(self, made: _Made, base: str, history: History) -> bool:
        """Whether there is nothing more to be compared with this run."""
        original = self._opened(base)
        if original is None:
            return True  # found at its leaf
        taken, there = history.events[: made.taken[base]], original.events
        changed = next((one.event_id for one, was in zip(taken, there, strict=False) if one != was), None)
        if changed is not None:
            what = f"event {changed}, before the reset that made it, is another than in run {base}, which was reset"
            self._findings.add("a chain of runs", f"{made.of}: {what}", made.place)
        return changed is not None or len(there) >= len(taken)
