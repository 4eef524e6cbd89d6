"""Subordinate events: what happened, by subject and by number, signed ahead."""

from dataclasses import replace
from datetime import timedelta

import pytest

from kernel.clock import epoch_seconds
from kernel.ids import EntityId
from kernel.proof.jose import FEDERATION_EVENTS, JwsProfile, VerifiedClaims, verify
from kernel.standing import Party, PartyKind, State
from tests.unit.trustroot.fakes import NOON
from tests.unit.trustroot.members import (
    FIRST,
    GROUNDS,
    SECOND,
    an_application,
    lower_terms,
    seen,
    some_terms,
)
from tests.unit.trustroot.publishing import ISSUER, MARK, TRUST, OneKeyEach, PublishHouse
from trustroot.keys.domain import HistoricalKey, Purpose, Reason
from trustroot.publish.domain import EVENTS_A_PAGE, Happened, Happening, page_start
from trustroot.publish.errors import NothingPublished, SubjectUnknown
from trustroot.registry.domain import Member, MemberKind, Terms

GUANGDONG = an_application().entity_id
ABOUT = JwsProfile("entity-events-statement+jwt")


@pytest.fixture
def house() -> PublishHouse:
    return PublishHouse()


@pytest.fixture
def member(house: PublishHouse) -> Member:
    approved = house.register.approved()
    house.signing.run()
    return house.register.registry.show(approved.id)


def about(house: PublishHouse, subject: EntityId = GUANGDONG) -> VerifiedClaims:
    keys = house.worker.published(Purpose.ANCHOR)
    claims = verify(house.answers.events_about(subject), keys, ABOUT)
    assert (claims["iss"], claims["sub"]) == (TRUST, subject)
    return claims


def names(house: PublishHouse, subject: EntityId = GUANGDONG) -> list[str]:
    events = about(house, subject)["federation_registration_events"]
    assert isinstance(events, list)
    return [event["event"] for event in events]


def page(house: PublishHouse, since: int) -> VerifiedClaims:
    keys = house.worker.published(Purpose.ANCHOR)
    return verify(house.answers.events_since(since), keys, FEDERATION_EVENTS)


def numbered(house: PublishHouse, since: int) -> list[tuple[int, str, str | None]]:
    events = page(house, since)["events"]
    assert isinstance(events, list)
    return [(event["number"], event["event"], event.get("sub")) for event in events]


def change(house: PublishHouse, member: Member, terms: Terms) -> None:
    now = house.register.registry.show(member.id)
    proposal = house.register.deciding.propose_terms(now.id, terms, GROUNDS, FIRST)
    house.register.deciding.approve(seen(proposal, SECOND))


@pytest.mark.spec("Subordinate Events 1.0 §2.3")
def test_a_registration_is_told_with_its_time_and_nothing_else(
    house: PublishHouse, member: Member
) -> None:
    assert member
    claims = about(house)
    assert claims["federation_registration_events"] == [
        {"iat": epoch_seconds(NOON), "event": "registration"}
    ]
    assert claims.keys() == {"iss", "sub", "iat", "federation_registration_events"}


@pytest.mark.spec("Subordinate Events 1.0 §2.3.3")
def test_a_life_is_told_in_its_order(house: PublishHouse, member: Member) -> None:
    register = house.register
    register.suspending.suspend(member.id, GROUNDS, FIRST)
    house.signing.run()
    register.decide(register.registry.show(member.id), "reinstate")
    house.signing.run()
    register.decide(register.registry.show(member.id), "withdraw")
    house.signing.run()
    assert names(house) == ["registration", "suspension", "reinstatement", "revocation"]
    assert numbered(house, 0) == [
        (1, "registration", ISSUER),
        (2, "registration", GUANGDONG),
        (3, "suspension", GUANGDONG),
        (4, "reinstatement", GUANGDONG),
        (5, "revocation", GUANGDONG),
    ]


def test_what_happened_while_the_worker_slept_is_told_in_full(
    house: PublishHouse, member: Member
) -> None:
    register = house.register
    register.suspending.suspend(member.id, GROUNDS, FIRST)
    register.decide(register.registry.show(member.id), "reinstate")
    house.signing.run()
    assert names(house) == ["registration", "suspension", "reinstatement"]


def test_a_member_suspended_before_the_worker_saw_it_active_is_told_too(
    house: PublishHouse,
) -> None:
    house.register.suspended()
    house.signing.run()
    assert names(house) == ["registration", "suspension"]


@pytest.mark.spec("Subordinate Events 1.0 §2.3.3")
@pytest.mark.parametrize(
    ("bent", "told"),
    [
        ({"jwks": "other"}, ["jwks_update"]),
        ({"attributes": frozenset({"name"}), "bases": {"name": "article 3"}},
         ["metadata_policy_update"]),
        ({"entity_types": frozenset({"openid_provider"})}, ["metadata_policy_update"]),
        ({"approved": {"federation_entity": {"policy_uri": "https://p.example"}}},
         ["metadata_update"]),
        ({"regions": frozenset({"44"})}, []),
    ],
)  # fmt: skip
def test_changed_terms_are_told_by_what_changed(
    house: PublishHouse, member: Member, bent: dict[str, object], told: list[str]
) -> None:
    if "jwks" in bent:
        other = OneKeyEach()
        other.ensure("x")
        bent = {"jwks": other.published("x").to_jwks()}
    change(house, member, some_terms(**bent))
    house.signing.run()
    assert names(house) == ["registration", *told]


def test_a_renewal_is_no_event(house: PublishHouse, member: Member) -> None:
    assert member
    house.clock.advance(timedelta(hours=18))
    house.signing.run()
    assert names(house) == ["registration"]


def test_an_event_is_written_with_the_act_or_not_at_all(
    house: PublishHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.register.approved()
    with monkeypatch.context() as broken:
        broken.setattr(house.statements, "put", _fail)
        with pytest.raises(OSError, match="disk"):
            house.signing.following.run()
    assert house.stores.events.rows == {}
    house.signing.run()
    assert names(house) == ["registration"]


def _fail(_statement: object) -> None:
    raise OSError("disk")


def test_nothing_is_known_of_who_never_was_here(house: PublishHouse) -> None:
    house.signing.run()
    with pytest.raises(SubjectUnknown):
        house.answers.events_about(EntityId("https://nobody.example"))


def test_the_withdrawn_still_have_a_history(house: PublishHouse, member: Member) -> None:
    house.register.decide(member, "withdraw")
    house.signing.run()
    assert names(house)[-1] == "revocation"
    with pytest.raises(SubjectUnknown):
        house.publication.statement(GUANGDONG)


def test_cas_are_told_about_though_no_statement_is_about_them(house: PublishHouse) -> None:
    ca = EntityId("https://ca.example")
    approved = house.register.approved(entity_id=ca, kind=MemberKind.CA)
    house.signing.run()
    house.register.suspending.suspend(approved.id, GROUNDS, FIRST)
    house.signing.run()
    assert names(house, ca) == ["registration", "suspension"]
    assert house.statements.find(ca) is None


def test_a_distrusted_key_is_told_once(house: PublishHouse) -> None:
    house.signing.run()
    key = Party(PartyKind.KEY, "thumbprint-1")
    house.register.standing.change(key, State.WITHDRAWN, reason="compromised")
    for _ in range(3):
        house.signing.run()
    (told,) = [event for event in page(house, 0)["events"] if "kid" in event]  # type: ignore[attr-defined]  # a list
    assert (told["event"], told["kid"]) == ("key_distrusted", "thumbprint-1")
    assert "sub" not in told


def test_a_revoked_mark_is_told_with_its_type(house: PublishHouse, member: Member) -> None:
    assert member
    house.decisions.revoke(MARK, GUANGDONG, GROUNDS, FIRST)
    house.work()
    events = page(house, 0)["events"]
    assert isinstance(events, list)
    assert events[-1]["event"] == "mark_revoked"
    assert (events[-1]["sub"], events[-1]["trust_mark_type"]) == (GUANGDONG, MARK)
    assert names(house)[-1] == "mark_revoked"


def test_a_mark_granted_again_is_told_too(house: PublishHouse, member: Member) -> None:
    assert member
    house.decisions.revoke(MARK, GUANGDONG, GROUNDS, FIRST)
    proposal = house.decisions.propose_grant(MARK, GUANGDONG, None, GROUNDS, FIRST)
    house.decisions.approve(seen(proposal, SECOND))
    house.work()
    assert names(house)[-2:] == ["mark_revoked", "mark_reinstated"]


def test_an_event_by_number_names_number_time_and_whom(
    house: PublishHouse, member: Member
) -> None:
    assert member
    claims = page(house, 0)
    assert claims["events"][1] == {  # type: ignore[index]  # a list
        "number": 2,
        "time": epoch_seconds(NOON),
        "event": "registration",
        "sub": GUANGDONG,
    }
    assert (claims["iss"], claims["after"], claims["number"]) == (TRUST, 0, 2)


def test_the_last_page_has_a_pulse_so_that_silence_is_no_news(
    house: PublishHouse, member: Member
) -> None:
    assert member
    first = house.answers.events_since(2)
    house.clock.advance(timedelta(seconds=29))
    house.signing.run()
    assert house.answers.events_since(2) == first
    house.clock.advance(timedelta(seconds=1))
    house.signing.run()
    assert house.answers.events_since(2) != first
    house.clock.advance(timedelta(minutes=2))
    with pytest.raises(NothingPublished):
        house.answers.events_since(2)


@pytest.mark.parametrize(
    ("since", "last", "start"),
    [(0, 0, 0), (0, 49, 0), (49, 50, 0), (50, 50, 50), (7, 130, 0), (99, 130, 50),
     (100, 130, 100), (130, 130, 100), (9999, 130, 100)],
)  # fmt: skip
def test_a_page_has_what_follows_a_number(since: int, last: int, start: int) -> None:
    assert page_start(since, last) == start
    assert start <= min(since, last) < start + EVENTS_A_PAGE


def test_a_reader_who_goes_from_page_to_page_sees_every_number_once(
    house: PublishHouse,
) -> None:
    for n in range(130):
        event = Happened(
            happening=Happening.SUSPENSION, at=NOON, subject=EntityId(f"https://{n}")
        )
        house.stores.events.add(event)
    for _ in range(4):
        house.signing.events.run()
    known, seen_numbers = 0, []
    while fresh := [n for n, _, _ in numbered(house, known) if n > known]:
        seen_numbers += fresh
        known = fresh[-1]
    assert seen_numbers == list(range(1, 131))


def test_full_pages_stay_valid_without_a_pulse(house: PublishHouse) -> None:
    for n in range(EVENTS_A_PAGE * 3):
        event = Happened(
            happening=Happening.SUSPENSION, at=NOON, subject=EntityId(f"https://{n}")
        )
        house.stores.events.add(event)
    house.signing.events.run()
    full = house.answers.events_since(0)
    house.clock.advance(timedelta(hours=17))
    house.signing.events.run()
    assert house.answers.events_since(0) == full
    house.clock.advance(timedelta(hours=1))
    house.signing.events.run()
    assert house.answers.events_since(0) != full


@pytest.mark.spec("OpenID Federation 1.0 §8.7.3")
def test_keys_of_the_past_say_until_when_and_why(house: PublishHouse) -> None:
    past = OneKeyEach()
    past.ensure("old")
    (public,) = past.published("old").by_kid.values()
    gone = HistoricalKey(
        public=public.to_jwk(),
        kid=public.kid,
        made_at=NOON - timedelta(days=3),
        activated_at=NOON - timedelta(days=2),
        expires_at=NOON - timedelta(days=1),
    )
    stolen = replace(gone, revoked_at=NOON, reason=Reason.COMPROMISED)
    house.history.keys = (gone, stolen)
    house.signing.run()
    profile = JwsProfile("jwk-set+jwt")
    keys = house.worker.published(Purpose.ANCHOR)
    claims = verify(house.answers.historical_keys(), keys, profile)
    assert claims.keys() == {"iss", "iat", "keys"}
    listed = claims["keys"]
    assert isinstance(listed, list)
    first, second = listed
    assert first["kid"] == public.kid
    assert first["exp"] == epoch_seconds(NOON - timedelta(days=1))
    assert "revoked" not in first
    assert "d" not in first
    assert second["revoked"] == {
        "revoked_at": epoch_seconds(NOON),
        "reason": "compromised",
    }


@pytest.mark.spec("OpenID Federation 1.0 §8.7.2")
def test_without_past_keys_the_list_is_empty_and_there(house: PublishHouse) -> None:
    with pytest.raises(NothingPublished):
        house.answers.historical_keys()
    house.signing.run()
    keys = house.worker.published(Purpose.ANCHOR)
    claims = verify(house.answers.historical_keys(), keys, JwsProfile("jwk-set+jwt"))
    assert (claims["iss"], claims["keys"]) == (TRUST, [])


def test_terms_that_are_lower_are_one_policy_event(
    house: PublishHouse, member: Member
) -> None:
    change(house, member, lower_terms())
    house.signing.run()
    assert names(house) == ["registration", "metadata_policy_update"]
