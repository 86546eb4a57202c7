"""What is known of one leave: a fold of its journal (`fold.py`)."""

from __future__ import annotations

from typing import Literal

from domain.acts import About, Ask, EndOfTime, Via
from domain.calendar import Calendar
from domain.decider import State
from domain.facts import Member, Rung
from domain.holdings import Days, Leg, News, Seat, Spec, What, Word
from domain.leave import events as e
from domain.leave.counting import CountedDay
from domain.model import DAY, Code, Decimal, Instant, Model, date
from domain.orders import Condition, Verdict
from domain.restrictions import Item
from domain.terms import KindTerms, Terms

JOURNEYS = 3
"""The chart since which the journey is reckoned with: days of flights, a way home that changes, a lane of its own."""


HOMEWARD = 6
"""The chart since which nobody is overdue for want of a flight home.

And since which the base is told when a flight departs and who decided in which capacity, and a board whose security
clearance is not checked off.
"""


OUTSTAYS = 10
"""The chart since which a base is told until when somebody away is held up, and until when they are waited for, and who
is suspended stands among those to be told."""


RETOLD = 11
"""The chart since which who is suspended already is to be told of each order more that comes to stand against them."""


SAID_FIRST = 12
"""The chart since which who was told of an order before it was entered need not be told of it again."""


REOPENED = 13
"""The chart since which the days of one who is away are held anew, as charged, once the proof of them has failed."""


TURNS = 14
"""The chart since which a base is told each kind of an absence of several, and its days.

And since which a recall binds nobody before they are told of it.
"""


class Extension(Model):
    """A later last day, asked for and perhaps approved; the old one stands until its days are held."""

    last: date
    expected: Decimal
    since: Instant
    approved: bool = False


class Finding(Model):
    """What a commander has found of late days, from `first` to `last` (None: until further word), at a moment."""

    finding: Literal["excused", "charged", "absent"]
    first: date
    last: date | None = None
    at: Instant


class Written(Model):
    """Who entered an act and when: a typing mistake is theirs to correct for a while."""

    at: Instant
    by: tuple[Code, ...]
    posts: tuple[Code, ...] = ()


class Recalled(Model):
    """Called back at a moment, to be back by the end of a day; `told` once the member knows.

    `known` is by which day they are to be back as far as they know, by this recall or by one before it: the day told,
    and not before the one on which they were.
    """

    at: Instant
    back_by: date
    told: bool = False
    known: date | None = None


class Admission(Model):
    """In hospital from a moment on: days are held up to `last` only, and charge what is `expected`, until discharge.

    `until` is the last day that is taken for one of it, where the commander has found otherwise of those after it.
    """

    at: Instant
    last: date
    expected: Decimal
    discharged_at: Instant | None = None
    until: date | None = None


class Gone(Model):
    """Nobody waits for the member any more, since a moment."""

    why: EndOfTime | Literal["not-returned"]
    at: Instant


class Called(Model):
    """The newest call to a member who is away, and when one was reached last."""

    at: Instant
    via: Via
    reached: bool
    reached_at: Instant | None = None


class Reviewing(Model):
    """What waits for a review: who acted, which posts may review it, and until when."""

    who: Code
    posts: tuple[Code, ...]
    by: Instant


class Grace(Model):
    """Of a deadline which was noticed late: when it fell due, and until when it does no harm."""

    due_at: Instant
    until: Instant


class Barred(Model):
    """Since when an exemption by a post is waited for, whom silence has reached besides, and whether that was all."""

    since: Instant
    reminded: bool = False
    reached: tuple[Code, ...] = ()
    exhausted: bool = False


class Heard(Model):
    """The newest wish for a place which the base has answered, and its newest word. Both outlast the place."""

    n: int = 0
    seq: int = 0


class Spoken(Model):
    """How much one speaker has said: acts at all, and what of theirs was refused."""

    acts: int = 0
    decisions_refused: int = 0
    observations_refused: int = 0


class Leave(State):
    """One leave. `since` is when the present step began, `lapsed` what time has said since then.

    `deferred` is what time was to say and noticed late; `barred_at` is when orders came to stand against it, and
    `ordered_at` when the newest of them did, `unbarred_at` when the last one before them was gone; `consents` tells
    from when each consent counts.

    `legs` are the flights on which it has a seat; `off_flights` are those from which movement control took the member,
    `seat_lost` the entry by which a flight was changed last: a seat wished for before it is asked for again, and until
    it is found the leave is `seatless`. `stranded_at` is when somebody away lost their seat home, the newest time.
    `barred` tells, by the post which may exempt, how far silence has come; `exemptions` whether there is that ladder.
    `movement_asked_at` is when movement control was first asked for this journey. `correction` holds other dates until
    their days are held: what is refused has changed nothing. `prove_by` is the day by which a proof was promised,
    `unproven` that it failed or did not come; `word` what the account said of itself when it was first asked. Of the
    days it holds so many are taken in `advance`, and in `excess`.
    `finding` is the newest of `findings`; up to the day `found_until` nobody is overdue; `held_up_until` is until when
    a delay was told to last. `journey_at` is when somebody recalled began the journey back; `told` is when the member
    was told last of what. `as_of` is when it was signed, where it was recorded so late that this counts. `disowned`:
    the member had left without an approval, and command did not consent afterwards either. `seconds` are the acts at
    the base that waited for a review. `bare` are decisions that a clerk recorded without their evidence, by act.
    `spoken` tells how much each speaker has said.
    """

    ask: Ask | None = None
    member: Member | None = None
    terms: Terms | None = None
    calendar: Calendar | None = None
    desks: dict[str, tuple[Rung, ...]] = {}
    officer: bool = False
    notices: bool = False
    chart: int = 1
    as_of: Instant | None = None

    first: date | None = None
    last: date | None = None
    destination: Code | None = None
    expected: Decimal = Decimal(0)
    out_flight: Code | None = None
    back_flight: Code | None = None
    off_flights: tuple[Code, ...] = ()
    legs: tuple[Leg, ...] = ()
    seat_lost: int = 0
    seatless: bool = False
    stranded_at: Instant | None = None

    number: str = ""
    attested: bool | None = None
    prove_by: date | None = None
    unproven: bool = False
    approved: bool = False
    disowned: bool = False
    officer_cleared: bool = False
    confirmed: bool = False
    checked: tuple[Item, ...] = ()
    movement_asked_at: Instant | None = None
    verdict: Verdict | None = None
    exemptions: bool = False
    barred: dict[Code, Barred] = {}
    heard: Heard = Heard()
    out_at: Instant | None = None
    in_at: Instant | None = None
    charged: Decimal | None = None
    counted: tuple[CountedDay, ...] = ()
    gateway_out: Instant | None = None
    gateway_back: Instant | None = None
    word: Word | None = None
    advance: Decimal = Decimal(0)
    excess: Decimal = Decimal(0)
    extension: Extension | None = None
    correction: e.Corrected | None = None
    held_up_at: Instant | None = None
    finding: str = ""
    findings: tuple[Finding, ...] = ()
    found_until: date | None = None
    held_up_until: date | None = None
    recall: Recalled | None = None
    journey_at: Instant | None = None
    admitted: Admission | None = None
    called: Called | None = None
    told: dict[About, Instant] = {}
    gone: Gone | None = None
    ended: e.How | None = None

    since: Instant | None = None
    barred_at: Instant | None = None
    ordered_at: Instant | None = None
    unbarred_at: Instant | None = None
    lapsed: tuple[str, ...] = ()
    deferred: dict[str, Grace] = {}
    deciders: dict[str, Code] = {}
    consents: dict[str, Instant] = {}
    countersigns: dict[str, Instant] = {}
    signers: dict[str, Code] = {}
    confirmers: dict[str, tuple[Code, ...]] = {}
    reviews: dict[str, Reviewing] = {}
    seconds: tuple[str, ...] = ()
    irregular: tuple[Code, ...] = ()
    bare: dict[str, str] = {}
    written: dict[str, Written] = {}
    acts: dict[str, int] = {}
    spoken: dict[Code, Spoken] = {}

    held: dict[What, Spec] = {}
    lacks: dict[What, e.Lacks] = {}
    lacked_at: dict[What, Instant] = {}
    again: tuple[What, ...] = ()
    news: tuple[News, ...] = ()

    @property
    def consented(self) -> dict[str, Code]:
        """Who has decided on it by now, by capacity; also who exempted it from an order or overrode strength for it."""
        return self.deciders | (self.verdict.consented if self.verdict else {})

    @property
    def asked(self) -> Ask:
        """The request; only an opened leave has one."""
        assert self.ask is not None
        return self.ask

    @property
    def rules(self) -> Terms:
        """The terms recorded when the leave was asked for."""
        assert self.terms is not None
        return self.terms

    @property
    def kind(self) -> KindTerms:
        """What the terms say of this kind of leave."""
        return self.rules.kinds[self.asked.leave_kind]

    @property
    def days(self) -> Calendar:
        """The base's calendar as it was recorded."""
        assert self.calendar is not None
        return self.calendar

    @property
    def whose(self) -> Member:
        """The member on leave."""
        assert self.member is not None
        return self.member

    @property
    def first_day(self) -> date:
        """The first charged day asked for, as corrected."""
        assert self.first is not None
        return self.first

    @property
    def last_day(self) -> date:
        """The last charged day asked for, as extended or corrected."""
        assert self.last is not None
        return self.last

    @property
    def away(self) -> bool:
        """Signed out, and waited for."""
        return self.out_at is not None and self.over_at is None

    @property
    def over_at(self) -> Instant | None:
        """When the absence was over: the member is back, or nobody waits for them any more."""
        return self.in_at or (self.gone.at if self.gone else None)

    @property
    def given_up(self) -> bool:
        """Waited for no longer since nobody came; who is told to have come back after all was there."""
        return self.gone is not None and self.gone.why == "not-returned"

    @property
    def in_hospital(self) -> bool:
        """Admitted, and not discharged as far as anybody has told, nor found to be kept away by something else."""
        stay = self.admitted
        return stay is not None and stay.discharged_at is None and stay.until is None

    @property
    def due_day(self) -> date:
        """The day by whose end the member is due back: the last day, or the one on which the flight home arrives.

        After a recall or a hospital it is another one.
        """
        return self._due(max(self.last_day, *self.travels, self.last_day))

    @property
    def found_after(self) -> date:
        """The day after which days are a commander's to find of: when the member is due back.

        Where the way home was lost while they were away, the days on which a later flight brings them are such too.
        """
        return self._due(self.last_day) if self.stranded_at else self.due_day

    def _due(self, last: date) -> date:
        if self.admitted and self.admitted.discharged_at:
            return self.days.day(self.admitted.discharged_at)
        if self.recall is None:
            return last
        return min(last, self.recall.back_by if self.chart < TURNS else self.recall.known or last)

    @property
    def way_home(self) -> Leg | None:
        """The flight back on which it has a seat."""
        return next((leg for leg in self.legs if leg.leg == "back"), None)

    @property
    def stranded(self) -> bool:
        """Away with no seat on a flight home, who left with one: nobody is at fault for flights (doctrine: travel)."""
        return self.chart >= HOMEWARD and self.away and "seat" in self.held and self.way_home is None

    @property
    def travels(self) -> tuple[date, ...]:
        """The days before the first and after the last on which the flights that are booked have the member away."""
        if self.chart < JOURNEYS or not self.legs or self.seatless:
            return ()
        seat = self.held.get("seat")
        wanted = (seat.out_day, seat.back_day) if isinstance(seat, Seat) else (self.first_day, self.last_day)
        found: list[date] = []
        for leg in self.legs:
            if leg.leg == "out" and wanted[0] == self.first_day:
                found += self.days.shown(self.days.day(leg.departs), self.first_day - DAY)
            if leg.leg == "back" and wanted[1] == self.last_day:
                found += self.days.shown(self.last_day + DAY, self.days.day(leg.arrives))
        return tuple(found)

    @property
    def awaited_until(self) -> date:
        """The day after which the overdue ladder begins: as due or, where a finding reached further, until then."""
        return max(self.due_day, self.found_until or self.due_day)

    @property
    def late_until(self) -> date | None:
        """The day until which somebody away was told, or found, to be kept after the last day; None where nobody knows.

        What was found up to its own day tells of days that are over, and nothing of the return; nor does an excuse
        whose last days were found to be absence later.
        """
        excused = (x for x in self.findings if x.finding != "absent" and x.last and x.last <= self.awaited_until)
        ahead = (x.last for x in excused if x.last and x.last > self.days.day(x.at))
        known = max((*ahead, *filter(None, (self.held_up_until,))), default=None)
        return known if known and known > self.due_day else None

    @property
    def suspended(self) -> bool:
        """An order stands against a leave which has its place."""
        return bool(self.verdict and self.verdict.granted and self.verdict.blocks)

    @property
    def placed(self) -> bool:
        """The base has taken the leave into its ledger."""
        return bool(self.verdict and self.verdict.granted)

    @property
    def unchecked(self) -> tuple[tuple[Condition, tuple[Item, ...]], ...]:
        """What orders want checked off before the departure, and what of it is not yet."""
        said = self.verdict.conditions if self.verdict else ()
        missing = ((one, tuple(item for item in one.items if item not in self.checked)) for one in said)
        return tuple((one, items) for one, items in missing if items)

    @property
    def insecure(self) -> bool:
        """A journey for which the terms want a security clearance, and nobody has checked one off."""
        wanted = self.chart >= HOMEWARD and self.rules.travel.security_days and self.asked.travel != "none"
        return bool(wanted) and "security" not in self.checked

    @property
    def settled(self) -> bool:
        """The account has been charged with the days really taken, as last counted."""
        days = self.held.get("days")
        return self.charged is not None and isinstance(days, Days) and days.charged == self.charged
