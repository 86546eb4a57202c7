"""Whether chains of runs are whole: neighbours are sealed, name each other, and take over what is handed on.

A reset makes a run out of the events of another one, its original: it goes on from the same run as that, which names
the original as the next.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import NamedTuple

from temporalio.api.history.v1 import History

from audit.archive.beginnings import Beginnings, Of
from audit.archive.finding import Findings
from audit.archive.forks import Forks
from audit.archive.leaves import Run, Seal
from audit.archive.runs import Past, handed_on, taken_over, whose


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
        self._known: dict[str, Of] = {}
        self._naming: defaultdict[str, set[str]] = defaultdict(set)
        self._beginnings = Beginnings(findings, self._known, self._original)
        self._forks = Forks(findings, self._known, opened)
        self._told: set[tuple[str, str]] = set()
        self._handed: dict[str, str] = {}
        self._waiting: dict[str, list[_Link]] = {}
        self.wanted: dict[str, tuple[int, str]] = {}
        """Runs that are named and not sealed yet, by whom."""
        self._excusing: tuple[Seal, ...] = ()
        """The newest whole sealing and those since, where they name runs that could not be had."""

    def run(self, place: int, leaf: Run, history: Past | None) -> None:
        """One run; without its history only what its leaf says."""
        of = f"{leaf.type} {leaf.id}, run {leaf.run}"
        original = whose(history).original if history else ""
        own = Of(place, leaf.type, leaf.id, leaf.previous, leaf.next, leaf.closed, leaf.ended, original)
        self._known[leaf.run] = own
        if history:
            self._forks.run(leaf.run, own, history)
        self._beginnings.run(leaf.run, own)
        for beside in filter(None, (leaf.previous, leaf.next)):
            self._naming[beside].add(leaf.run)
            if beside not in self._known:
                self.wanted.setdefault(beside, (place, of))
        self.wanted.pop(leaf.run, None)
        for other in sorted({leaf.previous, leaf.next} | self._naming.get(leaf.run, set())):
            self._tied(place, leaf.run, other)
        if history is None:
            return
        if leaf.next:
            self._hand_on(leaf.run, handed_on(history))
        if leaf.previous:
            self._take_over(leaf.previous, _Link(place, of, taken_over(history)))

    def end(self, seal: Seal) -> None:
        """At the end of a sealing nothing is outstanding: what a run continues, and what continues it, is there.

        What a sealing could not have, and says so, is waited for until a whole one has it or says so no more; only
        that looks at all there is.
        """
        self._excusing = (*(() if seal.whole else self._excusing), *([seal] if seal.unread else ()))
        for run, (place, of) in list(self.wanted.items()):
            if not self._excused(run):
                what = f"{of}: run {run}, before or after it, was not sealed by {seal.ended_at:%Y-%m-%d %H:%M}Z"
                self._findings.add("a chain of runs", what, place)
                del self.wanted[run]
        self._beginnings.end()
        self._forks.end()

    def finish(self) -> None:
        """All leaves were there."""
        self._forks.finish()

    @property
    def excused(self) -> list[str]:
        """Runs that are named and that no sealing could have so far."""
        return [run for run in self.wanted if self._excused(run)]

    def _excused(self, run: str) -> bool:
        return any(seal.excuses(run) for seal in self._excusing)

    @property
    def waiting(self) -> int:
        """How many chains cannot be judged before the sealing is over."""
        return len(self.wanted) - len(self.excused) + len(self._beginnings.waiting)

    def _tied(self, place: int, one: str, other: str) -> None:
        """Two runs of which one names the other: they are of one process, and each names the other."""
        pair = min(one, other), max(one, other)
        if one not in self._known or other not in self._known or pair in self._told:
            return
        for before, after in ((one, other), (other, one)):
            first, second = self._known[before], self._known[after]
            named, goes_on = first.next == after, second.previous == before
            if not (named or goes_on):
                continue
            if (first.type, first.id) != (second.type, second.id):
                wrong = f"run {after}, which is tied to it, is of {second.type} {second.id}"
            elif not goes_on:
                wrong = f"it names run {after} as the next, which does not go on from it"
            elif first.closed and not named and first.next != (self._original(after) or first.next):
                wrong = f"run {after} goes on from it, and it names {f'run {first.next}' if first.next else 'none'}"
            else:
                continue
            self._told.add(pair)
            self._findings.add("a chain of runs", f"{first.type} {first.id}, run {before}: {wrong}", place)
            return

    def _original(self, run: str) -> str:
        """The run whose events a run begins with; its history is opened where it was not read."""
        known = self._known[run]
        if not known.original and (history := self._opened(run)) and history.events:
            self._known[run] = known = known._replace(original=whose(history).original)
            self._forks.run(run, known, history)
        return known.original

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
