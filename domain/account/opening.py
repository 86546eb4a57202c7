"""What an account learns before it decides: the balances from outside, and on what the credits rest now."""

from __future__ import annotations

from domain.account.afresh import afresh
from domain.account.balance import EARNING
from domain.account.basis import basis_of
from domain.account.events import Grounds, Opened, Reckoned
from domain.account.fold import changed
from domain.account.ledger import IN_THOUGHT
from domain.account.state import Account, opened
from domain.facts import Facts

Lesson = Opened | Grounds | Reckoned


def learned(s: Account, facts: Facts, *told: Opened) -> tuple[tuple[Lesson, ...], Account]:
    """The entries that go before a decision, and the account which knows them; `told` is what the act itself brings."""
    before = opened(s)
    events: tuple[Lesson, ...] = (*_opening(s, facts), *told, *_grounds(s, facts))
    for event in events:
        s = changed(s, event, IN_THOUGHT)
    if EARNING in before or EARNING not in opened(s):
        return events, s
    anew = afresh(s, facts)
    for each in anew:
        s = changed(s, each, IN_THOUGHT)
    return (*events, *anew), s


def _opening(s: Account, facts: Facts) -> tuple[Opened, ...]:
    """The entry which brings the balances from outside into the account, the first time that they are known."""
    if s.opened is not None or facts.opening is None:
        return ()
    found = facts.opening
    cites = ("account/opening", f"register@{facts.register_version}")
    return (Opened(as_of=found.as_of, days=found.days, source=found.source, cites=cites),)


def _grounds(s: Account, facts: Facts) -> tuple[Grounds, ...]:
    if facts.terms is None or facts.member is None:
        return ()
    basis = basis_of(facts.terms, facts.member)
    if s.grounds and s.grounds[-1].basis == basis:
        return ()
    return (Grounds(basis=basis, cites=("account/grounds", basis.pack, f"register@{facts.register_version}")),)
