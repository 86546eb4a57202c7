"""What is known of a member's account: what came from outside, a line per leave, a ledger, and no balance."""

from __future__ import annotations

from typing import Any

from domain import once
from domain.account.events import Unearned
from domain.account.ledger import Posting, Taking, taken, takings
from domain.account.records import Close, Earlier, Ending, Known, Raise, Withholding, Work
from domain.acts import Kept, Label, Seen
from domain.decider import State
from domain.facts import Opening
from domain.holdings import Days, Word
from domain.model import DAY, Code, Decimal, Instant, Model, Sha256, Text, date
from domain.refusal import Refusal
from domain.signing import Unsigned


class Correction(Model):
    """A compensating entry: `days` above zero went back to the member; `act_id` tells a repeat.

    `purse` None: to the first purse which paid for the leave.
    """

    act_id: str
    days: Decimal
    on: date
    purse: Kept | None = None


class Posted(Model):
    """What the pay or personnel system says it has charged for a leave, by its statement of a day."""

    days: Decimal
    as_of: date
    source: Text


class Called(Model):
    """Days of a closed leave that an authority has called otherwise."""

    first: date
    last: date
    label: Label


class Line(Model):
    """One leave: its newest wish `n`, and what was answered.

    `days` are held while `days.charged` is None, and settled once it is known; `closed`: the leave wants no more.
    `refusal` is of wish `n`, if that one was refused; what was held before then stands. The rest of the answer is kept
    so that it can be given again. `posted` is what the other system has charged, once it has said so. Days were taken
    in `advance` when it was answered, nothing pays for `excess` of them, and nothing is earned on those `unearned`.
    It is to be posted before `confirm_by`; past that, or once the other system has said otherwise, somebody is to see
    to it, `unposted` since then. `relabelled` are the acts which called its days otherwise, and `called` what they are
    by that, oldest first.
    """

    n: int
    days: Days | None = None
    closed: bool = False
    refusal: Refusal | None = None
    balance_after: Decimal | None = None
    cites: tuple[str, ...] = ()
    irregular: tuple[Code, ...] = ()
    corrections: tuple[Correction, ...] = ()
    posted: Posted | None = None
    word: Word | None = None
    advance: Decimal = Decimal(0)
    excess: Decimal = Decimal(0)
    unearned: tuple[Unearned, ...] = ()
    relabelled: tuple[str, ...] = ()
    called: tuple[Called, ...] = ()
    confirm_by: Instant | None = None
    unposted: Instant | None = None

    @property
    def cost(self) -> Decimal:
        """What the leave takes from its purses: as settled and corrected, until then as expected."""
        if self.days is None:
            return Decimal(0)
        return taken(self.days) - self.excess - self.corrected

    @property
    def takings(self) -> tuple[Taking, ...]:
        """What the leave takes from each purse, corrections apart."""
        return takings(self.days, self.excess) if self.days else ()

    @property
    def corrected(self) -> Decimal:
        """How many days corrections have given back."""
        return sum((c.days for c in self.corrections), Decimal(0))

    @property
    def corrected_of(self) -> dict[str, Decimal]:
        """The same by purse, as far as the ledger has it."""
        first, found = next((taking.purse for taking in self.takings), None), dict[str, Decimal]()
        for correction in self.corrections:
            if purse := correction.purse or first:
                found[purse] = found.get(purse, Decimal(0)) + correction.days
        return found


class Statement(Model):
    """The statement of the other system which was compared last, and with what result."""

    source: Text
    as_of: date
    digest: Sha256
    compared_at: Instant
    posted: int
    differing: int


class Sighting(Model):
    """What was seen last of a member after their leave, or their time here, had ended."""

    what: Seen
    at: Instant
    recorded_at: Instant


class Heard(Model):
    """What was said to a leave and found it ended: kind and id of the act, when it was seen, and when recorded.

    `seen_to` is the act by which an authority has put the days right since, or found nothing to put right; `seen_to_at`
    is when that was recorded. They have until `look_by`, where a time is set; at `lapsed_at` nobody had looked.
    """

    act: str
    kind: str
    at: Instant
    recorded_at: Instant
    seen_to: str = ""
    seen_to_at: Instant | None = None
    look_by: Instant | None = None
    lapsed_at: Instant | None = None


class Account(State):
    """One member's account: what came from outside, one line per leave, the one changed last at the end, the ledger.

    The ledger and all lists below it only grow; each line of theirs says when it was recorded.
    """

    opened: Opening | None = None
    opened_at: Instant | None = None
    lines: dict[str, Line] = {}
    ledger: tuple[Posting, ...] = ()
    grounds: tuple[Known, ...] = ()
    withheld: tuple[Withholding, ...] = ()
    raised: tuple[Raise, ...] = ()
    earlier: tuple[Earlier, ...] = ()
    worked: tuple[Work, ...] = ()
    closes: tuple[Close, ...] = ()
    compared: Statement | None = None
    endings: tuple[Ending, ...] = ()
    seen: Sighting | None = None
    heard: dict[str, tuple[Heard, ...]] = {}
    """By leave, in the order in which it arrived."""
    unsigned: dict[str, Unsigned] = {}
    """What waits for its countersignature, by act; past its time it stands, as an exception for audit, and goes."""
    lapsed: dict[str, Unsigned] = {}
    """Of what time has said that its countersignature is missing; one that was said before may still arrive."""
    said: once.Acts = {}
    """When what nothing else tells apart was recorded, by act: said again, it undoes nothing that was said since."""

    @property
    def ended(self) -> Ending | None:
        """The newest word on the end of the member's time; None where nothing was said of one."""
        return self.endings[-1] if self.endings else None

    def taken(self, but: str = "") -> dict[str, Days]:
        """The days held or settled, by leave, but for one of them."""
        return {leave: line.days for leave, line in self.lines.items() if line.days and leave != but}

    def first_days(self, purse: str, but: str = "") -> set[date]:
        """The days on which leaves, but for one of them, begin to be charged to a purse.

        Of what is in a balance from outside nothing is charged before the day after it.
        """
        told = opened(self).get(purse)
        since = told.as_of + DAY if told else date.min
        mine = (line.takings for leave, line in self.lines.items() if leave != but)
        return {max(taking.first, since) for takings in mine for taking in takings if taking.purse == purse}


def opened(s: Account) -> dict[str, Opening]:
    """What came from outside, by purse: with the first balances, or with later ones of another purse."""
    first = s.opened
    found = (
        {purse: first.model_copy(update={"days": {purse: days}}) for purse, days in first.days.items()} if first else {}
    )
    later = (line for line in s.ledger if line.what == "opening")
    return found | {p.purse: Opening(as_of=p.on, days={p.purse: p.days}, source=p.ref) for p in later}


def as_known(s: Account, at: Instant) -> Account:
    """The account as it was known at an instant: what was recorded later is left out. Its lines of leaves are empty.

    What this says of an instant that has passed never changes: everything it reads from only grows.
    """
    opened = s.opened_at is not None and s.opened_at <= at
    return Account(
        opened=s.opened if opened else None,
        opened_at=s.opened_at if opened else None,
        ledger=tuple(p for p in s.ledger if p.recorded_at <= at),
        grounds=tuple(k for k in s.grounds if k.recorded_at <= at),
        withheld=tuple(w for w in s.withheld if w.recorded_at <= at),
        raised=tuple(r for r in s.raised if r.recorded_at <= at),
        earlier=tuple(e for e in s.earlier if e.recorded_at <= at),
        worked=tuple(w for w in s.worked if w.recorded_at <= at),
        closes=tuple(c for c in s.closes if c.recorded_at <= at),
        endings=tuple(_handed_by(e, at) for e in s.endings if e.recorded_at <= at),
        heard={
            leave: tuple(_seen_to_by(one, at) for one in some if one.recorded_at <= at)
            for leave, some in s.heard.items()
        },
    )


def _seen_to_by(one: Heard, at: Instant) -> Heard:
    """What arrived after a leave's end as it was known at an instant."""
    later: dict[str, Any] = {}
    if one.seen_to_at is not None and one.seen_to_at > at:
        later |= {"seen_to": "", "seen_to_at": None}
    if one.lapsed_at is not None and one.lapsed_at > at:
        later["lapsed_at"] = None
    return one.model_copy(update=later) if later else one


def _handed_by(ending: Ending, at: Instant) -> Ending:
    """An end as it was known at an instant: nobody had seen to the rest yet, where that was recorded later."""
    later = ending.handed_at is not None and ending.handed_at > at
    return ending._replace(handed="", handed_at=None, handed_balances={}) if later else ending
