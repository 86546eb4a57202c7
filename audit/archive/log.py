"""A log that grows: leaves are agreed upon in batches, and all other files follow from them.

    object/..        the sealed files; laid down first, since they are found by what they hold
    batch/..         the leaves of one sealing; whoever creates it has added them, and nobody else can at this place
    tile/..          hashes and leaves as every reader of such logs expects them; the same whoever writes them
    checkpoints/..   each head that was signed
    checkpoint       the newest of them, replaced

A sealer that is killed between any two of them leaves a valid log behind its last checkpoint. Who opens it next, or
comes second to a place, writes what the batch still wants.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from audit.archive import batches
from audit.archive.about import About, Damaged
from audit.archive.index import Index, signed_leaves
from audit.archive.leaves import File, Run, Seal, Unreadable, read, written
from audit.archive.vault import Missing, TooLarge, Vault
from audit.tlog.checkpoints import Checkpoint, check_growth
from audit.tlog.merkle import NotProved, leaf_hash
from audit.tlog.notes import NotSigned, SigningKey
from audit.tlog.tiles import WIDTH, Edge, Tile, Torn, bundle_path, bundled, nodes_of, numbered, unbundled

HEAD: Final = "checkpoint"


def head_name(size: int) -> str:
    """Where the head stays that a log had with so many leaves."""
    return f"checkpoints/{numbered(size)}"


class Log:
    """A log that this process adds to. Made by `open_log`."""

    def __init__(self, vault: Vault, about: About, key: SigningKey, edge: Edge, bundle: Sequence[bytes]) -> None:
        self.vault, self.about = vault, about
        self._key, self._edge, self._bundle = key, edge, list(bundle)

    @property
    def head(self) -> Checkpoint:
        """The log as it stands for this process."""
        return Checkpoint(self.about.origin, self._edge.size, self._edge.root())

    def append(self, leaves: Sequence[Run | File | Seal], index: Index) -> None:
        """Add leaves which the index does not know, and tell it of all that were added, by whomever.

        Raises:
            Damaged: what lies in the archive is not of its sealers.
            NotReached: the archive does not answer; what was added before stays.
        """
        rest = _new(leaves, index)
        while rest:
            mine = [written(leaf) for leaf in rest[: batches.MOST]]
            start = self._edge.size
            batch = batches.written(self.about.origin, start, mine, self._key)
            if self.vault.create(batches.batch_name(start), batch) or self._lies(batches.batch_name(start), batch):
                self._publish(mine)
                for leaf in rest[: batches.MOST]:
                    index.learn(leaf)
                rest = rest[batches.MOST :]
            else:
                self.catch_up(index)
                rest = _new(rest, index)
        self.catch_up(index)  # what others have added meanwhile

    def catch_up(self, index: Index | None = None) -> None:
        """Finish what was begun here, by a sealer that was killed or by one that is at work. Raises as `append`."""
        while True:
            name = batches.batch_name(self._edge.size)
            try:
                batch = self.vault.read(name)
                found = batches.read(batch, self.about.origin, self._edge.size, [self._key.public])
                leaves = [read(leaf) for leaf in found]
            except Missing:
                return
            except (NotSigned, Unreadable, TooLarge) as error:
                raise damaged(self.vault, name, str(error)) from error
            self._publish(found)
            for leaf in leaves if index else ():
                index.learn(leaf)  # type: ignore[union-attr]  # there is one

    def extends(self, known: Checkpoint) -> None:
        """Whether this log has grown out of one with this head. Raises Damaged where it has not."""
        try:
            check_growth(known, self.head, nodes_of(self.head.size, self._tile))
        except (NotProved, Torn, Missing) as error:
            why = f"the log of {known.size} entries which was sealed here before is not its beginning: {error}"
            raise damaged(self.vault, HEAD, why) from error

    def _lies(self, name: str, batch: bytes) -> bool:
        """Whether it is this batch that lies there: a store that kept it, and whose answer was lost, is asked again."""
        try:
            return self.vault.read(name) == batch
        except (Missing, TooLarge):
            return False  # told by who catches up

    def _publish(self, leaves: Sequence[bytes]) -> None:
        for leaf in leaves:
            self._bundle.append(leaf)
            for tile, content in self._edge.append(leaf_hash(leaf)):
                self._lay(tile.path, content)
            if len(self._bundle) == WIDTH:
                self._lay(bundle_path(self._edge.size // WIDTH - 1), bundled(self._bundle))
                self._bundle = []
        for tile, content in self._edge.open():
            self._lay(tile.path, content)
        if self._bundle:
            self._lay(bundle_path(self._edge.size // WIDTH, len(self._bundle)), bundled(self._bundle))
        signed = self.head.sign(self._key)
        self._lay(head_name(self.head.size), signed)
        self._point(signed)

    def _point(self, signed: bytes) -> None:
        """Name this head as the newest one, unless a newer one is named: an older one never takes its place."""
        while True:
            was = _named(self.vault)
            if _head(self.vault, self.about, self._key, was).size >= self.head.size:
                return
            if self.vault.create(HEAD, signed) if was is None else self.vault.replace(HEAD, signed, was):
                return

    def _lay(self, name: str, content: bytes) -> None:
        """A file which every sealer would write in the same way."""
        if not self.vault.create(name, content) and self.vault.read(name) != content:
            raise damaged(self.vault, name, "it is not what follows from the entries")

    def _tile(self, tile: Tile) -> bytes:
        return self.vault.read(tile.path)


def open_log(vault: Vault, about: About, key: SigningKey, known: Index | None = None) -> Log:
    """The log of an archive, ready to be added to; what a killed sealer began is finished.

    What is `known` learns all that the log holds, which is held against the root that was signed.

    Raises:
        Misset: the archive is signed with another key.
        Damaged: its newest part, or what it holds, is not as its sealers left it.
        NotReached: the archive does not answer.
    """
    if key.public != about.verifying:
        raise Damaged(
            f"The archive {vault} is signed with another key.",
            why=f"expected {about.key}, got {key.public}",
            known="nothing was sealed",
            helps="name the mission's own key: FURLOUGH_ARCHIVE_KEY=FILE",
        )
    head = _head(vault, about, key, _named(vault))
    edge = _edge(vault, head)
    log = Log(vault, about, key, edge, _bundle(vault, head.size))
    if known is not None:
        _learn(known, vault, head)
    log.catch_up(known)
    return log


def _new(leaves: Sequence[Run | File | Seal], index: Index) -> list[Run | File | Seal]:
    """Those which the index does not know, each once."""
    here, new = Index(), list[Run | File | Seal]()
    for leaf in leaves:
        if not (index.knows(leaf) or here.knows(leaf)):
            new.append(leaf)
            here.learn(leaf)
    return new


def _edge(vault: Vault, head: Checkpoint) -> Edge:
    """The right edge of the tree, which must lead to the root that was signed."""
    try:
        edge = Edge.read(head.size, lambda tile: vault.read(tile.path))
    except (Missing, Torn, TooLarge) as error:
        raise damaged(vault, "tile", f"one of the newest tiles is not there, or not whole: {error}") from error
    if edge.root() != head.root:
        raise damaged(vault, "tile", "the newest tiles do not lead to the root which was signed")
    return edge


def _bundle(vault: Vault, size: int) -> list[bytes]:
    """The leaves of the bundle that is not full, which must be those of the tile beside it."""
    number, width = divmod(size, WIDTH)
    if not width:
        return []
    name = bundle_path(number, width)
    try:
        leaves = unbundled(vault.read(name), width)
        row = vault.read(Tile(0, number, width).path)
    except (Missing, Torn, TooLarge) as error:
        raise damaged(vault, name, str(error)) from error
    if b"".join(leaf_hash(leaf) for leaf in leaves) != row:
        raise damaged(vault, name, "its entries are not those of the tile beside it")
    return leaves


def _learn(known: Index, vault: Vault, head: Checkpoint) -> None:
    strange: Unreadable | None = None
    try:
        for leaf in signed_leaves(vault, head):
            try:
                known.learn(read(leaf))
            except Unreadable as error:
                strange = strange or error
        if strange:  # and signed: had it been changed, the root would have told where
            raise strange
    except Missing as error:
        raise damaged(vault, str(error), "the bundle is missing") from error
    except (Torn, TooLarge, Unreadable) as error:
        raise damaged(vault, "its entries", str(error)) from error


def _named(vault: Vault) -> bytes | None:
    """The newest checkpoint; None before the first one."""
    try:
        return vault.read(HEAD)
    except Missing:
        return None
    except TooLarge as error:
        raise damaged(vault, HEAD, str(error)) from error


def _head(vault: Vault, about: About, key: SigningKey, named: bytes | None) -> Checkpoint:
    if named is None:
        return Checkpoint(about.origin, 0, Edge().root())
    try:
        head = Checkpoint.open(named, [key.public])
    except NotSigned as error:
        raise damaged(vault, HEAD, str(error)) from error
    if head.origin != about.origin:
        raise damaged(vault, HEAD, f"expected the log {about.origin}, got {head.origin}")
    return head


def damaged(vault: Vault, name: str, why: str) -> Damaged:
    """Nothing is built on what was changed."""
    return Damaged(
        f"The archive {vault} was changed by somebody else.",
        why=f"{name}: {why}",
        known="nothing was added to it",
        helps="furlough audit verify tells all that was changed; bring it back from a copy",
    )
