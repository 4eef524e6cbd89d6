"""Modules that succeed, named after them (openid-federation-…)."""

import json

import pytest
from joserfc.jwk import ECKey

from kernel.proof.jose import KeySet
from tests.flows.federation_op.steps import walks_to_an_id_token
from tests.unit.idp.oidc.joined import RP, US, Joined
from tests.unit.trustroot.encrypting import encrypted, key_of

pytestmark = pytest.mark.spec("OpenID Federation 1.0 §12.1.1")


def test_automatic_client_registration_with_jar_and_get(
    joined: Joined,
) -> None:
    """Conditions of the module.

    - the authorization endpoint takes client_id, scope, response_type and request by GET
    - nobody entered the client: it is found by its entity identifier
    - the answer holds the state and a code, which private_key_jwt redeems
    - the ID token has one audience: the client's entity identifier
    """
    walks_to_an_id_token(joined, lambda rp, b: rp.get(b, rp.asks(rp.signed())))
    assert RP in joined.world.asked


def test_automatic_client_registration_with_jar_and_post(
    joined: Joined,
) -> None:
    """Conditions of the module: as by GET, with the parameters in a form body."""
    walks_to_an_id_token(joined, lambda rp, b: rp.post(b, rp.asks(rp.signed())))


@pytest.mark.spec("RFC 9101 §6.1; OIDC Core §6.1")
def test_automatic_client_registration_with_encrypted_request_object(
    joined: Joined,
) -> None:
    """Conditions of the module.

    - the provider's metadata states algorithms, and its keys have one with use = enc
    - the authorization endpoint takes the signed object encrypted to that key
    """
    metadata = joined.call("GET", "/.well-known/openid-configuration").body
    assert (
        "ECDH-ES" in json.loads(metadata)["request_object_encryption_alg_values_supported"]
    )
    to = shown_by(joined)
    walks_to_an_id_token(
        joined, lambda rp, b: rp.get(b, rp.asks(encrypted(to, rp.signed())))
    )


@pytest.mark.spec("RFC 9101 §6.1; OIDC Core §6.1")
def test_automatic_client_registration_with_encrypted_request_object_and_post(
    joined: Joined,
) -> None:
    """Conditions of the module: as by GET, wrapped and with the chain inside, by POST."""
    to, header = shown_by(joined), {"trust_chain": joined.chain()}
    joined.nobody_answers()
    way = {"alg": "ECDH-ES+A256KW", "enc": "A128GCM"}
    walks_to_an_id_token(
        joined, lambda rp, b: rp.post(b, rp.asks(encrypted(to, rp.signed(header), way)))
    )
    assert joined.world.asked == []


@pytest.mark.spec("RFC 9101 §6.1; RFC 9126 §3")
def test_automatic_client_registration_with_encrypted_request_object_and_par(
    joined: Joined,
) -> None:
    """Conditions of the module: as with PAR; the object that is pushed is encrypted."""
    to = shown_by(joined)
    walks_to_an_id_token(
        joined,
        lambda rp, b: rp.pushed(b, rp.push({"request": encrypted(to, rp.signed())})),
    )


def shown_by(joined: Joined) -> ECKey:
    """Return the key to encrypt to that the provider shows."""
    return key_of(KeySet.parse(json.loads(joined.call("GET", "/oidc/jwks").body)))


def test_automatic_client_registration_with_par(joined: Joined) -> None:
    """Conditions of the module.

    - the PAR endpoint takes a request object and a client assertion, aud = our entity
    - it answers 201 in JSON with a request_uri of enough entropy and expires_in
    - the authorization endpoint takes client_id and request_uri
    """
    walks_to_an_id_token(
        joined, lambda rp, b: rp.pushed(b, rp.push({"request": rp.signed()}))
    )


def test_automatic_client_registration_with_jar_and_get_and_trust_chain(
    joined: Joined,
) -> None:
    """Conditions of the module: as by GET; the header trust_chain is enough by itself."""
    header = {"trust_chain": joined.chain()}
    joined.nobody_answers()
    walks_to_an_id_token(joined, lambda rp, b: rp.get(b, rp.asks(rp.signed(header))))
    assert joined.world.asked == []


def test_automatic_client_registration_with_jar_and_post_and_trust_chain(
    joined: Joined,
) -> None:
    """Conditions of the module: as by POST; the header trust_chain is enough by itself."""
    header = {"trust_chain": joined.chain(), "peer_trust_chain": joined.chain(US)}
    joined.nobody_answers()
    walks_to_an_id_token(joined, lambda rp, b: rp.post(b, rp.asks(rp.signed(header))))
    assert joined.world.asked == []


def test_automatic_client_registration_with_par_and_trust_chain(
    joined: Joined,
) -> None:
    """Conditions of the module: as with PAR; the chain stands in the request object."""
    header = {"trust_chain": joined.chain()}
    joined.nobody_answers()
    walks_to_an_id_token(
        joined, lambda rp, b: rp.pushed(b, rp.push({"request": rp.signed(header)}))
    )
    assert joined.world.asked == []
