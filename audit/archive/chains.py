"""Whether chains of runs are whole: each run that another one names is sealed, and takes over what that handed on."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from temporalio.api.history.v1 import History

from audit.archive.finding import Findings
from audit.archive.leaves import Run, Seal
from audit.archive.runs import handed_on, taken_over


class _Link(NamedTuple):
    """What a run took over, as a digest, and where it stands in the log."""

    place: int
    of: str
    taken: str


class Chains:
    """Goes through the runs in the order of the log. Some hundred bytes a run are kept."""

    def __init__(self, findings: Findings, opened: Callable[[str], History | None]) -> None:
        """`opened` gives the history of a run that is sealed already; None where it cannot be told."""
        self._findings, self._opened = findings, opened
        self._known: set[str] = set()
        self._handed: dict[str, str] = {}
        self._waiting: dict[str, list[_Link]] = {}
        self.wanted: dict[str, tuple[int, str]] = {}
        """Runs that are named and not sealed yet, by whom."""

    def run(self, place: int, leaf: Run, history: History | None) -> None:
        """One run; without its history only that it is there."""
        of = f"{leaf.type} {leaf.id}, run {leaf.run}"
        self._known.add(leaf.run)
        for beside in (leaf.previous, leaf.next):
            if beside and beside not in self._known:
                self.wanted.setdefault(beside, (place, of))
        self.wanted.pop(leaf.run, None)
        if history is None:
            return
        if leaf.next:
            self._hand_on(leaf.run, handed_on(history))
        if leaf.previous:
            self._take_over(leaf.previous, _Link(place, of, taken_over(history)))

    def end(self, seal: Seal) -> None:
        """At the end of a sealing nothing is outstanding: what a run continues, and what continues it, is there."""
        for run, (place, of) in self.wanted.items():
            what = f"{of}: run {run}, before or after it, was not sealed by {seal.ended_at:%Y-%m-%d %H:%M}Z"
            self._findings.add("a chain of runs", what, place)
        self.wanted.clear()

    def _hand_on(self, run: str, handed: str) -> None:
        self._handed[run] = handed
        for link in self._waiting.pop(run, ()):
            self._same(run, link)

    def _take_over(self, run: str, link: _Link) -> None:
        if run not in self._handed and (before := self._opened(run)) and (handed := handed_on(before)):
            self._handed[run] = handed  # it was sealed before what was known, and not opened until now
        if run in self._handed:
            self._same(run, link)
        else:
            self._waiting.setdefault(run, []).append(link)

    def _same(self, run: str, link: _Link) -> None:
        if self._handed[run] != link.taken:
            what = f"{link.of}: it begins with another state than run {run} before it has handed on"
            self._findings.add("a chain of runs", what, link.place)
