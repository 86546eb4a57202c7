"""What a leave holds of the world while it runs: one word, one specification, one setter for each.

A setter says "my holding is now SPEC (or nothing), my n-th wish". It is idempotent, and an older `n` than the one
known is ignored: taking, changing, extending, settling and giving back are the same call. The key is (leave id, what,
n).
"""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from domain.model import DAY, Code, Decimal, Instant, Model, Text, date
from domain.orders import EMERGENCIES, LeaveKind, Role
from domain.restrictions import Item
from domain.terms import OwnTerms

Purse = Literal["annual", "rr", "cto", "none"]
"""What leave is taken from: the annual account, or one of its own for rest and recuperation or compensatory time."""


class Split(NamedTuple):
    """Days that are charged: from the balance, in advance of what is still to be earned, and beyond that."""

    balance: Decimal
    advance: Decimal
    excess: Decimal


def paid(charge: Decimal, has: Decimal, below: Decimal) -> Split:
    """What pays for a charge: first what the account has, then advance, the rest is excess (doctrine: kinds of leave).

    `below` is how far the account may go below zero: the lesser of what the terms say and what the tour still earns.
    """
    own = min(charge, max(has, Decimal(0)))
    advance = min(charge - own, max(below + min(has, Decimal(0)), Decimal(0)))
    return Split(own, advance, charge - own - advance)


class Share(Model):
    """Days of an absence that follow each other and are alike: of `first` to `last`, each takes `each` from `purse`.

    `unearned` says why nothing is earned on them.
    """

    first: date
    last: date
    leave_kind: LeaveKind
    purse: Purse
    each: Decimal
    unearned: Literal["absent", "unpaid"] | None = None


class Word(Model):
    """What the account says of itself, so that a leave can tell which of its days are charged, or paid.

    `had` is the annual balance on the day asked about (`Days.balance_on`); `left` how many working days of uncertified
    leave are left in a calendar year. `given_from` is the day from which on another absence was given the days that are
    not charged for the death of that day: one death gives them once.
    """

    had: Decimal | None = None
    left: dict[int, Decimal] = {}
    given_from: date | None = None


class Number(Model):
    """The control number of the base; kept for good."""

    what: Literal["number"] = "number"
    base: Code
    year: int


class Days(Model):
    """Days of the member's account: held while `charged` is None, settled by the days really taken once it is known.

    `first` and `last` bound the absence (no two leaves of one member share a day), `expected` is what the request
    would charge. Days that were `interrupted` by a hospital may be resumed by another leave, which says so.

    `shares` tell the absence by what pays for its days, where that is not one purse for all or where days are settled;
    without them the whole charge is of `purse`. `balance_on` and `uncertified` (working days, by calendar year) are
    answered by a `Word`. `working` counts the working days of the absence; `excess`: what the account does not have is
    taken all the same, unpaid. From `absent_from` on, until further word, a human authority has found absence.
    """

    what: Literal["days"] = "days"
    member: Code
    leave_kind: LeaveKind
    first: date
    last: date
    purse: Purse
    expected: Decimal
    charged: Decimal | None = None
    shares: tuple[Share, ...] = ()
    balance_on: date | None = None
    uncertified: dict[int, Decimal] = {}
    working: int | None = None
    excess: bool = False
    absent_from: date | None = None
    interrupted: bool = False
    resumes: Code | None = None


class Part(Model):
    """Days of one kind in an absence, first and last in."""

    leave_kind: LeaveKind
    first: date
    last: date


class Place(Model):
    """An absence from the base: asked for while `out_at` is None; `out_at` is what the gate saw.

    On the days it `travels` before `first` and after `last`, flights have the member away too: those count as absences,
    and orders are held against them. Who flies has left the base when their flight `departs`: they sign out before.

    At most `ceiling_percent` of the unit may be absent; from `warn_percent` on it is said how many are. `number` is the
    control number, of which the base need not think until it is asked for a place. `deciders` have consented to the
    leave before (`decided`: in which capacities): nobody exempts in a second one. An authority that may exempt has
    `exempt_hours` before the turn of others comes. Who has left is away until `held_up_until` at least, where that was
    told, and waited for up to `waited_until` if nothing is heard of them. Of who left before the base was asked, it is
    told what was `checked` off for the departure. `leave_kind` is the first kind of an absence; of several, `parts`
    tell each in its turn. Which of its kinds are `urgent` its own terms say; None: they do not.
    """

    what: Literal["place"] = "place"
    base: Code
    member: Code
    unit: Code
    nation: Code
    component: Code
    leave_kind: LeaveKind
    destination: Code
    route: Code | None = None
    first: date
    last: date
    asked_at: Instant
    ceiling_percent: int
    warn_percent: int = 100
    override_role: Role = "force-commander"
    number: str = ""
    out_at: Instant | None = None
    deciders: tuple[Code, ...] = ()
    decided: dict[str, Code] = {}
    exempt_hours: int = 0
    travels: tuple[date, ...] = ()
    held_up_until: date | None = None
    waited_until: date | None = None
    departs: Instant | None = None
    checked: tuple[Item, ...] = ()
    parts: tuple[Part, ...] = ()
    urgent: tuple[LeaveKind, ...] | None = None

    @property
    def kinds(self) -> tuple[LeaveKind, ...]:
        """The kinds of the absence, in their turn."""
        return tuple(part.leave_kind for part in self.parts) or (self.leave_kind,)

    @property
    def emergency(self) -> bool:
        """Whether it is for emergencies on every day: what only an emergency may, other leave beside it may not."""
        return not self.others

    @property
    def others(self) -> tuple[LeaveKind, ...]:
        """Its kinds which are no emergency."""
        emergencies = EMERGENCIES if self.urgent is None else self.urgent
        return tuple(kind for kind in self.kinds if kind not in emergencies)

    def later(self, days: int) -> Place:
        """The same absence so many days later, by flights that nobody has booked yet."""
        parts = tuple(
            Part(leave_kind=part.leave_kind, first=part.first + days * DAY, last=part.last + days * DAY)
            for part in self.parts
        )
        dates = {"first": self.first + days * DAY, "last": self.last + days * DAY, "parts": parts}
        return self.model_copy(update=dates | {"travels": (), "departs": None})

    @property
    def leaves_on(self) -> date:
        """The day on which the sign-out is planned: the first or, with a flight on its eve, that of the flight."""
        return min(self.first, *self.travels, self.first)

    @property
    def home_on(self) -> date:
        """The day on which the return is planned: the last, or the one on which the flight home arrives."""
        return max(self.last, *self.travels, self.last)


class Seat(Model):
    """A seat out and a seat back; a named flight is the choice of movement control, else the first that fits is taken.

    `out_day` and `back_day` are the days of travel wanted. Who was recalled may fly home from `back_from` on, and not
    after `back_day`. Who is `urgent` is put on a flight until it departs. That the journey was made is told beside it
    (`Want.told`).
    """

    what: Literal["seat"] = "seat"
    base: Code
    destination: Code
    out_day: date
    back_day: date
    back_from: date | None = None
    out_flight: Code | None = None
    back_flight: Code | None = None
    not_on: tuple[Code, ...] = ()
    urgent: bool = False


class Leg(Model):
    """A flight on which a seat was taken, out or back. `closed`: its manifest had closed by then."""

    leg: Literal["out", "back"]
    flight: Code
    departs: Instant
    arrives: Instant
    closed: Instant | None = None


class Paper(Model):
    """The leave paper: valid for these days until it is given back, which revokes it."""

    what: Literal["paper"] = "paper"
    number: str
    first: date
    last: date


class News(Model):
    """One entry worth telling: its line in the journal, the posts whose turn it is, and what is said.

    It names nobody.
    """

    seq: int
    to: tuple[Code, ...]
    says: Text


class Notice(Model):
    """The member and those whose turn it is have been told these entries."""

    what: Literal["notice"] = "notice"
    member: Code
    number: str
    news: tuple[News, ...]


Spec = Annotated[Number | Days | Place | Seat | Paper | Notice, Field(discriminator="what")]
What = Literal["number", "days", "place", "seat", "paper", "notice"]


class Want(Model):
    """What an effect is asked to do for a leave.

    `of` is the giver (a base, a member's account, or the register); `spec` None gives it back; `n` rises with every
    want; `as_of` is the leave's time; `told` is what the giver must know when it is given back (seats: "flown" when
    the journey was made), and `back_at` when the member was seen back (places: quarantine begins then). `under` are the
    leave's own terms (days): what has changed since it was asked for does not change it. `decided` tells who has
    decided on it by then, in which capacity (papers: before that its base need not know all of them).
    """

    leave_id: str
    what: What
    of: Code
    spec: Spec | None
    n: int
    as_of: Instant
    told: Text = ""
    back_at: Instant | None = None
    under: OwnTerms | None = None
    decided: dict[str, Code] = {}
