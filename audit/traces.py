"""The traces that leaves leave elsewhere: each wish and its answer stand in the leave, and again where it was answered.

A trace is known by the leave, the thing wished for and the number of the wish. Its value is a digest of the answer, so
that hundreds of thousands of them are compared in little memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date
from hashlib import sha256
from typing import Any, Final, NamedTuple

from pydantic import BaseModel
from temporalio.api.history.v1 import History
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter

from audit.checks import Recorded, recorded
from audit.kinds import KINDS, LEAVE
from audit.results import results
from domain.account.events import DaysRefused, HeldDays
from domain.garrison.events import Numbered, NumbersVoided, Stands
from domain.holdings import Days, Notice, Number, Paper, Place, Seat
from domain.ids import base_workflow, member_workflow
from domain.leave.answers import GaveBack, Judged, Lacks, Took
from domain.model import Instant

WISH: Final = re.compile(r"(?P<leave>.+)/(?P<what>number|place|days)/(?P<n>\d{1,12})")
"""The id of an act by which a leave wishes."""


DATABASE: Final = "register's database"
"""Who answers wishes for seats and papers, and keeps the notices; it lies on the mission's server, and extracts of it
are sealed."""

HELD, BACK = "held", "back"
"""What it answers: it is held, or has gone back. After a colon, where that is known, a digest of what is held."""

SEAT, PAPER, NOTICE = "seat", "paper", "notice"
"""What it keeps for leaves."""


class Trace(NamedTuple):
    """One wish of a leave, answered by `keeper`, at some time, as `value`; `says` tells a control number."""

    leave: str
    what: str
    n: int
    keeper: str
    at: Instant
    value: str = ""
    says: str = ""

    @property
    def key(self) -> tuple[str, str, int]:
        """By what it is known on both sides."""
        return self.leave, self.what, self.n


async def of_leave(leave: str, history: History) -> list[Trace]:
    """What a leave says it was answered. Raises what a forged history may lead to."""
    effects = [result for result in results(history.events) if result.name != KINDS[LEAVE].decides]
    found: list[Trace] = []
    keepers: dict[str, str] = {}
    shape: Any = KINDS[LEAVE].effects
    for event_id, _, payloads in effects:
        at = history.events[event_id - 1].event_time.ToDatetime(UTC)
        (events,) = await pydantic_data_converter.decode(list(payloads), [shape])
        for event in events:
            found += _answered(leave, event, at, keepers)
    return [_nothing_held(trace, found) for trace in found]


def _nothing_held(trace: Trace, found: Sequence[Trace]) -> Trace:
    """Who was refused and had never had any holds none; what was held before a refusal may be held still."""
    if trace.value or trace.what not in (SEAT, PAPER):
        return trace
    had = any(one.what == trace.what and one.n < trace.n and one.value not in ("", BACK) for one in found)
    return trace if had else trace._replace(value=BACK)


def _answered(leave: str, event: Any, at: Instant, keepers: dict[str, str]) -> Iterator[Trace]:
    match event:
        case Took(spec=Number() as spec, n=n, ref=number):
            yield Trace(leave, "number", n, base_workflow(spec.base), at, digest(number), number)
        case Took(spec=Days() as spec, n=n):
            keepers["days"] = member_workflow(spec.member)
            yield Trace(leave, "days", n, keepers["days"], at, digest(spec))
        case Lacks(spec=Days() as spec, n=n, refusal=refusal):
            keepers["days"] = member_workflow(spec.member)
            yield Trace(leave, "days", n, keepers["days"], at, digest(refusal))
        case Judged(spec=Place() as spec, verdict=verdict):
            keepers["place"] = base_workflow(spec.base)
            yield Trace(leave, "place", verdict.n, keepers["place"], at, digest(verdict))
        case Took(spec=Notice() as spec):
            for news in spec.news:
                yield Trace(leave, NOTICE, news.seq, DATABASE, at)
        case Took(spec=Paper() as spec, n=n):
            keepers[PAPER] = DATABASE
            yield Trace(leave, PAPER, n, DATABASE, at, held(on_paper(spec.number, spec.first, spec.last)), spec.number)
        case Took(spec=Seat(), n=n, legs=legs) if legs:
            keepers[SEAT] = DATABASE
            yield Trace(leave, SEAT, n, DATABASE, at, held(*(on_flight(leg.leg, leg.flight) for leg in legs)))
        case Took(spec=spec, n=n):
            keepers[spec.what] = DATABASE
            yield Trace(leave, spec.what, n, DATABASE, at, HELD)
        case Lacks(spec=spec, n=n):
            yield Trace(leave, spec.what, n, DATABASE, at)
        case GaveBack(what=what, n=n) if what in keepers:
            yield Trace(leave, what, n, keepers[what], at, BACK if keepers[what] == DATABASE else "")
        case _:
            return


class Kept(NamedTuple):
    """What a run of a base or an account has answered leaves; and the control numbers it declared void, by year."""

    traces: tuple[Trace, ...]
    voided: tuple[tuple[int, int, int], ...]


async def of_entity(keeper: str, history: History) -> Kept:
    """What a base or an account has answered leaves. Raises as `of_leave`."""
    type_ = history.events[0].workflow_execution_started_event_attributes.workflow_type.name
    found = await recorded(WorkflowHistory(keeper, history.events), pydantic_data_converter, KINDS[type_])
    voided = (event for one in found for event in one.events if isinstance(event, NumbersVoided))
    return Kept(
        tuple(trace for one in found for trace in _asked(keeper, one)),
        tuple((event.year, event.first, event.last) for event in voided),
    )


def _asked(keeper: str, one: Recorded) -> Iterator[Trace]:
    decision = one.decision
    wish = WISH.fullmatch(decision.act.act_id) if decision else None
    if decision is None or wish is None:
        return
    leave, what, n = wish["leave"], wish["what"], int(wish["n"])
    for event in decision.events:
        match event:
            case Numbered(number=number):
                yield Trace(leave, what, n, keeper, decision.now, digest(number), number)
            case HeldDays(n=answered, days=days):
                known = digest(days) if days and answered == n else ""
                yield Trace(leave, what, n, keeper, decision.now, known)
            case DaysRefused(refusal=refusal):
                yield Trace(leave, what, n, keeper, decision.now, digest(refusal))
            case Stands(verdict=verdict, place=place):
                known = digest(verdict) if place or verdict.n == n else ""
                yield Trace(leave, what, n, keeper, decision.now, known)


def on_paper(number: str, first: date, last: date) -> str:
    """What a leave paper says."""
    return f"{number} {first} {last}"


def on_flight(leg: str, flight: str) -> str:
    """What a seat is on."""
    return f"{leg} {flight}"


def held(*what: str) -> str:
    """The answer that this is held, and nothing else of its kind."""
    return f"{HELD}:{digest(', '.join(sorted(what)))}"


def agree(one: Trace, other: Trace) -> bool:
    """Whether two sides tell the same; what one of them does not know is no contradiction."""
    if not (one.value and other.value) or one.value == other.value:
        return True
    if one.says and other.says and one.says != other.says:
        return False
    return HELD in (one.value, other.value) and {value.partition(":")[0] for value in (one.value, other.value)} == {
        HELD
    }


def digest(value: BaseModel | str) -> str:
    """A short digest of an answer."""
    text = value if isinstance(value, str) else value.model_dump_json()
    return sha256(text.encode()).hexdigest()[:16]
