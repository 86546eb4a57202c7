"""A mission-wide order on its way: published beside the register, then brought to each base."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session
from temporalio import activity
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from activities.register import command, lookups, posts
from activities.register.database import writing
from activities.register.publishing import mission_book, publish
from activities.waiting import while_working
from domain.acts import IssueOrder, RescindOrder
from domain.carrying import Carried, Errand, Published, carried
from domain.facts import Facts
from domain.garrison import orders
from domain.garrison.orders import Book
from domain.garrison.publishing import grounds
from domain.ids import order_workflow
from domain.model import Code, Instant, timedelta
from wiring.deliver import deliver

WITHIN = timedelta(seconds=25)


class Carrying:
    """Publishes orders and carries them."""

    def __init__(self, engine: Engine, client: Client, build: str) -> None:
        self.engine, self.client, self.build = engine, client, build

    @activity.defn(name="publish-order")
    def publish(self, act: IssueOrder | RescindOrder) -> Published:
        """Keep the order for bases that open later; answers the bases there are now, or why it is refused."""
        now = datetime.now(UTC)
        with writing(self.engine) as session:
            book = mission_book(session)
            on = grounds(act, book, _facts(session, act, book, now), now, self.build)
            if refusal := publish(session, act, on):
                return Published(refusal=refusal, on=on)
            number = act.order.number if isinstance(act, IssueOrder) else act.number
            versions = tuple(edition.name for edition in mission_book(session).get(number, ()))
            return Published(bases=tuple(base.code for base in lookups.bases(session)), versions=versions, on=on)

    @activity.defn(name="carry-order")
    async def carry(self, errand: Errand) -> Carried:
        """Bring it to one base; brought twice, it changes nothing.

        Raises:
            ApplicationError: type `OrderOnItsWay`, where a rescission has overtaken its order: it is tried again.
        """
        # Looked at before the base is asked: what arrives meanwhile is found at the next try.
        coming = [name for name in errand.after if await self._on_its_way(name)]
        # A base is asked anew after "unknown", and would answer the same act as it did before.
        anew = f"~{activity.info().attempt}" if errand.after else ""
        act_id = f"{errand.act.act_id}/{errand.base}{anew}"
        act = errand.act.model_copy(update={"base": errand.base, "act_id": act_id, "everywhere": False})
        outcome = await while_working(deliver(self.client, act, within=WITHIN))
        refusal = outcome.refusal
        if coming and refusal and refusal.rule == "order/unknown":
            raise ApplicationError(f"{', '.join(coming)} is on its way to {errand.base}", type="OrderOnItsWay")
        return carried(errand.base, outcome.entries, refusal)

    async def _on_its_way(self, name: Code) -> bool:
        """Whether a version is still being carried."""
        try:
            found = await self.client.get_workflow_handle(order_workflow(name)).describe()
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return False
            raise
        return found.status is WorkflowExecutionStatus.RUNNING


def _facts(session: Session, act: IssueOrder | RescindOrder, book: Book, now: Instant) -> Facts:
    """Who ordered it, who recorded it, which posts are above the issuer of what is changed, which names are unknown."""
    issuer = orders.issuer(book, act)
    superiors = command.above(session, issuer) if issuer else ()
    above = {one: command.above(session, one) for one in orders.issuers(book, act)}
    clerk = posts.person(session, act.entered_by, now, now) if act.entered_by else None
    person = posts.person(session, act.decided_by, act.acted_at, now)
    unknown = lookups.unknown(session, act.order) if isinstance(act, IssueOrder) else ()
    return Facts(
        register_version=lookups.version(session),
        person=person,
        clerk=clerk,
        superiors=superiors,
        above=above,
        unknown=unknown,
    )
