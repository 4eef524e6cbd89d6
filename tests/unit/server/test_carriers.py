"""Notices of rooms reach the carrier that the settings name."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest

from config.drivers import Carrier, MailSecurity, NoticeCarriers
from config.words import SecretFile
from kernel.clock import SetClock
from kernel.infra.notices import (
    Channel,
    FileOutbox,
    Notices,
    SmtpNotices,
    SmtpSecurity,
    WebhookNotices,
)
from kernel.infra.outbound import Outbound, OutboundRules
from kernel.secret import Secret
from server.carriers import open_carriers
from server.drivers import Drivers
from tests.unit.trustroot.fakes import NOON
from trustroot.registry.adapters import MailedNotices
from trustroot.registry.domain import MemberNotice


@dataclass
class WayOut:
    """The two drivers that carriers use."""

    clock: SetClock
    outbound: Outbound


def mail_carrier(settings: NoticeCarriers) -> Notices:
    drivers = WayOut(SetClock(NOON), Outbound.build(OutboundRules()))
    carriers = open_carriers(settings, cast("Drivers", drivers))
    return carriers.carriers[Channel.MAIL]


def secret_file(folder: Path) -> SecretFile:
    (folder / "secret").write_text("p" * 32)
    return SecretFile(folder / "secret")


def test_a_members_notice_arrives_in_the_outbox(tmp_path: Path) -> None:
    outbox = tmp_path / "outbox.jsonl"
    settings = NoticeCarriers(mail=Carrier.OUTBOX, sms=Carrier.OUTBOX, outbox_file=outbox)
    carrier = mail_carrier(settings)
    assert isinstance(carrier, FileOutbox)
    notice = MemberNotice(
        to="ops@gd.example",
        template="member_suspend",
        subject="暂停 / suspended",
        text="…",
        reference="m:7",
    )
    MailedNotices(carrier).send(notice)
    (line,) = [json.loads(line) for line in outbox.read_text("utf-8").splitlines()]
    assert (line["channel"], line["to"]) == ("mail", "ops@gd.example")
    assert (line["template"], line["reference"]) == ("member_suspend", "m:7")


def test_a_relay_is_spoken_with_as_the_settings_say(tmp_path: Path) -> None:
    settings = NoticeCarriers(
        mail=Carrier.SMTP,
        sms=Carrier.OUTBOX,
        outbox_file=tmp_path / "outbox",
        sender="hub@hub.example",
        smtp_host="relay.example",
        smtp_port=465,
        smtp_security=MailSecurity.TLS,
        smtp_user="hub",
        smtp_password_file=secret_file(tmp_path),
    )
    carrier = mail_carrier(settings)
    assert isinstance(carrier, SmtpNotices)
    relay = carrier.relay
    assert (relay.host, relay.port, relay.sender) == (
        "relay.example",
        465,
        "hub@hub.example",
    )
    assert relay.security is SmtpSecurity.TLS
    assert relay.password == Secret("p" * 32)


def test_a_gateway_is_called_with_its_token(tmp_path: Path) -> None:
    settings = NoticeCarriers(
        mail=Carrier.WEBHOOK,
        sms=Carrier.WEBHOOK,
        webhook_url="https://gateway.example/notices",
        webhook_secret_file=secret_file(tmp_path),
    )
    carrier = mail_carrier(settings)
    assert isinstance(carrier, WebhookNotices)
    assert carrier.url == "https://gateway.example/notices"
    assert carrier.secret == Secret("p" * 32)


def test_a_carrier_without_its_setting_is_refused_at_the_start() -> None:
    settings = NoticeCarriers(mail=Carrier.SMTP, sms=Carrier.OUTBOX)
    with pytest.raises(ValueError, match="notices"):
        mail_carrier(settings)
