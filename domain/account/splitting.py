"""What the account alone knows of a split absence: a balance of old, what a year still gives, what is excess."""

from __future__ import annotations

from domain.account.balance import EARNING, allowance, balance, without
from domain.account.events import Unearned
from domain.account.ledger import IN_THOUGHT, NOTHING, takings
from domain.account.outside import inside
from domain.account.records import Withholding
from domain.account.state import Account
from domain.facts import Member
from domain.holdings import Days, Share, Split, Word, paid
from domain.model import DAY, Decimal, date
from domain.terms import Terms


def word(s: Account, leave_id: str, wish: Days, terms: Terms, member: Member) -> Word | None:
    """The answer to what a wish asks; the first one stands, so that nothing entered later splits the leave anew.

    Only a year of which was not asked before is told beside it, and what another absence has been given by now.
    """
    line = s.lines.get(leave_id)
    said = line.word if line and line.word else Word()
    if wish.balance_on is None and not wish.uncertified and said == Word():
        return None
    others = without(s, leave_id)
    had = said.had
    if had is None and wish.balance_on is not None:
        had = balance(others, terms, member, wish.balance_on)
    kind = terms.kinds.get(wish.leave_kind)
    given = Decimal((kind and kind.yearly_working_days) or 0)
    before = [days.uncertified for days in others.taken().values()]
    left = {year: given - sum((of.get(year, NOTHING) for of in before), NOTHING) for year in wish.uncertified}
    return Word(had=had, left=left | said.left, given_from=_given_from(s, leave_id, wish, terms))


def _given_from(s: Account, leave_id: str, wish: Days, terms: Terms) -> date | None:
    """From which day on another absence is given days that are not charged for the same death.

    None where none is, and of the absence which has been given them itself. A death is known by its day, so that two of
    one day count as one: the account is told no more of them.
    """
    line = s.lines.get(leave_id)
    first = line is not None and line.word is not None and line.word.given_from is None
    if wish.balance_on is None or (first and line and line.days and _free(line.days, terms)):
        return None
    same = (days for days in s.taken(but=leave_id).values() if days.balance_on == wish.balance_on)
    return min((day for days in same for day in _free(days, terms)), default=None)


def _free(days: Days, terms: Terms) -> list[date]:
    """The first days of the runs that a kind gives which charges only after so many days."""
    kinds = {kind for kind, of in terms.kinds.items() if of.uncharged_days}
    return [share.first for share in days.shares if share.purse == "none" and share.leave_kind in kinds]


def overspent(wish: Days, answer: Word | None) -> bool:
    """Whether more working days of a year were taken than it gave: they were counted before the account was asked."""
    left = answer.left if answer else {}
    return any(days > left.get(year, days) for year, days in wish.uncertified.items())


def reckoned(s: Account, leave_id: str, wish: Days, terms: Terms, member: Member) -> Split:
    """What pays for the annual days of a wish: balance, advance, and neither.

    Nothing is earned on excess days, so that they lessen what may be taken in advance of it: more of them may follow,
    which lessen it again. What it comes to in the end is what stands.
    """
    main = next((taking for taking in takings(wish) if taking.purse == EARNING), None)
    if main is None:
        return Split(NOTHING, NOTHING, NOTHING)
    others = without(s, leave_id)
    has, excess = balance(others, terms, member, main.first) + inside(s, main), NOTHING
    while True:
        then = _unearning(others, unearned(wish, excess))
        split = paid(main.days, has, allowance(then, terms, member, main.first))
        if split.excess <= excess:
            return split
        excess = split.excess


def apart(s: Account, leave_id: str, wish: Days, terms: Terms, member: Member) -> Split:
    """The same, with no excess where the wish leaves none to the account: it is refused or marked instead."""
    split = reckoned(s, leave_id, wish, terms, member)
    may = wish.excess or (wish.shares and wish.charged is not None)
    return split if may else split._replace(excess=NOTHING)


def _unearning(s: Account, days: tuple[Unearned, ...]) -> Account:
    """The account as if nothing were earned on these days."""
    more = (Withholding(IN_THOUGHT.recorded_at, u.first, u.last, u.ground, lifted=False) for u in days)
    return s.model_copy(update={"withheld": (*s.withheld, *more)})


def unearned(wish: Days, excess: Decimal) -> tuple[Unearned, ...]:
    """The days of a leave on which nothing is earned: absence that was found, leave without pay, excess (doctrine).

    What is held in excess will not be earned on, as far as can be told before the return.
    """
    found = [
        Unearned(first=share.first, last=share.last, ground=share.unearned) for share in wish.shares if share.unearned
    ]
    if wish.charged is None and wish.absent_from:
        found.append(Unearned(first=wish.absent_from, last=None, ground="absent"))
    return (*found, *_in_excess(wish, excess))


def _in_excess(wish: Days, excess: Decimal) -> tuple[Unearned, ...]:
    """The last days that were charged, as many as are in excess; a day of which a part is, is told whole."""
    found: list[Unearned] = []
    for share in reversed([share for share in wish.shares or _whole(wish) if share.purse == EARNING and share.each]):
        if excess <= 0:
            break
        found.insert(0, _last_of(share, excess))
        excess -= share.each * ((share.last - share.first).days + 1)
    return tuple(found)


def _whole(wish: Days) -> tuple[Share, ...]:
    """A wish which tells nothing of its days one by one, as they were wished for once: each is charged."""
    each = Decimal(1)
    return (Share(first=wish.first, last=wish.last, leave_kind=wish.leave_kind, purse=wish.purse, each=each),)


def _last_of(share: Share, excess: Decimal) -> Unearned:
    many = min(int((excess / share.each).to_integral_value("ROUND_CEILING")), (share.last - share.first).days + 1)
    return Unearned(first=share.last - (many - 1) * DAY, last=share.last, ground="excess")
