"""`furlough audit prove`: that one entry is in the signed log, as a text of a few lines that anybody can check."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from audit import FOUND, naming
from audit.archive import keys
from audit.archive.index import leaves_of
from audit.archive.leaves import Run, Unreadable, read, says
from audit.archive.vault import Vault, vault
from audit.archived import Archived
from audit.capsule.proof import written
from audit.capsule.verify import Unfit, proved, stands_for
from audit.sources import archived
from audit.tlog.merkle import inclusion
from audit.tlog.tiles import nodes_of
from wiring import console
from wiring.plainly import plainly
from wiring.settings import Settings
from wiring.trouble import Misset


async def prove(
    what: str | None = None,
    *,
    output: Annotated[Path, Parameter(name=["--output", "-o"])],
    entry: int | None = None,
    archive: str | None = None,
    key: str | None = None,
    mission: str | None = None,
) -> int:
    """Write the proof that an entry is in the log of the signed checkpoint: C2SP tlog-proof, a few lines of text.

    It holds the entry, which names no person, and not the file for which it stands. `audit open FILE` checks it, and
    so does a capsule's verify.py, beside the file if you have it.

    Args:
        what: A leave id or control number, base-CODE, member-ID or register: its newest sealing is proved.
        output: The file to be written, NAME.tlog-proof.
        entry: The number of an entry instead, as `audit verify` and `audit open` tell it.
        archive: The archive's folder or address; else the mission's.
        key: The line of the public key which the mission gave you, or a file that holds it; else the archive's own.
        mission: The mission's code; else the profile's, or the archive's own where it is named.
    """
    if (what is None) == (entry is None):
        raise Misset(
            "Nothing is named that is to be proved." if what is None else "Two things are named at once.",
            why="expected a leave or an entry",
            helps="furlough audit prove LEAVE -o FILE.tlog-proof, or --entry NUMBER",
        )
    if output.exists():
        raise Misset(f"{output} is there already.", why="a proof overwrites nothing", helps="name another file")
    record = archived(Settings.load(mission=mission), archive, mission, key)
    with record.readable():
        place = vault(record.place)
        index = await _newest(record, place, what) if what is not None else entry or 0
        if not 0 <= index < record.head.size:
            helps = "furlough audit verify --json tells how many there are"
            raise Misset(f"There is no entry {index}.", why=f"the log has {record.head.size}", helps=helps)
        leaf = next(content for i, content in enumerate(leaves_of(place, record.head.size)) if i == index)
        nodes = nodes_of(record.head.size, lambda tile: place.read(tile.path))
        hashes = inclusion(index, record.head.size, nodes)
        told = says(read(leaf))
    try:
        output.write_bytes(written(index, leaf, hashes, record.note))
    except OSError as error:
        raise Misset(f"{output} cannot be written.", why=plainly(error)) from error
    console.say(f"{output}: entry {index} of {record.head.size}, {told}")
    return 0


async def _newest(record: Archived, place: Vault, what: str) -> int:
    """The entry of the newest sealing of what is named. Raises Misset where there is none."""
    id_ = await naming.named(record, what)
    places = [
        i
        for i, content in enumerate(leaves_of(place, record.head.size))
        if isinstance(leaf := read(content), Run) and leaf.id == id_
    ]
    if not places:
        helps = "is it sealed yet? furlough audit seal --open"
        raise Misset(f"{what} is not there.", why=f"{record} has nothing of {id_}", helps=helps)
    return places[-1]


def shown(file: Path, key: str, beside: Path | None, *, json: bool) -> int:
    """Check such a proof, and show what it proves; `beside` is a file which its entry should stand for.

    Raises:
        Misset: no key is given, or a file is not there.
    """
    if not key:
        raise Misset(
            "A proof names no key of its own.",
            why="expected the line of the mission's public key, or a file that holds it",
            helps=f"furlough audit open {file} --key KEY",
        )
    told: dict[str, Any] = {"proved": False, "findings": []}
    try:
        index, entry, log = proved(file, str(keys.trusted(key)))
        told |= {"says": says(read(entry.encode())), "proved": True, "entry": index, "log": log, "leaf": entry}
        if beside and not stands_for(entry, beside):
            told["findings"].append(f"{beside}: it is not what the entry stands for")
    except (Unfit, Unreadable) as error:
        told["findings"].append(str(error))
    except OSError as error:
        raise Misset(f"{beside} cannot be read.", why=plainly(error), helps="name the file as it was sealed") from error
    if json:
        console.document(told)
    else:
        if told["proved"]:
            console.say(f"entry {told['entry']} of the signed log {told['log']}: {told['says']}")
            console.say(told["leaf"])
        for finding in told["findings"]:
            console.warn(finding)
        console.say(f"{file}: {'FOUND SOMETHING' if told['findings'] else 'proved'}")
    return FOUND if told["findings"] else 0
