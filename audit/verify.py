"""`furlough audit verify`: whether the archive is whole and unaltered, by nothing but its files and a key."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from audit import FOUND, UNCHECKED, witnesses
from audit.archive import keys
from audit.archive.about import About, told_by
from audit.archive.vault import Vault, vault
from audit.archive.verifying import Verified
from audit.archive.verifying import verify as gone_through
from audit.tlog.checkpoints import Checkpoint
from audit.tlog.notes import VerifyingKey
from audit.witnesses import Seen
from domain.words import counted
from wiring import console
from wiring.settings import Settings


async def verify(
    where: str | None = None,
    *,
    key: str | None = None,
    since: Path | None = None,
    cosigned: Annotated[Sequence[Path], Parameter(negative="")] = (),
    witness: Annotated[Sequence[str], Parameter(negative="")] = (),
    mission: str | None = None,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> int:
    """Go through an archive, and name whatever is not as it was sealed, the first of it first.

    Needs no server. Exit code 7 where something was found; 6 where there is no checkpoint, so that nothing is proved,
    or where a witness that you named has signed none.

    Args:
        where: The archive's folder or address; else the mission's.
        key: The line of the public key which the mission gave you, or a file that holds it; else the archive's own.
        since: A checkpoint which you kept: the log must go on from it. Files sealed before it must be there, as long as
            they were, and are not read: whether a byte of them was changed, only the whole log tells.
        cosigned: A checkpoint which a witness signed: the log must go on from it; it spares no file the reading.
        witness: The line of a witness's public key, or a file that holds it: which of them signed what is told.
        mission: The mission's code; else the profile's, or the archive's own where `where` is told.
        json: One JSON document instead of sentences.
    """
    settings = Settings.load(mission=mission)
    place = vault(where or settings.archive_place)
    helps = "name its folder or address: furlough audit verify WHERE; furlough audit seal makes one"
    told = told_by(place, mission if where else settings.mission, helps=helps)
    trusted = keys.trusted(key) if key else told.verifying
    known = witnesses.kept(since, trusted)[0] if since else None
    seen = list(witnesses.seen(cosigned, witness, trusted))
    with console.progress() as bar:
        task = bar.add_task("verifying", total=None)

        def step(done: int, of: int) -> None:
            bar.update(task, completed=done, total=of)

        heads = [one.head for one in seen]
        verified = await asyncio.to_thread(gone_through, place, told.origin, trusted, known, step, heads)
    if told.verifying != trusted:
        verified.findings.add("about.json", f"it names another key than was given: {told.key}")
    for one in seen:
        for false in one.false:
            verified.findings.add(str(one.file), false)
    silent = len(set[VerifyingKey].intersection(*(one.silent for one in seen))) if seen else 0
    if json:
        console.document(_document(verified, told, trusted, known) | {"cosigned": _cosigned(seen), "silent": silent})
    else:
        _show(verified, place, trusted, known, own=key is None)
        for line in _cosigned(seen):
            console.say(f"cosigned by {line['witness']} at {line['at']}: the first {line['size']} entries")
        if silent:
            console.say(f"NOT PROVED: {counted(silent, 'witness', 'witnesses')} that you named signed none of these")
    return FOUND if verified.findings.found else 0 if verified.head and not silent else UNCHECKED


def _cosigned(seen: Sequence[Seen]) -> list[dict[str, object]]:
    """Who signed what, for people and scripts."""
    each = [(str(key), at.isoformat(), one.head.size) for one in seen for key, at in one.by.items()]
    return [{"witness": key, "at": at, "size": size} for key, at, size in each]


def _show(verified: Verified, place: Vault, trusted: VerifyingKey, known: Checkpoint | None, *, own: bool) -> None:
    findings = verified.findings
    through = f"{counted(verified.leaves, 'entry', 'entries')} under {counted(verified.heads, 'checkpoint')}"
    console.say(f"{place}: {through}, {verified.bytes / 2**20:.1f} MB of sealed files read")
    if verified.head:
        console.say(f"newest checkpoint: {verified.head.size} entries, root {b64encode(verified.head.root).decode()}")
    console.say(
        f"signed by {trusted}" + (", which the archive names itself: compare it with what you got" if own else "")
    )
    for note in findings.told:
        console.say(f"note   {note}")
    if findings.found:
        table = console.table("entry", "place", "what was found", right=("entry",))
        for finding in findings.found:
            table.add_row("" if finding.leaf is None else str(finding.leaf), finding.place, finding.what)
        console.say(table)
    more = f", and {findings.more} more" if findings.more else ""
    console.say(f"FOUND SOMETHING: {len(findings.found)}{more}" if findings.found else _clean(verified, known))
    if known and verified.unread:
        files = f"{counted(verified.unread, 'sealed file')} of the {counted(known.size, 'entry', 'entries')} before it"
        unread = f"NOT READ: {files}; they are there, as long as they were, and a changed byte in them is not seen"
        console.say(f"{unread}: without --since all are read")


def _clean(verified: Verified, known: Checkpoint | None) -> str:
    """What is so where nothing was found."""
    if verified.head is None:
        return "NOT PROVED: without a checkpoint nothing is"
    if known and known.size:
        return "nothing was found since the checkpoint"
    return "whole: nothing was found"


def _document(verified: Verified, told: About, trusted: VerifyingKey, known: Checkpoint | None) -> dict[str, object]:
    findings = verified.findings
    head = verified.head
    return {
        "mission": told.mission,
        "key": str(trusted),
        "whole": not findings.found and verified.head is not None and not (known and known.size),
        "leaves": verified.leaves,
        "checkpoints": verified.heads,
        "size": head.size if head else 0,
        "root": b64encode(head.root).decode() if head else None,
        "since": known.size if known else 0,
        "unread": verified.unread,
        "bytes": verified.bytes,
        "findings": [finding._asdict() for finding in findings.found],
        "more": findings.more,
        "notes": findings.told,
    }
