"""The leaves whose histories are kept in `tests/histories/`: each a way through the chart, told as people act."""

from collections.abc import Awaitable, Callable

from domain.acts import Approve, ConfirmTravel, Deny, Extend, Find, Report, RescindOrder, SignIn, SignOut, Withdraw
from domain.model import DAY, HOUR
from tests.workflows.mission import FLYING, member
from tests.workflows.play import Case, Mission
from tests.workflows.test_ways import FIRST, SEALED, midnight

Script = Callable[[Mission, str], Awaitable[dict[str, str]]]
"""Plays on a base; answers which workflow's history is kept under which name."""


async def straight(mission: Mission, base: str) -> dict[str, str]:
    case = Case(mission, FLYING, member(FLYING, 103))
    await case.approved(travel="flight")
    await case.says(ConfirmTravel, case.post("MOV"))
    await case.day(1)
    await case.says(SignOut, case.post("GATE"))
    await case.day(5)
    await case.says(SignIn, case.post("GATE"))
    await case.ends()
    return {"leave-settled": case.leave_id, "account": f"member-{mission.id(case.who.number)}"}


async def suspended(mission: Mission, base: str) -> dict[str, str]:
    case, other = Case(mission, base, member(base, 1)), Case(mission, base, member(base, 2))
    await case.approved()
    await other.approved()
    order = await case.order("LO", midnight(FIRST - 2 * DAY), None)
    await case.reaches("suspended")
    await case.send(case.act(RescindOrder, case.post("CO"), number=order.number, reason="calm again"))
    await case.reaches("ready")
    await case.says(Withdraw)
    await case.ends()
    await other.reaches("ready")
    await other.handle.cancel()
    await other.ends()
    return {"leave-suspended-withdrawn": case.leave_id, "leave-cancelled": other.leave_id, "base": f"base-{base}"}


async def silent(mission: Mission, base: str) -> dict[str, str]:
    case = Case(mission, base, member(base, 1))
    await case.asks()
    await case.ends()
    return {"leave-lapsed": case.leave_id}


async def denied(mission: Mission, base: str) -> dict[str, str]:
    case = Case(mission, base, member(base, 1))
    await case.asks()
    await case.says(Deny, case.post("CO"), reason="needed here")
    await case.ends()
    return {"leave-denied": case.leave_id}


async def late(mission: Mission, base: str) -> dict[str, str]:
    case = Case(mission, base, member(base, 1))
    await case.away()
    await case.day(3)
    await case.says(Extend, last=FIRST + 5 * DAY, reason=SEALED)
    await case.says(Approve, case.post("CO"))
    await case.day(6)
    await case.says(Report, what="delay")
    await case.day(8, 10)  # an hour after the second day on which a finding was due
    await case.says(Find, case.post("CO"), finding="excused", reason=SEALED)
    await case.passes(HOUR)
    await case.says(SignIn, case.post("GATE"))
    await case.ends()
    return {"leave-extended-late": case.leave_id}


async def missing(mission: Mission, base: str) -> dict[str, str]:
    case = Case(mission, base, member(base, 1))
    await case.away()
    await case.ends()
    return {"leave-not-returned": case.leave_id}


SCRIPTS: tuple[Script, ...] = (straight, suspended, silent, denied, late, missing)
