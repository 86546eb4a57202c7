"""What names the code that runs here in every history: its version, the commit of a checkout, and a digest of the code.

The digest is what tells: an image has no checkout, and one that is worked in holds other code than its commit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
"""Where the packages of this installation lie."""

PACKAGES: Final = ("domain", "workflows", "wiring", "activities", "starter", "audit", "drills")
MODULES: Final = ("worker.py", "furlough.py")


DIGITS: Final = 32
"""Digits of the digest by which a build ends: 128 bits, so that nobody makes other code of the same name."""

OF_BEFORE: Final = 8
"""Digits by which builds ended that histories of before name: other code of such a name can be made."""


def build_id(root: Path = ROOT) -> str:
    """`0.1.0+3f2a9c1b7d4e.5b1e0c9a4f7d2c6b8e3a1f0d9c5b7e2a`: without a checkout the commit is missing."""
    return f"{version('furlough')}+{'.'.join(filter(None, (commit(root)[:12], digest_of(code(root))[:DIGITS])))}"


def is_of(build: str, digest: str) -> bool:
    """Whether code of this digest calls itself by this name."""
    digits = build.replace("+", ".").rpartition(".")[2]
    return len(digits) in (DIGITS, OF_BEFORE) and digest.startswith(digits)


def digest_of(files: Iterable[tuple[str, bytes]]) -> str:
    """The digest of code, by the first digits of which a build ends: of the names of its files, and what they hold."""
    told = sha256()
    for name, content in sorted(files):
        told.update(f"{name} {sha256(content).hexdigest()}\n".encode())
    return told.hexdigest()


def code(root: Path) -> Iterator[tuple[str, bytes]]:
    """All that the packages hold, but what Python makes of it, by path."""
    for package in PACKAGES:
        for path in (root / package).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path.relative_to(root).as_posix(), path.read_bytes()
    for module in MODULES:
        yield module, (root / module).read_bytes()


def is_code(name: str) -> bool:
    """Whether a file of a wheel, by its path, is the code of the build, and not told about it."""
    return name in MODULES or name.partition("/")[0] in PACKAGES


def commit(root: Path) -> str:
    """What is checked out here, also where git has packed its refs or where this is one of several work trees."""
    git = root / ".git"
    if git.is_file():
        git = root / git.read_text("utf-8").removeprefix("gitdir: ").strip()
    if not (git / "HEAD").is_file():
        return ""
    head = (git / "HEAD").read_text("utf-8").strip()
    if not head.startswith("ref: "):
        return head
    name, common = head.removeprefix("ref: "), git / "commondir"
    refs = git / common.read_text("utf-8").strip() if common.is_file() else git
    if (refs / name).is_file():
        return (refs / name).read_text("utf-8").strip()
    packed = (refs / "packed-refs").read_text("utf-8").splitlines() if (refs / "packed-refs").is_file() else []
    return next((line.split(" ")[0] for line in packed if line.endswith(f" {name}")), "")
