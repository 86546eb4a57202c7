"""Opening a mission's archive to add to it: made with its first sealing, and never taken up where it was rolled back.

What was sealed here last is remembered beside the key. So an archive that was emptied, laid back or exchanged is
noticed before anything is signed that the log has told otherwise already.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from audit.archive import keys
from audit.archive.about import NAME, About, Damaged, about, of_mission, origin
from audit.archive.index import Index
from audit.archive.log import HEAD, Log, damaged, open_log
from audit.archive.vault import Vault, vault
from audit.tlog.checkpoints import Checkpoint
from audit.tlog.notes import NotSigned, SigningKey
from wiring import disk
from wiring.settings import Settings


class Archive(NamedTuple):
    """An archive that may be added to: where it lies, its log, and what is in it."""

    vault: Vault
    log: Log
    known: Index
    key: SigningKey
    seen: Path
    new: bool
    """Whether it was made just now."""

    def remember(self) -> None:
        """Keep the head of the log on this machine; one that is further on stays."""
        with disk.alone(self.seen.with_suffix("")):  # the key: of two sealers the late one may have seen less
            if self.seen.exists() and _remembered(self.vault, self.seen, self.key).size > self.log.head.size:
                return
            disk.keep(self.seen.parent, Path(self.seen.name), self.log.head.sign(self.key))


def archive(settings: Settings) -> Archive:
    """The mission's archive, ready to be added to.

    Raises:
        Misset: it is another mission's or of a newer format, or its key is not there.
        Damaged: it is not what was sealed here before.
        NotReached: it does not answer.
    """
    mission, key_file = settings.code, settings.archive_key_file
    place, seen = vault(settings.archive_place), key_file.with_name(f"{key_file.name}.seen")
    told, new = about(place), False
    if told is None:
        if seen.exists():
            raise _gone(place, seen)
        keys.made(key_file, mission)
        first = About(mission=mission, origin=origin(mission), key=str(keys.read(key_file, mission).public))
        new = place.create(NAME, first.written())
        told = about(place) or first
    of_mission(place, told, mission)
    key = keys.read(key_file, mission)
    known = Index()
    log = open_log(place, told, key, known)
    if seen.exists():
        log.extends(_remembered(place, seen, key))
    return Archive(place, log, known, key, seen, new)


def _remembered(place: Vault, seen: Path, key: SigningKey) -> Checkpoint:
    try:
        return Checkpoint.open(seen.read_bytes(), [key.public])
    except NotSigned as error:
        raise damaged(place, str(seen), f"it is no checkpoint of this key: {error}") from error


def _gone(place: Vault, seen: Path) -> Damaged:
    return Damaged(
        f"There is no archive in {place}.",
        why=f"expected the archive of which {seen} tells, got none: no {NAME}, no {HEAD}",
        known="nothing was sealed",
        helps=f"bring it back from a copy; to begin another one, which auditors will see, lay {seen.name} aside",
    )
