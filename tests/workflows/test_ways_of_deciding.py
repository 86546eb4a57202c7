"""Decisions out of the ordinary, on a real server whose clock is moved: two capacities, paper found late, silence."""

from domain.acts import Approve, Attest, Clear, Countersign, Review, Withdraw
from domain.model import DAY, HOUR
from tests.workflows.mission import OFFICER, TODAY, member
from tests.workflows.play import Case
from tests.workflows.test_ways import FIRST, midnight

WHY = "two officers at the site"


async def emergency(mission, i: int) -> Case:
    """An emergency at a base with a clearance officer, approved by the commander."""
    from activities.store import Store

    case = Case(mission, OFFICER, member(OFFICER, i))
    family = Store(mission.settings.folder / "store").seal('{"relation": "sibling"}')
    await case.asks(FIRST, leave_kind="emergency", family=family)
    await case.says(Attest, case.post("VO"), method="unit")
    await case.says(Approve, case.post("CO"))
    return case


async def test_two_capacities_of_one_person_are_reviewed_from_above(mission):
    case = await emergency(mission, 6)
    commander = case.post("CO")._replace(post="CLR-OFF")
    assert await case.says(Clear, commander) == ["refused"]
    assert await case.says(Clear, commander, twice=WHY) == ["officer-cleared", "acted-twice"]
    assert "review:SC" in (await case.face()).attention
    (of,) = {e["act_id"] for e in await case.entries() if e["event"]["kind"] == "acted-twice"}
    assert await case.says(Review, case.post("SC"), of=of) == ["reviewed"]
    await case.says(Withdraw)
    assert await case.ends() == "withdrawn"


async def test_what_nobody_reviews_becomes_an_exception_though_the_leave_has_ended(mission):
    case = await emergency(mission, 7)
    await case.says(Clear, case.post("CO")._replace(post="CLR-OFF"), twice=WHY)
    await case.says(Withdraw)
    assert (await case.face()).waits_for == "review (1)"
    await case.passes(73 * HOUR)
    last = (await case.entries())[-1]["event"]
    assert (last["kind"], last["irregular"]) == ("lapsed", ["decision/review"])
    assert await case.ends() == "withdrawn"


async def test_a_decision_from_before_the_post_was_held_is_countersigned_from_above(leave):
    case = leave()
    await case.asks()
    long_ago = (await case.now()) - 200 * DAY
    assert await case.says(Approve, case.post("CO"), at=long_ago) == ["approved", "unconfirmed"]
    (of,) = {e["act_id"] for e in await case.entries() if e["event"]["kind"] == "unconfirmed"}
    assert await case.says(Countersign, case.post("CO"), of=of) == ["refused"]
    assert await case.says(Countersign, case.post("SC"), of=of) == ["countersigned"]
    assert (await case.face()).first == TODAY + 20 * DAY


async def test_silence_on_an_exemption_goes_up_in_the_leave_s_own_time(leave):
    case = leave()
    await case.approved()
    await case.order("LO", midnight(FIRST - 2 * DAY), midnight(FIRST + 30 * DAY))
    await case.reaches("suspended")
    assert (await case.face()).posts == ("SC",)
    await case.passes(5 * HOUR)
    assert (await case.face()).posts == ("SC", "FC")
    assert [line for line in await case.journal() if "exemption" in line] == [
        "lapsed exemption SC: remind",
        "lapsed exemption SC: rung 1",
    ]
    await case.passes(5 * HOUR)
    assert "unanswered" in (await case.face()).attention
    assert await case.ends() == "not-taken"
