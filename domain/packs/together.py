"""A nation's pack and a mission's together, of two limits the stricter one (doctrine: kinds of leave, which pack).

Charge and kinds are the nation's; presence, gaps and lead times the mission's, whose pack (`layer = "mission"`) says
only what the mission lays down. What a nation or a service says itself stands against it, and the stricter of the two
holds; what comes from the ground of all packs yields to it. Terms that have no stricter side, such as who may
override the strength of a unit, are the mission's.
"""

from __future__ import annotations

from domain.packs.findings import PackError
from domain.packs.reading import Leaf, Pack, digest, faults
from domain.packs.vocabulary import MISSIONS, TERMS


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
