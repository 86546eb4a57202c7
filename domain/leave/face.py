"""How a leave looks from outside: one word of state, whom it waits for and until when, and what deserves attention.

Board, search attributes, receipts and the Temporal UI all show this; none of it names a person or the kind of leave.
The lane `urgent` alone lets it be guessed, and is meant to: those who serve emergencies first must see which they are.
"""

from __future__ import annotations

from domain.leave.deadlines import beside, due
from domain.leave.foretelling import foretold
from domain.leave.ladders import exempting, overriding, reached, undecided
from domain.leave.lapses import TRIES, UNSETTLED
from domain.leave.late import held_up
from domain.leave.movement import closed_manifests, told_late, told_travels, told_unclear
from domain.leave.path import PATH, SHOWN, STATES, at, here, standing
from domain.leave.proving import proof_due
from domain.leave.state import JOURNEYS, OUTSTAYS, RETOLD, SAID_FIRST, Leave
from domain.model import DAY, Code, Instant, Model, Text, date

NEARLY_FULL = "nearly-full"
"""The word for an absence that fills its unit's days up to the warning of the pack."""
CHECKLIST = "checklist"
"""The word for a leave of which not all is checked off that orders want before the departure."""
SECURITY_LATE = "late-security"
"""The word for a journey that was asked for too late for a security clearance."""
NO_SECURITY = "no-security"
"""The word for a journey of which nobody has checked off that its security clearance was given."""
TRAVEL_DAYS = "travel-days"
"""The word for flights that have the member away on other days than were asked for."""
MANIFEST = "manifest-closed"
"""The word for a seat that was taken after the manifest had closed."""
NO_WAY_HOME = "no-way-home"
"""The word for a member who is away and has no seat for the way back."""
LATE_REQUEST = "late-request"
"""The word for a journey that movement control was asked for so late that it need not be had."""


WARNED = (NO_WAY_HOME, NEARLY_FULL, LATE_REQUEST, MANIFEST, SECURITY_LATE, NO_SECURITY, TRAVEL_DAYS, CHECKLIST)
"""The words of what is warned of, each of which has its sentence among the `warnings` of a face, in this order."""


class Face(Model):
    """What the board shows of a leave.

    `waits_for` is a post, an order or a thing; `act_by` the next deadline which is more than another try, `then` its
    name, of which people read `otherwise`; `why` tells what bars it, `warnings` what bars nothing and is worth a look.
    """

    leave_id: str = ""
    number: str = ""
    state: str
    lane: str = "normal"
    base: str = ""
    unit: str = ""
    member: str = ""
    first: date | None = None
    last: date | None = None
    sign_out_at: Instant | None = None
    due_back: Instant | None = None
    waits_for: Text = ""
    since: Instant | None = None
    act_by: Instant | None = None
    then: str = ""
    unless: Text = ""
    brings: Text = ""
    posts: tuple[Code, ...] = ()
    attention: tuple[str, ...] = ()
    why: tuple[Text, ...] = ()
    warnings: tuple[Text, ...] = ()
    journal: int = 0
    busy: bool = False

    @property
    def otherwise(self) -> str:
        """`if nobody has decided by then, DCO-A is asked too`."""
        return f"if {self.unless} by then, {self.brings}" if self.unless else self.brings


def face(s: Leave) -> Face:
    """The face of a state."""
    if s.ask is None:
        return Face(state=state(s) if s.ended else "requested", journal=s.seq)
    lapses = [lapse for lapse in due(s) if lapse.what not in TRIES and (s.ended or not beside(lapse))]
    posts = awaited(s)
    unless, brings = foretold(s, lapses[0].what) if lapses else ("", "")
    return Face(
        leave_id=s.ask.leave_id,
        number=s.number,
        state=state(s),
        lane="urgent" if s.rules.urgent(s.ask.leave_kind) else "normal",
        base=s.whose.base,
        unit=s.whose.unit,
        member=s.whose.id,
        first=s.first,
        last=s.last,
        sign_out_at=s.out_at or s.days.instant(s.first_day),
        due_back=None if s.in_hospital and s.chart >= JOURNEYS else s.days.instant(s.due_day + DAY),
        waits_for=waits_for(s, posts),
        since=(s.barred_at if suspended(s) else None) or s.since,
        act_by=lapses[0].acted_at if lapses else None,
        then=lapses[0].what if lapses else "",
        unless=unless,
        brings=brings,
        posts=posts,
        attention=attention(s, posts),
        why=tuple(b.told for b in s.verdict.blocks) if s.verdict and not s.out_at and not s.ended else (),
        warnings=tuple(warnings(s).values()),
        journal=s.seq,
    )


def state(s: Leave) -> str:
    """One word (or a few) for where it stands; an end is named by how it came."""
    if s.ended:
        return standing(s)
    step = at(s)
    if s.gone and not s.in_at:
        return "gone"
    if step == "sign-in":
        ladder = [(w, name) for w, name in (("absence", "absence proposed"), ("overdue", "overdue")) if w in s.lapsed]
        if s.finding == "absent":
            return "absent"
        return (
            "delayed" if held_up(s) or s.in_hospital else ladder[0][1] if ladder else "recalled" if s.recall else "away"
        )
    return STATES["lift"] if suspended(s) else STATES[step]


def suspended(s: Leave) -> bool:
    """Whether an order bars a leave that was cleared, whatever else it still waits for."""
    return at(s) in ("book", "confirm", "lift") and bool(s.verdict and s.verdict.blocks)


def awaited(s: Leave) -> tuple[Code, ...]:
    """The posts which may act now, as far as silence has reached; for an order who may exempt."""
    if s.ended:
        return ()
    desk = PATH[here(s)].desk
    if s.away and (held_up(s) or untold(s) or "absence" in s.lapsed or undecided(s)):
        desk = "approve"
    if at(s) == "close" and proof_due(s):
        desk = "attest"
    return tuple(dict.fromkeys((*reached(s, desk), *exempting(s), *overriding(s))))


def untold(s: Leave) -> bool:
    """Whether somebody has to tell the member of a recall or, before they leave, which order suspends them."""
    if s.chart >= OUTSTAYS and suspended(s) and s.since:
        since = max(s.since, s.ordered_at or s.since) if s.chart >= RETOLD else s.since
        return s.told.get("suspension", s.asked.acted_at) < since and not _told_first(s)
    return s.away and s.recall is not None and not s.recall.told


def _told_first(s: Leave) -> bool:
    """Whether the member was told of the orders that stand against it before these were entered (verbal orders).

    They had begun by then, and none stood against it of which that could have been said instead.
    """
    at, blocks = s.told.get("suspension"), s.verdict.blocks if s.verdict else ()
    if at is None or s.chart < SAID_FIRST or s.barred_at is None or at >= s.barred_at:
        return False
    return (s.unbarred_at is None or s.unbarred_at <= at) and all(b.since is not None and b.since <= at for b in blocks)


def waits_for(s: Leave, posts: tuple[Code, ...]) -> str:
    """Whom or what it waits for, in a few words."""
    if s.ended:
        confirmed = {"countersignature": len(s.countersigns), "review": len(s.reviews)}
        return ", ".join(f"{what} ({many})" for what, many in confirmed.items() if many)
    step = at(s)
    if s.verdict and s.verdict.blocks and (step == "clear" or suspended(s)):
        return ", ".join(dict.fromkeys(b.cites for b in s.verdict.blocks))
    if posts:
        return ", ".join(posts)
    owed = PATH[here(s)].desk
    return {
        "hold": "days of the account",
        "number": "control number",
        "clear": "the base",
        "book": "a seat",
        "paper": "the leave paper",
        "sign-out": f"sign-out on {s.first_day}",
        "sign-in": "sign-in, held up" if s.in_hospital else f"sign-in, due by the end of {s.due_day}{_kept(s)}",
        "settle": "the account",
        "close": "the end of the time for corrections",
    }.get(step, f"a post for {SHOWN.get(owed, owed)}: there is none" if owed in s.desks else "")


def _kept(s: Leave) -> str:
    return f", held up until {s.late_until}" if s.late_until else ""


def attention(s: Leave, posts: tuple[Code, ...]) -> tuple[str, ...]:
    """Words to filter by: awaiting, etp and review with :<post>, blocked:<order>, overdue, irregular, countersign.

    So are `unanswered`, `untold` of who was recalled or suspended and does not know it yet, and the words of what is
    warned of.
    """
    words = [f"awaiting:{p}" for p in posts] + [f"etp:{p}" for p in exempting(s)]
    if s.verdict and not s.out_at and not s.ended:
        words += [f"blocked:{b.cites}" for b in s.verdict.blocks]
    words += warnings(s)
    if s.away and "overdue" in s.lapsed:
        words.append("overdue")
    if s.irregular:
        words.append("irregular")
    if untold(s):
        words.append("untold")
    if s.countersigns:
        words.append("countersign")
    words += [f"review:{p}" for review in s.reviews.values() for p in review.posts]
    desk = "" if s.ended else "approve" if s.out_at and undecided(s) else PATH[here(s)].desk
    stuck = s.exemptions and not s.out_at and not s.ended and any(it.exhausted for it in s.barred.values())
    unsettled = at(s) == "settle" and any(what.startswith(UNSETTLED) for what in s.lapsed)
    silent = desk in s.desks and not due_rungs(s)  # it has reached all there are, or there is nobody to be reached
    if stuck or unsettled or silent:
        words.append("unanswered")
    return tuple(dict.fromkeys(words))


def warnings(s: Leave) -> dict[str, str]:
    """What bars nothing, and whoever decides before the sign-out is to know: a word to filter by, and the sentence.

    Of who is away, that there is no seat for the way back.
    """
    if s.away and "seat" in s.lacks and s.way_home is None and s.chart >= JOURNEYS:
        return {NO_WAY_HOME: s.lacks["seat"].refusal.why}
    if s.out_at or s.ended or not s.verdict:
        return {}
    missing = "; ".join(f"{one.cites}: not checked off yet: {', '.join(items)}" for one, items in s.unchecked)
    said = {NEARLY_FULL: "; ".join(s.verdict.warns), LATE_REQUEST: told_late(s), MANIFEST: closed_manifests(s)}
    said |= {SECURITY_LATE: told_unclear(s), TRAVEL_DAYS: told_travels(s)}
    said |= {CHECKLIST: missing, NO_SECURITY: "the security clearance is not checked off yet" if s.insecure else ""}
    return {word: sentence for word, sentence in said.items() if sentence}


def due_rungs(s: Leave) -> bool:
    """Whether silence has yet to reach somebody."""
    return any(" rung " in lapse.what for lapse in due(s))
