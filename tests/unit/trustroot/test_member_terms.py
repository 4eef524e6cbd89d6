"""What terms may say, with which basis, and what of them is never shown."""

import json
from dataclasses import replace
from datetime import date

import pytest

from kernel.events import JsonValue
from kernel.ids import EntityId
from kernel.lifecycle import TransitionNotAllowed
from kernel.proof.seal import SealBroken
from kernel.secret import Secret
from tests.unit.trustroot.members import (
    FIRST,
    GROUNDS,
    PUBLIC_KEY,
    SECOND,
    RegisterHouse,
    an_application,
    seen,
    some_terms,
)
from tests.unit.trustroot.registers import MemoryMembers
from trustroot.registry.domain import (
    Action,
    Contract,
    Member,
    MemberKind,
    MemberState,
    Representation,
    Terms,
)
from trustroot.registry.errors import (
    ApplicationMalformed,
    BasisMissing,
    ContractMalformed,
    NothingSealed,
    SlugTaken,
    VersionDiffers,
)
from trustroot.registry.messages import (
    change_shown,
    member_shown,
    secret_mark,
    terms_from_json,
    terms_to_json,
)

ISSUER = EntityId("https://pay.example")
TODAY = Contract(number="C-1", signed_on=date(2026, 1, 1))
SECRET = Secret("our secret at the provider, 32 characters")


@pytest.fixture
def house() -> RegisterHouse:
    return RegisterHouse()


def spoken(**bent: object) -> Representation:
    valid = Representation(
        issuer=ISSUER,
        client_id="hub",
        slug="pay",
        claims={"name": "real_name"},
        levels={"": 1, "gold": 2},
    )
    return replace(valid, **bent)  # type: ignore[arg-type]  # the test names what it bends


def represented(**bent: object) -> Terms:
    return some_terms(jwks={}, represented=spoken(**bent))


def a_represented_draft(house: RegisterHouse, secret: Secret | None = SECRET) -> Member:
    application = an_application(
        entity_id=ISSUER, kind=MemberKind.IDENTITY_PROVIDER, terms=represented()
    )
    return house.applying.apply(application, FIRST, secret=secret)


@pytest.mark.parametrize(
    "bent",
    [
        {"regions": frozenset({"440"})},
        {"regions": frozenset({"44030600"})},
        {"regions": frozenset({"gd"})},
        {"bases": {"age": "no such attribute here"}},
        {"bases": {"name": ""}},
        {"bases": {"name": 7}},
        {"log_key": "not a vkey"},
        {"signal_jwks": {"keys": [{"kty": "oct", "k": "AAAA", "kid": "x"}]}},
        {"approved": {"saml_idp": {"x": "y"}}},
        {"approved": {"openid_provider": {"token_endpoint": None}}},
        {"approved": {"openid_provider": {"max": 1.5}}},
        {"approved": {"openid_provider": {"deep": [{"x": 0.5}]}}},
        {"approved": {"openid_provider": {"no spaces": "y"}}},
        {"approved": {"openid_provider": {"x": "y" * 70_000}}},
    ],
)
def test_terms_that_say_something_else_are_refused(
    house: RegisterHouse, bent: dict[str, object]
) -> None:
    with pytest.raises(ApplicationMalformed):
        house.applying.apply(an_application(terms=some_terms(**bent)), FIRST)
    assert house.members.rows == {}


def test_terms_in_full_are_taken_and_come_back(house: RegisterHouse) -> None:
    terms = some_terms(
        regions=frozenset({"44", "4403", "440306"}),
        signal_jwks={"keys": [PUBLIC_KEY]},
        approved={
            "openid_provider": {"token_endpoint": "https://id.gd.example/token"},
            "federation_entity": {"organization_name": "广东省（演示）"},
        },
    )
    member = house.applying.apply(an_application(terms=terms), FIRST)
    assert member.terms == terms
    assert terms_from_json(json.loads(json.dumps(terms_to_json(terms)))) == terms


def test_terms_stored_before_bases_existed_are_read_with_their_defaults() -> None:
    old = {
        name: value
        for name, value in terms_to_json(some_terms()).items()
        if name in {"entity_types", "ceiling", "attributes", "jwks", "measures"}
    }
    assert terms_from_json(old) == some_terms(bases={})


@pytest.mark.spec("PIPL art. 13")
def test_no_attribute_is_submitted_without_its_basis(house: RegisterHouse) -> None:
    lacking = an_application(terms=some_terms(bases={"name": "PIPL art. 13 (1) 2"}))
    member = house.applying.apply(lacking, FIRST)
    with pytest.raises(BasisMissing, match="province"):
        house.applying.submit(member.id, FIRST)
    assert house.registry.show(member.id) == member


@pytest.mark.spec("PIPL art. 13")
def test_an_old_member_gets_no_further_attribute_without_a_basis(
    house: RegisterHouse,
) -> None:
    member = house.active()
    old = replace(member, terms=some_terms(bases={}))
    house.members.rows[member.id] = old
    wider = some_terms(bases={}, attributes=frozenset({"name", "province", "phone"}))
    with pytest.raises(BasisMissing, match=r"^phone$"):
        house.deciding.propose_terms(member.id, wider, GROUNDS, FIRST)
    assert house.proposals.open_for(member.subject) == ()
    narrower = some_terms(bases={}, attributes=frozenset({"name"}))
    proposal = house.deciding.propose_terms(member.id, narrower, GROUNDS, FIRST)
    assert house.deciding.approve(seen(proposal, SECOND)).attributes == {"name"}


class TestDrafts:
    """Editing is for drafts, by the version that was read."""

    @pytest.mark.spec("RFC 9110 §13.1.1")
    def test_a_draft_is_edited_at_the_version_that_was_read(
        self, house: RegisterHouse
    ) -> None:
        member = house.applying.apply(an_application(), None)
        other = an_application(name_en="Guangdong again")
        edited = house.applying.edit(member.id, other, 1)
        assert (edited.name_en, edited.version) == ("Guangdong again", 2)
        with pytest.raises(VersionDiffers):
            house.applying.edit(member.id, an_application(name_en="stale"), 1)
        assert house.registry.show(member.id) == edited
        assert house.registry.history(member.id)[-1].action is Action.EDIT

    def test_what_was_submitted_is_not_edited(self, house: RegisterHouse) -> None:
        member = house.checked()
        with pytest.raises(TransitionNotAllowed):
            house.applying.edit(member.id, an_application(), member.version)
        assert house.registry.show(member.id) == member

    def test_a_draft_does_not_become_another_entity(self, house: RegisterHouse) -> None:
        member = house.applying.apply(an_application(), FIRST)
        other = an_application(entity_id=EntityId("https://other.example"))
        with pytest.raises(ApplicationMalformed):
            house.applying.edit(member.id, other, 1)
        assert house.registry.show(member.id) == member


class TestContracts:
    """A contract is stated with the application, and changed by two persons."""

    def test_another_contract_takes_two_persons(self, house: RegisterHouse) -> None:
        member = house.active()
        proposal = house.deciding.propose_terms(
            member.id, member.terms, GROUNDS, FIRST, contract=TODAY
        )
        assert house.registry.show(member.id).contract is None
        assert house.deciding.approve(seen(proposal, SECOND)).contract == TODAY

    @pytest.mark.parametrize(
        "bent", [{"number": " "}, {"valid_until": TODAY.signed_on}, {"number": "x" * 101}]
    )
    def test_a_contract_ends_after_it_was_signed(
        self, house: RegisterHouse, bent: dict[str, object]
    ) -> None:
        contract = replace(TODAY, **bent)  # type: ignore[arg-type]  # as above
        with pytest.raises(ContractMalformed):
            house.applying.apply(an_application(contract=contract), FIRST)
        assert house.members.rows == {}


class TestRepresented:
    """Members that speak no federation: what is kept to speak with them."""

    @pytest.mark.parametrize(
        "bent",
        [
            {"protocol": "saml"},
            {"issuer": "https://other.example"},
            {"slug": "A/b"},
            {"claims": {"age": "age"}},
            {"claims": {"name": ""}},
            {"levels": {"gold": 5}},
            {"levels": {"gold": True}},
            {"sealed_secret": "c2VhbGVk"},
        ],
    )
    def test_a_mapping_beyond_the_terms_is_refused(
        self, house: RegisterHouse, bent: dict[str, object]
    ) -> None:
        kind = MemberKind.IDENTITY_PROVIDER
        asked = an_application(entity_id=ISSUER, kind=kind, terms=represented(**bent))
        with pytest.raises(ApplicationMalformed):
            house.applying.apply(asked, FIRST)
        assert house.members.rows == {}

    def test_relying_parties_are_not_represented(self, house: RegisterHouse) -> None:
        kind = MemberKind.RELYING_PARTY
        asked = an_application(entity_id=ISSUER, kind=kind, terms=represented())
        with pytest.raises(ApplicationMalformed):
            house.applying.apply(asked, FIRST)

    def test_its_path_is_its_own(self, house: RegisterHouse) -> None:
        a_represented_draft(house)
        other = EntityId("https://bank.example")
        terms = represented(issuer=other)
        with pytest.raises(SlugTaken):
            house.applying.apply(an_application(entity_id=other, terms=terms), FIRST)
        assert house.registry.by_slug("pay").entity_id == ISSUER

    @pytest.mark.spec("OIDC Core §3.1.2.1")
    def test_it_is_not_submitted_without_our_name_there(self, house: RegisterHouse) -> None:
        asked = an_application(
            entity_id=ISSUER,
            kind=MemberKind.IDENTITY_PROVIDER,
            terms=represented(client_id=""),
        )
        member = house.applying.apply(asked, FIRST)
        with pytest.raises(ApplicationMalformed):
            house.applying.submit(member.id, FIRST)
        assert house.registry.show(member.id).state is MemberState.DRAFT

    def test_our_secret_is_sealed_for_this_client_and_opens_again(
        self, house: RegisterHouse
    ) -> None:
        said = a_represented_draft(house).represented
        assert said is not None
        opened = house.credentials.open(said)
        assert opened == SECRET
        assert SECRET.reveal() not in str(terms_to_json(represented()))
        with pytest.raises(SealBroken):
            house.credentials.open(replace(said, client_id="another"))

    def test_no_secret_is_none(self, house: RegisterHouse) -> None:
        said = a_represented_draft(house, None).represented
        assert said is not None
        assert house.credentials.open(said) is None

    def test_a_secret_for_who_is_not_represented_is_refused(
        self, house: RegisterHouse
    ) -> None:
        with pytest.raises(NothingSealed):
            house.applying.apply(an_application(), FIRST, secret=SECRET)
        assert house.members.rows == {}

    def test_the_sealed_secret_is_shown_to_nobody(self, house: RegisterHouse) -> None:
        member = a_represented_draft(house)
        assert member.represented is not None
        sealed = str(member.represented.sealed_secret)
        shown = str(member_shown(member))
        assert sealed not in shown
        assert str(secret_mark(sealed)) in shown
        change: dict[str, JsonValue] = {"terms": dict(terms_to_json(member.terms))}
        assert sealed not in str(change_shown(change))
        assert sealed not in str(house.trail.events)

    def test_a_change_keeps_the_secret_that_is_held(self, house: RegisterHouse) -> None:
        before = make_active(house, a_represented_draft(house))
        assert before.represented is not None
        asked = replace(before.terms, represented=spoken(claims={"name": "full_name"}))
        proposal = house.deciding.propose_terms(before.id, asked, GROUNDS, FIRST)
        after = house.deciding.approve(seen(proposal, SECOND)).represented
        assert after is not None
        assert after.claims == {"name": "full_name"}
        assert after.sealed_secret == before.represented.sealed_secret

    def test_a_change_of_the_client_does_not_carry_the_secret_along(
        self, house: RegisterHouse
    ) -> None:
        before = make_active(house, a_represented_draft(house))
        asked = replace(before.terms, represented=spoken(client_id="hub-2"))
        proposal = house.deciding.propose_terms(before.id, asked, GROUNDS, FIRST)
        after = house.deciding.approve(seen(proposal, SECOND)).represented
        assert after is not None
        assert after.sealed_secret is None


def make_active(house: RegisterHouse, member: Member) -> Member:
    house.applying.submit(member.id, FIRST)
    house.applying.check(member.id, FIRST)
    house.decide(member, "approve")
    return house.registry.activate(member.id)


def test_members_are_read_a_page_at_a_time(
    house: RegisterHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = house.active()
    limits: list[int] = []
    read = MemoryMembers.some_in_states

    def counted(self: MemoryMembers, *arguments: object, **named: object) -> object:
        limits.append(int(str(named["limit"])))
        return read(self, *arguments, **named)  # type: ignore[arg-type]  # passed through

    monkeypatch.setattr(MemoryMembers, "some_in_states", counted)
    assert list(house.registry.each_active()) == [member]
    assert set(limits) == {200}
    assert list(house.registry.each_publishable()) == [member]
