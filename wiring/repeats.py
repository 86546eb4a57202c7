"""Acts whose id is made of what they say: a request, and a line of a sheet, have the same id whenever they are said.

So what was sent and never answered is one act when it is sent again. But what is recorded under such an id may also be
of somebody who said the same before, and is then no answer to who says it now.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from domain.acts import Act
from domain.decider import Entry
from domain.model import Instant

AHEAD: Final = timedelta(minutes=1)
"""How far a desk's clock may be ahead of the server's: else its own refusal would look like one of before."""

LINE: Final = "line-"
"""How the id of a line begins."""


def own(entry: Entry[Any], act: Act, kept_at: Instant) -> bool:
    """Whether an entry under an act's id is of this very saying: of its time, and not recorded before it was kept.

    Who says something twice for one time (`--at`) is told apart by the latter alone, as far as the clocks agree.
    """
    return entry.effective_at == act.acted_at and entry.recorded_at >= kept_at - AHEAD


def of_line(act_id: str, journal: Sequence[Entry[Any]]) -> list[Entry[Any]]:
    """What a line has led to, all its tries; `act_id` is that of any of them."""
    line = act_id.partition("/")[0]
    return [e for e in journal if e.act_id == line or e.act_id.startswith(f"{line}/")]


def next_try(act_id: str, tries: Sequence[Entry[Any]]) -> str:
    """The id under which a line is said anew after these tries, which were refused: their reason may be gone."""
    line = act_id.partition("/")[0]
    return f"{line}/{len(tries)}" if tries else line
