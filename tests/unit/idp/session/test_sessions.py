from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest

from idp.session import events
from idp.session.domain import Delivery, Session, Upstream
from idp.session.errors import InteractionFinished, OtherPersonsSession, SessionUnknown
from idp.session.service import DeliveryOrder, Start
from kernel.assurance import Assurance, Authenticator, Level, Path
from kernel.errors import Conflict
from kernel.ids import EntityId, OrganisationId, PersonId
from kernel.secret import Secret
from kernel.standing import Party, PartyKind, State
from tests.unit.idp.login.house import Browser, House

PROVINCE = EntityId("http://localhost:8410")
ANCHOR = EntityId("http://localhost:8410/trust")
AT_PROVINCE = Upstream(
    provider="guangdong",
    issuer=PROVINCE,
    subject="s-1",
    sid="up-1",
    id_token=Secret("a.b.c"),
)


def start(
    house: House,
    person: PersonId,
    *,
    upstream: Upstream | None = None,
    acting_for: OrganisationId | None = None,
) -> tuple[Session, Secret]:
    path = Path.F1 if upstream else None
    return house.session.sessions.start(
        Start(
            person=person,
            assurance=Assurance(
                identity=Level.REAL_NAME, authenticator=Authenticator.A1, path=path
            ),
            amr=("pwd",),
            upstream=upstream,
            acting_for=acting_for,
            providers=(PROVINCE, ANCHOR) if upstream else (),
        )
    )


def follow(house: House) -> None:
    """Run the task that follows the numbers of standing once."""
    task = next(t for t in house.session.tasks if t.name == "session.follow_standing")
    task.run()


def test_a_cookie_is_kept_as_its_digest_only(house: House) -> None:
    _, cookie = start(house, house.a_person().id)
    raw = cookie.reveal().encode()
    house.db.close()
    folder = house.db.engine.url.database
    assert folder is not None
    with open(folder, "rb") as file:  # noqa: PTH123  the name is all there is
        assert raw not in file.read()


def test_a_session_ends_by_idling_and_by_age(house: House) -> None:
    sessions, clock = house.session.sessions, house.around.clock
    _, cookie = start(house, house.a_person().id)
    for _ in range(16):
        clock.advance(timedelta(minutes=29))
        assert sessions.current(cookie) is not None
    clock.advance(timedelta(minutes=29))
    assert sessions.current(cookie) is None
    _, idle = start(house, house.a_person("lisi").id)
    clock.advance(timedelta(minutes=30))
    assert sessions.current(idle) is None


def test_an_idle_end_is_moved_once_a_minute_at_most(house: House) -> None:
    _, cookie = start(house, house.a_person().id)
    house.around.clock.advance(timedelta(seconds=30))
    with house.db.counting() as count:
        house.session.sessions.current(cookie)
    assert len(count) == 1


def test_strengthening_keeps_the_id_and_changes_the_cookie(house: House) -> None:
    sessions, person = house.session.sessions, house.a_person().id
    before, old = start(house, person)
    stronger = Assurance(identity=Level.STRONG, authenticator=Authenticator.A3)
    after, new = sessions.strengthen(before, stronger, ("hwk",), person=person)
    assert after.id == before.id
    assert sessions.current(old) is None
    assert sessions.required(new).assurance == stronger
    assert after.amr == ("pwd", "hwk")


def test_nobody_strengthens_another_persons_session(house: House) -> None:
    session, cookie = start(house, house.a_person().id)
    other = house.a_person("lisi").id
    with pytest.raises(OtherPersonsSession):
        house.session.sessions.strengthen(session, session.assurance, (), person=other)
    assert house.session.sessions.required(cookie).id == session.id


def test_somebody_else_at_the_same_browser_ends_the_session_before(house: House) -> None:
    sessions = house.session.sessions
    first, cookie = start(house, house.a_person().id)
    second, _ = sessions.start(
        Start(
            person=house.a_person("lisi").id,
            assurance=first.assurance,
            amr=("pwd",),
        ),
        previous=cookie,
    )
    assert second.id != first.id
    assert sessions.find(first.id).end_reason == "other_person"


def test_an_interaction_is_finished_exactly_once_by_many_at_once(
    house: House, browser: Browser
) -> None:
    session, _ = start(house, house.a_person().id)
    begun = browser.begin()

    def finish(_: int) -> bool:
        try:
            house.session.interactions.finish(begun.id, session)
        except InteractionFinished:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(finish, range(8))) == 1
    assert len(house.around.trail.of(events.InteractionEnded)) == 1
    with pytest.raises(Conflict):
        house.session.interactions.deny(begun.id, "access_denied")


@pytest.mark.spec("OIDC Back-Channel Logout 1.0 §2.3")
def test_the_end_of_a_session_orders_one_delivery_to_everybody_who_took_part(
    house: House,
) -> None:
    sessions, sign_outs = house.session.sessions, house.session.sign_outs
    session, _ = start(house, house.a_person().id, upstream=AT_PROVINCE)
    for client in ("portal-51", "ministry", "portal-51"):
        sessions.add_participant(session.id, "oidc", client, "sid-1")
    sign_out = sessions.end(session.id, "person")
    assert sign_out is not None
    assert house.around.jobs.kinds() == [
        "oidc.sign_out",
        "oidc.sign_out",
        "broker.sign_out",
    ]
    assert sessions.end(session.id, "person") is None
    orders = [DeliveryOrder.read(payload) for _, payload in house.around.jobs.jobs.values()]
    sign_outs.delivered(orders[0])
    sign_outs.delivered(orders[0])
    sign_outs.failed(orders[1], "timeout")
    shown = sign_outs.show(sign_out.id)
    assert [shown.deliveries[p] for p in shown.participants] == [
        Delivery.DELIVERED,
        Delivery.FAILED,
        Delivery.PENDING,
    ]
    assert not shown.settled
    assert len(house.around.trail.of(events.SignOutDelivered)) == 1


@pytest.mark.spec("OIDC Back-Channel Logout 1.0 §2.7")
def test_an_upstream_ends_its_own_sessions_and_is_not_told_of_it(house: House) -> None:
    sessions = house.session.sessions
    session, _ = start(house, house.a_person().id, upstream=AT_PROVINCE)
    own, _ = start(house, session.person)
    assert sessions.end_upstream(PROVINCE, None, "another") == ()
    assert sessions.end_upstream(PROVINCE, None, None) == ()
    (sign_out,) = sessions.end_upstream(PROVINCE, "s-1", "up-1")
    assert sign_out.session == session.id
    assert house.around.jobs.kinds() == []
    assert sessions.find(own.id).ended_at is None


def test_a_suspended_member_is_no_way_in_at_once_and_its_sessions_end(
    house: House,
) -> None:
    sessions = house.session.sessions
    through, cookie = start(house, house.a_person().id, upstream=AT_PROVINCE)
    own, own_cookie = start(house, house.a_person("lisi").id)
    member = Party(PartyKind.MEMBER, ANCHOR)
    house.around.standing.change(member, State.SUSPENDED, reason="test")
    assert sessions.current(cookie) is None
    assert sessions.find(through.id).ended_at is None
    follow(house)
    assert sessions.find(through.id).end_reason == "member_suspended"
    assert sessions.find(own.id).ended_at is None
    house.around.standing.change(member, State.GOOD, reason="test")
    follow(house)
    assert sessions.current(cookie) is None
    assert sessions.current(own_cookie) is not None


def test_a_disabled_persons_sessions_end_and_stay_ended(house: House) -> None:
    person = house.a_person().id
    session, cookie = start(house, person)
    house.people.people.disable(person, reason="test", actor=None)
    assert house.session.sessions.current(cookie) is None
    follow(house)
    house.people.people.enable(person, reason="test", actor=None)
    follow(house)
    assert house.session.sessions.find(session.id).end_reason == "person_suspended"
    assert house.session.sessions.current(cookie) is None


def test_a_suspended_organisation_is_no_way_in_and_its_agents_sessions_end(
    house: House,
) -> None:
    firm = OrganisationId(uuid4())
    agent, cookie = start(house, house.a_person().id, acting_for=firm)
    own, own_cookie = start(house, house.a_person("lisi").id)
    party = Party(PartyKind.ORGANISATION, str(firm))
    house.around.standing.change(party, State.SUSPENDED, reason="test")
    assert house.session.sessions.current(cookie) is None
    follow(house)
    assert house.session.sessions.find(agent.id).end_reason == "organisation_suspended"
    house.around.standing.change(party, State.GOOD, reason="test")
    follow(house)
    assert house.session.sessions.current(cookie) is None
    assert house.session.sessions.current(own_cookie) is not None
    assert house.session.sessions.find(own.id).ended_at is None


def test_nobody_ends_another_persons_session(house: House) -> None:
    session, _ = start(house, house.a_person().id)
    with pytest.raises(SessionUnknown):
        house.session.sessions.end_own(house.a_person("lisi").id, session.id)
    assert house.session.sessions.find(session.id).ended_at is None
