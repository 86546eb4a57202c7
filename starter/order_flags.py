"""An order said in flags becomes the text which a clerk would write, so that flags and files are read by one reader.

The reader is `domain/garrison/order_text.py`; what is wrong is told by it, whichever way it was said.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, time
from typing import Annotated, Any, Final, Literal

from cyclopts import Group, Parameter

from domain.orders import LeaveKind, Order
from domain.restrictions import Item
from starter.flags import Switch
from wiring.trouble import Misset

WHAT: Final = Group("What it orders", sort_key=2)
WHOM: Final = Group("Whom it touches (all, where nothing is said)", sort_key=3)
WHEN: Final = Group("When, on the base's clock", sort_key=4)
ETP: Final = Group("Who may exempt", sort_key=5)

Ground = Literal["mission-essential", "humanitarian", "extreme-hardship"]


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class OrderFlags:
    """What an order may say; what is not said is left to the order's own defaults or, when amending, as it was."""

    title: str | None = None
    """The order's title."""
    words: str | None = None
    """The text as it was printed."""
    issuer: str | None = None
    """The post which issues it; else the post as which you speak, or for which you record."""
    rescinds: Annotated[tuple[str, ...], Parameter(negative="")] = ()
    """The last version of another order which it ends with its first minute, LO-013.2; may be said several times."""
    mission_wide: Switch = False
    """An order of the whole mission, carried to every base."""

    stop_leave: Annotated[bool, Parameter(negative="", group=WHAT)] = False
    """Nobody signs out."""
    bars_absence: Annotated[bool, Parameter(negative="", group=WHAT)] = False
    """With --stop-leave: days of absence inside the interval are barred too."""
    curfew: Annotated[str | None, Parameter(group=WHAT)] = None
    """No movement in these hours of each day: 01:00-05:00."""
    window: Annotated[str | None, Parameter(group=WHAT)] = None
    """Movement in these hours of each day only: 06:00-18:00."""
    close_destination: Annotated[tuple[str, ...], Parameter(negative="", group=WHAT)] = ()
    """No journey there; may be said several times."""
    close_route: Annotated[tuple[str, ...], Parameter(negative="", group=WHAT)] = ()
    """No journey over this route; may be said several times."""
    minimum_strength: Annotated[tuple[str, ...], Parameter(negative="", group=WHAT)] = ()
    """So many of a unit stay: 80% or 9; both may be said, the stricter holds."""
    key_post: Annotated[tuple[str, ...], Parameter(negative="", group=WHAT)] = ()
    """Of those who hold one of these posts in a unit one stays (in a file `stay` says how many)."""
    clearance_days: Annotated[tuple[str, ...], Parameter(negative="", group=WHAT)] = ()
    """Country clearance: 30, or 45:BEY for one destination; may be said several times."""
    force_protection: Annotated[str | None, Parameter(group=WHAT)] = None
    """The level in force, and up to which level leave is given: 4/2."""
    quarantine_before: Annotated[int, Parameter(group=WHAT)] = 0
    """Days of quarantine before the departure."""
    quarantine_after: Annotated[int, Parameter(group=WHAT)] = 0
    """Days of quarantine after the return."""
    check_off: Annotated[tuple[Item, ...], Parameter(negative="", group=WHAT)] = ()
    """What is checked off before the departure; may be said several times."""
    longest_absence: Annotated[int | None, Parameter(group=WHAT)] = None
    """No absence of more calendar days than these."""

    degraded_communications: Annotated[bool, Parameter(negative="", group=WHAT)] = False
    """Decisions said while it holds count from when they were said, however late they come in; with --mission-wide."""

    at_base: Annotated[tuple[str, ...], Parameter(negative="", group=WHOM)] = ()
    """With --mission-wide: these bases."""
    unit: Annotated[tuple[str, ...], Parameter(negative="", group=WHOM)] = ()
    """These units."""
    nation: Annotated[tuple[str, ...], Parameter(negative="", group=WHOM)] = ()
    """These contingent nations, ISO 3166 alpha-3."""
    except_nation: Annotated[tuple[str, ...], Parameter(negative="", group=WHOM)] = ()
    """All but these nations."""
    component: Annotated[tuple[str, ...], Parameter(negative="", group=WHOM)] = ()
    """contingent, observer, police or civilian."""
    kind: Annotated[tuple[LeaveKind, ...], Parameter(negative="", group=WHOM)] = ()
    """These kinds of leave."""
    destination: Annotated[tuple[str, ...], Parameter(negative="", group=WHOM)] = ()
    """Journeys to one of these destinations."""

    from_: Annotated[str | None, Parameter(name="--from", group=WHEN)] = None
    """The first minute, "2026-12-01 05:00"; else this minute, or that of an amended version which is to come."""
    until: Annotated[str | None, Parameter(group=WHEN)] = None
    """The first minute in which it no longer holds; else until rescinded."""
    last_minute: Annotated[str | None, Parameter(group=WHEN)] = None
    """The last minute which the text names ("until 0459"); instead of --until."""

    etp: Annotated[str | None, Parameter(group=ETP)] = None
    """The post which may exempt a leave from it; else the issuer."""
    ground: Annotated[tuple[Ground, ...], Parameter(negative="", group=ETP)] = ()
    """On what grounds; may be said several times. Else humanitarian."""

    def text(self, number: str, version: int, now: datetime, issuer: str | None, before: Order | None = None) -> str:
        """The order's text. `now` is this minute, `issuer` who issues it where the flags say nobody.

        `before` is the version which this one amends: what the flags do not say stays as it was there, its first minute
        too, unless that is past: the amendment then begins now.

        Raises:
            Misset: hours or strength cannot be read.
        """
        said: dict[str, Any] = _said_before(before) if before else {"title": number}
        since = max(before.since, now) if before else now
        said |= {"number": number, "version": version, "since": since}
        if issuer:
            said["issuer"] = issuer
        plain = {"title": self.title, "words": self.words, "issuer": self.issuer, "since": self.from_, "etp": self.etp}
        said |= {key: value for key, value in plain.items() if value is not None}
        if self.until or self.last_minute:
            said.pop("until", None)
            said |= {k: v for k, v in {"until": self.until, "last_minute": self.last_minute}.items() if v}
        if self.rescinds:
            said["rescinds"] = list(self.rescinds)
        if self.ground:
            said["grounds"] = list(self.ground)
        if self.mission_wide:
            said["mission_wide"] = True
        if "issuer" in said:
            said.setdefault("etp", said["issuer"])
        said["scope"] = said.get("scope", {}) | self._scope()
        if orders := self._restrictions():
            said["restrictions"] = orders
        return "".join(f"{key} = {_toml(value)}\n" for key, value in said.items())

    def _scope(self) -> dict[str, Any]:
        said = {
            "bases": self.at_base,
            "units": self.unit,
            "nations": self.nation,
            "except_nations": self.except_nation,
            "components": self.component,
            "leave_kinds": self.kind,
            "destinations": self.destination,
        }
        return {key: list(value) for key, value in said.items() if value}

    def _restrictions(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        if self.stop_leave or self.bars_absence:
            found.append({"rule": "stop-leave", "bars_absence": self.bars_absence})
        if self.curfew:
            found.append({"rule": "curfew"} | _hours("--curfew", self.curfew))
        if self.window:
            found.append({"rule": "movement-window"} | _hours("--window", self.window))
        if self.close_destination or self.close_route:
            closed = {"destinations": list(self.close_destination), "routes": list(self.close_route)}
            found.append({"rule": "closed-destination"} | closed)
        if self.minimum_strength:
            found.append({"rule": "minimum-strength"} | dict(map(_strength, self.minimum_strength)))
        return found + self._of_the_journey()

    def _of_the_journey(self) -> list[dict[str, Any]]:
        """What is wanted of who goes, and of the way there."""
        found: list[dict[str, Any]] = []
        if self.key_post:
            found.append({"rule": "key-posts", "posts": list(self.key_post)})
        found += [{"rule": "country-clearance"} | _clearance(said) for said in self.clearance_days]
        if self.force_protection:
            found.append({"rule": "force-protection"} | _levels(self.force_protection))
        if self.quarantine_before or self.quarantine_after:
            apart = {"before": self.quarantine_before, "after": self.quarantine_after}
            found.append({"rule": "quarantine"} | apart)
        if self.check_off:
            found.append({"rule": "checklist", "items": list(self.check_off)})
        if self.longest_absence is not None:
            found.append({"rule": "longest-absence", "days": self.longest_absence})
        if self.degraded_communications:
            found.append({"rule": "degraded-communications"})
        return found


def _hours(flag: str, text: str) -> dict[str, str]:
    since, dash, until = text.partition("-")
    try:
        times = [time.fromisoformat(part.strip()) for part in (since, until)]
    except ValueError:
        times = []
    if not dash or not times:
        raise Misset(
            f"{flag} {text!r} are no hours.", why="expected HH:MM-HH:MM", helps=f"for example {flag} 01:00-05:00"
        )
    return {"from": f"{times[0]:%H:%M}", "until": f"{times[1]:%H:%M}"}


def _strength(text: str) -> tuple[str, int]:
    number = text.removesuffix("%").strip()
    if not number.isdecimal():
        raise Misset(
            f"--minimum-strength {text!r} is no strength.",
            why="expected a percentage or a number of members",
            helps="for example --minimum-strength 80% or --minimum-strength 9",
        )
    return ("percent" if text.endswith("%") else "count"), int(number)


def _clearance(text: str) -> dict[str, Any]:
    days, _, destination = text.partition(":")
    if not days.strip().isdecimal():
        raise Misset(
            f"--clearance-days {text!r} are no days.",
            why="expected a number of days, or DAYS:DESTINATION",
            helps="for example --clearance-days 30 --clearance-days 45:BEY",
        )
    return {"days": int(days)} | ({"destinations": [destination.strip()]} if destination else {})


def _levels(text: str) -> dict[str, int]:
    level, _, leave_up_to = text.partition("/")
    if not (level.strip().isdecimal() and leave_up_to.strip().isdecimal()):
        raise Misset(
            f"--force-protection {text!r} are no levels.",
            why="expected the level in force, and up to which leave is given",
            helps="for example --force-protection 4/2",
        )
    return {"level": int(level), "leave_up_to": int(leave_up_to)}


def _said_before(order: Order) -> dict[str, Any]:
    """The keys of a text that says what a version says, its times as instants."""
    said = order.model_dump(exclude_none=True, exclude_defaults=True, exclude={"text_sha256", "rescinds"})
    said["restrictions"] = [
        {"rule": rule.rule} | rule.model_dump(mode="json", by_alias=True) for rule in order.restrictions
    ]
    return said


def _toml(value: Any) -> str:
    """A value in TOML. JSON's texts and numbers are TOML's; its times have no JSON."""
    match value:
        case datetime():
            return value.isoformat()
        case dict():
            return "{ " + ", ".join(f"{key} = {_toml(item)}" for key, item in value.items()) + " }"
        case list() | tuple():
            return "[" + ", ".join(map(_toml, value)) + "]"
        case _:
            return json.dumps(value, ensure_ascii=False)
