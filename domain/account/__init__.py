"""One member's account of leave days: what is held, settled and given back, in one place for all of their leaves.

    SetDays         -> exactly one of HeldDays | DaysRefused, the first time perhaps after Opened
    CorrectAccount  -> CorrectedDays | Refused

The account has no clock and no path: it waits for nothing, wants nothing, and is never over. It knows a repeat by the
leave and its n-th wish, or by the correction. Terms, member and opening balances come in as facts; what was earned is
computed for the day asked (`balance`, `statement`).
"""

from __future__ import annotations

from typing import Any

from domain.account.balance import EARNING, StatementLine, allowance, balance, statement, without
from domain.account.correcting import correct
from domain.account.events import AccountEvent, CorrectedDays, DaysRefused, HeldDays, Opened
from domain.account.holding import answered, set_days
from domain.account.state import Account, Correction, Line, evolve
from domain.acts import CorrectAccount, Lapse, MemberAct, SetDays
from domain.decider import Decision, Outcome, Questions, Undecided
from domain.facts import Facts, Need
from domain.holdings import Purse
from domain.model import Instant

name = "account"
initial = Account()
AccountQuestions = Questions[MemberAct, Account]
AccountDecision = Decision[MemberAct, AccountEvent]
AccountAnswers = tuple[AccountDecision | Undecided, ...]
AccountOutcome = Outcome[AccountEvent]


def needs(act: SetDays | CorrectAccount, state: Account) -> frozenset[Need]:
    """What is looked up; a repeat and a giving back rest on the account alone, so that nothing can hinder them."""
    opening: frozenset[Need] = frozenset() if state.opened else frozenset({"opening"})
    if isinstance(act, CorrectAccount):
        return opening | {"member", "terms", "person", "desks"}
    if act.days is None or answered(act, state):
        return frozenset()
    return opening | {"member", "terms"}


def decide(act: SetDays | CorrectAccount, state: Account, facts: Facts, now: Instant) -> tuple[Any, ...]:
    """What the act leads to."""
    match act:
        case SetDays():
            return set_days(act, state, facts)
        case CorrectAccount():
            return correct(act, state, facts, now)


def wants(state: Account, now: Instant) -> tuple[()]:
    """Nothing: the account gives, and takes nothing."""
    return ()


def due(state: Account) -> tuple[Lapse, ...]:
    """Nothing: time says nothing to an account."""
    return ()


def over(state: Account) -> bool:
    """Never: a closed leave may be corrected as long as the mission lasts."""
    return False


__all__ = [
    "EARNING",
    "Account",
    "AccountAnswers",
    "AccountDecision",
    "AccountEvent",
    "AccountOutcome",
    "AccountQuestions",
    "CorrectedDays",
    "Correction",
    "DaysRefused",
    "HeldDays",
    "Line",
    "Opened",
    "Purse",
    "StatementLine",
    "allowance",
    "balance",
    "decide",
    "due",
    "evolve",
    "initial",
    "name",
    "needs",
    "over",
    "statement",
    "wants",
    "without",
]
