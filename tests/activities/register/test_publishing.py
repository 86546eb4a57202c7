"""Orders for the whole mission are kept once, with all their versions, and only what the bases would not refuse."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from activities.register import publishing
from activities.register.database import writing
from activities.register.publishing import mission_book, publish
from domain.acts import IssueOrder, RescindOrder
from domain.facts import Facts, HeldPost, Person
from domain.garrison.orders import MEMORY
from domain.garrison.publishing import Grounds, grounds, unpublishable
from domain.orders import Order, Role
from domain.refusal import Refusal
from domain.restrictions import Curfew
from tests.activities.register.mission import NOW, order


def speaks(post: str, role: Role) -> Facts:
    held = HeldPost(post=post, role=role, since=date(2026, 1, 1))
    return Facts(person=Person(id="m-somebody", posts=(held,)))


FORCE = speaks("FC", "force-commander")


class TestMissionOrders:
    @pytest.fixture(autouse=True)
    def _session(self, register: Engine):
        with writing(register) as self.session:
            yield

    def act(self, kind: type[Any], **words: Any) -> Any:
        head = {"act_id": "a", "decided_by": "m-somebody", "acted_at": NOW, "base": "NAQ"}
        return kind(**head | words)

    def publish(self, act: IssueOrder | RescindOrder, facts: Facts) -> Refusal | None:
        """Decided again over what is kept of its grounds, it is decided alike."""
        on = grounds(act, mission_book(self.session), facts, NOW)
        refusal = publish(self.session, act, on)
        assert unpublishable(act, Grounds.model_validate_json(on.model_dump_json())) == refusal
        return refusal

    def issue(self, one: Order, facts: Facts = FORCE) -> str:
        """The rule by which it was refused; nothing where it was published."""
        refusal = self.publish(self.act(IssueOrder, order=one), facts)
        return refusal.rule if refusal else ""

    def rescind(self, number: str, at: datetime, facts: Facts = FORCE) -> str:
        refusal = self.publish(self.act(RescindOrder, number=number, at=at, reason="over"), facts)
        return refusal.rule if refusal else ""

    def test_every_version_is_kept_in_order_and_once(self):
        versions = [order(n, NOW + timedelta(days=n)) for n in range(1, 12)]
        assert {self.issue(one) for one in (*versions, versions[0])} == {""}
        assert publishing.mission_orders(self.session) == tuple(versions)

    def test_rescinding_ends_what_is_in_force_with_its_minute_and_strikes_what_would_have_come(self):
        ended, running, coming = (
            order(1, NOW - timedelta(days=9), NOW - timedelta(days=5)),
            order(2, NOW - timedelta(days=5)),
            order(3, NOW + timedelta(days=5)),
        )
        for one in (ended, running, coming):
            assert self.issue(one) == ""
        assert self.rescind("MO-7", NOW + timedelta(seconds=30)) == ""
        assert self.rescind("MO-7", NOW + timedelta(seconds=30)) == ""
        assert self.rescind("MO-8", NOW) == ""
        assert publishing.mission_orders(self.session) == (ended, running.model_copy(update={"until": NOW}))
        assert [self.issue(one) for one in (running, coming)] == ["", ""], "what was published once stays known"
        assert len(publishing.mission_orders(self.session)) == 2

    def test_what_every_base_would_refuse_is_not_published(self):
        """A base that opens later would take it over unasked."""
        no_hours = Curfew(from_=time(6), until=time(6))
        assert self.issue(order(1, NOW).model_copy(update={"restrictions": (no_hours,)})) == "order/hours"
        assert self.issue(order(1, NOW - 2 * MEMORY, NOW - 1.5 * MEMORY)) == "order/long-over"
        assert publishing.mission_orders(self.session) == ()

    def test_nobody_publishes_an_order_without_authority_over_it_or_ends_it(self):
        commander = speaks("CO-NAQ", "commander")
        assert self.issue(order(1, NOW), commander) == "authority/order"
        assert self.issue(order(1, NOW, issuer="CO-NAQ"), commander) == "authority/order"
        assert self.issue(order(1, NOW), Facts()) == "authority/known-person"
        assert publishing.mission_orders(self.session) == ()
        assert self.issue(order(1, NOW)) == ""
        assert self.rescind("MO-7", NOW, commander) == "authority/order"
        assert self.rescind("MO-7", NOW - timedelta(days=1)) == "order/past"
        assert publishing.mission_orders(self.session) == (order(1, NOW),)

    def test_another_text_under_the_name_of_a_published_order_does_not_take_its_place(self):
        assert self.issue(order(1, NOW)) == ""
        assert self.issue(order(1, NOW, title="Another")) == "order/version"
        assert publishing.mission_orders(self.session) == (order(1, NOW),)

    def test_a_post_above_the_issuer_ends_an_order(self):
        assert self.issue(order(1, NOW)) == ""
        head = speaks("HOM", "commander")
        assert self.rescind("MO-7", NOW, head) == "authority/order"
        assert self.rescind("MO-7", NOW, head.model_copy(update={"superiors": ("HOM",)})) == ""

    def test_a_recorder_without_a_post_that_records_publishes_nothing(self):
        act = self.act(IssueOrder, order=order(1, NOW), entered_by="m-other")
        refusal = self.publish(act, FORCE)
        assert refusal
        assert refusal.rule == "authority/recorder"
        assert publishing.mission_orders(self.session) == ()

    def test_what_was_not_ordered_yet_is_not_published(self):
        act = self.act(IssueOrder, order=order(1, NOW), acted_at=NOW + timedelta(hours=1))
        refusal = self.publish(act, FORCE)
        assert refusal
        assert refusal.rule == "record/future"
        assert publishing.mission_orders(self.session) == ()
