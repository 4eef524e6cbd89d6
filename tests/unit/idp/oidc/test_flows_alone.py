"""Flows taken by themselves: what they answer where no page leads."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from idp.oidc.domain.grants import NO_SESSION, Grant, GrantKind
from idp.oidc.domain.issuer import Issuer
from idp.oidc.domain.requests import AuthorizationRequest
from idp.oidc.domain.transfers import TransferId
from idp.oidc.errors import GrantEnded, SignInNeeded, TransferTicketRefused, TransferUnknown
from idp.oidc.events import TransferRedeemed
from idp.oidc.flows.grant_standing import GrantStanding
from idp.oidc.flows.handover import Handover
from idp.oidc.flows.number_match import NumberMatch
from idp.oidc.flows.resources import resources_of
from idp.oidc.messages.authorization import parse_request
from idp.oidc.store import SqlGrants, SqlPending, SqlTransfers
from idp.session.domain import Denied
from kernel.ids import ClientId, GrantId, InteractionId
from kernel.secret import Secret
from tests.unit.idp.oidc.asking import shaped
from tests.unit.idp.oidc.house import ISSUER, PORTAL, Browser, House, a_portal, a_request
from tests.unit.idp.oidc.telling import grant_by
from tests.unit.idp.oidc.test_kept_whole import interaction
from tests.unit.idp.oidc.whole import TAX, Citizen, code_of, portal

OTHER = ClientId("other-1")


def standing(house: House) -> GrantStanding:
    """Return what asks whether grants may act."""
    return GrantStanding(
        house.around.standing,
        house.session.sessions,
        house.clients.lookup,
        SqlGrants(house.db),
        house.consent.consents,
    )


def handover(house: House) -> Handover:
    """Return what uses tickets up."""
    around = house.around
    return Handover(
        SqlTransfers(house.db),
        SqlGrants(house.db),
        standing(house),
        house.session.sessions,
        around.trail,
        house.db.unit_of_work(),
        around.clock,
    )


def a_grant(house: House) -> Grant:
    """Return somebody's grant of two scopes, claims in both places, and a resource."""
    portal(house)
    return grant_by(house, code_of(Citizen(house)))


@pytest.mark.spec("OpenID Federation 1.0 §12")
def test_a_grant_holds_all_that_its_client_still_may(house: House) -> None:
    grant = a_grant(house)
    assert standing(house).left(grant) is grant


@pytest.mark.spec("OpenID Federation 1.0 §12")
def test_a_claim_taken_out_of_the_record_is_held_in_neither_place(house: House) -> None:
    grant = a_grant(house)
    client = house.clients.clients.find(PORTAL)
    less = tuple(claim for claim in client.claims if claim.name == "name")
    changed = replace(client, claims=less, version=client.version + 1)
    house.clients.clients.record.store.replace(changed, client.version)
    house.around.clock.advance(timedelta(seconds=2))
    assert standing(house).left(grant) == replace(
        grant, id_token_claims=frozenset(), userinfo_claims=frozenset({"name"})
    )


@pytest.mark.spec("OpenID Federation 1.0 §12")
def test_scope_and_resource_taken_out_of_the_record_are_held_no_more(house: House) -> None:
    grant = a_grant(house)
    shaped(house, scopes=frozenset({"openid"}))
    house.around.clock.advance(timedelta(seconds=2))
    assert standing(house).left(grant) == replace(grant, scopes=frozenset({"openid"}))
    shaped(house, scopes=grant.scopes, resources=frozenset())
    house.around.clock.advance(timedelta(seconds=2))
    assert standing(house).left(grant) == replace(grant, resources=())
    shaped(house, resources=frozenset({TAX, "https://more.example/api"}))
    house.around.clock.advance(timedelta(seconds=2))
    assert standing(house).left(grant) == grant


@pytest.mark.spec("RFC 8693 §2.1")
def test_what_is_exchanged_holds_no_more_than_a_transfer_and_all_but_its_giver(
    house: House,
) -> None:
    given = a_grant(house)
    house.register(a_portal(client_id=OTHER))
    shaped(house, OTHER, scopes=frozenset({"openid", "profile"}))
    transferred, exchanged = GrantKind.TRANSFER, GrantKind.EXCHANGE
    handed = replace(given, id=GrantId(UUID(int=8)), kind=transferred, client=OTHER)
    handed = replace(handed, parent=given.id)
    derived = replace(handed, id=GrantId(UUID(int=9)), kind=exchanged, parent=handed.id)
    derived = replace(derived, scopes=frozenset({"openid", "profile"}), resources=())
    SqlGrants(house.db).add(handed, Secret("8").digest())
    assert standing(house).held(derived).scopes == {"openid", "profile"}
    shaped(house, scopes=frozenset({"openid"}))
    house.around.clock.advance(timedelta(seconds=2))
    assert standing(house).held(derived).scopes == {"openid", "profile"}
    shaped(house, OTHER, scopes=frozenset({"profile"}))
    house.around.clock.advance(timedelta(seconds=2))
    assert standing(house).held(derived).scopes == {"profile"}


def asked(transfer: TransferId | None) -> AuthorizationRequest:
    """Return a request that a transfer stands for."""
    return replace(parse_request(a_request()), transfer=transfer)


@pytest.mark.spec("RFC 8693 §2.1")
@pytest.mark.parametrize("transfer", [None, TransferId(UUID(int=5))])
def test_of_no_ticket_no_grant_is_derived(
    house: House, transfer: TransferId | None
) -> None:
    grant = a_grant(house)
    with pytest.raises(TransferTicketRefused):
        handover(house).derived(grant, asked(transfer))
    assert house.around.trail.of(TransferRedeemed) == []


def test_a_transfer_that_is_not_there_rests_on_no_session(house: House) -> None:
    with pytest.raises(SignInNeeded):
        handover(house).session_of(TransferId(UUID(int=5)), None)


def matching(house: House) -> NumberMatch:
    """Return what lets browsers in by a number."""
    return NumberMatch(
        handover(house),
        SqlPending(house.db),
        house.session.interactions,
        house.consent.consents,
        house.clients.lookup,
    )


def test_a_browser_that_came_with_no_ticket_is_at_no_door(house: House) -> None:
    found = interaction(house, Browser(house).authorize())
    with pytest.raises(TransferUnknown):
        matching(house).at_door(found)
    nobody = replace(found, id=InteractionId(UUID(int=9)))
    with pytest.raises(TransferUnknown):
        matching(house).at_door(nobody)


@pytest.mark.spec("RFC 8707 §2.2")
@pytest.mark.parametrize(
    ("scopes", "where"),
    [
        ({"openid"}, {TAX, f"{ISSUER}/oidc/userinfo"}),
        ({"members:read"}, {TAX, f"{ISSUER}/api/v1"}),
        ({"profile"}, {TAX}),
    ],
)
def test_a_grants_tokens_may_count_where_its_scopes_lead(
    house: House, scopes: set[str], where: set[str]
) -> None:
    grant = replace(a_grant(house), scopes=frozenset(scopes))
    assert resources_of(grant, Issuer(ISSUER)) == where


@pytest.mark.spec("RFC 6749 §10.5")
def test_the_refusal_of_a_grant_says_who_of_those_it_hangs_on_has_ended(
    house: House,
) -> None:
    grant = a_grant(house)
    at_sign_in = replace(grant, is_offline=False)
    standing(house).require(at_sign_in)
    house.session.sessions.end(grant.session, "signed_out")
    with pytest.raises(GrantEnded) as caught:
        standing(house).require(at_sign_in)
    assert caught.value.detail == f"session: {grant.session}"
    standing(house).require(grant)
    standing(house).require(replace(at_sign_in, session=NO_SESSION))
    with pytest.raises(GrantEnded) as caught:
        standing(house).require(replace(grant, ended_at=grant.issued_at))
    assert caught.value.detail == f"grant: {grant.id}"
    shaped(house, scopes=frozenset({"openid"}))
    house.around.clock.advance(timedelta(seconds=2))
    with pytest.raises(GrantEnded) as caught:
        standing(house).require(grant)
    assert caught.value.detail == f"session: {grant.session}"


def test_who_gives_up_at_the_door_tells_that_nobody_came(house: House) -> None:
    begun = interaction(house, Browser(house).authorize())
    assert matching(house).give_up(begun) == begun.resume
    ended = house.session.interactions.find(begun.id)
    assert ended.outcome == Denied("access_denied")
