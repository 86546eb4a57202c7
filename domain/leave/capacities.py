"""One person at two desks: allowed at a small site, on an emergency, with a reason; the next higher post reviews it.

Everywhere else attestation, approval, clearance and movement are decided by different people (doctrine: decisions).
"""

from __future__ import annotations

from domain.acts import Granting, Review
from domain.authority import CAPACITIES, at_desk, others_decided, separate
from domain.decider import refused
from domain.facts import Facts, HeldPost
from domain.leave.confirming import above, unconfirmed
from domain.leave.deciding import Events, during
from domain.leave.events import ActedTwice, Reviewed
from domain.leave.ladders import decided, reached, rungs
from domain.leave.state import Leave
from domain.model import HOUR, Code, Instant
from domain.orders import EMERGENCIES
from domain.refusal import Refusal

RULE = "decision/two-capacities"


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
    if not act.twice:
        return refusal
    higher, within = above(s, desk, held.post), s.rules.records.review_hours
    missing = _missing(s, f, desk, higher)
    if missing or within is None:
        return Refusal(
            rule=RULE,
            why="one person decides in two capacities at a small site alone, once, on an emergency",
            facts={"expected": missing or "a time for the review in the rule pack", "got": _got(s, f, desk)},
            helps=refusal.helps,
        )
    also = others_decided(f.person, desk, s.consented)[0]
    irregular, cites = (RULE,), (RULE, s.rules.pack)
    by = now + within * HOUR
    return (
        ActedTwice(
            capacity=CAPACITIES[desk],
            also=also,
            reason=act.twice,
            reviewers=higher,
            by=by,
            irregular=irregular,
            cites=cites,
        ),
    )


def _missing(s: Leave, f: Facts, desk: str, higher: tuple[Code, ...]) -> str:
    """What the exception wants and is not so; empty where all is."""
    assert f.person
    small = f.base is not None and f.base.posts < f.base.small
    wanted = {
        "an emergency": s.asked.leave_kind in EMERGENCIES,
        f"a base with fewer than {f.base.small if f.base else 0} posts": small,
        "one other capacity": len(others_decided(f.person, desk, s.consented)) == 1,
        "a higher post that reviews it": bool(higher),
    }
    return ", ".join(what for what, is_so in wanted.items() if not is_so)


def _got(s: Leave, f: Facts, desk: str) -> str:
    assert f.person
    posts = f"{f.base.posts} posts at {f.base.code}" if f.base else "no base"
    return f"{posts}; decided already in {', '.join(others_decided(f.person, desk, s.consented))}"


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
