"""The words of a sealing: what is asked for, and what came of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from domain.model import Model

WHOLE_WITHIN: Final = timedelta(days=8)
"""How old a whole sealing may be: one is begun each week, and has a day to come to its end. Our own choice."""


class Sealing(Model):
    """One sealing; `whole` where open leaves and accounts are sealed too, as they stand."""

    whole: bool


class SealedNow(Model):
    """What a sealing added, and where the log stands now.

    `runs` and `files` are the leaves that were added for histories and for files (extracts are not counted), `kept` the
    runs that were in the log already. `gone` runs were listed by the server and deleted before they could be read;
    `unsealed` could not be sealed as they should be, and are told by their names and the reason.
    """

    runs: int = 0
    files: int = 0
    kept: int = 0
    gone: int = 0
    unsealed: tuple[str, ...] = ()
    size: int = 0
    root: str = ""
    """The root over all leaves, in base64 as checkpoints write it."""
