"""Notices to people: mail, short messages and gateways, behind one port."""

from kernel.infra.notices.notice import Channel, Notice, NoticeNotSent, Notices
from kernel.infra.notices.outbox import FileOutbox
from kernel.infra.notices.routes import RoutedNotices
from kernel.infra.notices.smtp import MailRelay, SmtpNotices, SmtpSecurity
from kernel.infra.notices.webhook import WebhookNotices

__all__ = [
    "Channel",
    "FileOutbox",
    "MailRelay",
    "Notice",
    "NoticeNotSent",
    "Notices",
    "RoutedNotices",
    "SmtpNotices",
    "SmtpSecurity",
    "WebhookNotices",
]
