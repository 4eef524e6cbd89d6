"""What counts once at the token endpoint: when it is used up, and by what."""

from collections.abc import Sequence
from typing import NoReturn

import pytest

from idp.clients.domain import GrantType
from idp.oidc.domain.one_time import OneTime
from idp.oidc.domain.senders import TokenRequest
from idp.oidc.errors import GrantTypeNotSupported
from idp.oidc.events import ClientTokenIssued, CodeRedeemed, TokenRequestRefused
from idp.oidc.flows.fresh_keys import FreshKeys
from kernel.errors import Unavailable
from kernel.events import Recorded
from kernel.standing import StandingUnknown
from kernel.web import Reply
from tests.unit.idp.oidc.house import House
from tests.unit.idp.oidc.sending import Holder
from tests.unit.idp.oidc.signing import (
    SIGNING,
    a_code,
    a_signing_portal,
    error_of,
    proof,
    redeem,
)

TOKEN = "/oauth2/token"
OWN = GrantType.CLIENT_CREDENTIALS.value
GRANTS = [*(grant.value for grant in GrantType), "password", ""]


@pytest.fixture
def holder(house: House) -> Holder:
    """Somebody who signs assertions, and has a key for proofs."""
    house.register(a_signing_portal(grant_types=tuple(GrantType), scopes=()))
    return Holder(house)


def asked(holder: Holder, grant: str, shown: dict[str, str], jti: str) -> Reply:
    return holder.post(TOKEN, holder.proof(TOKEN, jti=jti), grant_type=grant, **shown)


def last_refusal(house: House) -> tuple[str | None, str | None]:
    refused = house.around.trail.of(TokenRequestRefused)[-1]
    return refused.relying_party, refused.reason


@pytest.mark.spec("OIDC Core §9")
@pytest.mark.parametrize("grant", GRANTS)
def test_an_assertion_is_used_up_whatever_came_of_it(holder: Holder, grant: str) -> None:
    shown = proof(holder.house)
    asked(holder, grant, shown, "first")
    issued = len(holder.house.around.trail.of(ClientTokenIssued))
    for again in GRANTS:
        reply = asked(holder, again, shown, f"for {again}")
        assert (reply.status, error_of(reply)) == (401, "invalid_client")
        assert last_refusal(holder.house) == (SIGNING, "assertion_replayed")
    assert len(holder.house.around.trail.of(ClientTokenIssued)) == issued


@pytest.mark.spec("RFC 9449 §11.1")
@pytest.mark.parametrize("grant", GRANTS)
def test_a_proof_is_used_up_whatever_came_of_it(holder: Holder, grant: str) -> None:
    asked(holder, grant, proof(holder.house), "one")
    issued = len(holder.house.around.trail.of(ClientTokenIssued))
    for again in GRANTS:
        fresh = proof(holder.house)
        reply = asked(holder, again, fresh, "one")
        assert (reply.status, error_of(reply)) == (400, "invalid_dpop_proof")
        assert last_refusal(holder.house) == (SIGNING, "dpop_proof_replayed")
        reply = asked(holder, again, fresh, f"for {again}")
        assert error_of(reply) == "invalid_client", "it was used up beside the proof"
    assert len(holder.house.around.trail.of(ClientTokenIssued)) == issued


@pytest.mark.spec("OIDC Core §9")
@pytest.mark.parametrize("grant", sorted({grant.value for grant in GrantType} - {OWN}))
def test_a_grant_that_is_no_clients_own_begins_with_nothing_to_use_up(
    holder: Holder, grant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    left: list[tuple[OneTime, ...]] = []

    def begun(_flow: FreshKeys, asked: TokenRequest) -> NoReturn:
        left.append(asked.unspent.taken())
        raise GrantTypeNotSupported

    monkeypatch.setattr(FreshKeys, "__call__", begun)
    shown = proof(holder.house)
    asked(holder, grant, shown, "first")
    assert left == [()]
    assert error_of(asked(holder, grant, shown, "second")) == "invalid_client"
    assert left == [()], "whoever comes second does not come so far"


@pytest.mark.spec("RFC 9449 §11.1")
def test_a_replay_is_told_and_recorded_though_something_else_fails(
    holder: Holder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_parties: object) -> NoReturn:
        raise StandingUnknown("down")

    shown = proof(holder.house)
    monkeypatch.setattr(holder.house.around.standing, "require", down)
    assert asked(holder, OWN, shown, "one").status == 503
    assert holder.house.around.trail.of(TokenRequestRefused) == []
    assert error_of(asked(holder, OWN, shown, "one")) == "invalid_client"
    assert last_refusal(holder.house)[1] == "assertion_replayed"


@pytest.mark.parametrize("grant", GRANTS)
def test_the_rule_on_record_is_the_clause_that_refuses_a_second_use(
    holder: Holder, grant: str
) -> None:
    shown = proof(holder.house)
    asked(holder, OWN, shown, "one")
    asked(holder, grant, shown, "two")
    asked(holder, grant, proof(holder.house), "one")
    said = [
        refused.fault.rule if refused.fault else None
        for refused in holder.house.around.trail.of(TokenRequestRefused)
    ]
    assert said == [
        "idp.oidc.flows.assertions.was_used_before",
        "idp.oidc.flows.proofs.was_used_before",
    ]


@pytest.mark.spec("RFC 7523 §3")
def test_what_a_token_of_its_own_used_up_redeems_no_code(house: House) -> None:
    house.register(a_signing_portal(grant_types=tuple(GrantType)))
    holder, code, shown = Holder(house), a_code(house), proof(house)
    assert asked(holder, OWN, shown, "first").status == 200
    assert error_of(redeem(house, code, **shown)) == "invalid_client"
    assert house.around.trail.of(CodeRedeemed) == []
    assert redeem(house, code).status == 200, "the code itself was not touched"


@pytest.mark.spec("RFC 7523 §3")
def test_what_a_code_used_up_gives_no_token_of_its_own(house: House) -> None:
    house.register(a_signing_portal(grant_types=tuple(GrantType)))
    holder, code, shown = Holder(house), a_code(house), proof(house)
    assert redeem(house, code, **shown).status == 200
    assert error_of(asked(holder, OWN, shown, "first")) == "invalid_client"
    assert house.around.trail.of(ClientTokenIssued) == []


def test_what_could_not_be_recorded_used_nothing_up(
    holder: Holder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_rows: Sequence[Recorded]) -> None:
        raise Unavailable("full")

    shown, trail = proof(holder.house), holder.house.around.trail
    with monkeypatch.context() as patch:
        patch.setattr(trail, "keep", full)
        assert asked(holder, OWN, shown, "one").status == 503
    assert trail.of(ClientTokenIssued) == []
    assert asked(holder, OWN, shown, "one").status == 200
    assert error_of(asked(holder, OWN, shown, "one")) == "invalid_client"
