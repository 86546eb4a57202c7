"""Days that are given: what of a kind of leave is not charged, and what of it is not paid either.

Each function takes the counted days of one kind, in order, and yields them with their charges.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from domain.calendar import Calendar
from domain.holdings import Word
from domain.leave.counting import WHOLE, CountedDay
from domain.leave.duty import hours
from domain.model import Decimal, date
from domain.terms import Counting, KindTerms

NOTHING = Decimal(0)


def uncharged(mine: Iterable[CountedDay], *, unpaid: bool) -> Iterator[CountedDay]:
    """A kind which no purse pays for."""
    rule, why = ("kind/unpaid", "not paid, and nothing is earned") if unpaid else ("kind/uncharged", "not charged")
    for d in mine:
        counts = {"rule": rule, "why": f"{d.why}, {why}"} if d.charge else {}
        yield d.model_copy(update={"charge": NOTHING, "unpaid": unpaid, **counts})


def bereaved(
    mine: Iterable[CountedDay], kind: KindTerms, calendar: Calendar, word: Word | None, until: date
) -> Iterator[CountedDay]:
    """Charged until the balance of the day of the death is below what the terms say, then so many days in a row free.

    What is credited meanwhile opens nothing anew: one balance of one day decides (doctrine: kinds of leave). Until the
    account has told it, it is taken to be low enough. Where the days in a row begin in another absence for the same
    death, those are the days that are free, and no others.
    """
    had, began = (word.had, word.given_from) if word else (None, None)
    balance, below, first_free = had, kind.uncharged_below, began
    for d in mine:
        if first_free is None and balance is not None and below is not None and balance >= below:
            balance -= d.charge
            why = f"the balance of the day of the death was {had}: charged until it is under {below}"
            yield d.model_copy(update={"rule": "bereavement/charged-first", "why": why} if d.charge else {})
            continue
        first_free = first_free or d.day
        if d.day < first_free:
            yield _beyond(
                d, f"the {kind.uncharged_days} days for this death are given to another absence, from {began} on"
            )
            continue
        last_free = calendar.nth(first_free, kind.uncharged_days or 0)
        if d.day > until < last_free:
            yield _beyond(d, f"after the window for it, which ended on {until}")
        elif d.day > last_free:
            elsewhere = f", which began on {began} in another absence" if began else ""
            yield _beyond(d, f"after {kind.uncharged_days} days that are not charged{elsewhere}")
        else:
            nth = calendar.shown(first_free, d.day)
            why = f"day {len(nth)} of {kind.uncharged_days} that are not charged"
            yield d.model_copy(update={"charge": NOTHING, "purse": "none", "rule": "bereavement/uncharged", "why": why})


def uncertified(
    mine: Iterable[CountedDay], terms: Counting, calendar: Calendar, left: dict[int, Decimal] | None
) -> Iterator[CountedDay]:
    """So many working days of a calendar year are given; from then on it is leave without pay, weekends too.

    `left` is what of each year is left; a year of which the account has told nothing yet is taken to have enough.
    """
    rest = dict(left or {})
    for d in mine:
        works, year = hours(terms, calendar, d.day) is not None, d.day.year
        day = d.model_copy(update={"charge": NOTHING, "purse": "none"})
        if year in rest and rest[year] < WHOLE:
            why = f"the working days given for {year} are used up: leave without pay"
            yield day.model_copy(update={"rule": "sick/without-pay", "why": why, "unpaid": True})
        elif works:
            kept = ""
            if year in rest:
                rest[year] -= WHOLE
                kept = f", {rest[year]} of {year} are left"
            why = f"a working day of those given in a year{kept}"
            yield day.model_copy(update={"rule": "sick/uncertified", "why": why, "uncertified": WHOLE})
        else:
            yield day.model_copy(update={"rule": "sick/no-duty", "why": "no working day"})


def _beyond(d: CountedDay, why: str) -> CountedDay:
    return d.model_copy(update={"rule": "bereavement/charged-after", "why": f"charged: {why}"} if d.charge else {})
