"""The leaves whose histories are kept in `tests/histories/`: each a way through the chart, told as people act."""

from collections.abc import Awaitable, Callable

from activities.store import Store
from domain.acts import (
    Approve,
    ChangeFlight,
    ConfirmTravel,
    Deny,
    Extend,
    Find,
    Import,
    IssueOrder,
    Report,
    RescindOrder,
    SignIn,
    SignOut,
    Withdraw,
)
from domain.ids import REGISTER
from domain.model import DAY, HOUR
from tests.workflows.mission import FLYING, TODAY, files, member
from tests.workflows.play import Case, Mission, until
from tests.workflows.test_carrying import spread, wide
from tests.workflows.test_ways import FIRST, SEALED, midnight
from wiring.deliver import QUEUE

Script = Callable[[Mission, str], Awaitable[dict[str, str]]]
"""Plays on a base; answers which workflow's history is kept under which name: its id, and its run if it has several."""


async def straight(mission: Mission, base: str) -> dict[str, str]:
    """The account waits for the posting of the charge. That kept as `account` is of before it had a clock."""
    case = Case(mission, FLYING, member(FLYING, 103))
    await case.approved(travel="flight")
    await case.says(ConfirmTravel, case.post("MOV"))
    await case.day(1)
    await case.says(SignOut, case.post("GATE"))
    await case.day(5)
    await case.says(SignIn, case.post("GATE"))
    await case.ends()
    return {"leave-settled": case.leave_id, "account-waits": f"member-{mission.id(case.who.number)}"}


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


async def returned_late(mission: Mission, base: str) -> dict[str, str]:
    """The return of one who was given up is told late: they were back in time."""
    case = Case(mission, base, member(base, 1))
    await case.away()
    await case.comes(midnight(FIRST + 185 * DAY) + 6 * HOUR)
    await case.reaches("gone")
    await case.says(SignIn, case.post("GATE"), at=midnight(FIRST + 2 * DAY) + 12 * HOUR)
    await case.ends()
    return {"leave-given-up-returned": case.leave_id}


async def stranded(mission: Mission, base: str) -> dict[str, str]:
    """The flight home is cancelled while the member is away, and the commander excuses the days until the return."""
    first, last = TODAY + 49 * DAY, TODAY + 53 * DAY
    case = Case(mission, FLYING, member(FLYING, 130))
    await case.approved(first=first, travel="flight")
    await case.says(ConfirmTravel, case.post("MOV"))
    await case.day(1)
    await case.says(SignOut, case.post("GATE"))
    for day in (last, last + DAY):
        await case.sent(case.act(ChangeFlight, case.post("MOV"), flight=f"BACK-{day}", reason="no aircraft"))

    async def left_behind() -> bool:
        return "no-way-home" in (await case.face()).attention

    await until(left_behind, "there is no flight home")
    await case.day(7)
    await case.says(Find, case.post("CO"), finding="excused", reason=SEALED)
    await case.says(SignIn, case.post("GATE"))
    await case.ends()
    return {"leave-stranded": case.leave_id}


async def renewed(mission: Mission, base: str) -> dict[str, str]:
    """An account goes on as new after a month: the run that ends so, and the one that carries on."""
    case = Case(mission, base, member(base, 1))
    await case.asks()
    account = f"member-{mission.id(case.who.number)}"
    handle = mission.client.get_workflow_handle(account)
    first = (await handle.describe()).run_id
    await case.skipper.fast_forward(handle, 31 * DAY)

    async def next_run() -> str:
        run = str((await handle.describe()).run_id)
        return run if run != first else ""

    carried = await until(next_run, "the account went on as new")
    await case.says(Withdraw)
    await case.ends()
    return {"account-renewed": f"{account} {first}", "account-carried-over": f"{account} {carried}"}


async def register(mission: Mission, base: str) -> dict[str, str]:
    """A file is imported that says the same in other words, and a flight is cancelled on which nobody is booked."""
    case = Case(mission, FLYING, member(FLYING, 120))
    head, *rows = files()["settings.csv"].splitlines(keepends=True)
    digest = Store(mission.settings.folder / "store").put(b"".join((head, *reversed(rows))))
    said = case.act(Import, case.post("ADMIN"), files={"settings.csv": digest}, base_version=1)
    outcome = await case.sent(said)
    assert outcome.refusal is None, outcome
    its = mission.client.get_workflow_handle(REGISTER)

    async def taken_in() -> bool:
        return bool((await its.query("state"))["version"] == 2)

    await until(taken_in, "the file was taken in")
    flight = case.act(ChangeFlight, case.post("MOV"), flight=f"OUT-{TODAY + 59 * DAY}", reason="weather")
    outcome = await case.sent(flight)
    assert outcome.refusal is None, outcome

    async def told() -> bool:
        return not (await its.query("state"))["flights"]

    await until(told, "whoever is booked was told")
    return {"register": REGISTER}


async def wide_order(mission: Mission, base: str) -> dict[str, str]:
    case = Case(mission, base, member(base, 1))
    await case.asks()
    order = case.act(IssueOrder, case.post("FC"), order=wide("MO-H"))
    issued = await spread(mission, order, "MO-H.1")
    await issued.result()
    return {"order": issued.id}


async def night(mission: Mission, base: str) -> dict[str, str]:
    for name, arguments in (("Reconcile", []), ("Seal", [True])):
        await mission.client.execute_workflow(
            f"{name}Workflow", args=arguments, id=f"golden-{name.lower()}", task_queue=QUEUE
        )
    return {"reconcile": "golden-reconcile", "seal": "golden-seal"}


SCRIPTS: tuple[Script, ...] = (
    straight,
    suspended,
    silent,
    denied,
    late,
    missing,
    returned_late,
    renewed,
    register,
    wide_order,
    night,
    stranded,  # behind the register, which hears of the flights
)
