"""What is unknown, missing or wrong on the page stops the start and names its key."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.loader import read_page
from config.schema import Settings
from config.spans import parse_span, write_span
from config.words import ISSUER, Profile, Role, SettingsRefused
from tests.unit.config.pages import Tables, a_dev_page, bent

HERE = Path("/srv/hub")


def refusal(page: Tables) -> list[str]:
    with pytest.raises(SettingsRefused) as caught:
        read_page(page, HERE)
    return [str(problem) for problem in caught.value.problems]


def test_a_dev_page_of_six_lines_is_whole() -> None:
    page = read_page(a_dev_page(), HERE)

    assert isinstance(page, Settings)
    assert page.installation.role is Role.NATIONAL
    assert page.installation.profile is Profile.DEV
    assert page.oidc.access_token_lifetime == timedelta(minutes=5)
    assert page.outbound.allow_loopback


def test_relative_paths_start_at_the_folder_of_the_file() -> None:
    page = read_page(bent(a_dev_page(), "keys.vault_dir", "keys/vault"), HERE)

    assert page.keys.vault_dir == HERE / "keys/vault"
    assert page.audit.log_dir == HERE / "log"
    assert page.database.url == "sqlite:////srv/hub/trusthub.sqlite"


def test_absolute_paths_stay() -> None:
    page = bent(a_dev_page(), "database.url", "sqlite:////var/hub.sqlite")
    assert read_page(page, HERE).database.url == "sqlite:////var/hub.sqlite"


def test_an_unknown_setting_is_named_with_the_one_it_is_close_to() -> None:
    problems = refusal(bent(a_dev_page(), "oidc.access_token_lifetim", "5m"))
    assert problems == [
        "oidc.access_token_lifetim: unknown setting; did you mean access_token_lifetime?"
    ]


def test_an_unknown_setting_close_to_nothing_is_named_alone() -> None:
    assert refusal(bent(a_dev_page(), "oidc.zzz", 1)) == ["oidc.zzz: unknown setting"]


def test_an_unknown_section_is_named() -> None:
    assert refusal(bent(a_dev_page(), "odic.x", 1)) == [
        "odic: unknown setting; did you mean oidc?"
    ]


def test_every_missing_setting_is_named_at_once() -> None:
    assert refusal({"installation": {"profile": "dev"}}) == [
        f"installation.{key}: missing"
        for key in ("issuer", "role", "code", "name_zh", "name_en")
    ]


def test_all_problems_are_told_at_once() -> None:
    page = bent(bent(a_dev_page(), "http.port", "8400"), "oidc.isuer", "x")
    assert refusal(page) == [
        "http.port: must be a whole number",
        "oidc.isuer: unknown setting",
    ]


WRONG = [
    ("installation.issuer", "https://id.gov.example/", "must be an http(s) URL"),
    ("installation.issuer", "https://id.gov.example#x", "must be an http(s) URL"),
    ("installation.issuer", "https://me@id.gov.example", "must be an http(s) URL"),
    ("installation.role", "king", "must be one of national, province"),
    ("installation.code", "4", "must be 2, 4 or 6 digits"),
    ("installation.name_zh", "", "must be a text that is not empty"),
    ("installation.name_zh", "a\nb", "must be a text that is not empty"),
    ("installation.instance", "Trust Hub", "must be a-z"),
    ("http.port", 0, "must be at least 1"),
    ("http.port", 65536, "must be at most 65535"),
    ("http.port", True, "must be a whole number"),
    ("http.port", 1.5, "must be a whole number"),
    ("http.trusted_proxies", "10.0.0.0/8", "must be a list"),
    ("oidc.access_token_lifetime", "6m", "must be at most 5m"),
    ("oidc.access_token_lifetime", "5", "must be a span"),
    ("oidc.access_token_lifetime", 300, "must be a span"),
    ("oidc.code_lifetime", "61s", "must be at most 1m"),
    ("audit.retention", "30d", "must be at least 180d"),
    ("outbound.allow_loopback", "yes", "must be true or false"),
    ("database.url", "mysql://db/hub", "must be a sqlite:///file or postgresql:// URL"),
    ("keys.vault_dir", 7, "must be a text"),
    ("observing.log_level", ["info"], "must be one of debug, info, warning, error"),
]


@pytest.mark.parametrize(("key", "value", "reason"), WRONG)
def test_a_wrong_value_names_its_key_and_the_rule(
    key: str, value: object, reason: str
) -> None:
    (problem,) = refusal(bent(a_dev_page(), key, value))
    assert problem.startswith(f"{key}: {reason}")


def test_a_wrong_element_of_a_list_is_named_by_its_place() -> None:
    page = bent(a_dev_page(), "http.trusted_proxies", ["10.0.0.0/8", "all"])
    assert refusal(page) == [
        "http.trusted_proxies[1]: must be a network such as 10.20.0.0/16"
    ]


def test_tables_in_a_list_are_read_like_sections() -> None:
    anchors = [{"entity_id": "http://localhost:8400/trust", "jwks_file": "anchor.json"}]
    page = read_page(bent(a_dev_page(), "trust.anchors", anchors), HERE)
    assert page.trust.anchors[0].jwks_file == HERE / "anchor.json"


def test_a_wrong_table_in_a_list_is_named_by_its_place() -> None:
    page = bent(a_dev_page(), "trust.anchors", [{"entity_id": "ftp://x", "jwks": 1}])
    assert refusal(page) == [
        "trust.anchors[0].jwks: unknown setting; did you mean jwks_file?",
        f"trust.anchors[0].entity_id: must be {ISSUER.words}",
    ]


def test_a_section_that_is_no_table_is_refused() -> None:
    page: dict[str, object] = {**a_dev_page(), "http": 8400}
    with pytest.raises(SettingsRefused, match=r"^http: must be a table$"):
        read_page(page, HERE)


def test_an_address_with_a_password_is_neither_told_nor_shown() -> None:
    url = "mysql://hub:Tr0ub4dor@db/hub"
    assert "Tr0ub4dor" not in "".join(refusal(bent(a_dev_page(), "database.url", url)))
    page = read_page(
        bent(a_dev_page(), "database.url", "postgresql://hub:Tr0ub4dor@db/hub"), HERE
    )
    assert "Tr0ub4dor" not in repr(page)


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=3650)))
def test_a_span_is_read_as_it_was_written(span: timedelta) -> None:
    whole = timedelta(milliseconds=span // timedelta(milliseconds=1) % 10**9)
    assert parse_span(write_span(whole)) == whole


@pytest.mark.parametrize(
    "text", ["", "5", "m", "-5m", "5 m", "1.5h", "5M", "\u0665m", "5m\n"]
)
def test_a_span_without_number_and_unit_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="with its unit"):
        parse_span(text)
