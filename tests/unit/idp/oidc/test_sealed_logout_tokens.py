"""Logout tokens for those who get their ID tokens encrypted."""

from datetime import timedelta

import pytest

from idp.clients.domain import EncryptionWish
from idp.session.domain import Delivery
from idp.session.service import DeliveryOrder
from kernel.ids import ClientId
from kernel.proof.jose import LOGOUT_TOKEN, KeySet, verify
from tests.unit.idp.oidc.asking import shaped
from tests.unit.idp.oidc.house import PORTAL, House
from tests.unit.idp.oidc.test_fresh_keys import THERE, Addresses
from tests.unit.idp.oidc.test_sign_out import Deliveries, ended, state, told
from tests.unit.idp.oidc.test_sign_out_edges import reason
from tests.unit.idp.oidc.test_what_is_signed import clients_jwks, opened
from trustroot.keys.domain import Purpose

WISH = EncryptionWish("ECDH-ES")


def sealing(house: House, **facet: object) -> DeliveryOrder:
    """Let somebody leave a portal that gets its ID tokens encrypted."""
    order, _ = ended(house)
    shaped(house, PORTAL, id_token_encryption=WISH, **facet)
    house.around.clock.advance(timedelta(seconds=2))  # until every process knows
    return order


@pytest.mark.spec("OIDC Back-Channel Logout §2.6")
def test_who_gets_id_tokens_encrypted_gets_logout_tokens_so(house: House) -> None:
    order = sealing(house, keys=KeySet.parse(clients_jwks()))
    delivery = Deliveries()
    told(house, delivery)(order)
    ((_, token),) = delivery.taken
    header, inside = opened(token)
    assert (header["alg"], header["cty"]) == ("ECDH-ES", "JWT")
    signed = house.signer.published(Purpose.TOKENS)
    assert verify(inside.decode(), signed, LOGOUT_TOKEN)["aud"] == PORTAL
    assert state(house, order) is Delivery.DELIVERED


@pytest.mark.spec("OIDC Core §10.2.1")
def test_its_keys_are_those_at_its_address_now(house: House) -> None:
    order = sealing(house, jwks_uri=THERE)
    delivery, addresses = Deliveries(), Addresses(KeySet.parse(clients_jwks()))
    told(house, delivery, addresses)(order)
    ((_, token),) = delivery.taken
    assert opened(token)[0]["kid"] == "client-enc"
    assert addresses.asked == [ClientId(PORTAL)]


def test_who_has_no_key_for_it_is_sent_nothing_and_put_on_record(house: House) -> None:
    order = sealing(house, jwks_uri=THERE)
    delivery = Deliveries()
    told(house, delivery, Addresses(KeySet.of(())))(order)
    assert delivery.taken == []
    assert (state(house, order), reason(house, order)) == (
        Delivery.FAILED,
        "client_key_missing",
    )
