"""What an archive says of itself in its first file: which mission's it is, in which format, and whose key signs it."""

from __future__ import annotations

import re
from typing import Final, Literal

from pydantic import ValidationError

from audit import FOUND
from audit.archive.vault import Missing, TooLarge, Vault
from audit.tlog.notes import BadKey, VerifyingKey
from domain.model import Model
from wiring.trouble import Misset, Trouble

NAME: Final = "about.json"
FORMAT: Final = "furlough-archive/1"


class Damaged(Trouble):
    """An archive was changed by somebody else than its sealers; nothing is added to it."""

    code = FOUND


class About(Model):
    """The first file. It is written once; `format` changes when an old verifier could no longer read what is new."""

    format: Literal["furlough-archive/1"] = FORMAT
    mission: str
    origin: str
    """The name of the log in its checkpoints, and of its key."""
    key: str
    """The public key, as one line."""

    @property
    def verifying(self) -> VerifyingKey:
        """The public key. Raises BadKey."""
        return VerifyingKey.parse(self.key)

    def written(self) -> bytes:
        """The bytes of the file."""
        return self.model_dump_json(indent=2).encode() + b"\n"


def origin(mission: str) -> str:
    """The name of a mission's log."""
    return f"furlough/{mission}"


def about(vault: Vault) -> About | None:
    """What the archive says of itself; None where nothing was ever sealed.

    Raises:
        Misset: it is of a newer format.
        Damaged: the file is not as it was written.
        NotReached: the archive does not answer.
    """
    try:
        content = vault.read(NAME)
    except Missing:
        return None
    except TooLarge:
        raise _damaged(vault, "a file larger than any archive has") from None
    if (told := re.search(rb'"format": ?"furlough-archive/([0-9]{1,9})"', content)) and int(told[1]) > 1:
        raise Misset(
            f"The archive {vault} is of a newer format.",
            why=f"expected {FORMAT}, got furlough-archive/{int(told[1])}",
            known="nothing was changed",
            helps="use the release of furlough that wrote it, or a newer one",
        )
    try:
        found = About.model_validate_json(content)
        key = found.verifying
    except (ValidationError, BadKey) as error:
        raise _damaged(vault, str(error).splitlines()[0]) from error
    if wrong := _at_odds(found, key, content):
        raise _damaged(vault, wrong)
    return found


def _at_odds(found: About, key: VerifyingKey, content: bytes) -> str:
    """In what the file contradicts itself; nothing where it does not."""
    if found.origin != origin(found.mission):
        return f"mission {found.mission} with the log {found.origin}, which is not that mission's"
    if key.name != found.origin:
        return f"the log {found.origin} with a key of {key.name}"
    return "" if found.written() == content else "these in other bytes than it is written in"


def told_by(vault: Vault, mission: str | None, *, helps: str) -> About:
    """What the archive says of itself which is meant: this mission's, or of whichever where none is told.

    Raises:
        Misset: there is none, it is another mission's, or of a newer format.
        Damaged, NotReached: as `about` raises them.
    """
    found = about(vault)
    if found is None:
        raise Misset(f"There is no archive in {vault}.", why=f"expected its first file {NAME}, got none", helps=helps)
    of_mission(vault, found, mission)
    return found


def of_mission(vault: Vault, found: About, mission: str | None) -> None:
    """Whether this is the archive that is meant. Raises Misset."""
    if mission is not None and found.mission != mission:
        raise Misset(
            f"The archive {vault} is another mission's.",
            why=f"expected the archive of {mission}, got that of {found.mission}",
            known="nothing was changed",
            helps="name another: FURLOUGH_ARCHIVE, or --mission CODE",
        )


def _damaged(vault: Vault, got: str) -> Damaged:
    return Damaged(
        f"The archive {vault} cannot be told from its first file.",
        why=f"{NAME}: expected the format {FORMAT}, a mission, its log and the key of that, got {got}",
        known="nothing was changed",
        helps="compare it with a copy of the archive",
    )
