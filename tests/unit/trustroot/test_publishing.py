"""Statements: signed ahead, true to the register, gone with the standing."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from kernel.assurance import Ceiling, Level
from kernel.ids import EntityId
from kernel.proof.jose import KeySet, UnknownKey, from_base64url
from kernel.proof.statement import (
    VerifiedStatement,
    apply,
    is_current,
    read,
    verify,
    verify_configuration,
)
from tests.unit.trustroot.members import (
    FIRST,
    GROUNDS,
    PUBLIC_KEY,
    SECOND,
    an_application,
    lower_terms,
    seen,
    some_terms,
)
from tests.unit.trustroot.publishing import (
    ISSUER,
    MARK,
    SUPERIOR,
    TRUST,
    PublishHouse,
    an_installation,
)
from trustroot.keys.domain import Purpose, RoleGroup
from trustroot.keys.errors import KeyNotHeld
from trustroot.publish.errors import NothingPublished, SubjectIsIssuer, SubjectUnknown
from trustroot.publish.service import Filter
from trustroot.registry.domain import Measure, Member, MemberKind, MemberState

GUANGDONG = an_application().entity_id


@pytest.fixture
def house() -> PublishHouse:
    return PublishHouse()


@pytest.fixture
def member(house: PublishHouse) -> Member:
    approved = house.register.approved()
    house.signing.run()
    return house.register.registry.show(approved.id)


def stated(house: PublishHouse, subject: EntityId) -> VerifiedStatement:
    keys = house.worker.published(Purpose.ANCHOR)
    statement = verify(read(house.publication.statement(subject)), keys)
    is_current(statement, house.clock())
    return statement


@pytest.mark.spec("OpenID Federation 1.0 §9")
def test_the_root_publishes_its_configuration_without_superiors(
    house: PublishHouse,
) -> None:
    house.signing.run()
    said = verify_configuration(read(house.publication.configuration()))
    assert (said.issuer, said.subject) == (TRUST, TRUST)
    assert "authority_hints" not in said.claims
    federation = said.metadata["federation_entity"]
    assert federation["federation_fetch_endpoint"] == f"{TRUST}/fetch"
    assert federation["federation_list_endpoint"] == f"{TRUST}/list"
    assert said.keys.by_kid.keys() == house.worker.published(Purpose.ANCHOR).by_kid.keys()


@pytest.mark.spec("OpenID Federation 1.0 §3.1.2")
def test_a_province_names_its_superior() -> None:
    house = PublishHouse(an_installation(SUPERIOR))
    house.signing.run()
    said = verify_configuration(read(house.publication.configuration()))
    assert said.authority_hints == (SUPERIOR,)


@pytest.mark.spec("OpenID Federation 1.0 §3.1.3")
def test_our_own_entity_is_our_subordinate_with_its_own_keys(house: PublishHouse) -> None:
    house.signing.run()
    said = stated(house, ISSUER)
    assert (said.issuer, said.subject) == (TRUST, ISSUER)
    assert said.keys.by_kid.keys() == house.worker.published(Purpose.ENTITY).by_kid.keys()
    allowed = frozenset({"openid_provider", "openid_relying_party"})
    assert said.constraints.allowed_entity_types == allowed
    assert "metadata_policy" not in said.claims


@pytest.mark.spec("OpenID Federation 1.0 §3.1.3")
def test_a_statement_carries_the_keys_confirmed_out_of_band(
    house: PublishHouse, member: Member
) -> None:
    said = stated(house, member.entity_id)
    assert (said.issuer, said.subject) == (TRUST, GUANGDONG)
    assert said.keys == KeySet.parse({"keys": [PUBLIC_KEY]})
    assert said.claims["source_endpoint"] == f"{TRUST}/fetch"
    assert said.expires_at - said.issued_at == timedelta(hours=24)
    assert not {"authority_hints", "trust_marks"} & said.claims.keys()


@pytest.mark.spec("OpenID Federation 1.0 §6.1")
def test_the_ceiling_caps_the_levels_a_provider_may_offer(
    house: PublishHouse, member: Member
) -> None:
    policy = stated(house, member.entity_id).metadata_policy["openid_provider"]
    assert isinstance(policy, dict)
    offered = {"acr_values_supported": [level.acr for level in Level]}
    resolved = apply(policy, offered)
    assert resolved["acr_values_supported"] == [f"urn:trusthub:loa:{n}" for n in (1, 2, 3)]


@pytest.mark.spec("OpenID Federation 1.0 §6.1")
def test_the_attributes_cap_the_claims_a_provider_may_offer(
    house: PublishHouse, member: Member
) -> None:
    policy = stated(house, member.entity_id).metadata_policy["openid_provider"]
    assert isinstance(policy, dict)
    resolved = apply(policy, {"claims_supported": ["sub", "name", "id_number"]})
    assert set(resolved["claims_supported"]) == {"sub", "name"}  # type: ignore[call-overload]  # a list


@pytest.mark.spec("OpenID Federation 1.0 §6.2")
def test_below_a_platform_others_may_stand_below_a_leaf_nobody(
    house: PublishHouse, member: Member
) -> None:
    leaf = EntityId("https://bank.example")
    house.register.approved(entity_id=leaf, kind=MemberKind.IDENTITY_PROVIDER)
    house.signing.run()
    assert stated(house, member.entity_id).constraints.max_path_length == 3
    said = stated(house, leaf)
    assert said.constraints.max_path_length == 0
    policy = said.metadata_policy["openid_provider"]
    assert isinstance(policy, dict)
    assert policy["issuer"] == {"value": leaf}


def test_our_extension_claims_say_ceiling_region_and_measures(house: PublishHouse) -> None:
    terms = some_terms(measures=frozenset({Measure.WARNED}))
    house.register.approved(terms=terms)
    house.signing.run()
    claims = stated(house, GUANGDONG).claims
    assert claims["trusthub_ceiling"] == {"identity": 3, "authenticator": 2, "path": 3}
    assert claims["trusthub_region"] == {
        "code": "44",
        "name_zh": "广东省（演示）",
        "name_en": "Guangdong (demo)",
    }
    assert claims["trusthub_measures"] == ["warned"]


def test_a_member_becomes_active_with_its_statement_not_before(house: PublishHouse) -> None:
    approved = house.register.approved()
    with pytest.raises(SubjectUnknown):
        house.publication.statement(approved.entity_id)
    assert house.register.registry.show(approved.id).state is MemberState.APPROVED
    house.signing.run()
    assert house.register.registry.show(approved.id).state is MemberState.ACTIVE
    assert stated(house, approved.entity_id)


@pytest.mark.parametrize(
    "made",
    ["checked", "applied"],
)
def test_nothing_is_said_about_who_is_not_approved(house: PublishHouse, made: str) -> None:
    if made == "checked":
        house.register.checked()
    else:
        house.register.applying.apply(an_application(), FIRST)
    house.signing.run()
    with pytest.raises(SubjectUnknown):
        house.publication.statement(GUANGDONG)
    assert house.publication.subjects(Filter()) == (ISSUER,)


def test_a_suspended_member_is_gone_at_once_and_its_statement_with_the_next_run(
    house: PublishHouse, member: Member
) -> None:
    house.register.suspending.suspend(member.id, GROUNDS, FIRST)
    with pytest.raises(SubjectUnknown):
        house.publication.statement(member.entity_id)
    assert house.publication.subjects(Filter()) == (ISSUER,)
    house.signing.run()
    assert house.statements.find(member.entity_id) is None
    assert house.trail.types()[-1] == "publish.statement_removed"


def test_a_lifted_suspension_brings_a_fresh_statement(
    house: PublishHouse, member: Member
) -> None:
    old = house.publication.statement(member.entity_id)
    house.register.suspending.suspend(member.id, GROUNDS, FIRST)
    house.clock.advance(timedelta(minutes=1))
    house.signing.run()
    house.register.decide(house.register.registry.show(member.id), "reinstate")
    with pytest.raises(SubjectUnknown):
        house.publication.statement(member.entity_id)
    house.signing.run()
    assert house.publication.statement(member.entity_id) != old
    assert house.register.registry.show(member.id).state is MemberState.ACTIVE


def test_a_member_suspended_while_it_is_being_signed_gets_no_statement(
    house: PublishHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    active = house.register.active()
    seen_before = (house.register.registry.show(active.id),)
    house.register.suspending.suspend(active.id, GROUNDS, FIRST)
    monkeypatch.setattr(house.register.members, "page", lambda **_: seen_before)
    monkeypatch.setattr(house.register.standing, "changes_since", lambda _: ())
    house.signing.run()
    assert house.statements.find(active.entity_id) is None


def test_changed_terms_are_signed_anew(house: PublishHouse, member: Member) -> None:
    change = house.register.deciding.propose_terms(member.id, lower_terms(), GROUNDS, FIRST)
    house.register.deciding.approve(seen(change, SECOND))
    house.signing.run()
    claims = stated(house, member.entity_id).claims
    assert claims["trusthub_ceiling"] == {"identity": 2, "authenticator": 3, "path": 1}


def test_a_run_with_nothing_to_do_writes_and_records_nothing(
    house: PublishHouse, member: Member
) -> None:
    assert member.state is MemberState.ACTIVE
    puts, events = house.statements.puts, len(house.trail.events)
    house.clock.advance(timedelta(hours=17, minutes=59))
    house.signing.run()
    assert (house.statements.puts, len(house.trail.events)) == (puts, events)


def test_statements_are_renewed_ahead_of_their_end_without_an_event(
    house: PublishHouse, member: Member
) -> None:
    events, before = len(house.trail.events), stated(house, member.entity_id).expires_at
    house.clock.advance(timedelta(hours=18))
    house.signing.run()
    assert stated(house, member.entity_id).expires_at > before
    assert verify_configuration(read(house.publication.configuration()))
    assert len(house.trail.events) == events


def test_what_has_run_out_is_not_handed_out(house: PublishHouse, member: Member) -> None:
    house.clock.advance(timedelta(hours=24))
    with pytest.raises(NothingPublished):
        house.publication.statement(member.entity_id)
    with pytest.raises(NothingPublished):
        house.publication.configuration()


@pytest.mark.spec("OpenID Federation 1.0 §11.2")
def test_a_new_anchor_key_signs_everything_anew_and_old_statements_still_verify(
    house: PublishHouse, member: Member
) -> None:
    old = house.publication.statement(member.entity_id)
    announced = verify_configuration(read(house.publication.configuration())).keys
    house.clock.advance(timedelta(seconds=11))
    house.keys.care.rotate(Purpose.ANCHOR, house.worker.active_kid(Purpose.ANCHOR))
    house.clock.advance(timedelta(seconds=5))
    house.signing.run()
    fresh = house.publication.statement(member.entity_id)
    assert fresh != old
    # Whoever holds the configuration from before knows the key that signs now.
    assert verify(read(fresh), announced)
    assert verify(read(old), house.worker.published(Purpose.ANCHOR))
    with pytest.raises(UnknownKey):
        verify(read(fresh), house.worker.published(Purpose.ENTITY))


@pytest.mark.spec("OpenID Federation 1.0 §8.1.1")
def test_fetch_says_nothing_about_ourselves(house: PublishHouse) -> None:
    house.signing.run()
    with pytest.raises(SubjectIsIssuer):
        house.publication.statement(TRUST)


def test_a_serving_process_cannot_sign_statements(house: PublishHouse) -> None:
    serving = house.keys.process(RoleGroup.SERVE)
    with pytest.raises(KeyNotHeld):
        house.signing_with(serving).run()
    assert house.statements.rows == {}


def test_a_ca_becomes_active_without_a_statement(house: PublishHouse) -> None:
    approved = house.register.approved(kind=MemberKind.CA, terms=some_terms(jwks={}))
    house.signing.run()
    assert house.register.registry.show(approved.id).state is MemberState.ACTIVE
    assert house.statements.find(approved.entity_id) is None


def test_one_member_nothing_can_be_said_about_does_not_silence_the_others(
    house: PublishHouse,
) -> None:
    broken = house.register.approved(entity_id=EntityId("https://broken.example"))
    keyless = some_terms(jwks={"keys": [{"kty": "oct"}]}, ceiling=Ceiling())
    house.register.members.rows[broken.id] = replace(broken, terms=keyless)
    sound = house.register.approved()
    house.signing.run()
    assert house.register.registry.show(sound.id).state is MemberState.ACTIVE
    assert house.register.registry.show(broken.id).state is MemberState.APPROVED
    assert house.statements.find(broken.entity_id) is None


@pytest.mark.spec("OpenID Federation 1.0 §11.2")
def test_a_new_anchor_key_signs_marks_events_and_lists_of_keys_anew(
    house: PublishHouse, member: Member
) -> None:
    old = house.publication.marks.mark(MARK, member.entity_id)
    house.clock.advance(timedelta(seconds=11))
    house.keys.care.rotate(Purpose.ANCHOR, house.worker.active_kid(Purpose.ANCHOR))
    house.clock.advance(timedelta(seconds=5))
    house.signing.run()
    fresh = house.publication.marks.mark(MARK, member.entity_id)
    kid = house.worker.active_kid(Purpose.ANCHOR)
    for token in (
        fresh,
        house.publication.marks.status(fresh),
        house.answers.events_about(member.entity_id),
        house.answers.events_since(0),
        house.answers.historical_keys(),
        house.publication.configuration(),
    ):
        assert json.loads(from_base64url(token.partition(".")[0]))["kid"] == kid
    # Nobody is told that a mark by the old key is worth less.
    assert house.publication.marks.status(old)
