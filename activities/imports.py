"""An accepted import is taken in: its files come out of the detail store and go into the register, whole or not at all."""

from __future__ import annotations

from sqlalchemy import Engine
from temporalio import activity

from activities.register.database import writing
from activities.register.importing import BadLine, NotImportable, apply, parse
from activities.register.lookups import administrators
from activities.store import Store
from domain.register import Applied, Apply, NotApplied, RegisterEvent

TOLD = 20
"""Bad lines told in the journal; the importer's own dry run tells them all."""


class Imports:
    """One import at a time, in one transaction."""

    def __init__(self, engine: Engine, store: Store) -> None:
        self.engine, self.store = engine, store

    @activity.defn(name="apply")
    def apply(self, want: Apply) -> tuple[RegisterEvent, ...]:
        """Takes the files in. Done again, it changes nothing and answers the same."""
        bundle = parse({name: self.store.get(digest) for name, digest in want.files.items()})
        try:
            if isinstance(bundle, tuple):
                raise NotImportable(bundle)
            with writing(self.engine) as session:
                version = apply(session, bundle, want.by, want.at, version=want.n)
                return (Applied(version=version, administrators=administrators(session), cites=("register/import",)),)
        except NotImportable as no:
            return (_not_applied(want, no.lines),)


def _not_applied(want: Apply, lines: tuple[BadLine, ...]) -> NotApplied:
    told = tuple(str(line)[:500] for line in lines[:TOLD])
    return NotApplied(version=want.n, bad_lines=len(lines), lines=told, cites=("register/import",))
