"""How often, and how near to what, a kind of leave may be taken: one function per rule (doctrine: kinds of leave).

As with all limits of the account, what does not make it worse is not refused. With the leaves of this mission counts
what was brought in of those before it (`domain/account/earlier.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from domain.account.earlier import cycle_apart, earlier, times
from domain.account.kinds import by_kind, of_kind
from domain.account.limits import OTHER_LEAVE, far_enough
from domain.account.records import Earlier
from domain.account.state import Account
from domain.calendar import months_after
from domain.facts import Member
from domain.holdings import Days
from domain.model import DAY, date
from domain.refusal import Refusal
from domain.terms import Terms

Counter = Callable[[Account, str, Days, Terms, Member], Refusal | None]


def counted_out(s: Account, leave_id: str, wish: Days, terms: Terms, member: Member) -> Iterator[Refusal]:
    """Each rule of how often which the wish does not keep; of a kind which the terms do not know there is none."""
    for mine in (mine for kind, mine in by_kind(wish).items() if kind in terms.kinds):
        for counter in COUNTERS:
            if refusal := counter(s, leave_id, mine, terms, member):
                yield refusal
    if refusal := last_month(s, leave_id, wish, terms, member):
        yield refusal


def career(s: Account, leave_id: str, wish: Days, terms: Terms, _: Member) -> Refusal | None:
    """So many times in a career, however short each of them was."""
    most = terms.kinds[wish.leave_kind].career_times
    others = _of_kind(s, leave_id, wish)
    before = earlier(s).get(wish.leave_kind)
    taken = times(before, [days.first for days in others.values()])
    if most is None or taken < most or _mine(s, leave_id):
        return None
    return Refusal(
        rule="account/career",
        why=f"granted so often in a career: {most}",
        facts={"expected": f"at most {most}", "got": f"{taken + 1}", "terms": terms.pack}
        | _first_of(others)
        | _told(before),
        helps="ask for another kind of leave",
    )


def cycle(s: Account, leave_id: str, wish: Days, terms: Terms, _: Member) -> Refusal | None:
    """Once in so many months, from the first day of one to the first day of the next."""
    months = terms.kinds[wish.leave_kind].cycle_months
    if months is None:
        return None
    mine = _mine(s, leave_id)
    others: list[tuple[date, dict[str, str]]] = [
        (days.first, {OTHER_LEAVE: other}) for other, days in _of_kind(s, leave_id, wish).items()
    ]
    if (before := earlier(s).get(wish.leave_kind)) and before.taken.latest:
        others.append((before.taken.latest, _told(before)))
    for first, which in others:
        if not cycle_apart(wish.first, first, months) and (mine is None or cycle_apart(mine.first, first, months)):
            return Refusal(
                rule="account/cycle",
                why=f"this kind of leave is granted once in {months} months, and another one begins on {first}",
                facts={"expected": f"a first day of {months_after(first, months)} or later"}
                | {"got": str(wish.first), "terms": terms.pack}
                | which,
                helps=f"ask for {months_after(first, months)} or later",
            )
    return None


def beside(s: Account, leave_id: str, wish: Days, terms: Terms, _: Member) -> Refusal | None:
    """So many days from the last day of a leave of any kind to the first day of the next: a pass lengthens no leave."""
    mine = _mine(s, leave_id)
    for other, days in s.taken(but=leave_id).items():
        kinds = (terms.kinds.get(kind) for kind in (wish.leave_kind, days.leave_kind))
        n = max((kind.apart_days for kind in kinds if kind and kind.apart_days), default=1)
        if (
            n > 1
            and other != wish.resumes
            and not far_enough(wish, days, n)
            and (mine is None or far_enough(mine, days, n))
        ):
            return Refusal(
                rule="account/apart",
                why=f"it would lie next to a leave from {days.first} to {days.last}, and one of the two may not",
                facts={"expected": f"from {days.last + n * DAY} on, or until {days.first - n * DAY}"}
                | {"got": f"{wish.first} to {wish.last}", OTHER_LEAVE: other, "terms": terms.pack},
                helps=f"the first day which keeps apart from it: {days.last + n * DAY}",
            )
    return None


def last_month(s: Account, leave_id: str, wish: Days, terms: Terms, member: Member) -> Refusal | None:
    """So many days of leave, of all kinds together, in the calendar month in which the tour ends.

    Those of one absence too: of its kinds in that month the strictest tells how many.
    """
    ends = member.departs
    if ends is None:
        return None
    there = [kind for kind, mine in by_kind(wish).items() if kind in terms.kinds and _in_month(mine, ends)]
    limits = [most for kind in there if (most := terms.kinds[kind].last_month_days) is not None]
    if not limits:
        return None
    most = min(limits)
    before = sum(_in_month(days, ends) for days in s.taken().values())
    others = sum(_in_month(days, ends) for days in s.taken(but=leave_id).values())
    total = others + _in_month(wish, ends)
    if total <= max(most, before):
        return None
    return Refusal(
        rule="account/last-month",
        why=f"in the month in which the tour ends at most {most} days are taken off",
        facts={"expected": f"at most {most} in {ends:%Y-%m}", "got": str(total), "departs": str(ends)}
        | {"terms": terms.pack},
        helps=f"{max(most - others, 0)} days of {ends:%Y-%m} are left to ask for",
    )


def window(s: Account, leave_id: str, wish: Days, terms: Terms, member: Member) -> Refusal | None:
    """R&R is taken within so many months after the qualifying service, which a long absence breaks off.

    The service begins with the arrival, with the last day of the R&R before, or with that of an absence of more working
    days than the terms allow. Who let a window pass qualifies anew by as much service again.
    """
    kind, mine = terms.kinds[wish.leave_kind], _mine(s, leave_id)
    if not kind.taken_within_months or not kind.eligible_after_days or (mine and mine.first == wish.first):
        return None
    since = max([member.arrived, *_broken(s, leave_id, wish, terms)])
    cycle = kind.eligible_after_days * DAY
    served = (wish.first - since) // cycle
    opens = since + max(served, 1) * cycle
    if served >= 1 and wish.first <= months_after(opens, kind.taken_within_months):
        return None
    opens = opens if served < 1 else opens + cycle
    until = months_after(opens, kind.taken_within_months)
    return Refusal(
        rule="account/window",
        why="this leave is taken after the qualifying service, and soon after it",
        facts={"expected": f"a first day from {opens} to {until}", "got": str(wish.first)}
        | {"service since": str(since), "qualifies after": f"{kind.eligible_after_days} days", "terms": terms.pack},
        helps=f"ask for a first day from {opens} to {until}",
    )


def _broken(s: Account, leave_id: str, wish: Days, terms: Terms) -> Iterator[date]:
    """The last days of the absences before it from which the qualifying service begins anew."""
    most = terms.kinds[wish.leave_kind].broken_by_working_days
    for days in s.taken(but=leave_id).values():
        breaks = most is not None and days.working is not None and days.working > most
        if days.last < wish.first and (breaks or of_kind(days, wish.leave_kind)):
            yield days.last


COUNTERS: tuple[Counter, ...] = (career, cycle, beside, window)


def _in_month(days: Days, ends: date) -> int:
    """How many calendar days of a leave lie in the month of a day."""
    first = ends.replace(day=1)
    return max(0, (min(days.last, months_after(first, 1) - DAY) - max(days.first, first)).days + 1)


def _of_kind(s: Account, leave_id: str, wish: Days) -> dict[str, Days]:
    others = s.taken(but=leave_id)
    others.pop(wish.resumes or "", None)  # one leave, broken off and taken up again
    return {leave: days for leave, whole in others.items() if (days := of_kind(whole, wish.leave_kind))}


def _mine(s: Account, leave_id: str) -> Days | None:
    line = s.lines.get(leave_id)
    return line.days if line else None


def _told(before: Earlier | None) -> dict[str, str]:
    """The fact of what was brought in."""
    return {"before this mission": f"{before.taken.says()} (as of {before.as_of}, {before.source})"} if before else {}


def _first_of(others: dict[str, Days]) -> dict[str, str]:
    return {OTHER_LEAVE: next(iter(others))} if others else {}
