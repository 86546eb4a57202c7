"""One person at two desks: allowed at a small site, on an emergency, with a reason; the next higher post reviews it.

Everywhere else attestation, approval, clearance and movement are decided by different people (doctrine: decisions).
"""

from __future__ import annotations

from domain.acts import Granting, Review
from domain.authority import CAPACITIES, at_desk, others_decided, separate
from domain.capacities import TWO_CAPACITIES, exceptional
from domain.decider import refused
from domain.facts import Facts, HeldPost
from domain.leave.absence import emergency
from domain.leave.confirming import above, unconfirmed
from domain.leave.deciding import Events, during
from domain.leave.events import ActedTwice, Reviewed
from domain.leave.ladders import decided, reached, rungs
from domain.leave.state import Leave
from domain.model import HOUR, Instant
from domain.refusal import Refusal

AT_A_SMALL_SITE = "at this small site the same person may, on an emergency, and is reviewed: --twice WHY"


def granted(act: Granting, s: Leave, f: Facts, desk: str, now: Instant) -> Events | Refusal:
    """Whether a desk may say yes by this person, and what to add to that beside the yes itself."""
    assert f.person
    held = at_desk(act, f.person, desk, rungs(s, desk) if decided(s, desk) else reached(s, desk), s.whose.id)
    if isinstance(held, Refusal):
        return held
    again = twice(act, s, f, held, desk, now)
    return again if isinstance(again, Refusal) else (*again, *unconfirmed(act, s, f, held, desk, now))


def twice(act: Granting, s: Leave, f: Facts, held: HeldPost, desk: str, now: Instant) -> Events | Refusal:
    """What to add to a decision of who has decided on this leave already: nothing where they have not.

    Refused as `decision/separate-people` where no exception is asked for, as `decision/two-capacities` where it is not
    to be had.
    """
    assert f.person
    refusal = separate(f.person, desk, s.consented)
    if refusal is None:
        return ()
    higher, within, others = above(s, desk, held.post), s.rules.records.review_hours, _others(s, f, desk)
    no = exceptional(others, higher, f.base, within, emergency=emergency(s))
    if not act.twice:
        return refusal if no else refusal.model_copy(update={"helps": f"{refusal.helps}; {AT_A_SMALL_SITE}"})
    if no:
        return no
    irregular, cites = (TWO_CAPACITIES,), (TWO_CAPACITIES, s.rules.pack)
    by = now + (within or 0) * HOUR
    return (
        ActedTwice(
            capacity=CAPACITIES[desk],
            also=others[0],
            reason=act.twice,
            reviewers=higher,
            by=by,
            irregular=irregular,
            cites=cites,
        ),
    )


def _others(s: Leave, f: Facts, desk: str) -> tuple[str, ...]:
    """In which other capacities the person has decided on the leave."""
    assert f.person
    return others_decided(f.person, desk, s.consented)


@during("attest", "end")
def review(act: Review, s: Leave, f: Facts, _: Instant) -> Events:
    """A higher post has looked at what one person decided in two capacities. Who does not uphold it may still cancel.

    Not reviewed in time it stands, as an exception for audit.
    """
    assert f.person
    open_ = s.reviews.get(act.of)
    if open_ is None:
        why, facts = "no act of that id waits for a review", {"waiting": ", ".join(s.reviews) or "none", "got": act.of}
        return refused(act, Refusal(rule="decision/review", why=why, facts=facts, helps="furlough inbox"))
    held = at_desk(act, f.person, "review", open_.posts, s.whose.id)
    if isinstance(held, Refusal):
        return refused(act, held)
    if f.person.id == open_.who:
        why = "nobody reviews what they have decided themself"
        helps = f"{', '.join(open_.posts)} reviews it"
        return refused(act, Refusal(rule="decision/review", why=why, facts={"expected": "somebody else"}, helps=helps))
    irregular = () if act.upheld else ("decision/review",)
    return (Reviewed(of=act.of, upheld=act.upheld, cites=("decision/review", s.rules.pack), irregular=irregular),)
