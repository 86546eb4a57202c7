"""Rule packs: where the numbers of leave come from, and how far each is to be trusted.

A pack is a TOML text: a head (`pack`, `version`, `effective`, `title`, perhaps `layer`, `extends` and `applies`), and
below it the terms, each a table of its own: `{ value = 14, source = "10 USC 709", trust = "A" }`. A pack which extends
another says only what differs. Every term must be given by somebody: a number without a source is an error, and so is
a gap; only a limit which may be absent (`commander_up_to_days`) may be left out, or be taken away again by
`value = "none"`. Versions of a pack follow each other in time (`versions`), and a nation's pack holds together with the
mission's (`together`).
"""

from __future__ import annotations

from collections.abc import Iterable

from domain.facts import Member
from domain.model import date
from domain.packs.findings import Finding, PackError
from domain.packs.reading import Pack, Source, read
from domain.packs.showing import Difference, Row, differences, show
from domain.packs.together import clashes, together
from domain.packs.versions import LAST, names
from domain.packs.vocabulary import TRUST, Applies, Head, schema
from domain.terms import Terms


def terms_for(pack: Pack) -> Terms:
    """The terms which a leave records; `pack` in them names and hashes where they come from."""
    return pack.terms


def choose(packs: Iterable[Pack], member: Member, on: date) -> Pack:
    """The terms of a member on a day: of the nation's pack which names them most closely, and the mission's beside it.

    A service is closer than a nation, a nation than a component; among equally close ones the one in force last holds.
    Each pack is given as it is on that day. A mission need not have a pack.

    Raises:
        PackError: when no nation's pack applies, two apply equally, or the two layers contradict each other.
    """
    known = tuple(packs)
    nation = _closest(known, member, on, "nation")
    if nation is None:
        got = f"none for {_who(member)} on {on}"
        raise PackError([_unclear("a pack in force", got, "widen `applies` of one pack")])
    return beside_the_mission(nation, known, member, on)


def beside_the_mission(nation: Pack, packs: Iterable[Pack], member: Member, on: date) -> Pack:
    """A nation's pack, which the register may have named, together with the mission's that applies to the member.

    Raises:
        PackError: when two packs of the mission apply equally, or the two layers contradict each other.
    """
    return together(nation, _closest(packs, member, on, "mission"))


def _closest(packs: Iterable[Pack], member: Member, on: date, layer: str) -> Pack | None:
    fit = sorted(
        (p for p in packs if p.head.layer == layer and p.head.effective <= on and _applies(p, member)),
        key=_closeness,
        reverse=True,
    )
    if len(fit) > 1 and _closeness(fit[0]) == _closeness(fit[1]):
        both = " and ".join(p.head.pack for p in fit[:2])
        remedy = "narrow `applies` of one, or give it a later day"
        raise PackError([_unclear(f"one pack for {_who(member)}", both, remedy)])
    return fit[0] if fit else None


def _who(member: Member) -> str:
    return f"nation {member.nation}, service {member.service or 'none'}, component {member.component}"


def _applies(pack: Pack, member: Member) -> bool:
    scope = pack.head.applies
    if scope is None:
        return pack.head.layer == "mission"
    pairs = ((scope.nations, member.nation), (scope.services, member.service), (scope.components, member.component))
    return all(not named or mine in named for named, mine in pairs)


def _closeness(pack: Pack) -> tuple[bool, bool, bool, date]:
    scope = pack.head.applies or Applies()
    return bool(scope.services), bool(scope.nations), bool(scope.components), pack.head.effective


def _unclear(expected: str, got: str, remedy: str) -> Finding:
    return Finding(pack="(all)", path="applies", expected=expected, got=got, remedy=remedy)


__all__ = [
    "LAST",
    "TRUST",
    "Applies",
    "Difference",
    "Finding",
    "Head",
    "Pack",
    "PackError",
    "Row",
    "Source",
    "beside_the_mission",
    "choose",
    "clashes",
    "differences",
    "names",
    "read",
    "schema",
    "show",
    "terms_for",
    "together",
]
