"""One person in two capacities: when that is allowed, whether it is said to a leave or to its base.

Different people decide, but at a small site alone, once, on an emergency, with a reason; the next higher post reviews
it (doctrine: decisions).
"""

from __future__ import annotations

from collections.abc import Collection

from domain.facts import BaseFacts
from domain.model import Code
from domain.refusal import Refusal

TWO_CAPACITIES = "decision/two-capacities"
SEPARATE = "decision/separate-people"
EXEMPTION, OVERRIDING = "exemption", "override of strength"
"""The two capacities in which somebody decides on a leave at its base."""


def apart(mine: str, others: Collection[str]) -> Refusal:
    """The refusal of who has decided on the leave in other capacities, and asks for no exception."""
    got = " and ".join(others)
    return Refusal(
        rule=SEPARATE,
        why=f"the person has decided on this leave already, in {got}",
        facts={"expected": f"another person for {mine}", "got": got},
        helps="another holder of the post, its deputy or the next higher decides",
    )


def exceptional(
    others: Collection[str], reviewers: Collection[Code], base: BaseFacts | None, within: int | None, *, emergency: bool
) -> Refusal | None:
    """Why the exception is not to be had; `within` is in how many hours it is reviewed."""
    small = base.small if base else 0
    wanted = {
        "an emergency": emergency,
        f"a base with fewer than {small} posts": base is not None and base.posts < small,
        "one other capacity": len(others) == 1,
        "a higher post that reviews it": bool(reviewers),
    }
    missing = ", ".join(what for what, is_so in wanted.items() if not is_so)
    if not missing and within is not None:
        return None
    posts = f"{base.posts} posts at {base.code}" if base else "no base"
    return Refusal(
        rule=TWO_CAPACITIES,
        why="one person decides in two capacities at a small site alone, once, on an emergency",
        facts={
            "expected": missing or "a time for the review in the rule pack",
            "got": f"{posts}; decided already in {', '.join(others)}",
        },
        helps="another holder of the post, its deputy or the next higher decides",
    )
