"""Who carries mail and short messages, as the settings name them."""

from config.drivers import Carrier, NoticeCarriers
from config.words import SecretFile
from kernel.infra.notices import (
    Channel,
    FileOutbox,
    MailRelay,
    Notices,
    RoutedNotices,
    SmtpNotices,
    SmtpSecurity,
    WebhookNotices,
)
from kernel.secret import Secret
from server.drivers import Drivers


def open_carriers(settings: NoticeCarriers, drivers: Drivers) -> RoutedNotices:
    """Return the carriers of both channels; none of them is called yet."""
    return RoutedNotices(
        {
            Channel.MAIL: _carrier(settings.mail, settings, drivers),
            Channel.SMS: _carrier(settings.sms, settings, drivers),
        }
    )


def _carrier(kind: Carrier, settings: NoticeCarriers, drivers: Drivers) -> Notices:
    if kind is Carrier.SMTP:
        return SmtpNotices(_relay(settings), drivers.clock)
    if kind is Carrier.WEBHOOK:
        secret = _secret(settings.webhook_secret_file)
        return WebhookNotices(_given(settings.webhook_url), secret, drivers.outbound)
    if settings.outbox_file is None:
        raise _missing("outbox_file")
    return FileOutbox(settings.outbox_file, drivers.clock)


def _relay(settings: NoticeCarriers) -> MailRelay:
    return MailRelay(
        host=_given(settings.smtp_host),
        port=settings.smtp_port,
        security=SmtpSecurity(settings.smtp_security.value),
        sender=_given(settings.sender),
        user=settings.smtp_user,
        password=_secret(settings.smtp_password_file),
    )


def _secret(file: SecretFile | None) -> Secret | None:
    return None if file is None else Secret(file.read())


def _given(value: str | None) -> str:
    """`config` refuses a page without it: it never comes to this."""
    if value is None:
        raise _missing("notices")
    return value


def _missing(setting: str) -> ValueError:
    return ValueError(f"notices.{setting} is missing")
