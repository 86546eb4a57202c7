"""`furlough audit capsule` and `furlough audit open`: leaves taken out of an archive with all that proves them."""

from __future__ import annotations

import json as json_
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from audit import FOUND, UNCHECKED, naming, prove
from audit.archive import keys
from audit.archive.leaves import Unreadable, read, says
from audit.archive.sealed import Broken
from audit.archive.vault import Missing, TooLarge, vault
from audit.capsule import reading
from audit.capsule.packing import NoLeave, chosen, pack
from audit.capsule.verify import Capsule, Unfit, check, is_proof
from audit.sources import archived
from audit.tlog.tiles import Torn
from domain.words import counted
from wiring import console
from wiring.plainly import plainly
from wiring.settings import Settings
from wiring.trouble import Misset


async def capsule(
    *leaves: str,
    output: Annotated[Path, Parameter(name=["--output", "-o"])],
    archive: str | None = None,
    key: str | None = None,
    mission: str | None = None,
) -> int:
    """Take leaves out of an archive into one file, with all that proves them and a verifier that needs only Python.

    Args:
        leaves: Leave ids or control numbers.
        output: The file to be written, a zip.
        archive: The archive's folder or address; else the mission's.
        key: The line of the public key which the mission gave you, or a file that holds it; else the archive's own.
        mission: The mission's code; else the profile's.
    """
    if not leaves:
        raise Misset(
            "No leave is named.", why="expected at least one", helps="furlough audit capsule LEAVE -o FILE.zip"
        )
    if output.exists():
        raise Misset(f"{output} is there already.", why="a capsule overwrites nothing", helps="name another file")
    settings = Settings.load(mission=mission)
    record = archived(settings, archive, mission, key)
    place, head = vault(record.place), record.head
    try:
        entries = chosen(place, head.size, sorted(await naming.ids(record, leaves)))
        ids = reading.leaves_among(entry for _, entry in entries)
        pages, none = await reading.pages(reading.sealed_leaves(record, ids), head.size)
        for leave, trouble in none.items():
            console.warn(f"no page of {leave}: {trouble.what} {trouble.why}")
        pack(place, record.about, record.note, head, entries, output, pages)
    except NoLeave as error:
        raise Misset(
            f"The archive has nothing of {error}.",
            why="expected leave ids or control numbers",
            helps="is it sealed yet? furlough audit seal --open",
        ) from error
    except (Missing, TooLarge, Torn, Unreadable, Broken) as error:
        raise Misset(f"The archive {place} is not whole.", why=str(error), helps=record.remedy) from error
    except OSError as error:
        raise Misset(f"{output} cannot be written.", why=plainly(error)) from error
    of = f"{counted(len(entries), 'entry', 'entries')} of {head.size}"
    console.say(f"{output}: {of}, with their files and proofs")
    console.note("it holds personal data; python3 verify.py in it checks it")
    return 0


async def open_(
    file: Path,
    beside: Path | None = None,
    *,
    key: str = "",
    json: Annotated[bool, Parameter(negative="")] = False,
) -> int:
    """Check a capsule or a proof and show what is in it; nothing is unpacked. Exit code 7 where something was found.

    Its pages, its verifier and its README are made anew and compared, since no proof covers them: 6 where one is
    another, and other code than this packed it.

    Args:
        file: The capsule, or the proof of an entry that `audit prove` wrote.
        beside: With a proof, the file for which its entry should stand.
        key: The line of the public key which the mission gave you, or a file that holds it; else the capsule's own.
        json: One JSON document instead of sentences.
    """
    if is_proof(file):
        return prove.shown(file, key, beside, json=json)
    wrong, entries = _checked(file, str(keys.trusted(key)) if key else "")
    unproved = list[str]()
    if not wrong:
        try:
            wrong, unproved = await reading.compared(file)
        except Misset as error:  # of what is proved and cannot be read nothing is made
            unproved = [error.why]
    if json:
        told = {"whole": not wrong, "findings": wrong, "unproved": unproved, "entries": entries}
        console.document(told)
    else:
        for one in unproved:
            console.warn(f"NOT PROVED  {one}")
        _show(file, wrong, entries, own=not key)
    return FOUND if wrong else UNCHECKED if unproved else 0


def _checked(file: Path, key: str) -> tuple[list[str], list[dict[str, Any]]]:
    """All that is wrong, and the entries where nothing is. Raises Misset where there is no file."""
    if not file.is_file():
        raise Misset(f"There is no file {file}.", why="expected a capsule", helps="furlough audit capsule makes one")
    try:
        opened = Capsule(file)
        wrong = list(check(opened, key))
        entries = [_entry(one) for one in json_.loads(opened.read("leaves.json"))] if not wrong else []
    except (Unfit, Unreadable) as error:
        return [str(error)], []
    return wrong, entries


def _entry(one: dict[str, Any]) -> dict[str, Any]:
    """A leaf as people and scripts are told of it. Its proof has been checked."""
    leaf = read(one["leaf"].encode())
    return {"leaf": one["index"], "says": says(leaf), **leaf.model_dump(mode="json")}


def _show(file: Path, wrong: list[str], entries: list[dict[str, Any]], *, own: bool) -> None:
    for one in wrong:
        console.warn(one)
    if wrong:
        return console.say(f"{file}: FOUND SOMETHING: {len(wrong)}")
    table = console.table("entry", "what it is", "sealed at", "sha256", right=("entry",))
    for entry in entries:
        table.add_row(str(entry["leaf"]), entry["says"], entry["sealed_at"], entry["sha256"])
    console.say(table)
    beware = "; the key is the capsule's own: compare it with the one that you were given" if own else ""
    console.say(f"{file}: whole, {counted(len(entries), 'entry', 'entries')} of the signed log{beware}")
    return console.note("its pages, verify.py and README.txt are in no log: they were made anew and compared")
