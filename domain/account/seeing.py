"""What was seen of a member of whom no leave can be told any more: an observation is never lost (doctrine: return).

A leave that has ended takes no more acts, and with the end of somebody's time all of theirs end. Who was missing turns
up, who never came back is brought in, a family is told of a death: that stands in the account, which is never over.
"""

from __future__ import annotations

from typing import Any

from domain.account.events import SeenOf
from domain.account.state import Account
from domain.acts import See
from domain.authority import observed_by_post
from domain.facts import Facts

RULE = "return/seen"
ALIVE = ("left", "back", "reached")
"""What is seen only of somebody who is here after all."""


def see(act: See, s: Account, facts: Facts) -> tuple[Any, ...]:
    """Recorded in any case; it changes no days and takes no end back, but says what a human now has to look at."""
    gone = s.ended is not None and not s.ended.lifted
    task = "their time here has ended: see whether that was so" if gone and act.what in ALIVE else ""
    marks = observed_by_post(act, facts, RULE)
    return (SeenOf(what=act.what, leave_id=act.leave_id, at=act.acted_at, task=task, cites=(RULE,), irregular=marks),)
