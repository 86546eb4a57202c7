"""A leave that a hospital broke off is taken up again by another one, which names it (doctrine: counting days)."""

from __future__ import annotations

from domain.account.state import Account
from domain.holdings import Days
from domain.refusal import Refusal


def resumable(s: Account, leave_id: str, wish: Days) -> Refusal | None:
    """The leave which is resumed is one of this account, was broken off, and is over when the other begins.

    Neither notice nor gap is kept between the two, nor is it a second one of its kind.
    """
    if wish.resumes is None:
        return None
    line = s.lines.get(wish.resumes)
    broken_off = line.days if line and wish.resumes != leave_id else None
    if broken_off and broken_off.interrupted:
        return None
    return Refusal(
        rule="account/resumes",
        why="no leave of that name was broken off by a hospital",
        facts={"expected": "a leave whose days stopped on the day of admission", "got": wish.resumes},
        helps="have the admission recorded first: furlough report --what hospital; or ask without --resumes",
    )
