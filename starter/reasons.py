"""Why a leave was denied, cancelled or called back, as it was said: sealed, and read here by those whom it concerns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from activities.store import NoKey, Tampered
from domain.acts import Sealed
from domain.decider import Entry
from domain.leave import Leave
from starter.desk import Desk

ELSEWHERE: Final = "sealed in the mission's detail store, and not to be read at this desk: ask where it was said"


class Given(NamedTuple):
    """The reason of one entry (0: of the base's own journal); `text` None where it cannot be read at this desk."""

    seq: int
    of: str
    text: str | None

    def says(self) -> str:
        """The reason for people; where it cannot be read here, where it lies."""
        return f"{self.of}: {ELSEWHERE if self.text is None else self.text}"


def given(desk: Desk, journal: Iterable[Entry[Any]], s: Leave) -> Iterator[Given]:
    """The reasons of the entries which have one, oldest first. Entries of before it was kept with them have none.

    Last of all that there is one for each order from which the leave is exempt: the base keeps it.
    """
    for entry in journal:
        reason = getattr(entry.event, "reason", None)
        if reason is not None:
            of = getattr(entry.event, "how", "") or entry.event.kind
            yield Given(entry.seq, of, _text(desk, reason) if isinstance(reason, Sealed) else str(reason))
    yield from (Given(0, f"exemption from {order}", None) for order in (s.verdict.exempt if s.verdict else ()))


def _text(desk: Desk, sealed: Sealed) -> str | None:
    """A sealed text, where this desk can open it: its store may have another key, or none of it at all."""
    try:
        return desk.store.open(sealed)
    except (OSError, NoKey, Tampered):
        return None
