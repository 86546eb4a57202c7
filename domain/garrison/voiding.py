"""Control numbers that were given out before the mission was laid back to a backup: papers bear them still."""

from __future__ import annotations

from domain.acts import VoidNumbers
from domain.authority import speaks_as
from domain.garrison.events import NumbersVoided
from domain.garrison.sitting import Sitting
from domain.once import AlreadySo
from domain.refusal import Refusal


def void_numbers(act: VoidNumbers, sitting: Sitting) -> None:
    """An administrator voids what lies after the last number which this base knows: so the row has no gap.

    What it has given already stays given, and may be the very leave that was asked for once more.
    """
    person = sitting.facts.person
    held = speaks_as(act, person) if person else ()
    if isinstance(held, Refusal):
        sitting.refuse(held)
        return
    if not any(post.role == "administrator" for post in held):
        posts = ", ".join(post.post for post in held) or "none"
        sitting.refuse(
            Refusal(
                rule="number/void",
                why="only an administrator voids control numbers, after a backup was laid back",
                facts={"expected": "a post of the role administrator", "got": posts},
                helps="speak as that post: --post POST",
            )
        )
        return
    first = sitting.state.serials.get(act.year, 0) + 1
    if act.through < first:
        what = f"control numbers of {act.year} are given or void up to {first - 1:06d}"
        sitting.say(AlreadySo(what=what, cites=("number/void",)))
        return
    row = NumbersVoided(year=act.year, first=first, last=act.through, reason=act.reason, cites=("number/void",))
    sitting.say(row.model_copy(update={"irregular": sitting.unsigned}))
