"""The key with which a mission's archive is signed: made once, kept beside the mission's other secrets, never shown.

And the public one, as an auditor was given it.
"""

from __future__ import annotations

import stat
from pathlib import Path

from audit.archive.about import origin
from audit.tlog.notes import ED25519, BadKey, SigningKey, VerifyingKey
from wiring import disk
from wiring.trouble import Misset


def made(file: Path, mission: str) -> bool:
    """Make a key where there is none, readable by its owner alone; False where there is one.

    Raises:
        Misset: it cannot be kept there.
    """
    key = SigningKey.new(origin(mission))
    try:
        return not file.exists() and disk.keep(file.parent, Path(file.name), f"{key.line()}\n".encode(), once=True)
    except OSError as error:
        raise Misset(
            f"The key {file} cannot be kept.",
            why=f"expected a folder to write in, got: {error.strerror}",
            helps="mend its rights, or name another place: FURLOUGH_ARCHIVE_KEY=FILE",
        ) from error


def read(file: Path, mission: str) -> SigningKey:
    """The mission's key.

    Raises:
        Misset: there is none, others may read it, or it is no key of this mission.
    """
    line = secret(
        file,
        "archive's key",
        known="nothing was sealed; a new key would not fit an archive which is signed with the old one",
        helps="bring it back from a backup, or name its place: FURLOUGH_ARCHIVE_KEY=FILE",
    )
    try:
        key = SigningKey.parse(line)
    except BadKey as error:
        raise _foreign(file, str(error)) from error
    if key.public.name != origin(mission):
        raise _foreign(file, f"expected a key named {origin(mission)}, got {key.public.name}")
    return key


def secret(file: Path, called: str, *, known: str, helps: str) -> str:
    """The line of a key that signs.

    Raises:
        Misset: there is none, or others may read it.
    """
    try:
        mode, line = file.stat().st_mode, file.read_text("ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise Misset(
            f"The {called} {file} cannot be read.",
            why=error.strerror or "no such file" if isinstance(error, OSError) else "expected text, got other bytes",
            known=known,
            helps=helps,
        ) from error
    if stat.S_IMODE(mode) & 0o077:
        raise Misset(
            f"The {called} {file} is not kept secret.",
            why=f"expected a file which its owner alone may read (0600), got {stat.S_IMODE(mode):04o}",
            known=known.partition(";")[0],
            helps=f"chmod 600 {file}; if others may have read it, tell those who trust it",
        )
    return line


def trusted(said: str, type_: bytes = ED25519) -> VerifyingKey:
    """The public key which an auditor was given: the line itself, or a file that holds it. Raises Misset."""
    try:
        return VerifyingKey.parse(Path(said).read_text("utf-8") if Path(said).is_file() else said, type_)
    except (BadKey, OSError, UnicodeDecodeError) as error:
        raise Misset(
            "The key cannot be read.", why=str(error), helps="furlough audit key shows it where it was made"
        ) from error


def _foreign(file: Path, why: str) -> Misset:
    helps = "name the mission's own: FURLOUGH_ARCHIVE_KEY=FILE"
    return Misset(f"The key {file} is not this mission's.", why=why, known="nothing was sealed", helps=helps)
