"""`furlough order attach`: papers of what a clerk recorded at a base without its evidence.

Of what was recorded on a leave, `furlough attach LEAVE` lays them.
"""

from __future__ import annotations

from pathlib import Path

from domain.acts import LayPaper
from domain.garrison.papers import Bare
from starter import bases
from starter.desk import Desk, at_desk, new_id
from starter.flags import HERE, How, Switch
from starter.speaking import OWN, For, heading, kept
from wiring.trouble import Misset


async def lay(
    *files: Path,
    of: str | None = None,
    dry_run: Switch = False,
    whose: For = OWN,
    how: How = HERE,
) -> int:
    """Lay papers to an order, an exemption or an override which a clerk recorded without its evidence.

    Args:
        files: The papers, at most 25 MB each.
        of: The act whose evidence they are; may be left out where one alone lacks its evidence.
        dry_run: Show what would come of it; change nothing.
    """
    async with at_desk(acting=not dry_run, **how.settings) as desk:
        if not (files or whose.evidence):
            helps = "furlough order attach FILE ... --of ACT"
            raise Misset("No paper is named.", why="expected at least one file", helps=helps)
        act, where = await _meant(desk, of, how)
        head = heading(desk, whose, dry_run=dry_run)
        head["evidence"] = (*head["evidence"], *kept(desk, files, dry_run=dry_run))
        codes = []
        for base in where:  # an order of the mission lacks its paper at each of its bases
            said = LayPaper(**head | {"act_id": new_id()}, base=base, of=act)
            codes.append(await bases.say(desk, said, f"papers at {base}", how, dry_run=dry_run))
        return max(codes)


async def _meant(desk: Desk, of: str | None, how: How) -> tuple[str, list[str]]:
    """The act that is meant, and the bases at which it lacks its paper. Raises Misset where that is not one."""
    found: dict[str, list[str]] = {}
    lacking: dict[str, Bare] = {}
    for base in [how.base] if how.base else bases.all_of(desk):
        for act, one in (await bases.known_at(desk, base)).bare.items():
            found.setdefault(act, []).append(base)
            lacking[act] = one
    named = [act for act in found if of in (act, None)]
    if len(named) == 1:
        return named[0], found[named[0]]
    raise Misset(
        "It is not known which act the paper shows." if lacking else "No act lacks its paper.",
        why=f"expected an act that a clerk recorded at a base without its evidence, got {of or 'none that is named'}",
        known="; ".join(f"{act} ({one.what}, {', '.join(found[act])})" for act, one in lacking.items()),
        helps="furlough order attach FILE --of ACT; of a leave it is furlough attach LEAVE FILE",
    )
