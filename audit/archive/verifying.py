"""Whether a log is whole: every leaf, every tile, every checkpoint that was ever signed, and nothing beside them.

The heads come first, then the leaves in their order and what they stand for, then what lies there besides.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from audit.archive.contents import Contents
from audit.archive.finding import Findings
from audit.archive.log import HEAD, head_name
from audit.archive.strays import Lying, beside, lying
from audit.archive.vault import Missing, TooLarge, Vault
from audit.archive.walking import Heads, Walk
from audit.tlog.checkpoints import Checkpoint, check_growth
from audit.tlog.merkle import NotProved
from audit.tlog.notes import NotSigned, VerifyingKey
from audit.tlog.tiles import Torn, nodes_of


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
    cosigned: Sequence[Checkpoint] = (),
) -> Verified:
    """Go through an archive, which sealers may add to meanwhile.

    Of leaves under a checkpoint that was `known` before, the files are not opened; they must be there,
    each as long as its leaf says. A checkpoint from which this log does not go on, or of another one, is found, and
    spares nothing. The log must go on from those that others have `cosigned` as well; they spare nothing either.

    Raises:
        NotReached: the archive does not answer.
    """
    findings = Findings()
    found = lying(vault)
    heads = _heads(vault, origin, key, found.names, findings)
    head = heads.last
    before = [one for one in (known, *cosigned) if one]
    if head is None:
        for one in before:
            findings.add(
                HEAD, f"the log does not go on from the {one.size} entries that were known before: it has none"
            )
        _without_head(vault, origin, key, found, findings)
        return Verified(None, findings)
    goes_on = [one for one in before if _goes_on(vault, one, head, findings)]
    if known and (known not in goes_on or known.origin != head.origin):
        known = None
    contents = Contents(vault.read, findings, known.size if known else 0, found.objects)
    walk = Walk(vault, origin, key, heads, findings)
    for place, leaf in walk.leaves(head.size):
        contents.check(place, leaf)
        if progress:
            progress(place + 1, head.size)
    contents.finish()
    whole = walk.edge.size
    walk.waiting()
    beside(vault, found, walk.names, contents.named, findings)
    return Verified(head, findings, whole, len(heads.by_size), contents.sizes, len(contents.unread))


def _without_head(vault: Vault, origin: str, key: VerifyingKey, found: Lying, findings: Findings) -> None:
    """Before the first checkpoint there is what the first sealing has begun, and nothing else."""
    if found.objects:
        findings.tell(f"{len(found.objects)} sealed files lie there, and no log names them: they prove nothing")
    if HEAD in found.names or any(name.startswith("checkpoints/") for name in found.names):
        findings.add(HEAD, "no checkpoint of this log is signed with its key")
        return
    findings.tell("there is no checkpoint yet (the first sealer was stopped; the next one mends it)")
    walk = Walk(vault, origin, key, Heads(), findings)
    walk.waiting()
    beside(vault, found, walk.names, set(), findings)


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
    if HEAD not in names and len(heads.by_size) <= 1 and _unnamed(vault):
        if heads.by_size:
            findings.tell(f"there is no {HEAD} yet (the first sealer was stopped; the next one mends it)")
        return heads
    heads.now = now = head(HEAD)
    if now and now.size not in heads.by_size:  # not there, or signed since the list of files was read
        heads.by_size[now.size] = head(head_name(now.size)) or now
    if now:
        _newest(now, heads.by_size, findings)
    return heads


def _unnamed(vault: Vault) -> bool:
    """Whether no checkpoint is named as the newest, nor was one since the list of files was read."""
    try:
        vault.read(HEAD)
    except Missing:
        return True
    except TooLarge:
        return False
    return False


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


def _goes_on(vault: Vault, known: Checkpoint, head: Checkpoint, findings: Findings) -> bool:
    """Whether the log begins with what was known of it before, by a proof that is made of its tiles."""
    try:
        check_growth(known, head, nodes_of(head.size, lambda tile: vault.read(tile.path)))
    except NotProved as error:
        findings.add(HEAD, f"the log does not go on from the {known.size} entries that were known before: {error}")
    except (Missing, Torn, TooLarge) as error:
        findings.add("tile", f"no proof from {known.size} to {head.size} entries can be made: {error} is not whole")
    else:
        return True
    return False
