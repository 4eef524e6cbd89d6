"""What may stand in a request: known and acted on, known and shown, or not known at all."""

from urllib.parse import urlsplit

import pytest

from tests.attacks.house import ISSUER
from tests.flows.openid import conditions
from tests.flows.openid.suite import Suite
from tests.flows.openid.visit import USERNAME


@pytest.mark.spec("OIDC Core §3.1.2.1")
def test_oidcc_ensure_request_without_nonce_succeeds_for_code_flow(suite: Suite) -> None:
    """No nonce: a code all the same, and an ID token without one.

    Ours sends a code challenge in its place. The suite sends neither, and that is refused
    on purpose (below): such a code is whoever's who can inject it (RFC 9700 §2.1.1). So the
    module as it is published fails here; docs/divergences.md has it.
    """
    _, issued = suite.signed_in(suite.party(with_challenge=True), nonce=None)
    assert "nonce" not in issued.claims


@pytest.mark.spec("RFC 6749 §3.3")
def test_oidcc_alternate_happy_flow(suite: Suite) -> None:
    """Scopes and parameters in reversed order make no difference.

    The suite asks for openid and email, and skips where scopes_supported has no email.
    """
    party = suite.party()
    visit = suite.visit(party)
    request = visit.request(scope="profile openid")
    turned = dict(reversed(request.items()))
    assert list(turned) != list(request)
    issued = suite.completes(visit, visit.back(turned, visit.get(turned)))
    assert "name" in suite.userinfo(issued)


@pytest.mark.spec("OIDC Core §3.1.2.1")
def test_oidcc_display_page(suite: Suite) -> None:
    """display=page: no error."""
    suite.signed_in(suite.party(), display="page")


@pytest.mark.spec("OIDC Core §3.1.2.1")
def test_oidcc_display_popup(suite: Suite) -> None:
    """display=popup: no error."""
    suite.signed_in(suite.party(), display="popup")


@pytest.mark.spec("OIDC Core §3.1.2.1")
def test_oidcc_login_hint(suite: Suite) -> None:
    """login_hint: no error; the form is filled in with it, whoever that is.

    Where none is configured the suite names buffy at the host of the issuer.
    """
    party = suite.party()
    suite.signed_in(party, login_hint=f"buffy@{urlsplit(ISSUER).hostname}")
    visit = suite.visit(party)
    request = visit.request(login_hint=USERNAME)
    answer = visit.get(request)
    page = visit.browser.get(answer.location)
    assert f'value="{USERNAME}"' in page.text
    suite.completes(visit, visit.back(request, answer))


@pytest.mark.spec("OIDC Core §3.1.2.1")
def test_oidcc_ui_locales(suite: Suite) -> None:
    """ui_locales: no error for se, which we do not have; else the first that we have."""
    party = suite.party()
    suite.signed_in(party, ui_locales="se")
    visit = suite.visit(party)
    request = visit.request(ui_locales="se en")
    answer = visit.get(request)
    page = visit.browser.get(answer.location)
    assert '<html lang="en"' in page.text
    suite.completes(visit, visit.back(request, answer))


@pytest.mark.spec("OIDC Core §3.1.2.1")
def test_oidcc_ensure_request_with_acr_values_succeeds(suite: Suite) -> None:
    """acr_values, all that are supported: no error; the ID token's acr is one of them."""
    offered = suite.metadata["acr_values_supported"]
    _, issued = suite.signed_in(suite.party(), acr_values=" ".join(offered))
    assert issued.claims["acr"] in offered


@pytest.mark.spec("RFC 6749 §3.1")
def test_oidcc_ensure_request_with_unknown_parameter_succeeds(suite: Suite) -> None:
    """extra=foobar: ignored."""
    _, issued = suite.signed_in(suite.party(), extra="foobar")
    assert "extra" not in issued.claims


@pytest.mark.spec("RFC 7636 §4.6")
def test_oidcc_ensure_request_with_valid_pkce_succeeds(suite: Suite) -> None:
    """A valid S256 challenge and its verifier: tokens."""
    party = suite.party(with_challenge=True)
    visit = suite.visit(party)
    back = visit.ask()
    assert back.asked["code_challenge_method"] == "S256"
    suite.completes(visit, back)


@pytest.mark.spec("OIDC Core §3.1.2.1")
def test_oidcc_ensure_registered_redirect_uri(suite: Suite) -> None:
    """A redirect_uri that is not registered: an error page, and no redirect anywhere."""
    visit = suite.visit(suite.party())
    request = visit.request(redirect_uri=f"{visit.party.redirect_uri}/nW3kq0")
    assert visit.stops(visit.get(request)) == "redirect_uri_not_registered"


@pytest.mark.spec("OIDC Core §3.1.2.1")
def test_oidcc_ensure_post_request_succeeds(suite: Suite) -> None:
    """The request by POST, as another site sends it: it goes on, and ends with a code."""
    visit = suite.visit(suite.party())
    request = visit.request()
    suite.completes(visit, visit.back(request, visit.post(request)))


@pytest.mark.spec("RFC 9700 §2.1.1")
def test_with_neither_challenge_nor_nonce_there_is_no_code(suite: Suite) -> None:
    visit = suite.visit(suite.party(with_challenge=True))
    back = visit.ask(nonce=None, code_challenge=None, code_challenge_method=None)
    conditions.authorization_failed(back, "invalid_request")
