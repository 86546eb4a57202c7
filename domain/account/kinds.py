"""An absence of several kinds, taken apart by kind: how often and how near one is taken asks for no other."""

from __future__ import annotations

from domain.holdings import Days
from domain.orders import LeaveKind


def by_kind(days: Days) -> dict[LeaveKind, Days]:
    """The days of each kind of an absence, from the first to the last of it."""
    found: dict[LeaveKind, Days] = {}
    for share in days.shares:
        first = found[share.leave_kind].first if share.leave_kind in found else share.first
        span = {"leave_kind": share.leave_kind, "first": first, "last": share.last}
        found[share.leave_kind] = days.model_copy(update=span)
    return found or {days.leave_kind: days}


def of_kind(days: Days, kind: LeaveKind) -> Days | None:
    """The days of one kind in an absence, where it has any."""
    return by_kind(days).get(kind)
