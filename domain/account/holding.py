"""A leave's wish for days: hold, change, settle and give back are one act, answered by one entry."""

from __future__ import annotations

from typing import Any

from domain.account.balance import balance
from domain.account.comparing import confirm_by
from domain.account.counters import counted_out
from domain.account.ending import after_the_end
from domain.account.entering import unknown_member
from domain.account.events import DaysRefused, HeldDays
from domain.account.fold import changed
from domain.account.kinds import under, unknown
from domain.account.ledger import IN_THOUGHT, NOTHING, takings
from domain.account.limits import gap, overdraft, overlap
from domain.account.opening import learned
from domain.account.resuming import resumable
from domain.account.splitting import apart, overspent, unearned, word
from domain.account.state import Account
from domain.acts import SetDays
from domain.facts import Facts, Member
from domain.holdings import Days
from domain.model import Decimal
from domain.refusal import Refusal
from domain.terms import Terms

Answer = HeldDays | DaysRefused


def answered(act: SetDays, s: Account) -> bool:
    """Whether this wish, or a newer one of its leave, has its answer already."""
    line = s.lines.get(act.leave_id)
    return line is not None and act.n <= line.n


def set_days(act: SetDays, s: Account, facts: Facts) -> tuple[Any, ...]:
    """What the account answers. A settlement is never refused: the days were taken, and what is wrong is noted."""
    if answered(act, s):
        return (_again(act, s),)
    if act.days is None:
        return (HeldDays(leave_id=act.leave_id, n=act.n, days=None, cites=("account/give-back",)),)
    first, s = learned(s, facts)
    return (
        *first,
        _settled(act, act.days, s, facts) if act.days.charged is not None else _held(act, act.days, s, facts),
    )


def _again(act: SetDays, s: Account) -> Answer:
    """The newest answer once more, word for word: a repeated wish, or one that was overtaken, changes nothing."""
    line = s.lines[act.leave_id]
    if line.refusal:
        return DaysRefused(leave_id=act.leave_id, n=line.n, refusal=line.refusal, cites=(line.refusal.rule,))
    back = HeldDays(
        leave_id=act.leave_id,
        n=line.n,
        days=None,
        balance_after=line.balance_after,
        cites=line.cites,
        irregular=line.irregular,
        word=line.word,
    )
    if line.closed:
        return back
    told = {name: getattr(line, name) for name in ("days", "advance", "excess", "unearned", "confirm_by")}
    return back.model_copy(update=told)


def _held(act: SetDays, wish: Days, s: Account, facts: Facts) -> Answer:
    terms, member = facts.terms, facts.member
    if terms is None or member is None:
        return _refused(act, unknown_member(act.member))
    held, own = _answer(act, wish, s, terms, member, "account/hold"), under(terms, act.under)
    after = changed(s, held, IN_THOUGHT)
    refusal = (
        after_the_end(s, act.leave_id, wish)
        or resumable(s, act.leave_id, wish)
        or overlap(s, act.leave_id, wish, own)
        or gap(s, act.leave_id, wish, own)
        or next(counted_out(s, act.leave_id, wish, own, member), None)
        or overdraft(s, after, act.leave_id, wish, terms, member)
    )
    return _refused(act, refusal) if refusal else held


def _answer(act: SetDays, wish: Days, s: Account, terms: Terms, member: Member, rule: str) -> HeldDays:
    """What is held or charged by the wish, with what it leaves, whatever the limits say of it."""
    paid = apart(s, act.leave_id, wish, terms, member)
    own = under(terms, act.under)
    held = HeldDays(
        leave_id=act.leave_id,
        n=act.n,
        days=wish,
        word=word(s, act.leave_id, wish, own, member),
        advance=paid.advance,
        excess=paid.excess,
        unearned=unearned(wish, paid.excess),
        cites=tuple(dict.fromkeys((rule, terms.pack, own.pack))),
        irregular=unknown(wish, own),
    )
    after = changed(s, held, IN_THOUGHT)
    return held.model_copy(update={"balance_after": _left(after, wish, terms, member)})


def _settled(act: SetDays, wish: Days, s: Account, facts: Facts) -> Answer:
    """What a hold would be refused for is noted, each by its rule."""
    terms, member = facts.terms, facts.member
    if terms is None or member is None:
        return HeldDays(leave_id=act.leave_id, n=act.n, days=wish, cites=("account/settle",))
    settled, own = _answer(act, wish, s, terms, member, "account/settle"), under(terms, act.under)
    whole = changed(s, settled.model_copy(update={"excess": NOTHING}), IN_THOUGHT)
    wrong = (
        overlap(s, act.leave_id, wish, own),
        gap(s, act.leave_id, wish, own),
        *counted_out(s, act.leave_id, wish, own, member),
        None if wish.excess else overdraft(s, whole, act.leave_id, wish, terms, member),
    )
    against = [no.rule for no in wrong if no] + (["account/yearly"] if overspent(wish, settled.word) else [])
    posts = {"confirm_by": confirm_by(act.acted_at, terms)}
    return settled.model_copy(update={"irregular": (*settled.irregular, *against)} | posts)


def _left(after: Account, wish: Days, terms: Terms, member: Member) -> Decimal | None:
    main = next(iter(takings(wish)), None)
    return balance(after, terms, member, main.first, main.purse) if main else None


def _refused(act: SetDays, refusal: Refusal) -> DaysRefused:
    return DaysRefused(leave_id=act.leave_id, n=act.n, refusal=refusal, cites=(refusal.rule,))
