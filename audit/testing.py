"""`furlough audit tests`: the attributes of every leave of a record, exceptions by leave, and red flags."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, NamedTuple

from cyclopts import Parameter

from audit import FOUND, UNCHECKED
from audit.attributes import ATTRIBUTES, Attribute, attributes_of
from audit.attributes.case import LATE_HOURS, Case, seqs
from audit.flags import USUAL, Flag, Flags, Thresholds
from audit.journals import Written
from audit.population import Beside, Unread, beside, leaves
from audit.register_then import registers
from audit.sources import ARCHIVED, From, Source, source
from domain.words import counted, some
from wiring import console
from wiring.trouble import Misset

MOST = 6
"""Leaves of a flag that are named one by one."""


class Tested(NamedTuple):
    """One leave, what its board calls it, and the answers; `wrong` tells why there are none."""

    id: str
    number: str = ""
    answers: tuple[Attribute, ...] = ()
    case: Case | None = None
    wrong: str = ""

    @property
    def exceptions(self) -> tuple[Attribute, ...]:
        """What it does not pass."""
        return tuple(one for one in self.answers if one.answer == "exception")


async def over_all(
    *,
    late_hours: int = LATE_HOURS,
    every: Annotated[bool, Parameter(name="--every", negative="")] = False,
    limits: Thresholds = USUAL,
    where: From = ARCHIVED,
) -> int:
    """Test the attributes of every leave: exceptions by leave, and red flags, which are questions and no findings.

    Exit code 7 if there is an exception; 6 if there is none, but not all leaves could be tested.

    Args:
        late_hours: From so many hours on an entry counts as late.
        every: Tell the leaves without an exception too.
        limits: From when on flags are raised.
    """
    if min(late_hours, limits.bulk, limits.bulk_minutes, limits.deciders, limits.overrides) < 1:
        raise Misset("A threshold is too small.", why="expected 1 or more of each", helps="--help tells the defaults")
    record = await source(where)
    with TemporaryDirectory(prefix="furlough-registers-") as room:
        around = (await beside(record))._replace(registers=await registers(record, Path(room)))
        return await _over_all(record, around, late_hours, limits, every=every, json=where.json)


async def _over_all(
    record: Source, around: Beside, late_hours: int, limits: Thresholds, *, every: bool, json: bool
) -> int:
    counts: Counter[tuple[str, str]] = Counter()
    flags = Flags()
    untested = len(around.unread)
    leaves_, wrong = 0, 0
    for one in around.unread:
        _show(Tested(one.id, wrong=one.why), json=json)
    with console.progress() as bar:
        task = bar.add_task("testing", total=None)
        async for tested in population(record, around, late_hours):
            bar.advance(task)
            leaves_ += not tested.wrong
            untested += bool(tested.wrong)
            wrong += bool(tested.exceptions)
            counts.update((each.name, each.answer) for each in tested.answers)
            if tested.case:
                flags.see(tested.case)
            if every or tested.exceptions or tested.wrong:
                _show(tested, json=json)
    for tested in bases(around):
        wrong += 1
        _show(tested, json=json)
    flags.see_consents(one for _, one in around.consents)
    raised = list(flags.raised(limits))
    if json:
        console.document(_summary(leaves_, untested, counts, raised))
    else:
        _sum_up(leaves_, wrong, untested, counts, raised)
    return FOUND if wrong else UNCHECKED if untested else 0


async def population(record: Source, around: Beside, late_hours: int = LATE_HOURS) -> AsyncIterator[Tested]:
    """Each leave of a record, tested. Raises as `Source.runs`."""
    now = record.as_of()
    async for told in leaves(record):
        if isinstance(told, Unread):
            yield Tested(told.id, wrong=told.why)
            continue
        try:
            case = Case(told, partial(around.around, now=now, late_hours=late_hours))
            yield Tested(told.id, case.state.number, attributes_of(case), case)
        except Exception as fault:  # noqa: BLE001  (a forged record may break anything, and stops no other)
            yield Tested(told.id, wrong=f"its entries do not fold ({type(fault).__name__})")


def bases(around: Beside) -> Iterator[Tested]:
    """The bases at which orders were recorded without their papers, and those orders."""
    found: dict[str, list[Written]] = {}
    for base, one in around.bare_orders():
        found.setdefault(base, []).append(one)
    for base, bare in found.items():
        why = "; ".join(f"{one.entry.event.says()}: recorded by a clerk without its paper" for one in bare)
        yield Tested(base, answers=(Attribute("evidence attached", "exception", why, seqs(bare)),))


def document(one: Tested) -> dict[str, Any]:
    """A leave for scripts."""
    told: dict[str, Any] = {"leave_id": one.id, "number": one.number}
    return told | ({"wrong": one.wrong} if one.wrong else {"attributes": [each._asdict() for each in one.answers]})


def _show(one: Tested, *, json: bool) -> None:
    if json:
        return console.document(document(one))
    if one.wrong:
        return console.warn(f"NOT TESTED  {one.id}: {one.wrong}")
    name = one.number or one.id
    if not one.exceptions:
        return console.say(f"{name}  no exception")
    for each in one.exceptions:
        rests = f"  ({_which(each.entries)} of {one.id})" if each.entries else f"  ({one.id})"
        console.say(f"{name}  {each.name}: {each.why}{rests}")
    return None


def _which(entries: Sequence[int]) -> str:
    return f"{'entry' if len(entries) == 1 else 'entries'} {', '.join(map(str, entries))}"


def _summary(leaves_: int, untested: int, counts: Counter[tuple[str, str]], raised: list[Flag]) -> dict[str, Any]:
    answers = {
        name: {answer.replace(" ", "_"): counts[name, answer] for answer in ("pass", "exception", "not applicable")}
        for name in ATTRIBUTES
    }
    return {
        "leaves": leaves_,
        "untested": untested,
        "attributes": answers,
        "flags": [flag._asdict() for flag in raised],
    }


def _sum_up(leaves_: int, wrong: int, untested: int, counts: Counter[tuple[str, str]], raised: list[Flag]) -> None:
    numbers = ("pass", "exception", "not applicable")
    table = console.table("attribute", *numbers, right=numbers)
    for name in ATTRIBUTES:
        table.add_row(name, *(str(counts[name, answer]) for answer in numbers))
    console.say(table)
    for flag in raised:
        console.say(f"flag   {flag.flag}: {flag.of}: {flag.says}: {some(flag.leaves, MOST, '--json')}")
    console.say(f"{counted(leaves_, 'leave')} tested, {wrong} with exceptions, {untested} not tested")
