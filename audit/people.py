"""Whom a service number means, where the register is at hand; auditors mostly have none."""

from __future__ import annotations

from collections.abc import Callable

from activities.register import lookups
from activities.register.database import engine, reading
from wiring.settings import Settings


def members(settings: Settings) -> Callable[[str], str | None]:
    """Register ids by service number; of nobody where no register is at hand, as auditors mostly have none."""
    if settings.register_url is None and not (settings.folder / "register.db").exists():
        return dict[str, str]().get
    source = engine(settings.database)

    def known(said: str) -> str | None:
        with reading(source) as session:
            return lookups.resolve(session, said) or lookups.resolve(session, said.upper())

    return known
