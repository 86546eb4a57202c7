"""The spool: acts on their way. Each is written down here first, then sent, and struck once its outcome is known.

    item.py      one act as a file, and all that may be wrong with such a file
    folder.py    the folder: numbers, locks, what waits, what came back, what lies aside
    sending.py   `send` for who says an act, `drain` for what waits from before

Nothing is ever thrown away but an act whose outcome is known.
"""

from __future__ import annotations

from wiring.spool.folder import SHELVES, Closed, Held, NotKept, Spool, not_kept, shelve, why
from wiring.spool.item import Item, Name, Unusable
from wiring.spool.sending import Sent, Spooled, drain, send

__all__ = [
    "SHELVES",
    "Closed",
    "Held",
    "Item",
    "Name",
    "NotKept",
    "Sent",
    "Spool",
    "Spooled",
    "Unusable",
    "drain",
    "not_kept",
    "send",
    "shelve",
    "why",
]
