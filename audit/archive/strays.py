"""What lies in an archive and is no part of its log: told by its name, whatever that is.

A sealer that was stopped leaves two things behind, which are told and prove nothing: a sealed file that no entry came
to name, and a file under the name that it has until it is whole. All else was laid there by somebody else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from audit.archive.finding import Findings
from audit.archive.sealed import Broken, digest_of, object_name, promised
from audit.archive.vault import Missing, TooLarge, Vault

NAMED: Final = 20
"""Files of a kind that are told by their names, where they prove nothing."""

_OBJECT: Final = re.compile(r"object/([0-9a-f]{2})/(\1[0-9a-f]{62})")
_ASIDE: Final = re.compile(
    r"(?:object/[0-9a-f]{2}/|(?:checkpoints|batch|tile/(?:entries|\d+))/(?:x\d{3}/)*(?:\d{3}\.p/)?)?\.[0-9a-f]{16}"
)
"""The name that `disk.keep` gives to a file until it is whole, in a folder which a log has."""


@dataclass
class Lying:
    """All files of an archive: the few by name, the many sealed ones by their digests with their sizes in bytes."""

    names: set[str] = field(default_factory=set)
    objects: dict[bytes, int] = field(default_factory=dict)
    aside: list[str] = field(default_factory=list)
    """Those that were not yet given the name of a file of the log."""


def lying(vault: Vault) -> Lying:
    """What lies there. Raises NotReached."""
    found = Lying()
    for name, size in vault.listed():
        if sealed := _OBJECT.fullmatch(name):
            found.objects[bytes.fromhex(sealed[2])] = size
        elif _ASIDE.fullmatch(name):
            found.aside.append(name)
        else:
            found.names.add(name)
    return found


def beside(vault: Vault, found: Lying, log: set[str], named: set[bytes], findings: Findings) -> None:
    """Tell what is no part of a log: of its files those in `log` are, of the sealed ones those with digests in `named`.

    Each such sealed file is read: under a name that is not its own it was not laid there by a sealer.

    Raises:
        NotReached: the archive does not answer.
    """
    for name in sorted(found.names - log):
        findings.add(name, "the file is no part of the log")
    strays = []
    for digest in sorted(found.objects.keys() - named):
        name = object_name(digest.hex())
        if wrong := _wrong(vault, name, digest.hex()):
            findings.add(name, f"no entry names it, and no sealer laid it there: {wrong}")
        else:
            strays.append(name)
    _tell(strays, "no entry names this sealed file (a sealer that was stopped leaves such)", findings)
    _tell(sorted(found.aside), "this file is not whole (a sealer that was stopped leaves such)", findings)


def _wrong(vault: Vault, name: str, digest: str) -> str:
    try:
        content = vault.read(name)
        promised(content)
    except Missing:
        return "it leads nowhere"
    except TooLarge:
        return "it is larger than any archive has, or no plain file"
    except Broken as error:
        return str(error)
    got = digest_of(content)
    return "" if got == digest else f"expected a file with the SHA-256 in its name, got one with {got}"


def _tell(names: Iterable[str], what: str, findings: Findings) -> None:
    each = list(names)
    for name in each[:NAMED]:
        findings.tell(f"{name}: {what}")
    if len(each) > NAMED:
        findings.tell(f"{len(each) - NAMED} more: {what}")
