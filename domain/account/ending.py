"""The end of a member's time: what the account had then, which is handed over or settled (doctrine: return).

An account is never over: a closed leave is corrected as long as the mission lasts. But nothing more is earned after the
end, and no new leave holds days of it.
"""

from __future__ import annotations

from typing import Any, get_args

from domain.account.balance import balance
from domain.account.events import EndedAccount, HandedOver
from domain.account.fold import changed
from domain.account.ledger import IN_THOUGHT
from domain.account.opening import learned
from domain.account.state import Account
from domain.acts import EndAccount, HandOver, Kept
from domain.decider import refused
from domain.ends import before_arrival, may_tell
from domain.facts import Facts, Member
from domain.holdings import Days
from domain.model import DAY
from domain.refusal import Refusal
from domain.terms import Terms


def end(act: EndAccount, s: Account, facts: Facts, terms: Terms, member: Member) -> tuple[Any, ...]:
    """The statement at the end: balances by purse, with all that was earned by then; or the end is taken back."""
    chain, why = facts.desks.get("approve", ()), s.ended.why if act.lift and s.ended else act.why
    refusal = may_tell(act, facts, member, why, chain) or _possible(act, s) or before_arrival(act.on, member)
    if refusal:
        return refused(act, refusal)
    first, known = learned(s, facts)
    event = EndedAccount(on=act.on, why=act.why, lifted=act.lift, by=act.decided_by, cites=("account/end", terms.pack))
    if act.lift and s.ended:
        return (*first, event.model_copy(update={"on": s.ended.on, "why": s.ended.why}))
    after = changed(known, event, IN_THOUGHT)
    month_end = (act.on.replace(day=28) + 4 * DAY).replace(day=1) - DAY
    has = {purse: balance(after, terms, member, month_end, purse) for purse in _purses(known)}
    return (*first, event.model_copy(update={"balances": has}))


def hand_over(act: HandOver, s: Account, facts: Facts, terms: Terms, member: Member) -> tuple[Any, ...]:
    """A human has seen to what was left of the account."""
    if refusal := may_tell(act, facts, member, "transfer", facts.desks.get("approve", ())):
        return refused(act, refusal)
    if s.ended is None or s.ended.lifted:
        refusal = Refusal(
            rule="account/end",
            why="the member's time has not ended: there is nothing to hand over yet",
            facts={"got": act.done},
            helps="furlough member end",
        )
        return refused(act, refusal)
    return (HandedOver(done=act.done, whom=act.whom, by=act.decided_by, cites=("account/hand-over", terms.pack)),)


def after_the_end(s: Account, leave_id: str, wish: Days) -> Refusal | None:
    """No new leave reaches beyond the end of somebody's time; what is held already may shrink."""
    line = s.lines.get(leave_id)
    if s.ended is None or s.ended.lifted or wish.last <= s.ended.on or (line and line.days):
        return None
    return Refusal(
        rule="account/ended",
        why="the member's time in the mission has ended",
        facts={"expected": f"a last day of {s.ended.on} or before", "got": str(wish.last)},
        helps="if that was a slip, or they are back: furlough member end --lift",
    )


def _possible(act: EndAccount, s: Account) -> Refusal | None:
    ended = s.ended is not None and not s.ended.lifted
    if act.on > act.acted_at.date() + DAY:  # a day of the base may have begun already
        why, expected = "the end lies in the future", f"{act.acted_at.date()} or before"
        return _no("record/future", why, expected, str(act.on), "record it once it has happened")
    if act.lift and not ended:
        return _no(
            "account/end", "no end is recorded which could be taken back", "an end", "none", "furlough account show"
        )
    if not act.lift and ended and s.ended and (s.ended.on, s.ended.why) != (act.on, act.why):
        told = f"{s.ended.on}"
        return _no("account/end", "another end is recorded already", told, str(act.on), "take it back first: --lift")
    return None


def _no(rule: str, why: str, expected: str, got: str, helps: str) -> Refusal:
    return Refusal(rule=rule, why=why, facts={"expected": expected, "got": got}, helps=helps)


def _purses(s: Account) -> tuple[Kept, ...]:
    opened = s.opened.days if s.opened else {}
    used = {posting.purse for posting in s.ledger}
    return tuple(purse for purse in get_args(Kept) if purse == "annual" or purse in opened or purse in used)
