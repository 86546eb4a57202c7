"""Both sides of the traces of leaves laid against each other: what stands on one side and not on the other.

A leave that was deleted before it was ever sealed is nowhere; but its base gave it a number, and its member's account
held its days: these name it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from audit.entries import stamp
from audit.traces import DATABASE, NOTICE, Trace, agree
from domain.ids import CONTROL_NUMBER, base_workflow, control_number
from domain.model import Instant
from domain.words import counted

LAST: Final = 1_000_000_000
"""The number of the wish by which the nightly walk gives back for a leave that was ended by force or is gone."""


class Finding(NamedTuple):
    """What has no counterpart: `of` is the leave or the process that it is about.

    A note proves nothing wrong; `unchecked` is what could not be laid beside each other.
    """

    grade: Literal["found", "unchecked", "note"]
    of: str
    what: str


class Seen(NamedTuple):
    """A leave of the record: how far its history goes, and how it ended, if it has."""

    until: Instant
    ended: str


@dataclass
class Balance:
    """Gathers both sides. `whole` is when the record last took in everything there was; None: it is asked now.

    `said` is what leaves say they were answered, `kept` what was answered, by wish. `entities` are those who answered,
    with how far their histories go; `chains` their runs, each with the one before it, `began` when each began, and
    `given_before` the last control numbers of each year by then. `more` was found on the way.
    """

    whole: Instant | None = None
    leaves: dict[str, Seen] = field(default_factory=dict)
    entities: dict[str, Instant] = field(default_factory=dict)
    chains: dict[str, dict[str, str]] = field(default_factory=dict)
    began: dict[str, Instant] = field(default_factory=dict)
    given_before: dict[str, dict[int, int]] = field(default_factory=dict)
    said: dict[tuple[str, str, int], list[Trace]] = field(default_factory=lambda: defaultdict(list))
    kept: dict[tuple[str, str, int], list[Trace]] = field(default_factory=lambda: defaultdict(list))
    voided: list[tuple[str, int, int, int]] = field(default_factory=list)
    more: list[Finding] = field(default_factory=list)

    def findings(self) -> Iterator[Finding]:
        """All that does not go together, of leaves first that are missing."""
        yield from self.more
        yield from self._partial()
        yield from self._missing()
        yield from self._unanswered()
        yield from self._unheard()
        yield from self._numbers()

    @property
    def untold(self) -> frozenset[str]:
        """Leaves of which only their traces tell."""
        return frozenset(leave for leave, _, _ in self.kept if leave not in self.leaves)

    def first_runs(self) -> Iterator[tuple[str, str]]:
        """Of each who answered the runs before which others ran that are not in the record."""
        for keeper, runs in sorted(self.chains.items()):
            yield from ((keeper, run) for run, previous in runs.items() if previous and previous not in runs)

    def _partial(self) -> Iterator[Finding]:
        for keeper, run in self.first_runs():
            what = f"its runs before {stamp(self.began[run])} are not in the record: what is older is not compared"
            yield Finding("note", keeper, what)

    def _missing(self) -> Iterator[Finding]:
        """Leaves of which only their traces tell."""
        missing = self.untold
        gone: dict[str, list[Trace]] = defaultdict(list)
        for (leave, _, _), traces in self.kept.items():
            if leave in missing:
                gone[leave] += traces
        for leave, traces in sorted(gone.items()):
            first = min(traces, key=lambda trace: trace.at)
            number = next((f", number {trace.says}" for trace in traces if trace.says), "")
            where = ", ".join(sorted({f"{trace.keeper} ({trace.what})" for trace in traces}))
            told = f"known to {where}{number} since {stamp(first.at)}"
            if self._too_early(first):
                yield Finding("note", leave, f"{told}; it was not sealed yet when all was last sealed")
            else:
                yield Finding("found", leave, f"{told}, and there is no history of it: it was deleted")

    def _too_early(self, trace: Trace) -> bool:
        """Whether what a trace tells of was not there yet when the record last took in everything."""
        return self.whole is not None and trace.at >= self.whole

    def _unanswered(self) -> Iterator[Finding]:
        """What a leave says it was answered, and nobody has answered, or otherwise."""
        without: dict[str, list[Trace]] = defaultdict(list)
        since = {keeper: self.began[run] for keeper, run in self.first_runs()}
        for key, traces in self.said.items():
            trace = traces[0]
            if trace.keeper == DATABASE and DATABASE not in self.entities:
                continue  # it was not at hand
            if trace.keeper not in self.entities:
                without[trace.keeper].append(trace)
                continue
            if trace.at < since.get(trace.keeper, trace.at):
                continue
            there = [other for other in self.kept.get(key, ()) if other.keeper == trace.keeper]
            said = f"its wish {trace.n} for {_thing(trace)}"
            if not there and trace.at <= self.entities[trace.keeper]:
                yield Finding("found", trace.leave, f"{said} was answered by {trace.keeper}, which has no trace of it")
            elif there and not any(agree(trace, other) for other in there):
                yield Finding("found", trace.leave, f"{said} was answered otherwise than {trace.keeper} has it")
        for keeper, traces in sorted(without.items()):
            leaves, first = {trace.leave for trace in traces}, min(traces, key=lambda trace: trace.at)
            told = f"{counted(len(leaves), 'leave')} tell of it, {first.leave} since {stamp(first.at)}"
            if self._too_early(first):
                yield Finding("note", keeper, f"{told}; it was not sealed yet when all was last sealed")
            else:
                yield Finding("found", keeper, f"{told}, and there is no history of it: it was deleted")

    def _unheard(self) -> Iterator[Finding]:
        """What was answered, and the leave does not know."""
        for key, traces in self.kept.items():
            trace = traces[0]
            leave = self.leaves.get(trace.leave)
            if leave is None or key in self.said:
                continue
            said = f"{trace.keeper} answered its wish {trace.n} for {_thing(trace)} at {stamp(trace.at)}"
            if trace.n == LAST:
                said = f"the nightly walk gave back its {trace.what} to {trace.keeper}, as of a leave that is gone"
                yield Finding("note" if leave.ended == "TERMINATED" else "found", trace.leave, said)
            elif trace.what == NOTICE:
                why = "a worker that was killed tells the same once more under another line"
                yield Finding("note", trace.leave, f"{said}, which the leave does not know by this line: {why}")
            elif leave.ended == "COMPLETED":
                yield Finding("found", trace.leave, f"{said}, of which the leave, which has ended, knows nothing")
            elif trace.at < leave.until:
                yield Finding("note", trace.leave, f"{said}, which the leave had not heard by {stamp(leave.until)}")

    def _numbers(self) -> Iterator[Finding]:
        """Control numbers: no gap, and none given twice."""
        given: dict[tuple[str, int], dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
        for traces in self.kept.values():
            for trace in traces:
                if found := CONTROL_NUMBER.fullmatch(trace.says):
                    given[found["base"], int(found["year"])][int(found["serial"])].add(trace.leave)
        before = {keeper: self.given_before.get(run, {}) for keeper, run in self.first_runs()}
        for (base, year), serials in sorted(given.items()):
            void = [(first, last) for of, y, first, last in self.voided if (of, y) == (base, year)]
            first = before.get(base_workflow(base), {}).get(year, 0) + 1
            for low, high in _gaps(first, serials, void):
                number, last = control_number(base, year, low), control_number(base, year, high)
                what = f"number {number} was" if low == high else f"numbers {number} to {last} ({high - low + 1}) were"
                yield Finding("found", base_workflow(base), f"{what} given to nobody, later ones were")
            for serial, leaves in sorted(serials.items()):
                if len(leaves) > 1:
                    number = control_number(base, year, serial)
                    yield Finding(
                        "found", base_workflow(base), f"number {number} was given to {', '.join(sorted(leaves))}"
                    )


def _gaps(first: int, given: Collection[int], void: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Stretches of numbers from `first` to the last one given that are neither given nor void, ends in.

    Each is told as one, however long: a single number that was forged must not bury what else was found.
    """
    expected, last = first, max(given)
    for low, high in sorted([*((n, n) for n in given), *(one for one in void if one[0] <= one[1])]):
        if expected < low <= last:
            yield expected, low - 1
        expected = max(expected, high + 1)


def _thing(trace: Trace) -> str:
    return {"number": "a control number", "place": "a place", "days": "days"}.get(trace.what, f"a {trace.what}")
