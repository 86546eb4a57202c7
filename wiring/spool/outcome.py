"""One act of the spool to its server, and what became of it.

The id of a request, and of a line of a sheet, is made of what it says. So what is recorded under it may be of somebody
who said the same before: then it is no outcome of the act that waited.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any, Final

from pydantic import ValidationError
from temporalio.client import Client, WorkflowUpdateFailedError

from domain.acts import Act, Ask, Observation, references
from domain.decider import Outcome, Refused
from domain.refusal import Refusal
from wiring.addresses import addressee
from wiring.after_end import delivered
from wiring.deliver import AskedBefore, Gone, NotDelivered, Undecided, Unread, told_journal
from wiring.handles import ENDS
from wiring.namespace import RETENTION
from wiring.repeats import LINE, next_try, of_line, own
from wiring.settling import NOT_OPENED, OPENING, come_to
from wiring.spool.item import Item
from wiring.trouble import Trouble

SHORTEST: Final = timedelta(seconds=0.5)
"""With less time left an act is not sent now: it would be given up before it could be answered."""

SETTLING_MANY: Final = 10.0
"""Seconds which a request of many may take until its account has answered."""

Ready = Callable[[Act], Act]
"""The act as it is sent, once all is there which must be before it. Raises NotReady where something is missing, and
Gone where it can never be sent."""


@dataclass(frozen=True)
class Sent:
    """What became of an act that waited: recorded, refused, or neither yet, and why."""

    item: Item
    outcome: Outcome[Any] | None = None
    refusal: Refusal | None = None
    trouble: Trouble | None = None

    @property
    def settled(self) -> bool:
        """Whether its outcome is known, and it is sent no more."""
        return self.trouble is None or isinstance(self.trouble, Gone | Undecided)

    @property
    def back(self) -> str:
        """Why it came back, in a sentence; empty where it was recorded, or is not settled."""
        if self.refusal:
            return f"{self.refusal.why} (rule {self.refusal.rule})"
        return f"{self.trouble.what} {self.trouble.why}" if self.trouble and self.settled else ""

    @property
    def known(self) -> bool:
        """Whether it had come before, with other sealed texts than these: the record refers to those."""
        entries = self.outcome.entries if self.outcome else ()
        recorded = set(references([entry.event for entry in entries if entry.act_id == self.item.act.act_id]))
        return bool(recorded) and recorded.isdisjoint(references(self.item.act))


NOT_YET: Final = "it is recorded, and the account of its member has not answered"
NOT_TOLD: Final = "it is recorded, and nobody tells whether the account of its member has refused it"


class NotOpened(NotDelivered):
    """A request was recorded, and its account has yet to answer: what follows it waits."""


class Unopened(NotDelivered):
    """What was seen of a leave that nobody has asked for yet: its request lies in another spool perhaps.

    It waits, and nothing waits for it: what is said after it may be that request.
    """

    def __init__(self, leave_id: str) -> None:
        super().__init__(
            f"Nobody has asked for {leave_id} yet.",
            why="expected its request before what is seen of it, and that may wait at another desk",
            helps=f"it is sent by itself once the leave is open, for {RETENTION.days} days; is the id right? "
            "else furlough spool set-aside",
        )


class NotReady(NotDelivered):
    """What an act refers to is not where it is looked for: it waits."""

    def __init__(self, why: str, helps: str = "") -> None:
        super().__init__("It cannot be sent yet.", why=why, helps=f"{helps}; the act is then sent by itself")


async def sent(item: Item, client: Client, until: float, ready: Ready) -> Sent:
    """Send one act. What it refers to must be there before it."""
    left = timedelta(seconds=until - monotonic())
    try:
        item = item.model_copy(update={"act": ready(item.act)})
    except (NotReady, Gone) as trouble:
        return Sent(item, trouble=trouble)
    if left < SHORTEST:
        return Sent(item, trouble=NotDelivered("No outcome came in time.", why="what waited before it took the time"))
    try:
        return await _anew(Sent(item, outcome=await delivered(client, item.act, within=left)), client, until)
    except AskedBefore as trouble:
        if item.where:
            return Sent(item, outcome=Outcome[Any](entries=trouble.entries))
        return Sent(item, trouble=trouble)
    except (NotDelivered, Gone, Undecided) as trouble:
        act, never_asked = item.act, type(trouble) is Gone
        if never_asked and isinstance(act, Observation) and datetime.now(UTC) < item.kept_at + RETENTION:
            return Sent(item, trouble=Unopened(act.leave_id))
        return Sent(item, trouble=trouble)
    except WorkflowUpdateFailedError as error:  # a worker that cannot read it, for one: another build may
        fault = Undecided("The act could not be taken.", why=str(error.cause), helps="does the worker run this build?")
        return Sent(item, trouble=fault)
    except ValidationError as error:
        why = f"expected an outcome in the words of this build, got others ({error.error_count()} of them)"
        return Sent(item, trouble=Unread("The act was taken, and its answer cannot be read here.", why=why))


async def _anew(told: Sent, client: Client, until: float) -> Sent:
    """A line of a sheet that had been refused before it was said this time, sent once more as its next try.

    Sent again after its answer was lost it is known by its time, and not tried a third time.

    Raises:
        NotDelivered, Undecided, Gone: as `deliver`.
    """
    item, act, outcome = told.item, told.item.act, told.outcome
    assert outcome is not None  # noqa: S101  (asked of acts that were answered)
    told = replace(told, refusal=outcome.refusal)
    first = next((e for e in outcome.entries if isinstance(e.event, Refused)), None)
    if first is None or not act.act_id.startswith(LINE) or own(first, act, item.kept_at):
        return told
    left = timedelta(seconds=max(until - monotonic(), SHORTEST.total_seconds()))
    tries = of_line(act.act_id, await told_journal(client, addressee(act), left))
    last = tries[-1] if tries else first
    if isinstance(last.event, Refused) and not own(last, act, item.kept_at):
        act = act.model_copy(update={"act_id": next_try(act.act_id, tries)})
        outcome = await delivered(client, act, within=left)
    else:
        act = act.model_copy(update={"act_id": last.act_id})
        outcome = Outcome[Any](entries=tuple(e for e in tries if e.act_id == last.act_id))
    return Sent(item.model_copy(update={"act": act}), outcome=outcome, refusal=outcome.refusal)


async def come_to_rest(told: Sent, client: Client, until: float) -> Sent:
    """What a request came to that nobody waits for: its account may refuse it a moment after it was recorded.

    As long as the account has not answered, or nobody tells what it did, the request stays, and what was said of the
    leave after it waits behind it: sent now, an approval would come back. What was asked in the same words before, and
    has ended, is no outcome of it; but a line of a file is one request whenever the file is sent, unless its leave was
    never opened.
    """
    act = told.item.act
    if not isinstance(act, Ask) or told.outcome is None or told.refusal:
        return told
    settling = max(SHORTEST.total_seconds(), min(SETTLING_MANY, until - monotonic()))
    stands, refusal = await come_to(client, act.leave_id, settling)
    entries = told.outcome.entries
    another = bool(entries) and not own(entries[0], act, told.item.kept_at)
    if another and stands in ENDS and (stands == NOT_OPENED or not told.item.where):
        return replace(told, outcome=None, trouble=AskedBefore(entries, act.leave_id))
    if stands == OPENING or not stands:
        helps = "it is sent again by itself, and changes nothing twice"
        why = NOT_YET if stands else NOT_TOLD
        return replace(
            told, trouble=NotOpened("The request is not opened yet, as far as is known.", why=why, helps=helps)
        )
    return replace(told, refusal=refusal)
