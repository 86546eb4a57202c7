"""What a leave holds in the register's database: seats and papers; and the notices laid out for the mailer.

Whoever waits no longer for an answer does not break a transaction off: it is over soon, and asked again it is the same.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from temporalio import activity

from activities.register import consents, outbox
from activities.register.database import writing
from activities.register.lookups import base_zone
from activities.register.papers import set_paper
from activities.register.seats import set_seat
from domain.holdings import Leg, Notice, Seat, Want
from domain.leave.events import GaveBack, Lacks, LeaveEvent, Took
from domain.refusal import Refusal

Events = tuple[LeaveEvent, ...]


class Effects:
    """Each is one transaction, keyed by (leave, what, n)."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @activity.defn(name="seat", no_thread_cancel_exception=True)
    def seat(self, want: Want) -> Events:
        """Seats out and back on flights of the mission; times are told on the base's clock."""
        with writing(self.engine) as session:
            answer = set_seat(session, want)
            zone = base_zone(session, want.spec.base) if isinstance(want.spec, Seat) else None
        if want.spec is None:
            return (GaveBack(what="seat", n=want.n, cites=("travel/seat",)),)
        if isinstance(answer, Refusal):
            return (Lacks(spec=want.spec, n=want.n, refusal=answer, cites=(answer.rule,)),)
        clock = ZoneInfo(zone or "UTC")
        flights = ", ".join(f"{b.leg} {b.flight} {b.departs.astimezone(clock):%Y-%m-%d %H:%M}" for b in answer)
        legs = tuple(
            Leg(
                leg=b.leg,
                flight=b.flight,
                departs=b.departs,
                arrives=b.arrives,
                closed=b.closed if b.closed <= want.as_of else None,
            )
            for b in answer
        )
        return (Took(spec=want.spec, n=want.n, ref=flights, legs=legs, cites=("travel/seat",)),)

    @activity.defn(name="paper", no_thread_cancel_exception=True)
    def paper(self, want: Want) -> Events:
        """The leave paper."""
        with writing(self.engine) as session:
            paper = set_paper(session, want)
            consents.note(session, want)
        if want.spec is None or paper is None:
            return (GaveBack(what="paper", n=want.n, cites=("travel/paper",)),)
        return (Took(spec=want.spec, n=want.n, ref=f"{paper.number}/{paper.serial}", cites=("travel/paper",)),)

    @activity.defn(name="notice", no_thread_cancel_exception=True)
    def notice(self, want: Want) -> Events:
        """Notices into the outbox; who they are for is told no kind of leave and no reason."""
        notice = want.spec
        assert isinstance(notice, Notice)  # noqa: S101  (a notice is never given back)
        with writing(self.engine) as session:
            for news in notice.news:
                for recipient in dict.fromkeys((notice.member, *news.to)):
                    subject = f"Leave {notice.number}"
                    outbox.put(session, want.leave_id, news.seq, recipient, subject, news.says, want.as_of)
        return (Took(spec=notice, n=want.n, ref=f"{len(notice.news)} entries", cites=("notice",)),)
