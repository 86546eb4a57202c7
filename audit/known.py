"""The facts of a recorded decision in words: what the world said, line by line, and nothing that was not looked up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from domain.facts import Facts, HeldPost, Member, Person, Rung, UnitStrength
from domain.leave import reading
from domain.words import counted

_TOLD = frozenset({"register_version", "person", "clerk", "member", "desks", "terms", "calendar", "strength", "base"})
"""The facts that have words of their own here."""


def facts(f: Facts) -> Iterator[tuple[str, str]]:
    """What was known, each with its name."""
    if f.register_version:
        yield "register", f"version {f.register_version}"
    if f.person:
        yield "who acts", _person(f.person)
    if f.clerk:
        yield "who records", _person(f.clerk)
    if f.member:
        yield "member", _member(f.member)
    for desk, rungs in f.desks.items():
        yield f"desk: {desk}", "; then ".join(_rung(rung) for rung in rungs) or "no post"
    if f.terms:
        yield "terms", f.terms.pack
    if f.base:
        yield "base", f"{f.base.code}, cleared by {f.base.clearance}, {f.base.posts} posts"
    if f.calendar:
        yield "calendar", f"{f.calendar.zone}, {counted(len(f.calendar.holidays), 'holiday')}"
    for unit, of in f.strength.items():
        yield f"strength: {unit}", _strength(of)
    rest = f.model_dump(mode="json", exclude_defaults=True, exclude=set(_TOLD))
    for name, value in reading.unsealed(rest).items():
        yield name.replace("_", " "), in_words(value)


def _person(person: Person) -> str:
    held = [_post(post) for post in person.posts]
    held += [f"{_post(post)}, held when it was said and no more" for post in person.relieved]
    held += [f"{_post(post)}, held only afterwards" for post in person.appointed]
    return f"{person.id}: {'; '.join(held) or 'no post'}"


def _post(post: HeldPost) -> str:
    until = f" until {post.until}" if post.until else ""
    by = f", by {post.by} {post.document}".rstrip() if post.by == "delegation" else ""
    return f"{post.post} ({post.role}) since {post.since}{until}{by}"


def _member(member: Member) -> str:
    tour = f"tour {member.arrived} to {member.departs or 'an open end'}"
    of = " ".join(filter(None, (member.nation, member.component, member.service)))
    return f"{member.id}: {of}, {member.unit} at {member.base}, {tour}"


def _rung(rung: Rung) -> str:
    held = f" ({', '.join(rung.holders)})" if rung.holders else " (vacant)"
    deputy = f", deputy {rung.deputy}" if rung.deputy else ""
    return rung.post + held + deputy


def _strength(of: UnitStrength) -> str:
    away = f", otherwise away on {len(of.away)} days" if of.away else ""
    changes = ", ".join(f"{many} from {day}" for day, many in of.changes.items())
    return f"{of.assigned} assigned" + (f", {changes}" if changes else "") + away


def in_words(value: Any) -> str:
    """A value of a document as a sentence may hold it."""
    if isinstance(value, dict):
        return ", ".join(f"{key} {in_words(inner)}" for key, inner in value.items())
    if value is None:
        return "-"
    if isinstance(value, list):
        return "; ".join(in_words(inner) for inner in value)
    return str(value)
