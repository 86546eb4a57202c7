"""Laying a mission back to a backup: nothing that is there is touched before the copy has proved that it opens."""

from __future__ import annotations

import asyncio
import logging
import shutil
import tempfile
from collections.abc import Iterable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from activities import at_rest
from activities.register import lookups, posts
from activities.register.database import migrate, reading
from activities.store import NoKey, key_id
from domain.acts import VoidNumbers
from domain.decider import Outcome
from domain.garrison.events import NumbersVoided
from domain.ids import control_number
from domain.model import Instant, Model
from domain.once import AlreadySo
from domain.words import counted
from starter import bundle, dumping, exchanging, given, service, speaking
from starter.desk import Desk
from starter.given import Given, highest
from starter.lock import only_one
from starter.mission import deciding_worker, installed_worker, working
from starter.reconcile import walk
from starter.server import EmbeddedServer
from starter.speaking import OWN
from wiring import disk, laying_back, logs
from wiring.connect import connect, quiet
from wiring.deliver import deliver
from wiring.plugin import FurloughPlugin
from wiring.settings import Settings, server_environment
from wiring.spool import Spool, follow
from wiring.trouble import Misset, NotStarted

FOUND: Final = 7
"""The exit code where the mission was laid back, and its detail store does not open."""

IN_PEACE: Final = timedelta(minutes=1)
"""How long a base has for its answer: there is nobody else to wait."""

REASON: Final = "the mission was laid back to a backup"


class Laid(Model):
    """What came of it: of when the mission is now, where it lies as it was before, and what was recorded."""

    at: Instant
    before: str = ""
    told: tuple[str, ...] = ()
    code: int = 0


async def lay_back(settings: Settings, file: Path, numbers: Iterable[str], *, dry_run: bool) -> Laid:
    """Lay the mission back.

    Raises:
        Broken: the backup cannot be laid back.
        Misset: a number cannot be meant, or who speaks may not void what was given.
        NotStarted: the mission runs, another is laid back, or a server does not open the copy.
    """
    if elsewhere := sorted({"TEMPORAL_ADDRESS", "TEMPORAL_PROFILE"} & server_environment().keys()):
        raise Misset(
            "It is not clear which server is meant.",
            why=f"a backup is laid back for the embedded server, and {elsewhere[0]} names another one",
            helps=f"unset {elsewhere[0]}",
        )
    said = highest(map(given.number, numbers))
    settings.home.mkdir(parents=True, exist_ok=True)
    if dry_run:
        laying_back.whole(settings.folder)
    logs.set_up("console", logging.ERROR)
    with laying_back.alone(settings.folder):
        return await _lay_back(settings, file, said, dry_run=dry_run)


async def _lay_back(settings: Settings, file: Path, said: Given, *, dry_run: bool) -> Laid:
    folder = settings.folder
    unfinished = "" if dry_run else exchanging.undone(settings)
    with tempfile.TemporaryDirectory(prefix=f".{settings.code}.laying-back.", dir=settings.home) as place:
        new = Path(place) / settings.code
        new.mkdir(mode=0o700)
        folder.mkdir(mode=0o700, exist_ok=True)
        async with only_one(folder), AsyncExitStack() as undo:  # it is held until the new one is in place
            _sweep(settings, Path(place))
            made = await asyncio.to_thread(bundle.unpack, file, settings.code, new)
            register = await asyncio.to_thread(_register, settings, new, undo)
            # This build's server opens it, and brings it to its own form: a copy, not the backup.
            async with EmbeddedServer(Path(place), settings.code, 0, 0) as server:
                then = await given.in_index(settings, server)
            migrate(register)
            bases = _bases(register)
            now = await given.in_place(settings, Path(place) / "before", bases)
            later = _later(register, bases, highest(now.items(), said.items()), then)
            if later:
                _may_void(settings, register)
            locked = tuple(_locked(settings, new))
            if dry_run:
                return Laid(at=made.at, told=(*locked, *_words(later)), code=FOUND if locked else 0)
            undo.callback(exchanging.undone, settings)
            exchanging.begin(settings)
            carried = await asyncio.to_thread(_carry_over, settings, new)
            exchanging.exchange(settings, new)
            undo.pop_all()
    service.use_register(settings)
    left = (f"what a restore that was broken off had put in place lies in {unfinished}",) if unfinished else ()
    async with EmbeddedServer(settings.home, settings.code, 0, 0, unannounced=True) as server:
        void = await _void(settings, server, later)
        before = exchanging.done(settings)
        walked = await _walked(settings, server)
    told = (*locked, *left, *carried, *void, *walked)
    return Laid(at=made.at, before=before, told=told, code=FOUND if locked else 0)


def _sweep(settings: Settings, mine: Path) -> None:
    """Take away what a try before this one had unpacked, and was killed over."""
    for left in settings.home.glob(f".{settings.code}.laying-back.*"):
        if left != mine:
            shutil.rmtree(left)


def _register(settings: Settings, new: Path, undo: AsyncExitStack) -> str:
    """The address of the backup's register: a file of it, or the database into which its dump is laid.

    `undo` leaves that database as empty as it was.

    Raises:
        Misset: it is of the other sort than the register that is set, or the database is not empty.
    """
    dump, url = new / bundle.DUMP, settings.register_url
    if dump.exists() != dumping.dumped(url):
        kind = "a dump of PostgreSQL" if dump.exists() else "a file"
        raise Misset(
            f"The register in the backup is {kind}, and the register that is set is of another sort.",
            why=f"expected {'postgresql://...' if dump.exists() else 'no address'} as FURLOUGH_DATABASE",
            known="nothing was changed",
            helps="name an empty database by FURLOUGH_DATABASE" if dump.exists() else "unset FURLOUGH_DATABASE",
        )
    if url is None or not dump.exists():
        return _file(new)
    dumping.laid(url, dump)
    undo.callback(dumping.emptied, url)
    dump.unlink()
    return url


def _file(folder: Path) -> str:
    return f"sqlite:///{folder / 'register.db'}"


def _bases(register: str) -> set[str]:
    with given.opened(register) as source, reading(source) as session:
        return {base.code for base in lookups.bases(session)}


def _later(register: str, there: set[str], now: Given, then: Given) -> Given:
    """What was given now, and not by the mission of then: on none of its papers, nor of any leave in its index."""
    known = highest(given.on_papers(register).items(), then.items())
    if unknown := sorted({base for base, _ in now} - there):
        raise Misset(
            f"The backup knows no base {', '.join(unknown)}.",
            why=f"expected numbers of {', '.join(sorted(there))}",
            known="nothing was changed",
        )
    return {key: serial for key, serial in sorted(now.items()) if serial > known.get(key, 0)}


def _may_void(settings: Settings, register: str) -> None:
    """Whether who speaks is an administrator of the mission as it was; asked before anything is put in place."""
    with given.opened(register) as source, reading(source) as session:
        now = datetime.now(UTC)
        me = lookups.resolve(session, settings.person) if settings.person else None
        known = posts.person(session, me, now, now) if me else None
    held = [post.post for post in known.posts if post.role == "administrator"] if known else []
    if not held or settings.post not in (None, *held):
        raise Misset(
            "Control numbers were given since, and only an administrator voids them.",
            why=f"expected an administrator of the backup's register, got {settings.person or 'nobody'}",
            known="nothing was changed",
            helps="--as SERVICE-NUMBER --post POST of an administrator",
        )


def _words(later: Given) -> Iterable[str]:
    for (base, year), serial in later.items():
        yield f"to be void: what {base} gave after its last number, up to {control_number(base, year, serial)}"


def _locked(settings: Settings, new: Path) -> Iterable[str]:
    """That the detail store of the backup does not open with the key at hand, where it does not."""
    file, wanted = settings.store_key_file, key_id(new / "store")
    if not wanted:
        return
    try:
        at_hand = at_rest.read(file)
    except NoKey as unread:
        yield f"{unread.what} {unread.why}"
        at_hand = None
    if at_hand is None or at_hand.id != wanted:
        got = f"there is key {at_hand.id}" if at_hand else "there is none"
        closed = "family detail and papers cannot be read, nor new ones kept, until that key lies there"
        yield f"its detail store wants key {wanted} in {file}, and {got}: {closed}"


def _carry_over(settings: Settings, new: Path) -> tuple[str, ...]:
    """What still waits where the mission lies or was shelved there, the papers which that cites, and the key."""
    old, mission = settings.folder, settings.code
    if settings.store_key is None and (key := settings.store_key_file).exists():  # no backup has it
        disk.keep(new, Path(key.name), key.read_bytes())
    for file in (path for path in (old / "store").rglob("*") if path.is_file() and path.name[0] != "."):
        if not (new / (name := file.relative_to(old))).exists():
            disk.keep(new, name, file.read_bytes())
    there = Spool(old / "spool", mission)
    if not there.folder.exists():
        return ()
    waits, left = follow(Spool(new / "spool", mission), there)
    return (
        *((f"{counted(waits, 'act')} of the spool as it was before taken over",) if waits else ()),
        *(f"NOT taken over, it cannot be read: {file.relative_to(old)} of the mission as it was" for file in left),
    )


async def _void(settings: Settings, server: EmbeddedServer, later: Given) -> tuple[str, ...]:
    """Void what was given since, before anybody can be given it anew: nothing but this is done on this server yet.

    Raises:
        NotReached: something was not voided; the mission is not to be used.
    """
    told: list[str] = []
    async with working(settings, server, deciding_worker(settings.code)):
        there = settings.model_copy(update={"address": server.address})
        with given.opened(settings.database) as source:
            desk = Desk(there, source, await connect(there, [FurloughPlugin()], quiet()))
            for (base, year), serial in later.items():
                act = VoidNumbers(**speaking.heading(desk, OWN), base=base, year=year, through=serial, reason=REASON)
                told += voided(act, await deliver(desk.client, act, within=IN_PEACE))
    return tuple(told)


def voided(act: VoidNumbers, outcome: Outcome[Any]) -> list[str]:
    """What its base recorded. Raises NotStarted where it voided nothing: the mission is not to be used then."""
    told = [e.event.says() for e in outcome.entries if isinstance(e.event, NumbersVoided | AlreadySo)]
    if outcome.refusal is not None or not told:
        raise NotStarted(
            f"What {act.base} gave up to {control_number(act.base, act.year, act.through)} could not be voided.",
            why=outcome.refusal.why if outcome.refusal else "it recorded nothing of it",
            known="the mission is not started: those numbers would be given anew",
            helps="furlough server restore FILE once more, by an administrator of the backup's register",
        )
    return [f"{act.base}: {says}" for says in told]


async def _walked(settings: Settings, server: EmbeddedServer) -> tuple[str, ...]:
    """Give back what belongs to no leave, as each night."""
    async with working(settings, server, installed_worker(settings.code)):
        client = await connect(settings.model_copy(update={"address": server.address}), [FurloughPlugin()], quiet())
        return tuple(f"{leave}: all it held was given back" for leave in (await walk(client)).given_back)
