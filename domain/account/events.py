"""Every entry of an account's journal: when it is written, and the sentence which it says to people."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from domain.account.basis import Basis
from domain.acts import Carry, EndOfTime, Ground, Kept, Label, Seen, TakenBefore, Why
from domain.decider import Event, Refused
from domain.holdings import Days, Word
from domain.model import Code, Decimal, Instant, Model, Sha256, Text, date
from domain.once import AlreadySo
from domain.orders import LeaveKind
from domain.refusal import Refusal
from domain.signing import EntryLapsed, EntrySigned, Recorded
from domain.words import counted, plain


class Opened(Recorded):
    """Balances came from outside, by purse, as of a day: once for each purse. `again`: they stood there already.

    `taken` is what was taken by that day, before this mission, of kinds that are counted.
    """

    kind: Literal["opened"] = "opened"
    as_of: date
    days: dict[str, Decimal]
    source: str
    again: bool = False
    taken: dict[LeaveKind, TakenBefore] = {}

    def says(self) -> str:
        """The sentence for people."""
        told = [f"{purse} {days}" for purse, days in self.days.items()]
        told += [f"{kind} {taken.says()}" for kind, taken in self.taken.items()]
        return f"opened as of {self.as_of}: {', '.join(told)} ({self.source})"


class Unearned(Model):
    """Days on which nothing is earned (`last` None: until further word), and why."""

    first: date
    last: date | None
    ground: Ground


class HeldDays(Event):
    """The answer to a leave's newest wish: what the account holds for it now. A repeated wish is answered by it again.

    `days` None means that nothing is held for it any more; what was settled stays charged. `balance_after` is what the
    purse has left on the first day of the leave once it is charged; None where no purse pays. `word` answers what the
    wish asked of the account. So many of the days are taken in `advance`, `excess` of them nothing pays for; `unearned`
    are days of it on which nothing is earned. A charge is to be confirmed by the pay or personnel system before
    `confirm_by`, where the pack says so.
    """

    kind: Literal["held-days"] = "held-days"
    leave_id: str
    n: int
    days: Days | None
    balance_after: Decimal | None = None
    word: Word | None = None
    advance: Decimal = Decimal(0)
    excess: Decimal = Decimal(0)
    unearned: tuple[Unearned, ...] = ()
    confirm_by: Instant | None = None

    def says(self) -> str:
        """The sentence for people."""
        if self.days is None:
            return "no days held"
        if self.days.charged is None:
            return f"{counted(self.days.expected, 'day')} held, {self.days.first} to {self.days.last}"
        return f"{counted(self.days.charged, 'day')} charged, {self.days.first} to {self.days.last}"


class Reckoned(Event):
    """What of a leave nothing pays for, reckoned anew once the balance from outside was known; the rest of it stands.

    So many of its days are in `advance`, `excess` of them nothing pays for, and on the `unearned` nothing is earned.
    """

    kind: Literal["reckoned"] = "reckoned"
    leave_id: str
    advance: Decimal
    excess: Decimal
    unearned: tuple[Unearned, ...] = ()

    def says(self) -> str:
        """The sentence for people."""
        return f"reckoned anew with the balance from outside: {counted(self.excess, 'day')} in excess"


class DaysRefused(Event):
    """The answer to a wish which a rule did not allow: what was held for the leave before stands."""

    kind: Literal["days-refused"] = "days-refused"
    leave_id: str
    n: int
    refusal: Refusal

    def says(self) -> str:
        """The sentence for people."""
        return f"days refused: {self.refusal.why}"


class CorrectedDays(Recorded):
    """A compensating entry to the charge of a closed leave: `days` above zero went back to the member.

    `correction` is the id of the act, by which a repeat is known; `charge` is what the leave has cost in all by now.
    `purse` None, as it was written once: the first which paid for the leave. `confirm_by` as of what is held. No
    `days`: an authority has looked at what arrived after the leave's end, and lets the charge be.
    """

    kind: Literal["corrected-days"] = "corrected-days"
    leave_id: str
    correction: str
    days: Decimal
    purse: Kept | None = None
    charge: Decimal
    by: Code
    confirm_by: Instant | None = None

    def says(self) -> str:
        """The sentence for people."""
        if not self.days:
            return f"what arrived after its end was looked at: the charge stays {counted(self.charge, 'day')}"
        of = f" of {self.purse}" if self.purse and self.purse != "annual" else ""
        return f"charge corrected by {-self.days:+}{of}, now {counted(self.charge, 'day')}"


class Grounds(Event):
    """What the credits rest on is not what it was: another pack or version, or another tour."""

    kind: Literal["grounds"] = "grounds"
    basis: Basis

    def says(self) -> str:
        """The sentence for people."""
        tour = f"{self.basis.arrived} to {self.basis.departs or 'an open end'}"
        return f"credits rest on {self.basis.pack} and a tour from {tour}"


class Adjusted(Recorded):
    """A compensating entry that belongs to no leave: `days` above zero come into the purse on the day `on`.

    `adjustment` is the id of the act, by which a repeat is known. `again`: the same was entered before; it stands once.
    """

    kind: Literal["adjusted"] = "adjusted"
    adjustment: str
    purse: Kept
    days: Decimal
    on: date
    by: Code
    again: bool = False

    def says(self) -> str:
        """The sentence for people."""
        return f"{self.purse} account adjusted by {self.days:+} days as of {self.on}"


class Withheld(Recorded):
    """Nothing is earned from `first` to `last` (None: until further word); `lifted`: it is earned after all.

    What is lifted is `alone` what was withheld on this ground; on any, where it was recorded before that was kept. An
    authority's word bears the id of its `act`, by which a repeat is known.
    """

    kind: Literal["withheld"] = "withheld"
    first: date
    last: date | None
    ground: Ground
    lifted: bool
    by: Code
    alone: bool = False
    act: str | None = None

    def says(self) -> str:
        """The sentence for people."""
        until = f"to {self.last}" if self.last else "on, until further word"
        if self.lifted and self.alone:  # on another ground they may be withheld all the same
            return f"days from {self.first} {until} are withheld no longer ({self.ground})"
        return f"{'days are' if self.lifted else 'no days are'} earned from {self.first} {until} ({self.ground})"


class RaisedCeiling(Recorded):
    """More days than usual may be carried over the end of a fiscal year, by written authority.

    `balance_unknown` is a day whose balance it depends on, and which is not known here: the paper stands for it.
    """

    kind: Literal["raised-ceiling"] = "raised-ceiling"
    on: date
    ground: Carry
    ceiling: Decimal
    by: Code
    balance_unknown: date | None = None

    def says(self) -> str:
        """The sentence for people."""
        paper = f"; the balance of {self.balance_unknown} is not known here, and taken from the paper"
        by = f"{self.ground}{paper if self.balance_unknown else ''}"
        return f"up to {counted(self.ceiling, 'day')} may be carried over {self.on} ({by})"


class Credited(Recorded):
    """Days of compensatory time off, for days worked from first to last. `again`: they were credited before.

    `by_day` tells what is credited, and what is taken back, from which days on; without it all is on the last day.
    """

    kind: Literal["credited"] = "credited"
    first: date
    last: date
    worked: int
    days: Decimal
    again: bool = False
    by_day: dict[date, Decimal] = {}

    def says(self) -> str:
        """The sentence for people."""
        off, worked = counted(self.days, "day"), counted(self.worked, "day")
        beside = ", ".join(f"{days:+} from {day} on" for day, days in sorted(self.by_day.items()))
        told = f"; with the days worked beside these: {beside}" if beside else ""
        return f"{off} of compensatory time off for {worked} worked, {self.first} to {self.last}{told}"


class ClosedYear(Recorded):
    """A fiscal year ended on `on` with a `balance`; what lay above the `ceiling` is `lost`, in all closes of that day.

    Closed again after late entries, it says what is lost by now; the ledger gets the difference.
    """

    kind: Literal["closed-year"] = "closed-year"
    on: date
    balance: Decimal
    ceiling: Decimal
    lost: Decimal

    def says(self) -> str:
        """The sentence for people."""
        lost = counted(self.lost, "day")
        return f"fiscal year closed on {self.on}: balance {self.balance}, ceiling {self.ceiling}, {lost} lost"


class Difference(Model):
    """What two systems say of one thing; `since` is the day from which ours stands."""

    ours: Decimal
    theirs: Decimal
    since: date | None = None


class Reconciled(Event):
    """A statement of the pay or personnel system was laid beside the account.

    `posted` are charges on which both agree; `differing` those on which they do not; `lacking` are settled here and
    unknown there, with the day of settling; `unknown` are charged there and not here; `unsettled` are charged there and
    still held here, since the leave is not over; `balances` differ, by purse. Those of the leaves `open` are a task for
    who keeps the account, until they are posted or corrected.
    """

    kind: Literal["reconciled"] = "reconciled"
    source: Text
    as_of: date
    statement: Sha256
    posted: dict[str, Decimal] = {}
    differing: dict[str, Difference] = {}
    lacking: dict[str, Difference] = {}
    unknown: dict[str, Decimal] = {}
    unsettled: dict[str, Difference] = {}
    balances: dict[Kept, Difference] = {}
    open: tuple[str, ...] = ()

    @property
    def differences(self) -> int:
        """How many things the two systems do not agree on."""
        charges = len(self.differing) + len(self.lacking) + len(self.unknown) + len(self.unsettled)
        return charges + len(self.balances)

    def says(self) -> str:
        """The sentence for people."""
        return (
            f"compared with {self.source} as of {self.as_of}: {len(self.posted)} charges posted, "
            f"{self.differences} differences"
        )


class Unposted(Event):
    """The pay or personnel system has not confirmed a charge in time: `days`, as they are since a day."""

    kind: Literal["unposted"] = "unposted"
    leave_id: str
    days: Decimal
    since: date

    def says(self) -> str:
        """The sentence for people."""
        return f"charge of {counted(self.days, 'day')} not confirmed since {self.since} by the pay or personnel system"


class EndedAccount(Recorded):
    """The member's time in the mission ended on a day, with these balances; or (`lifted`) that is taken back.

    `again`: it was recorded so before. `why` is a fact of the register and no more; no sentence tells it.
    """

    kind: Literal["ended-account"] = "ended-account"
    on: date
    why: EndOfTime
    balances: dict[Kept, Decimal] = {}
    lifted: bool = False
    again: bool = False
    by: Code

    def says(self) -> str:
        """The sentence for people."""
        if self.lifted:
            return f"the end of {self.on} is taken back"
        left = ", ".join(f"{purse} {plain(days)}" for purse, days in self.balances.items())
        return f"time in the mission ended on {self.on}: {left}; to be handed over or settled"


class HandedOver(Recorded):
    """Somebody has seen to what was left of the account at its end: these `balances`, where it tells them."""

    kind: Literal["handed-over"] = "handed-over"
    done: Literal["handed-over", "settled"]
    whom: Text
    balances: dict[Kept, Decimal] = {}
    by: Code

    def says(self) -> str:
        """The sentence for people."""
        left = ", ".join(f"{purse} {plain(days)}" for purse, days in self.balances.items())
        return f"{self.done.replace('-', ' ')}: {self.whom}" + (f" ({left})" if left else "")


class SeenOf(Event):
    """Somebody of whom no leave could be told any more was seen, or heard of. `task` is what a human now looks at.

    `heard` is the kind of act which was said to the leave and found it ended, `act` its id, by which a repeat is known;
    both are empty where it was told of the member. Who may put the days right has until `look_by`, where a time is set.
    """

    kind: Literal["seen-of"] = "seen-of"
    what: Seen
    leave_id: str = ""
    at: Instant
    task: str = ""
    heard: str = ""
    act: str = ""
    look_by: Instant | None = None

    def says(self) -> str:
        """The sentence for people."""
        if self.heard:
            return f"{self.heard.replace('-', ' ')}, kept in the account: the leave had ended; {self.task}"
        seen = {"told": "those concerned told", "other": "something else told"}.get(self.what, self.what)
        return seen.replace("-", " ") + (f"; {self.task}" if self.task else "")


class Unlooked(Event):
    """Nobody has looked in time at what arrived after a leave's end: the act `of`, of the kind `heard`.

    The charge stands as it is. An authority may still put it right, and is waited for no more.
    """

    kind: Literal["unlooked"] = "unlooked"
    leave_id: str
    of: str
    heard: str

    def says(self) -> str:
        """The sentence for people."""
        what = self.heard.replace("-", " ")
        return (
            f"{what}, which arrived after the end, was looked at by nobody: the charge stands, an exception for audit"
        )


class Relabelled(Recorded):
    """An authority calls days of a closed leave otherwise; what that changes of the charge stands beside it.

    `act` is the id of the act, by which a repeat is known; empty as it was written once.
    """

    kind: Literal["relabelled"] = "relabelled"
    act: str = ""
    leave_id: str
    first: date
    last: date
    label: Label
    why: Why
    by: Code

    def says(self) -> str:
        """The sentence for people."""
        return f"days from {self.first} to {self.last} are {self.label} ({self.why.replace('-', ' ')})"


AccountEvent = Annotated[
    Opened
    | Grounds
    | HeldDays
    | Reckoned
    | DaysRefused
    | CorrectedDays
    | Adjusted
    | Withheld
    | RaisedCeiling
    | Credited
    | ClosedYear
    | Reconciled
    | EndedAccount
    | HandedOver
    | SeenOf
    | Relabelled
    | EntrySigned
    | EntryLapsed
    | Unposted
    | Unlooked
    | AlreadySo
    | Refused,
    Field(discriminator="kind"),
]
