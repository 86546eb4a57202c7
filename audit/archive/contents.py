"""Whether the sealed files are what the leaves say, whether runs only ever grew, whether chains of runs are whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from temporalio.api.history.v1 import History

from audit.archive.chains import Chains
from audit.archive.finding import Findings
from audit.archive.leaves import File, Run, Seal, Unreadable, read, says
from audit.archive.runs import Past, Torn, past, told, whose, within
from audit.archive.sealed import Broken, digest_of, grown, history_of, object_name, opened
from audit.archive.vault import Missing, TooLarge
from audit.unpacking import UNREAD, at_odds, code_of, unpacked

_NONE: Final[Mapping[bytes, int]] = MappingProxyType({})


class Known(NamedTuple):
    """The newest snapshot of a run so far."""

    leaf: int
    sha256: str
    events: int
    closed: bool


class Contents:
    """Goes through the leaves in their order. Some hundred bytes a run are kept, and two histories at a time."""

    def __init__(
        self,
        read_file: Callable[[str], bytes],
        findings: Findings,
        since: int = 0,
        there: Mapping[bytes, int] = _NONE,
    ) -> None:
        """Files of leaves before `since` are not opened, unless a later one is compared with them.

        They must be `there`, which tells the size of each by its digest.
        """
        self._read, self._findings, self._since, self._there = read_file, findings, since, there
        self._runs: dict[str, Known] = {}
        self._broken: set[int] = set()
        self._chains = Chains(findings, self._sealed_run)
        self._builds: dict[str, int] = {}
        self._wheels: dict[str, dict[str, tuple[int, File]]] = {}
        self.named: set[bytes] = set()
        """The digests which leaves name."""
        self.sizes = 0
        """Bytes of the sealed files that were read."""
        self.unread: set[bytes] = set()
        """Those of `named` that were not read."""

    def check(self, place: int, content: bytes) -> None:
        """One leaf, and what it stands for."""
        try:
            leaf = read(content)
        except Unreadable as error:
            return self._findings.add("an entry", str(error), place)
        match leaf:
            case Run():
                self._run(place, leaf)
            case File():
                self._file(place, leaf)
            case Seal():
                self._chains.end(leaf)
        return None

    def finish(self) -> None:
        """All leaves were there."""
        if waiting := self._chains.waiting:
            self._findings.tell(f"a sealing broke off: {waiting} chains of runs are judged after the next one")
        for run in self._chains.excused:
            self._findings.tell(f"run {run}, before or after another, could not be had: the next whole sealing judges")
        self._chains.finish()
        for build, wheels in sorted(self._wheels.items()):
            if len(wheels) > 1 and (said := at_odds({place: self._code(leaf) for place, leaf in wheels.values()})):
                self._findings.add("an entry", f"wheel {build}: {said}", max(place for place, _ in wheels.values()))
        for build in sorted(self._builds.keys() - self._wheels.keys()):
            self._findings.tell(f"no wheel of build {build} is in the log, which worked at {self._builds[build]} runs")

    def _run(self, place: int, leaf: Run) -> None:
        self._name(place, leaf)
        history = self._history(place, leaf) if place >= self._since else None
        seen = past(history) if history else None
        if seen and not self._as_told(place, leaf, seen):
            history = seen = None
        if earlier := self._runs.get(leaf.run):
            self._grows(place, leaf, earlier, history)
        self._runs[leaf.run] = Known(place, leaf.sha256, leaf.events, leaf.closed)
        self._chains.run(place, leaf, seen)
        for build in leaf.builds:
            self._builds[build] = self._builds.get(build, 0) + (earlier is None)

    def _name(self, place: int, leaf: Run | File) -> None:
        """What a leaf names; a file which is not opened must be there at least, and as long as it was."""
        name = bytes.fromhex(leaf.sha256)
        self.named.add(name)
        if place >= self._since:
            return
        self.unread.add(name)
        size = self._there.get(name)
        if size != leaf.size:
            wrong = "its file is missing" if size is None else f"expected {leaf.size:,} bytes, got {size:,}"
            self._findings.add(object_name(leaf.sha256), f"{says(leaf)}: {wrong}", place)

    def _history(self, place: int, leaf: Run) -> History | None:
        plain = self._open(place, leaf)
        if plain is None:
            return None
        try:
            return history_of(plain)
        except Broken as error:
            self._findings.add(object_name(leaf.sha256), f"{says(leaf)}: {error}", place)
            return None

    def _as_told(self, place: int, leaf: Run, history: Past) -> bool:
        """Whether it is a history at all; each field of the leaf which its events do not tell is found."""
        name = object_name(leaf.sha256)
        try:
            found = told(history)._asdict()
        except Torn as error:
            self._findings.add(name, f"{says(leaf)}: {error}", place)
            return False
        if event := within(history):
            what = f"{says(leaf)}: expected one start and one end, got another within it at event {event}"
            self._findings.add(name, what, place)
        found |= {"id": (own := whose(history)).id, "run": own.run}
        for field, got in found.items():
            if (expected := getattr(leaf, field)) != got:
                what = f"{says(leaf)}: expected {field} {expected!r}, got {got!r} from its events"
                self._findings.add(name, what, place)
        return True

    def _grows(self, place: int, leaf: Run, earlier: Known, history: History | None) -> None:
        """A later snapshot has all that the earlier one had, unchanged."""
        name = object_name(leaf.sha256)
        if earlier.closed or leaf.events < earlier.events:
            was = f"{earlier.events} events{', closed,' if earlier.closed else ''} at entry {earlier.leaf}"
            self._findings.add(
                name, f"{says(leaf)}: expected no later snapshot with so many events, since {was}", place
            )
        if history is None:
            return
        before = self._sealed_run(leaf.run)
        if before is None:
            return  # found at the earlier leaf
        if changed := next(grown(before, history), None):
            what = f"{says(leaf)}: event {changed} is another than at entry {earlier.leaf}"
            self._findings.add(name, what, place)

    def _sealed_run(self, run: str) -> History | None:
        """The newest snapshot of a run so far; None where there is none, or it cannot be read, which is found once."""
        known = self._runs.get(run)
        try:
            return history_of(opened(self._bytes(known.sha256))) if known else None
        except (Missing, TooLarge):
            return None  # found at its leaf, opened or not
        except Broken as error:
            if known and known.leaf < self._since and known.leaf not in self._broken:
                self._broken.add(known.leaf)
                self._findings.add(object_name(known.sha256), f"run {run}: {error}", known.leaf)
            return None

    def _file(self, place: int, leaf: File) -> None:
        self._name(place, leaf)
        if leaf.what == "wheel":
            self._wheels.setdefault(leaf.name, {}).setdefault(leaf.content, (place, leaf))
        if leaf.what == "evidence" and leaf.name != leaf.content:
            self._findings.add(
                "an entry", f"{says(leaf)}: expected evidence named by its content {leaf.content}", place
            )
        if place < self._since:
            return
        plain = self._open(place, leaf)
        if plain is not None and digest_of(plain) != leaf.content:
            what = f"{says(leaf)}: expected the content {leaf.content}, got {digest_of(plain)}"
            self._findings.add(object_name(leaf.sha256), what, place)

    def _code(self, wheel: File) -> str:
        """The digest of the code in a wheel; one that cannot be read is found at its leaf, where it was opened."""
        try:
            return code_of(dict(unpacked(opened(self._bytes(wheel.sha256)))))
        except (Missing, TooLarge, Broken):
            return UNREAD

    def _open(self, place: int, leaf: Run | File) -> bytes | None:
        """What was sealed; None where it cannot be told, which is then found."""
        try:
            content = self._bytes(leaf.sha256)
            plain = opened(content)
        except Missing:
            wrong = "its file is missing"
        except TooLarge:
            wrong = "its file is larger than any archive has, or no plain file"
        except Broken as error:
            wrong = str(error)
        else:
            if len(content) == leaf.size:
                return plain
            wrong = f"expected {leaf.size:,} bytes, got {len(content):,}"
        self._findings.add(object_name(leaf.sha256), f"{says(leaf)}: {wrong}", place)
        return None

    def _bytes(self, digest: str) -> bytes:
        content = self._read(object_name(digest))
        self.sizes += len(content)
        self.unread.discard(bytes.fromhex(digest))
        if (got := digest_of(content)) != digest:
            raise Broken(f"expected a file with the SHA-256 in its name, got one with {got}")
        return content
