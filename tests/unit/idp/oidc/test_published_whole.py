"""What the issuer signs about itself, and when it signs anew."""

from datetime import timedelta
from typing import Any

import pytest

from idp.oidc.messages.metadata import (
    Names,
    ProtocolKeySets,
    entity_metadata,
)
from kernel.clock import epoch_seconds
from kernel.proof.jose import ENTITY_STATEMENT, JwsProfile, verify
from tests.unit.idp.oidc.house import ISSUER, House, NoCallbacks
from tests.unit.idp.oidc.test_answers_whole import header_of
from tests.unit.idp.oidc.test_documents import document
from trustroot.keys.domain import Purpose

CONFIGURATION = "/.well-known/openid-federation"
KEYS = "/oidc/signed_jwks"
HALF = timedelta(minutes=30)


def signed(house: House, path: str) -> str:
    """Return a signed document as it is served."""
    return house.call("GET", path).body.decode()


def read(house: House, path: str, profile: JwsProfile) -> dict[str, Any]:
    """Return what a document says under the signature of the entity."""
    return dict(
        verify(signed(house, path), house.signer.published(Purpose.ENTITY), profile)
    )


@pytest.mark.spec("OpenID Federation 1.0 §3.1")
def test_the_entity_configuration_says_all_of_us_and_nothing_else(house: House) -> None:
    now = epoch_seconds(house.around.clock())
    keys = ProtocolKeySets(
        provider=document(house, "/oidc/jwks"),
        relying_party=house.signer.published(Purpose.CLIENT).to_jwks(),
    )
    provider = document(house, "/.well-known/openid-configuration")
    names = Names(zh="国家（演示）", en="Nation (demo)")
    assert read(house, CONFIGURATION, ENTITY_STATEMENT) == {
        "iss": ISSUER,
        "sub": ISSUER,
        "iat": now,
        "exp": now + 3600,
        "jwks": house.signer.published(Purpose.ENTITY).to_jwks(),
        "authority_hints": [f"{ISSUER}/trust"],
        "metadata": entity_metadata(provider, names, keys, NoCallbacks().uris()),
    }
    assert header_of(signed(house, CONFIGURATION)) == {
        "alg": "ES256",
        "kid": house.signer.active_kid(Purpose.ENTITY),
        "typ": "entity-statement+jwt",
    }


@pytest.mark.spec("OpenID Federation 1.0 §5.2.1")
def test_the_signed_key_set_says_whose_keys_they_are_and_until_when(house: House) -> None:
    now = epoch_seconds(house.around.clock())
    assert read(house, KEYS, JwsProfile("jwk-set+jwt")) == {
        "iss": ISSUER,
        "sub": ISSUER,
        "iat": now,
        "exp": now + 3600,
        **document(house, "/oidc/jwks"),
    }
    assert header_of(signed(house, KEYS)) == {
        "alg": "ES256",
        "kid": house.signer.active_kid(Purpose.ENTITY),
        "typ": "jwk-set+jwt",
    }


@pytest.mark.spec("OpenID Federation 1.0 §3.1 exp")
@pytest.mark.parametrize("path", [CONFIGURATION, KEYS])
def test_a_statement_is_signed_anew_at_half_its_life_and_not_before(
    house: House, path: str
) -> None:
    first = signed(house, path)
    house.around.clock.advance(HALF - timedelta(seconds=1))
    assert signed(house, path) == first
    house.around.clock.advance(timedelta(seconds=1))
    anew = signed(house, path)
    assert anew != first
    house.around.clock.advance(HALF - timedelta(seconds=1))
    assert signed(house, path) == anew
