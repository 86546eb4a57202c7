"""Acts to be kept in spools, and processes that keep them: `spools.py FOLDER WRITER COUNT` writes so many acts."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from domain.acts import Act, Approve
from wiring.spool import Item, Spool

LEAVES = tuple(f"UNEX-01JE000000000000000000000{end}" for end in "ABC")
SAID_AT = datetime(2026, 3, 1, 8, tzinfo=UTC)


def approval(act_id: str, leave: str = LEAVES[0]) -> Approve:
    """An act which many could say."""
    return Approve(act_id=act_id, decided_by="m-aaaaaaaaaa", post="CO-NAQ", acted_at=SAID_AT, leave_id=leave)


def kept(spool: Spool, *acts: Act) -> list[str]:
    """Keep acts one after the other, and let them go; their files."""
    names = []
    for act in acts:
        if held := spool.put(act):
            with held:
                names.append(held.file.name)
    return names


def waiting_acts(spool: Spool) -> list[str]:
    """The ids of the acts which wait, in their order."""
    found = [spool.look(spool.folder / str(name)) for name in spool.waiting()]
    return [item.act.act_id for item in found if isinstance(item, Item)]


if __name__ == "__main__":
    folder, writer, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    for i in range(count):
        (name,) = kept(Spool(folder, "UNEX"), approval(f"{writer}-{i:03d}", LEAVES[i % len(LEAVES)]))
        print(name, flush=True)  # a receipt
