"""What was seen of a member of whom no leave can be told any more: an observation is never lost (doctrine: return).

A leave that has ended takes no more acts, and with the end of somebody's time all of theirs end. Who was missing turns
up, who never came back is brought in, a family is told of a death: that stands in the account, which is never over. So
does what was said to a leave in time and arrives when it has ended, as after a long outage.
"""

from __future__ import annotations

from typing import Any, Final

from domain.account.events import SeenOf
from domain.account.state import Account, Heard
from domain.acts import Act, CheckOff, Observation, See, Seen, SignIn, SignOut
from domain.authority import doubtful, observed_by_post
from domain.facts import Facts, Member
from domain.model import DAY, Code, Instant

RULE = "return/seen"
AFTER_END = "return/after-end"
ALIVE = ("left", "back", "reached")
"""What is seen only of somebody who is here after all."""
AT_THE_GATE = SignOut | SignIn | CheckOff
"""What the leave would have asked of who saw it."""

SEEN_AS: Final[dict[str, Seen]] = {"sign-out": "left", "sign-in": "back", "contact": "reached", "was-told": "told"}
"""What an observation of an ended leave is told as of its member."""


def as_heard(act: Observation, member: Code) -> See:
    """An observation which found its leave ended, as it is said to the account: under its own id, in its own words."""
    head = {name: getattr(act, name) for name in Act.model_fields if name != "signature"}
    what = SEEN_AS.get(act.kind, "other")
    what = "not-reached" if getattr(act, "reached", True) is False else what
    return See(**head, member=member, what=what, leave_id=act.leave_id, heard=act)


def unseen(s: Account) -> dict[str, tuple[Heard, ...]]:
    """By leave, what arrived after its end and nobody has looked at who may put its days right, in time or later."""
    open_ = {leave: tuple(one for one in some if not one.seen_to) for leave, some in s.heard.items()}
    return {leave: some for leave, some in open_.items() if some}


def to_look_at(s: Account) -> dict[str, tuple[Heard, ...]]:
    """The same where somebody is still waited for: its time is not over."""
    open_ = {leave: tuple(one for one in some if not one.lapsed_at) for leave, some in unseen(s).items()}
    return {leave: some for leave, some in open_.items() if some}


def see(act: See, s: Account, facts: Facts, member: Member, now: Instant) -> tuple[Any, ...]:
    """Recorded in any case; it changes no days and takes no end back, but says what a human now has to look at.

    What found its leave ended is marked so; of comings and goings it is asked who saw them, as the leave would have.
    The chain of command then has the days of the pack to look at it.
    """
    gone = s.ended is not None and not s.ended.lifted
    task = "their time here has ended: see whether that was so" if gone and act.what in ALIVE else ""
    told = SeenOf(what=act.what, leave_id=act.leave_id, at=act.acted_at, task=task, cites=(RULE,))
    marks = observed_by_post(act, facts, RULE)
    if act.heard is None:
        return (told.model_copy(update={"irregular": marks}),)
    if isinstance(act.heard, AT_THE_GATE):
        marks = doubtful(act, facts, member)
    late: dict[str, Any] = {
        "heard": act.heard.kind,
        "act": act.act_id,
        "cites": (AFTER_END,),
        "irregular": (AFTER_END, *marks),
    }
    most = facts.terms.records.look_days if facts.terms else None
    late["look_by"] = now + most * DAY if most else None
    return (told.model_copy(update=late | {"task": task or "see whether its days are to be put right"}),)
