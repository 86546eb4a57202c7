"""Notices by mail, handed in at a real SMTP server: what is said, to whom, and that no mail holds anything up."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.request import urlopen

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import delete, select, update
from structlog.testing import capture_logs

from activities.mailer import NOTHING_TO_PAY, UNSENT, Mailer
from activities.register import outbox
from activities.register import tables as t
from activities.register.database import reading, writing
from domain.acts import Approve
from domain.model import DAY
from starter.ports import chosen
from tests.workflows.mission import TODAY, member
from tests.workflows.play import Case, Mission, running, until, working
from wiring.health import runtime
from wiring.settings import Address

BASE = "B01"


class Postman:
    """Takes mail in, or refuses it."""

    def __init__(self) -> None:
        self.mails: list[Message] = []
        self.refuses = False

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  (its name there)
        if self.refuses:
            return "451 try again later"
        mail = message_from_bytes(envelope.content)
        mail["X-To"] = ", ".join(envelope.rcpt_tos)
        self.mails.append(mail)
        return "250 taken"


@pytest.fixture
def postman() -> Iterator[tuple[Postman, Controller]]:
    it = Postman()
    controller = Controller(it, hostname="127.0.0.1", port=chosen(0, "--port"))
    controller.start()
    yield it, controller
    controller.stop()


@pytest.fixture(scope="module")
async def mission(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Mission]:
    """A mission that sends notices."""
    async with running(tmp_path_factory.mktemp("notices")) as mission, working(mission):
        told(mission, "on")
        with writing(mission.source) as session:
            session.add(t.Setting(setting="notice-sender", value="leave@unex.example"))
        yield mission


def told(mission: Mission, notices: str) -> None:
    with writing(mission.source) as session:
        session.execute(update(t.Setting).where(t.Setting.setting == "notices").values(value=notices))


def waiting(mission: Mission) -> list[t.Outgoing]:
    with reading(mission.source) as session:
        rows = list(session.scalars(select(t.Outgoing).where(t.Outgoing.sent_at.is_(None))))
        session.expunge_all()
        return rows


def later(mission: Mission) -> None:
    """Make all that waits due again."""
    with writing(mission.source) as session:
        session.execute(update(t.Outgoing).values(next_try_at=datetime.now(UTC) - timedelta(minutes=1)))


def send_due(mission: Mission, controller: Controller) -> int:
    at = Address(controller.hostname, controller.port)
    return Mailer(mission.source, at).send_due(at)


def figures_at(shown: Address) -> list[str]:
    with urlopen(f"http://{shown}/metrics") as answer:
        return [line for line in answer.read().decode().splitlines() if line.startswith(UNSENT)]


def unsent(mission: Mission) -> outbox.Unsent:
    with reading(mission.source) as session:
        return outbox.unsent(session, datetime.now(UTC))


async def test_a_notice_reaches_the_member_and_the_post_and_tells_neither_kind_nor_reason(
    mission: Mission, postman: tuple[Postman, Controller]
):
    it, controller = postman
    case = Case(mission, BASE, member(BASE, 1))
    await case.asks(leave_kind="ordinary")
    number = (await case.settled()).number
    assert send_due(mission, controller) == len(it.mails) > 0
    to = {mail["X-To"] for mail in it.mails}
    assert to == {f"{BASE}-1@unex.example".lower(), f"p-co-{BASE}@unex.example".lower()}
    assert {mail["From"] for mail in it.mails} == {"leave@unex.example"}
    for mail in it.mails:
        text = str(mail.get_payload())
        assert number in mail["Subject"] or case.leave_id in mail["Subject"]
        assert NOTHING_TO_PAY in text
        assert case.who.number not in str(mail.get_payload())
        for word in ("ordinary", "emergency", "BEY", "Zephyrin", "SGT"):
            assert word not in str(mail), word
    assert send_due(mission, controller) == 0  # once


async def test_a_server_that_refuses_mail_holds_up_no_leave_and_the_mail_is_sent_later(
    mission: Mission, postman: tuple[Postman, Controller]
):
    it, controller = postman
    it.refuses = True
    case = Case(mission, BASE, member(BASE, 2))
    await case.asks(TODAY + 30 * DAY)
    assert send_due(mission, controller) == 0
    assert await case.says(Approve, case.post("CO")) == ["approved"]
    assert (await case.reaches("ready")).state == "ready"
    assert all(row.last_error == "SMTPDataError" for row in waiting(mission) if row.tries)
    it.refuses = False
    later(mission)
    assert send_due(mission, controller) > 0
    assert waiting(mission) == []


async def test_a_server_that_is_down_holds_up_no_leave_and_the_mail_is_sent_later(
    mission: Mission, postman: tuple[Postman, Controller]
):
    it, controller = postman
    case = Case(mission, BASE, member(BASE, 3))
    await case.asks(TODAY + 40 * DAY)
    await case.settled()
    nobody = Address("127.0.0.1", chosen(0, "--port"))
    assert Mailer(mission.source, nobody).send_due(nobody) == 0
    assert await case.state() == "waiting for approval"
    assert {row.last_error for row in waiting(mission)} == {"ConnectionRefusedError"}
    assert send_due(mission, controller) == 0  # not at once: each try waits longer
    later(mission)
    assert send_due(mission, controller) > 0
    assert it.mails


async def test_one_recipient_without_an_address_keeps_no_mail_from_the_others_and_is_counted_as_nobody(
    mission: Mission, postman: tuple[Postman, Controller]
):
    it, controller = postman
    case = Case(mission, BASE, member(BASE, 4))
    with writing(mission.source) as session:
        session.execute(update(t.Member).where(t.Member.service_number == case.who.number).values(email=None))
    await case.asks(TODAY + 50 * DAY)
    await case.settled()  # a notice is laid into the outbox after the act was answered
    send_due(mission, controller)
    assert {mail["X-To"] for mail in it.mails} == {f"p-co-{BASE}@unex.example".lower()}
    assert {row.last_error for row in waiting(mission)} == {outbox.NOBODY}
    assert unsent(mission).nobody == len(waiting(mission)) > 0
    with writing(mission.source) as session:
        with_one = update(t.Member).where(t.Member.service_number == case.who.number).values(email="came@unex.example")
        session.execute(with_one)
    later(mission)
    assert send_due(mission, controller) > 0
    assert (it.mails[-1]["X-To"], unsent(mission).nobody) == ("came@unex.example", 0)


async def test_a_notice_that_grew_old_is_mailed_no_more_and_counted_also_where_there_is_no_server_for_mail(
    mission: Mission, postman: tuple[Postman, Controller]
):
    it, controller = postman
    case = Case(mission, BASE, member(BASE, 4))
    await case.asks(TODAY + 80 * DAY)
    await case.settled()
    with writing(mission.source) as session:
        session.execute(update(t.Outgoing).values(created_at=datetime.now(UTC) - timedelta(days=5, minutes=1)))
    old = len(waiting(mission))
    assert (send_due(mission, controller), it.mails, unsent(mission).expired) == (0, [], old)
    shown = Address("127.0.0.1", chosen(0, "--port"))
    showing = runtime(shown)
    Mailer(mission.source, None, showing.metric_meter).look()
    figures = await asyncio.to_thread(figures_at, shown)
    assert any('state="expired"' in line and line.endswith(f" {old}") for line in figures), figures
    assert unsent(mission).says() == f"{old} expired"


async def test_a_mail_that_cannot_even_be_made_keeps_no_other_from_going(
    mission: Mission, postman: tuple[Postman, Controller]
):
    it, controller = postman
    case = Case(mission, BASE, member(BASE, 6))
    with writing(mission.source) as session:
        split = (
            update(t.Member).where(t.Member.service_number == case.who.number).values(email="a@unex.example\nBcc: b")
        )
        session.execute(split)
    await case.asks(TODAY + 60 * DAY)
    await case.settled()
    assert send_due(mission, controller) == len(it.mails) > 0
    assert {mail["X-To"] for mail in it.mails} == {f"p-co-{BASE}@unex.example".lower()}
    assert {row.last_error for row in waiting(mission) if row.leave_id == case.leave_id} == {"ValueError"}


async def test_a_look_into_the_outbox_that_breaks_is_told_and_the_mail_goes_with_a_later_one(
    mission: Mission, postman: tuple[Postman, Controller], monkeypatch: pytest.MonkeyPatch
):
    it, controller = postman
    monkeypatch.setattr("activities.mailer.EACH", 0.01)
    case = Case(mission, BASE, member(BASE, 7))
    with writing(mission.source) as session:
        session.execute(delete(t.Outgoing))  # what others left unsent is told too when it is tried
    await case.asks(TODAY + 70 * DAY)
    await case.settled()
    running_ = Mailer(mission.source, Address(controller.hostname, controller.port))
    running_.engine = None  # type: ignore[assignment]  # no error of the register's
    with capture_logs() as lines:
        life = asyncio.create_task(running_.run())
        try:
            async with asyncio.timeout(20):
                while not lines:
                    await asyncio.sleep(0.01)
                running_.engine = mission.source
                while not it.mails:
                    await asyncio.sleep(0.01)
        finally:
            life.cancel()
    assert {(line["log_level"], line["event"]) for line in lines} == {("error", "a look into the outbox broke")}


async def test_without_notices_none_is_written(tmp_path: Path):
    async with running(tmp_path) as mission, working(mission):
        case = Case(mission, BASE, member(BASE, 5))
        await case.asks()
        await case.settled()
        with reading(mission.source) as session:
            assert session.scalars(select(t.Outgoing)).all() == []


@contextmanager
def talking(say: bytes) -> Iterator[tuple[Address, threading.Event]]:
    """A server that takes each call, says something over and over, and ends no answer; and whether it was called."""
    called, over = threading.Event(), threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.05)

        def serve() -> None:
            with ExitStack() as calls:
                lines: list[socket.socket] = []
                while not over.is_set():
                    with suppress(TimeoutError):
                        lines.append(calls.enter_context(listening.accept()[0]))
                        called.set()
                    for line in lines:
                        with suppress(OSError):
                            line.sendall(say)

        serving = threading.Thread(target=serve)
        serving.start()
        try:
            yield Address(*listening.getsockname()), called
        finally:
            over.set()
            serving.join()


def laid_out(mission: Mission, number: int) -> None:
    """So many notices to one who has an address, and no other that is due."""
    with writing(mission.source) as session:
        session.execute(update(t.Outgoing).values(sent_at=datetime.now(UTC)))
        to = session.scalars(select(t.Member.id).where(t.Member.email.is_not(None))).first()
        assert to
        for seq in range(number):
            outbox.put(session, "UNEX-HUNG", seq, to, "a notice", "of something", datetime.now(UTC))


@pytest.fixture
def hung(mission: Mission) -> Iterator[Mission]:
    """A mission in which three notices are due."""
    laid_out(mission, 3)
    yield mission
    with writing(mission.source) as session:
        session.execute(delete(t.Outgoing).where(t.Outgoing.leave_id == "UNEX-HUNG"))


@pytest.mark.parametrize("say", [b"", b"220-wait\r\n"], ids=["silent", "a little at a time"])
def test_a_server_that_never_ends_its_answer_is_left_after_the_time_of_one_mail(
    hung: Mission, monkeypatch: pytest.MonkeyPatch, say: bytes
):
    monkeypatch.setattr("activities.mailer.A_MAIL", 0.2)
    with talking(say) as (at, _):
        began = monotonic()
        assert Mailer(hung.source, at).send_due(at) == 0
    assert 0.5 < monotonic() - began < 10
    assert [row.tries for row in waiting(hung)] == [1, 1, 1]


async def test_who_is_stopped_while_the_server_hangs_ends_with_that_mail_and_lays_the_others_back(
    hung: Mission, monkeypatch: pytest.MonkeyPatch
):
    """A worker that ends waits for its threads: for 50 mails of 20 seconds it was killed."""
    monkeypatch.setattr("activities.mailer.A_MAIL", 0.5)
    with talking(b"") as (at, called):
        life = asyncio.create_task(Mailer(hung.source, at).run())
        await asyncio.to_thread(called.wait, 20)
        life.cancel()

        async def laid_back() -> bool:
            return sorted(row.tries for row in waiting(hung)) == [0, 0, 1]

        await until(laid_back, "the two that were not begun lie there again", 10)


def test_no_mail_is_begun_that_might_not_be_through_when_it_is_lent_to_another(
    hung: Mission, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("activities.mailer.A_MAIL", 0.5)
    monkeypatch.setattr(outbox, "LENT_FOR", timedelta(seconds=1.4))
    with talking(b"") as (at, _):
        assert Mailer(hung.source, at).send_due(at) == 0
    assert sorted(row.tries for row in waiting(hung)) == [0, 0, 1]
