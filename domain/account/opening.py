"""What an account learns before it decides: the balances from outside, and on what the credits rest now."""

from __future__ import annotations

from domain.account.basis import basis_of
from domain.account.events import Grounds, Opened
from domain.account.fold import changed
from domain.account.ledger import IN_THOUGHT
from domain.account.state import Account
from domain.facts import Facts


def learned(s: Account, facts: Facts) -> tuple[tuple[Opened | Grounds, ...], Account]:
    """The entries that go before a decision, and the account which knows them."""
    events: tuple[Opened | Grounds, ...] = (*opening(s, facts), *_grounds(s, facts))
    for event in events:
        s = changed(s, event, IN_THOUGHT)
    return events, s


def opening(s: Account, facts: Facts) -> tuple[Opened, ...]:
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
