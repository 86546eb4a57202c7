"""One member's account of leave days: what is held, settled and given back, in one place for all of their leaves.

    SetDays           -> exactly one of HeldDays | DaysRefused
    OpenAccount       -> Opened | Refused
    CorrectAccount    -> CorrectedDays | Refused
    AdjustAccount     -> Adjusted | Refused
    WithholdAccrual   -> Withheld | Refused
    RaiseCeiling      -> RaisedCeiling | Refused
    CreditWorked      -> Credited | Refused
    CloseYear         -> ClosedYear | Refused
    ReconcileAccount  -> Reconciled | Refused
    EndAccount        -> EndedAccount | Refused
    See               -> SeenOf
    HandOver          -> HandedOver | Refused
    SignAccount       -> EntrySigned | Refused
    Relabel           -> Relabelled, then CorrectedDays and Withheld as far as they follow | Refused
    Lapse             -> EntryLapsed | Unposted | Unlooked, where it is due

What a clerk recorded waits for the countersignature of who decided it, and a charge for the statement which posts it.

Before any of them may stand Opened, the first time that balances from outside are known, with Reckoned for each leave
of which another part is in excess by them, and Grounds, whenever pack or tour are not what they were.

The account has no path: it waits for nothing but these two, wants nothing, and is never over. It knows a repeat by the
leave and its n-th wish, or by the correction. Terms, member and opening balances come in as facts; what was earned is
computed for the day asked (`balance`, `statement`).
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from domain import authority, once
from domain.account.balance import EARNING, StatementLine, allowance, balance, statement, without
from domain.account.basis import resting_on
from domain.account.closing import close_year, foreseen, raise_ceiling, to_close, year_ends
from domain.account.comparing import Standing, chargeable, reconcile, settled_by, settled_on, standing, to_be_posted
from domain.account.correcting import correct
from domain.account.deadlines import due, lapse
from domain.account.ending import Rest, end, hand_over, rest
from domain.account.entering import adjust, credit_worked, open_account, unknown_member, withhold
from domain.account.events import (
    AccountEvent,
    Adjusted,
    ClosedYear,
    CorrectedDays,
    Credited,
    DaysRefused,
    Difference,
    Grounds,
    HeldDays,
    Opened,
    RaisedCeiling,
    Reckoned,
    Reconciled,
    Unlooked,
    Unposted,
    Withheld,
)
from domain.account.fold import evolve
from domain.account.forecast import Forecast, forecast, split
from domain.account.holding import answered, set_days
from domain.account.ledger import Posting
from domain.account.outside import inside
from domain.account.relabelling import relabel
from domain.account.seeing import as_heard, see, to_look_at
from domain.account.signing import sign, to_be_signed
from domain.account.state import Account, Correction, Line, as_known
from domain.acts import (
    AdjustAccount,
    CloseYear,
    CorrectAccount,
    CreditWorked,
    EndAccount,
    HandOver,
    Lapse,
    MemberAct,
    OpenAccount,
    RaiseCeiling,
    ReconcileAccount,
    Relabel,
    See,
    SetDays,
    SignAccount,
    WithholdAccrual,
)
from domain.decider import Decision, Outcome, Questions, Undecided, refused
from domain.facts import Facts, Need
from domain.holdings import Purse, Split
from domain.model import Instant

Ends = EndAccount | HandOver | See
Books = OpenAccount | AdjustAccount | WithholdAccrual | RaiseCeiling | CreditWorked | CloseYear | ReconcileAccount
Entering = Books | Ends
"""What people enter beside leaves."""
Said = SetDays | CorrectAccount | Relabel | SignAccount | Entering
Decided = Annotated[MemberAct | Lapse, Field(discriminator="kind")]
"""What is put to the account: what people and leaves say to it, and what time says."""
BOUNDED = OpenAccount | AdjustAccount
"""What brings a number of days that a person has typed."""

name = "account"
initial = Account()
AccountQuestions = Questions[Decided, Account]
AccountDecision = Decision[Decided, AccountEvent]
AccountAnswers = tuple[AccountDecision | Undecided, ...]
AccountOutcome = Outcome[AccountEvent]


def needs(act: Said | Lapse, state: Account) -> frozenset[Need]:
    """What is looked up; a repeat and a giving back rest on the account alone, so that nothing can hinder them."""
    if isinstance(act, Lapse):
        return frozenset()
    opening: frozenset[Need] = frozenset() if state.opened else frozenset({"opening"})
    if isinstance(act, SignAccount):
        return frozenset({"person"})
    if not isinstance(act, SetDays):
        bound: frozenset[Need] = frozenset({"largest_entry"}) if isinstance(act, BOUNDED) else frozenset()
        return opening | bound | {"member", "terms", "person", "desks"}
    if act.days is None or answered(act, state):
        return frozenset()
    return opening | {"member", "terms"}


def decide(act: Said | Lapse, state: Account, facts: Facts, now: Instant) -> tuple[Any, ...]:
    """What the act leads to."""
    if isinstance(act, Lapse):  # time says a thing once, whatever ids people choose
        return lapse(act, state)
    if answer := once.again(act, state.said):
        return (answer,)
    match act:
        case SetDays():
            return set_days(act, state, facts)
        case SignAccount():
            return sign(act, state, facts, now)
        case CorrectAccount():
            events = correct(act, state, facts, now)
        case Relabel():
            events = relabel(act, state, facts, now)
        case _:
            events = _entered(act, state, facts, now)
    return to_be_signed(act, state, facts, now, events)


def _entered(act: Entering, state: Account, facts: Facts, now: Instant) -> tuple[Any, ...]:
    terms, member = facts.terms, facts.member
    refusal = (
        unknown_member(act.member)
        if terms is None or member is None
        else authority.unfounded(act, facts, now, member.base)
    )
    if refusal or terms is None or member is None:
        assert refusal is not None
        return refused(act, refusal)
    match act:
        case OpenAccount():
            return open_account(act, state, facts, terms, member)
        case AdjustAccount():
            return adjust(act, state, facts, terms, member)
        case WithholdAccrual():
            return withhold(act, state, facts, terms, member)
        case RaiseCeiling():
            return raise_ceiling(act, state, facts, terms, member)
        case CreditWorked():
            return credit_worked(act, state, facts, terms, member)
        case CloseYear():
            return close_year(act, state, facts, terms, member, now)
        case ReconcileAccount():
            return reconcile(act, state, facts, terms, member)
        case EndAccount():
            return end(act, state, facts, terms, member, now)
        case HandOver():
            return hand_over(act, state, facts, terms, member, now)
        case See():
            return see(act, state, facts, member, now)


def wants(state: Account, now: Instant) -> tuple[()]:
    """Nothing: the account gives, and takes nothing."""
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
    "Adjusted",
    "ClosedYear",
    "CorrectedDays",
    "Correction",
    "Credited",
    "DaysRefused",
    "Difference",
    "Forecast",
    "Grounds",
    "HeldDays",
    "Line",
    "Opened",
    "Posting",
    "Purse",
    "RaisedCeiling",
    "Reckoned",
    "Reconciled",
    "Rest",
    "Split",
    "Standing",
    "StatementLine",
    "Unlooked",
    "Unposted",
    "Withheld",
    "allowance",
    "as_heard",
    "as_known",
    "balance",
    "chargeable",
    "decide",
    "due",
    "evolve",
    "forecast",
    "foreseen",
    "initial",
    "inside",
    "name",
    "needs",
    "over",
    "rest",
    "resting_on",
    "settled_by",
    "settled_on",
    "split",
    "standing",
    "statement",
    "to_be_posted",
    "to_close",
    "to_look_at",
    "wants",
    "without",
    "year_ends",
]
