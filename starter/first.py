"""What is said is written down before anybody is asked: register, server and leave may hang, and a desk may die.

It is the act as far as words and copy tell it: who speaks by the number that was said, clocks as this desk reads them.
What is learned afterwards is written over it before it is sent. Whoever dies meanwhile leaves it to the spool, which
sends it as any act that was said while nobody answered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from activities.register import excerpt
from activities.register.database import RegisterUnavailable
from domain.acts import Act
from wiring import console
from wiring.spool import Held, kept
from wiring.trouble import NotReached, NotStarted, Trouble

if TYPE_CHECKING:
    from starter.desk import Desk

Words = Callable[["Desk"], Act | None]
"""What is said, as a desk tells it; None or Trouble where more must be asked first."""

NOT_ASKED: Final = NotReached("Nobody was asked yet.")


def blind(desk: Desk) -> Desk:
    """The same desk with nobody in reach: neither server nor register."""
    made = type(desk)(desk.settings, excerpt.nothing(), None, away=NOT_ASKED)
    made.no_register = NOT_ASKED
    return made


def write(desk: Desk, words: Words, *, asked: bool) -> None:
    """Write down what is said, where it is known by now: as its `first` form, which this desk then holds.

    Raises:
        NotKept, TooLarge: it could not be written down, and nobody was asked.
    """
    teller = desk if asked else blind(desk)
    try:
        act = words(teller) if desk.first is None else None
    except (Trouble, ValidationError, RegisterUnavailable):  # if it is no act it is told once all was asked
        act = None
    if act is None:
        return
    try:
        held = desk.spool.put(act)
    except Trouble:
        desk.forget(act)
        raise
    if held is not None and held.item.act == act:
        desk.first = held
        return
    if held is not None:  # the same was said before, and waits: it is not this command's to take back
        held.release()
    desk.forget(act)


def better(desk: Desk, act: Act) -> Held | None:
    """The act in the place of what was written down first; None where nothing was, or of another addressee.

    Raises:
        Spooled: the mission is being laid back, which takes with it what waits: as it was written first it is kept.
        NotKept, TooLarge: it could not be written; nothing of it stays.
    """
    held = desk.first
    if held is None or held.item.act == act:
        return held
    if held.name.names(act):
        try:
            desk.first = desk.spool.exchange(held, act)
        except Trouble as trouble:
            if isinstance(trouble.__cause__, NotStarted):
                held.release()
                desk.first = None
                raise kept(held.item, trouble.__cause__) from trouble
            taken_back(desk)
            raise
        return desk.first
    with held:
        held.strike()
    desk.first = None
    return None


@contextmanager
def standing(desk: Desk) -> Iterator[None]:
    """While a command works: what it wrote first and did not say is taken back at its end, as its message tells.

    Who ends it, or a bug which does, takes nothing back: it stands in the spool, and that is told.
    """
    try:
        yield
    except (Trouble, ValidationError):
        taken_back(desk)
        raise
    except BaseException:
        if desk.first is not None and desk.first.file.exists():
            console.warn(str(kept(desk.first.item, NotReached("The command was ended before its outcome came."))))
            desk.first.release()
        raise
    taken_back(desk)


def taken_back(desk: Desk) -> None:
    """It was not said: nothing of it stays."""
    held, desk.first = desk.first, None
    if held is not None:
        with held:
            held.strike()
        desk.forget(held.item.act)
