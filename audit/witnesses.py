"""Who beside the mission has signed a checkpoint of its log: witnesses, each with a key and a file of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from audit.archive import keys
from audit.tlog.checkpoints import Checkpoint
from audit.tlog.cosignatures import cosignatures
from audit.tlog.notes import COSIGNATURE, BadKey, NotSigned, SigningKey, VerifyingKey
from wiring import disk
from wiring.plainly import plainly
from wiring.trouble import Misset


class Seen(NamedTuple):
    """A cosigned checkpoint: its file, the head, who of the known witnesses signed it when, and what is false in it.

    `silent` are those that are known and have not signed it.
    """

    file: Path
    head: Checkpoint
    by: dict[VerifyingKey, datetime]
    false: list[str]
    silent: set[VerifyingKey]


def seen(files: Sequence[Path], said: Sequence[str], trusted: VerifyingKey) -> Iterator[Seen]:
    """What these files tell of the witnesses whose public keys are `said`, each a line or a file that holds one.

    Raises:
        Misset: a key is none, or a file no checkpoint that the mission signed; or there is nothing to look at.
    """
    if said and not files:
        raise Misset(
            "A witness is named, and no checkpoint that it signed.",
            why="cosignatures lie with the witness, and not in the archive",
            helps="name the file that furlough audit cosign wrote: --cosigned FILE",
        )
    witnesses = {keys.trusted(one, COSIGNATURE) for one in said}
    for file in files:
        head, note = kept(file, trusted)
        by, false = dict[VerifyingKey, datetime](), list[str]()
        for witness in sorted(witnesses, key=str):  # one by one: a false signature takes nothing from the others
            try:
                by |= cosignatures(note, [witness])
            except NotSigned as error:
                false.append(str(error))
        yield Seen(file, head, by, false, witnesses - by.keys())


def kept(file: Path, trusted: VerifyingKey) -> tuple[Checkpoint, bytes]:
    """A checkpoint that somebody kept, and the note in which it stands. Raises Misset."""
    try:
        note = file.read_bytes()
        return Checkpoint.open(note, [trusted]), note
    except (OSError, NotSigned) as error:
        raise Misset(
            f"The checkpoint {file} cannot be used.",
            why=str(error),
            helps="name a copy of the archive's file `checkpoint` of an earlier day",
        ) from error


def own(file: Path, trusted: VerifyingKey, mine: VerifyingKey) -> Checkpoint:
    """The checkpoint that a witness has signed last. Raises Misset, also where it does not bear its own signature."""
    head, note = kept(file, trusted)
    try:
        signed, why = mine in cosignatures(note, [mine]), f"expected a signature of {mine.name}, got none"
    except NotSigned as error:
        signed, why = False, str(error)
    if not signed:
        raise Misset(
            f"{file} is not what you signed last.",
            why=why,
            known="nothing was signed",
            helps="name the file that furlough audit cosign wrote for this key; to begin anew, one that is not there",
        )
    return head


def key(file: Path, name: str | None) -> tuple[SigningKey, bool]:
    """A witness's own key, and whether it was made now, which it is where there is none and a name is given.

    Raises:
        Misset: there is none, others may read it, it is of another name, or it cannot be kept.
    """
    made = False
    try:
        if name and not file.exists():
            new = SigningKey.new(name, COSIGNATURE)
            made = disk.keep(file.parent, Path(file.name), f"{new.line()}\n".encode(), once=True)
        helps = "name another file, or let it be made: --name NAME, such as auditor.example/2026"
        found = SigningKey.parse(
            keys.secret(file, "witness's key", known="nothing was signed", helps=helps), COSIGNATURE
        )
    except OSError as error:
        raise Misset(f"The witness's key {file} cannot be kept.", why=plainly(error)) from error
    except BadKey as error:
        raise Misset(f"{file} is no key of a witness.", why=str(error), known="nothing was signed") from error
    if name and found.public.name != name:
        raise Misset(f"The witness's key {file} has another name.", why=f"expected {name}, got {found.public.name}")
    return found, made
