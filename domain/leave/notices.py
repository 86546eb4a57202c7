"""What those concerned are told of a leave by mail, where the mission sends notices.

A mail lies on servers and screens of anybody, so that a notice says that something happened and nothing which only some
kinds of leave have: no purse, no check, and no reason. These the leave itself tells to whom they concern.
"""

from __future__ import annotations

from typing import Any

from domain.decider import Entry, Event
from domain.holdings import Days, News
from domain.leave import events as e
from domain.leave.face import awaited
from domain.leave.lapses import CHECK_DUE, TRIES
from domain.leave.path import at
from domain.leave.state import Leave
from domain.model import Code

TOLD = (e.Asked, e.Approved, e.SeatLost, e.ExtensionApproved, e.ExtensionEnded, e.Recalled, e.Ended)
"""Entries which those concerned are told of, where the mission sends notices; and any by which a post's turn comes.

So are verdicts that change something, and deadlines that bring more than another try.
"""


def news(before: Leave, after: Leave, entry: Entry[Any]) -> tuple[News, ...]:
    """What an entry tells the member and those whose turn it is by now; nothing where it is none, or none is sent."""
    posts = awaited(after)
    turn = at(after) != at(before) and posts
    if not after.notices or not (turn or _is_news(before, entry.event)):
        return ()
    waits = f"; waits for {', '.join(posts)}" if posts else ""
    return (News(seq=entry.seq, to=(*posts, *_also(entry.event)), says=says(entry.event) + waits),)


def _also(event: Event) -> tuple[Code, ...]:
    """Posts whose turn it is not any more, and who were told what does not hold."""
    return (*event.to, *event.provosts) if isinstance(event, e.Undone) else ()


def _is_news(s: Leave, event: Event) -> bool:
    """Whether those concerned hear something by it that they have not heard: a vain try says nothing new."""
    match event:
        case e.Lapsed(what=what):
            return what not in TRIES
        case e.Lacks(spec=Days()):
            return bool(s.extension)  # asked for, and not to be had
        case e.Judged(verdict=verdict, spec=spec):
            same_place = spec is None or spec == s.held.get("place")
            return not (s.verdict and same_place and s.verdict.material == verdict.material)
        case e.Undone():
            return bool(_also(event))  # those of before told nobody
        case _:
            return isinstance(event, TOLD)


def says(event: Any) -> str:
    """The sentence of an entry as a notice has it: its own, but where that would tell the kind or somebody's reason."""
    match event:
        case e.Lacks(spec=spec):
            return f"no {spec.what}: why, furlough show tells"
        case e.Attested():
            return "a decision is waited for"
        case e.Lapsed(what=what) if what == CHECK_DUE:
            return "the days are counted anew"
        case e.SignedOut():
            return "signed out, irregular" if event.irregular else "signed out"
        case e.TravelConfirmed():
            return "journey confirmed by movement control"
    return str(event.says())
