"""The words of base orders: what an order says, and what a base answers a leave under its orders."""

from __future__ import annotations

from datetime import time
from typing import Literal

from pydantic import Field, model_validator

from domain.model import Code, Instant, Model, Sha256, Text, date, datetime, timedelta
from domain.restrictions import DegradedCommunications, Item, KeyPosts, MinimumStrength, Quarantine, Restriction

LeaveKind = Literal[
    "ordinary",
    "emergency",
    "rr",
    "emergency-absence",
    "cto",
    "home",
    "convalescent",
    "pass",
    "bereavement",
    "parental",
    "sick",
    "family",
    "special",
    "administrative",
]
"""Kinds of leave; `emergency-absence` is the uncharged one after an emergency, `cto` time off for days worked, `sick`
and `family` the uncertified ones, `special` without pay.

Which of them there are for a member, and on what terms, the rule pack says.
"""

EMERGENCIES: frozenset[LeaveKind] = frozenset({"emergency", "emergency-absence"})
"""The kinds that were urgent before packs said which are (`kinds.*.urgent`), and are in terms which do not say.

Tasks of a leave go first on the server by these names alone, whatever the pack says: that is set when it is opened, and
which pack a member has is known only once the leave has asked the register. No rule rests on that order.
"""

Role = Literal[
    "commander",
    "national-contingent-commander",
    "force-commander",
    "clearance-officer",
    "movement-control",
    "verification-officer",
    "hospital-commander",
    "provost",
    "clerk",
    "gate",
    "duty-officer",
    "auditor",
    "finance",
    "administrator",
]


class Scope(Model):
    """Whom an order touches: each empty list means all; `except_nations` are exempted, in steps, by later versions.

    One with `destinations` is about journeys to one of them alone.
    """

    bases: tuple[Code, ...] = ()
    units: tuple[Code, ...] = ()
    nations: tuple[Code, ...] = ()
    except_nations: tuple[Code, ...] = ()
    components: tuple[Code, ...] = ()
    leave_kinds: tuple[LeaveKind, ...] = ()
    destinations: tuple[Code, ...] = ()


_MINUTE = timedelta(minutes=1)


def ends_with(at: datetime) -> datetime:
    """The whole minute with which an order is over that was ended at an instant: orders hold to the minute."""
    return at.replace(second=0, microsecond=0)


class Order(Model):
    """One version of a numbered order of a base or of the mission, in force during [since, until), to the minute.

    `words` keeps the text as it was printed ("until 0459"), `text_sha256` the whole paper; `etp` is the post which
    may exempt, `grounds` on what grounds. `until` is None for "until rescinded". It begins by ending the version before
    it, and the numbers whose last versions it `rescinds`.
    """

    number: Code
    version: int = Field(ge=1)
    issuer: Code
    title: Text
    words: Text = ""
    text_sha256: Sha256 | None = None
    since: Instant
    until: Instant | None = None
    scope: Scope = Scope()
    restrictions: tuple[Restriction, ...] = Field(min_length=1)
    rescinds: tuple[Code, ...] = ()
    etp: Code
    grounds: tuple[Literal["mission-essential", "humanitarian", "extreme-hardship"], ...] = ("humanitarian",)
    mission_wide: bool = False

    @property
    def name(self) -> str:
        """`LO-014.2`: order 14, version 2."""
        return f"{self.number}.{self.version}"

    @property
    def key_posts(self) -> tuple[Code, ...]:
        """The posts of which it wants holders to stay."""
        return tuple(post for rule in self.restrictions if isinstance(rule, KeyPosts) for post in rule.posts)

    @property
    def shares_places(self) -> bool:
        """Whether it leaves room for some of a unit, or of those who hold a post, and not for all."""
        return any(isinstance(rule, MinimumStrength | KeyPosts) for rule in self.restrictions)

    @property
    def quarantines(self) -> tuple[Quarantine, ...]:
        """The quarantines which it orders."""
        return tuple(rule for rule in self.restrictions if isinstance(rule, Quarantine))

    @model_validator(mode="after")
    def _of_the_mission(self) -> Order:
        """Nobody grants themself to date decisions back: that communications are degraded, the mission says."""
        if not self.mission_wide and any(isinstance(r, DegradedCommunications) for r in self.restrictions):
            expected = "expected an order of the whole mission, with the bases concerned in its scope"
            raise ValueError(f"{expected}, got one of a base")
        return self

    @model_validator(mode="after")
    def _interval(self) -> Order:
        for at in (self.since, self.until):
            if at is not None and (at.second or at.microsecond):
                raise ValueError(f"expected a whole minute, got {at.isoformat()}")
        if self.until is not None and self.until < self.since + _MINUTE:
            raise ValueError(f"expected until after since ({self.since.isoformat()}), got {self.until.isoformat()}")
        return self


CEILING, MINIMUM, UNKNOWN = "strength/ceiling", "minimum-strength", "strength/unknown"
"""Rules of blocks that come from the strength of a unit: its ceiling of absences, an order, a register without it."""
KEYS = "key-posts"
"""The rule of blocks that come from an order on key posts."""
QUEUED = (CEILING, MINIMUM, KEYS)
"""Rules that a place which comes free may satisfy: who waits for these alone stands in the queue."""


class Block(Model):
    """One reason why a leave may not go: an order version, or the strength of its unit.

    It stands from `since` (None: already) to `until`, when it ends by itself (None: nobody knows). `etp` is the post
    which may exempt, `why` a sentence for people.
    """

    cites: Code
    rule: str
    why: Text
    since: Instant | None = None
    until: Instant | None = None
    etp: Code | None = None
    first_free: date | None = None

    @property
    def told(self) -> str:
        """Why and, where that is known, the first day from which it would fit."""
        return f"{self.why}; first free {self.first_free}" if self.first_free else self.why

    @property
    def open_ended(self) -> bool:
        """Whether it may end at any time without a word: nobody knows its end, or others may make room before it."""
        return self.until is None or self.rule in (*QUEUED, UNKNOWN)


class Condition(Model):
    """What an order asks of a leave without standing against it: things to check off, days of quarantine.

    `why` is a sentence for people, `items` is what has to be checked off before the departure. It stands from `since`
    to `until`, half-open.
    """

    cites: Code
    rule: str
    why: Text
    items: tuple[Item, ...] = ()
    since: Instant
    until: Instant | None = None


ALL_DAY = (time.min, time.max)
"""Barred at any hour."""


class Bar(Model):
    """Hours of the base's clock in which no movement is allowed while `since <= at < until`.

    Over midnight when `from_ > to`.
    """

    cites: Code
    from_: time
    to: time
    since: Instant
    until: Instant | None = None

    @property
    def all_day(self) -> bool:
        """Whether it leaves no hour of the day open."""
        return (self.from_, self.to) == ALL_DAY

    def holds(self, at: datetime, clock: time) -> bool:
        """Whether movement is barred at an instant at which the base's clock shows `clock`."""
        if at < self.since or (self.until is not None and at >= self.until):
            return False
        if self.from_ > self.to:
            return clock >= self.from_ or clock < self.to
        return self.from_ <= clock < self.to


class Second(Model):
    """A decision at the base of who had decided on the leave before, at a small site: who reviews it, and by when.

    `of` is the act, `who` decided in the `capacity` and in the one `also`.
    """

    of: str
    who: Code
    capacity: str
    also: str
    reviewers: tuple[Code, ...]
    by: Instant


class Verdict(Model):
    """What the base says of one leave: the newest `seq` holds.

    `granted` means that its place is taken; granted and blocked is *suspended*, not granted and blocked is *waiting*.
    `conditions` are what orders ask of it. `place_in_queue` counts from 1 while it waits for strength; `warns` tells
    whoever decides next what bars nothing and is worth a look; `as_of` is the time by which the base judged.
    `consented` tells who exempted it or overrode strength, by capacity: they decide on it in no other one, but for
    those of `seconds`, which wait for a review. `irregular` marks a departure that was barred, or days of flights on
    which more are away than may be.
    """

    seq: int
    n: int
    granted: bool
    blocks: tuple[Block, ...] = ()
    bars: tuple[Bar, ...] = ()
    cites: tuple[Code, ...] = ()
    warns: tuple[Text, ...] = ()
    exempt: tuple[Code, ...] = ()
    place_in_queue: int | None = None
    irregular: tuple[Code, ...] = ()
    as_of: Instant | None = None
    conditions: tuple[Condition, ...] = ()
    consented: dict[str, Code] = {}
    seconds: tuple[Second, ...] = ()

    @property
    def stands(self) -> Literal["suspended", "free to go", "waiting", "without a place"]:
        """How the leave stands by it, in a word or two."""
        if self.granted:
            return "suspended" if self.blocks else "free to go"
        return "waiting" if self.blocks else "without a place"

    @property
    def material(self) -> object:
        """What of it is worth a notice: neither warnings nor the place in the queue, which move with others."""
        blocks = {(b.cites, b.rule, b.until, b.etp) for b in self.blocks}
        return self.granted, blocks, self.bars, self.exempt, self.conditions

    @property
    def news(self) -> object:
        """What of it the leave is told: also its marks, on which day its unit is short now, from which it would fit."""
        return self.material, self.irregular, {b.told for b in self.blocks if b.rule in QUEUED}, self.seconds
