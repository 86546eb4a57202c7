"""Papers are issued and revoked once for each wish; a notice is laid out once and sent until it has left."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, func, select

from activities.register import lookups, outbox
from activities.register import tables as t
from activities.register.database import reading, writing
from activities.register.papers import IssuedPaper, papers, set_paper, valid_paper
from domain.holdings import Paper, Want
from tests.activities.register.mission import FILES, NOW, imported

PAPER = Paper(number="NAQ-2026-000001", first=date(2026, 12, 10), last=date(2026, 12, 20))
LATER = PAPER.model_copy(update={"last": date(2026, 12, 25)})
MINUTE = timedelta(minutes=1)


class TestPapers:
    @pytest.fixture(autouse=True)
    def _at(self, register: Engine) -> None:
        self.at = register

    def ask(self, n: int, spec: Paper | None, minutes: int = 0) -> IssuedPaper | None:
        want = Want(leave_id="UNEX-A", what="paper", of="register", spec=spec, n=n, as_of=NOW + minutes * MINUTE)
        with writing(self.at) as session:
            return set_paper(session, want)

    def all(self) -> list[tuple[int, date, bool]]:
        with reading(self.at) as session:
            return [(p.serial, p.last, p.revoked_at is None) for p in papers(session, PAPER.number)]

    def test_the_same_wish_again_issues_no_second_paper(self):
        first = self.ask(1, PAPER)
        assert first is not None
        assert (first.serial, first.issued_at, first.revoked_at) == (1, NOW, None)
        assert self.ask(1, PAPER, minutes=5) == first

    def test_a_changed_leave_gets_the_next_paper_and_the_old_one_is_revoked(self):
        self.ask(1, PAPER)
        self.ask(2, LATER, minutes=5)
        assert self.all() == [(1, PAPER.last, False), (2, LATER.last, True)]
        with reading(self.at) as session:
            assert papers(session, PAPER.number)[0].revoked_at == NOW + 5 * MINUTE

    def test_giving_back_revokes_and_an_older_wish_issues_nothing_any_more(self):
        self.ask(1, PAPER)
        assert self.ask(3, None) is None
        assert self.ask(2, LATER) is None
        assert self.all() == [(1, PAPER.last, False)]
        with reading(self.at) as session:
            assert valid_paper(session, "UNEX-A") is None

    def test_a_paper_taken_back_for_a_suspension_is_issued_anew_under_another_serial(self):
        self.ask(1, PAPER)
        self.ask(2, None)
        again = self.ask(3, PAPER, minutes=9)
        assert again is not None
        assert (again.serial, again.issued_at) == (2, NOW + 9 * MINUTE)


class TestOutbox:
    @pytest.fixture(autouse=True)
    def _at(self, register: Engine) -> None:
        self.at = register

    def put(self, recipient: str = "CO-A", seq: int = 3, body: str = "a leave waits for you") -> bool:
        with writing(self.at) as session:
            return outbox.put(session, "UNEX-A", seq, recipient, "Leave NAQ-2026-000001", body, NOW)

    def take(self, minutes: int = 0, limit: int = 50) -> list[outbox.Mail]:
        with writing(self.at) as session:
            return list(outbox.take(session, NOW + minutes * MINUTE, limit))

    def test_a_notice_is_laid_out_once_and_stays_as_it_was(self):
        assert self.put()
        assert not self.put(body="another text")
        assert [mail.body for mail in self.take()] == ["a leave waits for you"]

    def test_a_notice_is_lent_to_one_sender_and_taken_up_again_when_that_one_died(self):
        self.put()
        assert len(self.take()) == 1
        assert self.take(minutes=9) == []
        assert [mail.tries for mail in self.take(minutes=10)] == [2]

    def test_what_was_sent_is_not_sent_again(self):
        self.put()
        (mail,) = self.take()
        with writing(self.at) as session:
            outbox.sent(session, mail, NOW)
        assert self.take(minutes=10_000) == []

    def test_what_failed_is_tried_again_after_longer_and_longer_pauses(self):
        self.put()
        now, pauses = 0, []
        for _ in range(12):
            (mail,) = self.take(minutes=now)
            with writing(self.at) as session:
                outbox.failed(session, mail, "ConnectionRefusedError", NOW + now * MINUTE)
            pause = next(wait for wait in range(1, 1000) if self._due(now + wait))
            pauses.append(pause)
            now += pause
        assert pauses == [2, 4, 8, 16, 32, 64, 128, 256, 360, 360, 360, 360]

    def left(self, minutes: int) -> tuple[int, int, int]:
        with reading(self.at) as session:
            found = outbox.unsent(session, NOW + minutes * MINUTE)
            return found.waiting, found.nobody, found.expired

    def test_a_notice_is_tried_for_five_days_unless_the_mission_says_another_number_and_never_after_them(self):
        self.put()
        (mail,) = self.take()
        with writing(self.at) as session:
            outbox.failed(session, mail, outbox.NOBODY, NOW)
        days = 24 * 60
        assert (self.left(5 * days - 1), self.left(5 * days)) == ((0, 1, 0), (0, 0, 1))
        assert self.take(minutes=5 * days) == []
        with imported(self.at, settings=FILES["settings.csv"] + "notice-days,6\n"):
            pass
        assert self.left(5 * days) == (0, 1, 0)
        assert len(self.take(minutes=6 * days - 1)) == 1
        assert self.take(minutes=6 * days) == []

    def test_a_notice_never_expires_where_the_mission_says_so(self):
        self.put()
        with imported(self.at, settings=FILES["settings.csv"] + "notice-days,0\n"):
            pass
        assert self.left(10_000_000) == (1, 0, 0)
        assert len(self.take(minutes=10_000_000)) == 1

    def _due(self, minutes: int) -> bool:
        with reading(self.at) as session:
            due = select(t.Outgoing.seq).where(t.Outgoing.next_try_at <= NOW + minutes * MINUTE)
            return session.scalar(due) is not None

    def test_several_senders_at_once_take_each_notice_once(self):
        for seq in range(40):
            self.put(seq=seq)
        with ThreadPoolExecutor(4) as pool:
            taken = [mail.seq for mails in pool.map(lambda _: self.take(limit=10), range(8)) for mail in mails]
        assert len(taken) == len(set(taken))
        assert sorted(taken + [mail.seq for mail in self.take()]) == list(range(40))

    def test_the_same_notice_laid_out_by_several_at_once_lies_there_once(self):
        with ThreadPoolExecutor(4) as pool:
            assert sorted(pool.map(lambda _: self.put(), range(8))) == [False] * 7 + [True]
        with reading(self.at) as session:
            assert session.scalar(select(func.count()).select_from(t.Outgoing)) == 1

    def test_a_post_is_written_to_at_the_addresses_of_who_holds_it_now_and_a_member_at_their_own(self):
        with reading(self.at) as session:
            aspen = lookups.resolve(session, "GHA-3") or ""
            assert outbox.addresses(session, aspen, NOW) == ("aspen@unex.example",)
            assert outbox.addresses(session, "CO-A", NOW) == ("linden@unex.example",)
            during = NOW + timedelta(days=10)
            assert outbox.addresses(session, "CO-A", during) == ("aspen@unex.example", "linden@unex.example")
            assert outbox.addresses(session, "DFC", NOW) == ()
            assert outbox.addresses(session, "XYZ", NOW) == ()

    def test_who_has_left_is_not_written_to(self):
        with reading(self.at) as session:
            aspen = lookups.resolve(session, "GHA-3") or ""
        kept = [line for line in FILES["members.csv"].strip().splitlines() if not line.startswith("GHA-3")]
        with imported(self.at, members="\n".join(kept) + "\n") as session:
            assert outbox.addresses(session, aspen, NOW) == ()
