"""`furlough audit seal` and `furlough audit key`: what has come to the record goes into the archive, under the key."""

from __future__ import annotations

import asyncio
from typing import Annotated

from cyclopts import Parameter

from audit.archive import keys
from audit.archive.opening import Archive, archive
from audit.sealing import Sealer
from domain.sealing import SealedNow
from domain.words import counted
from wiring import console
from wiring.build import build_id
from wiring.connect import connect
from wiring.plugin import FurloughPlugin
from wiring.settings import Settings

NOT_ALL = 6
"""The exit code where something could not be sealed."""


async def seal(
    *,
    open_: Annotated[bool, Parameter(name="--open", negative="")] = False,
    mission: str | None = None,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> int:
    """Seal what is new in the mission's record into its archive, under a signed checkpoint.

    Closed leaves whole, bases, the register, orders, evidence, imports, rule packs and the code of each build. Broken
    off, it goes on where it was; two at once share the work. The first sealing makes the archive and its key.

    Args:
        open_: Seal open leaves and accounts too, as they stand.
        mission: The mission's code; else the profile's.
        json: One JSON document instead of sentences.
    """
    settings = Settings.load(mission=mission)
    client = await connect(settings, [FurloughPlugin()])
    opened = await asyncio.to_thread(archive, settings)
    if opened.new:
        console.note(
            f"a new archive in {opened.vault}; its key is {settings.archive_key_file}: keep a copy apart from it"
        )
        console.note(f"give the auditors this line, by another way than the archive: {opened.key.public}")
    with console.progress() as bar:
        task = bar.add_task("sealing", total=None)

        def step(done: int, of: int) -> None:
            bar.update(task, completed=done, total=of)

        sealed = await Sealer(client, settings, opened, build_id(), step).seal(whole=open_)
    console.document(sealed) if json else _show(sealed, opened)
    return NOT_ALL if sealed.unsealed else 0


def key(
    *,
    mission: str | None = None,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> int:
    """Show the public key of the mission's archive; made now where there is none yet.

    Args:
        mission: The mission's code; else the profile's.
        json: One JSON document instead of a line.
    """
    settings = Settings.load(mission=mission)
    made = keys.made(settings.archive_key_file, settings.code)
    public = keys.read(settings.archive_key_file, settings.code).public
    if made:
        console.note(f"a new key was made: {settings.archive_key_file}; keep a copy apart from the archive")
    console.document({"key": str(public), "made": made}) if json else console.say(str(public))
    return 0


def _show(sealed: SealedNow, opened: Archive) -> None:
    new = f"{counted(sealed.runs, 'run')} and {counted(sealed.files, 'file')} sealed"
    console.say(f"{new}; {counted(sealed.kept, 'run')} stood there already")
    if sealed.gone:
        console.warn(f"{counted(sealed.gone, 'run')} went from the server before it could be read")
    for one in sealed.unsealed:
        console.warn(f"NOT SEALED  {one}")
    console.say(f"checkpoint {opened.log.about.origin}  {counted(sealed.size, 'entry', 'entries')}  root {sealed.root}")
