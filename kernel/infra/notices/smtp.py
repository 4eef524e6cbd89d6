"""Mail through the operator's own relay."""

import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime
from enum import StrEnum
from typing import Final

from kernel.clock import Clock
from kernel.infra.notices.notice import Notice, NoticeNotSent
from kernel.secret import Secret

_LOCAL_NAME: Final = "trusthub"


class SmtpSecurity(StrEnum):
    """How the line to the relay is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailRelay:
    """Where mail is handed over, and as whom."""

    host: str
    port: int
    security: SmtpSecurity
    sender: str
    user: str | None = None
    password: Secret | None = field(default=None, repr=False)
    timeout_s: float = 10.0


@dataclass(frozen=True, slots=True)
class SmtpNotices:
    """Hands each mail to the relay over a line of its own."""

    relay: MailRelay
    clock: Clock

    def send(self, notice: Notice) -> None:
        """Send one mail.

        Raises:
            NoticeNotSent: no line, no trust, or the relay refused.
        """
        message = self._message(notice)
        try:
            with self._line() as line:
                line.send_message(message, self.relay.sender, [notice.to])
        except (OSError, smtplib.SMTPException) as cause:
            # A relay's refusal quotes the recipient; only its kind is told.
            raise NoticeNotSent(
                f"the relay did not take it: {type(cause).__name__}"
            ) from None

    def _message(self, notice: Notice) -> EmailMessage:
        """RFC 5322 §3.6; RFC 3834 §5: marked as sent by a program, so that none answers."""
        message = EmailMessage()
        message["From"] = self.relay.sender
        message["To"] = notice.to
        message["Subject"] = notice.subject
        message["Date"] = format_datetime(self.clock())
        domain = self.relay.sender.rpartition("@")[2]
        message["Message-ID"] = f"<{notice.reference}.{notice.template}@{domain}>"
        message["Content-Language"] = notice.locale
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(notice.text)
        return message

    def _line(self) -> smtplib.SMTP:
        relay, trust = self.relay, ssl.create_default_context()
        if relay.security is SmtpSecurity.TLS:
            line: smtplib.SMTP = smtplib.SMTP_SSL(
                relay.host, relay.port, _LOCAL_NAME, timeout=relay.timeout_s, context=trust
            )
        else:
            line = smtplib.SMTP(relay.host, relay.port, _LOCAL_NAME, relay.timeout_s)
        if relay.security is SmtpSecurity.STARTTLS:
            line.starttls(context=trust)
        if relay.user and relay.password:
            line.login(relay.user, relay.password.reveal())
        return line
