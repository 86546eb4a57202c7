"""The spool: acts on their way. Each is written down here first, then sent, and struck once its outcome is known.

    put        one file for each act, brought to the disk before anything else happens     folder.py, item.py
    send       what was put goes to the server, behind what waits for the same addressee   sending.py
    drain      what waits from before goes too: from any later command, and from a service sending.py

Nothing here is ever thrown away but an act whose outcome is known to who said it.
"""

from __future__ import annotations

from wiring.spool.folder import Held, NotKept, Spool, not_kept
from wiring.spool.item import Item, Unusable
from wiring.spool.sending import Sent, Spooled, drain, send

__all__ = ["Held", "Item", "NotKept", "Sent", "Spool", "Spooled", "Unusable", "drain", "not_kept", "send"]
