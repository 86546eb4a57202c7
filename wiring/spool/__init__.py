"""The spool: acts on their way. Each is written down here first, then sent, and struck once its outcome is known.

    item.py      one act as a file, and all that may be wrong with such a file
    folder.py    the folder: numbers, what waits, who sends what just now
    held.py      the file of one act, and the lock of who sends it
    following.py a spool in the place of another one
    shelves.py   what came back, cannot be read, or was set aside
    aside.py     what was set aside, and the entry that tells it
    stuck.py     who gave no answer though others do
    outcome.py   one act to its server, and what became of it
    sending.py   `send` for who says an act, `drain` for what waits from before

Nothing is ever thrown away but an act whose outcome is known.
"""

from __future__ import annotations

from wiring.spool.aside import is_pledge, pledged
from wiring.spool.folder import Spool
from wiring.spool.following import follow
from wiring.spool.held import Closed, Held, NotKept, not_kept
from wiring.spool.item import Item, Name, Unusable
from wiring.spool.outcome import NotReady, Sent, Unopened
from wiring.spool.sending import Spooled, drain, kept, send
from wiring.spool.shelves import SHELVES, shelve, why
from wiring.spool.stuck import learned, silence

__all__ = [
    "SHELVES",
    "Closed",
    "Held",
    "Item",
    "Name",
    "NotKept",
    "NotReady",
    "Sent",
    "Spool",
    "Spooled",
    "Unopened",
    "Unusable",
    "drain",
    "follow",
    "is_pledge",
    "kept",
    "learned",
    "not_kept",
    "pledged",
    "send",
    "shelve",
    "silence",
    "why",
]
