"""The loop that keeps a decider alive on Temporal: one act at a time, what the state wants, what falls due.

It knows no rule and makes no event: all that comes in was recorded before, as the result of an activity.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Generic, TypeVar

from temporalio import workflow
from temporalio.exceptions import ApplicationError, FailureError

from domain.acts import Act, Lapse
from domain.decider import Decider, Entry, Outcome, Question, State, entries_of, fold
from domain.refusal import Refusal
from workflows.patience import at_once, kept, tried_locally

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(hours=1)
"""Between two tries to have decided what nobody will say again, or to have carried out what failed for good; doubled
each time, so that a long outage fills no history."""

AT_MOST, OF_OUTAGE = timedelta(minutes=1), 60
"""What waits for the register is tried again within a minute of its return; after more than an hour's outage within a
sixtieth of what it lasted, and never later than the longest pause. A try is six events of a history: a day's outage
makes some 250 tries, and a month's under a thousand."""

S = TypeVar("S", bound=State)

MOST_TRIES = 20
"""How often one thing is wished without an act or a deadline between: more can only be a wish that never comes true.

A queue of different wishes may be as long as it is: an import can move hundreds of flights.
"""


class Process(Generic[S]):
    """One decider at work.

    `turn` lets one act in at a time; `said` tells by act id what was said and by whom; `jobs` are effects under way,
    one for each thing held, and `lingering` those among them which did not answer at once: the server tries them for as
    long as it takes, and time goes on meanwhile. `wished` counts what was wished since somebody, or time, last spoke,
    and `failed` how often in a row the effect on a thing held was given up.
    """

    def __init__(self, decider: Decider, state: S, decision: type[Any]) -> None:
        """`decision` is the type in which recorded decisions are read."""
        self.decider, self.state, self.decision = decider, state, decision
        self.journal: list[Entry[Any]] = []
        self.said: dict[str, tuple[str, str]] = {}
        self.turn = asyncio.Lock()
        self.jobs: dict[str, asyncio.Task[Any]] = {}
        self.lingering: set[str] = set()
        self.lapse: Lapse | None = None
        self.clock: asyncio.Task[None] | None = None
        self.missed = 0
        self.wished, self.failed = Counter[str](), Counter[str]()

    async def take(self, act: Act) -> Outcome[Any]:
        """Decide one act. The turn is kept over the look-up, since facts and decision must rest on one state.

        An act which was taken already is answered as it was then. Each has one try: without facts nothing changes, and
        it is said again. To try on under the turn would let nobody else speak meanwhile.

        Raises:
            ApplicationError: as `undecided`.
        """
        async with self.turn:
            if act.act_id not in self.acts or isinstance(
                act, Lapse
            ):  # time repeats nothing, whatever ids people choose
                self.record(await self._decide(act), act)
                self.wished.clear()
            entries = tuple(e for e in self.journal if e.act_id == act.act_id)
            return Outcome(entries=entries, said=self.said.get(act.act_id))

    @property
    def acts(self) -> dict[str, int]:
        """The acts taken so far; entities know a repeat by rules of their own."""
        return getattr(self.state, "acts", {})

    async def _decide(self, act: Act) -> tuple[Any, ...]:
        name = f"decide-{self.decider.name}"
        kind: str = act.kind  # type: ignore[attr-defined]  # every act which can be sent has one
        question = Question[Any, Any](act=act, state=self.state, now=workflow.now())
        try:
            decision = await at_once(name, question, self.decision, kind)
        except FailureError as error:
            raise undecided(error) from error
        events: tuple[Any, ...] = decision.events
        return events

    async def insist(self, act: Act) -> None:
        """Have an act decided which nobody is there to say again, however long the register takes."""
        tries = 0
        while act.act_id not in self.acts:
            try:
                await self.take(act)
            except ApplicationError as error:
                await workflow.sleep(pause_after(error, tries), summary="the register does not answer; tried again")
                tries += 1

    def record(self, events: Iterable[Any], act: Act | None = None) -> None:
        """Write events into the journal and fold them into the state."""
        new = entries_of(act, events, self.state.seq, workflow.now())
        self.state = fold(self.decider, self.state, new)
        self.journal += new
        if act:
            self.said[act.act_id] = act.kind, act.decided_by  # type: ignore[attr-defined]  # every act has a kind

    async def live(self) -> None:
        """Carry out what is wanted and say what time says, until it is over."""
        while not self.finished():
            self.start_effects()
            self.set_clock()
            if not self.busy:  # a board of what waits, not of what passes
                self.show()
            seen = self.state.seq, len(self.lingering)
            await self.wait(lambda seen=seen: (self.state.seq, len(self.lingering)) != seen or self._ready())
            if self.clock and self.clock.done():
                await self.ring()
            async with self.turn:
                for what in [what for what, job in self.jobs.items() if job.done()]:
                    self.lingering.discard(what)
                    self.record(self.jobs.pop(what).result())  # a bug in a job breaks this task: seen, never lost
        if self.clock:
            self.clock.cancel()
        self.show()
        await workflow.wait_condition(workflow.all_handlers_finished)

    def finished(self) -> bool:
        """Whether the loop may end: the decider is over, and no effect is under way."""
        return not self.jobs and self.decider.over(self.state)

    async def wait(self, condition: Any) -> None:
        """Wait until something has happened."""
        await workflow.wait_condition(condition)

    @property
    def busy(self) -> bool:
        """Whether effects are under way which answer at once or not at all."""
        return self.jobs.keys() != self.lingering

    def _ready(self) -> bool:
        return any(job.done() for job in self.jobs.values()) or bool(self.clock and self.clock.done())

    def start_effects(self) -> None:
        """An effect is never cancelled: it ends, and what is wanted no longer is then given back."""
        for want in self.decider.wants(self.state, workflow.now()):
            if want.what in self.jobs:  # one at a time on each thing held
                continue
            wish = words_of(want)
            self.wished[wish] += 1
            if self.wished[wish] > MOST_TRIES:
                raise RuntimeError(f"{want.what} is wanted without end")
            summary = f"{'set' if getattr(want, 'spec', True) else 'give back'} {want.what}"
            self.jobs[want.what] = asyncio.create_task(self.effect(want, summary))

    events: type[Any] = tuple
    """The type in which an effect's events are read."""

    async def effect(self, want: Any, summary: str) -> tuple[Any, ...]:
        """Tried once beside the workflow; what does not answer at once is kept by the server.

        What the server gives up (somebody has failed it there, or its time is over) is put off, and then leads to
        nothing: what is wanted by then is wished anew. It ends no leave and no ledger.
        """
        if tried_locally(want.what):
            try:
                return tuple(await at_once(want.what, want, self.events, summary))
            except FailureError:
                workflow.logger.warning("no answer at once; the server keeps the effect", extra={"effect": want.what})
        self.lingering.add(want.what)
        try:
            events = tuple(await kept(want.what, want, self.events, summary))
        except FailureError as error:
            await self.put_off(want, error)
            return ()
        self.failed.pop(want.what, None)
        return events

    async def put_off(self, want: Any, error: FailureError) -> None:
        """Wait after an effect that was given up; its failure and this timer stand in the history, for who looks.

        It was not carried out, so that the fuse does not count it.
        """
        tries, why = self.failed[want.what], type(error.cause or error).__name__
        self.failed[want.what] += 1
        self.wished[words_of(want)] -= 1
        workflow.logger.error("an effect was given up; it is wished again", extra={"effect": want.what, "why": why})
        await workflow.sleep(pause(tries), summary=f"{want.what} was given up ({why}); it is wished again")

    def set_clock(self) -> None:
        """Wait for the first deadline.

        The timer stays while that stays, and is not set while effects are about to move the leave.
        """
        lapse = next(iter(self.decider.due(self.state)), None)
        if self.clock and lapse != self.lapse:
            self.clock.cancel()
            self.clock = None
        if lapse and not self.clock and not self.busy:
            wait = max(lapse.acted_at - workflow.now(), timedelta(milliseconds=1))
            self.lapse, self.missed = lapse, 0
            self.clock = asyncio.create_task(workflow.sleep(wait, summary=lapse.what))

    async def ring(self) -> None:
        """Say what time says. Where that cannot be decided now it is said again later; people may speak meanwhile."""
        self.clock, lapse = None, self.lapse
        assert lapse  # noqa: S101  (a clock is set for one)
        try:
            await self.take(lapse)
        except ApplicationError as error:
            wait = pause_after(error, self.missed)
            again = workflow.sleep(wait, summary=f"{lapse.what}: could not be decided, tried again")
            self.clock, self.missed = asyncio.create_task(again), self.missed + 1

    def show(self) -> None:
        """Tell the outside how it looks; leaves do."""


def words_of(want: Any) -> str:
    """What is wished, whenever and however often it is."""
    words: str = want.model_dump_json(exclude={"n", "as_of"})
    return words


def undecided(error: FailureError) -> ApplicationError:
    """Why an act could not be decided.

    Its type is `DecisionFailed` where the decision itself broke and only a mended worker helps, else
    `RegisterUnavailable`.
    """
    if isinstance(error, ApplicationError) and error.type != "RegisterUnavailable":
        return broken(error.type)
    why = "the facts could not be looked up in time; nothing was changed"
    return ApplicationError(why, type="RegisterUnavailable", non_retryable=True)


def broken(fault: str | None) -> ApplicationError:
    """A decision whose code broke, by the fault's type."""
    why = f"a fault in the rules ({fault}); nothing was changed"
    return ApplicationError(why, type="DecisionFailed", non_retryable=True)


def pause(tries: int) -> timedelta:
    """How long to wait after so many tries in vain."""
    return min(FIRST_PAUSE * 2.0 ** min(tries, 20), LONGEST_PAUSE)


def pause_after(error: ApplicationError, tries: int) -> timedelta:
    """How long to wait after so many tries to decide in vain.

    For the register in proportion to the outage, once that is a long one. A fault in the rules waits for another build.
    """
    if error.type != "RegisterUnavailable":
        return pause(tries)
    beyond = max(tries - OF_OUTAGE, 0)  # so many tries of at most a minute make the first hour
    longer = AT_MOST * (1 + 1 / OF_OUTAGE) ** min(beyond, 10 * OF_OUTAGE)
    return min(pause(tries), longer, LONGEST_PAUSE)


def refuse_early(refusal: Refusal | None) -> None:
    """Refuse an act without a trace in the history.

    Raises:
        ApplicationError: type `Refusal`, with the refusal as its detail.
    """
    if refusal:
        raise ApplicationError(refusal.why, refusal.model_dump(), type="Refusal", non_retryable=True)
