"""A second verifier, written from `docs/auditing.md`: it shares nothing with ours but the message that a history is.

`check` raises where something is wrong, and does not say what: that is what the first one is for.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from itertools import pairwise
from re import fullmatch
from typing import Any, NamedTuple

import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from temporalio.api.history.v1 import History, HistoryEvent

Read = Callable[[str], bytes]

ENDS = {21: "CANCELED", 2: "COMPLETED", 3: "FAILED", 4: "TIMED_OUT", 27: "TERMINATED", 28: "CONTINUED_AS_NEW"}
BY_FORCE = {"CANCELED", "FAILED", "TIMED_OUT", "TERMINATED"}
NOT_YET_NAMED = (
    r"(?:object/[0-9a-f]{2}/|(?:checkpoints|batch|tile/entries|tile/\d+)/(?:x\d{3}/)*(?:\d{3}\.p/)?)?\.[0-9a-f]{16}"
)
DECIDE = {"LeaveWorkflow", "BaseWorkflow", "MemberWorkflow", "RegisterWorkflow"}


def base64(text: str) -> bytes:
    content = b64decode(text, validate=True)
    assert b64encode(content).decode() == text
    return content


def signed(note: bytes, line: str) -> list[str]:
    """The lines of a note, which this key alone has signed."""
    text, _, below = note.decode().rpartition("\n\n")
    name, key_id, key = line.split("+", 2)
    dash, signer, signature = below.removesuffix("\n").split(" ")
    assert (dash, signer, base64(signature)[:4].hex(), below[-1]) == ("—", name, key_id, "\n")
    Ed25519PublicKey.from_public_bytes(base64(key)[1:]).verify(base64(signature)[4:], f"{text}\n".encode())
    return text.split("\n")


def checkpoint(note: bytes, line: str) -> tuple[int, bytes]:
    """How many entries, and the root over them."""
    origin, size, root = signed(note, line)
    assert (origin, size) == (line.split("+", maxsplit=1)[0], str(int(size)))
    return int(size), base64(root)


def number(n: int) -> str:
    digits = str(n).zfill(-(-len(str(n)) // 3) * 3)
    groups = [digits[i : i + 3] for i in range(0, len(digits), 3)]
    return "/".join([f"x{group}" for group in groups[:-1]] + groups[-1:])


def entries(read: Read, size: int) -> Iterator[bytes]:
    for n in range(-(-size // 256)):
        width = min(256, size - n * 256)
        bundle = read(f"tile/entries/{number(n)}" + (f".p/{width}" if width < 256 else ""))
        while bundle:
            length = int.from_bytes(bundle[:2], "big")
            yield bundle[2 : 2 + length]
            bundle = bundle[2 + length :]


def root_over(hashes: list[bytes]) -> bytes:
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return sha256(b"\x01" + root_over(hashes[:k]) + root_over(hashes[k:])).digest()


def hashed(leaves: list[bytes]) -> list[bytes]:
    return [sha256(b"\x00" + leaf).digest() for leaf in leaves]


def laid(leaves: list[bytes], sizes: Iterable[int]) -> dict[str, bytes]:
    """Each tile and bundle of a log that had heads of these sizes."""
    rows = {"entries": [len(leaf).to_bytes(2, "big") + leaf for leaf in leaves], "0": hashed(leaves)}
    while len(below := rows[f"{len(rows) - 2}"]) >= 256:
        full = range(0, len(below) - 255, 256)
        rows[f"{len(rows) - 1}"] = [root_over(below[i : i + 256]) for i in full]
    found: dict[str, bytes] = {}
    for level, row in rows.items():
        for size in sizes:
            count = size if level == "entries" else size >> 8 * int(level)
            for n in range(-(-count // 256)):
                width = min(256, count - n * 256)
                name = f"tile/{level}/{number(n)}" + (f".p/{width}" if width < 256 else "")
                found[name] = b"".join(row[n * 256 : n * 256 + width])
    return found


def check(read: Read, names: Iterable[str], line: str, known: tuple[int, bytes] | None = None) -> int:
    """How many entries were proved. `names` are all files; `known` is the head of an earlier day."""
    there, origin = set(names), line.split("+", maxsplit=1)[0]
    heads = dict(checkpoint(read(name), line) for name in there if name.startswith("checkpoints/"))
    now = checkpoint(read("checkpoint"), line)
    assert now in heads.items()
    assert now[0] in sorted(heads)[-2:], "a sealer may have been stopped before it replaced the newest, and no sooner"
    leaves = list(entries(read, max(heads)))
    hashes = hashed(leaves)
    assert all(root_over(hashes[:size]) == root for size, root in {*heads.items(), *([known] if known else [])})
    parts = laid(leaves, heads)
    assert all(read(name) == content for name, content in parts.items())
    starts = [0, *sorted(heads)]
    for start, end in pairwise(starts):
        lines = [f"{origin}/batch", str(start), *(leaf.decode() for leaf in leaves[start:end])]
        assert signed(read(f"batch/{number(start)}"), line) == lines
    assert json.loads(read("about.json"))["key"] == line
    ours = {"about.json", "checkpoint", *parts, *(f"batch/{number(start)}" for start in starts)}
    ours |= {f"checkpoints/{number(size)}" for size in heads}
    if (waiting := f"batch/{number(starts[-1])}") in there:
        leaves_of_it = [one.encode() for one in signed(read(waiting), line)[2:]]
        ours |= laid(leaves + leaves_of_it, {len(leaves) + len(leaves_of_it)}).keys()
    for name in there - ours:
        if fullmatch(NOT_YET_NAMED, name):
            continue
        content = read(name)
        digest = sha256(content).hexdigest()
        assert name == f"object/{digest[:2]}/{digest}"
        assert zstandard.frame_content_size(content) >= 0
    contents(read, leaves)
    return len(leaves)


def contents(read: Read, leaves: list[bytes]) -> None:
    """What each entry stands for."""
    runs: dict[str, Snapshot] = {}
    missing: list[list[str]] = []
    for leaf in leaves:
        told = json.loads(leaf)
        assert json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() == leaf
        if told["kind"] == "seal":
            missing = [*([] if told["whole"] else missing), told.get("unread", [])]
            chains(runs, missing)
            continue
        content = read(f"object/{told['sha256'][:2]}/{told['sha256']}")
        assert (sha256(content).hexdigest(), len(content)) == (told["sha256"], told["size"])
        plain = zstandard.ZstdDecompressor().decompress(content)
        if told["kind"] == "file":
            assert sha256(plain).hexdigest() == told["content"]
            continue
        snapshot = Snapshot(told, list(History.FromString(plain).events))
        as_told(snapshot)
        if earlier := runs.get(told["run"]):
            assert not earlier.told["closed"]
            assert snapshot.events[: len(earlier.events)] == earlier.events
        runs[told["run"]] = snapshot


class Snapshot(NamedTuple):
    """A run as it was sealed last."""

    told: dict[str, Any]
    events: list[HistoryEvent]

    @property
    def began(self) -> Any:
        return self.events[0].workflow_execution_started_event_attributes


def as_told(snapshot: Snapshot) -> None:
    """Whether a history is what its entry tells."""
    told, events = snapshot
    last = events[-1]
    attributes: Any = getattr(last, str(last.WhichOneof("attributes") or ""), None)
    failed = [event.workflow_task_failed_event_attributes for event in events if event.event_type == 9]
    resets = [one.new_run_id for one in failed if one.cause == 20]
    done = [event.workflow_task_completed_event_attributes for event in events if event.event_type == 7]
    assert [event.event_id for event in events] == list(range(1, told["events"] + 1))
    assert [event.event_id for event in events if event.event_type == 1] == [1]
    assert not [event for event in events[:-1] if event.event_type in ENDS]
    assert told["ended"] == ENDS.get(last.event_type, "")
    assert told["closed"] == bool(told["ended"])
    assert told["next"] == (getattr(attributes, "new_execution_run_id", "") if told["closed"] else "")
    assert told["previous"] == snapshot.began.continued_execution_run_id
    assert (told["type"], told["id"]) == (snapshot.began.workflow_type.name, snapshot.began.workflow_id)
    assert told["run"] == [snapshot.began.original_execution_run_id, *resets][-1]
    assert told["builds"] == sorted({one.worker_version.build_id for one in done} - {""})


def chains(runs: dict[str, Snapshot], missing: list[list[str]]) -> None:
    """Whether each run's neighbours are there and name it, and no process begins twice; at the end of a sealing."""

    def there(run: str) -> bool:
        excused = run not in runs and any(run in unread or len(unread) == 1000 for unread in missing)
        assert run in runs or excused
        return not excused

    begun: defaultdict[tuple[str, str], defaultdict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for run, own in runs.items():
        forked(runs, own)
        first = own
        while first.told["previous"] and there(first.told["previous"]):
            first = runs[first.told["previous"]]
        if own.told["type"] in DECIDE:
            begun[own.told["type"], own.told["id"]][first.began.original_execution_run_id].append(own.told)
        if own.told["next"] and there(own.told["next"]):
            assert runs[own.told["next"]].told["previous"] == run
        if own.told["previous"] and there(own.told["previous"]):
            before = runs[own.told["previous"]]
            assert (before.told["type"], before.told["id"]) == (own.told["type"], own.told["id"])
            if before.told["closed"]:
                assert before.told["next"] == own.began.original_execution_run_id
                handed = before.events[-1].workflow_execution_continued_as_new_event_attributes.input
                assert handed == own.began.input
    for each in begun.values():
        assert sum(any(not (run["next"] or run["ended"] in BY_FORCE) for run in chain) for chain in each.values()) <= 1


def forked(runs: dict[str, Snapshot], own: Snapshot) -> None:
    """What stands before a reset is what the run has out of which the reset made this one, as far as it is sealed."""
    resets = [event for event in own.events if event.event_type == 9]
    resets = [event for event in resets if event.workflow_task_failed_event_attributes.cause == 20]
    made = [(event.workflow_task_failed_event_attributes.base_run_id, event.event_id - 1) for event in resets]
    for base, taken in [(own.began.original_execution_run_id, made[0][1]), *made] if made else []:
        if base in runs:
            events, there = own.events[: taken - (own.events[taken - 1].event_type == 6)], runs[base].events
            assert there[: len(events)] == events[: len(there)]
