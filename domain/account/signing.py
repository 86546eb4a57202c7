"""Countersignatures of what a clerk entered into an account for who decided it (doctrine: decisions)."""

from __future__ import annotations

from typing import Any

from domain import authority, signing
from domain.account.events import Opened
from domain.account.fold import changed
from domain.account.ledger import IN_THOUGHT
from domain.account.state import Account
from domain.acts import MemberAct, OpenAccount, SignAccount
from domain.decider import Event, refused
from domain.facts import Facts
from domain.model import Instant
from domain.refusal import Refusal


def to_be_signed(act: MemberAct, s: Account, facts: Facts, now: Instant, events: tuple[Any, ...]) -> tuple[Any, ...]:
    """What follows from a decision that a clerk wrote down is marked, and waits for so many days of the member's pack.

    There is nothing to be confirmed in what changes nothing, nor in what the account only learned from the register.
    """
    if act.said != "decision" or facts.terms is None:
        return events
    marks, marked = signing.recorded(act, facts.terms.records.countersign_days, now), list[Event]()
    for event in events:
        before, s = s, changed(s, event, IN_THOUGHT)
        learned = isinstance(event, Opened) and not isinstance(act, OpenAccount)
        if marks and isinstance(event, signing.Recorded) and s != before and not learned:
            irregular = dict.fromkeys((*event.irregular, *marks["irregular"]))
            event = event.model_copy(update=marks | {"irregular": tuple(irregular)})  # noqa: PLW2901 (the same, marked)
        marked.append(event)
    return tuple(marked)


def sign(act: SignAccount, s: Account, facts: Facts, now: Instant) -> tuple[Any, ...]:
    """The decider confirms it, themself."""
    refusal = authority.unfounded(act, facts, now, None)
    said = refusal or signing.sign(act, s.unsigned, s.lapsed, max(act.acted_at, now))
    return refused(act, said) if isinstance(said, Refusal) else (said,)
