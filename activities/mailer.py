"""The mailer: sends what lies in the outbox, whatever becomes of it. Leaves neither wait for it nor know of it."""

from __future__ import annotations

import asyncio
import smtplib
from datetime import UTC, datetime
from email.message import EmailMessage

import structlog
from sqlalchemy import Engine

from activities.register import outbox
from activities.register.database import RegisterUnavailable, reading, writing

EACH = 15.0
"""Seconds between two looks into the outbox."""

SENDER = "furlough@localhost"
NOTHING_TO_PAY = "Nobody ever pays for leave. Whoever asks for payment is to be reported."

log = structlog.get_logger(__name__)


class Mailer:
    """Hands mail in at one SMTP server.

    Several workers may each have one: the outbox lends a notice to one at a time.
    """

    def __init__(self, engine: Engine, host: str, port: int) -> None:
        self.engine, self.host, self.port = engine, host, port

    async def run(self) -> None:
        """Look into the outbox again and again; what breaks is told, and the next look may go better."""
        while True:
            try:
                await asyncio.to_thread(self.send_due)
            except RegisterUnavailable as error:
                log.warning("mailer waits for the register", why=type(error).__name__)
            except Exception:
                log.exception("a look into the outbox broke")
            await asyncio.sleep(EACH)

    def send_due(self) -> int:
        """Send what is due; a mail that fails is tried again later. Returns how many were sent."""
        with writing(self.engine) as session:
            due = outbox.take(session, datetime.now(UTC))
        return sum(self._send(mail) for mail in due)

    def _send(self, mail: outbox.Mail) -> bool:
        now = datetime.now(UTC)
        with reading(self.engine) as session:
            to = outbox.addresses(session, mail.recipient, now)
        try:
            if to:
                self._hand_in(mail, to)
        except Exception as error:  # noqa: BLE001  (whatever is wrong with one mail keeps no other from going)
            with writing(self.engine) as session:
                outbox.failed(session, mail, type(error).__name__, now)
            log.warning("notice not sent", tries=mail.tries, why=type(error).__name__)
            return False
        with writing(self.engine) as session:
            outbox.sent(session, mail, now)
        return bool(to)

    def _hand_in(self, mail: outbox.Mail, to: tuple[str, ...]) -> None:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = SENDER, ", ".join(to), mail.subject
        message["Message-ID"] = f"<{mail.leave_id}.{mail.seq}.{mail.recipient}@furlough>"
        message.set_content(f"{mail.body}\n\n{NOTHING_TO_PAY}\n")
        with smtplib.SMTP(self.host, self.port, timeout=20) as smtp:
            smtp.send_message(message)
