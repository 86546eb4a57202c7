"""Red flags over all decisions of a record: questions to ask, and no findings.

The thresholds are our own choice, and options of the command.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, NamedTuple

from cyclopts import Group, Parameter

from audit.attributes.case import Case
from audit.entries import stamp
from audit.journals import Written
from domain.model import Instant, timedelta

FLAGS = Group("Red flags", help="From when on they are raised; the defaults are our own choice.", sort_key=8)


@Parameter(name="*", group=FLAGS)
@dataclass(frozen=True, kw_only=True)
class Thresholds:
    """From when on a flag is raised."""

    bulk: Annotated[int, Parameter(name="--bulk")] = 10
    """So many leaves decided on by one person ..."""
    bulk_minutes: Annotated[int, Parameter(name="--bulk-minutes")] = 10
    """... within so many minutes."""
    deciders: Annotated[int, Parameter(name="--deciders")] = 5
    """For so many deciders one clerk has recorded."""
    overrides: Annotated[int, Parameter(name="--overrides")] = 5
    """So many exemptions and overrides by one post."""


USUAL = Thresholds()


class Flag(NamedTuple):
    """What is worth a question: which flag, of whom, in words, and the leaves concerned."""

    flag: str
    of: str
    says: str
    leaves: tuple[str, ...]


class Decided(NamedTuple):
    """A decision as flags are raised over it."""

    at: Instant
    leave: str


class Flags:
    """Gathers decisions, leave by leave: some hundred bytes for each."""

    def __init__(self) -> None:
        self._by: dict[str, list[Decided]] = defaultdict(list)
        self._for: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self._consents: dict[str, Counter[str]] = defaultdict(Counter)

    def see(self, case: Case) -> None:
        """The decisions on a leave."""
        for one in case.decisions:
            entry = one.entries[0].entry
            self._by[entry.by].append(Decided(entry.recorded_at, case.id))
            if entry.entered_by:
                self._for[entry.entered_by][entry.by].add(case.id)

    def see_consents(self, consents: Iterable[Written]) -> None:
        """The exemptions and overrides of a base."""
        for one in consents:
            post = one.entry.for_post or one.entry.post or one.entry.by
            self._consents[post][one.entry.event.leave_id] += 1

    def raised(self, limits: Thresholds) -> Iterator[Flag]:
        """Each flag, by whom it concerns."""
        for who, decided in sorted(self._by.items()):
            if most := _bulk(decided, timedelta(minutes=limits.bulk_minutes), limits.bulk):
                span = f"{stamp(most[0].at)} to {stamp(most[-1].at)}"
                leaves = tuple(dict.fromkeys(one.leave for one in most))
                yield Flag("decisions in bulk", who, f"{len(leaves)} leaves decided on, {span}", leaves)
        for who, deciders in sorted(self._for.items()):
            if len(deciders) >= limits.deciders:
                leaves = tuple(sorted(set().union(*deciders.values())))
                yield Flag("one recorder for many deciders", who, f"recorded for {len(deciders)} deciders", leaves)
        for post, leaves_ in sorted(self._consents.items()):
            if leaves_.total() >= limits.overrides:
                says = f"{leaves_.total()} exemptions and overrides"
                yield Flag("many overrides by one post", post, says, tuple(sorted(leaves_)))


def _bulk(decided: list[Decided], within: timedelta, many: int) -> list[Decided]:
    """The most decisions on different leaves within a time, where they are so many; the earliest of equals."""
    decided.sort()
    most: list[Decided] = []
    inside: Counter[str] = Counter()
    best, first = max(many, 1) - 1, 0
    for i, one in enumerate(decided):
        inside[one.leave] += 1
        while one.at - decided[first].at > within:
            inside[decided[first].leave] -= 1
            inside += Counter()
            first += 1
        if len(inside) > best:
            best, most = len(inside), decided[first : i + 1]
    return most
