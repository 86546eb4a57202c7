"""Countersignatures at a base: of orders, exemptions and overrides which a clerk recorded for who decided them."""

from __future__ import annotations

from domain import signing
from domain.acts import SignEntry
from domain.garrison.sitting import Sitting
from domain.refusal import Refusal


def sign_entry(act: SignEntry, sitting: Sitting) -> None:
    """The decider confirms it, themself."""
    said = signing.sign(act, sitting.state.unsigned, sitting.state.lapsed, sitting.as_of)
    if isinstance(said, Refusal):
        sitting.refuse(said)
    else:
        sitting.say(said)
