"""Whether a log is whole: every leaf, every tile, every checkpoint that was ever signed, and nothing beside them.

The heads come first, then the leaves in their order and what they stand for, then what lies there besides.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from audit.archive.contents import Contents
from audit.archive.finding import Findings
from audit.archive.log import HEAD, head_name
from audit.archive.vault import Missing, TooLarge, Vault
from audit.archive.walking import Heads, Walk
from audit.tlog.checkpoints import Checkpoint
from audit.tlog.merkle import NotProved, check_consistency, consistency
from audit.tlog.notes import NotSigned, VerifyingKey
from audit.tlog.tiles import Torn, nodes_of

_OBJECT: Final = re.compile(r"object/([0-9a-f]{2})/(\1[0-9a-f]{62})")


@dataclass
class Verified:
    """What was gone through, and what was found."""

    head: Checkpoint | None
    findings: Findings
    leaves: int = 0
    heads: int = 0
    bytes: int = 0
    unread: int = 0
    """Sealed files of which nothing was read, since all leaves that name them are older than what was known."""


def verify(
    vault: Vault,
    origin: str,
    key: VerifyingKey,
    known: Checkpoint | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Verified:
    """Go through an archive. Of leaves under a checkpoint that was `known` before, the files are not opened.

    They must be there, each as long as its leaf says.

    Raises:
        NotReached: the archive does not answer.
    """
    findings = Findings()
    names, objects = _names(vault)
    heads = _heads(vault, origin, key, names, findings)
    head = heads.last
    if head is None:
        if known and known.size:
            findings.add(
                HEAD, f"the log does not go on from the {known.size} entries that were known before: it has none"
            )
        _without_head(vault, origin, key, names, findings)
        if objects:
            findings.tell(f"{len(objects)} sealed files lie there, and no log names them: they prove nothing")
        return Verified(None, findings)
    if known:
        _goes_on(vault, known, head, findings)
    contents = Contents(vault.read, findings, known.size if known else 0, objects)
    walk = Walk(vault, origin, key, heads, findings)
    for place, leaf in walk.leaves(head.size):
        contents.check(place, leaf)
        if progress:
            progress(place + 1, head.size)
    contents.finish()
    whole = walk.edge.size
    walk.waiting()
    _beside(names - walk.names, objects.keys() - contents.named, findings)
    return Verified(head, findings, whole, len(heads.by_size), contents.sizes, len(contents.unread))


def _without_head(vault: Vault, origin: str, key: VerifyingKey, names: set[str], findings: Findings) -> None:
    """Before the first checkpoint there is what the first sealing has begun, and nothing else."""
    if HEAD in names or any(name.startswith("checkpoints/") for name in names):
        findings.add(HEAD, "no checkpoint of this log is signed with its key")
        return
    findings.tell("there is no checkpoint yet (the first sealer was stopped; the next one mends it)")
    walk = Walk(vault, origin, key, Heads(), findings)
    walk.waiting()
    _beside(names - walk.names, set(), findings)


def _names(vault: Vault) -> tuple[set[str], dict[bytes, int]]:
    """All files: the few by name, the many sealed ones by eight bytes of their digests, with their sizes."""
    names: set[str] = set()
    objects: dict[bytes, int] = {}
    for name, size in vault.listed():
        if found := _OBJECT.fullmatch(name):
            objects[bytes.fromhex(found[2])[:8]] = size
        else:
            names.add(name)
    return names, objects


def _heads(vault: Vault, origin: str, key: VerifyingKey, names: set[str], findings: Findings) -> Heads:
    def head(name: str) -> Checkpoint | None:
        try:
            found = Checkpoint.open(vault.read(name), [key])
        except Missing:
            wrong = "the checkpoint is missing"
        except (NotSigned, TooLarge) as error:
            wrong = str(error)
        else:
            if found.origin == origin and name in (HEAD, head_name(found.size)):
                return found
            wrong = f"expected the checkpoint of {origin} with this name, got {found.origin} of {found.size} entries"
        findings.add(name, wrong)
        return None

    kept = (head(name) for name in sorted(name for name in names if name.startswith("checkpoints/")))
    heads = Heads({found.size: found for found in kept if found})
    if HEAD not in names and len(heads.by_size) <= 1:
        if heads.by_size:
            findings.tell(f"there is no {HEAD} yet (the first sealer was stopped; the next one mends it)")
        return heads
    heads.now = now = head(HEAD)
    if now and now.size not in heads.by_size:  # not there, or signed since the list of files was read
        heads.by_size[now.size] = head(head_name(now.size)) or now
    if now:
        _newest(now, heads.by_size, findings)
    return heads


def _newest(now: Checkpoint, by_size: dict[int, Checkpoint], findings: Findings) -> None:
    """The newest checkpoint is one of those that were kept, and there is at most one that comes after it."""
    if by_size[now.size] != now:
        findings.add(HEAD, f"two different checkpoints of {now.size} entries are signed: the log was forked")
    later = sorted(size for size in by_size if size > now.size)
    if len(later) > 1:
        findings.add(HEAD, f"it is an old one, of {now.size} entries: the log has {later[-1]}")
    elif later:
        what = f"{HEAD} is one behind: it tells of {now.size} entries, and {later[0]} are signed"
        findings.tell(f"{what} (a sealer was stopped; the next one mends it)")


def _goes_on(vault: Vault, known: Checkpoint, head: Checkpoint, findings: Findings) -> None:
    """Whether the log begins with what was known of it before, by a proof that is made of its tiles."""
    try:
        proof = []
        if known.size <= head.size:
            proof = consistency(known.size, head.size, nodes_of(head.size, lambda tile: vault.read(tile.path)))
        check_consistency(known.size, head.size, known.root, head.root, proof)
    except NotProved as error:
        findings.add(HEAD, f"the log does not go on from the {known.size} entries that were known before: {error}")
    except (Missing, Torn, TooLarge) as error:
        findings.add("tile", f"no proof from {known.size} to {head.size} entries can be made: {error} is not whole")


def _beside(rest: set[str], objects: set[bytes], findings: Findings) -> None:
    """What lies in the archive and is no part of the log."""
    for name in sorted(rest):
        findings.add(name, "the file is no part of the log")
    if objects:
        findings.tell(f"{len(objects)} sealed files are named by no entry (a sealer that was stopped leaves such)")
