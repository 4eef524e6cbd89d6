"""Represented members: providers that speak no federation, by their approved records."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from idp.broker.domain import Provider, ProviderKind, Slug
from idp.broker.errors import ProviderOfRegister
from idp.broker.events import UpstreamAccepted
from kernel.assurance import Authenticator, Ceiling, Level
from kernel.assurance import Path as PathLevel
from kernel.ids import EntityId, MemberId
from kernel.proof.jose import to_base64url
from kernel.proof.seal import Sealer
from kernel.standing import Party, PartyKind, State
from kernel.web import PageAsked
from tests.unit.idp.broker.house import House, a_provider, address_of, cookie_of
from tests.unit.idp.broker.upstream import CLIENT_ID, CLIENT_SECRET, SUBJECT, Told
from trustroot.registry.domain import (
    Member,
    MemberKind,
    MemberState,
    Representation,
    Terms,
)

LEVELS = {"pay:basic": 1, "pay:real": 2, "pay:face": 3}
REAL = {"acr": "pay:real"}
SAYS_ISS = "authorization_response_iss_parameter_supported"


class PlainHouse(House):
    """A house whose upstream is a represented member; no record of ours names it."""

    def _provider(self) -> Provider:
        self.join()
        return self.room.providers.find(Slug("gd"))

    def vouch(self, *, highest: tuple[int, int, int] = (2, 1, 1), **bent: object) -> None:
        plain = {"claims_supported": ["sub"], "claims_parameter_supported": True}
        super().vouch(highest=highest, **{**plain, **bent})

    def join(
        self,
        *,
        secret: str | None = CLIENT_SECRET,
        attributes: frozenset[str] = frozenset({"name"}),
    ) -> None:
        """Put the member on the register, as two persons would."""
        bare = Representation(
            issuer=self.entity,
            client_id=CLIENT_ID,
            slug="gd",
            claims={"name": "real_name"},
            levels=LEVELS,
        )
        sealed = None if secret is None else self.sealed(secret, bare)
        kept = replace(bare, sealed_secret=sealed)
        self.register.rows["gd"] = a_member(self.entity, kept, attributes)

    def sealed(self, secret: str, said: Representation) -> str:
        sealer = Sealer(self.around.keys, self.around.entropy)
        return to_base64url(sealer.seal(secret.encode(), said.secret_place))


def a_member(
    entity: EntityId,
    said: Representation,
    attributes: frozenset[str] = frozenset({"name"}),
) -> Member:
    highest = Ceiling(
        identity=Level.REAL_NAME, authenticator=Authenticator.A1, path=PathLevel.F1
    )
    return Member(
        id=MemberId(UUID("019b2f00-0000-7000-8000-000000000001")),
        entity_id=entity,
        kind=MemberKind.IDENTITY_PROVIDER,
        name_zh="示例支付身份（测试）",
        name_en="Sample Pay (test)",
        code=None,
        uscc=None,
        contacts=(),
        terms=Terms(
            entity_types=frozenset({"openid_provider"}),
            ceiling=highest,
            jwks={},
            represented=said,
            attributes=attributes,
        ),
        state=MemberState.ACTIVE,
        reason="",
        version=1,
    )


@pytest.fixture
def house(tmp_path: Path) -> Iterator[PlainHouse]:
    built = PlainHouse(f"sqlite:///{tmp_path}/hub.db")
    built.upstream.told = honest()
    yield built
    built.close()


def honest(**told: object) -> Told:
    said = {"sub": SUBJECT, "real_name": "赵明", "name": "nickname"}
    held: dict[str, Any] = {"claims": REAL, "userinfo": said, **told}
    return Told(**held)


def test_a_member_is_a_provider_without_a_record_of_ours(house: PlainHouse) -> None:
    session = house.session_of(house.sign_in())
    assert session.upstream is not None
    assert session.upstream.provider == "gd"
    assert session.assurance.level is Level.REAL_NAME
    assert house.people.people.claims(session.person).name == "赵明"


@pytest.mark.spec("OIDC Core §5.5.1.1")
def test_it_is_asked_in_its_own_words(house: PlainHouse) -> None:
    house.sent(house.begin())
    asked = house.upstream.asked
    assert asked["acr_values"] == "pay:real pay:face"
    acr = '{"essential":true,"values":["pay:real","pay:face"]}'
    assert asked["claims"] == '{"id_token":{"acr":' + acr + "}}"


@pytest.mark.parametrize(
    ("acr", "reason"),
    [
        ("pay:real", None),
        ("pay:face", None),
        ("pay:basic", "level_not_met"),
        ("urn:trusthub:loa:4", "level_not_met"),
        (None, "level_not_met"),
        (2, "level_not_met"),
    ],
)
def test_only_approved_words_count_and_too_low_a_level_is_refused(
    house: PlainHouse, acr: object, reason: str | None
) -> None:
    answer = house.sent(house.begin())
    house.upstream.told = honest(claims={"acr": acr})
    reply = house.callback(answer)
    assert house.reasons() == ([] if reason is None else [reason])
    assert (cookie_of(house.settings, reply) is None) is (reason is not None)
    assert house.live() == (reason is None)


def test_no_word_of_its_own_lifts_it_above_its_ceiling(house: PlainHouse) -> None:
    answer = house.sent(house.begin())
    house.upstream.told = honest(claims={"acr": "pay:face"})
    assert house.session_of(house.callback(answer)).assurance.level is Level.REAL_NAME
    (taken,) = house.around.trail.of(UpstreamAccepted)
    assert taken.levels is not None
    assert (taken.levels.claimed, taken.levels.capped) == (
        Level.REAL_PERSON,
        Level.REAL_NAME,
    )


def test_without_acr_the_empty_word_counts(house: PlainHouse) -> None:
    said = house.register.rows["gd"].terms.represented
    assert said is not None
    spoken = replace(said, levels={"": 2})
    house.register.rows["gd"] = a_member(house.entity, spoken)
    answer = house.sent(house.begin())
    assert "acr_values" not in house.upstream.asked
    house.upstream.told = honest(claims={}, dropped=("acr",))
    assert house.session_of(house.callback(answer)).assurance.level is Level.REAL_NAME


def test_a_claim_its_terms_do_not_name_is_not_taken(house: PlainHouse) -> None:
    house.join(attributes=frozenset())
    session = house.session_of(house.sign_in())
    assert house.people.people.claims(session.person).name == SUBJECT
    assert "/userinfo" not in house.upstream.served


@pytest.mark.spec("OIDC Core §9")
@pytest.mark.parametrize(
    ("methods", "secret", "shown"),
    [
        (None, CLIENT_SECRET, "client_secret_basic"),
        (["client_secret_post"], CLIENT_SECRET, "client_secret_post"),
        (
            ["client_secret_post", "client_secret_basic"],
            CLIENT_SECRET,
            "client_secret_basic",
        ),
        (["none"], None, "none"),
    ],
)
def test_we_show_who_we_are_in_a_way_it_takes(
    house: PlainHouse, methods: list[str] | None, secret: str | None, shown: str
) -> None:
    house.join(secret=secret)
    house.vouch(token_endpoint_auth_methods_supported=methods)
    house.upstream.told = honest(shown=shown)
    assert house.session_of(house.sign_in()).upstream is not None


def test_a_provider_that_takes_nothing_we_have_is_not_shown_the_secret(
    house: PlainHouse,
) -> None:
    house.vouch(token_endpoint_auth_methods_supported=["private_key_jwt"])
    house.sign_in()
    assert house.reasons() == ["provider_metadata_unusable"]
    assert "/token" not in house.upstream.served


@pytest.mark.spec("RFC 9207 §2.4")
@pytest.mark.parametrize(
    ("says", "iss", "reason"),
    [
        ({}, None, None),
        ({}, "https://evil.example", "issuer_mixed_up"),
        ({SAYS_ISS: True}, None, "issuer_missing"),
    ],
)
def test_iss_must_be_there_if_the_provider_says_it_will_be(
    house: PlainHouse, says: dict[str, Any], iss: str | None, reason: str | None
) -> None:
    house.vouch(**says)
    answer = {k: v for k, v in house.sent(house.begin()).items() if k != "iss"}
    house.callback(answer if iss is None else {**answer, "iss": iss})
    assert house.reasons() == ([] if reason is None else [reason])
    assert house.live() == (reason is None)


def test_a_suspended_member_is_refused_by_name_and_not_listed(house: PlainHouse) -> None:
    assert [row.slug for row in house.room.directory.providers(Level.REAL_NAME, "en")]
    party = Party(PartyKind.MEMBER, house.entity)
    house.around.standing.change(party, State.SUSPENDED, reason="test")
    member = house.register.rows["gd"]
    house.register.rows["gd"] = replace(member, state=MemberState.SUSPENDED)
    reply = house.start(house.begin())
    assert (reply.status, house.reasons()) == (403, ["not_in_good_standing"])
    assert house.room.directory.providers(Level.SELF_ASSERTED, "en") == ()


@pytest.mark.parametrize(
    "state",
    [s for s in MemberState if s not in {MemberState.ACTIVE, MemberState.SUSPENDED}],
)
def test_who_is_not_a_member_is_no_provider(house: PlainHouse, state: MemberState) -> None:
    house.register.rows["gd"] = replace(house.register.rows["gd"], state=state)
    assert house.start(house.begin()).status == 404
    assert house.upstream.asked == {}


def test_another_protocol_is_not_spoken_here(house: PlainHouse) -> None:
    said = house.register.rows["gd"].terms.represented
    assert said is not None
    house.register.rows["gd"] = a_member(house.entity, replace(said, protocol="saml"))
    assert house.start(house.begin()).status == 404


def test_the_chooser_names_it_among_third_parties(house: PlainHouse) -> None:
    (row,) = house.room.directory.providers(Level.REAL_NAME, "zh-CN")
    assert (row.slug, row.kind, row.code) == ("gd", ProviderKind.THIRD.value, "")
    assert row.name_zh == "示例支付身份（测试）"
    (shown,) = house.room.providers.page(PageAsked(10, None)).rows
    assert shown.created_at.year == 2025
    assert house.room.directory.providers(Level.REAL_PERSON, "en") == ()


def test_the_register_is_read_at_most_once_in_five_seconds(house: PlainHouse) -> None:
    for _ in range(5):
        house.room.directory.providers(Level.REAL_NAME, "en")
    asked = house.register.asked
    house.room.directory.providers(Level.REAL_NAME, "en")
    assert house.register.asked == asked
    house.around.clock.advance(timedelta(seconds=5))
    house.room.directory.providers(Level.REAL_NAME, "en")
    assert house.register.asked > asked


@pytest.mark.spec("RFC 9700 §4.4")
def test_who_took_over_a_slug_gets_no_answer_that_another_was_asked_for(
    house: PlainHouse,
) -> None:
    answer = house.sent(house.begin())
    other = EntityId("https://other.example")
    said = Representation(issuer=other, client_id=CLIENT_ID, slug="gd", levels=LEVELS)
    house.register.rows["gd"] = a_member(other, said)
    reply = house.callback(answer)
    assert house.reasons() == ["state_foreign"]
    assert cookie_of(house.settings, reply) is None
    assert house.live() == 0


def test_a_record_of_ours_goes_before_the_register(house: PlainHouse) -> None:
    house.around.clock.advance(timedelta(seconds=5))
    house.room.providers.register(a_provider(house.entity), actor=None)
    (shown,) = house.room.providers.page(PageAsked(10, None)).rows
    assert shown.kind is ProviderKind.PROVINCE
    assert house.room.providers.find(Slug("gd")) == shown


def test_maintenance_of_a_member_is_not_said_here(house: PlainHouse) -> None:
    with pytest.raises(ProviderOfRegister):
        house.room.providers.set_maintenance(Slug("gd"), "later", actor=None)
    assert address_of(house.sign_in()) == "/oauth2/authorize/resume"


def test_a_secret_sealed_for_another_client_opens_nothing(house: PlainHouse) -> None:
    said = house.register.rows["gd"].terms.represented
    assert said is not None
    moved = replace(said, client_id="another")
    house.register.rows["gd"] = a_member(house.entity, moved)
    house.sign_in()
    assert house.reasons() == ["seal_broken"]
    assert "/token" not in house.upstream.served
