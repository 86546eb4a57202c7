"""Acts that were set aside: a spool sends them no more. What never reached a leave is told to its base.

The act may be one that would have opened its leave, and a base can always be spoken to; so the word of what was set
aside is kept there, for every act that the desks of the base had in their spools.
"""

from __future__ import annotations

from domain.acts import SetAside
from domain.garrison.events import ActSetAside
from domain.garrison.sitting import Sitting
from domain.once import AlreadySo


def set_aside(act: SetAside, sitting: Sitting) -> None:
    """Told once for each file, which its digest names. Who may speak at all is heard: it lies aside already."""
    if act.file in sitting.state.aside:
        sitting.say(AlreadySo(what="this file of a spool was set aside", cites=("spool/set-aside",)))
        return
    told = act.model_dump(include={"file", "act", "of", "addressed", "reason"})
    sitting.say(ActSetAside(**told, cites=("spool/set-aside",), irregular=sitting.unsigned))
