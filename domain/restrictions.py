"""The words in which an order restricts: one model for each restriction of the doctrine (base orders).

Every number here is the order's own, and its source is the order: number, version, issuer and the digest of its paper.
What each means for a leave: `domain/garrison/restrictions.py`.
"""

from __future__ import annotations

from datetime import time
from typing import Annotated, Literal

from pydantic import Field, model_validator

from domain.model import Code, Model, Text

Item = Literal["weapon", "handover", "briefing", "medical", "contact", "security"]
"""What is done before a departure: weapon handed in, duties handed over, briefed, seen by a doctor, reachable; and the
security clearance given."""


class StopLeave(Model):
    """No sign-out inside the interval; days of absence are barred too only where the order says so."""

    rule: Literal["stop-leave"] = "stop-leave"
    bars_absence: bool = False


class MinimumStrength(Model):
    """So many of a unit stay: `percent` of those assigned (rounded up) or a `count`, whichever asks for more."""

    rule: Literal["minimum-strength"] = "minimum-strength"
    percent: int = Field(default=0, ge=0, le=100)
    count: int = Field(default=0, ge=0)


class KeyPosts(Model):
    """Of those who hold one of these posts so many stay, whatever the strength of their units is.

    They are counted together, of all units which the order is about.
    """

    rule: Literal["key-posts"] = "key-posts"
    posts: tuple[Code, ...] = Field(min_length=1)
    stay: int = Field(default=1, ge=1)


class Curfew(Model):
    """No movement from `from_` until `until` on the base's clock, each day; it may lie over midnight."""

    rule: Literal["curfew"] = "curfew"
    from_: time = Field(alias="from")
    until: time

    model_config = {"populate_by_name": True, "serialize_by_alias": True}


class MovementWindow(Model):
    """Movement only from `from_` until `until` on the base's clock, each day."""

    rule: Literal["movement-window"] = "movement-window"
    from_: time = Field(alias="from")
    until: time

    model_config = {"populate_by_name": True, "serialize_by_alias": True}


class ClosedDestination(Model):
    """No journey to these destinations, or over these routes."""

    rule: Literal["closed-destination"] = "closed-destination"
    destinations: tuple[Code, ...] = ()
    routes: tuple[Code, ...] = ()

    @model_validator(mode="after")
    def _closes_something(self) -> ClosedDestination:
        if not self.destinations and not self.routes:
            raise ValueError("expected at least one destination or route to close")
        return self


class CountryClearance(Model):
    """A journey to these destinations (none named: to any) is asked for at least so many days before its first day."""

    rule: Literal["country-clearance"] = "country-clearance"
    days: int = Field(ge=1, le=365)
    destinations: tuple[Code, ...] = ()


class ForceProtection(Model):
    """The level of threat in force, and up to which level leave is given: at the base or, named, at destinations.

    Levels are counted upwards as the mission counts them; `called` is how the paper names the one in force.
    """

    rule: Literal["force-protection"] = "force-protection"
    level: int = Field(ge=0, le=9)
    leave_up_to: int = Field(ge=0, le=9)
    called: Text = ""
    destinations: tuple[Code, ...] = ()


class Quarantine(Model):
    """So many days apart before the departure, or after the return: uncharged, and absent for strength."""

    rule: Literal["quarantine"] = "quarantine"
    before: int = Field(default=0, ge=0, le=90)
    after: int = Field(default=0, ge=0, le=90)
    destinations: tuple[Code, ...] = ()


class Checklist(Model):
    """What has to be checked off before a departure."""

    rule: Literal["checklist"] = "checklist"
    items: tuple[Item, ...] = Field(min_length=1)


class LongestAbsence(Model):
    """No absence is longer than so many calendar days, first and last day both in."""

    rule: Literal["longest-absence"] = "longest-absence"
    days: int = Field(ge=1, le=365)


class DegradedCommunications(Model):
    """Decisions said while it holds count from when they were said, however late they are recorded. It bars nothing."""

    rule: Literal["degraded-communications"] = "degraded-communications"


Restriction = Annotated[
    StopLeave
    | MinimumStrength
    | KeyPosts
    | Curfew
    | MovementWindow
    | ClosedDestination
    | CountryClearance
    | ForceProtection
    | Quarantine
    | Checklist
    | LongestAbsence
    | DegradedCommunications,
    Field(discriminator="rule"),
]
