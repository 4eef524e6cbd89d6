from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest

from idp.broker.events import SentUpstream, UpstreamAccepted
from idp.session.domain import Denied, Hints, SignedIn, Upstream
from kernel.assurance import Level
from kernel.clock import epoch_seconds
from kernel.ids import correlation
from kernel.standing import Party, PartyKind, State
from tests.unit.federation.world import ANCHOR, PLATFORM
from tests.unit.idp.broker.house import ISSUER, House, address_of, cookie_of
from tests.unit.idp.broker.upstream import CLIENT_ID, SUBJECT, Told
from tests.unit.idp.people.fakes import NOW


@pytest.mark.spec("OIDC Core §3.1.2.1")
def test_a_browser_is_sent_with_pkce_state_nonce_and_the_level_asked(house: House) -> None:
    waiting = house.begin(
        Level.REAL_NAME, prompt=frozenset({"login"}), max_age=timedelta(seconds=60)
    )
    reply = house.start(waiting)
    there = urlsplit(reply.header("Location") or "")
    asked = dict(parse_qsl(there.query))
    assert reply.status == 303
    assert f"{there.scheme}://{there.netloc}" == house.upstream.issuer
    assert {k: asked[k] for k in ("response_type", "scope", "client_id")} == {
        "response_type": "code",
        "scope": "openid profile",
        "client_id": CLIENT_ID,
    }
    assert asked["redirect_uri"] == f"{ISSUER}/broker/gd/callback"
    assert asked["code_challenge_method"] == "S256"
    assert asked["acr_values"] == Level.REAL_NAME.acr
    assert (asked["prompt"], asked["max_age"]) == ("login", "0")
    assert len(asked["state"]) == len(asked["nonce"]) == 43


@pytest.mark.spec("OIDC Core §3.1.2.1 ui_locales")
@pytest.mark.parametrize(
    ("said", "chosen", "expected"),
    [
        (Hints(), {}, (None, None)),
        (Hints(ui_locales="fr zh-CN", large_type=True), {}, ("fr zh-CN", "1")),
        (Hints(ui_locales="zh-CN"), {"language": "en", "elder": "1"}, ("en", "1")),
        (Hints(ui_locales="en", large_type=True), {"elder": "0"}, ("en", None)),
    ],
)
def test_the_provider_hears_how_the_person_reads(
    house: House, said: Hints, chosen: dict[str, str], expected: tuple[str, str]
) -> None:
    reply = house.start(house.begin(hints=said), **chosen)
    asked = dict(parse_qsl(urlsplit(reply.header("Location") or "").query))
    assert (asked.get("ui_locales"), asked.get("large_type")) == expected


@pytest.mark.spec("OIDC Core §3.1.3.7")
def test_an_honest_answer_starts_a_session_on_the_whole_path(house: House) -> None:
    waiting = house.begin()
    reply = house.sign_in(waiting)
    assert address_of(reply) == "/oauth2/authorize/resume"
    session = house.session_of(reply)
    assert session.assurance.level is Level.REAL_NAME
    assert session.providers == (house.entity, PLATFORM, ANCHOR)
    assert session.amr == ("pwd", "otp", "mfa")
    assert session.upstream is not None
    assert session.upstream.id_token is not None
    assert session.upstream == Upstream(
        provider="gd",
        issuer=house.entity,
        subject=SUBJECT,
        sid="sid-1",
        id_token=session.upstream.id_token,
    )
    finished = house.session.interactions.find(waiting.id)
    assert finished.outcome == SignedIn(session.id)
    assert house.people.people.claims(session.person).name == "李四"


def test_both_ends_of_a_sign_in_are_found_by_one_correlation(house: House) -> None:
    house.sign_in()
    (sent,) = house.around.trail.of(SentUpstream)
    (taken,) = house.around.trail.of(UpstreamAccepted)
    nonce = house.upstream.asked["nonce"]
    expected = correlation(house.upstream.issuer, nonce)
    assert (sent.correlation, taken.correlation) == (expected, expected)
    assert taken.path == (house.entity, PLATFORM, ANCHOR)


def test_a_second_sign_in_is_of_the_same_person_and_asks_no_userinfo(house: House) -> None:
    first = house.session_of(house.sign_in())
    house.upstream.served.clear()
    second = house.session_of(house.sign_in())
    assert first.person == second.person
    assert first.id != second.id
    assert house.upstream.served == ["/token"]


@pytest.mark.parametrize(
    ("acr", "highest", "delivered"),
    [
        ("urn:trusthub:loa:4", (3, 2, 2), Level.REAL_PERSON),
        ("urn:trusthub:loa:4", (2, 1, 1), Level.REAL_NAME),
        ("urn:trusthub:loa:3", (4, 3, 3), Level.REAL_PERSON),
        ("urn:trusthub:loa:2", (1, 1, 1), Level.SELF_ASSERTED),
        ("urn:trusthub:loa:9", (4, 3, 3), Level.SELF_ASSERTED),
        ("4", (4, 3, 3), Level.SELF_ASSERTED),
        (4, (4, 3, 3), Level.SELF_ASSERTED),
        (None, (4, 3, 3), Level.SELF_ASSERTED),
    ],
)
def test_no_level_above_the_ceiling_or_the_claim_is_delivered(
    house: House, acr: object, highest: tuple[int, int, int], delivered: Level
) -> None:
    house.vouch(highest=highest)
    house.upstream.told = Told(claims={"acr": acr})
    session = house.session_of(house.sign_in(house.begin(Level.SELF_ASSERTED)))
    assert session.assurance.level is delivered
    (taken,) = house.around.trail.of(UpstreamAccepted)
    assert taken.levels is not None
    assert taken.levels.capped is taken.levels.delivered is delivered


def test_a_level_not_reached_leads_to_the_step_up_page(house: House) -> None:
    house.vouch(highest=(4, 3, 3))
    waiting = house.begin(Level.REAL_PERSON, essential=True)
    reply = house.sign_in(waiting)
    assert address_of(reply) == "/login"
    assert house.session_of(reply).assurance.level is Level.REAL_NAME
    assert house.session.interactions.find(waiting.id).outcome is None


@pytest.mark.spec("OIDC Core §3.1.2.6")
@pytest.mark.parametrize(
    ("error", "denied"),
    [
        ("access_denied", "access_denied"),
        ("login_required", "login_required"),
        ("interaction_required", "login_required"),
    ],
)
def test_a_no_upstream_is_handed_on_to_who_asked(
    house: House, error: str, denied: str
) -> None:
    waiting = house.begin(prompt=frozenset({"none"}))
    answer = house.sent(waiting)
    assert house.upstream.asked["prompt"] == "none"
    reply = house.callback({"error": error, **{k: answer[k] for k in ("state", "iss")}})
    assert address_of(reply) == "/oauth2/authorize/resume"
    assert house.session.interactions.find(waiting.id).outcome == Denied(denied)
    assert cookie_of(house.settings, reply) is None
    assert house.live() == 0


def test_the_chooser_lists_who_may_assert_the_level_asked(house: House) -> None:
    (row,) = house.room.directory.providers(Level.REAL_PERSON, "zh-CN")
    assert (row.slug, row.code, row.level) == ("gd", "44", Level.REAL_PERSON)
    assert (row.href, row.region) == ("/broker/gd/start", "中南")
    assert house.room.directory.providers(Level.STRONG, "en") == ()


@pytest.mark.parametrize("at", [0, 1, 2])
def test_nobody_is_sent_nor_listed_while_one_on_the_path_is_suspended(
    house: House, at: int
) -> None:
    party = Party(PartyKind.MEMBER, (house.entity, PLATFORM, ANCHOR)[at])
    house.around.standing.change(party, State.SUSPENDED, reason="test")
    reply = house.start(house.begin())
    assert (reply.status, house.reasons()) == (403, ["not_in_good_standing"])
    assert b"ABCDEFGH2345" in reply.body
    assert house.room.directory.providers(Level.SELF_ASSERTED, "en") == ()


def test_without_a_chain_nobody_is_sent(house: House) -> None:
    house.around.clock.advance(timedelta(minutes=11))
    reply = house.start(house.begin())
    assert (reply.status, house.reasons()) == (503, ["provider_not_trusted"])


def test_a_provider_under_maintenance_is_listed_so_and_not_gone_to(house: House) -> None:
    house.room.providers.set_maintenance(house.provider.slug, "至 18:00", actor=None)
    (row,) = house.room.directory.providers(Level.SELF_ASSERTED, "en")
    assert row.maintenance == "至 18:00"
    reply = house.start(house.begin())
    assert (reply.status, house.reasons()) == (503, ["provider_in_maintenance"])


def test_an_interaction_of_another_browser_goes_nowhere(house: House) -> None:
    reply = house.start(house.begin(), browser="x" * 43)
    assert reply.status == 404
    assert house.around.trail.of(SentUpstream) == []


@pytest.mark.spec("OIDC Core §2")
@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (NOW - timedelta(hours=3), NOW - timedelta(hours=3)),
        (NOW - timedelta(seconds=61), NOW - timedelta(seconds=61)),
        (NOW - timedelta(seconds=60), NOW),
        (NOW, NOW),
        (NOW + timedelta(seconds=30), NOW + timedelta(seconds=20)),
        (None, NOW + timedelta(seconds=20)),
    ],
)
def test_an_old_sign_on_upstream_stays_old_and_none_is_ahead_of_now(
    house: House, said: datetime | None, kept: datetime
) -> None:
    answer = house.sent(house.begin())
    house.around.clock.advance(timedelta(seconds=20))
    at = {} if said is None else {"auth_time": epoch_seconds(said)}
    dropped = ("auth_time",) if said is None else ()
    house.upstream.told = Told(claims=at, dropped=dropped)
    session = house.session_of(house.callback(answer))
    assert session.authenticated_at == kept


@pytest.mark.spec("OIDC Core §3.1.2.1")
def test_a_sign_on_that_was_young_enough_is_so_for_who_asked(house: House) -> None:
    """A minute of clock difference was allowed; it must not ask the person again."""
    answer = house.sent(house.begin(max_age=timedelta(minutes=5)))
    old = NOW - timedelta(minutes=5, seconds=30)
    house.upstream.told = Told(claims={"auth_time": epoch_seconds(old)})
    session = house.session_of(house.callback(answer))
    assert session.authenticated_at == NOW - timedelta(minutes=5)


@pytest.mark.parametrize("said", ["yesterday", -1, True])
def test_a_time_that_is_none_signs_nobody_in(house: House, said: object) -> None:
    answer = house.sent(house.begin())
    house.upstream.told = Told(claims={"auth_time": said})
    house.callback(answer)
    assert house.reasons() == ["id_token_malformed"]
    assert house.live() == 0
