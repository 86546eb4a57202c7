"""Whom a service number means: by the register where it is at hand, else by the list that is sealed of its ids."""

from __future__ import annotations

from collections.abc import Callable

from activities.register import lookups
from activities.register.database import engine, reading
from audit.archived import Archived
from audit.identities import numbers
from wiring.settings import Settings


def members(settings: Settings, record: object = None) -> Callable[[str], str | None]:
    """Register ids by service number; by what an archive has sealed of them where that is read, which may be another's.

    Of nobody where neither is at hand, as with a capsule.
    """
    if isinstance(record, Archived) and (sealed := numbers(record)):
        known_by_number = {number: member for member, number in sealed.items()}
        return lambda said: known_by_number.get(said) or known_by_number.get(said.upper())
    if settings.register_url is None and not (settings.folder / "register.db").exists():
        return dict[str, str]().get
    source = engine(settings.database)

    def known(said: str) -> str | None:
        with reading(source) as session:
            return lookups.resolve(session, said) or lookups.resolve(session, said.upper())

    return known
