"""What a log holds already, so that nothing is sealed twice: made from its leaves, and from nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from audit.archive.leaves import File, Run, Seal, read
from audit.archive.vault import Missing, TooLarge, Vault
from audit.tlog.checkpoints import Checkpoint
from audit.tlog.merkle import leaf_hash
from audit.tlog.tiles import WIDTH, Edge, Tile, Torn, bundle_path, hashes_of, unbundled


class Index:
    """Runs with the events that are sealed of them, and files. Some hundred bytes a run."""

    def __init__(self) -> None:
        self._runs: dict[str, tuple[int, bool]] = {}
        self._files: set[tuple[str, str, str]] = set()
        self._imports: set[str] = set()
        self.unread: frozenset[str] = frozenset()
        """The runs which the last sealing that came to its end could not read whole."""

    def learn(self, leaf: Run | File | Seal) -> None:
        """A leaf is in the log."""
        match leaf:
            case Run():
                self._runs[leaf.run] = max(self._runs.get(leaf.run, (0, False)), (leaf.events, leaf.closed))
            case File():
                self._files.add((leaf.what, leaf.name, leaf.content))
                if leaf.what == "import":
                    self._imports.add(leaf.content)
            case Seal():
                self.unread = frozenset(leaf.unread)

    def knows(self, leaf: Run | File | Seal) -> bool:
        """Whether all that a leaf tells is in the log."""
        match leaf:
            case Run():
                return self.has_run(leaf.run, leaf.events, closed=leaf.closed)
            case File():
                return self.has_file(leaf.what, leaf.name, leaf.content)
            case Seal():
                return False

    def has_run(self, run: str, events: int = 0, *, closed: bool) -> bool:
        """Whether so many events of a run are sealed, and its end if it was `closed`."""
        known, whole = self._runs.get(run, (-1, False))
        return events <= known and (whole or not closed)

    def has_file(self, what: str, name: str, content: str) -> bool:
        """Whether this content is sealed as this file."""
        return (what, name, content) in self._files

    def has_import(self, content: str) -> bool:
        """Whether this content is sealed as a file of an import of the register."""
        return content in self._imports


def leaves_of(vault: Vault, size: int, start: int = 0) -> Iterator[bytes]:
    """The leaves of a log of this size, from the bundle on in which `start` lies.

    Raises:
        Missing: a bundle is not there.
        Torn: a bundle is not whole.
        NotReached: the archive does not answer.
    """
    for number in range(start // WIDTH, -(-size // WIDTH)):
        width = min(WIDTH, size - number * WIDTH)
        name = bundle_path(number, width)
        try:
            yield from unbundled(vault.read(name), width)
        except Torn as error:
            raise Torn(f"{name}: {error}") from error


def signed_leaves(vault: Vault, head: Checkpoint) -> Iterator[bytes]:
    """All leaves of a log; after the last of them it is known whether they are those over which its head was signed.

    Raises:
        Missing, Torn, NotReached: as `leaves_of`.
        Torn: they are others, too; the bundle is named which tells otherwise than the tile beside it.
    """
    tree = Edge()
    for content in leaves_of(vault, head.size):
        tree.append(leaf_hash(content))
        yield content
    if tree.root() != head.root:
        raise Torn(f"{_changed(vault, head.size)}: its entries are not those that were signed")


def index(vault: Vault, size: int) -> Index:
    """The index of a log of this size, of which the leaves are known to be those that were signed.

    Raises:
        Missing, Torn, NotReached: as `leaves_of`.
        Unreadable: one of them is of another format.
    """
    made = Index()
    for leaf in leaves_of(vault, size):
        made.learn(read(leaf))
    return made


def _changed(vault: Vault, size: int) -> str:
    """The first bundle that is not as the tile beside it; all of them, where each is as its tile."""
    for number in range(-(-size // WIDTH)):
        begin, width = number * WIDTH, min(WIDTH, size - number * WIDTH)
        try:
            hashes = hashes_of(vault.read(Tile(0, number, width).path), width)
        except (Missing, Torn, TooLarge):
            continue
        if hashes != [leaf_hash(leaf) for leaf in leaves_of(vault, begin + width, begin)]:
            return bundle_path(number, width)
    return "tile/entries"
