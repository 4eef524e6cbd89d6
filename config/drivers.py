"""The sections of the page that set the drivers: listening, storing, calling out."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from config.words import (
    DATABASE,
    EPHEMERAL,
    HEADER,
    HOST,
    MAILBOX,
    NETWORK,
    URL,
    Rule,
    SecretFile,
)

_MIB = 1024 * 1024
_PORT = 65535


def _span(says: str, *, least: timedelta, most: timedelta) -> Rule:
    return Rule(says=says, least=least, most=most)


def _count(says: str, least: int, most: int) -> Rule:
    return Rule(says=says, least=least, most=most)


class LogLevel(StrEnum):
    """The least serious line that is written."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class MailSecurity(StrEnum):
    """How the line to the mail relay is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class Carrier(StrEnum):
    """Who carries the notices of one channel."""

    OUTBOX = "outbox"
    SMTP = "smtp"
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientCertificates:
    """Who ends TLS before us, and says who came with which certificate (RFC 9440)."""

    proxies: Annotated[
        tuple[str, ...],
        Rule(says="Networks of the proxies that tell certificates.", form=NETWORK),
    ] = ()
    proxy_secret_file: Annotated[
        SecretFile | None, Rule(says="Secret that those proxies add to what they tell.")
    ] = None
    header: Annotated[
        str, Rule(says="Header in which they tell it; stripped from others.", form=HEADER)
    ] = "Client-Cert"


@dataclass(frozen=True, slots=True, kw_only=True)
class Http:
    """Where and with how many hands this installation listens."""

    host: Annotated[str, Rule(says="Address to listen on.", form=HOST)] = "127.0.0.1"
    port: Annotated[int, _count("Public port.", 1, _PORT)] = 8400
    workers: Annotated[int, _count("Serving processes.", 1, 256)] = 2
    blocking_threads: Annotated[int, _count("Threads of each process.", 1, 1024)] = 64
    hosts: Annotated[int, _count("Machines that share the database.", 1, 1000)] = 1
    management_host: Annotated[
        str, Rule(says="Address of the management port; keep it inside.", form=HOST)
    ] = "127.0.0.1"
    management_port: Annotated[int, _count("Health and metrics.", 1, _PORT)] = 9000
    trusted_proxies: Annotated[
        tuple[str, ...],
        Rule(says="Networks whose X-Forwarded-For counts.", form=NETWORK),
    ] = ()
    tls_certificate: Annotated[Path | None, Rule(says="PEM chain to serve TLS.")] = None
    tls_key: Annotated[SecretFile | None, Rule(says="PEM key of that chain.")] = None
    client_certificate: Annotated[
        ClientCertificates, Rule(says="Certificates of clients.")
    ] = field(default_factory=ClientCertificates)


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """What must be true after a crash: SQLite, or PostgreSQL."""

    url: Annotated[
        str,
        Rule(says="Where the tables are, no password in it.", form=DATABASE, secret=True),
    ] = field(repr=False)
    password_file: Annotated[SecretFile | None, Rule(says="Password of the user.")] = None
    pool_size: Annotated[int, _count("Connections of each process.", 1, 500)] = 16
    patience: Annotated[
        timedelta,
        _span(
            "Longest wait for a lock, connection or statement.",
            least=timedelta(milliseconds=100),
            most=timedelta(seconds=60),
        ),
    ] = timedelta(seconds=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ephemeral:
    """What may be lost: caches, challenges, coarse limits."""

    url: Annotated[str, Rule(says="Where the cache is.", form=EPHEMERAL, secret=True)] = (
        field(repr=False)
    )
    password_file: Annotated[SecretFile | None, Rule(says="Password of the user.")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundCalls:
    """The only way out; what it may reach and how long it may take."""

    allow_loopback: Annotated[
        bool, Rule(says="Calls to this machine, by http too. Development only.")
    ] = False
    allow_networks: Annotated[
        tuple[str, ...],
        Rule(says="Private networks that may be called, by https only.", form=NETWORK),
    ] = ()
    ports: Annotated[
        tuple[int, ...], _count("Ports that may be called; any on loopback.", 1, _PORT)
    ] = (443, 8443)
    extra_ca_file: Annotated[
        Path | None, Rule(says="PEM roots trusted for the addresses allowed above.")
    ] = None
    total_timeout: Annotated[
        timedelta,
        _span(
            "Longest time of one call, from name to last byte.",
            least=timedelta(milliseconds=100),
            most=timedelta(seconds=30),
        ),
    ] = timedelta(seconds=5)
    body_cap_bytes: Annotated[int, _count("Largest answer, unpacked.", 1024, 64 * _MIB)] = (
        _MIB
    )
    per_host: Annotated[int, _count("Calls at once to one host.", 1, 256)] = 8
    per_host_queue: Annotated[int, _count("Calls that may wait for it.", 0, 1024)] = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeCarriers:
    """How mail and short messages leave the house."""

    mail: Annotated[Carrier, Rule(says="Who carries mail.")]
    sms: Annotated[Carrier, Rule(says="Who carries short messages.")]
    outbox_file: Annotated[
        Path | None, Rule(says="Outbox: file of one JSON a line. Not in production.")
    ] = None
    sender: Annotated[str | None, Rule(says="From address of mail.", form=MAILBOX)] = None
    smtp_host: Annotated[str | None, Rule(says="Mail relay.", form=HOST)] = None
    smtp_port: Annotated[int, _count("Port of the relay.", 1, _PORT)] = 587
    smtp_security: Annotated[MailSecurity, Rule(says="Protection of the line.")] = (
        MailSecurity.STARTTLS
    )
    smtp_user: Annotated[str | None, Rule(says="User at the relay.")] = None
    smtp_password_file: Annotated[SecretFile | None, Rule(says="Its password.")] = None
    webhook_url: Annotated[
        str | None, Rule(says="Gateway that takes notices by POST.", form=URL, secret=True)
    ] = field(default=None, repr=False)
    webhook_secret_file: Annotated[
        SecretFile | None, Rule(says="Bearer token for the gateway.")
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Observing:
    """Log lines and metrics."""

    log_level: Annotated[LogLevel, Rule(says="Least serious line written.")] = LogLevel.INFO
    metrics_dir: Annotated[
        Path | None,
        Rule(says="Folder where the processes lay their counters together."),
    ] = None
