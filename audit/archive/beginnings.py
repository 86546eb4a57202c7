"""Whether a process begins twice: what decides is begun once, and where it was ended is brought back by a reset."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from audit.archive.finding import Findings
from audit.kinds import KINDS

_BY_FORCE: Final = frozenset({"TERMINATED", "FAILED", "TIMED_OUT", "CANCELED"})
"""Ends after which somebody may have begun it anew in good order; `furlough audit interference` tells of each."""

Process = tuple[str, str]
"""The type and the id of a process."""


class Of(NamedTuple):
    """The newest snapshot of a run. Its `original` is not known where its history is not read."""

    place: int
    type: str
    id: str
    previous: str
    next: str
    closed: bool
    ended: str
    original: str


class Beginnings:
    """Gathers the runs of each process, and judges at the end of a sealing, when all that has ended is sealed."""

    def __init__(self, findings: Findings, known: Mapping[str, Of], original: Callable[[str], str]) -> None:
        """`known` are all runs so far; `original` gives the run whose events a run begins with."""
        self._findings, self._known, self._original = findings, known, original
        self._runs: defaultdict[Process, dict[str, None]] = defaultdict(dict)
        self._starts: defaultdict[Process, list[str]] = defaultdict(list)
        self._begun: defaultdict[Process, set[str]] = defaultdict(set)
        self.waiting: dict[Process, int] = {}
        """Processes that have begun again, and at which entry, and were not judged yet."""

    def run(self, run: str, own: Of) -> None:
        """One run that is known by now."""
        process = own.type, own.id
        if own.type not in KINDS or run in self._runs[process]:
            return
        self._runs[process][run] = None
        if not own.previous:
            starts, begun = self._starts[process], self._begun[process]
            starts.append(run)
            if begun or len(starts) > 1:  # of one alone no history is opened
                begun |= {self._original(start) for start in starts}
                starts.clear()
            if len(begun - {""}) > 1:
                self.waiting[process] = own.place

    def end(self) -> None:
        """At the end of a sealing: begun anew after it was ended by force is told; any other second beginning is found.

        The record alone does not tell a process that was deleted and begun anew from one which the server had lost.
        """
        for (type_, id_), place in self.waiting.items():
            chains = self._chains(type_, id_)
            what = f"{type_} {id_} begins again, from nothing that another run has handed on"
            if sum(not self._forced(runs) for runs in chains.values()) <= 1:
                self._findings.tell(f"{what}, at entry {place}; before that it was ended by force: audit interference")
            else:
                why = "it was deleted on the server, or the server was laid back to an older day"
                self._findings.add("a chain of runs", f"{what}: {why}", place)
        self.waiting.clear()

    def _chains(self, type_: str, id_: str) -> dict[str, list[Of]]:
        """The runs of a process by the original of the first run to which they lead back."""
        chains: defaultdict[str, list[Of]] = defaultdict(list)
        firsts: dict[str, str] = {}
        for run in self._runs[type_, id_]:
            first, passed = run, {run: None}
            while (
                first not in firsts and (before := self._known[first].previous) in self._known and before not in passed
            ):
                first = before
                passed[first] = None
            first = firsts.get(first, first)
            firsts |= dict.fromkeys(passed, first)
            chains[self._original(first)].append(self._known[run])
        return chains

    @staticmethod
    def _forced(runs: list[Of]) -> bool:
        """Whether a chain was ended by force: none of its runs is open, and none came to its own end."""
        return all(run.next or run.ended in _BY_FORCE for run in runs)
