"""What the spool did beside a command: which acts of before were recorded, came back or wait still. In few lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from domain.words import counted
from wiring import console
from wiring.spool import Sent

if TYPE_CHECKING:
    from starter.desk import Desk

SHOWN: Final = 5
"""Acts which are told one by one; of more than these, how many there are."""


def tell(desk: Desk, sent: Sequence[Sent]) -> None:
    """Tell who works at this desk what became of acts that waited, on standard error."""
    recorded = [one for one in sent if one.settled and not one.back]
    for one in recorded[:SHOWN]:
        console.note(f"from the spool: recorded {one.item.what}, kept since {since(desk, one)}")
    if len(recorded) > SHOWN:
        more = counted(len(recorded) - SHOWN, "more act")
        console.note(f"from the spool: and {more} recorded; furlough show tells of each leave what was")
    back = [one for one in sent if one.back]
    for one in back[:SHOWN]:
        console.warn(f"CAME BACK from the spool: {one.item.what}, kept since {since(desk, one)}\nwhy    {one.back}")
    if len(back) > SHOWN:
        rules = Counter(one.refusal.rule if one.refusal else "ended" for one in back[SHOWN:])
        more = ", ".join(f"{count} {rule}" for rule, count in rules.most_common())
        console.warn(f"CAME BACK from the spool: {len(back) - SHOWN} more ({more}); furlough spool list")
    standing = [
        (len(desk.spool.waiting()), "without an answer yet"),
        (len(desk.spool.shelved("returned")), "that came back with a refusal"),
        (len(desk.spool.shelved("unreadable")), "in which no act can be read"),
    ]
    told = [f"{counted(count, 'act')} {how}" for count, how in standing if count]
    if told:
        console.note(f"in the spool: {', '.join(told)}; furlough spool list")


def since(desk: Desk, one: Sent) -> str:
    """Since when an act was kept, on this desk's clock."""
    return console.clock(one.item.kept_at, desk.zone(), desk.settings.base)


def reason(why: dict[str, Any]) -> str:
    """Why something lies on a shelf, in one sentence."""
    refusal = why.get("refusal")
    if isinstance(refusal, dict):
        helps = f"; {refusal['helps']}" if refusal.get("helps") else ""
        return f"{refusal.get('why', '')} (rule {refusal.get('rule', '?')}){helps}"
    return " · ".join(str(why.get("reason", "nobody has noted why")).splitlines())
