"""What the spool did beside a command: which acts of before were recorded, came back or wait still. In few lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from domain.words import counted
from starter import unlooked
from wiring import console
from wiring.spool import Item, Sent, why

if TYPE_CHECKING:
    from starter.desk import Desk

SHOWN: Final = 5
"""Acts which are told one by one; of more than these, how many there are."""
IN_FULL: Final = 2
"""Acts that came back, the newest of them, which are told with their reasons before each command."""
LOOKED_INTO: Final = 200
"""Acts that came back, the newest of them, which are looked into for whose they are."""


def tell(desk: Desk, sent: Sequence[Sent]) -> None:
    """Tell who works at this desk what became of acts that waited, on standard error.

    What came back is told to who typed it, until they put it away; to others, how many there are.
    """
    recorded = [one for one in sent if one.settled and not one.back]
    for one in recorded[:SHOWN]:
        console.note(f"from the spool: recorded {one.item.what}, kept since {since(desk, one.item)}")
    if len(recorded) > SHOWN:
        more = counted(len(recorded) - SHOWN, "more act")
        console.note(f"from the spool: and {more} recorded; furlough show tells of each leave what was")
    me = {desk.known(desk.settings.person or ""), unlooked.number(desk.settings.person or "")}
    lie = desk.spool.shelved("returned")
    _came_back(
        desk, [(item, file) for file in lie[-LOOKED_INTO:] if (item := _act(desk, file)) and item.recorder in me]
    )
    if others := sum(bool(one.back) and one.item.recorder not in me for one in sent):
        console.note(f"from the spool: {counted(others, 'act')} of others came back: furlough spool list")
    standing = [
        (len(desk.waiting()), "without an answer yet"),
        (len(lie), "that came back"),
        (len(desk.spool.shelved("unreadable")), "in which no act can be read"),
    ]
    told = [f"{counted(count, 'act')} {how}" for count, how in standing if count]
    if told:
        console.note(f"in the spool: {', '.join(told)}; furlough spool list")


def unread(desk: Desk) -> None:
    """Tell, while nobody answers, that files of the spool cannot be read: who said what was in them waits in vain."""
    if count := len(desk.spool.shelved("unreadable")):
        console.warn(
            f"UNREADABLE in the spool: {counted(count, 'file')}, kept aside and not sent: furlough spool list\n"
            "next   what was said there is said anew; the file is put away by furlough spool set-aside"
        )


def _came_back(desk: Desk, mine: Sequence[tuple[Item, Path]]) -> None:
    """The newest with their reasons, how many more there are of each rule, and how to be told no more of them."""
    for item, file in mine[-IN_FULL:]:
        kept, why_back = since(desk, item), reason(why(file))
        console.warn(f"CAME BACK from the spool: {item.what}, kept since {kept}\nwhy    {why_back}")
    if len(mine) > IN_FULL:
        refusals = [why(file).get("refusal") for _, file in mine[:-IN_FULL]]
        rules = Counter(each["rule"] if isinstance(each, dict) else "ended" for each in refusals)
        more = ", ".join(f"{count} {rule}" for rule, count in rules.most_common())
        console.warn(f"CAME BACK from the spool: {len(mine) - IN_FULL} more ({more}); furlough spool list")
    if mine:
        console.note(f"next   told until it is put away: furlough spool set-aside {mine[-1][1].name} --reason ...")


def _act(desk: Desk, file: Path) -> Item | None:
    found = desk.spool.look(file)
    return found if isinstance(found, Item) else None


def since(desk: Desk, item: Item) -> str:
    """Since when an act was kept, on this desk's clock."""
    return desk.clock(item.kept_at)


def reason(noted: dict[str, Any]) -> str:
    """Why something lies on a shelf, in one sentence."""
    refusal = noted.get("refusal")
    if isinstance(refusal, dict):
        helps = f"; {refusal['helps']}" if refusal.get("helps") else ""
        return f"{refusal.get('why', '')} (rule {refusal.get('rule', '?')}){helps}"
    return " · ".join(str(noted.get("reason", "nobody has noted why")).splitlines())
