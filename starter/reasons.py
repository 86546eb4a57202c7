"""Why a leave was denied, cancelled or called back, as it was said: sealed, and read here by those whom it concerns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from activities.store import NoKey, Tampered
from domain.acts import Sealed
from domain.decider import Entry
from domain.leave import Leave
from starter import bases
from starter.desk import Desk
from wiring.trouble import NotReached

ELSEWHERE: Final = "sealed in the mission's detail store, and not to be read at this desk: ask where it was said"


class Given(NamedTuple):
    """The reason of one entry (0: of the base's own journal); `text` None where it cannot be read at this desk."""

    seq: int
    of: str
    text: str | None

    def says(self) -> str:
        """The reason for people; where it cannot be read here, where it lies."""
        return f"{self.of}: {ELSEWHERE if self.text is None else self.text}"


async def exempted(desk: Desk, leave_id: str, s: Leave) -> dict[str, Sealed]:
    """Why the leave was exempted, by order version, as far as its base has kept it and answers."""
    if s.member is None or not (s.verdict and s.verdict.exempt):
        return {}
    try:
        line = (await bases.known_at(desk, s.whose.base)).leaves.get(leave_id)
    except NotReached:
        return {}
    return line.because if line else {}


def given(desk: Desk, journal: Iterable[Entry[Any]], s: Leave, because: Mapping[str, Sealed] = {}) -> Iterator[Given]:
    """The reasons of the entries which have one, oldest first. Entries of before it was kept with them have none.

    Last of all those of exemptions, which the base keeps: that there is one, where it has forgotten which.
    """
    for entry in journal:
        reason = getattr(entry.event, "reason", None)
        if reason is not None:
            of = getattr(entry.event, "how", "") or entry.event.kind
            yield Given(entry.seq, of, _text(desk, reason) if isinstance(reason, Sealed) else str(reason))
    for order in s.verdict.exempt if s.verdict else ():
        text = _text(desk, because[order]) if order in because else None
        yield Given(0, f"exemption from {order}", text)


def _text(desk: Desk, sealed: Sealed) -> str | None:
    """A sealed text, where this desk can open it: its store may have another key, or none of it at all."""
    try:
        return desk.store.open(sealed)
    except (OSError, NoKey, Tampered):
        return None
