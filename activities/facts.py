"""Looking facts up: which the decider names, for the one member or base concerned, in one view of the register."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, NamedTuple

from sqlalchemy.orm import Session

from activities import packs
from activities.register import command, consents, lookups, posts, publishing
from activities.register.database import RegisterUnavailable
from activities.register.flights import flight
from activities.register.strength import of_units
from activities.store import NoKey, Store
from domain.acts import Act, Ask, ChangeFlight, IssueOrder
from domain.authority import AHEAD
from domain.calendar import Calendar
from domain.facts import Facts, Flight, Need, Person, Rung
from domain.model import DAY, Code, Instant, date
from domain.terms import Terms


class Subject(NamedTuple):
    """Whom and what an act is about: whose rules, which base, which days, whose strength."""

    member: Code | None = None
    base: Code | None = None
    first: date | None = None
    last: date | None = None
    units: tuple[Code, ...] = ()
    etp: Code | None = None
    issuer: Code | None = None
    issuers: tuple[Code, ...] = ()
    keys: tuple[Code, ...] = ()


class Library:
    """Where facts are found: the register (by the session given), the rule packs, the detail store."""

    def __init__(self, rules: Path, store: Store) -> None:
        self.rules, self.store = rules, store

    def look_up(self, session: Session, needs: frozenset[Need], act: Act, about: Subject, now: Instant) -> Facts:
        """The facts named by `needs`; the others stay empty. Where no base is named, it is that of the member."""
        if about.member and about.base is None:
            member = lookups.member(session, about.member)
            about = about._replace(base=member.base if member else None)
        wanted: dict[Need, Callable[[], dict[str, Any]]] = {
            "member": lambda: {"member": lookups.member(session, about.member or "")},
            "person": lambda: self._people(session, act, about, now),
            "desks": lambda: {"desks": ladders(session, act, about, self._terms(session, about, now), now)},
            "base": lambda: {"base": lookups.base(session, about.base or "")},
            "terms": lambda: {"terms": self._terms(session, about, now)},
            "calendar": lambda: {"calendar": _calendar(session, about, now)},
            "family": lambda: {"family": self._family(session, act, about, now)},
            "strength": lambda: {"strength": _strength(session, about, now), "queue": lookups.queue_rule(session)},
            "opening": lambda: {"opening": lookups.opening(session, about.member or "")},
            "largest_entry": lambda: {"largest_entry": lookups.largest_entry(session)},
            "degraded": lambda: {"degraded": _degraded(session, act, about, now)},
            "decided": lambda: {"decided": consents.known(session, getattr(act, "leave_id", ""))},
            "flight": lambda: {"flight": _flight(session, act)},
            "provosts": lambda: {"provosts": command.nearest(session, "provost", about.base or "")},
            "orders": lambda: {"mission_orders": publishing.mission_orders(session)},
        }
        found: dict[str, Any] = {"register_version": lookups.version(session)}
        for need in sorted(needs):
            found |= wanted[need]()
        found["notices"] = lookups.settings(session).get("notices") == "on" if isinstance(act, Ask) else False
        return Facts(**found)

    def warm(self, session: Session, now: Instant) -> None:
        """Read what first decisions would wait for too long: packs, zones, holidays, the tables.

        Raises:
            PackError: a pack cannot be used; better that no worker starts than that it is found out leave by leave.
        """
        packs.check(self.rules)
        for base in lookups.bases(session):
            lookups.calendar(lookups.base_zone(session, base.code) or "UTC", now.date(), now.date(), "USA")
        posts.person(session, "", now, now)

    def _people(self, session: Session, act: Act, about: Subject, now: Instant) -> dict[str, Any]:
        """Who decided, who recorded it; of an order concerned, who may exempt, and who is above its issuer or the base.

        Of one that is given, also which of its names the register does not know. A recorder writes it down today,
        whenever it was said.
        """

        def known(who: Code | None, at: Instant) -> Person | None:
            return posts.person(session, who, at, now) if who else None

        exempts = posts.etp_posts(session, about.etp, now) if about.etp else ()
        superiors = command.above(session, about.issuer) if about.issuer else ()
        above = {issuer: command.above(session, issuer) for issuer in about.issuers}
        people: dict[str, Any] = {
            "above": above,
            "person": known(act.decided_by, act.acted_at),
            "clerk": known(act.entered_by, now),
        }
        if act.entered_by and act.to in ("base", "register"):
            people["countersign_days"] = lookups.countersign_days(session)
        over = command.over(session, about.base) if about.base and isinstance(act, IssueOrder) else ()
        unknown = lookups.unknown(session, act.order) if isinstance(act, IssueOrder) else ()
        there = posts.there(session, about.etp, now) if about.etp else ()
        return people | {
            "etp_posts": exempts,
            "etp_holders": there,
            "superiors": superiors,
            "over": over,
            "unknown": unknown,
        }

    def _terms(self, session: Session, about: Subject, now: Instant) -> Terms | None:
        """The terms which bind a member: of the pack that the register names or that applies, and the mission's."""
        member = lookups.member(session, about.member or "")
        if member is None:
            return None
        named = lookups.pack_of(session, member.id)
        return packs.load_for(member, about.first or now.date(), self.rules, named)

    def _family(
        self, session: Session, act: Act, about: Subject, now: Instant
    ) -> Literal["listed", "outside", "unreadable"] | None:
        """Whether the sealed relative is on the pack's list. What the detail says goes no further than this word."""
        if not isinstance(act, Ask) or act.family is None:
            return None
        try:
            terms, text = self._terms(session, about, now), self.store.open(act.family)
        except NoKey as locked:  # the act is asked again when the key is back: nothing is judged by its absence
            raise RegisterUnavailable(f"{locked.what} {locked.why}") from locked
        kind = terms.kinds.get(act.leave_kind) if terms else None
        if text is None or kind is None:
            return "unreadable"
        try:
            relation = json.loads(text)["relation"]
        except (ValueError, KeyError, TypeError):
            return "unreadable"
        return "listed" if relation in kind.family else "outside"


def desks(session: Session, about: Subject, now: Instant) -> dict[str, tuple[Rung, ...]]:
    """The ladders of posts which a leave of this member passes."""
    member, base = about.member or "", about.base or ""
    return {
        "attest": posts.desk(session, "verification-officer", base, now, but_for=member),
        "approve": posts.chain(session, member, now),
        "officer": posts.desk(session, "clearance-officer", base, now, but_for=member),
        "confirm": posts.desk(session, "movement-control", base, now, but_for=member),
    }


def ladders(
    session: Session, act: Act, about: Subject, terms: Terms | None, now: Instant
) -> dict[str, tuple[Rung, ...]]:
    """The ladders of posts which a leave of this member passes, and who may let it exceed the strength of a unit.

    Those are the posts of the member's own chain which the rule pack names, else those of the base, else those of
    the mission: a post of the same role elsewhere has no say. Where the pack names who grants more than the
    commander may, they are there too.
    """
    found = desks(session, about, now)
    if terms is None:
        return found
    if beyond := _beyond_the_commander(session, act, terms, about, now):
        found |= {"above": beyond}
    role = terms.clearing.override_role
    above = tuple(dict.fromkeys(p for rung in found["approve"] for p in (rung.post, rung.deputy) if p))
    chosen = command.in_role(session, role, above) or command.nearest(session, role, about.base or "")
    return found | posts.named(session, chosen, now)


def _beyond_the_commander(session: Session, act: Act, terms: Terms, about: Subject, now: Instant) -> tuple[Rung, ...]:
    """Who grants more of the kind asked for than the commander may, where the pack names a role for it."""
    kind = terms.kinds.get(act.leave_kind) if isinstance(act, Ask) else None
    if kind is None or kind.above_role is None:
        return ()
    return posts.desk(session, kind.above_role, about.base or "", now, but_for=about.member or "")


def _calendar(session: Session, about: Subject, now: Instant) -> Calendar | None:
    """The days of the base, with the holidays of the member's nation where a member is concerned."""
    zone = lookups.base_zone(session, about.base or "")
    if zone is None:
        return None
    member = lookups.member(session, about.member) if about.member else None
    first, last = about.first or now.date(), about.last or now.date()
    return lookups.calendar(zone, min(first, now.date()), last, member.nation if member else "")


def _degraded(session: Session, act: Act, about: Subject, now: Instant) -> tuple[Code, ...]:
    """Looked up for what was said before it came in: nothing else is judged by when it was said."""
    if act.acted_at + AHEAD >= now:
        return ()
    return publishing.degraded(session, about.base or "", act.acted_at)


def _flight(session: Session, act: Act) -> Flight | None:
    """The flight that an act is about, and what becomes of its manifest at other times."""
    return flight(session, act.flight, act.departs) if isinstance(act, ChangeFlight) else None


def _strength(session: Session, about: Subject, now: Instant) -> dict[Code, Any]:
    first, last = about.first or now.date(), about.last or now.date() + DAY
    return of_units(session, about.units, first, last, about.keys)
