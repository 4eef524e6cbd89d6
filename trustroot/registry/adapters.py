"""Notices of the register, handed to the carrier of mail."""

from dataclasses import dataclass

from kernel.infra import notices as carriers
from trustroot.registry.domain import MemberNotice


@dataclass(frozen=True, slots=True)
class MailedNotices:
    """Implements `trustroot.registry.ports.Notices` over a carrier."""

    carrier: carriers.Notices

    def send(self, notice: MemberNotice) -> None:
        """Hand one notice over, or raise `kernel.infra.notices.NoticeNotSent`."""
        self.carrier.send(
            carriers.Notice(
                channel=carriers.Channel.MAIL,
                to=notice.to,
                template=notice.template,
                subject=notice.subject,
                text=notice.text,
                reference=notice.reference,
            )
        )
