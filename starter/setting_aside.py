"""Setting a file of the spool aside: it is moved, never deleted, and an entry in the base's journal says so.

The entry is an act as any other: it waits in the spool where the server is away. What a rule refused needs none, since
a journal tells it or who said it was told; it is only put away. What came back undecided, or to a leave that is not
there, stands nowhere else.
"""

from __future__ import annotations

import asyncio
from hashlib import sha256
from pathlib import Path

from domain.acts import SetAside
from starter import bases, speaking
from starter.desk import Desk
from starter.flags import How
from starter.speaking import OWN
from wiring import console, disk
from wiring.addresses import addressee
from wiring.spool import Item, Spooled, not_kept, pledged, shelve
from wiring.spool import why as reason_of
from wiring.trouble import Misset


async def put(desk: Desk, shelf: str, file: Path, reason: str, how: How) -> int:
    """Set a file aside, wherever it lies. Returns the exit code.

    Raises:
        Misset: it lies aside already, is being sent just now, or it is not known who sits here.
        NotKept: there is no room for the reason or the entry; nothing was moved.
    """
    if shelf == "aside":
        raise Misset(f"{file.name} lies aside already.", why="expected a file which waits or came back")
    who = speaking.speaker(desk, OWN)
    speaking.introduce(desk, who)
    try:
        found, content = desk.spool.look(file), await asyncio.to_thread(disk.content_of, file)
    except OSError as error:
        raise Misset(
            f"{file.name} cannot be set aside.",
            why=f"the entry tells its digest, and it cannot be read: {error.strerror}",
            known=f"it lies in {file.parent}, is not sent, and stops nothing",
            helps="give its rights back to this user, then say it again; or leave it where it lies",
        ) from error
    said = found.act if isinstance(found, Item) else None
    act = SetAside(
        **speaking.head(who),
        base=getattr(said, "base", None) or desk.settings.base or bases.seat(desk),
        file=sha256(content).hexdigest(),
        act=said.kind if said else "",  # type: ignore[attr-defined]  # every act which can be sent has one
        of=said.act_id if said else "",
        addressed=addressee(said) if said else "",
        reason=reason,
    )
    why = {"at": act.acted_at.isoformat(), "reason": reason, "by": who.person, "act": act.act_id}
    if shelf == "returned" and reason_of(file).get("refusal"):
        _move(desk, file, why)
        return _told(file, "its outcome is known, and needs no entry", how)
    try:
        with pledged(desk.spool, act, file.name):
            _move(desk, file, why)
    except OSError as error:
        raise not_kept(file.parent, error) from error
    try:
        outcome = await desk.send(act, where=file.name)
    except Spooled as kept:
        return _told(file, f"the entry for {act.base} waits in the spool", how, code=kept.code)
    return _told(file, "; ".join(entry.event.says() for entry in outcome.entries), how)


def _move(desk: Desk, file: Path, why: dict[str, str]) -> None:
    """One that waits is moved under its lock, so that nobody sends it meanwhile.

    Raises:
        Misset: somebody is sending it.
        NotKept: there is no room for the reason.
    """
    try:
        if file.parent != desk.spool.folder:
            shelve(file, "aside", why)
            return
        held = desk.spool.hold(file.name)
    except OSError as error:
        raise not_kept(file.parent, error) from error
    if held is None:
        raise Misset(
            f"{file.name} is being sent just now, or was answered.",
            why="expected a file which waits",
            known="nothing was changed",
            helps="furlough spool list tells how it stands now",
        )
    with held:
        try:
            held.shelve("aside", why)
        except OSError as error:
            raise not_kept(file.parent, error) from error


def _told(file: Path, entry: str, how: How, *, code: int = 0) -> int:
    if how.json:
        console.document({"file": file.name, "result": "set aside", "code": code, "entry": entry})
    else:
        console.say(f"set aside: {file.name} · {entry}")
    return code
