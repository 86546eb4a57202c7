"""Fields that entries gained: what an entry of before does not carry is no difference of decision.

An entry gains a field with a default, so that what was recorded without it is still read (how it works: what an upgrade
may touch). Decided anew, the field has a value which the build of then could not have written. It is set aside, and
told, under three conditions together: the record does not carry the field; it is named here; and the record carries no
field of the same model which came after it, since the build that wrote such a one knew this one too. All else that is
not equal is a difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from pydantic import BaseModel

CAME: Final[Mapping[str, str]] = {
    "CountedDay.until": "2026-11-23 06:23",
    "Reported.stops": "2026-11-23 06:30",
    "Approved.prove_by": "2026-11-23 10:57",
    "CountedDay.leave_kind": "2026-11-23 10:57",
    "CountedDay.purse": "2026-11-23 10:57",
    "CountedDay.uncertified": "2026-11-23 10:57",
    "CountedDay.unpaid": "2026-11-23 10:57",
    "HeldDays.excess": "2026-11-23 10:57",
    "HeldDays.unearned": "2026-11-23 10:57",
    "HeldDays.word": "2026-11-23 10:57",
    "Ended.refund": "2026-11-23 11:07",
    "Found.first": "2026-11-23 11:07",
    "Found.until": "2026-11-23 11:07",
    "Corrected.last_service": "2026-11-23 11:28",
    "OrderIssued.between": "2026-11-23 11:42",
    "OrderIssued.kept": "2026-11-23 11:42",
    "OrderIssued.without_effect": "2026-11-23 11:42",
    "Forgotten.aside": "2026-11-23 11:49",
    "Adjusted.again": "2026-11-23 12:07",
    "Credited.again": "2026-11-23 12:07",
    "SignedIn.journey_at": "2026-11-23 12:17",
    "SignedIn.onto": "2026-11-23 12:17",
    "Asked.exemptions": "2026-11-23 12:20",
    "Lapsed.late_minutes": "2026-11-23 14:14",
    "TravelConfirmed.waived": "2026-11-23 15:25",
    "Asked.as_of": "2026-11-23 15:28",
    "CorrectedDays.purse": "2026-11-23 15:28",
    "Forgotten.unsigned": "2026-11-23 15:28",
    "Reconciled.unsettled": "2026-11-23 15:28",
    "Relabelled.act": "2026-11-23 15:41",
    "Disowned.reason": "2026-11-23 18:44",
    "Ended.reason": "2026-11-23 18:44",
    "ExtensionEnded.reason": "2026-11-23 18:44",
    "Noted.again": "2026-11-23 18:49",
    "FlightChanging.countersign_by": "2026-11-23 20:40",
    "Opened.again": "2026-11-23 20:59",
    "HeldDays.advance": "2026-11-23 20:53",
    "Took.advance": "2026-11-23 20:53",
    "Took.excess": "2026-11-23 20:53",
    "HeldDays.confirm_by": "2026-11-23 23:10",
    "CorrectedDays.confirm_by": "2026-11-23 23:10",
    "Reconciled.open": "2026-11-23 23:10",
    "Undone.provosts": "2026-11-23 23:22",
    "Undone.to": "2026-11-23 23:22",
    "Attached.shows": "2026-11-23 23:45",
    "Forgotten.bare": "2026-11-23 23:45",
    "Withheld.alone": "2026-11-24 00:23",
    "Withheld.act": "2026-11-24 00:42",
    "Opened.taken": "2026-11-24 02:20",
    "FlightChanging.until": "2026-11-24 03:00",
    "EndedAccount.again": "2026-11-24 03:05",
    "SeenOf.look_by": "2026-11-24 03:10",
    "RaisedCeiling.balance_unknown": "2026-11-24 04:20",
    "Credited.by_day": "2026-11-24 04:25",
}
"""By model and field: when the code first wrote it, in UTC. A field which an entry gains is entered here."""

STAMPS: Final = frozenset({"Asked.chart"})
"""What tells no decision but the version of the code that decided; a record bears that of then, never a newer one."""


class Compared(NamedTuple):
    """Two values laid beside each other: the fields that differ, and those which the build of then did not know."""

    differ: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def compared(recorded: Any, again: Any, of: str = "what follows") -> Compared:
    """What was recorded beside what is decided today, down to the fields of models in it; `of` names the whole."""
    if recorded == again:
        return Compared()
    if isinstance(recorded, BaseModel) and type(recorded) is type(again):
        return _all(_field(recorded, again, name) for name in type(recorded).model_fields)
    if isinstance(recorded, tuple) and isinstance(again, tuple) and len(recorded) == len(again):
        return _all(compared(was, now, of) for was, now in zip(recorded, again, strict=True))
    return Compared(differ=(of,))


def _field(recorded: BaseModel, again: BaseModel, field: str) -> Compared:
    name, was, now = f"{type(recorded).__name__}.{field}", getattr(recorded, field), getattr(again, field)
    if was == now:
        return Compared()
    if _unknown(recorded, field) or (name in STAMPS and was < now):
        return Compared(unknown=(name,))
    return compared(was, now, name)


def _unknown(recorded: BaseModel, field: str) -> bool:
    """Whether the build that wrote this could not know the field."""
    of, carried = type(recorded).__name__, recorded.model_fields_set
    came = CAME.get(f"{of}.{field}")
    return came is not None and field not in carried and all(CAME.get(f"{of}.{one}", "") <= came for one in carried)


def _all(each: Iterable[Compared]) -> Compared:
    found = tuple(each)
    differ = dict.fromkeys(name for one in found for name in one.differ)
    return Compared(tuple(differ), tuple(dict.fromkeys(name for one in found for name in one.unknown)))
