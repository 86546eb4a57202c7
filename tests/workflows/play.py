"""Leaves as tests drive them: people speak through the one door, clocks are moved, and what follows is waited for."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Engine
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError
from temporalio.testing import TimeSkipper
from ulid import ULID

import worker
from activities.register import lookups
from activities.register.database import engine, migrate, reading, writing
from activities.register.importing import Bundle, apply, parse
from domain.account import Account
from domain.acts import Approve, Ask, IssueOrder, SignOut
from domain.decider import Outcome
from domain.garrison import Garrison
from domain.ids import REGISTER, base_workflow, member_workflow
from domain.leave import Face
from domain.model import DAY, Decimal, date, timedelta
from domain.orders import Order
from domain.register import Register
from domain.restrictions import StopLeave
from starter.server import EmbeddedServer
from tests.begun import started_before
from tests.workflows.mission import TODAY, Someone, files, holder
from wiring.connect import connect
from wiring.deliver import QUEUE, NotDelivered, deliver
from wiring.plugin import FurloughPlugin
from wiring.settings import Settings
from workflows.entity import Start

BUILD = "test"
MISSION = "UNEX"
LONG = 60.0
"""Seconds within which everything that is waited for must have happened."""

T = TypeVar("T")
_serial = count(1)


class Mission(NamedTuple):
    """A mission that runs: its settings, a client of its server, its register."""

    settings: Settings
    client: Client
    source: Engine

    def id(self, number: str) -> str:
        """The register id of a service number."""
        with reading(self.source) as session:
            found = lookups.resolve(session, number)
        assert found, number
        return found


@asynccontextmanager
async def running(home: Path, **told: Any) -> AsyncIterator[Mission]:
    """A server with the mission in its register, and no worker yet."""
    settings = Settings(home=home, mission=MISSION, **told)
    settings.folder.mkdir(parents=True, exist_ok=True)
    migrate(settings.database)
    source = engine(settings.database)
    with reading(source) as session:
        empty = not lookups.version(session)
    if empty:
        bundle = parse(files())
        assert isinstance(bundle, Bundle), bundle[:5]
        with writing(source) as session:
            apply(session, bundle, "m-aaaaaaaaaa", datetime.now(UTC))
    await started_before(home, MISSION)
    async with EmbeddedServer(home, MISSION, 0, 0, time_skipping=True):
        client = await connect(settings, [FurloughPlugin()])
        await client.start_workflow(
            "RegisterWorkflow",
            Start(of=REGISTER, state=Register(version=1, newest=1, administrators=1)),  # as if it had imported it
            id=REGISTER,
            task_queue=QUEUE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
        yield Mission(settings, client, source)
    source.dispose()


@asynccontextmanager
async def working(mission: Mission, build: str = BUILD, **options: Any) -> AsyncIterator[None]:
    """A worker of this mission in this process."""
    async with worker.working(mission.settings, mission.client, build, **options):
        yield


async def until(condition: Callable[[], Awaitable[T]], what: str, seconds: float = LONG) -> T:
    """Ask again and again until there is something; say what was waited for where there is not in time."""
    try:
        async with asyncio.timeout(seconds):
            while not (found := await condition()):  # servers raise no event for us
                await asyncio.sleep(0.02)
            return found
    except TimeoutError:
        raise AssertionError(f"waited {seconds} s in vain until {what}") from None


class Case:
    """One leave of one member of a base. `at` is the time of the next act: the leave's own, which may be moved."""

    def __init__(self, mission: Mission, base: str, who: Someone) -> None:
        self.mission, self.base, self.who = mission, base, who
        self.leave_id = f"{MISSION}-{ULID()}"
        self.skipper = TimeSkipper(mission.client)

    @property
    def handle(self) -> WorkflowHandle[Any, Any]:
        """The workflow of the leave."""
        return self.mission.client.get_workflow_handle(self.leave_id)

    def post(self, name: str) -> Someone:
        """Who holds a post of the leave's base, or of the mission."""
        return holder(name, self.base if name not in ("SC", "FC", "VO", "ADMIN") else "")

    def act(self, kind: type[Any], by: Someone | None = None, **fields: Any) -> Any:
        """An act of somebody (the member, where nobody is named) at its time (`at`, else the machine's)."""
        by = by or self.who
        clerk: Someone | None = fields.pop("entered_by", None)
        head = {
            "act_id": fields.pop("act_id", f"{kind.__name__}-{next(_serial)}"),
            "decided_by": self.mission.id(by.number),
            "post": by.post,
            "entered_by": self.mission.id(clerk.number) if clerk else None,
            "acted_at": fields.pop("at", None) or datetime.now(UTC),
        }
        if "base" in kind.model_fields:
            fields.setdefault("base", self.base)
        if "leave_id" in kind.model_fields:
            head["leave_id"] = self.leave_id
        return kind(**head, **fields)

    async def send(self, act: Any) -> Outcome[Any]:
        """Through the one door; what it leads to is waited for."""
        outcome = await self.sent(act)
        await self.settled()
        return outcome

    async def sent(self, act: Any) -> Outcome[Any]:
        """The outcome of an act; on a busy machine it is sent again under the same id until there is one."""
        outcome: Outcome[Any] | None = None
        async with asyncio.timeout(LONG):
            while outcome is None:
                with suppress(NotDelivered):
                    outcome = await deliver(self.mission.client, act)
        return outcome

    async def says(self, kind: type[Any], by: Someone | None = None, **fields: Any) -> list[str]:
        """Somebody says an act, at the leave's own time; answers the kinds of the entries which it led to."""
        fields.setdefault("at", await self.now())
        outcome = await self.send(self.act(kind, by, **fields))
        return [entry.event.kind for entry in outcome.entries]

    def wish(self, first: date | None = None, days: int = 5, **fields: Any) -> Any:
        """The member's request, for ordinary leave in 20 days from today where nothing else is said."""
        first = first or TODAY + 20 * DAY
        wish = {"leave_kind": "ordinary", "destination": "BEY", "travel": "none"} | fields
        member = self.mission.id(self.who.number)
        return self.act(Ask, member=member, first=first, last=first + (days - 1) * DAY, **wish)

    async def asks(self, *dates: Any, **fields: Any) -> list[str]:
        """The member asks for leave; answers the kinds of the entries which that led to."""
        return [entry.event.kind for entry in (await self.send(self.wish(*dates, **fields))).entries]

    async def face(self) -> Face:
        """How it looks from outside."""
        face: Face = await self.handle.query("face", result_type=Face)
        return face

    async def state(self) -> str:
        """Where it stands, in a word."""
        return (await self.face()).state

    async def settled(self) -> Face:
        """Wait until no effect is under way."""

        async def quiet() -> bool:
            return not (await self.face()).busy

        await until(quiet, f"{self.leave_id} is no longer busy")
        return await self.face()

    async def reaches(self, state: str) -> Face:
        """Wait until it stands there."""
        seen = ""

        async def there() -> bool:
            nonlocal seen
            face = await self.face()
            seen = f"{face.state}, waits for {face.waits_for}, busy {face.busy}"
            return face.state == state and not face.busy

        try:
            await until(there, f"it is {state}")
            return await self.face()
        except AssertionError as error:
            raise AssertionError(f"{error}; it is {seen}; {await self.journal()}") from None

    async def journal(self) -> list[str]:
        """The kinds of its entries; ends, lapses and what was held are told more closely."""
        return [_told(entry["event"]) for entry in await self.entries()]

    async def entries(self) -> list[dict[str, Any]]:
        """Its journal as it is kept."""
        found: list[dict[str, Any]] = await self.handle.query("journal")
        return found

    async def now(self) -> datetime:
        """The leave's own time; the machine's where it was never moved."""
        try:
            return await self.skipper.get_current_time(self.handle)
        except Exception:  # noqa: BLE001  (the leave is not there yet)
            return datetime.now(UTC)

    async def passes(self, span: timedelta) -> None:
        """Let time pass for this leave alone; what falls due on the way happens."""
        await self.skipper.fast_forward(self.handle, span)
        await self.settled()

    async def comes(self, moment: datetime) -> None:
        """Let time pass until a moment."""
        await self.passes(moment - await self.now())

    async def day(self, i: int, hour: int = 9) -> datetime:
        """A moment of the i-th day of the leave (1 is its first), on the clock of UTC; time passes until then."""
        face = await self.face()
        assert face.first
        moment = datetime(face.first.year, face.first.month, face.first.day, hour, tzinfo=UTC) + (i - 1) * DAY
        await self.comes(moment)
        return moment

    async def garrison(self) -> Garrison:
        """The base's state."""
        handle = self.mission.client.get_workflow_handle(base_workflow(self.base))
        garrison: Garrison = await handle.query("state", result_type=Garrison)
        return garrison

    async def account(self) -> Account:
        """The member's account."""
        handle = self.mission.client.get_workflow_handle(member_workflow(self.mission.id(self.who.number)))
        account: Account = await handle.query("state", result_type=Account)
        return account

    async def holds(self) -> set[str]:
        """What it holds by those who give it, whatever it says itself."""
        line, days = (await self.garrison()).leaves.get(self.leave_id), (await self.account()).lines.get(self.leave_id)
        held = {"place"} if line and line.place else set()
        return (
            held
            | ({"days"} if days and days.days and not days.closed else set())
            | set(registered(self.mission, self.leave_id))
        )

    async def charged(self) -> Decimal:
        """How many days the account has charged for it."""
        return (await self.account()).lines[self.leave_id].cost

    async def approved(self, **wish: Any) -> Face:
        """Asked for and approved by the commander; answers how it looks then."""
        await self.asks(**wish)
        await self.reaches("waiting for approval")
        await self.says(Approve, self.post("CO"))
        return await self.settled()

    async def away(self, hour: int = 9, **wish: Any) -> Face:
        """Asked for, approved, and signed out on its first day."""
        await self.approved(**wish)
        await self.day(1, hour)
        await self.says(SignOut, self.post("GATE"))
        return await self.reaches("away")

    async def order(self, number: str, since: datetime, until: datetime | None, version: int = 1, **fields: Any) -> Any:
        """The commander of its base issues an order; leave is stopped where nothing else is said."""
        order: dict[str, Any] = {
            "number": f"{number}-{self.base}",
            "version": version,
            "issuer": f"CO-{self.base}",
            "title": "no leave",
            "since": since,
            "until": until,
            "restrictions": (StopLeave(),),
            "etp": "SC",
        } | fields
        act = self.act(IssueOrder, self.post("CO"), order=Order(**order))
        outcome = await self.sent(act)
        assert outcome.refusal is None, outcome.refusal
        return act.order

    async def ends(self) -> str:
        """Nobody says anything any more, and time passes until it has ended; answers how."""
        async with asyncio.timeout(LONG):
            if (await self.handle.describe()).status is WorkflowExecutionStatus.RUNNING:
                with suppress(RPCError):  # it may end in between
                    await self.skipper.fast_forward(self.handle)
            how: str = await self.handle.result()
        return how


def registered(mission: Mission, leave_id: str) -> Iterator[str]:
    """Seat and paper, as far as the register's database says that the leave has them."""
    from activities.register import tables as t

    with reading(mission.source) as session:
        if any(seat.state == "held" for seat in session.query(t.Seat).filter_by(leave_id=leave_id)):
            yield "seat"
        if any(paper.revoked_at is None for paper in session.query(t.Paper).filter_by(leave_id=leave_id)):
            yield "paper"


def known_away(mission: Mission, leave_id: str) -> bool:
    """Whether the register's database says that its member is away."""
    from activities.register import tables as t

    with reading(mission.source) as session:
        return session.query(t.Away).filter_by(leave_id=leave_id).count() > 0


def _told(event: dict[str, Any]) -> str:
    match event:
        case {"kind": "ended", "how": how}:
            return f"ended {how}"
        case {"kind": "lapsed", "what": what}:
            return f"lapsed {what}"
        case {"kind": "took", "spec": {"what": what}}:
            return f"took {what}"
        case {"kind": "gave-back", "what": what}:
            return f"gave back {what}"
    return str(event["kind"])
