"""A leave as its attributes are tested: its journal, with the state before each entry and what lies around it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Literal, NamedTuple

from audit.journals import Journal, Written
from audit.register_then import Registers
from domain import leave
from domain.account import Account
from domain.acts import Act
from domain.decider import Decision, Refused
from domain.garrison import Garrison
from domain.leave import Leave
from domain.leave.deciding import from_server
from domain.leave.events import SignedOut
from domain.model import date

Answer = Literal["pass", "exception", "not applicable"]
Found = tuple[Answer, str, tuple[int, ...]]
"""An answer, why, and the numbers of the entries on which it rests."""

LATE_HOURS: Final = 24
"""From so many hours on an entry counts as late: our own choice, and an option of the commands."""

MEMBERS: Final = frozenset({"ask", "withdraw", "extend"})
"""What a member says of their own leave, and no authority decides."""


@dataclass(frozen=True)
class Around:
    """What the record tells beside the leave; None: it does not tell it.

    `base` is its base with every order that was ever entered, `account` the member's, `evidence` the digests of all
    papers that are sealed, `registers` the register as its sealed imports give it, `bare` what a clerk recorded on it
    at its base and laid no paper to. `today` is the day by which charges are overdue for a posting.
    """

    today: date
    base: Garrison | None = None
    account: Account | None = None
    evidence: frozenset[str] | None = None
    late_hours: int = LATE_HOURS
    registers: Registers | None = None
    bare: tuple[Written, ...] = ()


class Told(NamedTuple):
    """A decision of an authority, the state which it met, and the entries to which it led."""

    decision: Decision[Any, Any]
    met: Leave
    entries: tuple[Written, ...]

    @property
    def seqs(self) -> tuple[int, ...]:
        """The numbers of the entries."""
        return tuple(one.entry.seq for one in self.entries)


class Case:
    """A leave as it is tested: its journal, with the state before each entry."""

    def __init__(self, told: Journal, around: Callable[[Leave], Around]) -> None:
        """Raises what a forged record may lead to."""
        self.id = told.id
        self.written = told.written
        self.states: list[Leave] = [told.start]
        for one in told.written:
            self.states.append(leave.evolve(self.states[-1], one.entry))
        self.around = around(self.states[-1])

    @property
    def state(self) -> Leave:
        """As it stands by its last entry."""
        return self.states[-1]

    def of(self, *kinds: type) -> list[Written]:
        """The entries of these kinds."""
        return [one for one in self.written if isinstance(one.entry.event, kinds)]

    def met(self, one: Written) -> Leave:
        """The state before an entry."""
        return self.states[one.entry.seq - self.states[0].seq - 1]

    @cached_property
    def decisions(self) -> tuple[Told, ...]:
        """What authorities have decided, and was not refused."""
        found: dict[int, list[Written]] = {}
        for one in self.written:
            if one.decision is not None and _of_authority(one.decision.act):
                found.setdefault(id(one.decision), []).append(one)
        told = (Told(each[0].decision, self.met(each[0]), tuple(each)) for each in found.values() if each[0].decision)
        return tuple(one for one in told if not isinstance(one.entries[0].entry.event, Refused))

    @cached_property
    def left(self) -> Written | None:
        """The entry of the sign-out."""
        return next(iter(self.of(SignedOut)), None)

    def marked(self, *marks: str) -> list[Written]:
        """The entries that bear one of these marks."""
        return [one for one in self.written if set(marks) & set(one.entry.event.irregular)]


def _of_authority(act: Act) -> bool:
    kind: str = act.kind  # type: ignore[attr-defined]  # every act of a journal has one
    return act.said == "decision" and kind not in MEMBERS and not from_server(act)


def seqs(written: Sequence[Written]) -> tuple[int, ...]:
    """The numbers of entries, each once, ascending."""
    return tuple(sorted({one.entry.seq for one in written}))
