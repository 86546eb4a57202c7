"""Who gave no answer though others do, remembered from one command to the next: each would else wait for them anew.

    spool/stuck/TO     how often in a row, and (as the file's time) when last; TO is the digest of the addressee

What a command sends on its way passes them by for a while, longer each time. The service tries them, so does
`furlough spool flush`, and so does whoever speaks to one of them. Where this memory is lost nothing else is.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from time import time
from typing import TYPE_CHECKING, Final

from wiring.addresses import addressee
from wiring.deliver import Away, NoFacts, NotDelivered, Silent, Undecided
from wiring.spool.item import Name
from wiring.trouble import NotReached

if TYPE_CHECKING:
    from wiring.spool.outcome import Sent

FIRST: Final = 30.0
"""Seconds for which an addressee is passed by who gave no answer once; twice as long for each time more."""

LONGEST: Final = 600.0
"""Seconds at most."""


class Stuck:
    """The memory of one spool."""

    def __init__(self, spool: Path) -> None:
        self.folder = spool / "stuck"

    def passed_by(self, to: str) -> bool:
        """Whether it is too early to try this addressee again. A clock that jumped back makes it no later."""
        try:
            file = self.folder / to
            pause: float = min(FIRST * 2.0 ** (_times(file) - 1), LONGEST)
            return 0 <= time() - file.stat().st_mtime < pause
        except (OSError, ValueError):
            return False

    def known(self, to: str) -> bool:
        """Whether this addressee gave no answer when it was tried last."""
        return (self.folder / to).exists()

    def note(self, sent: Iterable[Sent]) -> None:
        """Remember who gave no answer, and forget it of who did."""
        for one in sent:
            file = self.folder / Name.of(0, one.item.act).to
            with suppress(OSError, ValueError):  # without room for it, they are tried once more
                if not isinstance(one.trouble, Silent):
                    file.unlink(missing_ok=True)
                    continue
                self.folder.mkdir(mode=0o700, exist_ok=True)
                file.write_text(str(1 + (_times(file) if file.exists() else 0)))


def _times(file: Path) -> int:
    return min(int(file.read_text("ascii")), 20)


def silence(sent: Sequence[Sent]) -> NotDelivered | None:
    """Why nobody need be asked anything more, by what became of some acts; None where somebody may well answer.

    One addressee who is silent is stuck or paused perhaps, and no reason to keep from others what is said to them.
    """
    silent = {addressee(one.item.act): one.trouble for one in sent if isinstance(one.trouble, Silent)}
    if away := next((trouble for trouble in silent.values() if isinstance(trouble, Away)), None):
        return away
    return next(iter(silent.values())) if len(silent) > 1 and not answered(sent) else None


def answered(sent: Sequence[Sent]) -> bool:
    """Whether any of these acts was answered by somebody."""
    return any(one.settled or isinstance(one.trouble, NoFacts | Undecided) for one in sent)


async def learned(
    spool: Path, sent: Sequence[Sent], word: Callable[[], Awaitable[bool | None]]
) -> tuple[NotDelivered | None, dict[str, NotReached]]:
    """What some acts that were sent tell of who answers: why nobody need be asked more, or who alone is silent.

    The latter are remembered, and told by addressee. Whether there is anybody at all (`word`, as `queries.anybody` has
    it) is asked where no act says it, since two leaves may be stuck while a worker serves all others.
    """
    silent = {addressee(one.item.act): one.trouble for one in sent if isinstance(one.trouble, Silent)}
    if any(isinstance(trouble, Away) for trouble in silent.values()):
        return silence(sent), {}
    if silent and not answered(sent):
        there = await word()
        if not there:
            return (next(iter(silent.values())) if there is False else None), {}
    Stuck(spool).note(sent)
    return None, dict(silent)
