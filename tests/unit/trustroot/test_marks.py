"""Trust marks: who carries one, until when, and what is said of it afterwards."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from kernel.approval import ChangeDiffers, SamePerson
from kernel.ids import EntityId
from kernel.proof.jose import TRUST_MARK_STATUS, KeySet, verify
from kernel.proof.statement import (
    VerifiedTrustMark,
    delegation_claims,
    mark_is_current,
    mark_is_of,
    read,
    read_trust_mark,
    verify_configuration,
    verify_trust_mark,
)
from kernel.secret import Digest
from kernel.standing import State
from tests.unit.trustroot.fakes import NOON
from tests.unit.trustroot.members import FIRST, GROUNDS, SECOND, an_application
from tests.unit.trustroot.publishing import (
    ISSUER,
    MARK,
    SUPERIOR,
    TRUST,
    OneKeyEach,
    PublishHouse,
    an_installation,
)
from trustroot.keys.domain import Purpose
from trustroot.publish import errors
from trustroot.publish.domain import MarkType, mark_party
from trustroot.registry.domain import Approval, Contract, Member, MemberKind

HOLDER = an_application().entity_id
OWNER = EntityId("https://ministry.example/trust")
CARE = MarkType(
    id="https://id.example/marks/care",
    name_zh="适老服务",
    name_en="Made for elders",
    issuers=(TRUST,),
    logo_uri="https://id.example/care.svg",
    ref="https://id.example/care",
)


@pytest.fixture
def house() -> PublishHouse:
    return PublishHouse()


@pytest.fixture
def member(house: PublishHouse) -> Member:
    approved = house.register.approved()
    house.signing.run()
    return house.register.registry.show(approved.id)


def the_mark(
    house: PublishHouse, mark_type: str = MARK, holder: EntityId = HOLDER
) -> VerifiedTrustMark:
    keys = house.worker.published(Purpose.ANCHOR)
    token = house.publication.marks.mark(mark_type, holder)
    mark = verify_trust_mark(read_trust_mark(token), keys)
    mark_is_of(mark, holder, mark_type)
    mark_is_current(mark, house.clock())
    return mark


def status(house: PublishHouse, token: str) -> object:
    keys = house.worker.published(Purpose.ANCHOR)
    said = verify(house.publication.marks.status(token), keys, TRUST_MARK_STATUS)
    assert (said["iss"], said["trust_mark"]) == (TRUST, token)
    assert said.keys() == {"iss", "iat", "trust_mark", "status"}
    return said["status"]


@pytest.mark.spec("OpenID Federation 1.0 §7.1")
def test_membership_comes_with_the_registration_mark(
    house: PublishHouse, member: Member
) -> None:
    mark = the_mark(house)
    assert mark.issuer == TRUST
    assert mark.expires_at == house.statements.rows[member.entity_id].expires_at
    assert status(house, mark.token) == "active"
    assert house.publication.marks.holders(MARK, None) == (ISSUER, HOLDER)


def test_a_province_issues_no_registration_marks() -> None:
    house = PublishHouse(an_installation(SUPERIOR))
    house.register.approved()
    house.signing.run()
    assert house.stores.marks.rows == {}
    with pytest.raises(errors.MarkTypeUnknown):
        house.publication.marks.holders(MARK, None)


def test_nobody_who_is_not_active_has_a_mark(house: PublishHouse) -> None:
    house.register.checked()
    house.signing.run()
    with pytest.raises(errors.MarkNotHeld):
        house.publication.marks.mark(MARK, HOLDER)
    assert house.publication.marks.holders(MARK, HOLDER) == ()


@pytest.mark.parametrize(
    ("until", "expires"),
    [
        (date(2026, 11, 26), datetime(2026, 11, 26, 16, tzinfo=UTC)),
        (date(2026, 12, 31), NOON + timedelta(hours=24)),
        (None, NOON + timedelta(hours=24)),
    ],
)
def test_no_mark_outlives_the_agreement(
    house: PublishHouse, until: date | None, expires: datetime
) -> None:
    contract = Contract(number="7", signed_on=date(2026, 1, 1), valid_until=until)
    house.register.approved(contract=contract)
    house.signing.run()
    assert the_mark(house).expires_at == expires


def test_no_mark_outlives_what_was_shown_for_it(house: PublishHouse) -> None:
    house.evidence.ends = date(2026, 11, 27)
    house.register.approved()
    house.signing.run()
    assert the_mark(house).expires_at == datetime(2026, 11, 26, 16, tzinfo=UTC)


def test_without_standing_evidence_there_is_no_mark_but_a_statement(
    house: PublishHouse,
) -> None:
    house.evidence.ends = date(2026, 11, 26)
    house.register.approved()
    house.signing.run()
    assert house.publication.statement(HOLDER)
    with pytest.raises(errors.MarkNotHeld):
        house.publication.marks.mark(MARK, HOLDER)


def test_marks_are_renewed_with_the_statement(house: PublishHouse, member: Member) -> None:
    old = the_mark(house)
    house.clock.advance(timedelta(hours=18))
    house.signing.run()
    fresh = the_mark(house)
    assert fresh.expires_at == house.statements.rows[member.entity_id].expires_at
    assert fresh.token != old.token
    assert status(house, old.token) == "active"


@pytest.mark.spec("OpenID Federation 1.0 §8.4.2")
def test_a_mark_that_ended_is_expired_and_until_that_is_signed_nothing_is_said(
    house: PublishHouse, member: Member
) -> None:
    token = the_mark(house).token
    house.register.suspending.suspend(member.id, GROUNDS, FIRST)
    house.register.decide(house.register.registry.show(member.id), "reinstate")
    house.clock.advance(timedelta(hours=24))
    with pytest.raises(errors.NothingPublished):
        house.publication.marks.status(token)
    house.signing.marks.run()
    assert status(house, token) == "expired"


def test_what_is_said_of_a_mark_is_signed_anew_four_times_in_its_life(
    house: PublishHouse, member: Member
) -> None:
    assert member
    token = the_mark(house).token
    first = house.publication.marks.status(token)
    house.clock.advance(timedelta(hours=5, minutes=59))
    house.signing.run()
    assert house.publication.marks.status(token) == first
    house.clock.advance(timedelta(minutes=1))
    house.signing.run()
    assert house.publication.marks.status(token) != first


def test_the_suspended_loses_its_marks_at_once_and_no_old_answer_says_active(
    house: PublishHouse, member: Member
) -> None:
    token = the_mark(house).token
    house.register.suspending.suspend(member.id, GROUNDS, FIRST)
    with pytest.raises(errors.MarkNotHeld):
        house.publication.marks.mark(MARK, HOLDER)
    with pytest.raises(errors.NothingPublished):
        house.publication.marks.status(token)
    assert house.publication.marks.holders(MARK, None) == (ISSUER,)
    assert house.publication.marks_of(HOLDER) == ()
    house.signing.run()
    assert status(house, token) == "revoked"


def test_leaving_suspension_brings_a_new_mark_and_the_old_one_stays_revoked(
    house: PublishHouse, member: Member
) -> None:
    token = the_mark(house).token
    house.register.suspending.suspend(member.id, GROUNDS, FIRST)
    house.signing.run()
    house.register.decide(house.register.registry.show(member.id), "reinstate")
    house.signing.run()
    assert the_mark(house).token != token
    assert status(house, token) == "revoked"


def test_one_person_revokes_a_mark_at_once(house: PublishHouse, member: Member) -> None:
    token = the_mark(house).token
    grant = house.decisions.revoke(MARK, HOLDER, GROUNDS, FIRST)
    assert grant.revoked_at == house.clock()
    assert house.state_of(mark_party(MARK, HOLDER)) is State.WITHDRAWN
    with pytest.raises(errors.MarkNotHeld):
        house.publication.marks.mark(MARK, HOLDER)
    with pytest.raises(errors.NothingPublished):
        house.publication.marks.status(token)
    house.work()
    assert status(house, token) == "revoked"
    assert house.publication.statement(member.entity_id)
    assert "publish.mark_revoked" in house.trail.types()


def test_a_revoked_mark_does_not_come_back_by_itself(
    house: PublishHouse, member: Member
) -> None:
    assert member
    house.decisions.revoke(MARK, HOLDER, GROUNDS, FIRST)
    house.clock.advance(timedelta(hours=18))
    house.signing.run()
    with pytest.raises(errors.MarkNotHeld):
        house.publication.marks.mark(MARK, HOLDER)
    with pytest.raises(errors.GrantRevoked):
        house.decisions.revoke(MARK, HOLDER, GROUNDS, FIRST)


def test_two_persons_grant_a_revoked_mark_anew(house: PublishHouse, member: Member) -> None:
    assert member
    house.decisions.revoke(MARK, HOLDER, GROUNDS, FIRST)
    house.work()
    house.grant(MARK, HOLDER)
    assert the_mark(house)
    assert house.state_of(mark_party(MARK, HOLDER)) is State.GOOD


def test_a_revocation_is_refused_without_reason_and_leaves_nothing(
    house: PublishHouse, member: Member
) -> None:
    assert member
    with pytest.raises(errors.GrantMalformed):
        house.decisions.revoke(MARK, HOLDER, replace(GROUNDS, basis=" "), FIRST)
    with pytest.raises(errors.GrantUnknown):
        house.decisions.revoke(MARK, EntityId("https://no.example"), GROUNDS, FIRST)
    assert house.jobs.queued == []
    assert the_mark(house)


def test_a_type_and_a_grant_take_two_persons(house: PublishHouse, member: Member) -> None:
    assert member
    proposal = house.decisions.propose_type(CARE, GROUNDS, FIRST)
    same = Approval(proposal=proposal.id, digest=proposal.digest, actor=FIRST)
    with pytest.raises(SamePerson):
        house.decisions.approve(same)
    other = replace(same, actor=SECOND, digest=Digest(bytes(32)))
    with pytest.raises(ChangeDiffers):
        house.decisions.approve(other)
    assert CARE.id not in house.stores.mark_types.rows
    assert house.trail.types().count("publish.mark_change_refused") == 2
    house.decisions.approve(replace(same, actor=SECOND))
    house.grant(CARE.id, HOLDER)
    claims = the_mark(house, CARE.id).claims
    assert (claims["logo_uri"], claims["ref"]) == (CARE.logo_uri, CARE.ref)
    assert "delegation" not in claims


def test_a_grant_that_is_proposed_grants_nothing(
    house: PublishHouse, member: Member
) -> None:
    assert member
    house.enter(CARE)
    house.decisions.propose_grant(CARE.id, HOLDER, None, GROUNDS, FIRST)
    assert house.jobs.queued == []
    assert house.stores.grants.find(CARE.id, HOLDER) is None


@pytest.mark.parametrize(
    ("bent", "error"),
    [
        ({"mark_type": "https://id.example/marks/none"}, errors.MarkTypeUnknown),
        ({"mark_type": MARK}, errors.GrantExists),
        ({"until": NOON}, errors.GrantMalformed),
        ({"grounds": replace(GROUNDS, reason="")}, errors.GrantMalformed),
    ],
)
def test_grants_that_cannot_be_are_refused(
    house: PublishHouse, member: Member, bent: dict[str, object], error: type[Exception]
) -> None:
    assert member
    house.enter(CARE)
    said: dict[str, object] = {
        "mark_type": CARE.id,
        "subject": HOLDER,
        "until": None,
        "grounds": GROUNDS,
        "actor": FIRST,
    }
    before = dict(house.stores.proposals.rows)
    with pytest.raises(error):
        house.decisions.propose_grant(**{**said, **bent})  # type: ignore[arg-type]  # bent
    assert house.stores.proposals.rows == before


def test_a_suspended_member_is_granted_nothing_even_if_it_was_proposed_before(
    house: PublishHouse, member: Member
) -> None:
    house.enter(CARE)
    proposal = house.decisions.propose_grant(CARE.id, HOLDER, None, GROUNDS, FIRST)
    house.register.suspending.suspend(member.id, GROUNDS, FIRST)
    approval = Approval(proposal=proposal.id, digest=proposal.digest, actor=SECOND)
    with pytest.raises(errors.HolderNotActive):
        house.decisions.approve(approval)
    assert house.stores.grants.find(CARE.id, HOLDER) is None


def test_a_mark_ends_with_its_grant(house: PublishHouse, member: Member) -> None:
    assert member
    house.enter(CARE)
    house.grant(CARE.id, HOLDER, until=NOON + timedelta(hours=2))
    assert the_mark(house, CARE.id).expires_at == NOON + timedelta(hours=2)
    house.clock.advance(timedelta(hours=2))
    with pytest.raises(errors.MarkNotHeld):
        house.publication.marks.mark(CARE.id, HOLDER)
    house.grant(CARE.id, HOLDER)
    assert the_mark(house, CARE.id)


@pytest.mark.spec("OpenID Federation 1.0 §3.1.2")
def test_the_configuration_says_who_issues_which_type_and_whose_it_is(
    house: PublishHouse,
) -> None:
    kind = owned(house)
    house.signing.run()
    house.enter(kind)
    house.signing.run()
    claims = verify_configuration(read(house.publication.configuration())).claims
    assert claims["trust_mark_issuers"] == {MARK: [TRUST], kind.id: [TRUST]}
    assert claims["trust_mark_owners"] == {kind.id: {"sub": OWNER, "jwks": kind.owner_jwks}}


def owned(house: PublishHouse, **bent: object) -> MarkType:
    """A type of the ministry's, with its delegation to us."""
    owner = OneKeyEach()
    owner.ensure("ministry")
    said = {"issuer": TRUST, "mark_type": CARE.id, "expires_at": None, **bent}
    claims = delegation_claims(OWNER, issued_at=house.clock(), **said)  # type: ignore[arg-type]  # bent
    token = owner.sign(
        "ministry", str(bent.get("typ", "trust-mark-delegation+jwt")), claims
    )
    jwks = owner.published("ministry").to_jwks()
    return replace(CARE, owner=OWNER, owner_jwks=jwks, delegation=token)  # type: ignore[arg-type]  # JSON


@pytest.mark.spec("OpenID Federation 1.0 §7.2")
def test_marks_of_anothers_type_carry_its_owners_delegation(
    house: PublishHouse, member: Member
) -> None:
    assert member
    kind = owned(house)
    house.enter(kind)
    house.grant(kind.id, HOLDER)
    assert the_mark(house, kind.id).claims["delegation"] == kind.delegation
    assert KeySet.parse(kind.owner_jwks or {})


@pytest.mark.spec("OpenID Federation 1.0 §7.2.2")
@pytest.mark.parametrize(
    "bent",
    [
        {"issuer": EntityId("https://other.example")},
        {"mark_type": "https://id.example/marks/other"},
        {"expires_at": NOON - timedelta(minutes=2)},
    ],
)
def test_a_delegation_that_is_not_for_us_lets_us_issue_nothing(
    house: PublishHouse, bent: dict[str, object]
) -> None:
    with pytest.raises(errors.DelegationRefused):
        house.decisions.propose_type(owned(house, **bent), GROUNDS, FIRST)
    assert house.stores.proposals.rows == {}


@pytest.mark.parametrize(
    ("bent", "error"),
    [
        ({"delegation": None}, errors.DelegationRefused),
        ({"delegation": "a.b.c"}, errors.DelegationRefused),
        ({"owner_jwks": None}, errors.MarkTypeMalformed),
        ({"owner_jwks": {"keys": [{"kty": "oct", "k": "AA", "kid": "1"}]}},
         errors.MarkTypeMalformed),
        ({"owner": None}, errors.MarkTypeMalformed),
        ({"issuers": ()}, errors.MarkTypeMalformed),
        ({"issuers": ("nobody",)}, errors.MarkTypeMalformed),
        ({"id": "registration"}, errors.MarkTypeMalformed),
        ({"id": "https://id.example/x#y"}, errors.MarkTypeMalformed),
        ({"id": "https://id.example/" + "x" * 512}, errors.MarkTypeMalformed),
        ({"id": "https://[::1"}, errors.MarkTypeMalformed),
        ({"ref": "javascript:alert(1)"}, errors.MarkTypeMalformed),
        ({"name_zh": ""}, errors.MarkTypeMalformed),
    ],
)  # fmt: skip
def test_types_that_say_too_little_are_refused(
    house: PublishHouse, bent: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        house.decisions.propose_type(replace(owned(house), **bent), GROUNDS, FIRST)  # type: ignore[arg-type]  # bent
    assert house.stores.proposals.rows == {}


def test_a_type_is_entered_once_and_the_registration_mark_is_taken(
    house: PublishHouse,
) -> None:
    house.signing.run()
    first = house.decisions.propose_type(CARE, GROUNDS, FIRST)
    second = house.decisions.propose_type(CARE, GROUNDS, SECOND)
    for proposal, actor in ((first, SECOND),):
        approval = Approval(proposal=proposal.id, digest=proposal.digest, actor=actor)
        house.decisions.approve(approval)
    late = Approval(proposal=second.id, digest=second.digest, actor=FIRST)
    with pytest.raises(errors.MarkTypeTaken):
        house.decisions.approve(late)
    with pytest.raises(errors.MarkTypeTaken):
        house.decisions.propose_type(replace(CARE, id=MARK), GROUNDS, FIRST)


@pytest.mark.spec("OpenID Federation 1.0 §7.3")
def test_we_grant_no_mark_that_others_issue(house: PublishHouse, member: Member) -> None:
    assert member
    house.enter(replace(CARE, issuers=(OWNER,)))
    with pytest.raises(errors.NotTheIssuer):
        house.decisions.propose_grant(CARE.id, HOLDER, None, GROUNDS, FIRST)


@pytest.mark.spec("OpenID Federation 1.0 §8.4.2")
@pytest.mark.parametrize("bend", ["byte", "other", "empty"])
def test_a_mark_that_is_not_ours_byte_for_byte_is_unknown(
    house: PublishHouse, member: Member, bend: str
) -> None:
    assert member
    token = the_mark(house).token
    asked = {"byte": token[:-1] + ("A" if token[-1] != "A" else "B"), "other": "a.b.c"}
    with pytest.raises(errors.MarkUnknown):
        house.publication.marks.status(asked.get(bend, ""))


def test_an_entity_carries_of_each_type_the_mark_that_ends_last(
    house: PublishHouse, member: Member
) -> None:
    assert member
    house.enter(CARE)
    house.grant(CARE.id, HOLDER)
    house.clock.advance(timedelta(hours=18))
    house.signing.run()
    held = house.publication.marks_of(HOLDER)
    assert [mark["trust_mark_type"] for mark in held] == [CARE.id, MARK]
    assert held[1]["trust_mark"] == the_mark(house).token
    assert house.publication.marks_of(ISSUER)[0]["trust_mark_type"] == MARK


def test_marks_are_forgotten_a_month_after_their_end(
    house: PublishHouse, member: Member
) -> None:
    token = the_mark(house).token
    house.register.suspending.suspend(member.id, GROUNDS, FIRST)
    house.signing.run()
    house.clock.advance(timedelta(days=31))
    house.signing.marks.forget()
    assert status(house, token) == "revoked"
    house.clock.advance(timedelta(days=1))
    house.signing.marks.forget()
    with pytest.raises(errors.MarkUnknown):
        house.publication.marks.status(token)


def test_cas_and_witnesses_carry_no_marks(house: PublishHouse) -> None:
    ca = EntityId("https://ca.example")
    house.register.approved(entity_id=ca, kind=MemberKind.CA)
    house.signing.run()
    assert house.publication.marks.holders(MARK, ca) == ()
