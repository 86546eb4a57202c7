"""A flight is cancelled or moved in the register, and each leave with a seat on it is told, some at a time."""

from __future__ import annotations

import asyncio

from sqlalchemy import Engine, select
from temporalio import activity
from temporalio.client import Client

from activities.register import tables as t
from activities.register.database import writing
from activities.waiting import while_working
from domain.acts import FlightChanged
from domain.ids import REGISTER
from domain.model import timedelta
from domain.register import ChangedFlight, FlightTold, RegisterEvent
from wiring.deliver import Gone, deliver

AT_A_TIME = 16
WITHIN = timedelta(seconds=20)


class Flights:
    """Changes flights, and tells those who are booked on them."""

    def __init__(self, engine: Engine, client: Client) -> None:
        self.engine, self.client = engine, client

    @activity.defn(name="flight")
    async def flight(self, want: ChangedFlight) -> tuple[RegisterEvent, ...]:
        """Done again, it changes nothing twice: the same words stand, and a leave knows what it was told.

        Raises:
            NotDelivered: some leaves could not be told now; all others were, and the next try tells them.
        """
        booked = await asyncio.to_thread(self.change, want)
        gate = asyncio.Semaphore(AT_A_TIME)

        async def one(leave_id: str) -> None:
            async with gate:
                await self._tell(want, leave_id)
                activity.heartbeat(leave_id)

        failed = [e for e in await asyncio.gather(*map(one, booked), return_exceptions=True) if e is not None]
        if failed:
            raise failed[0]
        return (FlightTold(n=want.n, flight=want.flight, leaves=len(booked), cites=("movement/flight",)),)

    def change(self, want: ChangedFlight) -> list[str]:
        """Write the change, and read who is booked: in one transaction, so that nobody is booked in between."""
        with writing(self.engine) as session:
            row = session.scalars(select(t.Flight).filter_by(flight=want.flight).with_for_update()).first()
            if row and not want.as_imported:
                if want.departs and want.arrives:
                    row.departs, row.arrives, row.cancelled_at = want.departs, want.arrives, None
                    row.manifest_closes = want.manifest_closes or row.manifest_closes
                else:
                    row.cancelled_at = row.cancelled_at or want.at
            held = select(t.Seat.leave_id).filter_by(flight=want.flight, state="held").distinct()
            return list(session.scalars(held.order_by(t.Seat.leave_id)))

    async def _tell(self, want: ChangedFlight, leave_id: str) -> None:
        act = FlightChanged(
            act_id=f"{REGISTER}/{want.n}/{want.flight}",
            decided_by=REGISTER,
            acted_at=want.at,
            leave_id=leave_id,
            flight=want.flight,
            why="moved" if want.departs or want.as_imported else "cancelled",
        )
        try:
            await while_working(deliver(self.client, act, within=WITHIN))
        except Gone:
            activity.logger.info("a leave with a seat has ended; the nightly walk gives the seat back")
