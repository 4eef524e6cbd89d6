"""Authlib, which many portals in Python are built with, and a hub that is served."""

from collections.abc import Iterator
from typing import Any, Final

import pytest
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from idp.clients.domain import AuthMethod, GrantType
from tests.attacks.browser import VERIFIER, Browser
from tests.attacks.house import BACK, NAME, Registered
from tests.attacks.stage import register
from tests.flows.openid.suite import Suite
from tests.interop.served import Hub, served

pytestmark = pytest.mark.interop

NONCE: Final = "n-authlib"


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
        with served(tmp_path_factory.mktemp("authlib") / "hub") as up:
            yield up


def session(client: Registered, method: AuthMethod = AuthMethod.BASIC) -> OAuth2Session:
    """Return a session as a portal makes it."""
    return OAuth2Session(
        client.id,
        client.secret,
        scope="openid profile offline_access",
        redirect_uri=BACK,
        token_endpoint_auth_method=method.value,
        code_challenge_method="S256",
    )


def read(portal: OAuth2Session, address: str) -> dict[str, Any]:
    """Read a document that is for everybody."""
    said: dict[str, Any] = portal.get(address, withhold_token=True).json()
    return said


@pytest.mark.spec("OIDC Core §3.1; RFC 7636; RFC 9207")
@pytest.mark.parametrize("method", [AuthMethod.BASIC, AuthMethod.POST])
def test_it_signs_somebody_in_and_refreshes(hub: Hub, method: AuthMethod) -> None:
    client = register(hub.house, method.value, token_endpoint_auth_method=method)
    portal, browser = session(client, method), Browser(hub.house)
    metadata = read(portal, f"{hub.issuer}/.well-known/openid-configuration")
    address, state = portal.create_authorization_url(
        metadata["authorization_endpoint"],
        code_verifier=VERIFIER,
        nonce=NONCE,
        prompt="consent",
    )
    back = str(hub.goes(browser, address)["back"])
    token = portal.fetch_token(
        metadata["token_endpoint"],
        authorization_response=back,
        code_verifier=VERIFIER,
        state=state,
    )
    keys = KeySet.import_key_set({"keys": read(portal, metadata["jwks_uri"])["keys"]})
    claims = jwt.decode(token["id_token"], keys, algorithms=["ES256"]).claims
    assert (claims["nonce"], claims["aud"]) == (NONCE, client.id)
    about = portal.get(metadata["userinfo_endpoint"]).json()
    assert (about["sub"], about["name"]) == (claims["sub"], NAME)
    fresh = portal.refresh_token(metadata["token_endpoint"])
    assert fresh["access_token"] != token["access_token"]


@pytest.mark.spec("RFC 7662; RFC 7009")
def test_it_looks_at_tokens_and_gives_them_back(hub: Hub) -> None:
    client = register(hub.house, "gives-back")
    portal, browser = session(client), Browser(hub.house)
    address, state = portal.create_authorization_url(
        f"{hub.issuer}/oauth2/authorize", code_verifier=VERIFIER, nonce=NONCE
    )
    token = portal.fetch_token(
        f"{hub.issuer}/oauth2/token",
        authorization_response=str(hub.goes(browser, address)["back"]),
        code_verifier=VERIFIER,
        state=state,
    )
    look = f"{hub.issuer}/oauth2/introspect"
    assert portal.introspect_token(look, token["access_token"]).json()["active"] is True
    portal.revoke_token(f"{hub.issuer}/oauth2/revoke", token["access_token"])
    told = portal.introspect_token(look, token["access_token"]).json()
    assert told == {"active": False}


@pytest.mark.spec("RFC 7523 §2.2; RFC 6749 §4.4")
def test_it_proves_itself_by_a_key(hub: Hub) -> None:
    key = RSAKey.generate_key(2048, {"kid": "authlib", "use": "sig", "alg": "RS256"})
    party = Suite(hub.house).party(
        grant_types=(GrantType.CLIENT_CREDENTIALS,),
        redirect_uris=(),
        post_logout_redirect_uris=(),
        sector="authlib",
        token_endpoint_auth_method=AuthMethod.PRIVATE_KEY,
        jwks={"keys": [key.as_dict(private=False)]},
        with_challenge=True,
    )
    token_endpoint = f"{hub.issuer}/oauth2/token"
    client = OAuth2Session(
        party.id,
        key.as_pem(private=True),
        token_endpoint_auth_method=PrivateKeyJWT(
            token_endpoint, headers={"alg": "RS256", "kid": "authlib"}
        ),
    )
    token = client.fetch_token(token_endpoint, grant_type="client_credentials")
    assert token["token_type"] == "Bearer"
