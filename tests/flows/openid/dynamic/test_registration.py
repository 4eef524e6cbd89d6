"""Clients that enter themselves: what is taken, what is told back, what is refused."""

from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.attacks.house import BACK, Answer
from tests.flows.openid.registering import (
    Entered,
    ask,
    entered,
    leaves,
    metadata,
    refused,
)
from tests.flows.openid.serving import Site
from tests.flows.openid.suite import Suite
from tests.flows.openid.visit import Visit
from tests.unit.idp.clients.images import png
from tests.unit.kernel.proof.signers import signer

_WEB = "https://rp.example"
_SECOND = "https://example.org/redirect"


class _Elements(HTMLParser):
    """The attributes of every element of one name."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name, self.found = name, list[dict[str, str]]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == self.name:
            self.found.append({key: value or "" for key, value in attrs})


def elements(text: str, name: str) -> list[dict[str, str]]:
    read = _Elements(name)
    read.feed(text)
    return read.found


def login_page(suite: Suite, client: Entered) -> tuple[Visit, Answer]:
    """Send a fresh browser, and follow it to the page where it is to sign in."""
    visit = suite.visit(client.party)
    page = visit.get(visit.request())
    while page.status in {302, 303}:
        page = visit.browser.get(page.location)
    assert page.status == 200, page
    assert 'id="login-form"' in page.text
    return visit, page


def links_to(page: Answer, named: str, address: str) -> None:
    """There is one such link: it tells nothing of us, and says whose page it is."""
    links = [each for each in elements(page.text, "a") if each.get("id") == named]
    assert [link["href"] for link in links] == [address]
    assert set(links[0]["rel"].split()) == {"noopener", "noreferrer", "external"}
    assert f"（{urlsplit(address).netloc}）" in page.text


@pytest.mark.spec("OIDC Registration §3.1")
def test_oidcc_server(suite: Suite) -> None:
    """A client that entered itself by jwks does the code flow with private_key_jwt.

    Its key has no name, and its assertions name none. Then it takes itself back.
    """
    client = entered(suite)
    assert client.told["token_endpoint_auth_method"] == "private_key_jwt"
    suite.signed_in(client.party)
    leaves(suite, client)


@pytest.mark.spec("OIDC Registration §2")
def test_oidcc_registration_jwks_uri(suite: Suite, site: Site) -> None:
    """Keys at an address: the client proves itself by what we fetch from there."""
    key = signer("RS256", "at-an-address")
    address = site.serve("/jwks", key.keys.to_jwks())
    client = entered(suite, key, jwks=None, jwks_uri=address)
    assert client.told["jwks_uri"] == address
    suite.signed_in(client.party)
    assert "/jwks" in site.asked


@pytest.mark.spec("OIDC Registration §5")
def test_oidcc_registration_sector_uri(suite: Suite, site: Site) -> None:
    """A sector_identifier_uri that lists every redirect_uri: taken, and read."""
    address = site.serve("/redirect_uris.json", [BACK, f"{_WEB}/callback"])
    client = entered(suite, subject_type="pairwise", sector_identifier_uri=address)
    assert client.told["sector_identifier_uri"] == address
    assert "/redirect_uris.json" in site.asked


@pytest.mark.spec("OIDC Registration §5")
def test_oidcc_registration_sector_bad(suite: Suite, site: Site) -> None:
    """A sector_identifier_uri without the redirect_uri: invalid_client_metadata."""
    address = site.serve("/redirect_uris.json", [f"{_WEB}/invalid"])
    said = metadata(subject_type="pairwise", sector_identifier_uri=address)
    refused(ask(suite, said), "invalid_client_metadata")


@pytest.mark.spec("RFC 6749 §3.1.2")
def test_oidcc_redirect_uri_regfrag(suite: Suite) -> None:
    """A redirect_uri with a fragment: invalid_redirect_uri or invalid_client_metadata."""
    said = metadata(redirect_uris=[f"{BACK}#foobar"])
    refused(ask(suite, said), "invalid_redirect_uri", "invalid_client_metadata")


@pytest.mark.spec("OIDC Core §3.1.2.1")
def test_oidcc_redirect_uri_query_OK(suite: Suite) -> None:  # noqa: N802  as it is named
    """The registered redirect_uri has a query: the answer comes with it, and redeems."""
    client = entered(suite, redirect_uris=[f"{BACK}?foo=bar"])
    visit, _ = suite.signed_in(client.party)
    assert visit.party.redirect_uri.endswith("?foo=bar")


@pytest.mark.spec("RFC 6749 §3.1.2.3")
def test_oidcc_redirect_uri_query_mismatch(suite: Suite) -> None:
    """Another query than the registered one: an error page, no redirect."""
    client = entered(suite, redirect_uris=[f"{BACK}?foo=bar"])
    visit = suite.visit(client.party)
    request = visit.request(redirect_uri=f"{BACK}?foo=baz")
    assert visit.stops(visit.get(request)) == "redirect_uri_not_registered"


@pytest.mark.spec("RFC 6749 §3.1.2.3")
def test_oidcc_redirect_uri_query_added(suite: Suite) -> None:
    """A query where none is registered: an error page, no redirect."""
    visit = suite.visit(entered(suite).party)
    request = visit.request(redirect_uri=f"{BACK}?foo=bar")
    assert visit.stops(visit.get(request)) == "redirect_uri_not_registered"


@pytest.mark.spec("OIDC Core §3.1.2.1")
def test_oidcc_ensure_redirect_uri_in_authorization_request(suite: Suite) -> None:
    """Two registered, none named: an error page, no redirect.

    The second is at example.org (AddMultipleRedirectUriToDynamicRegistrationRequest). Where
    the first is of the web too, two hosts are no sector, and who registers them MUST say
    which they are (OIDC Core §8.1): the module as it is published is then refused here.
    """
    two_hosts = metadata(redirect_uris=[f"{_WEB}/back", _SECOND])
    refused(ask(suite, two_hosts), "invalid_client_metadata")
    client = entered(suite, redirect_uris=[BACK, _SECOND])
    visit = suite.visit(client.party)
    page = visit.get(visit.request(redirect_uri=None))
    assert visit.stops(page) == "redirect_uri_not_registered"


@pytest.mark.spec("OIDC Registration §2")
def test_oidcc_registration_logo_uri(suite: Suite, site: Site) -> None:
    """The login page displays the logo: ours to serve, the very bytes that lay there."""
    picture = png()
    logo = site.serve_bytes("/images/logo.png", "image/png", picture)
    client = entered(suite, redirect_uris=[site.url("/callback")], logo_uri=logo)
    visit, page = login_page(suite, client)
    sources = [each["src"] for each in elements(page.text, "img")]
    shown = [source for source in sources if source.startswith("/client-pictures/")]
    assert len(shown) == 1, sources
    got = visit.browser.get(shown[0])
    assert (got.status, got.header("Content-Type")) == (200, "image/png")
    assert got.body == picture
    assert got.header("X-Content-Type-Options") == "nosniff"
    assert "immutable" in got.header("Cache-Control")
    assert got.header("Content-Security-Policy").startswith("default-src 'none'")
    assert site.asked == ["/images/logo.png"]
    assert logo not in page.text


@pytest.mark.spec("OIDC Registration §2")
def test_oidcc_registration_policy_uri(suite: Suite, site: Site) -> None:
    """The login page links to the policy, and says whose page that is."""
    policy = site.url("/policy.html")
    client = entered(suite, redirect_uris=[site.url("/callback")], policy_uri=policy)
    _, page = login_page(suite, client)
    links_to(page, "client-policy", policy)


@pytest.mark.spec("OIDC Registration §2")
def test_oidcc_registration_tos_uri(suite: Suite, site: Site) -> None:
    """The login page links to the terms of service, and says whose page that is.

    The suite's own lie at openid.net, no host of its redirect URIs (CreateTosUri): such a
    link is shown once two persons approved the record (below). The module waits for a
    picture of the page, and there is time to.
    """
    terms = site.url("/terms.html")
    client = entered(suite, redirect_uris=[site.url("/callback")], tos_uri=terms)
    _, page = login_page(suite, client)
    links_to(page, "client-terms", terms)


@pytest.mark.spec("RFC 7591 §5; OIDC Registration §9.1")
def test_a_stranger_borrows_no_look(suite: Suite, site: Site) -> None:
    """Another host than that of the redirect URIs: told back, and shown to nobody."""
    logo = site.serve_bytes("/logo.png", "image/png", png())
    pages: dict[str, Any] = {
        "logo_uri": logo,
        "policy_uri": site.url("/p"),
        "tos_uri": site.url("/t"),
    }
    client = entered(suite, redirect_uris=[f"{_WEB}/callback"], **pages)
    _, page = login_page(suite, client)
    for sign in ("client-picture", "client-pages", str(site.port)):
        assert sign not in page.text


@pytest.mark.spec("OIDC Registration §2")
@pytest.mark.parametrize("dangerous", ["javascript:alert(1)", "http://rp.example/x"])
def test_pages_of_a_client_are_of_the_web(suite: Suite, dangerous: str) -> None:
    for name in ("logo_uri", "policy_uri", "tos_uri"):
        said = metadata(**{name: dangerous})
        refused(ask(suite, said), "invalid_client_metadata")
