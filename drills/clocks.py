"""Clocks that are wrong: a process is begun anew on a machine whose time of day was set forward or back meanwhile.

The library libfaketime stands between a process and the kernel. What runs by Python and by the SDK's core sees the
wrong time: worker and senders, each its own. The Temporal server asks the kernel itself, so its clock is the true one,
as is that of the drill, which writes into the spool. A clock moves while its process is away, as over a power cut: the
library cannot move the time of day under a running Python without moving with it how long everything takes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

LIBRARIES: Final = (Path("/usr/lib"), "*/faketime/libfaketimeMT.so.1")
AHEAD: Final = (-7200, -90, 0, 90, 7200, 86_400)
"""Seconds by which a clock is ahead of the true time: a slip, a wrong zone, a wrong day."""
UNMOVED: Final = "no clock was wrong: libfaketime is not installed here"


def library() -> Path | None:
    """What moves clocks; None where it is not installed (Debian: libfaketime)."""
    folder, pattern = LIBRARIES
    return min(folder.glob(pattern), default=None)


def environment(ahead: int) -> dict[str, str]:
    """What a process is told so that its clock is so many seconds ahead; nothing where it goes right."""
    by = library()
    return {"LD_PRELOAD": str(by), "FAKETIME": f"{ahead:+d}"} if ahead and by else {}
