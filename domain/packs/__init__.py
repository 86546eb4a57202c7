"""Rule packs: where the numbers of leave come from, and how far each is to be trusted.

A pack is a TOML text: a head (`pack`, `version`, `effective`, `title`, perhaps `extends` and `applies`), and below
it the terms, each a table of its own: `{ value = 14, source = "10 USC 709", trust = "A" }`. A pack which extends
another says only what differs. Every term must be given by somebody: a number without a source is an error, and so is
a gap; only a limit which may be absent (`commander_up_to_days`) may be left out, or be taken away again by
`value = "none"`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from domain.facts import Member
from domain.model import Model, date
from domain.packs.findings import Finding, PackError
from domain.packs.reading import Pack, Source, read
from domain.packs.vocabulary import TRUST, Applies, Head, Trust, schema
from domain.terms import Terms


class Row(NamedTuple):
    """One term of a pack as it is shown: where it comes from, its trust mark, and the pack which says so."""

    path: str
    value: str
    source: str
    trust: Trust
    pack: str


def terms_for(pack: Pack) -> Terms:
    """The terms which a leave records; `pack` in them names and hashes where they come from."""
    return pack.terms


def show(pack: Pack) -> tuple[Row, ...]:
    """Every term of a pack with its source, in the order of the vocabulary."""
    return tuple(
        Row(path, _value(pack.terms, path), said.source, said.trust, said.pack) for path, said in pack.sources.items()
    )


def choose(packs: Iterable[Pack], member: Member, on: date) -> Pack:
    """The pack of a member on a day: of those in force, the one which names service, nation or component most closely.

    A service is closer than a nation, a nation than a component; among equally close ones the one in force last holds.

    Raises:
        PackError: when no pack applies, or two apply equally.
    """
    fit = sorted((p for p in packs if p.head.effective <= on and _applies(p, member)), key=_closeness, reverse=True)
    who = f"nation {member.nation}, service {member.service or 'none'}, component {member.component}"
    if not fit:
        raise PackError([_unclear("a pack in force", f"none for {who} on {on}", "widen `applies` of one pack")])
    if len(fit) > 1 and _closeness(fit[0]) == _closeness(fit[1]):
        names = " and ".join(p.head.pack for p in fit[:2])
        raise PackError([_unclear(f"one pack for {who}", names, "narrow `applies` of one, or give it a later day")])
    return fit[0]


def _applies(pack: Pack, member: Member) -> bool:
    scope = pack.head.applies
    if scope is None:
        return False
    pairs = ((scope.nations, member.nation), (scope.services, member.service), (scope.components, member.component))
    return all(not named or mine in named for named, mine in pairs)


def _closeness(pack: Pack) -> tuple[bool, bool, bool, date]:
    scope = pack.head.applies or Applies()
    return bool(scope.services), bool(scope.nations), bool(scope.components), pack.head.effective


def _unclear(expected: str, got: str, remedy: str) -> Finding:
    return Finding(pack="(all)", path="applies", expected=expected, got=got, remedy=remedy)


def _value(terms: Terms, path: str) -> str:
    at: object = terms
    for part in path.split("."):
        at = at[part] if isinstance(at, dict) else getattr(at, part)
    match at:
        case None:
            return "none"
        case bool():
            return "yes" if at else "no"
        case tuple():
            return ", ".join(map(str, at)) or "nobody"
        case Model():
            raise TypeError(f"expected a term at {path}, got a group of terms")
        case _:
            return str(at)


__all__ = [
    "TRUST",
    "Applies",
    "Finding",
    "Head",
    "Pack",
    "PackError",
    "Row",
    "Source",
    "choose",
    "read",
    "schema",
    "show",
    "terms_for",
]
