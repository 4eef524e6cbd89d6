"""What the issuer promises of its stores, on both engines."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from idp.oidc.domain.grants import NO_SESSION, Grant, GrantKind, Pending, RefreshToken
from idp.oidc.domain.senders import Sender
from idp.oidc.store import SqlFollowed, SqlGrants, SqlPending, SqlRefreshTokens
from kernel.assurance import Level
from kernel.ids import (
    ClientId,
    EntityId,
    GrantId,
    InteractionId,
    OrganisationId,
    PersonId,
    SessionId,
)
from kernel.infra.db import AlreadyStored, Database, create_all
from kernel.secret import Secret
from kernel.standing import Party, PartyKind

NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)
CODE = Secret("c" * 43).digest()
TOKEN = Secret("t" * 43).digest()


def a_grant(number: int = 1) -> Grant:
    return Grant(
        id=GrantId(UUID(int=number)),
        client=ClientId("portal-51"),
        person=PersonId(UUID(int=2)),
        session=SessionId(UUID(int=3)),
        subject="s" * 43,
        sid="sid-1",
        scopes=frozenset({"openid", "profile"}),
        id_token_claims=frozenset(),
        userinfo_claims=frozenset({"name"}),
        redirect_uri="https://portal.example/cb",
        challenge="x" * 43,
        nonce=None,
        level=Level.REAL_NAME,
        identity=Level.REAL_PERSON,
        amr=("pwd", "otp"),
        authenticated_at=NOW,
        providers=(EntityId("https://b.example"), EntityId("https://a.example")),
        acting_for=None,
        is_offline=False,
        issued_at=NOW,
        code_expires_at=NOW + timedelta(seconds=60),
    )


def winners(act: Callable[[int], bool]) -> int:
    with ThreadPoolExecutor(16) as pool:
        return sum(pool.map(act, range(200)))


@pytest.fixture
def db(database: Database) -> Database:
    create_all(database)
    return database


def test_a_grant_is_found_by_its_code_and_by_its_name_as_it_was(db: Database) -> None:
    grants = SqlGrants(db)
    grants.add(a_grant(), CODE)
    assert grants.by_code(CODE) == a_grant()
    assert grants.find(a_grant().id) == a_grant()
    assert grants.by_code(TOKEN) is None


def test_two_grants_cannot_share_a_code(db: Database) -> None:
    grants = SqlGrants(db)
    grants.add(a_grant(), CODE)
    with pytest.raises(AlreadyStored):
        grants.add(a_grant(9), CODE)


@pytest.mark.spec("RFC 6749 §6")
def test_a_refresh_token_is_found_with_the_grant_it_descends_from(db: Database) -> None:
    grants, tokens = SqlGrants(db), SqlRefreshTokens(db)
    token = RefreshToken(
        digest=TOKEN,
        grant=a_grant().id,
        issued_at=NOW + timedelta(minutes=1),
        expires_at=NOW + timedelta(hours=1),
        sender=Sender("j" * 43, "c" * 43),
    )
    tokens.add(token)
    assert tokens.with_grant(TOKEN) is None
    grants.add(a_grant(), CODE)
    grants.add(a_grant(9), Secret("d" * 43).digest())
    assert tokens.with_grant(TOKEN) == (token, a_grant())
    assert tokens.find(TOKEN) == token
    tokens.use(TOKEN, NOW)
    grants.end(a_grant().id, NOW, "revoked")
    assert tokens.with_grant(TOKEN) == (
        replace(token, used_at=NOW),
        replace(a_grant(), ended_at=NOW),
    )
    assert tokens.with_grant(CODE) is None


@pytest.mark.spec("RFC 6749 §10.5")
def test_of_200_parallel_redemptions_of_one_code_exactly_one_succeeds(db: Database) -> None:
    grants = SqlGrants(db)
    grants.add(a_grant(), CODE)
    assert winners(lambda _: grants.redeem(CODE, NOW)) == 1
    found = grants.by_code(CODE)
    assert found is not None
    assert found.redeemed_at == NOW


@pytest.mark.spec("RFC 9700 §4.14")
def test_of_200_parallel_uses_of_one_refresh_token_exactly_one_succeeds(
    db: Database,
) -> None:
    tokens = SqlRefreshTokens(db)
    tokens.add(
        RefreshToken(
            digest=TOKEN,
            grant=a_grant().id,
            issued_at=NOW,
            expires_at=NOW + timedelta(hours=1),
        )
    )
    assert winners(lambda _: tokens.use(TOKEN, NOW)) == 1
    found = tokens.find(TOKEN)
    assert found is not None
    assert found.used_at == NOW


def test_a_grant_ends_once_and_stays_ended(db: Database) -> None:
    grants = SqlGrants(db)
    grants.add(a_grant(), CODE)
    assert grants.end(a_grant().id, NOW, "code_replayed")
    assert not grants.end(a_grant().id, NOW + timedelta(seconds=1), "other")
    found = grants.find(a_grant().id)
    assert found is not None
    assert found.ended_at == NOW


def test_a_waiting_request_is_taken_once(db: Database) -> None:
    pending = SqlPending(db)
    interaction = InteractionId(UUID(int=5))
    kept = Pending(
        interaction=interaction,
        client=ClientId("portal-51"),
        parameters={"state": "x", "scope": "openid"},
        started_at=NOW,
    )
    pending.add(kept)
    assert pending.find(interaction) == kept
    assert winners(lambda _: pending.take(interaction)) == 1
    assert pending.find(interaction) is None


def test_what_is_old_is_forgotten_with_its_refresh_tokens(db: Database) -> None:
    grants, tokens = SqlGrants(db), SqlRefreshTokens(db)
    grants.add(a_grant(), CODE)
    tokens.add(
        RefreshToken(digest=TOKEN, grant=a_grant().id, issued_at=NOW, expires_at=NOW)
    )
    assert grants.forget_before(NOW) == 0
    assert grants.forget_before(NOW + timedelta(seconds=1)) == 1
    assert tokens.find(TOKEN) is None


PARTIES = {
    "client": Party(PartyKind.RELYING_PARTY, "portal-51"),
    "person": Party(PartyKind.PERSON, str(UUID(int=2))),
    "organisation": Party(PartyKind.ORGANISATION, str(UUID(int=44))),
    "member": Party(PartyKind.MEMBER, "https://a.example"),
}


@pytest.mark.parametrize("party", PARTIES.values(), ids=PARTIES.keys())
def test_all_that_hung_on_a_party_ends_and_nothing_later(
    db: Database, party: Party
) -> None:
    grants, later = SqlGrants(db), NOW + timedelta(seconds=1)
    acting = OrganisationId(UUID(int=44))
    offline = replace(a_grant(), is_offline=True, acting_for=acting)
    grants.add(offline, CODE)
    grants.add(replace(offline, id=GrantId(UUID(int=8)), issued_at=later), TOKEN)
    assert grants.end_all_of(party, NOW) == 1
    assert grants.end_all_of(party, NOW) == 0
    found, other = grants.find(offline.id), grants.find(GrantId(UUID(int=8)))
    assert found is not None
    assert other is not None
    assert (found.ended_at, other.ended_at) == (NOW, None)


@pytest.mark.spec("attacks §6; RFC 7523 §3")
def test_what_a_member_vouched_for_without_a_session_ends_with_it(db: Database) -> None:
    grants = SqlGrants(db)
    vouched = replace(a_grant(), session=NO_SESSION)
    grants.add(vouched, CODE)
    grants.add(a_grant(9), TOKEN)
    assert grants.end_all_of(Party(PartyKind.MEMBER, "https://a.exampl"), NOW) == 0
    assert grants.end_all_of(PARTIES["member"], NOW) == 1
    found, of_a_session = grants.find(vouched.id), grants.find(GrantId(UUID(int=9)))
    assert found is not None
    assert of_a_session is not None
    assert (found.ended_at, of_a_session.ended_at) == (NOW, None)


@pytest.mark.parametrize(
    "party",
    [
        Party(PartyKind.RELYING_PARTY, "portal-5"),
        Party(PartyKind.PERSON, str(UUID(int=1))),
        Party(PartyKind.ORGANISATION, str(UUID(int=44))),
        Party(PartyKind.MEMBER, "https://_.example"),
        Party(PartyKind.MEMBER, "https://a.exampl"),
        Party(PartyKind.KEY, "portal-51"),
    ],
)
def test_what_hangs_on_others_stands(db: Database, party: Party) -> None:
    grants = SqlGrants(db)
    grants.add(replace(a_grant(), is_offline=True), CODE)
    assert grants.end_all_of(party, NOW) == 0


@pytest.mark.spec("FAPI 2.0 §5.3.2.1")
def test_a_refresh_token_is_prolonged_until_it_was_used(db: Database) -> None:
    tokens, later = SqlRefreshTokens(db), NOW + timedelta(hours=2)
    held = RefreshToken(digest=TOKEN, grant=a_grant().id, issued_at=NOW, expires_at=NOW)
    tokens.add(held)
    tokens.prolong(TOKEN, later)
    found = tokens.find(TOKEN)
    assert found is not None
    assert found.expires_at == later
    assert tokens.use(TOKEN, NOW)
    tokens.prolong(TOKEN, NOW)
    found = tokens.find(TOKEN)
    assert found is not None
    assert found.expires_at == later


def test_up_to_which_number_was_followed_is_kept(db: Database) -> None:
    followed = SqlFollowed(db)
    assert followed.read() == 0
    for number in (3, 4):
        followed.advance(number)
        assert followed.read() == number


def test_what_devices_hold_of_somebody_is_what_may_still_be_used(db: Database) -> None:
    grants, refreshes = SqlGrants(db), SqlRefreshTokens(db)
    held = {
        1: replace(a_grant(1), kind=GrantKind.DEVICE),
        2: replace(a_grant(2), kind=GrantKind.DEVICE, redeemed_at=NOW),
        3: a_grant(3),
        4: replace(a_grant(4), kind=GrantKind.DEVICE, person=PersonId(UUID(int=9))),
        5: replace(a_grant(5), kind=GrantKind.DEVICE, ended_at=NOW),
        6: replace(a_grant(6), kind=GrantKind.DEVICE, redeemed_at=NOW),
    }
    for number, grant in held.items():
        grants.add(grant, Secret(f"{number}" * 43).digest())
    later = NOW + timedelta(hours=1)
    token = RefreshToken(
        digest=TOKEN, grant=held[6].id, issued_at=NOW, expires_at=later + timedelta(hours=1)
    )
    refreshes.add(token)
    person, minute = PersonId(UUID(int=2)), timedelta(minutes=1)

    assert grants.on_devices(person, NOW, NOW - minute) == (held[6], held[2], held[1])
    assert grants.on_devices(person, later, later - minute) == (held[6],)
    assert refreshes.use(TOKEN, later)
    assert grants.on_devices(person, later, later - minute) == ()
