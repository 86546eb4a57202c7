"""The ladder of an exemption: an order bars the leave and names who may exempt; silence goes on, and never downwards.

Remind at half the limit; at the limit the deputy, at twice the limit the next higher, then daily to the top and on the
stuck list. Who stands where is looked up when the time comes: a post that nobody holds is out of reach.
Until somebody exempts, the order bars the leave, which ends on its days like any other (doctrine: decisions).
"""

from __future__ import annotations

from collections.abc import Iterator

from domain.facts import Facts
from domain.leave.ladders import answer
from domain.leave.lapses import EXEMPTION, REMIND, RUNG, about
from domain.leave.state import Barred, Leave
from domain.model import DAY, HOUR, Code, Instant


def barred(s: Leave, at: Instant) -> dict[Code, Barred]:
    """By post which may exempt: since when it is waited for, and how far silence has come."""
    blocks = s.verdict.blocks if s.verdict else ()
    posts = dict.fromkeys(block.etp for block in blocks if block.etp)
    return {post: s.barred.get(post, Barred(since=at)) for post in posts}


def ladder(s: Leave) -> Iterator[tuple[str, Instant]]:
    """What time will say, and when; nothing to leaves that were asked for before there was this ladder."""
    if not s.exemptions or s.out_at or s.ended:
        return
    for post, it in s.barred.items():
        limit = min(answer(s, "officer", it.since), s.kind.answer_hours * HOUR)
        if not it.reminded:
            yield f"{EXEMPTION}{post}: {REMIND}", it.since + limit / 2
        if not it.exhausted:
            i = len(it.reached) + 1
            yield f"{EXEMPTION}{post}:{RUNG}{i}", it.since + (limit if i == 1 else 2 * limit + (i - 2) * DAY)


def told(s: Leave, what: str, f: Facts) -> tuple[Code, ...]:
    """Whom it reaches: a reminder those reached so far, a rung the next who can be; nobody where that was all."""
    post = about(what)
    so_far = (post, *s.barred[post].reached)
    if what.endswith(REMIND):
        return so_far
    return tuple(held.post for held in f.etp_posts if held.post not in so_far)[:1]


def moved(s: Leave, what: str, to: tuple[Code, ...]) -> dict[Code, Barred]:
    """The ladders after a deadline of one of them."""
    post = about(what)
    if post not in s.barred:
        return s.barred
    it = s.barred[post]
    change = {"reminded": True} if what.endswith(REMIND) else {"reached": (*it.reached, *to), "exhausted": not to}
    return s.barred | {post: it.model_copy(update=change)}
