"""The ladder of a desk: in which order silence reaches its posts, after how long, and which it has reached."""

from __future__ import annotations

from domain.authority import overriders
from domain.leave.absence import emergency, parts
from domain.leave.path import SHOWN
from domain.leave.state import TURNS, Leave
from domain.model import DAY, HOUR, Code, Instant, timedelta
from domain.orders import CEILING, UNKNOWN, Block


def answer(s: Leave, desk: str, since: Instant) -> timedelta:
    """How long a desk may take before its deputy is asked (doctrine: silence).

    An ordinary request is due earlier when departure is near; never in less than an hour.
    """
    if desk == "officer":
        return s.rules.clearing.answer_hours * HOUR
    if desk == "confirm":
        return s.rules.travel.answer_hours * HOUR
    limit = s.kind.answer_hours * HOUR
    if s.kind.answer_before_first_days:
        near = s.days.instant(s.first_day - s.kind.answer_before_first_days * DAY) - since
        limit = min(limit, max(near, HOUR))
    return limit


def rung(s: Leave, desk: str, i: int) -> str:
    """The deadline at which silence reaches the i-th post above the first; the last of all reaches nobody."""
    return f"{about(s, desk)}{SHOWN.get(desk, desk)} rung {i}"


def about(s: Leave, desk: str) -> str:
    """Each extension has a ladder of its own."""
    return f"extension {s.extension.last}: " if s.extension and s.out_at and desk == "approve" else ""


def rungs(s: Leave, desk: str) -> tuple[Code, ...]:
    """The posts of a desk in the order in which silence reaches them: post, deputy, next higher, its deputy ...

    A leave longer than the commander may grant is decided by the next higher, or by the post which the pack names for
    it; so is one that takes excess days (doctrine: kinds of leave).
    """
    ladder = s.desks.get(desk, ())
    if desk == "approve" and _beyond_the_commander(s):
        ladder = s.desks.get("above") or ladder[1:] or ladder
    return tuple(dict.fromkeys(p for step in ladder for p in (step.post, step.deputy) if p))


def _beyond_the_commander(s: Leave) -> bool:
    last = s.extension.last if s.extension else s.last_day
    turns = parts(s.asked, s.first_day, last)
    limits = ((part, s.rules.kinds[part.leave_kind].commander_up_to_days) for part in turns)
    return s.asked.excess or any(limit and (part.last - part.first).days >= limit for part, limit in limits)


NOBODY_ABOVE = "authority/nobody-above"
"""The mark of an approval by the unit's commander of what the next higher post ought to grant, where there is none."""


def nobody_above(s: Leave) -> bool:
    """Whether what the commander may not grant alone has nobody else to grant it: the unit's ladder ends with them."""
    return _beyond_the_commander(s) and not s.desks.get("above") and len(s.desks.get("approve", ())) < 2


def lacking(s: Leave) -> str:
    """Where what the commander may not grant has no post above, or none of the role that the pack names: who grants it.

    By which term of the pack, too; empty where there is one, where none is named, or where the pack says nothing of it.
    """
    if nobody_above(s):
        posts = ", ".join(rungs(s, "approve")[:1]) or "nobody"
        return f"no post stands above the unit's commander: {posts} decides alone, and the approval is marked irregular"
    if not _beyond_the_commander(s) or s.desks.get("above"):
        return ""
    for part in parts(s.asked, s.first_day, s.last_day):
        kind = s.rules.kinds[part.leave_kind]
        if kind.above_role and kind.above_else:
            posts = ", ".join(rungs(s, "approve")[:1]) or "nobody"
            role = kind.above_role.replace("-", " ")
            term = f"kinds.{part.leave_kind}.above_else of {s.rules.pack}"
            return (
                f"there is no {role} in reach: {posts} decides as the {kind.above_else.replace('-', ' ')} post ({term})"
            )
    return ""


def reached(s: Leave, desk: str) -> tuple[Code, ...]:
    """The posts of a desk whose turn it is by now: until somebody has decided, each of them may."""
    ladder = rungs(s, desk)
    opened = [i for i in range(1, len(ladder) + 1) if rung(s, desk, i) in s.lapsed]
    return ladder[: 1 + max(opened, default=0)]


def exempting(s: Leave) -> tuple[Code, ...]:
    """The posts which the orders that stand against it name, and those above whom silence has reached.

    Each may exempt it, and so may the deputy of the post named at once.
    """
    named = dict.fromkeys(b.etp for b in _blocks(s) if b.etp)
    return tuple(dict.fromkeys((*named, *(p for post in named if post in s.barred for p in s.barred[post].reached))))


def overriding(s: Leave) -> tuple[Code, ...]:
    """The posts which may let it exceed the strength of its unit: an emergency that waits for that, and no other.

    Nor an emergency which other leave follows: the base is told each kind, and lets no such one exceed it.
    """
    short = any(b.rule in (CEILING, UNKNOWN) for b in _blocks(s))
    if not short or not (emergency(s) if s.chart >= TURNS else s.rules.urgent(s.asked.leave_kind)):
        return ()
    return overriders(s.desks, (*s.deciders.values(), s.whose.id)) if s.chart >= RATIFIES else rungs(s, "override")


def exempting_from(s: Leave, above: int) -> Instant | None:
    """When silence has reached the post so many steps above one that may exempt; None where nothing stands against it.

    An exemption is the base's consent: the limit is that of a clearance, at most that of the kind. The next higher is
    reached at twice that, then one each day (doctrine: silence). The post itself and its deputy may exempt at once.
    """
    if s.since is None or not _blocks(s):
        return None
    limit = min(answer(s, "officer", s.since), s.kind.answer_hours * HOUR)
    return s.since + 2 * limit + (above - 1) * DAY


def _blocks(s: Leave) -> tuple[Block, ...]:
    """What stands against a leave that has not gone."""
    return s.verdict.blocks if s.verdict and not s.out_at and not s.ended else ()


RATIFIES = 4
"""The chart since which silence goes on where a member has left without an approval, and a base is told who decided."""


def undecided(s: Leave) -> bool:
    """Whether command still has to consent: to the leave or, while the member is away, to an extension."""
    if s.out_at is None:
        return not s.approved
    return bool(s.extension and not s.extension.approved) or ratifiable(s)


def ratifiable(s: Leave) -> bool:
    """Whether command may still consent to a leave on which the member has gone without an approval.

    Until somebody has decided, every authority reached so far may decide (doctrine: decisions).
    """
    return s.away and s.chart >= RATIFIES and not s.approved and not s.disowned


def decided(s: Leave, desk: str) -> bool:
    """Whether the desk has said by now all that it had to say."""
    said = {
        "attest": s.attested is not None,
        "approve": not undecided(s),
        "officer": s.officer_cleared,
        "confirm": s.confirmed,
    }
    return said.get(desk, False)
