"""The end of a member's time: what the account had then, which is handed over or settled (doctrine: return).

An account is never over: a closed leave is corrected as long as the mission lasts. But nothing more is earned after the
end, and no new leave holds days of it. What is to be handed over is what the account has by now, never the number which
was told once: where the two differ, it is said, and what was handed over already is to be seen to again.
"""

from __future__ import annotations

from typing import Any, NamedTuple, get_args

from domain.account.balance import NOTHING, balance
from domain.account.entering import FARTHEST_EAST, to_come
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
from domain.model import Decimal, Instant
from domain.refusal import Refusal
from domain.terms import Terms


class Rest(NamedTuple):
    """What is left of an account whose member's time has ended.

    `balances` are those of now, by purse; `told` those of the statement at the end, or, once somebody has seen to the
    rest, of what they saw to. `to_do`: somebody has to see to it, for the first time or since it has changed.
    """

    balances: dict[Kept, Decimal]
    told: dict[Kept, Decimal]
    to_do: bool

    @property
    def changed(self) -> bool:
        """Whether it is no longer what was told of it."""
        purses = self.balances.keys() | self.told.keys()
        return any(self.balances.get(purse, NOTHING) != self.told.get(purse, NOTHING) for purse in purses)


def rest(s: Account, terms: Terms, member: Member, now: Instant) -> Rest | None:
    """What is left, with all that was entered since the end; None where no end stands.

    An end that was handed over before hand-overs told their balances was handed over as the statement had it.
    """
    if s.ended is None or s.ended.lifted:
        return None
    found = Rest(_left(s, terms, member, now), s.ended.handed_balances or s.ended.balances, to_do=True)
    return found._replace(to_do=not s.ended.handed or found.changed)


def _left(s: Account, terms: Terms, member: Member, now: Instant) -> dict[Kept, Decimal]:
    """The balance of each purse on the latest day of which anything can have been entered by now."""
    today = (now + FARTHEST_EAST).date()
    return {purse: balance(s, terms, member, today, purse) for purse in _purses(s)}


def end(act: EndAccount, s: Account, facts: Facts, terms: Terms, member: Member, now: Instant) -> tuple[Any, ...]:
    """The statement at the end: balances by purse, with all that was earned by then; or the end is taken back."""
    chain, why = facts.desks.get("approve", ()), s.ended.why if act.lift and s.ended else act.why
    refusal = may_tell(act, facts, member, why, chain) or _possible(act, s) or before_arrival(act.on, member)
    if refusal:
        return refused(act, refusal)
    first, known = learned(s, facts)
    again = s.ended is not None and not (s.ended.lifted or act.lift)
    cites = ("account/end", terms.pack)
    event = EndedAccount(on=act.on, why=act.why, lifted=act.lift, by=act.decided_by, again=again, cites=cites)
    if act.lift and s.ended:
        return (*first, event.model_copy(update={"on": s.ended.on, "why": s.ended.why}))
    after = changed(known, event, IN_THOUGHT)
    return (*first, event.model_copy(update={"balances": _left(after, terms, member, now)}))


def hand_over(act: HandOver, s: Account, facts: Facts, terms: Terms, member: Member, now: Instant) -> tuple[Any, ...]:
    """A human has seen to what was left of the account: to what it has by now, whatever the statement told."""
    if refusal := may_tell(act, facts, member, "transfer", facts.desks.get("approve", ())):
        return refused(act, refusal)
    found = rest(s, terms, member, now)
    if found is None:
        refusal = Refusal(
            rule="account/end",
            why="the member's time has not ended: there is nothing to hand over yet",
            facts={"got": act.done},
            helps="furlough member end",
        )
        return refused(act, refusal)
    cites = ("account/hand-over", terms.pack)
    return (HandedOver(done=act.done, whom=act.whom, balances=found.balances, by=act.decided_by, cites=cites),)


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
    if refusal := to_come(act.on, act):
        return refusal
    if act.lift and not ended:
        return _no(
            "account/end", "no end is recorded which could be taken back", "an end", "none", "furlough account show"
        )
    if not act.lift and ended and s.ended and (s.ended.on, s.ended.why) != (act.on, act.why):
        got = f"{act.on}, for another reason" if act.why != s.ended.why else f"{act.on}"
        return _no("account/end", "another end is recorded already", f"{s.ended.on}", got, "take it back first: --lift")
    return None


def _no(rule: str, why: str, expected: str, got: str, helps: str) -> Refusal:
    return Refusal(rule=rule, why=why, facts={"expected": expected, "got": got}, helps=helps)


def _purses(s: Account) -> tuple[Kept, ...]:
    opened = s.opened.days if s.opened else {}
    used = {posting.purse for posting in s.ledger}
    return tuple(purse for purse in get_args(Kept) if purse == "annual" or purse in opened or purse in used)
