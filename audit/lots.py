"""Drawing a sample by lot, so that anybody can draw the same one again.

Each leave has a lot: SHA-256 over the seed in decimal digits, a newline and its id. The lowest lots are drawn. So the
order in which leaves are listed has no say in it; nor has anybody who knows the seed only afterwards.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction
from hashlib import sha256
from typing import NamedTuple

Stratum = tuple[str, ...]


class Drawn(NamedTuple):
    """A leave that was drawn: out of which stratum, as the how-manieth of it, and by which lot."""

    id: str
    stratum: Stratum
    place: int
    lot: str


def lot(seed: int, leave_id: str) -> str:
    """The lot of a leave, in hexadecimal digits."""
    return sha256(f"{seed}\n{leave_id}".encode()).hexdigest()


def draw(frame: Mapping[str, Stratum], size: int, seed: int) -> tuple[Drawn, ...]:
    """So many leaves of a population, all where it has no more; stratum by stratum, the lowest lots of each first."""
    strata: dict[Stratum, list[str]] = defaultdict(list)
    for leave_id, stratum in frame.items():
        strata[stratum].append(leave_id)
    shares = allotted({stratum: len(ids) for stratum, ids in strata.items()}, size)
    return tuple(
        Drawn(leave_id, stratum, place, drawn)
        for stratum, ids in sorted(strata.items())
        for place, (drawn, leave_id) in enumerate(sorted((lot(seed, one), one) for one in ids)[: shares[stratum]], 1)
    )


def allotted(strata: Mapping[Stratum, int], size: int) -> dict[Stratum, int]:
    """How many each stratum gives: its share of the whole rounded down, then one more each by the largest remainders.

    Of equal remainders the stratum that comes first by its name.
    """
    whole = sum(strata.values())
    size = min(size, whole)
    quota = {stratum: Fraction(size * many, whole) for stratum, many in strata.items()} if whole else {}
    given = {stratum: int(share) for stratum, share in quota.items()}
    by_rest = sorted(quota, key=lambda stratum: (given[stratum] - quota[stratum], stratum))
    for stratum in by_rest[: size - sum(given.values())]:
        given[stratum] += 1
    return given
