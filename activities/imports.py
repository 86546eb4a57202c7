"""An accepted import is taken in: from the detail store into the register, whole or not at all."""

from __future__ import annotations

import asyncio

from sqlalchemy import Engine
from temporalio import activity

from activities.register import tables as t
from activities.register.database import writing
from activities.register.importing import BadLine, NotImportable, apply, parse
from activities.register.lookups import administrators
from activities.store import NoKey, NotKept, Store, Tampered
from domain.register import Applied, Apply, NotApplied, RegisterEvent

TOLD = 20
"""Bad lines named in the journal, by file, line and column; what stands in them names people and stays out of it."""

LOST = {
    NotKept: "is not in the detail store",
    Tampered: "is not what was laid into the detail store",
    NoKey: "cannot be opened without the key of the detail store",
}
"""What became of a file between the acceptance of an import and its taking in."""

EACH = 5.0
"""Seconds between two signs of life."""


class Imports:
    """One import at a time, in one transaction."""

    def __init__(self, engine: Engine, store: Store) -> None:
        self.engine, self.store = engine, store

    @activity.defn(name="apply")
    async def apply(self, want: Apply) -> tuple[RegisterEvent, ...]:
        """Takes the files in, and gives signs of life meanwhile: if this worker is killed another one soon begins."""
        work = asyncio.ensure_future(asyncio.to_thread(self.take_in, want))
        while not work.done():
            activity.heartbeat()
            await asyncio.wait({work}, timeout=EACH)
        return work.result()

    def take_in(self, want: Apply) -> tuple[RegisterEvent, ...]:
        """Takes the files in. Done again, it changes nothing and answers the same.

        A file which the store has lost is an answer too: the register takes in one import after the other, and would
        wait for this one for ever.
        """
        contents, lost = dict[str, bytes](), list[BadLine]()
        for name, digest in want.files.items():
            try:
                contents[name] = self.store.get(digest)
            except (NotKept, Tampered, NoKey) as error:
                lost.append(BadLine(name, 0, LOST[type(error)], str(error)))
        if lost:
            return (_not_applied(want, tuple(lost)),)
        bundle = parse(contents)
        if isinstance(bundle, tuple):
            return (_not_applied(want, bundle),)
        try:
            with writing(self.engine, long=True) as session:
                version = apply(session, bundle, want.by, want.at, version=want.n, line=want.line)
                found, changed = administrators(session), tuple(session.get_one(t.Version, version).flights)
        except NotImportable as no:
            return (_not_applied(want, no.lines),)
        return (Applied(version=version, administrators=found, flights=changed, cites=("register/import",)),)


def _not_applied(want: Apply, lines: tuple[BadLine, ...]) -> NotApplied:
    told = tuple(_place(line)[:200] for line in lines[:TOLD])
    return NotApplied(version=want.n, bad_lines=len(lines), lines=told, cites=("register/import",))


def _place(bad: BadLine) -> str:
    """Where it stands, without a word of what stands there."""
    return " ".join(filter(None, (bad.file, f"line {bad.line}" if bad.line else "", bad.column)))
