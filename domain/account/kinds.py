"""An absence of several kinds, taken apart by kind: how often and how near one is taken asks for no other."""

from __future__ import annotations

from domain.holdings import Days
from domain.orders import LeaveKind
from domain.terms import OwnTerms, Terms


def by_kind(days: Days) -> dict[LeaveKind, Days]:
    """The days of each kind of an absence, from the first to the last of it."""
    found: dict[LeaveKind, Days] = {}
    for share in days.shares:
        first = found[share.leave_kind].first if share.leave_kind in found else share.first
        span = {"leave_kind": share.leave_kind, "first": first, "last": share.last}
        found[share.leave_kind] = days.model_copy(update=span)
    return found or {days.leave_kind: days}


def under(terms: Terms, own: OwnTerms | None) -> Terms:
    """The terms of today, and for a leave's own kinds those by which it was asked for."""
    return terms.model_copy(update={"pack": own.pack, "kinds": terms.kinds | own.kinds}) if own else terms


def unknown(days: Days, terms: Terms) -> tuple[str, ...]:
    """The mark of a leave of a kind that no terms tell of any more: no limit of it can be looked at."""
    return () if terms.kinds.keys() >= by_kind(days).keys() else ("account/unknown-kind",)


def gap_days(kind: LeaveKind, terms: Terms) -> int:
    """How many days are kept between two leaves of a kind; none where the terms do not know it."""
    return terms.kinds[kind].gap_days if kind in terms.kinds else 0


def of_kind(days: Days, kind: LeaveKind) -> Days | None:
    """The days of one kind in an absence, where it has any."""
    return by_kind(days).get(kind)
