"""Who may tell certificates of clients: networks and secret come together."""

from pathlib import Path

import pytest

from config.loader import read_page
from config.words import SettingsRefused
from tests.unit.config.pages import Tables, a_dev_page


def a_page(**told: object) -> Tables:
    page = a_dev_page()
    page["http"] = {"client_certificate": told}
    return page


def test_a_proxy_is_named_with_its_secret(tmp_path: Path) -> None:
    said = {"proxies": ["10.0.0.7/32"], "proxy_secret_file": "proxy"}
    told = read_page(a_page(**said), tmp_path).http.client_certificate
    assert (told.proxies, told.header) == (("10.0.0.7/32",), "Client-Cert")
    assert told.proxy_secret_file is not None
    assert told.proxy_secret_file.path == tmp_path / "proxy"


def test_nobody_tells_certificates_where_nothing_is_set(tmp_path: Path) -> None:
    told = read_page(a_dev_page(), tmp_path).http.client_certificate
    assert (told.proxies, told.proxy_secret_file) == ((), None)


@pytest.mark.spec("RFC 9440 §4")
@pytest.mark.parametrize(
    ("told", "problem"),
    [
        ({"proxies": ["10.0.0.7/32"]}, "proxy_secret_file: missing"),
        ({"proxy_secret_file": "proxy"}, "proxies: missing"),
        ({"proxies": ["all"]}, "proxies[0]: must be a network"),
        (
            {"proxies": ["10.0.0.7/24"], "proxy_secret_file": "proxy"},
            "proxies[0]: is no network",
        ),
        (
            {"proxies": ["10.0.0.0/33"], "proxy_secret_file": "proxy"},
            "proxies[0]: is no network",
        ),
        ({"header": "Client Cert"}, "header: must be the name of a header"),
        ({"header": "Client_Cert"}, "header: must be the name of a header"),
    ],
)
def test_half_of_it_is_refused(
    told: dict[str, object], problem: str, tmp_path: Path
) -> None:
    with pytest.raises(SettingsRefused) as refused:
        read_page(a_page(**told), tmp_path)
    (found,) = map(str, refused.value.problems)
    assert found.startswith(f"http.client_certificate.{problem}")
