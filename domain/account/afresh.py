"""Leaves which were heard of before the balance from outside: what of them nothing pays for is reckoned anew with it.

Until then they could only be laid to what was earned here, so that days were in excess which the balance pays for, or
has in it. What was said then stays in the journal; each line that changes has an entry of its own.
"""

from __future__ import annotations

from domain.account.events import Reckoned
from domain.account.fold import changed
from domain.account.ledger import IN_THOUGHT
from domain.account.splitting import apart, unearned
from domain.account.state import Account
from domain.facts import Facts


def afresh(s: Account, facts: Facts) -> tuple[Reckoned, ...]:
    """The entries of leaves of which another part is in excess now, in the order in which they were heard of."""
    terms, member, found = facts.terms, facts.member, list[Reckoned]()
    for leave_id, line in s.lines.items() if terms and member else ():
        assert terms
        assert member
        if line.days is None:
            continue
        paid = apart(s, leave_id, line.days, terms, member)
        if paid.excess == line.excess:
            continue
        event = Reckoned(
            leave_id=leave_id,
            advance=paid.advance,
            excess=paid.excess,
            unearned=unearned(line.days, paid.excess),
            cites=("account/opening", terms.pack),
        )
        s = changed(s, event, IN_THOUGHT)
        found.append(event)
    return tuple(found)
