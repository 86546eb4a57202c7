"""A flight is cancelled or moved in the register; and each leave with a seat on it is told, some at a time.

To write takes a moment and waits for nobody: seats on a cancelled flight are sold no longer than that. To tell takes as
long as leaves are silent; what they are to be told waits in the register.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from sqlalchemy import Engine
from temporalio import activity
from temporalio.client import Client

from activities.register import flight_changes
from activities.register.database import reading, writing
from activities.register.flight_changes import News
from activities.waiting import while_working
from domain.acts import FlightChanged
from domain.ids import REGISTER
from domain.model import timedelta
from domain.register import ChangedFlight, FlightTold, FlightWritten, RegisterEvent, TellFlights, Untold
from wiring.deliver import Gone, deliver

AT_A_TIME = 16
WITHIN = timedelta(seconds=20)

CITES = ("movement/flight",)


class Flights:
    """Changes flights, and tells those who are booked on them."""

    def __init__(self, engine: Engine, client: Client) -> None:
        self.engine, self.client = engine, client

    @activity.defn(name="flight", no_thread_cancel_exception=True)
    def flight(self, want: ChangedFlight) -> tuple[RegisterEvent, ...]:
        """Write the change. Done again, or late, it changes nothing: a newer word on the flight stands."""
        with writing(self.engine) as session:
            leaves = flight_changes.write(session, want)
        return (FlightWritten(n=want.n, flight=want.flight, leaves=leaves, cites=CITES),)

    @activity.defn(name="tell-flights")
    async def tell(self, want: TellFlights) -> tuple[RegisterEvent, ...]:
        """Tell all who are to be told by now, of whatever change: who cannot be reached keeps the word from nobody.

        Each change of which all leaves know is answered. Told again, a leave knows what it was told.

        Raises:
            NotDelivered: of no change all leaves could be told; the next try tells those who are left, and whoever
                is to be told by then.
        """
        news = await asyncio.to_thread(self._untold)
        gate = asyncio.Semaphore(AT_A_TIME)

        async def one(new: News) -> None:
            async with gate:
                try:
                    await self._tell(new)
                finally:
                    activity.heartbeat()

        answers = await asyncio.gather(*map(one, news), return_exceptions=True)
        failed = [error for error in answers if error is not None]
        told = [new for new, error in zip(news, answers, strict=True) if error is None]
        changes = dict.fromkeys((*want.changes, *(Untold(n=new.n, flight=new.flight) for new in news)))
        done = await asyncio.to_thread(self._told, told, tuple(changes))
        if failed and not done:
            raise failed[0]
        return tuple(
            FlightTold(n=change.n, flight=change.flight, leaves=leaves, cites=CITES) for change, leaves in done.items()
        )

    def _untold(self) -> tuple[News, ...]:
        with reading(self.engine) as session:
            return flight_changes.untold(session)

    def _told(self, news: list[News], changes: tuple[Untold, ...]) -> dict[Untold, int]:
        """Note who was told, and say of which changes all were."""
        with writing(self.engine) as session:
            flight_changes.told(session, news, datetime.now(UTC))
            session.flush()
            return flight_changes.all_told(session, changes)

    async def _tell(self, new: News) -> None:
        act = FlightChanged(
            act_id=f"{REGISTER}/{new.n}/{new.flight}",
            decided_by=REGISTER,
            acted_at=new.at,
            leave_id=new.leave_id,
            flight=new.flight,
            why=new.why,
        )
        try:
            await while_working(deliver(self.client, act, within=WITHIN))
        except Gone:
            activity.logger.info("a leave with a seat has ended; the nightly walk gives the seat back")
