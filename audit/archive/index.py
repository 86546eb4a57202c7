"""What a log holds already, so that nothing is sealed twice: made from its leaves, and from nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from audit.archive.leaves import File, Run, Seal, Unreadable, read
from audit.archive.vault import Missing, Vault
from audit.tlog.tiles import WIDTH, Torn, bundle_path, unbundled


class Index:
    """Runs with the events that are sealed of them, and files. Some hundred bytes a run."""

    def __init__(self) -> None:
        self._runs: dict[str, tuple[int, bool]] = {}
        self._files: set[tuple[str, str, str]] = set()
        self._imports: set[str] = set()

    def learn(self, leaf: Run | File | Seal) -> None:
        """A leaf is in the log."""
        match leaf:
            case Run():
                self._runs[leaf.run] = max(self._runs.get(leaf.run, (0, False)), (leaf.events, leaf.closed))
            case File():
                self._files.add((leaf.what, leaf.name, leaf.content))
                if leaf.what == "import":
                    self._imports.add(leaf.content)

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
        yield from unbundled(vault.read(bundle_path(number, width)), width)


def index(vault: Vault, size: int) -> Index:
    """The index of a log of this size.

    A bundle that is missing or was changed is passed over here: what it held is then sealed once more. That it was
    changed is what verifying finds.

    Raises:
        NotReached: the archive does not answer.
    """
    made = Index()
    for number in range(-(-size // WIDTH)):
        begin, end = number * WIDTH, min(size, (number + 1) * WIDTH)
        try:
            for leaf in leaves_of(vault, end, begin):
                made.learn(read(leaf))
        except (Missing, Torn, Unreadable):
            continue
    return made
