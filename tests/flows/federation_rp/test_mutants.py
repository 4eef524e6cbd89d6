"""Each module fails where the rule it is about is taken away."""

from collections.abc import Callable, Mapping

import pytest

from federation.domain import VerifiedChain
from idp.broker.domain import Provider, UpstreamMetadata
from idp.broker.errors import RegistrationTypeUnsupported
from idp.broker.flows import trust
from idp.broker.flows.trust import Trust
from idp.broker.messages import signed
from kernel.ids import EntityId
from kernel.proof import jose
from tests.flows.federation_rp import test_modules as modules_of
from tests.flows.federation_rp.conftest import Federation

Mutant = Callable[[pytest.MonkeyPatch, Federation], None]
PREFIX = "test_openid_federation_client_"


def nothing(*_: object) -> None:
    """Check nothing."""


def asks_nobody(patch: pytest.MonkeyPatch, federation: Federation) -> None:
    """Answer from what was once believed, without looking at the provider again."""
    chains = federation.hub.served.ground.federation.chains
    before = chains.chain(EntityId(federation.op.issuer))

    def remembered(_trust: Trust, _provider: Provider) -> VerifiedChain:
        return before

    patch.setattr(Trust, "_chain", remembered)


def asks_for_no_type(patch: pytest.MonkeyPatch, _federation: Federation) -> None:
    patch.setattr(trust, "may_register", nothing)


def knows_no_other_type(patch: pytest.MonkeyPatch, _federation: Federation) -> None:
    def narrow(metadata: UpstreamMetadata, _provider: Provider) -> None:
        if not metadata.registration_types <= {"automatic", "explicit"}:
            raise RegistrationTypeUnsupported("unknown")

    patch.setattr(trust, "may_register", narrow)


def speaks_of_itself(patch: pytest.MonkeyPatch, _federation: Federation) -> None:
    """Put a subject into the request object, as into an assertion."""
    said = signed.request_object_claims

    def with_subject(sent: signed.Sent, members: Mapping[str, str]) -> dict[str, object]:
        return {**said(sent, members), "sub": sent.client_id}

    patch.setattr("idp.broker.flows.ourselves.request_object_claims", with_subject)


def without(rule: str) -> Mutant:
    """Take a rule of the JOSE layer away where ID tokens are read."""

    def change(patch: pytest.MonkeyPatch, _federation: Federation) -> None:
        patch.setattr(jose, rule, nothing)

    return change


FAILS_WITH: Mapping[str, Mutant] = {
    "happy_path": speaks_of_itself,
    "invalid_iss_in_entity_configuration": asks_nobody,
    "invalid_sub_in_entity_configuration": asks_nobody,
    "invalid_missing_exp_in_entity_configuration": asks_nobody,
    "invalid_missing_iat_in_entity_configuration": asks_nobody,
    "invalid_missing_client_registration_types_supported": asks_for_no_type,
    "invalid_empty_client_registration_types_supported": asks_for_no_type,
    "valid_unknown_client_registration_types_supported": knows_no_other_type,
    "invalid_aud_in_id_token": without("intended_for"),
    "invalid_iss_in_id_token": without("issued_by"),
}


def modules() -> dict[str, Callable[[Federation], None]]:
    """Return the tests that are named after modules."""
    return {
        name.removeprefix(PREFIX): test
        for name, test in vars(modules_of).items()
        if name.startswith(PREFIX)
    }


def test_every_module_has_its_mutant() -> None:
    assert modules().keys() == FAILS_WITH.keys()


@pytest.mark.parametrize("module", FAILS_WITH)
def test_a_module_fails_on_its_mutant(
    federation: Federation, monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    FAILS_WITH[module](monkeypatch, federation)
    with pytest.raises(AssertionError):
        modules()[module](federation)
