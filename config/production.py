"""What production refuses: each rule yields the settings that break it."""

import stat
from collections.abc import Callable, Iterator
from typing import Final

from config.drivers import Carrier, MailSecurity
from config.outline import Setting, is_dataclass_type, settings_of
from config.schema import Settings
from config.words import ISSUER, ROOT, URL, Problem, SecretFile

Check = Callable[[Settings], Iterator[Problem]]

_LEAST_LENGTH: Final = 16
_LEAST_VARIETY: Final = 8
_KNOWN_WORDS: Final = (
    "changeme", "change-me", "change_me", "default", "demo", "example",
    "insecure", "password", "secret", "test", "trusthub", "123456",
)  # fmt: skip
_OTHERS_MAY_READ: Final = stat.S_IRWXG | stat.S_IRWXO


def addresses_are_https(page: Settings) -> Iterator[Problem]:
    """OpenID Federation 1.0 §1.2, OIDC Discovery §3: identifiers use the https scheme."""
    for key, setting, value in every_value(page):
        plain = isinstance(value, str) and value.startswith("http://")
        if plain and setting.rule.form in (ISSUER, ROOT, URL):
            yield Problem(key, "must be https in production")


def the_way_out_stays_outside(page: Settings) -> Iterator[Problem]:
    """A call to this machine is how server-side request forgery begins."""
    if page.outbound.allow_loopback:
        yield Problem("outbound.allow_loopback", "must be false in production")


def notices_reach_people(page: Settings) -> Iterator[Problem]:
    """A file is read by nobody; a relay in the clear by everybody."""
    for key, carrier in (("mail", page.notices.mail), ("sms", page.notices.sms)):
        if carrier is Carrier.OUTBOX:
            yield Problem(f"notices.{key}", "outbox is refused in production")
    smtp = page.notices.mail is Carrier.SMTP
    if smtp and page.notices.smtp_security is MailSecurity.NONE:
        yield Problem("notices.smtp_security", "must be starttls or tls in production")


def several_hosts_share_a_server(page: Settings) -> Iterator[Problem]:
    """An SQLite file is not shared between machines."""
    if page.http.hosts == 1:
        return
    for key, url in (("database", page.database.url), ("ephemeral", page.ephemeral.url)):
        if url.startswith("sqlite"):
            yield Problem(f"{key}.url", "sqlite serves one host only; http.hosts is more")


def addresses_hold_no_password(page: Settings) -> Iterator[Problem]:
    """A password lies in a file of its own, never in a URL that is logged somewhere."""
    for key, url in (("database", page.database.url), ("ephemeral", page.ephemeral.url)):
        user, at, _rest = url.partition("://")[2].partition("@")
        if at and ":" in user:
            yield Problem(f"{key}.url", f"holds a password; use {key}.password_file")


def secrets_are_kept(page: Settings) -> Iterator[Problem]:
    """Secret files are there, closed to others, and hold no default or guessable secret."""
    for key, _setting, value in every_value(page):
        if isinstance(value, SecretFile):
            yield from _secret_is_kept(key, value)


def _secret_is_kept(key: str, secret: SecretFile) -> Iterator[Problem]:
    try:
        mode, text = secret.path.stat().st_mode, secret.read()
    except (OSError, UnicodeDecodeError):
        yield Problem(key, "the file cannot be read")
        return
    if mode & _OTHERS_MAY_READ:
        yield Problem(key, "the file is open to group or others; chmod 600")
    if not text.startswith("-----BEGIN ") and is_weak(text):
        yield Problem(key, "a default, demonstration or weak secret is refused")


def is_weak(secret: str) -> bool:
    """Tell whether a secret is short, monotonous or made of a well-known word."""
    lower = secret.lower()
    short = len(secret) < _LEAST_LENGTH or len(set(secret)) < _LEAST_VARIETY
    return short or any(word in lower for word in _KNOWN_WORDS)


def every_value(page: object, prefix: str = "") -> Iterator[tuple[str, Setting, object]]:
    """Walk all values of a page as (key, setting, value), lists element by element."""
    kind: type = type(page)
    for setting in settings_of(kind):
        given = getattr(page, setting.key)
        for mark, value in _numbered(given) if setting.many else [("", given)]:
            key = f"{prefix}{setting.key}{mark}"
            if is_dataclass_type(setting.of):
                yield from every_value(value, f"{key}.")
            else:
                yield key, setting, value


def _numbered(values: tuple[object, ...]) -> Iterator[tuple[str, object]]:
    for index, value in enumerate(values):
        yield f"[{index}]", value


CHECKS: Final[tuple[Check, ...]] = (
    addresses_are_https,
    the_way_out_stays_outside,
    notices_reach_people,
    several_hosts_share_a_server,
    addresses_hold_no_password,
    secrets_are_kept,
)
