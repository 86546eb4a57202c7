"""The limits which the account alone can judge, since it alone knows all leaves of a member: one function per rule.

What does not make it worse is not refused: a leave whose days shrink may do so, whatever else is wrong by then.
"""

from __future__ import annotations

from collections.abc import Iterator

from domain.account.accrual import credits_until
from domain.account.balance import EARNING, allowance, balance, known_until, last_day, room
from domain.account.kinds import by_kind, gap_days, of_kind
from domain.account.ledger import Taking, takings
from domain.account.records import spans
from domain.account.state import Account
from domain.facts import Member
from domain.holdings import Days
from domain.model import DAY, date
from domain.refusal import Refusal
from domain.terms import Terms
from domain.words import plain

OTHER_LEAVE = "other leave"
"""The fact which names the leave that stands against a wish."""
HELPFUL_MONTHS = 24
"""How far ahead it is looked for a day from which the balance would be enough."""


def overlap(before: Account, leave_id: str, wish: Days, terms: Terms) -> Refusal | None:
    """No two leaves of a member share a day."""
    found = next(_conflicts(before, leave_id, wish, 1), None)
    if found is None:
        return None
    other, days = found
    return Refusal(
        rule="account/overlap",
        why=f"the days {days.first} to {days.last} belong to another leave of the member",
        facts={"expected": "no day of another leave", "got": f"{wish.first} to {wish.last}", OTHER_LEAVE: other},
        helps=f"the first day from which as many days are free: {_first_free(before, leave_id, wish, terms)}",
    )


def gap(before: Account, leave_id: str, wish: Days, terms: Terms) -> Refusal | None:
    """Gap of N days between leaves of one kind: next first day >= last day + N (doctrine: counting days)."""
    for kind, mine in by_kind(wish).items():
        n = gap_days(kind, terms)
        if found := next(_conflicts(before, leave_id, mine, n, same_kind=True), None):
            return _no_gap(before, leave_id, mine, n, *found, terms)
    return None


def _no_gap(before: Account, leave_id: str, wish: Days, n: int, other: str, days: Days, terms: Terms) -> Refusal:
    return Refusal(
        rule="account/gap",
        why=f"between two leaves of one kind {n} days are kept, and another one lasts from {days.first} to {days.last}",
        facts={
            "expected": f"from {days.last + n * DAY} on, or until {days.first - n * DAY}",
            "got": f"{wish.first} to {wish.last}",
            OTHER_LEAVE: other,
            "terms": terms.pack,
        },
        helps=f"the first day which keeps the gap: {_first_free(before, leave_id, wish, terms)}",
    )


def overdraft(
    before: Account, after: Account, leave_id: str, wish: Days, terms: Terms, member: Member
) -> Refusal | None:
    """On the first day of each leave the balance, all leaves begun by then taken off, is not below the allowance."""
    since = min(before.taken().get(leave_id, wish).first, wish.first)
    for taking in takings(wish):
        purse = taking.purse
        for day in sorted(day for day in after.first_days(purse) if day >= since):
            left = balance(after, terms, member, day, purse)
            least = -allowance(after, terms, member, day, purse)
            if left < least and left < balance(before, terms, member, day, purse):
                return Refusal(
                    rule="account/overdraft",
                    why=f"the {purse} days do not suffice: on {day} the balance would be {plain(left)}",
                    facts={
                        "purse": purse,
                        "expected": f"at least {plain(least)}",
                        "got": plain(left),
                        "asked": plain(taking.days),
                        "terms": terms.pack,
                    },
                    helps=_enough(before, leave_id, taking, wish, terms, member),
                )
    return None


def _conflicts(s: Account, leave_id: str, wish: Days, n: int, *, same_kind: bool = False) -> Iterator[tuple[str, Days]]:
    """Leaves from which the wish does not keep `n` days, and its present holding did."""
    line = s.lines.get(leave_id)
    mine = line.days if line else None
    if same_kind and mine:
        mine = of_kind(mine, wish.leave_kind)
    for other, whole in s.taken(but=leave_id).items():
        if same_kind and other == wish.resumes:  # one leave, broken off and taken up again
            continue
        days = of_kind(whole, wish.leave_kind) if same_kind else whole
        if days and not far_enough(wish, days, n) and (mine is None or far_enough(mine, days, n)):
            yield other, days


def far_enough(one: Days, two: Days, n: int) -> bool:
    """Whether whichever of two leaves comes later begins `n` days after the last day of the other, or later."""
    return (two.first - one.last).days >= n or (one.first - two.last).days >= n


def _first_free(s: Account, leave_id: str, wish: Days, terms: Terms) -> date:
    """The first day, from the one wished on, from which as many days keep apart from all other leaves."""
    n = gap_days(wish.leave_kind, terms)
    others = [(d, 1) for d in s.taken(but=leave_id).values()]
    others += [(d, n) for whole in s.taken(but=leave_id).values() if n and (d := of_kind(whole, wish.leave_kind))]
    moved = wish
    while free_from := [d.last + keep * DAY for d, keep in others if not far_enough(moved, d, keep)]:
        day = max(free_from)
        moved = wish.model_copy(update={"first": day, "last": day + (wish.last - wish.first)})
    return moved.first


def _enough(s: Account, leave_id: str, of: Taking, wish: Days, terms: Terms, member: Member) -> str:
    """How many days of the purse would fit, and from which day on all would that are to be taken from it."""
    fits = room(s, terms, member, of.first, of.purse, but=leave_id)
    named = "" if of.purse == EARNING else f"{of.purse} "
    words = [f"{fits.to_integral_value('ROUND_FLOOR')} {named}days would fit from {of.first}"] if fits >= 1 else []
    if of.purse == EARNING and (day := _first_enough(s, leave_id, of, terms, member)):
        words.append(f"all {of.days} from {day}")
    if wish.leave_kind == "emergency" and "emergency-absence" in terms.kinds:
        words.append("an emergency may be taken as leave of absence, which charges nothing: --kind emergency-absence")
    return "; ".join(words) or "no day is known from which they would suffice: ask for fewer days"


def _first_enough(s: Account, leave_id: str, of: Taking, terms: Terms, member: Member) -> date | None:
    """The first later day on which the balance allows all the days: one on which a month's days are credited."""
    horizon = of.first + HELPFUL_MONTHS * 31 * DAY
    for credit in credits_until(terms.accrual, known_until(s, member), last_day(s, member), horizon, spans(s.withheld)):
        if credit.day > of.first and room(s, terms, member, credit.day, of.purse, but=leave_id) >= of.days:
            return credit.day
    return None
