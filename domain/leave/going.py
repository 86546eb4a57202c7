"""From the clearance to the gate: the base's verdict, the journey, the sign-out."""

from __future__ import annotations

from domain.acts import CheckOff, ConfirmTravel, Ruled, SignOut
from domain.authority import at_the_gate, doubtful
from domain.decider import refused
from domain.facts import Facts
from domain.leave.asking import already
from domain.leave.capacities import granted
from domain.leave.deciding import Events, during
from domain.leave.events import CheckedOff, Judged, SignedOut, TravelConfirmed
from domain.leave.path import AT, SHOWN, at, here
from domain.leave.state import Leave
from domain.model import HOUR, Instant
from domain.orders import Verdict
from domain.refusal import Refusal


@during("hold", "close")
def ruled(act: Ruled, s: Leave, _: Facts, __: Instant) -> Events:
    """The base's word, obeyed before sign-out; the newest holds, in whatever order they arrive.

    Whoever has left stays validly away. A word about a place which was given back is about nothing any more.
    """
    asked = AT["clear"] <= here(s) and not s.out_at
    if not asked or act.verdict.seq <= s.heard.seq or act.verdict.n < s.heard.n:
        return already("the base's verdict comes too late to change anything", s, "base/newest-word")
    cites = tuple(b.cites for b in act.verdict.blocks) or act.verdict.cites or (f"base/{act.base}",)
    return (Judged(verdict=act.verdict, cites=cites),)


@during("book", "sign-out")
def confirm_travel(act: ConfirmTravel, s: Leave, f: Facts, now: Instant) -> Events:
    """Movement control confirms the journey, on other flights if it names them; naming flights again changes them."""
    extra = granted(act, s, f, "confirm", now)
    if isinstance(extra, Refusal):
        return refused(act, extra)
    if refusal := _flightless(act, s):
        return refused(act, refusal)
    if s.confirmed and not (act.out_flight or act.back_flight):
        return already("the journey is confirmed already", s, "decision/further-answer")
    named = TravelConfirmed(
        by=act.decided_by,
        out_flight=act.out_flight,
        back_flight=act.back_flight,
        cites=("authority/confirm", *(("travel/late-request", s.rules.pack) if late_request(s) else ())),
    )
    return (named, *extra)


def _flightless(act: ConfirmTravel, s: Leave) -> Refusal | None:
    """Flights are named for who flies alone: for any other journey no seat would ever be looked for."""
    named = ", ".join(filter(None, (act.out_flight, act.back_flight)))
    if not named or s.asked.travel == "flight":
        return None
    return Refusal(
        rule="travel/seat",
        why="a flight was named for a journey which is not made by flight",
        facts={"expected": "no flight", "got": named, "travel": s.asked.travel},
        helps="confirm the journey without a flight",
    )


def late_request(s: Leave) -> str:
    """What is told of a journey which movement control was asked for later than the terms want (doctrine: travel)."""
    wanted, asked = s.rules.travel.request_hours * HOUR, s.movement_asked_at
    departs = s.days.instant(s.first_day)
    if asked is None or asked + wanted <= departs:
        return ""
    before = max((departs - asked) // HOUR, 0)
    return f"movement control was asked {before} h before the first day; it wants {wanted // HOUR} h"


@during("hold", "sign-out")
def check_off(act: CheckOff, s: Leave, f: Facts, _: Instant) -> Events:
    """What an order wants before the departure was done; what is not by then makes the sign-out irregular."""
    if refusal := at_the_gate(act, f, s.whose):
        return refused(act, refusal)
    listed = tuple(dict.fromkeys(item for one, items in s.unchecked for item in items))
    items = (act.item,) if act.item != "all" else listed if act.done else s.checked
    return (CheckedOff(items=items, done=act.done, cites=("checklist",), irregular=doubtful(act, f, s.whose)),)


@during("hold", "sign-out")
def sign_out(act: SignOut, s: Leave, f: Facts, _: Instant) -> Events:
    """The member has left. It happened, so it is recorded; what stood against it is named as irregular."""
    if refusal := at_the_gate(act, f, s.whose):
        return refused(act, refusal)
    against = (*irregularities(s, act.acted_at), *doubtful(act, f, s.whose))
    return (SignedOut(at=act.acted_at, irregular=against, cites=("travel/sign-out",)),)


def irregularities(s: Leave, out_at: Instant) -> tuple[str, ...]:
    """What stands against a sign-out at a moment: undone steps, orders, barred hours, a checklist, the first day."""
    said, clock = s.verdict or Verdict(seq=0, n=0, granted=False), s.days.local(out_at).time()
    blocks = [b.cites for b in said.blocks if (not b.since or b.since <= out_at) and (not b.until or out_at < b.until)]
    bars = [b.cites for b in said.bars if b.holds(out_at, clock)]
    bars += [c.cites for c, _ in s.unchecked if c.since <= out_at and (not c.until or out_at < c.until)]
    done = at(s) == "sign-out" or (at(s) == "lift" and blocks)
    undone = [] if done else [f"path/{SHOWN.get(at(s), at(s))}"]
    early = ["travel/before-first-day"] if s.days.day(out_at) < s.first_day else []
    return tuple(dict.fromkeys((*blocks, *bars, *undone, *early)))
