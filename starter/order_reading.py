"""The text of an order, as it is read at a desk: its times on the clock of its bases, its faults told all at once."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

from domain.garrison.order_text import OrderError, order_of
from domain.orders import Order
from starter import bases
from starter.desk import Desk
from starter.order_faults import Told
from wiring import console
from wiring.trouble import Misset


def text(file: Path) -> str:
    """The text of a file. Raises Misset where it cannot be read."""
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no UTF-8"
        raise Misset(
            f"{file} cannot be read.", why=f"expected an order as TOML, got: {why}", helps="check the file"
        ) from error


def read(desk: Desk, text: str, base: str | None, told: Told, digest: str | None = None) -> Order:
    """The order which a text says, its times on the clock of its bases; of the mission's headquarters, for the mission.

    What is wrong is `told` in the words in which it was said.

    Raises:
        Misset: it is no order, with every finding; or its bases keep different times, and its own have no offset.
    """
    new = _parsed(desk, text, base or desk.settings.base or bases.seat(desk), told, digest)
    if base or new.mission_wide or not new.scope.bases:
        return new
    there = [_parsed(desk, text, bases.at_base(desk, code), told, digest) for code in new.scope.bases]
    if any(one != there[0] for one in there):
        raise Misset(
            "The bases of this order keep different times.",
            why=f"its times are on the clock of its base, and are not the same moment in {', '.join(new.scope.bases)}",
            known="nothing was changed",
            helps="--base BASE issues it to one of them, on its clock; or write its times with their offset from UTC",
        )
    return there[0]


def _parsed(desk: Desk, text: str, base: str, told: Told, digest: str | None) -> Order:
    days = bases.days_of(desk, base)
    try:
        return order_of(text, days, digest)
    except OrderError as error:
        raise Misset(
            "This is no order.",
            why="\n       ".join(console.on_clock(told(finding), ZoneInfo(days.zone)) for finding in error.findings),
            known="nothing was changed",
            helps="mend what is named; --dry-run shows how it is read",
        ) from error
