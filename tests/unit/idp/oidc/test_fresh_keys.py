"""Keys that something is encrypted to are read before anything is decided."""

from dataclasses import dataclass, field, replace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from idp.clients.domain import Client, EncryptionWish, OidcFacet
from idp.oidc.domain.grants import Tokens
from idp.oidc.domain.senders import TokenRequest
from idp.oidc.flows.fresh_keys import FreshKeys, with_keys_to_encrypt_to
from kernel.ids import ClientId
from kernel.proof.jose import KeySet, PublicKey
from kernel.web import Form
from tests.unit.idp.people.fakes import NOW

WISH = EncryptionWish("ECDH-ES")
THERE = "https://rp.example/jwks"


def some_keys(kid: str) -> KeySet:
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    return KeySet.of([PublicKey(kid, None, key, use="enc")])


@dataclass
class Addresses:
    """`ClientKeys` that counts how often it was asked."""

    held: KeySet = field(default_factory=lambda: some_keys("new"))
    asked: list[ClientId] = field(default_factory=list)

    def of(self, client: Client) -> KeySet | None:
        self.asked.append(client.id)
        return self.held

    def for_token(self, client: Client, token: str) -> KeySet | None:
        raise AssertionError(client.id, token)

    def for_key(self, client: Client, thumbprint: str) -> KeySet | None:
        raise AssertionError(client.id, thumbprint)


def client(oidc: OidcFacet) -> Client:
    return Client(id=ClientId("x"), name_zh="甲", name_en="A", oidc=oidc, created_at=NOW)


@pytest.mark.spec("OIDC Core §10.2.1")
@pytest.mark.parametrize(
    "facet", [OidcFacet(id_token_encryption=WISH), OidcFacet(userinfo_encryption=WISH)]
)
def test_keys_behind_an_address_are_asked_for(facet: OidcFacet) -> None:
    addresses = Addresses()
    at_address = replace(facet, jwks_uri=THERE, keys=some_keys("old"))
    found = with_keys_to_encrypt_to(client(at_address), addresses)
    assert found.oidc.keys == addresses.held
    assert addresses.asked == ["x"]


@pytest.mark.parametrize(
    "facet",
    [
        OidcFacet(jwks_uri=THERE),
        OidcFacet(id_token_encryption=WISH, keys=some_keys("old")),
        OidcFacet(),
    ],
    ids=["nothing encrypted", "keys in the record", "neither"],
)
def test_nobody_else_is_asked(facet: OidcFacet) -> None:
    addresses = Addresses()
    assert with_keys_to_encrypt_to(client(facet), addresses) == client(facet)
    assert addresses.asked == []


def test_a_grant_flow_gets_the_client_with_its_keys() -> None:
    addresses = Addresses()
    met: list[TokenRequest] = []

    def flow(asked: TokenRequest) -> Tokens:
        met.append(asked)
        return Tokens(access_token="t", expires_in_s=1, scope="")

    facet = OidcFacet(jwks_uri=THERE, id_token_encryption=WISH)
    asked = TokenRequest(client=client(facet), form=Form({}))
    assert FreshKeys(addresses, flow)(asked).access_token == "t"
    assert [each.client.oidc.keys for each in met] == [addresses.held]
