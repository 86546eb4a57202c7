"""What was taken before this mission of the kinds that are granted so often in a career, or once in so many months.

The account knows the leaves of this mission alone. What came before them is brought from outside as balances are, with
source and as-of day, and counts with them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from domain.account.kinds import of_kind
from domain.account.records import Earlier
from domain.account.state import Account
from domain.acts import OpenAccount, TakenBefore
from domain.calendar import months_after
from domain.model import date
from domain.orders import LeaveKind
from domain.refusal import Refusal
from domain.terms import Terms


def earlier(s: Account) -> dict[LeaveKind, Earlier]:
    """The newest word on each kind."""
    return {told.leave_kind: told for told in s.earlier}


def known(s: Account, act: OpenAccount) -> dict[LeaveKind, TakenBefore]:
    """What was told before of the kinds of an act, as of the same day and by the same source."""
    there = earlier(s)
    said = (there[kind] for kind in act.taken if kind in there)
    return {told.leave_kind: told.taken for told in said if (told.as_of, told.source) == (act.as_of, act.source)}


def anew(act: OpenAccount, s: Account) -> frozenset[LeaveKind]:
    """The kinds of which something else was told before."""
    same = known(s, act)
    return frozenset(kind for kind in act.taken.keys() & earlier(s).keys() if same.get(kind) != act.taken[kind])


def told_otherwise(kinds: Iterable[LeaveKind], act: OpenAccount, s: Account) -> Refusal:
    """A kind of which something else was told before, told anew by somebody who may not put it right."""
    kind = min(kinds)
    before = earlier(s)[kind]
    return Refusal(
        rule="account/opened",
        why=f"what was taken of {kind} before this mission was told already as of {before.as_of} ({before.source})",
        facts={"expected": before.taken.says(), "got": f"{act.taken[kind].says()} (as of {act.as_of}, {act.source})"},
        helps="a commander of the member puts it right by an import of their own",
    )


def amiss(act: OpenAccount, terms: Terms) -> Refusal | None:
    """A kind which the pack does not count, or told so that it cannot be counted."""
    for kind, told in act.taken.items():
        for expected, got, why in _amiss(kind, told, act.as_of, terms):
            return Refusal(
                rule="account/before",
                why=f"what was taken before this mission cannot be counted so: {why}",
                facts={"leave kind": kind, "expected": expected, "got": got, "terms": terms.pack},
                helps="mend the line; furlough rules show tells which kinds have career_times or cycle_months",
            )
    return None


def _amiss(kind: LeaveKind, told: TakenBefore, as_of: date, terms: Terms) -> Iterator[tuple[str, str, str]]:
    """What is expected, what was told, and why that cannot be."""
    counts = sorted(k for k, term in terms.kinds.items() if term.career_times or term.cycle_months)
    if kind not in counts:
        why = "the rule pack of the member counts no leaves of this kind"
        yield ", ".join(counts) or "none: the pack counts no kind", kind, why
    elif terms.kinds[kind].cycle_months and told.times and not told.latest:
        yield "the first day of the latest one", "none", "when the next one may be is reckoned from that day"
    if told.latest and told.latest > as_of:
        yield f"a first day of {as_of} or before", str(told.latest), "the latest one begins after the as-of day"


def times(told: Earlier | None, began: Collection[date]) -> int:
    """How often a kind was taken in all, with the leaves of this mission that began on these days.

    Of them those which began by the as-of day are contained in what was told.
    """
    return max(len(began), told.taken.times + sum(day > told.as_of for day in began)) if told else len(began)


def cycle_apart(one: date, two: date, months: int) -> bool:
    """Whether so many months lie between the first days of two leaves, whichever comes first."""
    sooner, later = sorted((one, two))
    return later >= months_after(sooner, months)


def exceeded(s: Account, kinds: Iterable[LeaveKind], terms: Terms) -> tuple[str, ...]:
    """The marks of what came to light: leaves of this mission which, as is told now, were one too many or too soon."""
    there, found = earlier(s), dict[str, None]()
    for kind in kinds:
        told, term = there[kind], terms.kinds[kind]
        began = [days.first for whole in s.taken().values() if (days := of_kind(whole, kind))]
        if term.career_times and began and times(told, began) > term.career_times:
            found["account/career"] = None
        if (months := term.cycle_months) and (latest := told.taken.latest):
            near = [day for day in began if day != latest and not cycle_apart(latest, day, months)]
            found |= dict.fromkeys(["account/cycle"] if near else [])
    return tuple(found)
