"""What statements pin: approved values, names, scopes, where configurations lie."""

from dataclasses import replace

import pytest

from kernel.events import JsonValue
from kernel.ids import EntityId
from kernel.proof.jose import KeySet
from kernel.proof.statement import (
    VerifiedStatement,
    apply,
    check,
    is_current,
    read,
    resolve,
    verify,
    verify_configuration,
)
from tests.unit.trustroot.fakes import KeyHouse
from tests.unit.trustroot.members import (
    FIRST,
    GROUNDS,
    RegisterHouse,
    an_application,
    some_terms,
)
from tests.unit.trustroot.publishing import (
    MARK,
    TRUST,
    PublishHouse,
    an_installation,
)
from trustroot.keys.domain import Purpose
from trustroot.publish.domain import Naming, fingerprint, pinned
from trustroot.publish.errors import NothingPublished, NothingRepresented
from trustroot.registry.domain import MemberKind, Representation

BANK = EntityId("https://bank.example")
SHOP = EntityId("https://shop.example")
PLATFORM = an_application().entity_id
JWKS: JsonValue = {"keys": [{"kty": "EC", "kid": "1"}]}
APPROVED: dict[str, dict[str, JsonValue]] = {
    "openid_relying_party": {
        "redirect_uris": ["https://shop.example/cb", "https://shop.example/cb2"],
        "jwks": JWKS,
        "client_name": "示例商店",
        "response_types": ["code", "token"],
    },
    "federation_entity": {"policy_uri": "https://shop.example/p", "jwks": JWKS},
}


@pytest.fixture
def house() -> PublishHouse:
    return PublishHouse()


def stated(house: PublishHouse, subject: EntityId) -> VerifiedStatement:
    keys = house.worker.published(Purpose.ANCHOR)
    statement = verify(read(house.publication.statement(subject)), keys)
    is_current(statement, house.clock())
    return statement


def a_shop(house: PublishHouse, **bent: object) -> VerifiedStatement:
    terms = some_terms(
        entity_types=frozenset({"openid_relying_party"}), approved=APPROVED, **bent
    )
    house.register.approved(entity_id=SHOP, kind=MemberKind.RELYING_PARTY, terms=terms)
    house.signing.run()
    return stated(house, SHOP)


def policy(statement: VerifiedStatement, kind: str) -> dict[str, object]:
    said = statement.metadata_policy[kind]
    assert isinstance(said, dict)
    return check(said)  # type: ignore[return-value]  # operators by parameter


@pytest.mark.spec("OpenID Federation 1.0 §6.1.3.1.1")
def test_keys_and_names_of_a_leaf_are_pinned_to_the_approved_values(
    house: PublishHouse,
) -> None:
    said = policy(a_shop(house), "openid_relying_party")
    claimed = {"jwks": {"keys": []}, "client_name": "other", "jwks_uri": "https://x"}
    resolved = apply(said, claimed)
    assert (resolved["jwks"], resolved["client_name"]) == (JWKS, "示例商店")


@pytest.mark.spec("OpenID Federation 1.0 §6.1.3.1.5")
def test_a_leaf_may_use_fewer_redirect_uris_and_no_others(house: PublishHouse) -> None:
    said = policy(a_shop(house), "openid_relying_party")
    asked = ["https://shop.example/cb", "https://thief.example/cb"]
    resolved = apply(said, {"redirect_uris": asked})
    assert resolved["redirect_uris"] == ["https://shop.example/cb"]


def test_limits_stand_above_what_was_approved(house: PublishHouse) -> None:
    said = policy(a_shop(house), "openid_relying_party")
    assert said["response_types"] == {"subset_of": ["code"]}


def test_only_types_that_the_member_plays_are_pinned(house: PublishHouse) -> None:
    a_shop(house)
    member = house.register.registry.find(SHOP)
    provider: dict[str, JsonValue] = {"issuer": SHOP}
    more = {**APPROVED, "openid_provider": provider}
    odd = replace(member, terms=replace(member.terms, approved=more))
    assert pinned(odd).keys() == {"openid_relying_party", "federation_entity"}


@pytest.mark.spec("OpenID Federation 1.0 §5.1.1")
def test_keys_are_never_pinned_in_federation_entity_metadata(house: PublishHouse) -> None:
    said = policy(a_shop(house), "federation_entity")
    assert said.keys() == {"policy_uri", "organization_name"}


@pytest.mark.spec("OpenID Federation 1.0 §3.1.1")
def test_a_platform_is_described_by_metadata_and_nothing_below_it_is_bound(
    house: PublishHouse,
) -> None:
    house.register.approved(terms=some_terms(approved=APPROVED))
    house.signing.run()
    statement = stated(house, PLATFORM)
    described = {"federation_entity": {"policy_uri": "https://shop.example/p"}}
    assert statement.claims["metadata"] == described
    assert "jwks" not in policy(statement, "openid_relying_party")
    assert "federation_entity" not in statement.metadata_policy


@pytest.mark.spec("OpenID Federation 1.0 §6.2.2")
def test_names_below_a_platform_are_constrained_where_the_settings_say_so() -> None:
    naming = {
        PLATFORM: Naming(permitted=(".gd.example",), excluded=("old.gd.example",)),
        SHOP: Naming(permitted=("x.example",)),
    }
    house = PublishHouse(an_installation(naming=naming))
    house.register.approved()
    statement = a_shop(house)
    said = stated(house, PLATFORM).claims["constraints"]
    assert isinstance(said, dict)
    assert said["naming_constraints"] == {
        "permitted": [".gd.example"],
        "excluded": ["old.gd.example"],
    }
    assert "naming_constraints" not in statement.claims["constraints"]  # type: ignore[operator]  # an object


def test_scopes_are_said_as_region_codes(house: PublishHouse) -> None:
    statement = a_shop(house, regions=frozenset({"4403", "44"}))
    assert statement.claims["trusthub_scopes"] == ["44", "4403"]


def a_bank(register: RegisterHouse) -> None:
    entity = f"{BANK}"
    terms = some_terms(
        entity_types=frozenset({"openid_provider"}),
        jwks={},
        approved={
            "openid_provider": {
                "issuer": entity,
                "authorization_endpoint": f"{entity}/authorize",
                "jwks": JWKS,
            }
        },
        represented=Representation(issuer=entity, client_id="hub", slug="bank"),
    )
    kind = MemberKind.IDENTITY_PROVIDER
    register.approved(entity_id=BANK, kind=kind, terms=terms)


def hosted(house: PublishHouse) -> VerifiedStatement:
    statement = verify_configuration(read(house.answers.represented("bank")))
    is_current(statement, house.clock())
    return statement


@pytest.mark.spec("OpenID Federation 1.0 §9")
def test_a_represented_member_has_a_configuration_of_its_own_under_our_roof(
    house: PublishHouse,
) -> None:
    a_bank(house.register)
    house.signing.run()
    said = hosted(house)
    assert (said.issuer, said.subject) == (BANK, BANK)
    assert said.authority_hints == (TRUST,)
    assert said.keys == house.represented.published("bank")
    provider = said.metadata["openid_provider"]
    assert provider["authorization_endpoint"] == f"{BANK}/authorize"
    marks = said.claims["trust_marks"]
    assert isinstance(marks, list)
    assert [mark["trust_mark_type"] for mark in marks] == [MARK]


def test_the_statement_about_a_represented_member_has_its_keys_and_says_where(
    house: PublishHouse,
) -> None:
    a_bank(house.register)
    house.signing.run()
    statement = stated(house, BANK)
    assert statement.keys == house.represented.published("bank")
    where = f"{TRUST}/represented/bank/.well-known/openid-federation"
    assert statement.claims["ec_location"] == where


@pytest.mark.spec("OpenID Federation 1.0 §10.2")
def test_what_is_hosted_fits_what_is_pinned(house: PublishHouse) -> None:
    a_bank(house.register)
    house.signing.run()
    resolved = resolve([stated(house, BANK).metadata_policy], hosted(house).metadata)
    assert resolved["openid_provider"]["jwks"] == JWKS
    assert resolved["openid_provider"]["issuer"] == BANK


def test_a_hosted_configuration_goes_with_the_membership(house: PublishHouse) -> None:
    a_bank(house.register)
    house.signing.run()
    member = house.register.registry.find(BANK)
    house.register.suspending.suspend(member.id, GROUNDS, FIRST)
    with pytest.raises(NothingRepresented):
        house.answers.represented("bank")
    house.signing.run()
    assert "bank" not in {name for _, name in house.stores.answers.rows}


def test_a_hosted_configuration_is_renewed_with_the_statement_and_its_marks(
    house: PublishHouse,
) -> None:
    a_bank(house.register)
    house.signing.run()
    first = hosted(house)
    house.clock.advance(house.ours.lifetime - house.ours.ahead)
    house.signing.run()
    again = hosted(house)
    assert again.expires_at == stated(house, BANK).expires_at > first.expires_at
    house.decisions.revoke(MARK, BANK, GROUNDS, FIRST)
    house.work()
    assert "trust_marks" not in hosted(house).claims


def test_a_hosted_configuration_that_ended_is_not_handed_out(house: PublishHouse) -> None:
    a_bank(house.register)
    house.signing.run()
    house.clock.advance(house.ours.lifetime)
    with pytest.raises(NothingPublished):
        house.answers.represented("bank")
    with pytest.raises(NothingRepresented):
        house.answers.represented("nobody")


def test_what_the_offline_root_signed_is_carried_in_our_configuration(
    house: PublishHouse,
) -> None:
    house.signing.run()
    plain = verify_configuration(read(house.publication.configuration()))
    assert "trusthub_endorsement" not in plain.claims
    house.endorsement.said = {"payload": "x", "signatures": []}
    house.signing.run()
    said = verify_configuration(read(house.publication.configuration()))
    assert said.claims["trusthub_endorsement"] == {"payload": "x", "signatures": []}


@pytest.mark.spec("OpenID Federation 1.0 §5.1.1")
def test_the_configuration_lists_every_endpoint_of_ours(house: PublishHouse) -> None:
    house.signing.run()
    said = verify_configuration(read(house.publication.configuration()))
    listed = said.metadata["federation_entity"]
    paths = {route.path for route in house.routes if route.path.startswith("/trust/")}
    here = {
        str(url).removeprefix("https://id.example")
        for name, url in listed.items()
        if name.endswith("_endpoint")
    }
    assert here - paths == {"/trust/resolve", "/trust/collection"}
    assert not {name for name in listed if name.endswith("_auth_methods")}


def test_what_a_statement_says_is_marked_without_its_times() -> None:
    said = {"iss": "a", "iat": 1, "exp": 2}
    assert fingerprint(said, "k") == fingerprint({**said, "iat": 5, "exp": 6}, "k")
    assert fingerprint(said, "k") != fingerprint(said, "other")
    assert fingerprint(said, "k") != fingerprint({**said, "iss": "b"}, "k")


def test_keys_of_a_plain_member_are_those_confirmed(house: PublishHouse) -> None:
    assert a_shop(house).keys == KeySet.parse(some_terms().jwks)
    assert isinstance(house.keys, KeyHouse)
