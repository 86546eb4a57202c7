"""What can be looked up before a decision: what the world said, kept with the decision, never asked again."""

from __future__ import annotations

from typing import Literal

from domain.calendar import Calendar
from domain.model import Code, Decimal, Instant, Model, date
from domain.orders import Order, Role
from domain.terms import Terms


class HeldPost(Model):
    """A post which a person may speak as at some moment: by appointment, or by a dated written delegation."""

    post: Code
    role: Role
    base: Code | None = None
    unit: Code | None = None
    since: date
    until: date | None = None
    by: Literal["appointment", "delegation"] = "appointment"
    document: str = ""


class Person(Model):
    """Who speaks: the register id, the posts valid when it was said *and* now, and the base where they are.

    `relieved` are those valid when it was said and no more: what was seen from them can still be told. `appointed` are
    those valid now which were not when it was said.
    """

    id: Code
    posts: tuple[HeldPost, ...] = ()
    relieved: tuple[HeldPost, ...] = ()
    appointed: tuple[HeldPost, ...] = ()
    base: Code | None = None

    def holds(self, *roles: Role) -> bool:
        """Whether one of the posts has one of these roles."""
        return any(p.role in roles for p in self.posts)


class Member(Model):
    """A register entry as far as rules need it; no name, no rank, no service number."""

    id: Code
    nation: Code
    component: Literal["contingent", "observer", "police", "civilian"]
    service: str = ""
    unit: Code
    base: Code
    arrived: date
    departs: date | None = None


class Rung(Model):
    """One step of a desk's ladder, bottom up: a post, its deputy, and who holds them now."""

    post: Code
    holders: tuple[Code, ...] = ()
    deputy: Code | None = None
    deputies: tuple[Code, ...] = ()


class BaseFacts(Model):
    """A base as the register knows it. `clearance`: the orders answer by themselves, or an officer must act.

    With fewer `posts` than the mission's setting `small` the base is a small site; 0: the mission knows none.
    """

    code: Code
    clearance: Literal["orders", "officer"]
    posts: int = 3
    small: int = 0


class KeyHolder(Model):
    """Who holds a post which an order calls a key post, from day to day, both in; away on these other days.

    `until` is None until further notice; `unit` is theirs, empty where it is the one that is asked about.
    """

    member: Code
    unit: Code = ""
    since: date
    until: date | None = None
    away: tuple[date, ...] = ()

    def holds(self, day: date) -> bool:
        """Whether the post is theirs on a day."""
        return self.since <= day and (self.until is None or day <= self.until)


class UnitStrength(Model):
    """How many are assigned to a unit, and how many of them are away for other reasons than leave, by day.

    `assigned` holds until the first day in `changes`, which tell from which day on it is another number, ascending.
    `keys` are those who hold the key posts which orders name, by post: of all units, since two doctors of two units are
    two doctors of one base.
    """

    assigned: int
    changes: dict[date, int] = {}
    away: dict[date, int] = {}
    keys: dict[Code, tuple[KeyHolder, ...]] = {}

    def on(self, day: date) -> int:
        """How many are assigned on a day."""
        return next((many for since, many in reversed(self.changes.items()) if since <= day), self.assigned)


class Opening(Model):
    """Balances brought from outside, by purse, as of a day."""

    as_of: date
    days: dict[str, Decimal]
    source: str


class Flight(Model):
    """A flight of the register, and how many have a seat on it.

    `would_close` is when its manifest closes at the times to which it is moved, where it closes by the mission's rule.
    """

    flight: Code
    origin: Code
    destination: Code
    departs: Instant
    arrives: Instant
    manifest_closes: Instant
    cancelled: bool = False
    booked: int = 0
    would_close: Instant | None = None


class Unknown(Model):
    """A name in an order behind which the register knows nobody; `post` is one that may exempt from it.

    `known` are names which it knows, the likest first; `of` is how many it knows in all.
    """

    what: Literal["base", "unit", "nation", "component", "post", "key post"]
    name: Code
    known: tuple[Code, ...] = ()
    of: int = 0


QueueRule = Literal["asked-first", "emergencies-first"]
"""Who is served first of those who wait for a place in a unit (`domain/garrison/queueing.py`)."""


class Facts(Model):
    """What was looked up for one decision.

    `desks` are the ladders of posts which a leave passes: `attest`, `approve`, `officer`, `confirm`; and `override`:
    who may let an emergency exceed the strength of its unit. `superiors` are the posts above the issuer of the order
    which an act would change, `above` those above each issuer of the orders which it rescinds besides, `over` those
    above the command posts of the base to which an order goes, and `unknown` the names in that order which mean nothing
    to the register; `degraded` are the orders on degraded communications in force when a backdated act was said,
    `flight` the one that an act is about, `queue` the mission's setting for who is served first.
    `decided` tells who has decided on the leave which an act at its base is about, as far as the register knows.
    `largest_entry` is the mission's setting: how many days one entry may bring into an account or take out of it; 0:
    the mission knows no such number.
    `countersign_days` is the mission's setting for what a clerk records at a base or of a flight; looked up where one
    does.
    `provosts` are the provost's posts of the member's base, or of the mission where it has none.
    `etp_holders` are those who hold the post that an order names for exemptions and are, as the register knows, there.
    `register_version` is the register's version; what was not needed is empty.
    """

    register_version: int = 0
    member: Member | None = None
    person: Person | None = None
    clerk: Person | None = None
    desks: dict[str, tuple[Rung, ...]] = {}
    base: BaseFacts | None = None
    terms: Terms | None = None
    calendar: Calendar | None = None
    family: Literal["listed", "outside", "unreadable"] | None = None
    etp_posts: tuple[HeldPost, ...] = ()
    etp_holders: tuple[Code, ...] = ()
    superiors: tuple[Code, ...] = ()
    above: dict[Code, tuple[Code, ...]] = {}
    over: tuple[Code, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    strength: dict[Code, UnitStrength] = {}
    queue: QueueRule = "asked-first"
    opening: Opening | None = None
    largest_entry: int = 0
    countersign_days: int = 0
    mission_orders: tuple[Order, ...] = ()
    notices: bool = False
    degraded: tuple[Code, ...] = ()
    decided: dict[str, Code] = {}
    flight: Flight | None = None
    provosts: tuple[Code, ...] = ()


Need = Literal[
    "member",
    "person",
    "desks",
    "base",
    "terms",
    "calendar",
    "family",
    "strength",
    "opening",
    "orders",
    "degraded",
    "decided",
    "largest_entry",
    "flight",
    "provosts",
]
