"""Clients that may act no more: who is told so, and whose address is still called."""

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from idp.clients.domain import AuthMethod, Client
from idp.oidc.events import (
    AuthorizationRefused,
    DeviceRefused,
    IntrospectionRefused,
    RevocationRefused,
    TokenRequestRefused,
)
from idp.oidc.flows.client_keys import KeysOfClients
from kernel.events import Event
from kernel.infra.outbound import OutboundRules
from kernel.proof.jose import KeySet, PublicKey
from kernel.standing import Party, PartyKind, State
from kernel.web import Reply
from tests.unit.idp.oidc.asking import shaped
from tests.unit.idp.oidc.house import (
    ISSUER,
    MACHINE,
    PORTAL,
    Browser,
    House,
    a_machine,
    a_portal,
)
from tests.unit.idp.oidc.joined import BEARER
from tests.unit.idp.oidc.pages import Pages, serving
from tests.unit.idp.oidc.signing import error_of, post, seconds
from tests.unit.kernel.proof.authorities import Authority, a_leaf
from tests.unit.kernel.proof.signers import Signer, signer

FIRST, SECOND = signer(kid="first"), signer(kid="second")
TLS_KEY = ec.generate_private_key(ec.SECP256R1())
CERTIFICATE = a_leaf(Authority.root("Nobody"), key=TLS_KEY).der
SELF_SIGNED = KeySet.of([PublicKey("one", None, TLS_KEY.public_key(), "sig")])
OWN = {"grant_type": "client_credentials", "client_id": str(MACHINE)}
TOLD = (400, "unauthorized_client")
NOT_BELIEVED = (401, "invalid_client")
_count = iter(range(1_000_000))


class Here(House):
    """Pages on this machine may be read."""

    reach: ClassVar[OutboundRules] = OutboundRules(allow_loopback=True)


@pytest.fixture
def pages() -> Iterator[Pages]:
    with serving() as served:
        yield served


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    built = Here(f"sqlite:///{tmp_path}/hub.db")
    built.register(a_machine())
    yield built
    built.db.close()


def at_an_address(
    house: House, pages: Pages, served: KeySet, method: AuthMethod = AuthMethod.PRIVATE_KEY
) -> Client:
    """Let the client keep its keys at an address, which nobody has called yet."""
    pages.at["/jwks"] = served.to_jwks()
    client = shaped(house, MACHINE, auth_method=method, jwks_uri=f"{pages.base}/jwks")
    house.around.clock.advance(KeysOfClients.AGE)
    return client


def says(house: House, state: State) -> None:
    party = Party(PartyKind.RELYING_PARTY, MACHINE)
    house.around.standing.change(party, state, reason="test")


def assertion(house: House, by: Signer) -> str:
    claims = {
        "iss": MACHINE,
        "sub": MACHINE,
        "aud": ISSUER,
        "jti": f"s-{next(_count)}",
        "exp": seconds(house) + 60,
    }
    return by.token(by.header("JWT"), claims)


def ask(house: House, by: Signer) -> Reply:
    signed = {"client_assertion_type": BEARER, "client_assertion": assertion(house, by)}
    return post(house, "/oauth2/token", **OWN, **signed)


def answer(reply: Reply) -> tuple[int, str]:
    return reply.status, error_of(reply)


@pytest.mark.spec("RFC 6749 §5.2")
def test_only_who_proves_to_be_it_is_told_that_a_client_is_suspended(house: House) -> None:
    says(house, State.SUSPENDED)
    secret = house.secrets[MACHINE]
    assert secret is not None
    wrong = {"authorization": "Basic bWFjaGluZS0xOng="}
    headers = {"content-type": "application/x-www-form-urlencoded", **wrong}
    body = b"grant_type=client_credentials"
    strange = house.call("POST", "/oauth2/token", headers=headers, body=body)
    posted = post(house, "/oauth2/token", **OWN, client_secret=secret.reveal())
    assert answer(strange) == answer(posted) == NOT_BELIEVED
    assert answer(house.token(MACHINE, grant_type="client_credentials")) == TOLD
    refused = house.around.trail.of(TokenRequestRefused)
    (told,) = (each for each in refused if each.reason == "not_in_good_standing")
    assert told.fault is not None
    assert told.fault.about == f"relying_party {MACHINE}"
    assert [each.relying_party for each in refused] == [None, None, MACHINE]


@pytest.mark.spec("RFC 6749 §5.2")
@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/oauth2/introspect", IntrospectionRefused),
        ("/oauth2/revoke", RevocationRefused),
        ("/oauth2/device_authorization", DeviceRefused),
        ("/oauth2/par", AuthorizationRefused),
        ("/sso/ticket", TokenRequestRefused),
    ],
)
def test_whose_request_was_refused_is_on_record_where_it_was_proven(
    house: House, path: str, kind: type[Event]
) -> None:
    says(house, State.SUSPENDED)
    headers = {"content-type": "application/x-www-form-urlencoded"}
    body = urlencode({"token": "t", "ticket": "t", "gourl": "g"}).encode()
    for basic in (house.basic(MACHINE), "Basic bWFjaGluZS0xOng="):
        sent = {**headers, "authorization": basic}
        assert house.call("POST", path, headers=sent, body=body).status >= 400
    (of_it, of_nobody) = house.around.trail.of(kind)
    assert of_it.relying_party == MACHINE
    assert of_nobody.relying_party is None


@pytest.mark.spec("RFC 6749 §4.1.2.1")
def test_a_suspended_clients_visitors_are_on_record_as_its(house: House) -> None:
    house.register(a_portal())
    suspended = Party(PartyKind.RELYING_PARTY, PORTAL)
    house.around.standing.change(suspended, State.SUSPENDED, reason="test")
    assert Browser(house).authorize().status == 403
    (told,) = house.around.trail.of(AuthorizationRefused)
    assert (told.relying_party, told.reason) == (PORTAL, "not_in_good_standing")


@pytest.mark.spec("RFC 6749 §3.2.1")
def test_the_address_of_a_suspended_client_is_not_called(
    house: House, pages: Pages
) -> None:
    """Who signs by a key that was read before is told; by any other is not believed."""
    at_an_address(house, pages, FIRST.keys)
    assert ask(house, FIRST).status == 200
    says(house, State.SUSPENDED)
    house.around.clock.advance(KeysOfClients.AGE)
    pages.at["/jwks"] = SECOND.keys.to_jwks()
    before = list(pages.asked)
    assert answer(ask(house, FIRST)) == TOLD
    assert answer(ask(house, SECOND)) == NOT_BELIEVED
    assert pages.asked == before
    says(house, State.GOOD)
    assert ask(house, SECOND).status == 200
    assert len(pages.asked) == len(before) + 1


@pytest.mark.spec("RFC 6749 §3.2.1")
def test_of_a_suspended_client_whose_keys_were_never_read_nobody_is_told(
    house: House, pages: Pages
) -> None:
    at_an_address(house, pages, FIRST.keys)
    says(house, State.SUSPENDED)
    assert answer(ask(house, FIRST)) == NOT_BELIEVED
    assert pages.asked == []


@pytest.mark.spec("RFC 8705 §2.2")
def test_no_certificate_has_the_address_of_a_suspended_client_called(
    house: House, pages: Pages
) -> None:
    at_an_address(house, pages, SELF_SIGNED, AuthMethod.SELF_SIGNED_TLS)
    says(house, State.SUSPENDED)
    headers = {"content-type": "application/x-www-form-urlencoded"}
    body = f"grant_type=client_credentials&client_id={MACHINE}".encode()
    asked = [
        house.call("POST", "/oauth2/token", headers=headers, body=body, certificate=shown)
        for shown in (CERTIFICATE, None)
    ]
    assert [answer(reply) for reply in asked] == [NOT_BELIEVED] * 2
    assert pages.asked == []
    says(house, State.GOOD)
    reply = house.call(
        "POST", "/oauth2/token", headers=headers, body=body, certificate=CERTIFICATE
    )
    assert (reply.status, pages.asked) == (200, ["/jwks"])


def test_while_nobody_can_tell_no_address_is_called_and_nobody_let_in(
    house: House, pages: Pages
) -> None:
    at_an_address(house, pages, FIRST.keys)
    assert ask(house, FIRST).status == 200
    house.around.standing.unknown = True
    house.around.clock.advance(KeysOfClients.AGE)
    before = list(pages.asked)
    assert ask(house, FIRST).status == 503
    assert answer(ask(house, SECOND)) == NOT_BELIEVED
    assert pages.asked == before
