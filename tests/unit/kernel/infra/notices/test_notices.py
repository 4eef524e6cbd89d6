"""Every carrier keeps the promise of the port; none of them tells what it carried."""

import email
import json
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.message import Message
from pathlib import Path

import pytest

from kernel.clock import SetClock
from kernel.infra.notices import (
    Channel,
    FileOutbox,
    MailRelay,
    Notice,
    NoticeNotSent,
    Notices,
    RoutedNotices,
    SmtpNotices,
    SmtpSecurity,
    WebhookNotices,
)
from kernel.infra.notices.notice import NoticeMalformed
from kernel.infra.outbound import Outbound, OutboundRules
from kernel.secret import Secret
from tests.unit.kernel.infra.outbound.servers import saying, serving

CLOCK = SetClock(datetime(2026, 11, 26, 8, 0, tzinfo=UTC))


def a_notice(
    channel: Channel = Channel.MAIL,
    *,
    to: str = "someone@mail.example",
    subject: str = "验证码",
    text: str = "您的验证码是 123456。",
) -> Notice:
    return Notice(
        channel=channel,
        to=to,
        template="login_code",
        subject=subject,
        text=text,
        reference="ABCDEFGH2345",
    )


@dataclass
class Relay:
    """A mail relay on loopback that accepts, or refuses every recipient."""

    port: int
    refuses: bool
    mails: list[Message] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)


@contextmanager
def a_relay(*, refuses: bool = False) -> Iterator[Relay]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        relay = Relay(listener.getsockname()[1], refuses)
        thread = threading.Thread(target=_relay, args=(listener, relay))
        thread.start()
        try:
            yield relay
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def _relay(listener: socket.socket, relay: Relay) -> None:
    with suppress(OSError):
        while True:
            connection, _ = listener.accept()
            with connection, connection.makefile("rwb", buffering=0) as line:
                _converse(line, relay)


def _converse(line: socket.SocketIO, relay: Relay) -> None:
    """RFC 5321 §4.1: as much of it as one mail needs."""
    line.write(b"220 relay\r\n")
    while word := line.readline().upper():
        answer = b"250 ok\r\n"
        if word.startswith(b"RCPT"):
            relay.recipients.append(word.decode())
            answer = b"550 no someone@mail.example here\r\n" if relay.refuses else answer
        if word.startswith(b"DATA"):
            line.write(b"354 go on\r\n")
            relay.mails.append(email.message_from_bytes(_until_dot(line)))
        line.write(b"221 bye\r\n" if word.startswith(b"QUIT") else answer)


def _until_dot(line: socket.SocketIO) -> bytes:
    received = b""
    while (read := line.readline()) not in (b".\r\n", b""):
        received += read
    return received


def mail_through(relay: Relay) -> SmtpNotices:
    settings = MailRelay(
        host="127.0.0.1",
        port=relay.port,
        security=SmtpSecurity.NONE,
        sender="hub@gov.example",
        timeout_s=5,
    )
    return SmtpNotices(settings, CLOCK)


def gateway(url: str) -> WebhookNotices:
    outbound = Outbound.build(OutboundRules(allow_loopback=True))
    return WebhookNotices(url, Secret("gateway-token"), outbound)


def test_the_outbox_keeps_mail_and_messages_one_a_line(tmp_path: Path) -> None:
    outbox = FileOutbox(tmp_path / "outbox.jsonl", CLOCK)
    outbox.send(a_notice(text="第一行\n第二行"))
    outbox.send(a_notice(Channel.SMS, to="+8613800138000", subject=""))
    mail, message = map(json.loads, outbox.path.read_text("utf-8").splitlines())
    assert mail == {
        "time": "2026-11-26T08:00:00Z",
        "channel": "mail",
        "to": "someone@mail.example",
        "template": "login_code",
        "subject": "验证码",
        "text": "第一行\n第二行",
        "locale": "zh-CN",
        "reference": "ABCDEFGH2345",
    }
    assert (message["channel"], message["to"]) == ("sms", "+8613800138000")


def test_the_outbox_is_closed_to_others(tmp_path: Path) -> None:
    outbox = FileOutbox(tmp_path / "outbox.jsonl", CLOCK)
    outbox.send(a_notice())
    assert outbox.path.stat().st_mode & 0o777 == 0o600


def test_writers_at_once_do_not_mix_their_lines(tmp_path: Path) -> None:
    outbox = FileOutbox(tmp_path / "outbox.jsonl", CLOCK)
    writers = [
        threading.Thread(target=outbox.send, args=(a_notice(text=str(n) * 5000),))
        for n in range(8)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    texts = {json.loads(line)["text"] for line in outbox.path.open(encoding="utf-8")}
    assert texts == {str(n) * 5000 for n in range(8)}


def test_an_outbox_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(NoticeNotSent, match="No such file"):
        FileOutbox(tmp_path / "absent" / "outbox.jsonl", CLOCK).send(a_notice())


@pytest.mark.spec("RFC 3834 §5")
def test_mail_reaches_the_relay_as_a_program_writes_it() -> None:
    with a_relay() as relay:
        mail_through(relay).send(a_notice())
    (mail,) = relay.mails
    assert relay.recipients == ["RCPT TO:<SOMEONE@MAIL.EXAMPLE>\r\n"]
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"] == "<ABCDEFGH2345.login_code@gov.example>"
    assert str(make_header(decode_header(mail["Subject"]))) == "验证码"
    payload = mail.get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert payload.decode("utf-8").strip() == "您的验证码是 123456。"


def test_a_relay_that_refuses_is_told_without_the_recipient() -> None:
    with a_relay(refuses=True) as relay, pytest.raises(NoticeNotSent) as caught:
        mail_through(relay).send(a_notice())
    assert "someone" not in str(caught.value)
    assert relay.mails == []


def test_a_relay_that_offers_no_tls_gets_no_mail() -> None:
    with a_relay() as relay:
        notices = mail_through(relay)
        secured = MailRelay(
            host="127.0.0.1",
            port=relay.port,
            security=SmtpSecurity.STARTTLS,
            sender="hub@gov.example",
            timeout_s=5,
        )
        with pytest.raises(NoticeNotSent):
            SmtpNotices(secured, notices.clock).send(a_notice())
    assert relay.recipients == []


def test_the_gateway_gets_json_with_its_token() -> None:
    with serving(saying("202 Accepted")) as server:
        gateway(server.url("/send")).send(a_notice(Channel.SMS))
    assert "Authorization: Bearer gateway-token\r\n" in server.seen[0]
    assert "Idempotency-Key: ABCDEFGH2345.login_code.sms\r\n" in server.seen[0]
    assert server.seen[0].startswith("POST /send HTTP/1.1\r\n")
    assert json.loads(server.bodies[0]) == {
        "channel": "sms",
        "to": "someone@mail.example",
        "template": "login_code",
        "subject": "验证码",
        "text": "您的验证码是 123456。",
        "locale": "zh-CN",
        "reference": "ABCDEFGH2345",
    }


@pytest.mark.parametrize("status", ["302 Found", "400 Bad", "500 Broken"])
def test_a_gateway_that_does_not_take_it_is_told(status: str) -> None:
    with (
        serving(saying(status, "Location: /elsewhere")) as server,
        pytest.raises(NoticeNotSent, match=status[:3]),
    ):
        gateway(server.url()).send(a_notice(Channel.SMS))
    assert len(server.seen) == 1


def test_a_gateway_on_a_closed_address_is_not_called() -> None:
    notices = WebhookNotices("http://127.0.0.1:1/", None, Outbound.build(OutboundRules()))
    with pytest.raises(NoticeNotSent, match="outbound_refused"):
        notices.send(a_notice(Channel.WEBHOOK))


def test_each_channel_goes_to_its_carrier(tmp_path: Path) -> None:
    mail: Notices = FileOutbox(tmp_path / "mail", CLOCK)
    sms: Notices = FileOutbox(tmp_path / "sms", CLOCK)
    routed = RoutedNotices({Channel.MAIL: mail, Channel.SMS: sms})
    routed.send(a_notice(Channel.SMS))
    assert not (tmp_path / "mail").exists()
    assert (tmp_path / "sms").read_text("utf-8").count("\n") == 1
    with pytest.raises(NoticeNotSent, match="nobody carries webhook"):
        routed.send(a_notice(Channel.WEBHOOK))


@pytest.mark.parametrize(
    ("to", "subject", "text"),
    [
        ("a@b.example\r\nBcc: c@d.example", "", ""),
        ("a@b.example, c@d.example", "", ""),
        ("", "", ""),
        ("a@b.example", "hello\r\nBcc: c@d.example", ""),
        ("a@b.example", "x" * 201, ""),
        ("a@b.example", "", "x" * 20_001),
    ],
)
@pytest.mark.spec("RFC 5322 §2.2")
def test_what_could_become_another_header_is_refused(
    to: str, subject: str, text: str
) -> None:
    with pytest.raises(NoticeMalformed) as caught:
        a_notice(to=to, subject=subject, text=text)
    assert "c@d.example" not in str(caught.value)


def test_a_notice_is_neither_shown_nor_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    notice = a_notice()
    FileOutbox(tmp_path / "outbox", CLOCK).send(notice)
    with serving(saying("200 OK")) as server:
        gateway(server.url()).send(notice)
    with a_relay() as relay:
        mail_through(relay).send(notice)
    for told in (repr(notice), caplog.text):
        assert "someone" not in told
        assert "123456" not in told
