"""What a leave holds by another entity: its control number and its place by the base, its days by the member's account.

Each is one setter: "my holding is now this, my n-th wish". Asked again, the entity answers the same and changes
nothing.
"""

from __future__ import annotations

import asyncio
from typing import Any, cast

from sqlalchemy import Engine
from temporalio import activity
from temporalio.client import Client
from temporalio.exceptions import ApplicationError

from activities.register import away
from activities.register.database import reading, writing
from activities.waiting import while_working
from domain.account.events import DaysRefused, HeldDays
from domain.acts import Act, Enter, SetDays, SetPlace
from domain.garrison.events import Numbered, Stands
from domain.holdings import Days, Number, Place, Want
from domain.leave.events import GaveBack, Judged, Lacks, LeaveEvent, Took
from domain.model import Instant, timedelta
from wiring.deliver import deliver

Events = tuple[LeaveEvent, ...]

WITHIN = timedelta(seconds=25)
"""How long one try waits for the entity; the workflow's own local try is over sooner."""


class Holdings:
    """Asks entities on behalf of leaves."""

    def __init__(self, client: Client, engine: Engine) -> None:
        self.client, self.engine = client, engine

    @activity.defn(name="number")
    async def number(self, want: Want) -> Events:
        """The control number; given once, kept for good."""
        spec = want.spec
        assert isinstance(spec, Number)  # noqa: S101  (a number is never given back)
        act = Enter(**_head(want), base=spec.base, year=spec.year)
        answer = await self._answer(act, want, Numbered)
        return (Took(spec=spec, n=want.n, ref=answer.number, cites=(f"base/{spec.base}",)),)

    @activity.defn(name="place")
    async def place(self, want: Want) -> Events:
        """The place among the absences of the base: its verdict."""
        place = cast("Place | None", want.spec)
        act = SetPlace(**_head(want), base=want.of, n=want.n, place=place, back_at=want.back_at)
        answer = await self._answer(act, want, Stands)
        if place is None or place.out_at:
            await asyncio.to_thread(self._note, want)
        if want.spec is None:
            return (GaveBack(what="place", n=want.n, cites=(f"base/{want.of}",)),)
        cites = tuple(b.cites for b in answer.verdict.blocks) or answer.verdict.cites or (f"base/{want.of}",)
        return (Judged(verdict=answer.verdict, spec=want.spec, cites=cites, irregular=answer.verdict.irregular),)

    @activity.defn(name="days")
    async def days(self, want: Want) -> Events:
        """The days of the account: held, changed, settled or given back."""
        if want.back_at:  # who was given up and came back after all has no place to give back
            await asyncio.to_thread(self._returned, want.of, want.back_at)
        return (of_days(want, await self._answer(setting_days(want), want, HeldDays, DaysRefused)),)

    def _note(self, want: Want) -> None:
        """Whether its member is away, for those who are asked at other bases."""
        with writing(self.engine) as session:
            away.note(session, want)

    def _returned(self, member: str, back_at: Instant) -> None:
        """That a member was seen back: written down where they are known as away."""
        with reading(self.engine) as session:
            known = away.away(session, [member])
        if known:
            with writing(self.engine) as session:
                away.returned(session, member, back_at)

    async def _answer(self, act: Act, want: Want, *kinds: type[Any]) -> Any:
        """The one entry of the kinds expected which is about this leave."""
        outcome = await while_working(deliver(self.client, act, within=WITHIN))
        for entry in reversed(outcome.entries):
            if isinstance(entry.event, kinds) and entry.event.leave_id == want.leave_id:
                return entry.event
        raise ApplicationError(f"no answer to {want.what} among {[e.event.kind for e in outcome.entries]}")


def setting_days(want: Want) -> SetDays:
    """What is said to the account by a wish for days."""
    days = cast("Days | None", want.spec)
    return SetDays(**_head(want), member=want.of, n=want.n, days=days, under=want.under)


def of_days(want: Want, answer: HeldDays | DaysRefused) -> LeaveEvent:
    """What the account's answer to a wish for days is to the leave."""
    if want.spec is None:
        return GaveBack(what="days", n=want.n, cites=answer.cites)
    if isinstance(answer, DaysRefused):
        return Lacks(spec=want.spec, n=want.n, refusal=answer.refusal, cites=(answer.refusal.rule,))
    return Took(
        spec=want.spec,
        n=want.n,
        word=answer.word,
        advance=answer.advance,
        excess=answer.excess,
        cites=answer.cites,
        irregular=answer.irregular,
    )


def _head(want: Want) -> dict[str, Any]:
    return {
        "act_id": f"{want.leave_id}/{want.what}/{want.n}",
        "decided_by": want.leave_id,
        "acted_at": want.as_of,
        "leave_id": want.leave_id,
    }
