"""`furlough audit why`: each decision on a leave, with the facts on which it was made and the rules that it cites.

The leave's own decisions, and those of its base and of its member's account that are about it, as far as the record has
these.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, get_args

from audit import known
from audit.citations import Texts, texts
from audit.entries import says, stamp, who
from audit.journals import Journal, Written, journal, journal_if_there
from audit.naming import named
from audit.sources import ARCHIVED, From, Source, source
from domain.acts import Act, Sealed
from domain.decider import Decision
from domain.garrison.events import Examined
from domain.ids import base_workflow, member_workflow
from domain.leave import Leave, reading
from wiring import console
from wiring.trouble import Misset


class Decided(NamedTuple):
    """One decision, whose it was, and the entries to which it led."""

    of: str
    run: str
    event: int
    decision: Decision[Any, Any]
    entries: tuple[Written, ...]

    @property
    def cites(self) -> tuple[str, ...]:
        """All that its entries cite, each once."""
        return tuple(dict.fromkeys(cite for one in self.entries for cite in one.entry.event.cites))


async def why(leave: str, *, refused: bool = True, where: From = ARCHIVED) -> int:
    """Each decision on a leave: what was said, what was known, what followed, and by which rule, pack and order.

    Args:
        leave: A leave id or control number.
        refused: What was refused too.
    """
    record = await source(where)
    told = await journal(record, await named(record, leave))
    if told.kind.decider.name != "leave":
        raise Misset(f"{told.id} is no leave.", why="expected a leave", helps="furlough audit at tells of others")
    found, notes = await _all(record, told)
    found = [one for one in found if refused or any(each.entry.event.kind != "refused" for each in one.entries)]
    sealed = texts(record)
    if where.json:
        for one in found:
            console.document(_document(told.id, one, sealed))
        return 0
    console.say(f"{told.id}: {len(found)} decisions")
    for one in found:
        _show(one, sealed)
    for note in (*told.notes, *notes):
        console.note(f"note   {note}")
    return 0


async def _all(record: Source, told: Journal) -> tuple[list[Decided], list[str]]:
    """The decisions in the order in which they were made."""
    found, notes = list(decisions(told, "the leave")), list[str]()
    state: Leave = told.folded(told.written)
    beside = (
        (base_workflow(state.whose.base), f"the base {state.whose.base}"),
        (member_workflow(state.whose.id), "the member's account"),
    )
    for workflow_id, name in beside if state.member else ():
        if other := await journal_if_there(record, workflow_id):
            found += [one for one in decisions(other, name) if _about(one, told.id)]
        else:
            notes.append(f"what {name} decided on it is not in {record}")
    return sorted(found, key=lambda one: one.decision.now), notes


def decisions(told: Journal, of: str) -> Iterator[Decided]:
    """The decisions that led to entries, each with these."""
    entries: dict[int, list[Written]] = {}
    for one in told.written:
        if one.decision is not None:
            entries.setdefault(id(one.decision), []).append(one)
    for each in entries.values():
        first = each[0]
        assert first.decision is not None  # noqa: S101  (see above)
        yield Decided(of, first.run, first.event, first.decision, tuple(each))


def _about(one: Decided, leave_id: str) -> bool:
    """Whether a decision of an entity is about a leave: asked by it, or changing its verdict."""
    if getattr(one.decision.act, "leave_id", "") == leave_id:
        return True
    events = (each.entry.event for each in one.entries)
    return any(isinstance(event, Examined) and leave_id in event.verdicts for event in events)


def _show(one: Decided, sealed: Texts) -> None:
    act, first = one.decision.act, one.entries[0]
    by = who(first) or act.decided_by
    console.say(f"\n{stamp(one.decision.now)}  {act.kind} · {by} · decided by {one.of}, event {one.event}", "bold")
    table = console.table("", "", "")
    table.show_header = False
    for i, each in enumerate(one.entries):
        table.add_row("so" * (i == 0), says(each), ", ".join(each.entry.event.cites))
    for i, (name, text) in enumerate(known.facts(one.decision.facts)):
        table.add_row("known" * (i == 0), name, text)
    for i, cited in enumerate(cited for cited in sealed.told(one.cites) if cited.what != "rule"):
        table.add_row("by" * (i == 0), cited.name, cited.says)
    table.add_row("code", one.decision.rules, "")
    console.say(table)


def _document(leave_id: str, one: Decided, sealed: Texts) -> dict[str, Any]:
    decision = one.decision
    return {
        "leave_id": leave_id,
        "of": one.of,
        "run": one.run,
        "event_id": one.event,
        "now": decision.now,
        "act": reading.unsealed(decision.act.model_dump(mode="json", exclude=_sealable(decision.act))),
        "entries": [reading.document(each.entry, entitled=True) for each in one.entries],
        "facts": reading.unsealed(decision.facts.model_dump(mode="json", exclude_defaults=True)),
        "cites": [cited._asdict() for cited in sealed.told(one.cites)],
        "code": decision.rules,
    }


def _sealable(act: Act) -> set[str]:
    """The fields of an act which hold what may be a family's: sealed, or open as in acts of before."""
    return {name for name, field in type(act).model_fields.items() if Sealed in get_args(field.annotation)}
