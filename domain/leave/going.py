"""From the clearance to the gate: the base's verdict, the checklist, the sign-out."""

from __future__ import annotations

from domain.acts import CheckOff, Ruled, SignOut
from domain.authority import doubtful
from domain.capacities import TWO_CAPACITIES
from domain.facts import Facts
from domain.leave.asking import already
from domain.leave.deciding import Events, during
from domain.leave.events import CheckedOff, Judged, SignedOut
from domain.leave.path import AT, SHOWN, at, here
from domain.leave.state import Leave
from domain.marks import CHECKLIST, unchecked
from domain.model import Instant
from domain.orders import Verdict
from domain.restrictions import Item


@during("hold", "close")
def ruled(act: Ruled, s: Leave, _: Facts, __: Instant) -> Events:
    """The base's word, obeyed before sign-out; the newest holds, in whatever order they arrive.

    Whoever has left stays validly away. A word about a place which was given back is about nothing any more.
    """
    asked = AT["clear"] <= here(s) and not s.out_at
    if not asked or act.verdict.seq <= s.heard.seq or act.verdict.n < s.heard.n:
        return already("the base's verdict comes too late to change anything", s, "base/newest-word")
    cites = tuple(b.cites for b in act.verdict.blocks) or act.verdict.cites or (f"base/{act.base}",)
    again = (TWO_CAPACITIES,) if {one.of for one in act.verdict.seconds} - {*s.seconds} else ()
    return (Judged(verdict=act.verdict, cites=cites, irregular=again),)


@during("hold", "sign-out")
def check_off(act: CheckOff, s: Leave, f: Facts, _: Instant) -> Events:
    """What an order wants before the departure was done; what is not by then makes the sign-out irregular."""
    security: tuple[Item, ...] = ("security",) if s.insecure else ()
    listed = tuple(dict.fromkeys((*(item for one, items in s.unchecked for item in items), *security)))
    items = (act.item,) if act.item != "all" else listed if act.done else s.checked
    return (CheckedOff(items=items, done=act.done, cites=("checklist",), irregular=doubtful(act, f, s.whose)),)


@during("hold", "sign-out")
def sign_out(act: SignOut, s: Leave, f: Facts, _: Instant) -> Events:
    """The member has left. It happened, so it is recorded; what stood against it is named as irregular."""
    against = (*irregularities(s, act.acted_at), *doubtful(act, f, s.whose))
    lists = [c.cites for c, _ in s.unchecked] if any(mark.startswith(CHECKLIST) for mark in against) else []
    return (SignedOut(at=act.acted_at, irregular=against, cites=("travel/sign-out", *lists)),)


def irregularities(s: Leave, out_at: Instant) -> tuple[str, ...]:
    """What stands against a sign-out at a moment: undone steps, orders, barred hours, a checklist, the first day."""
    said, clock = s.verdict or Verdict(seq=0, n=0, granted=False), s.days.local(out_at).time()
    blocks = [b.cites for b in said.blocks if (not b.since or b.since <= out_at) and (not b.until or out_at < b.until)]
    bars = [b.cites for b in said.bars if b.holds(out_at, clock)]
    open_ = [
        item for c, items in s.unchecked if c.since <= out_at and (not c.until or out_at < c.until) for item in items
    ]
    done = at(s) == "sign-out" or (at(s) == "lift" and blocks)
    undone = [] if done else [f"path/{SHOWN.get(at(s), at(s))}"]
    early = ["travel/before-first-day"] if s.days.day(out_at) < min(s.first_day, *s.travels, s.first_day) else []
    return tuple(dict.fromkeys((*blocks, *bars, *unchecked(open_), *_later(s, out_at), *undone, *early)))


NO_CONSENT = {"approval": "path/approve", "clearance": "path/officer", "movement": "path/confirm"}
"""The mark of a sign-out before which a desk had not consented yet, by its capacity."""


def _later(s: Leave, out_at: Instant) -> tuple[str, ...]:
    """Consents that count only from after the sign-out, which the gate tells late (doctrine: backdated acts)."""
    return tuple(mark for what, mark in NO_CONSENT.items() if what in s.consents and s.consents[what] > out_at)
