"""One decision while it is made: what has been said so far, and the base as it stands after it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from domain import signing
from domain.backdating import DEGRADED
from domain.decider import Entry, Event, Refused
from domain.evidence import bare
from domain.facts import Facts
from domain.garrison.clock import Clock
from domain.garrison.events import Examined, Stands
from domain.garrison.judging import Asker, Bench, judge
from domain.garrison.state import Garrison, Line, evolve
from domain.holdings import Place
from domain.model import Code, Instant, date, datetime
from domain.orders import Verdict
from domain.refusal import Refusal


class Sitting:
    """Each word said is folded at once, so that the next rests on it."""

    def __init__(self, act: Any, state: Garrison, facts: Facts, now: Instant) -> None:
        """Nothing said yet."""
        self.act, self.state, self.facts, self.now = act, state, facts, now
        self.events: tuple[Event, ...] = ()

    @property
    def next(self) -> int:
        """The seq of the entry which is said next."""
        return self.state.seq + 1

    @property
    def as_of(self) -> datetime:
        """The later of when it was said and now: a leave's clock may be ahead of the base's, a paper behind it.

        While communications were degraded, when it was said.
        """
        acted_at: datetime = self.act.acted_at
        return acted_at if self.facts.degraded else max(acted_at, self.now)

    @cached_property
    def clock(self) -> Clock:
        """The clock of the base. Raises LookupError where the fact was not looked up."""
        if self.facts.calendar is None:
            raise LookupError(f"expected the days of {self.act.base} (fact `calendar`), got none")
        return Clock(self.facts.calendar)

    def day(self, since: Instant) -> date:
        """The day of the base on which something is in force first, from now on."""
        return self.clock.day(max(since, self.now))

    @property
    def unsigned(self) -> tuple[Code, ...]:
        """The mark of what a recorder wrote down for its decider, who has not countersigned."""
        return (signing.RULE,) if self.act.entered_by else ()

    @property
    def recorded(self) -> dict[str, Any]:
        """How it was recorded: that mark, until when the decider may countersign, and what else is to be marked.

        That it lacks its evidence, or counts from when it was said.
        """
        told = signing.recorded(self.act, self.facts.countersign_days, self.now)
        marks = (*told.get("irregular", ()), *bare(self.act), *((DEGRADED,) if self.facts.degraded else ()))
        return told | {"irregular": marks}

    def say(self, event: Event) -> None:
        """One entry more."""
        self.events += (event,)
        head = {"seq": self.next, "recorded_at": self.now, "effective_at": self.act.acted_at, "by": self.act.decided_by}
        head["act_id"] = self.act.act_id
        entry = Entry[Any](**head, event=event)
        self.state = evolve(self.state, entry)

    def refuse(self, refusal: Refusal) -> None:
        """No, and nothing changes."""
        self.say(Refused(act=self.act.kind, refusal=refusal, cites=(refusal.rule,)))

    def bench(self, unit: Code, asker: Asker | None = None) -> Bench:
        """What a judgement over a unit rests on."""
        strength, queue = self.facts.strength.get(unit), self.facts.queue
        return Bench(self.state, unit, strength, self.clock, self.now, asker, queue=queue)

    def answer(self, asker: Asker, place: Place, n: int) -> None:
        """Answer a leave that set its place, and say what changes by it for the others of its unit."""
        line = self.state.leaves.get(asker.leave_id) or Line(seen=self.now.date())
        wished = self.state.leaves | {asker.leave_id: line.model_copy(update={"n": n, "place": place})}
        bench = self.bench(place.unit, asker)._replace(state=self.state.model_copy(update={"leaves": wished}))
        said = judge(bench)
        verdict = said.pop(asker.leave_id).model_copy(update={"seq": self.next})
        self.say(Stands(leave_id=asker.leave_id, place=place, verdict=verdict, cites=verdict.cites))
        self._changed(said)
        if others := self._sharing() - {place.unit}:
            self.examine(others)

    def examine(self, units: Iterable[Code], order: Code | None = None) -> None:
        """Go through ledger and queue of some units, and say which verdicts change by what was said before.

        `order` is the version which changed, or from which a leave was exempted.
        """
        said: dict[str, Verdict] = {}
        shared, state = self._sharing(), self.state
        # Where units share key posts, each is judged on what was said of those before it, and then once more.
        for unit in [*sorted({*units, *shared}), *sorted(shared)]:
            new = judge(self.bench(unit)._replace(state=state, orders_changed=order is not None))
            said |= new
            lines = {key: state.leaves[key].model_copy(update={"verdict": verdict}) for key, verdict in new.items()}
            state = state.model_copy(update={"leaves": state.leaves | lines}) if shared else state
        self._changed(said, order)

    def _sharing(self) -> set[Code]:
        """The units of which leaves share key posts with others: one who goes, or comes back, is felt in each."""
        holders = {h.member for s in self.facts.strength.values() for held in s.keys.values() for h in held}
        return {line.wish.unit for line in self.state.asking().values() if line.wish.member in holders}

    def _changed(self, said: dict[str, Verdict], order: Code | None = None) -> None:
        lines = self.state.leaves
        new = {k: v for k, v in said.items() if (was := lines[k].verdict) is None or was.news != v.news}
        if new:
            verdicts = {key: new[key].model_copy(update={"seq": self.next}) for key in sorted(new)}
            cites = dict.fromkeys((*((order,) if order else ()), *(c for v in verdicts.values() for c in v.cites)))
            self.say(Examined(order=order, verdicts=verdicts, cites=tuple(cites)))
