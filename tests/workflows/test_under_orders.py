"""A leave under orders which ask something of it: a checklist before the departure, quarantine after the return."""

from domain.acts import CheckOff, SignIn, SignOut
from domain.model import DAY
from domain.restrictions import Checklist, CountryClearance, Quarantine
from tests.workflows.mission import TODAY
from tests.workflows.test_ways import FIRST, midnight


async def test_a_leave_checks_off_what_an_order_wants_and_keeps_its_unit_short_while_in_quarantine(leave):
    case = leave()
    rules = (Checklist(items=("weapon", "contact")), Quarantine(after=5))
    await case.order("LO", midnight(TODAY), None, restrictions=rules)
    face = await case.approved()
    assert any("not checked off yet: weapon, contact" in warning for warning in face.warnings)
    assert await case.says(CheckOff, case.post("GATE"), item="weapon") == ["checked-off"]
    await case.day(1)
    await case.says(SignOut, case.post("GATE"))
    await case.reaches("away")
    out = next(e["event"] for e in await case.entries() if e["event"]["kind"] == "signed-out")
    assert out["irregular"] == ["checklist/contact"], "recorded, and marked with what was missing"

    back = await case.day(2)
    await case.says(SignIn, case.post("GATE"))
    await case.settled()
    (apart,) = (await case.garrison()).quarantined.values()
    assert (apart.first, apart.last) == (back.date(), back.date() + 5 * DAY)
    charged = await case.charged()
    assert charged <= 2, "quarantine is not charged"


async def test_a_country_that_wants_to_be_asked_long_before_is_waited_for_and_no_new_request_is_needed(leave):
    case = leave()
    days = (FIRST - TODAY).days + 1
    await case.order("LO", midnight(TODAY), None, restrictions=(CountryClearance(days=days),))
    face = await case.approved()
    assert face.waits_for == f"LO-{case.base}.1"
    await case.comes(midnight(FIRST + DAY))
    await case.reaches("ready")
