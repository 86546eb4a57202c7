"""`furlough audit cosign`: a witness signs a mission's checkpoint, if the log went on from what it signed last."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from audit import FOUND, witnesses
from audit.archive.vault import vault
from audit.archived import Archived
from audit.sources import archived
from audit.tlog.checkpoints import check_growth
from audit.tlog.cosignatures import cosigned
from audit.tlog.merkle import NotProved
from audit.tlog.notes import SigningKey
from audit.tlog.tiles import nodes_of
from domain.words import counted
from wiring import console, disk
from wiring.plainly import plainly
from wiring.settings import Settings
from wiring.trouble import Misset


async def cosign(
    where: str | None = None,
    *,
    witness: Path,
    output: Annotated[Path, Parameter(name=["--output", "-o"])],
    name: str | None = None,
    key: str | None = None,
    mission: str | None = None,
) -> int:
    """Sign a mission's newest checkpoint with a key of your own, which tells others how far you saw its log grow.

    The entries are hashed; the log must begin with what you signed last, which FILE holds. Exit code 7 where it does
    not: nothing is signed then. The archive itself is not changed.

    Args:
        where: The archive's folder or address; else the mission's.
        witness: The file of your own key; made where there is none and --name is given.
        output: Where the checkpoint with your signature lies, and is replaced from one time to the next: give it out.
        name: What your new key is called, without spaces and plus signs: auditor.example/2026.
        key: The line of the public key which the mission gave you, or a file that holds it; else the archive's own.
        mission: The mission's code; else the profile's, or the archive's own where `where` is told.
    """
    settings, helps = Settings.load(mission=mission), "name its folder or address: furlough audit cosign WHERE"
    mine, made = witnesses.key(witness, name)
    if made:
        console.note(f"a new key was made: {witness}; give this line to who is to know you: {mine.public}")
    with disk.alone(witness):  # of two at once the late one sees what the other has signed
        return _signed(archived(settings, where, mission, key, helps), mine, output)


def _signed(record: Archived, mine: SigningKey, output: Path) -> int:
    """Sign the checkpoint of this record if it goes on from the one in this file. Raises Misset."""
    before = witnesses.own(output, record.trusted, mine.public) if output.exists() else None
    place = vault(record.place)
    try:
        with record.readable():
            if before:
                check_growth(before, record.head, nodes_of(record.head.size, lambda tile: place.read(tile.path)))
    except NotProved as error:
        console.warn(f"NOT SIGNED: the log does not go on from what you signed last, in {output}: {error}")
        return FOUND
    try:
        disk.keep(output.parent, Path(output.name), cosigned(record.note, mine, datetime.now(UTC)))
    except OSError as error:
        raise Misset(f"{output} cannot be written.", why=plainly(error), known="nothing was signed") from error
    entries = counted(record.head.size, "entry", "entries")
    since = f"which goes on from the {before.size} that you signed last" if before else "the first that you sign"
    console.say(f"{output}: {record.head.origin}, {entries}, {since}; signed as {mine.public.name}")
    return 0
