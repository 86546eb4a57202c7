"""A mission-wide order on its way: published beside the register, then brought to each base."""

from __future__ import annotations

from sqlalchemy import Engine
from temporalio import activity
from temporalio.client import Client

from activities.register import lookups
from activities.register.database import reading, writing
from activities.register.publishing import publish_order, rescind_order
from activities.waiting import while_working
from domain.acts import IssueOrder, RescindOrder
from domain.carrying import Carried, Errand
from domain.garrison.events import Examined
from domain.model import timedelta
from wiring.deliver import deliver

WITHIN = timedelta(seconds=25)


class Carrying:
    """Publishes orders and carries them."""

    def __init__(self, engine: Engine, client: Client) -> None:
        self.engine, self.client = engine, client

    @activity.defn(name="publish-order")
    def publish(self, act: IssueOrder | RescindOrder) -> list[str]:
        """Keep the order for bases that open later; answers the bases there are now."""
        with writing(self.engine) as session:
            if isinstance(act, IssueOrder):
                publish_order(session, act.order)
            else:
                rescind_order(session, act.number, act.at or act.acted_at)
        with reading(self.engine) as session:
            return [base.code for base in lookups.bases(session)]

    @activity.defn(name="carry-order")
    async def carry(self, errand: Errand) -> Carried:
        """Bring it to one base; brought twice, it changes nothing."""
        act = errand.act.model_copy(update={"base": errand.base, "act_id": f"{errand.act.act_id}/{errand.base}"})
        outcome = await while_working(deliver(self.client, act, within=WITHIN))
        touched = sum(len(e.event.verdicts) for e in outcome.entries if isinstance(e.event, Examined))
        return Carried(base=errand.base, touched=touched, refusal=outcome.refusal)
