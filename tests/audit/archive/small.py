"""A small archive, made without a server: histories, files, seals, in as many batches as a test wants."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from obstore.store import MemoryStore
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import History, HistoryEvent

from audit.archive.about import NAME, About, origin
from audit.archive.index import Index
from audit.archive.leaves import File, Run, Seal
from audit.archive.log import Log, open_log
from audit.archive.runs import told
from audit.archive.sealed import digest_of, history_bytes, object_name, sealed
from audit.archive.vault import Bucket, Folder, Missing, Vault
from audit.archive.verifying import Verified, verify
from audit.tlog.checkpoints import Checkpoint
from audit.tlog.notes import SigningKey

MISSION: Final = "UNEX"
KEY: Final = SigningKey(origin(MISSION), bytes(range(32)))
NOW: Final = datetime(2026, 3, 4, 6, 41, tzinfo=UTC)

Leaf = Run | File | Seal


def history(n: int, *, ended: bool = True, previous: str = "", follows: str = "", say: str = "") -> History:
    """A history of n events."""
    events = [HistoryEvent(event_id=i, task_id=i * 7) for i in range(1, n + 1)]
    events[0].event_type = EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED
    began = events[0].workflow_execution_started_event_attributes
    began.workflow_type.name = "LeaveWorkflow"
    began.continued_execution_run_id = previous
    for event in events[1:]:
        event.event_type = EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
        event.workflow_task_completed_event_attributes.identity = say
    if follows:
        events[-1].event_type = EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW
        events[-1].workflow_execution_continued_as_new_event_attributes.new_execution_run_id = follows
    elif ended:
        events[-1].event_type = EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED
        events[-1].workflow_execution_completed_event_attributes.SetInParent()
    return History(events=events)


def laid(vault: Vault, content: bytes) -> dict[str, Any]:
    """A sealed file, and what its leaf says of it."""
    packed = sealed(content)
    vault.create(object_name(digest_of(packed)), packed)
    return {"sha256": digest_of(packed), "size": len(packed), "sealed_at": NOW}


def run(vault: Vault, name: str, past: History) -> Run:
    """A run and its leaf. A history that was not lived is given the name; the runs of a chain are of one process."""
    past, fields, id_ = History.FromString(past.SerializeToString()), told(past)._asdict(), f"UNEX-{name}"
    began = past.events[0].workflow_execution_started_event_attributes
    if not began.workflow_id:
        began.workflow_id = id_ = "UNEX-entity" if fields["previous"] or fields["next"] else id_
        began.original_execution_run_id = began.original_execution_run_id or name
    return Run(id=id_, run=name, **laid(vault, history_bytes(past.events)), **fields)


def file(vault: Vault, content: bytes, name: str = "", what: Any = "evidence") -> File:
    """A file and its leaf."""
    digest = digest_of(content)
    return File(what=what, name=name or digest, content=digest, **laid(vault, content))


def end(runs: int = 0) -> Seal:
    """The leaf at the end of a sealing."""
    return Seal(began_at=NOW, ended_at=NOW, runs=runs, open=0, whole=True, build="test")


def new(vault: Vault, key: SigningKey = KEY, known: Index | None = None) -> Log:
    """The log of this vault, made where there is none; what is known learns what is in it."""
    about = About(mission=MISSION, origin=origin(MISSION), key=str(key.public))
    vault.create(NAME, about.written())
    return open_log(vault, about, key, known)


def add(vault: Vault, *batches: Sequence[Leaf]) -> Log:
    """Leaves in batches."""
    known = Index()
    log = new(vault, known=known)
    for batch in batches:
        log.append(batch, known)
    return log


def check(vault: Vault, known: Checkpoint | None = None, key: SigningKey = KEY) -> Verified:
    """What verifying finds."""
    return verify(vault, origin(MISSION), key.public, known)


def a_mission(vault: Vault) -> Log:
    """Three sealings: a leave that is open and then closed, an entity of two runs, files of each kind."""
    wheel = file(vault, b"the code of that day", "0.1.0", "wheel")
    first: list[Leaf] = [run(vault, "leave", history(3, ended=False)), run(vault, "one", history(4, follows="two"))]
    first += [run(vault, "two", history(2, ended=False, previous="one")), file(vault, b"a letter"), wheel, end(3)]
    second: list[Leaf] = [run(vault, "leave", history(5)), file(vault, b"pack", "us-army.toml", "pack"), end(3)]
    third: list[Leaf] = [run(vault, "two", history(6, previous="one")), end(3)]
    return add(vault, first, second, third)


class Memory:
    """A vault in memory, which a test may change as no sealer can."""

    def __init__(self, files: dict[str, bytes] | None = None) -> None:
        self.files = dict(files or {})

    def read(self, name: str) -> bytes:
        if name not in self.files:
            raise Missing(name)
        return self.files[name]

    def create(self, name: str, content: bytes) -> bool:
        return self.files.setdefault(name, content) is content

    def replace(self, name: str, content: bytes, was: bytes) -> bool:
        if self.files.get(name) != was:
            return False
        self.files[name] = content
        return True

    def listed(self) -> Iterator[tuple[str, int]]:
        yield from [(name, len(content)) for name, content in self.files.items()]

    def copy(self) -> Memory:
        return Memory(self.files)


class Killed(BaseException):
    """The process is gone."""


class Mortal(Memory):
    """A vault whose writer is killed before its n-th write."""

    def __init__(self, files: dict[str, bytes], left: int) -> None:
        super().__init__(files)
        self.left = left

    def _live(self) -> None:
        if self.left == 0:
            raise Killed
        self.left -= 1

    def create(self, name: str, content: bytes) -> bool:
        self._live()
        return super().create(name, content)

    def replace(self, name: str, content: bytes, was: bytes) -> bool:
        self._live()
        return super().replace(name, content, was)


class Overtaken(Mortal):
    """A vault whose writer is overtaken before its n-th write by others, and killed some writes later."""

    def __init__(self, files: dict[str, bytes], at: int, later: int, others: Callable[[Vault], object]) -> None:
        super().__init__(files, at + later)
        self._later, self._others = later, others

    def _live(self) -> None:
        if self.left == self._later:
            beside = Memory()
            beside.files = self.files
            self._others(beside)
            self._later = -1
        super()._live()


class Busy(Memory):
    """A vault to which others add before somebody's n-th look into it; its folders are listed one after the other."""

    FOLDERS = ("", "checkpoints/", "batch/", "object/", "tile/")

    def __init__(
        self, files: dict[str, bytes], at: int, others: Callable[[Vault], object], folders: Sequence[str] = FOLDERS
    ) -> None:
        super().__init__(files)
        self.left, self._others, self._folders = at, others, folders

    def _look(self) -> None:
        if self.left == 0:
            beside = Memory()
            beside.files = self.files
            self._others(beside)
        self.left -= 1

    def read(self, name: str) -> bytes:
        self._look()
        return super().read(name)

    def listed(self) -> Iterator[tuple[str, int]]:
        for folder in self._folders:
            self._look()
            for name, content in list(self.files.items()):
                if name.startswith(folder) and (folder or "/" not in name):
                    yield name, len(content)


VAULTS: dict[str, Callable[[Path], Vault]] = {
    "folder": lambda path: Folder(path / "archive"),
    "object store in memory": lambda path: Bucket(MemoryStore()),
}
