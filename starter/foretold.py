"""What a request would come to, told before it is made: its days and what pays for them, and who would decide."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from domain.leave import Leave
from domain.leave.absence import charge, of, plan
from domain.leave.answers import unbalanced
from domain.leave.face import face
from domain.leave.ladders import lacking
from domain.model import DAY, Decimal
from domain.words import counted

OFFER: Final = (
    "the balance does not cover this emergency: before days are taken in advance, it may be leave of absence, which\n"
    "charges nothing (10 USC 709): "
)


def foretold(s: Leave) -> dict[str, Any]:
    """The days as planned in runs that are alike, what would be charged, in advance and in excess, and whose turn."""
    days = plan(of(s), s.first_day, s.last_day)
    runs: list[dict[str, Any]] = []
    for day in days:
        told = {"kind": day.leave_kind, "each": day.charge, "rule": day.rule, "why": day.why}
        before = runs[-1] if runs else None
        if before and before["last"] + DAY == day.day and told.items() <= before.items():
            before["last"] = day.day
        else:
            runs.append({"first": day.day, "last": day.day, **told})
    return {
        "pack": s.rules.pack,
        "charged": charge(days),
        "advance": s.advance,
        "excess": s.excess,
        "offer": OFFER + "--kind emergency-absence" if instead(s, s.advance + s.excess) else "",
        "waits_for": face(s).waits_for,
        "lacking": lacking(s),
        "days": runs,
    }


def instead(s: Leave, unbalanced_days: Decimal) -> bool:
    """Whether leave of absence is to be offered: not gone yet, and an emergency would take days in advance."""
    may = s.asked.leave_kind == "emergency" and "emergency-absence" in s.rules.kinds and not s.out_at and not s.ended
    return may and bool(unbalanced_days)


def lines(told: dict[str, Any]) -> Iterator[str]:
    """The same for people."""
    paid = unbalanced(told["advance"], told["excess"])
    yield f"  {counted(told['charged'], 'day')} charged, by {told['pack']}" + (f", of which {paid}" if paid else "")
    for run in told["days"]:
        span = f"{run['first']} to {run['last']}" if run["last"] > run["first"] else str(run["first"])
        many = (run["last"] - run["first"]).days + 1
        yield f"  {span}  {run['each']} x {many}  {run['kind'] or ''}  {run['rule']}  {run['why']}"
    if told["offer"]:
        yield told["offer"]
    if told["waits_for"]:
        yield f"  would wait for {told['waits_for']}"
    if told["lacking"]:
        yield f"  {told['lacking']}"
