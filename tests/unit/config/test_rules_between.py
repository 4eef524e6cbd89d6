"""Rules between settings, and what production refuses."""

from pathlib import Path

import pytest

from config.loader import read_page
from config.words import SettingsRefused
from tests.unit.config.pages import Tables, a_dev_page, a_production_page, bent


def refusal(page: Tables, folder: Path) -> list[str]:
    with pytest.raises(SettingsRefused) as caught:
        read_page(page, folder)
    return [str(problem) for problem in caught.value.problems]


A_PORTAL = {
    "name": "public",
    "kind": "public",
    "base_url": "http://localhost:8410",
    "port": 8410,
    "issuer": "http://localhost:8400",
    "client_id": "public",
    "client_secret_file": "portal",
    "session_secret_file": "portal",
}
BETWEEN = [
    ("trust.superiors", ["http://localhost:1/trust"], "trust.superiors: the national root"),
    (
        "installation.role",
        "province",
        "trust.superiors: a province or city names its superior",
    ),
    ("trust.refresh_ahead", "24h", "trust.refresh_ahead: must be shorter"),
    ("oidc.session_idle", "9h", "oidc.session_idle: must not exceed"),
    ("oidc.refresh_lifetime", "1h", "oidc.refresh_idle: must not exceed"),
    ("http.management_port", 8400, "portals: port 8400 is used twice"),
    ("notices.mail", "webhook", "notices.webhook_url: missing"),
    ("notices.sms", "smtp", "notices.smtp_host: missing"),
    ("http.tls_certificate", "chain.pem", "http.tls_key: missing"),
    ("http.tls_key", "key.pem", "http.tls_certificate: missing"),
    ("realname.endpoint", "http://localhost:8450", "realname.client_id: missing"),
]


@pytest.mark.parametrize(("key", "value", "start"), BETWEEN)
def test_settings_that_contradict_each_other_are_refused(
    key: str, value: object, start: str, tmp_path: Path
) -> None:
    assert refusal(bent(a_dev_page(), key, value), tmp_path)[0].startswith(start)


@pytest.mark.spec("OIDC Discovery §4; RFC 8414 §3")
@pytest.mark.parametrize("key", ["installation.issuer", "oidc.certificate_issuer"])
def test_what_is_public_lies_at_the_root_of_its_host(key: str, tmp_path: Path) -> None:
    """Below a path nothing is served, and pages would lead out of it."""
    page = bent(a_dev_page(), key, "http://localhost:8400/hub")
    (said,) = refusal(page, tmp_path)
    assert said.startswith(f"{key}: must be an http(s) URL in lower case")
    assert said.endswith("without a path")


def test_short_messages_do_not_go_by_mail_relay(tmp_path: Path) -> None:
    page = bent(a_dev_page(), "notices.sms", "smtp")
    assert "notices.sms: must be one of outbox, webhook" in refusal(page, tmp_path)


def test_two_portals_share_neither_name_nor_port(tmp_path: Path) -> None:
    page: dict[str, object] = {**a_dev_page(), "portals": [A_PORTAL, A_PORTAL]}
    with pytest.raises(SettingsRefused) as caught:
        read_page(page, tmp_path)
    assert [str(each) for each in caught.value.problems] == [
        "portals: port 8410 is used twice",
        "portals: name public is used twice",
    ]


def test_production_accepts_a_page_that_was_thought_of(tmp_path: Path) -> None:
    page = read_page(a_production_page(tmp_path), tmp_path)
    assert page.keys.serve_secret_file.read() == "serve-Zx81kQ4wLr7TnVb20Yc9HsPd"


def test_production_fills_in_nothing(tmp_path: Path) -> None:
    page = a_production_page(tmp_path)
    del page["database"], page["keys"], page["notices"], page["ephemeral"]
    assert refusal(page, tmp_path) == [
        "database.url: missing",
        "ephemeral.url: missing",
        "keys.vault_dir: missing",
        "keys.serve_secret_file: missing",
        "keys.worker_secret_file: missing",
        "notices.mail: missing",
        "notices.sms: missing",
    ]


IN_PRODUCTION = [
    ("installation.issuer", "http://id.gov.example", "installation.issuer: must be https"),
    ("pages.help_url", "http://help.example", "pages.help_url: must be https"),
    ("notices.webhook_url", "http://g.example/", "notices.webhook_url: must be https"),
    ("outbound.allow_loopback", True, "outbound.allow_loopback: must be false"),
    ("database.url", "postgresql://u:p@db/hub", "database.url: holds a password"),
    ("ephemeral.url", "redis://:p@cache/0", "ephemeral.url: holds a password"),
    ("keys.serve_secret_file", "absent", "keys.serve_secret_file: the file cannot be read"),
]


@pytest.mark.parametrize(("key", "value", "start"), IN_PRODUCTION)
def test_production_refuses_what_development_takes(
    key: str, value: object, start: str, tmp_path: Path
) -> None:
    (problem,) = refusal(bent(a_production_page(tmp_path), key, value), tmp_path)
    assert problem.startswith(start)


@pytest.mark.spec("OpenID Federation 1.0 §1.2")
def test_production_refuses_http_in_every_list(tmp_path: Path) -> None:
    anchors = [{"entity_id": "http://a.example", "jwks_file": "a.json"}]
    page = bent(a_production_page(tmp_path), "trust.anchors", anchors)
    assert refusal(page, tmp_path) == [
        "trust.anchors[0].entity_id: must be https in production"
    ]


def test_production_refuses_sqlite_on_more_than_one_host(tmp_path: Path) -> None:
    page = bent(a_production_page(tmp_path), "database.url", "sqlite:///hub.sqlite")
    read_page(page, tmp_path)  # one host may
    assert refusal(bent(page, "http.hosts", 2), tmp_path) == [
        "database.url: sqlite serves one host only; http.hosts is more"
    ]


def test_production_refuses_the_file_outbox(tmp_path: Path) -> None:
    page = bent(a_production_page(tmp_path), "notices.sms", "outbox")
    page["notices"]["outbox_file"] = "outbox.jsonl"
    assert refusal(page, tmp_path) == ["notices.sms: outbox is refused in production"]


def test_production_refuses_mail_in_the_clear(tmp_path: Path) -> None:
    page = a_production_page(tmp_path)
    page["notices"] |= {
        "mail": "smtp",
        "smtp_host": "mail.example",
        "sender": "a@b.example",
    }
    read_page(page, tmp_path)
    page["notices"]["smtp_security"] = "none"
    assert refusal(page, tmp_path) == [
        "notices.smtp_security: must be starttls or tls in production"
    ]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_production_refuses_a_secret_that_others_may_read(
    mode: int, tmp_path: Path
) -> None:
    page = a_production_page(tmp_path)
    (tmp_path / "serve").chmod(mode)
    assert refusal(page, tmp_path) == [
        "keys.serve_secret_file: the file is open to group or others; chmod 600"
    ]


@pytest.mark.parametrize(
    "secret",
    [
        "short",
        "a" * 40,
        "demo-Zx81kQ4wLr7TnVb20Yc9HsPd",
        "ChangeMe-Zx81kQ4wLr7TnVb20Yc9HsPd",
        "0101010101010101010101010101",
    ],
)
def test_production_refuses_default_and_weak_secrets_without_telling_them(
    secret: str, tmp_path: Path
) -> None:
    page = a_production_page(tmp_path)
    (tmp_path / "worker").write_text(secret, encoding="utf-8")
    problems = refusal(page, tmp_path)
    assert problems == [
        "keys.worker_secret_file: a default, demonstration or weak secret is refused"
    ]
    assert secret not in problems[0]


def test_development_takes_demo_secrets_that_do_not_lie_there_yet(tmp_path: Path) -> None:
    page = read_page(a_dev_page(), tmp_path)
    assert not page.keys.serve_secret_file.path.exists()


NO_ADDRESSES = [
    (
        "http.trusted_proxies",
        ["10.0.0.0/8", "999.1.1.1/99"],
        "http.trusted_proxies[1]: is no",
    ),
    ("database.url", "postgresql://[::1", "database.url: host and port cannot be read"),
    ("database.url", "postgresql://db:99999/hub", "database.url: host and port cannot"),
    ("database.url", "sqlite://", "database.url: must be a sqlite:///file"),
    ("ephemeral.url", "redis://cache:x/0", "ephemeral.url: host and port cannot be read"),
    ("ephemeral.url", "sqlite:///", "ephemeral.url: must be a sqlite:///file"),
    (
        "keys.vault_dir",
        "~nobody-of-this-name/vault",
        "keys.vault_dir: must be a path; there",
    ),
    ("installation.profile", ["dev"], "installation.profile: must be one of dev, test"),
]


@pytest.mark.parametrize(("key", "value", "start"), NO_ADDRESSES)
def test_what_would_end_a_process_later_stops_the_start(
    key: str, value: object, start: str, tmp_path: Path
) -> None:
    said = refusal(bent(a_dev_page(), key, value), tmp_path)
    assert [line for line in said if line.startswith(start)]


def test_a_proxy_may_be_named_by_an_address_within_its_network(tmp_path: Path) -> None:
    page = bent(a_dev_page(), "http.trusted_proxies", ["10.0.0.1/8"])
    read_page(page, tmp_path)
