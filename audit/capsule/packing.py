"""Making a capsule: which entries of a log belong to a leave, with their files and proofs, in one zip file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from audit.archive.about import About
from audit.archive.index import leaves_of
from audit.archive.leaves import File, Run, read
from audit.archive.sealed import digest_of, object_name, opened
from audit.archive.vault import Vault
from audit.capsule import reading, verify
from audit.tlog.checkpoints import Checkpoint
from audit.tlog.merkle import inclusion
from audit.tlog.tiles import nodes_of
from wiring.build import build_id
from wiring.trouble import Misset

_NO_TIME: Final = (1980, 1, 1, 0, 0, 0)

_MUCH: Final = f"expected at most {verify.LISTED:,} bytes of entries and proofs, and {verify.MOST:,} entries"

_NO_PAGES: Final[Mapping[str, str]] = {}


class NoLeave(Exception):
    """The log has nothing under this id."""


Entry = tuple[int, bytes]
"""An entry of a log: its number, and the leaf."""


def chosen(vault: Vault, size: int, ids: Sequence[str]) -> list[Entry]:
    """The entries that belong to these leaves; as `chosen_each`."""
    each = chosen_each(vault, size, ids)
    return sorted({entry for entries in each.values() for entry in entries})


def chosen_each(vault: Vault, size: int, ids: Sequence[str]) -> dict[str, list[Entry]]:
    """The entries that belong to each leave: each of its sealings, and the files which its histories cite.

    Cited are evidence by its digest, orders by their version, builds by their name; of rule packs all are taken.

    Raises:
        NoLeave: one of them is not in the log.
        Missing, Torn, Unreadable, Broken, TooLarge: the archive is not whole.
    """
    found: dict[str, list[Entry]] = {one: [] for one in ids}
    cited: dict[str, list[bytes]] = {one: [] for one in ids}
    builds: dict[str, set[str]] = {one: set() for one in ids}
    for place, content in enumerate(leaves_of(vault, size)):
        leaf = read(content)
        if isinstance(leaf, Run) and leaf.id in found:
            found[leaf.id].append((place, content))
            cited[leaf.id].append(opened(vault.read(object_name(leaf.sha256))))
            builds[leaf.id] |= set(leaf.builds)
    if missing := sorted(one for one, entries in found.items() if not entries):
        raise NoLeave(", ".join(missing))
    for place, content in enumerate(leaves_of(vault, size)):
        leaf = read(content)
        if isinstance(leaf, File):
            for one, entries in found.items():
                if _belongs(leaf, cited[one], builds[one]):
                    entries.append((place, content))
    return found


def _belongs(leaf: File, cited: Sequence[bytes], builds: set[str]) -> bool:
    match leaf.what:
        case "evidence":
            return any(leaf.content.encode() in history for history in cited)
        case "order":
            version = json.dumps(leaf.name.rpartition("/")[2]).encode()
            return any(version in history for history in cited)
        case "wheel":
            return leaf.name in builds
        case "pack":
            return True
        case "import" | "extract":
            return False  # they name everybody, or every leave


def pack(
    vault: Vault,
    about: About,
    note: bytes,
    head: Checkpoint,
    entries: Sequence[tuple[int, bytes]],
    to: Path,
    pages: Mapping[str, str] = _NO_PAGES,
) -> None:
    """Write a capsule of these entries, the same bytes for the same archive; it is there when it is whole.

    `pages` tell the stories of its leaves, by leave id.

    Raises:
        Missing, Torn, TooLarge: the archive is not whole.
        OSError: it cannot be written.
        Misset: they are more than whoever verifies a capsule reads.
    """
    nodes = nodes_of(head.size, lambda tile: vault.read(tile.path))
    leaves = [
        {
            "index": place,
            "leaf": content.decode(),
            "proof": [hashed.hex() for hashed in inclusion(place, head.size, nodes)],
        }
        for place, content in entries
    ]
    listed = json.dumps(leaves, indent=1, ensure_ascii=False).encode() + b"\n"
    if len(listed) > verify.LISTED or len(leaves) > verify.MOST:
        raise Misset("So many leaves are too many for one capsule.", why=_MUCH, helps="name fewer, in several capsules")
    told = {"format": verify.FORMAT, "mission": about.mission, "origin": about.origin, "key": about.key}
    told["build"] = build_id()
    aside = to.with_name(f".{to.name}.part")
    sums: list[str] = []
    try:
        with ZipFile(aside, "w", ZIP_STORED) as zipped:

            def lay(name: str, content: bytes) -> None:
                zipped.writestr(ZipInfo(name, _NO_TIME), content)
                sums.append(f"{digest_of(content)}  {name}\n")

            for name, content in reading.always(about.mission).items():
                lay(name, content)
            lay("about.json", json.dumps(told, indent=1).encode() + b"\n")
            lay("checkpoint", note)
            lay("leaves.json", listed)
            for leave, page in pages.items():
                lay(reading.path_of(leave), page.encode())
            for name in dict.fromkeys(_objects(entries)):
                lay(name, vault.read(name))
            zipped.writestr(ZipInfo("SHA256SUMS", _NO_TIME), "".join(sums))
        aside.replace(to)
    finally:
        aside.unlink(missing_ok=True)


def _objects(entries: Sequence[tuple[int, bytes]]) -> Iterator[str]:
    for _, content in entries:
        leaf = read(content)
        if isinstance(leaf, Run | File):
            yield object_name(leaf.sha256)
