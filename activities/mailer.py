"""The mailer: sends what lies in the outbox, whatever becomes of it. Leaves neither wait for it nor know of it."""

from __future__ import annotations

import asyncio
import smtplib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email.message import EmailMessage
from time import monotonic
from typing import Final

import structlog
from sqlalchemy import Engine
from temporalio.common import MetricMeter

from activities.register import lookups, outbox
from activities.register.database import RegisterUnavailable, reading, writing
from wiring.settings import Address

EACH = 15.0
"""Seconds between two looks into the outbox."""

A_MAIL = 15.0
"""Seconds which one mail may take, from the call to the last answer, however slowly the server talks."""

UNSENT: Final = "furlough_notices_unsent"
"""The figure of notices not mailed: `state` is waiting, nobody (no address), or expired."""

NOTHING_TO_PAY = "Nobody ever pays for leave. Whoever asks for payment is to be reported."

log = structlog.get_logger(__name__)


class Mailer:
    """Hands mail in at one SMTP server; where there is none it only counts what is not sent.

    Several workers may each have one: the outbox lends a notice to one at a time, and no mail is begun which might not
    be through when that time is over.
    """

    def __init__(self, engine: Engine, smtp: Address | None, meter: MetricMeter = MetricMeter.noop) -> None:
        self.engine, self.smtp = engine, smtp
        self.stopped = threading.Event()
        self.unsent = meter.create_gauge(UNSENT, "Notices that were not mailed, by state")

    async def run(self) -> None:
        """Look into the outbox again and again; what breaks is told, and the next look may go better.

        Who cancels it waits for one mail at most: the look goes on in its thread, and ends with the mail under way.
        """
        try:
            while True:
                try:
                    await asyncio.to_thread(self.look)
                except RegisterUnavailable as error:
                    log.warning("mailer waits for the register", why=type(error).__name__)
                except Exception:
                    log.exception("a look into the outbox broke")
                await asyncio.sleep(EACH)
        finally:
            self.stopped.set()

    def look(self) -> None:
        """Send what is due where there is a server for mail, and count what then lies unsent."""
        if self.smtp is not None:
            self.send_due(self.smtp)
        with reading(self.engine) as session:
            left = outbox.unsent(session, datetime.now(UTC))
        for state, number in left:
            self.unsent.set(number, {"state": state})

    def send_due(self, smtp: Address) -> int:
        """Send what is due; a mail that fails is tried again later, as is one for which no time is left.

        Returns how many were sent.
        """
        lent_until = monotonic() + outbox.LENT_FOR.total_seconds()
        with writing(self.engine) as session:
            due = outbox.take(session, datetime.now(UTC))
        number = 0
        for i, mail in enumerate(due):
            if self.stopped.is_set() or monotonic() + 2 * A_MAIL > lent_until:
                with writing(self.engine) as session:
                    outbox.put_back(session, due[i:], datetime.now(UTC))
                break
            number += self._send(mail, smtp)
        return number

    def _send(self, mail: outbox.Mail, smtp: Address) -> bool:
        now = datetime.now(UTC)
        with reading(self.engine) as session:
            to, sender = outbox.addresses(session, mail.recipient, now), lookups.notice_sender(session)
        why = "" if to else outbox.NOBODY
        try:
            if to:
                _hand_in(smtp, mail, sender, to)
        except Exception as error:  # noqa: BLE001  (whatever is wrong with one mail keeps no other from going)
            why = type(error).__name__
        with writing(self.engine) as session:
            if why:
                outbox.failed(session, mail, why, now)
            else:
                outbox.sent(session, mail, now)
        if why:
            log.warning("notice not sent", tries=mail.tries, why=why)
        return not why


def _hand_in(smtp: Address, mail: outbox.Mail, sender: str, to: tuple[str, ...]) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, ", ".join(to), mail.subject
    message["Message-ID"] = f"<{mail.leave_id}.{mail.seq}.{mail.recipient}@furlough>"
    message.set_content(f"{mail.body}\n\n{NOTHING_TO_PAY}\n")
    line = smtplib.SMTP(timeout=A_MAIL)
    with _hung_up_after(A_MAIL, line), line:
        line.connect(smtp.host, smtp.port)
        line.send_message(message)


@contextmanager
def _hung_up_after(seconds: float, line: smtplib.SMTP) -> Iterator[None]:
    """A server that answers a little at a time keeps within each timeout of the socket, and yet never ends."""

    def hang_up() -> None:
        if line.sock is not None:
            with suppress(OSError):  # it has just ended by itself
                line.sock.shutdown(socket.SHUT_RDWR)

    clock = threading.Timer(seconds, hang_up)
    clock.daemon = True
    clock.start()
    try:
        yield
    finally:
        clock.cancel()
