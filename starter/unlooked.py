"""Somebody named by a service number which could not be looked up: what they say is kept, and looked up before it goes.

Register ids alone stand in records, and only the register tells them. An act that was said while it was away has the
number in their place, in the spool and nowhere else: whoever sends it puts the id there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from domain.acts import Act
from wiring.deliver import Gone

_MARK: Final = "number:"
"""Before a service number that stands for a register id; no register id begins so."""

PLACES: Final = ("decided_by", "entered_by", "member")
"""Where an act names people."""


class Nobody(Gone):
    """The register knows nobody of the number by which somebody spoke: the act comes back."""


def number(text: str) -> str:
    """What stands for the register id of a service number."""
    return _MARK + text.upper()


def said(person: str) -> str:
    """The number that was said of somebody who was not looked up; a register id is its own."""
    return person.removeprefix(_MARK)


def unlooked(person: str) -> bool:
    """Whether somebody was not looked up."""
    return person.startswith(_MARK)


def whole(act: Act, look_up: Callable[[str], str | None]) -> Act:
    """The act with the register ids of all whom it names.

    Raises:
        Nobody: the register knows nobody of a number.
        Exception: whatever `look_up` raises where it cannot tell.
    """
    named = {place: getattr(act, place, None) for place in PLACES}
    waits = {place: person for place, person in named.items() if isinstance(person, str) and unlooked(person)}
    return act.model_copy(update={place: _known(person, look_up) for place, person in waits.items()}) if waits else act


def _known(person: str, look_up: Callable[[str], str | None]) -> str:
    found = look_up(said(person))
    if found is None:
        raise Nobody(
            f"The register knows no {said(person)}.",
            why="the register was away when this was said, and who said it was looked up when it was back",
            known="nothing was changed",
            helps="say it again as who you are: --as, or --for, with the right service number",
        )
    return found
