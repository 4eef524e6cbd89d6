"""What the stores of interactions, sessions and sign-outs promise, on every engine."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from idp.clients.domain import Basis, ClaimAsked
from idp.session.domain import (
    Delivery,
    Denied,
    Hints,
    Interaction,
    Participant,
    Session,
    SignedIn,
    SignOut,
    SignOutId,
    Telling,
    Upstream,
)
from idp.session.errors import (
    InteractionFinished,
    InteractionUnknown,
    SessionUnknown,
    SignOutUnknown,
)
from idp.session.ports import (
    FollowedNumber,
    InteractionStore,
    SessionStore,
    SignOutStore,
)
from idp.session.store.interactions import SqlInteractions
from idp.session.store.sessions import SqlSessions
from idp.session.store.sign_outs import SqlFollowedNumber, SqlSignOuts
from kernel.assurance import Assurance, Authenticator, Level, Path
from kernel.ids import (
    AuthenticatorId,
    ClientId,
    EntityId,
    InteractionId,
    OrganisationId,
    PersonId,
    Reference,
    SessionId,
)
from kernel.infra.db import Database, create_all
from kernel.proof.seal import Purpose, Sealer
from kernel.secret import Digest, Secret
from kernel.web import PageAsked
from tests.unit.idp.people.fakes import NOW, Around

AT_ONCE = 8
PROVINCE = EntityId("http://localhost:8410")
ANCHOR = EntityId("http://localhost:8410/trust")
PERSON = PersonId(UUID(int=7))
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Stores:
    interactions: InteractionStore
    sessions: SessionStore
    sign_outs: SignOutStore
    followed: FollowedNumber


@pytest.fixture
def stores(database: Database) -> Stores:
    create_all(database)
    around = Around()
    sealer = Sealer(around.keys, around.entropy, Purpose.SEAL)
    return Stores(
        SqlInteractions(database),
        SqlSessions(database, sealer),
        SqlSignOuts(database),
        SqlFollowedNumber(database),
    )


AN_INTERACTION = Interaction(
    id=InteractionId(UUID(int=1)),
    relying_party=ClientId("portal-51"),
    asked=Level.REAL_PERSON,
    resume="/oauth2/authorize/resume?interaction=1",
    expires_at=NOW + timedelta(minutes=15),
    acting_for=OrganisationId(UUID(int=3)),
    essential=True,
    prompt=frozenset({"login", "consent"}),
    max_age=timedelta(seconds=60),
    hints=Hints(province="44", service="社会保险"),
    claims=(ClaimAsked("name"), ClaimAsked("id_number", Basis.STATUTORY)),
    is_offline=True,
    reference=Reference("ABCDEFGHJKMN"),
    browser=Digest(b"b" * 32),
    started_at=NOW,
)
A_SESSION = Session(
    id=SessionId(UUID(int=1)),
    person=PERSON,
    assurance=Assurance(
        identity=Level.REAL_NAME,
        authenticator=Authenticator.A2,
        path=Path.F1,
        bound=Level.REAL_PERSON,
    ),
    amr=("pwd", "otp"),
    started_at=NOW,
    authenticated_at=NOW,
    expires_at=NOW + 8 * HOUR,
    idle_at=NOW + HOUR,
    providers=(PROVINCE, ANCHOR),
    upstream=Upstream(
        provider="guangdong",
        issuer=PROVINCE,
        subject="s",
        sid="up",
        id_token=Secret("a.b.c"),
    ),
    acting_for=OrganisationId(UUID(int=3)),
    authenticators=(AuthenticatorId(UUID(int=5)),),
    browser="Firefox",
)
COOKIE, NEW_COOKIE = Digest(b"c" * 32), Digest(b"d" * 32)


def test_an_interaction_is_found_as_it_was(stores: Stores) -> None:
    stores.interactions.add(AN_INTERACTION)
    assert stores.interactions.find(AN_INTERACTION.id) == AN_INTERACTION
    with pytest.raises(InteractionUnknown):
        stores.interactions.find(InteractionId(UUID(int=9)))


def test_of_many_outcomes_one_is_kept(stores: Stores) -> None:
    stores.interactions.add(AN_INTERACTION)
    outcomes = [SignedIn(SessionId(UUID(int=n))) for n in range(AT_ONCE)]

    def finish(outcome: SignedIn) -> bool:
        try:
            stores.interactions.finish(AN_INTERACTION.id, outcome, NOW)
        except InteractionFinished:
            return False
        return True

    with ThreadPoolExecutor(AT_ONCE) as pool:
        won = list(pool.map(finish, outcomes))
    assert sum(won) == 1
    kept = outcomes[won.index(True)]
    assert stores.interactions.find(AN_INTERACTION.id).outcome == kept
    with pytest.raises(InteractionFinished):
        stores.interactions.finish(AN_INTERACTION.id, Denied("access_denied"), NOW)


def test_interactions_that_are_over_are_forgotten(stores: Stores) -> None:
    stores.interactions.add(AN_INTERACTION)
    assert stores.interactions.forget_before(AN_INTERACTION.expires_at) == 0
    assert stores.interactions.forget_before(NOW + HOUR) == 1
    with pytest.raises(InteractionUnknown):
        stores.interactions.find(AN_INTERACTION.id)


def test_a_session_is_found_as_it_was_by_id_and_by_cookie(stores: Stores) -> None:
    stores.sessions.add(A_SESSION, COOKIE)
    assert stores.sessions.find(A_SESSION.id) == A_SESSION
    assert stores.sessions.by_cookie(COOKIE) == A_SESSION
    assert stores.sessions.by_cookie(NEW_COOKIE) is None
    with pytest.raises(SessionUnknown):
        stores.sessions.find(SessionId(UUID(int=9)))


def test_a_replaced_session_answers_to_its_new_cookie_only(stores: Stores) -> None:
    stores.sessions.add(A_SESSION, COOKIE)
    stronger = replace(A_SESSION, amr=("hwk",), providers=(PROVINCE,))
    assert stores.sessions.replace(stronger, NEW_COOKIE)
    assert stores.sessions.by_cookie(COOKIE) is None
    assert stores.sessions.by_cookie(NEW_COOKIE) == stronger
    assert stores.sessions.live_through(ANCHOR, NOW) == ()
    stores.sessions.end(A_SESSION.id, NOW, "person")
    assert not stores.sessions.replace(stronger, COOKIE)
    assert stores.sessions.by_cookie(COOKIE) is None


def test_a_session_has_ended_when_it_was_ended_or_is_not_there(stores: Stores) -> None:
    assert stores.sessions.has_ended(A_SESSION.id)
    stores.sessions.add(A_SESSION, COOKIE)
    assert not stores.sessions.has_ended(A_SESSION.id)
    stores.sessions.end(A_SESSION.id, NOW, "person")
    assert stores.sessions.has_ended(A_SESSION.id)


def test_of_many_who_end_a_session_one_did(stores: Stores) -> None:
    stores.sessions.add(A_SESSION, COOKIE)

    def end(_: int) -> bool:
        return stores.sessions.end(A_SESSION.id, NOW, "person")

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert sum(pool.map(end, range(AT_ONCE))) == 1
    assert stores.sessions.find(A_SESSION.id).ended_at == NOW
    assert stores.sessions.live_of(PERSON, NOW) == ()


def test_live_sessions_are_found_by_person_chain_and_upstream(stores: Stores) -> None:
    stores.sessions.add(A_SESSION, COOKIE)
    sessions = stores.sessions
    assert sessions.live_of(PERSON, NOW) == (A_SESSION,)
    assert sessions.live_through(ANCHOR, NOW) == (A_SESSION,)
    firm = OrganisationId(uuid4())
    assert sessions.live_for(firm, NOW) == ()
    acting = replace(A_SESSION, acting_for=firm)
    assert sessions.replace(acting, COOKIE)
    assert sessions.live_for(firm, NOW) == (acting,)
    assert sessions.replace(A_SESSION, COOKIE)
    assert sessions.by_upstream(PROVINCE, "s", None, NOW) == (A_SESSION,)
    assert sessions.by_upstream(PROVINCE, None, "up", NOW) == (A_SESSION,)
    assert sessions.by_upstream(PROVINCE, "s", "other", NOW) == ()
    assert sessions.by_upstream(ANCHOR, "s", "up", NOW) == ()
    assert sessions.live_of(PERSON, NOW + HOUR) == ()
    sessions.touch(A_SESSION.id, NOW + 2 * HOUR)
    assert len(sessions.live_of(PERSON, NOW + HOUR)) == 1


def test_a_participant_is_noted_once_with_its_latest_sid(stores: Stores) -> None:
    stores.sessions.add(A_SESSION, COOKIE)
    for client, sid in (("b", "1"), ("a", "2"), ("b", "3")):
        stores.sessions.add_participant(
            Participant(session=A_SESSION.id, protocol="oidc", client=client, sid=sid)
        )
    found = stores.sessions.participants(A_SESSION.id)
    assert [(one.client, one.sid) for one in found] == [("b", "3"), ("a", "2")]
    assert stores.sessions.forget_before(NOW + 9 * HOUR) == 1
    assert stores.sessions.participants(A_SESSION.id) == ()


def test_a_delivery_is_settled_once(stores: Stores) -> None:
    told = Participant(session=A_SESSION.id, protocol="oidc", client="a", sid="1")
    sign_out = SignOut(
        id=SignOutId(UUID(int=1)),
        session=A_SESSION.id,
        reason="person",
        started_at=NOW,
        participants=(told,),
    )
    stores.sign_outs.add(sign_out)
    assert stores.sign_outs.find(sign_out.id).deliveries == {told: Delivery.PENDING}
    assert stores.sign_outs.settle(
        sign_out.id, told, Delivery.DELIVERED, at=NOW, reason=None
    )
    assert not stores.sign_outs.settle(
        sign_out.id, told, Delivery.FAILED, at=NOW, reason=None
    )
    assert not stores.sign_outs.settle(
        sign_out.id, told, Delivery.PENDING, at=NOW, reason=None
    )
    assert stores.sign_outs.find(sign_out.id).settled
    with pytest.raises(SignOutUnknown):
        stores.sign_outs.find(SignOutId(UUID(int=9)))


def a_sign_out(number: int, *clients: str) -> SignOut:
    told = (
        Participant(session=A_SESSION.id, protocol="oidc", client=client, sid="1")
        for client in clients
    )
    return SignOut(
        id=SignOutId(UUID(int=number)),
        session=A_SESSION.id,
        reason="person",
        started_at=NOW + timedelta(minutes=number),
        participants=tuple(told),
    )


def test_what_failed_is_found_newest_first_and_may_still_be_delivered(
    stores: Stores,
) -> None:
    stores.sessions.add(A_SESSION, COOKIE)
    for number in range(1, 5):
        stores.sign_outs.add(a_sign_out(number, "a", "b"))
    failed = [stores.sign_outs.find(SignOutId(UUID(int=n))) for n in (1, 3, 4)]
    for one in failed:
        down = one.participants[1]
        stores.sign_outs.tried(one.id, down, "relying_party_down", NOW)
        assert stores.sign_outs.settle(
            one.id, down, Delivery.FAILED, at=NOW, reason="relying_party_down"
        )

    page = stores.sign_outs.page(PageAsked(limit=2), Delivery.FAILED)
    rest = stores.sign_outs.page(PageAsked(2, page.last_key), Delivery.FAILED)
    assert [one.id.int for one in (*page.rows, *rest.rows)] == [4, 3, 1]
    assert rest.last_key is None
    assert len(stores.sign_outs.page(PageAsked(), None).rows) == 4
    newest = page.rows[0]
    assert newest.tellings[newest.participants[1]] == Telling(1, "relying_party_down", NOW)

    assert stores.sign_outs.settle(
        newest.id, newest.participants[1], Delivery.DELIVERED, at=NOW + HOUR, reason=None
    )
    mine = stores.sign_outs.undelivered_of(PERSON, 10)
    assert [one.id.int for one in mine] == [3, 1]
    assert stores.sign_outs.undelivered_of(PersonId(UUID(int=8)), 10) == ()


def test_old_sign_outs_are_forgotten_with_their_deliveries(stores: Stores) -> None:
    for number in (1, 2):
        stores.sign_outs.add(a_sign_out(number, "a"))
    assert stores.sign_outs.forget_before(NOW + timedelta(seconds=61)) == 1
    assert [one.id.int for one in stores.sign_outs.page(PageAsked(), None).rows] == [2]
    assert stores.sign_outs.forget_before(NOW) == 0


def test_the_followed_number_only_grows(stores: Stores) -> None:
    assert stores.followed.read() == 0
    stores.followed.advance(5)
    stores.followed.advance(3)
    assert stores.followed.read() == 5
