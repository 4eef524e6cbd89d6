"""One file, named by the environment; single settings may be overridden there."""

from pathlib import Path

import pytest

from config.loader import load
from config.template import describe, template
from config.words import Profile, SettingsRefused
from tests.unit.config.pages import a_dev_page


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "hub.toml"
    path.write_text(template(Profile.DEV, a_dev_page()), encoding="utf-8")
    return path


def test_the_environment_names_the_file(file: Path) -> None:
    page = load(environ={"TRUSTHUB_SETTINGS": str(file)})
    assert page.installation.issuer == "http://localhost:8400"
    assert page.keys.vault_dir == file.parent / "vault"


def test_no_file_named_is_told() -> None:
    with pytest.raises(SettingsRefused, match="TRUSTHUB_SETTINGS: missing"):
        load(environ={})


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsRefused, match="cannot be read: No such file"):
        load(tmp_path / "absent.toml", {})


def test_a_file_that_is_not_toml_is_told_by_its_place_only(tmp_path: Path) -> None:
    path = tmp_path / "hub.toml"
    path.write_text("a = 1\npassword = Tr0ub4dor\n", encoding="utf-8")
    with pytest.raises(SettingsRefused, match=r"is not TOML \(at line 2") as caught:
        load(path, {})
    assert "Tr0ub4dor" not in str(caught.value)


def test_a_setting_named_twice_is_refused(file: Path) -> None:
    with file.open("a", encoding="utf-8") as open_file:
        open_file.write("\n[http]\nport = 1\n")
    with pytest.raises(SettingsRefused, match="is not TOML"):
        load(file, {})


def test_overrides_are_read_by_the_type_of_their_setting(file: Path) -> None:
    page = load(
        file,
        {
            "TRUSTHUB__HTTP__PORT": "8500",
            "TRUSTHUB__HTTP__TRUSTED_PROXIES": '["10.0.0.0/8"]',
            "TRUSTHUB__OUTBOUND__ALLOW_LOOPBACK": "false",
            "TRUSTHUB__OIDC__CODE_LIFETIME": "30s",
            "TRUSTHUB__INSTALLATION__CODE": "44",
        },
    )
    assert page.http.port == 8500
    assert page.http.trusted_proxies == ("10.0.0.0/8",)
    assert not page.outbound.allow_loopback
    assert page.oidc.code_lifetime.total_seconds() == 30
    assert page.installation.code == "44"


@pytest.mark.parametrize(
    ("variable", "message"),
    [
        ("TRUSTHUB__OIDC__ISUER", "oidc.isuer: unknown setting"),
        ("TRUSTHUB__HTTP", "TRUSTHUB__HTTP: must be TRUSTHUB__SECTION__KEY"),
        ("TRUSTHUB__TRUST__ANCHORS__0", "must be TRUSTHUB__SECTION__KEY"),
        ("TRUSTHUB__HTTP__PORT", "http.port: must be a whole number"),
    ],
)
def test_an_override_that_fits_no_setting_stops_the_start(
    file: Path, variable: str, message: str
) -> None:
    with pytest.raises(SettingsRefused, match=message):
        load(file, {variable: "x"})


def test_other_variables_are_not_read(file: Path) -> None:
    assert load(file, {"PORT": "1", "TRUSTHUB_PORT": "1"}).http.port == 8400


@pytest.mark.parametrize("profile", Profile)
def test_a_template_without_values_lists_what_is_missing(
    profile: Profile, tmp_path: Path
) -> None:
    path = tmp_path / "hub.toml"
    path.write_text(template(profile), encoding="utf-8")
    with pytest.raises(SettingsRefused) as caught:
        load(path, {})
    assert {problem.reason for problem in caught.value.problems} == {"missing"}


def test_a_template_writes_lists_of_tables_and_awkward_texts(tmp_path: Path) -> None:
    page = a_dev_page()
    page["installation"]["name_en"] = 'The "hub" \\ of 国家'
    anchors = [
        {"entity_id": f"http://localhost:{n}/trust", "jwks_file": "a"} for n in (1, 2)
    ]
    page["trust"] = {"anchors": anchors, "statement_lifetime": "10m", "refresh_ahead": "5m"}
    path = tmp_path / "hub.toml"
    path.write_text(template(Profile.DEV, page), encoding="utf-8")
    read = load(path, {})
    assert read.installation.name_en == 'The "hub" \\ of 国家'
    assert [anchor.entity_id for anchor in read.trust.anchors] == [
        "http://localhost:1/trust",
        "http://localhost:2/trust",
    ]


@pytest.mark.parametrize("values", [{"odic": {}}, {"oidc": {"isuer": "x"}}])
def test_a_template_refuses_values_that_are_no_settings(
    values: dict[str, dict[str, object]],
) -> None:
    with pytest.raises(KeyError):
        template(Profile.DEV, values)


def test_the_description_names_every_section_and_its_required_settings() -> None:
    text = describe()
    assert "## trust.anchors[]" in text
    assert "| `issuer` | text | **required** | Base URL of everything public." in text
    assert '| `access_token_lifetime` | span | `"5m"` |' in text
