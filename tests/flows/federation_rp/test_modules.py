"""The modules for relying parties, each named after its own."""

import pytest

from tests.flows.federation_rp.conftest import Federation
from tests.flows.federation_rp.op import Claims, Told

pytestmark = pytest.mark.spec("OpenID Federation 1.0 §12.1")
TYPES = "client_registration_types_supported"


def without(name: str) -> Told:
    """Leave a claim out of the entity configuration."""
    return Told(configuration=lambda claims: {n: v for n, v in claims.items() if n != name})


def with_claim(name: str, value: object) -> Told:
    """Say something else in the entity configuration."""
    return Told(configuration=lambda claims: {**claims, name: value})


def stops_before_the_provider(federation: Federation, told: Told, reason: str) -> None:
    """The relying party does not go on to the authorization endpoint; nobody signs in."""
    hub, op = federation.hub, federation.op
    federation.tell(told)
    before, refused = hub.counts(), len(hub.reasons())
    op.seen.clear()
    page = federation.sign_in()
    assert page.error is not None, page.described
    assert page.error[0] == reason
    assert hub.reasons()[refused:] == [reason]
    assert "/authorize" not in op.seen
    assert hub.counts() == before


def refuses_the_token(federation: Federation, claims: Claims, reason: str) -> None:
    """The ID token is refused; no person, no link, no session."""
    hub = federation.hub
    federation.tell(Told(id_token=claims))
    before = hub.counts()
    page = federation.sign_in()
    assert page.error is not None, page.described
    assert page.error[0] == reason
    assert federation.op.wrong == []
    assert hub.counts() == before


def test_openid_federation_client_happy_path(federation: Federation) -> None:
    """Condition: the RP reads the OP's configuration and asks by automatic registration.

    The request object is signed, with iss, aud, jti and exp, without sub; the code is
    redeemed by private_key_jwt.
    """
    hub, before = federation.hub, federation.hub.counts()
    page = federation.sign_in()
    assert page.url.startswith(f"{hub.back}?code="), page.described
    assert federation.op.wrong == []
    assert federation.op.asked["client_id"] == hub.issuer
    assert hub.counts() == tuple(number + 1 for number in before)


def test_openid_federation_client_invalid_iss_in_entity_configuration(
    federation: Federation,
) -> None:
    """Condition: iss of the OP's configuration is another entity; the RP stops."""
    bent = with_claim("iss", f"{federation.op.issuer}/another")
    stops_before_the_provider(federation, bent, "provider_not_trusted")


def test_openid_federation_client_invalid_sub_in_entity_configuration(
    federation: Federation,
) -> None:
    """Condition: sub of the OP's configuration is another entity; the RP stops."""
    bent = with_claim("sub", f"{federation.op.issuer}/another")
    stops_before_the_provider(federation, bent, "provider_not_trusted")


def test_openid_federation_client_invalid_missing_exp_in_entity_configuration(
    federation: Federation,
) -> None:
    """Condition: the OP's configuration has no exp; the RP stops."""
    stops_before_the_provider(federation, without("exp"), "provider_not_trusted")


def test_openid_federation_client_invalid_missing_iat_in_entity_configuration(
    federation: Federation,
) -> None:
    """Condition: the OP's configuration has no iat; the RP stops."""
    stops_before_the_provider(federation, without("iat"), "provider_not_trusted")


@pytest.mark.spec("OpenID Federation 1.0 §5.1.3")
def test_openid_federation_client_invalid_missing_client_registration_types_supported(
    federation: Federation,
) -> None:
    """Condition: the OP's metadata has no client_registration_types_supported."""
    bent = Told(metadata={TYPES: None})
    stops_before_the_provider(federation, bent, "registration_type_unsupported")


@pytest.mark.spec("OpenID Federation 1.0 §5.1.3")
def test_openid_federation_client_invalid_empty_client_registration_types_supported(
    federation: Federation,
) -> None:
    """Condition: client_registration_types_supported is an empty array."""
    bent = Told(metadata={TYPES: []})
    stops_before_the_provider(federation, bent, "registration_type_unsupported")


@pytest.mark.spec("OpenID Federation 1.0 §5.1.3")
def test_openid_federation_client_valid_unknown_client_registration_types_supported(
    federation: Federation,
) -> None:
    """Condition: beside the known types stands one nobody knows; the RP goes on."""
    federation.tell(Told(metadata={TYPES: ["automatic", "explicit", "unknown"]}))
    page = federation.sign_in()
    assert page.url.startswith(f"{federation.hub.back}?code="), page.described
    assert federation.op.wrong == []


@pytest.mark.spec("OIDC Core §3.1.3.7")
def test_openid_federation_client_invalid_aud_in_id_token(federation: Federation) -> None:
    """Condition: aud of the ID token is another client; the RP refuses it."""
    refuses_the_token(federation, {"aud": "https://another.example"}, "id_token_audience")


@pytest.mark.spec("OIDC Core §3.1.3.7")
def test_openid_federation_client_invalid_iss_in_id_token(federation: Federation) -> None:
    """Condition: iss of the ID token is another issuer; the RP refuses it."""
    refuses_the_token(federation, {"iss": "https://another.example"}, "id_token_issuer")
