"""What an order would change, found by the very functions that enter it and examine the leaves; nothing comes of it.

A staff officer may ask before the commander signs: that somebody else has to issue it is told, and is no obstacle.
"""

from __future__ import annotations

from domain.acts import IssueOrder
from domain.decider import Event
from domain.facts import Facts
from domain.garrison.desk import decide
from domain.garrison.events import Examined, OrderIssued
from domain.garrison.ordering import enter_order
from domain.garrison.rescinding import may_end
from domain.garrison.sitting import Sitting
from domain.garrison.state import Garrison
from domain.garrison.wording import unfit, unwritable
from domain.model import Code, Instant, Model, Text
from domain.orders import Bar, Block, Condition, Verdict
from domain.refusal import Refusal


class Turn(Model):
    """How one leave would stand: its verdict before (None: none yet) and after."""

    leave_id: str
    number: str = ""
    before: Verdict | None = None
    after: Verdict

    @property
    def turned(self) -> bool:
        """Whether it would stand otherwise: not where other hours or things to be done are all that is new."""
        return self.before is None or self.before.stands != self.after.stands

    @property
    def blocks(self) -> tuple[Block, ...]:
        """What would stand against it that did not before."""
        known = {(b.cites, b.rule, b.until) for b in self.before.blocks} if self.before else set()
        return tuple(b for b in self.after.blocks if (b.cites, b.rule, b.until) not in known)

    @property
    def lifted(self) -> tuple[Code, ...]:
        """The orders and limits that stand against it, and would no more."""
        left = {block.cites for block in self.after.blocks}
        return tuple(dict.fromkeys(b.cites for b in (self.before.blocks if self.before else ()) if b.cites not in left))

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """What would be asked of it that was not before."""
        return tuple(c for c in self.after.conditions if not self.before or c not in self.before.conditions)

    @property
    def bars(self) -> tuple[Bar, ...]:
        """The hours at which it might not move, and might before."""
        return tuple(bar for bar in self.after.bars if not self.before or bar not in self.before.bars)


class WhatIf(Model):
    """What would come of an order at one base: the leaves that turn, and why it would be refused if it would be.

    `entered` tells whether it could stand in the book, whoever issues it; if not, no leave was examined. `unattainable`
    tells what it wants to stay and is not there.
    """

    base: Code
    order: Code
    turns: tuple[Turn, ...] = ()
    unattainable: tuple[Text, ...] = ()
    entered: bool = True
    refusal: Refusal | None = None


def what_if(act: IssueOrder, state: Garrison, facts: Facts, now: Instant) -> WhatIf:
    """What would come of an order, first of all as if its issuer said it."""
    events = decide(act, state, facts, now)
    refusal = next((e.refusal for e in events if e.kind == "refused"), None)  # type: ignore[attr-defined]
    if refusal and refusal.rule.startswith("authority/"):
        return _entered(act, state, facts, now, refusal)
    return _found(act, state, events, refusal)


def _entered(act: IssueOrder, state: Garrison, facts: Facts, now: Instant, refusal: Refusal) -> WhatIf:
    sitting = Sitting(act, state, facts, now)
    other = unwritable(act.order, state.book, facts) or unfit(act.order, sitting) or may_end(act, state.book, facts)
    if other and not other.rule.startswith("authority/"):
        return WhatIf(base=act.base, order=act.order.name, entered=False, refusal=other)
    enter_order(act.order, sitting)
    return _found(act, state, sitting.events, None).model_copy(update={"refusal": refusal})


def _found(act: IssueOrder, state: Garrison, events: tuple[Event, ...], refusal: Refusal | None) -> WhatIf:
    lacking = tuple(said for event in events if isinstance(event, OrderIssued) for said in event.unattainable)
    return WhatIf(
        base=act.base,
        order=act.order.name,
        turns=turns(events, state),
        unattainable=lacking,
        entered=refusal is None,
        refusal=refusal,
    )


def turns(events: tuple[Event, ...], state: Garrison) -> tuple[Turn, ...]:
    """How leaves stand after events that were decided on a state, where that is another way than before."""
    found = {}
    for event in events:
        if isinstance(event, Examined):
            for key, verdict in event.verdicts.items():
                line = state.leaves[key]
                found[key] = Turn(leave_id=key, number=line.number, before=line.verdict, after=verdict)
    return tuple(found[key] for key in sorted(found))
