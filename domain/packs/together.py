"""A nation's pack and a mission's together, of two limits the stricter one (doctrine: kinds of leave, which pack).

Charge and kinds are the nation's; presence, gaps and lead times the mission's, whose pack (`layer = "mission"`) says
only what the mission lays down. What a nation or a service says itself stands against it, and the stricter of the two
holds; what comes from the ground of all packs yields to it. Terms that have no stricter side, such as who may
override the strength of a unit, are the mission's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from domain.packs.findings import Finding, PackError
from domain.packs.reading import Leaf, Pack, digest, faults
from domain.packs.versions import finding
from domain.packs.vocabulary import MISSIONS, TERMS, Applies, Head


def together(nation: Pack, mission: Pack | None) -> Pack:
    """The terms which bind a member of both; decisions cite both: `us-army@1+unex@2#5f1c09ab`.

    Raises:
        PackError: when the two contradict each other.
    """
    if mission is None:
        return nation
    leaves = dict(nation.leaves)
    for path, theirs in mission.leaves.items():
        if _has(nation, path):
            leaves[path] = _holds(path, leaves.get(path), theirs)
    if findings := list(faults(leaves)):
        raise PackError(findings)
    leaves = {path: leaves[path] for path in TERMS if path in leaves}
    cited = f"{_versioned(nation)}+{_versioned(mission)}"
    return Pack(head=nation.head, name=f"{cited}#{digest(nation.head, leaves)}", leaves=leaves)


def clashes(pack: Pack, others: Iterable[Pack]) -> Iterator[Finding]:
    """What goes wrong between a pack and others that go with it, before any member meets it.

    A pack of the other layer contradicts it, or one of its own layer applies to the same members from the same day.
    """
    for other in others:
        if other.head.pack == pack.head.pack:
            continue
        if other.head.layer == pack.head.layer:
            yield from _rivals(pack.head, other.head)
            continue
        nation, mission = (pack, other) if pack.head.layer == "nation" else (other, pack)
        try:
            together(nation, mission)
        except PackError as error:
            yield from error.findings


def _rivals(one: Head, other: Head) -> Iterator[Finding]:
    scopes = [tuple(sorted(at) for at in (s.nations, s.services, s.components)) for s in _scopes(one, other)]
    if len(scopes) == 2 and scopes[0] == scopes[1] and one.effective == other.effective:
        got = f"the same members as {other.pack}, from the same day"
        remedy = "narrow `applies` of one, or give it a later day"
        yield finding(f"{one.pack}@{one.version}", "applies", "members of its own", got, remedy)


def _scopes(*heads: Head) -> list[Applies]:
    """Whom packs apply to; a nation's pack without a scope applies to nobody by itself, a mission's to all."""
    return [h.applies or Applies() for h in heads if h.applies or h.layer == "mission"]


def _has(nation: Pack, path: str) -> bool:
    """A mission gives nobody a kind of leave which their nation does not know."""
    return not path.startswith("kinds.") or any(at.startswith(path.rpartition(".")[0] + ".") for at in nation.leaves)


def _holds(path: str, ours: Leaf | None, theirs: Leaf) -> Leaf:
    stricter = MISSIONS[path]
    if ours is None or ours.value is None or not ours.own or stricter is None:
        return theirs
    if theirs.value is None:
        return ours
    return ours if stricter(ours.value, theirs.value) == ours.value else theirs


def _versioned(pack: Pack) -> str:
    return pack.name.partition("#")[0]
