"""A copy of what a base's desks may read, kept on its disk while the link is up: for the hours when it is down.

A file per base: the answers of the base and its open leaves as they were at one moment, compressed, and before them an
Ed25519 signature of this installation. A copy that was cut, changed, or brought from elsewhere is told, and not read.
"""

from __future__ import annotations

import gzip
import json
import zlib
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import TypeAdapter, ValidationError

from domain.model import Code, Instant, Model
from wiring import disk
from wiring.trouble import NotReached, Trouble

FORM: Final = 1
"""The version of what stands in a copy; one of a newer build is told as that."""

_SIGNED: Final = 64
"""Bytes of an Ed25519 signature."""


class Unreadable(Trouble):
    """There is a copy, and what it says cannot be taken for what was copied."""

    code = 4


class Copy(Model):
    """What was answered, by workflow and question, and the index's rows of the open leaves of a base.

    `excerpt` is what the base may see of the register, as `activities.register.excerpt` makes it: base64, or empty.
    """

    form: int = FORM
    mission: str
    base: Code
    at: Instant
    rows: tuple[dict[str, Any], ...] = ()
    answers: dict[str, dict[str, Any]] = {}
    excerpt: str = ""

    def answer(self, workflow: str, question: str, kind: Any) -> Any:
        """As the workflow answered, in the type asked for.

        Raises:
            NotReached: it is not in the copy, or was not asked this.
        """
        told = self.answers.get(workflow, {})
        if question not in told:
            raise NotReached(
                f"{workflow} is not in the copy of {self.base}.",
                why="no server answers, and the copy has the base, its open leaves and their accounts",
                known=f"the copy is of {self.at:%Y-%m-%d %H:%M}Z",
                helps="ask again when the link is back",
            )
        return TypeAdapter(kind).validate_json(json.dumps(told[question]))


def file_of(folder: Path, base: str) -> Path:
    """Where the copy of a base lies, below the mission's folder."""
    return folder / "copies" / f"{base}.copy"


def any_of(folder: Path) -> bool:
    """Whether there is a copy of any base below a mission's folder."""
    return any((folder / "copies").glob("*.copy"))


def keep(folder: Path, copy: Copy) -> Path:
    """Write a copy: whole or not at all, for its owner's eyes only. Raises OSError: then the one before stays."""
    file, content = file_of(folder, copy.base), gzip.compress(copy.model_dump_json().encode(), 6)
    disk.keep(folder, file.relative_to(folder), _own_key(folder).sign(content) + content)
    return file


def read(folder: Path, mission: str, base: str) -> Copy | None:
    """The copy of a base; None where there is none.

    Raises:
        Unreadable: it was cut or changed, or is of another installation, mission, base or build.
    """
    file = file_of(folder, base)
    try:
        signed = file.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unreadable(file, f"expected a file that can be read, got: {error.strerror}") from error
    content = signed[_SIGNED:]
    key = _key(folder)
    if key is None:
        raise _unreadable(
            file, f"expected the key by which it was signed in {_key_file(folder)}, got none that is whole"
        )
    try:
        key.public_key().verify(signed[:_SIGNED], content)
        told = json.loads(gzip.decompress(content))
        if told["form"] != FORM:
            raise _unreadable(file, f"expected form {FORM}, got {told['form']!s:.40}: it is of another build")
        copy = Copy.model_validate_json(json.dumps(told))
    except InvalidSignature as error:
        raise _unreadable(file, "it was cut or changed, or made elsewhere: its signature is not this desk's") from error
    except (ValidationError, ValueError, KeyError, TypeError, OSError, EOFError, RecursionError, zlib.error) as error:
        raise _unreadable(file, f"it is no copy which this furlough knows: {type(error).__name__}") from error
    if (copy.mission, copy.base) != (mission, base):
        raise _unreadable(file, f"expected one of {base} of {mission}, got one of {copy.base} of {copy.mission}")
    return copy


def _unreadable(file: Path, why: str) -> Unreadable:
    return Unreadable(
        f"The copy {file} is not read.",
        why=why,
        known="it is left where it lies; nothing was changed",
        helps="furlough copy makes a new one once the server answers",
    )


def _key_file(folder: Path) -> Path:
    return folder / "copies" / "key"


def _key(folder: Path) -> Ed25519PrivateKey | None:
    """The key of this installation; None where there is none, or it is damaged. Who reads makes no other."""
    try:
        return Ed25519PrivateKey.from_private_bytes(_key_file(folder).read_bytes())
    except (FileNotFoundError, ValueError):
        return None


def _own_key(folder: Path) -> Ed25519PrivateKey:
    """The key, made with the first copy: of two who make one at a time the first one's. One that is damaged goes."""
    file = _key_file(folder)
    damaged = file.exists()
    if (key := _key(folder)) is not None:
        return key
    made = Ed25519PrivateKey.generate()
    disk.keep(folder, file.relative_to(folder), made.private_bytes_raw(), once=not damaged)
    return _key(folder) or made
