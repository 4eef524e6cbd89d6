"""Each module fails where the rule it is about is taken away."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

import pytest

from idp.clients.adapters.federated import FederatedClients
from idp.clients.domain import Client
from idp.oidc.checks import openid_federation, rfc9101
from idp.oidc.domain.signed import Brought, Opened
from idp.oidc.flows import opening
from idp.oidc.flows.decrypting import Decrypting
from idp.oidc.flows.known import KnownClients
from idp.oidc.flows.once import Once
from idp.oidc.flows.opening import Opening
from idp.oidc.flows.push import Parked, Parking
from idp.oidc.flows.signed_steps import OBJECT_STEPS, SignedCheck
from kernel.ids import ClientId
from kernel.proof.jose import REQUEST_OBJECT, KeySet, read
from kernel.secret import Secret
from tests.flows.federation_op import test_automatic as good
from tests.flows.federation_op import test_refused as bad
from tests.unit.idp.oidc.joined import RP, Joined

Mutant = Callable[[pytest.MonkeyPatch, Joined], None]
PREFIX = "test_automatic_client_registration_"


def without(check: SignedCheck) -> Mutant:
    """Take one row out of the table of the request object."""

    def change(patch: pytest.MonkeyPatch, _joined: Joined) -> None:
        left = tuple(step for step in OBJECT_STEPS if step.check is not check)
        assert len(left) == len(OBJECT_STEPS) - 1
        patch.setattr(opening, "OBJECT_STEPS", left)

    return change


class Unchecked(dict[str, object]):
    """Claims that nobody has answered for."""

    def __init__(self, token: str) -> None:
        said = read(token, REQUEST_OBJECT)
        super().__init__(said.claims)
        self.header = dict(said.header)


def believes_any_signature(patch: pytest.MonkeyPatch, _joined: Joined) -> None:
    def unchecked(token: str, _keys: KeySet | None) -> Unchecked:
        return Unchecked(token)

    patch.setattr(opening, "verified_object", unchecked)


def uses_a_jti_again(patch: pytest.MonkeyPatch, _joined: Joined) -> None:
    patch.setattr(Once, "is_first", lambda *_: True)


def asks_nobody(patch: pytest.MonkeyPatch, joined: Joined) -> None:
    """Answer from what was once believed, without looking at the member again."""
    before = joined.clients.members.bring(ClientId(RP), joined.chain())
    joined.world.asked.clear()
    patch.setattr(KnownClients, "asked_by", lambda *_: before)


def takes_any_order(patch: pytest.MonkeyPatch, _joined: Joined) -> None:
    bring = FederatedClients.bring

    def turned(members: FederatedClients, client: ClientId, chain: Sequence[str]) -> Client:
        return bring(members, client, tuple(reversed(chain)))

    patch.setattr(FederatedClients, "bring", turned)


def ignores_objects(patch: pytest.MonkeyPatch, _joined: Joined) -> None:
    def nothing(_self: Opening, _client: Client, _named: Mapping[str, str]) -> None:
        return None

    patch.setattr(Opening, "opened", nothing)


def opens_no_envelope(patch: pytest.MonkeyPatch, _joined: Joined) -> None:
    patch.setattr(Decrypting, "signed", lambda _self, request: request)


def parks_nothing(patch: pytest.MonkeyPatch, _joined: Joined) -> None:
    def lost(_self: Parking, _client: Client, _opened: Opened) -> Parked:
        uri = Secret("urn:ietf:params:oauth:request_uri:lost")
        return Parked(uri, timedelta(seconds=90))

    patch.setattr(Parking, "park", lost)


def ignores_chains(patch: pytest.MonkeyPatch, _joined: Joined) -> None:
    named = KnownClients.named

    def alone(
        known: KnownClients, client: ClientId, _brought: Brought | None = None
    ) -> Client:
        return named(known, client)

    patch.setattr(KnownClients, "named", alone)


FAILS_WITH: Mapping[str, Mutant] = {
    "with_jar_and_get": ignores_objects,
    "with_jar_and_post": parks_nothing,
    "with_encrypted_request_object": opens_no_envelope,
    "with_encrypted_request_object_and_post": opens_no_envelope,
    "with_encrypted_request_object_and_par": opens_no_envelope,
    "with_par": parks_nothing,
    "with_jar_and_get_and_trust_chain": ignores_chains,
    "with_jar_and_post_and_trust_chain": ignores_chains,
    "with_par_and_trust_chain": ignores_chains,
    "invalid_client_id_in_request_object": without(rfc9101.client_is_the_same),
    "invalid_client_id_in_query_parameters": asks_nobody,
    "invalid_signature": believes_any_signature,
    "signed_with_other_keys": believes_any_signature,
    "invalid_exp": without(rfc9101.is_in_force),
    "invalid_iss": without(openid_federation.issuer_is_client),
    "invalid_aud": without(openid_federation.audience_is_us_alone),
    "sub_in_request_object": without(openid_federation.subject_is_absent),
    "missing_jti": without(openid_federation.is_named),
    "missing_exp": without(openid_federation.ends),
    "missing_iss": without(openid_federation.issuer_is_client),
    "missing_aud": without(openid_federation.audience_is_us_alone),
    "duplicate_jti": uses_a_jti_again,
    "invalid_trust_chain_order": takes_any_order,
    "invalid_iss_in_entity_configuration": asks_nobody,
    "expect_entity_configuration_request": asks_nobody,
}


def modules() -> dict[str, Callable[[Joined], None]]:
    """Return the tests that are named after modules."""
    named = {**vars(good), **vars(bad)}
    return {
        name.removeprefix(PREFIX): test
        for name, test in named.items()
        if name.startswith(PREFIX)
    }


def test_every_module_has_its_mutant() -> None:
    assert modules().keys() == FAILS_WITH.keys()


@pytest.mark.parametrize("module", FAILS_WITH)
def test_a_module_fails_on_its_mutant(
    joined: Joined, monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    FAILS_WITH[module](monkeypatch, joined)
    with pytest.raises((AssertionError, IndexError, KeyError)):
        modules()[module](joined)
