"""Clients that enter themselves: what is taken, what is told back, what is refused."""

import pytest

from tests.attacks.house import BACK
from tests.flows.openid.registering import ask, entered, metadata, refused
from tests.flows.openid.serving import Site
from tests.flows.openid.suite import Suite
from tests.unit.kernel.proof.signers import signer

_WEB = "https://rp.example"


@pytest.mark.spec("OIDC Registration §3.1")
def test_oidcc_server(suite: Suite) -> None:
    """A client that entered itself by jwks does the code flow with private_key_jwt."""
    client = entered(suite)
    assert client.told["token_endpoint_auth_method"] == "private_key_jwt"
    suite.signed_in(client.party)


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
    """Two registered, none named: an error page, no redirect."""
    client = entered(suite, redirect_uris=[BACK, f"{BACK}/second"])
    visit = suite.visit(client.party)
    page = visit.get(visit.request(redirect_uri=None))
    assert visit.stops(page) == "redirect_uri_not_registered"


@pytest.mark.spec("OIDC Registration §2")
@pytest.mark.parametrize("dangerous", ["javascript:alert(1)", "http://rp.example/x"])
def test_pages_of_a_client_are_of_the_web(suite: Suite, dangerous: str) -> None:
    for name in ("logo_uri", "policy_uri", "tos_uri"):
        said = metadata(**{name: dangerous})
        refused(ask(suite, said), "invalid_client_metadata")
