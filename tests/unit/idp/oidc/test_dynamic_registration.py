"""Clients enter themselves at /oauth2/register (RFC 7591, OIDC Registration)."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlencode
from uuid import UUID

import pytest

from config.issuing import RegistrationDoor
from config.schema import Oidc
from idp.clients.domain import AuthMethod, Client, ClientState, GrantType, Profile
from idp.oidc.events import ClientEnteredItself, OwnRecordRefused
from idp.oidc.flows.subjects import Subjects
from idp.oidc.store import SqlTickets
from kernel.clock import epoch_seconds
from kernel.entropy import SeededEntropy
from kernel.ids import ClientId, PersonId, Pseudonym
from kernel.infra.outbound import OutboundRules
from kernel.proof.seal import Purpose, Sealer
from kernel.secret import Secret
from kernel.web import Caller, PageAsked, Reply, Role
from tests.unit.idp.oidc.house import CHALLENGE, FORM_HEADER, ISSUER, House
from tests.unit.idp.oidc.joined import BEARER
from tests.unit.idp.oidc.pages import Pages, serving
from tests.unit.kernel.proof.signers import signer

CALLBACK = "https://rp.example/cb"
JSON_HEADER = {"content-type": "application/json"}
ALL = PageAsked(limit=50)
REFRESHING = ["authorization_code", "refresh_token"]
OPERATOR = Caller(
    client=ClientId("console"),
    person=PersonId(UUID(int=1)),
    pseudonym=Pseudonym("operator-1"),
    roles=frozenset({Role.OPERATOR}),
    scopes=frozenset({"clients:write"}),
)


class OpenHouse(House):
    """Whoever comes may register, and pages on this machine may be read."""

    said: ClassVar[Oidc] = Oidc(registration=RegistrationDoor.OPEN)
    reach: ClassVar[OutboundRules] = OutboundRules(allow_loopback=True)


class TicketHouse(OpenHouse):
    said: ClassVar[Oidc] = Oidc()


class ClosedHouse(OpenHouse):
    said: ClassVar[Oidc] = Oidc(registration=RegistrationDoor.CLOSED)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[OpenHouse]:
    built = OpenHouse(f"sqlite:///{tmp_path}/hub.db")
    yield built
    built.db.close()


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[TicketHouse]:
    built = TicketHouse(f"sqlite:///{tmp_path}/hub.db")
    yield built
    built.db.close()


@pytest.fixture
def pages() -> Iterator[Pages]:
    with serving() as served:
        yield served


def register(house: House, token: str | None = None, **said: object) -> Reply:
    bearer = {} if token is None else {"authorization": f"Bearer {token}"}
    body = json.dumps({"redirect_uris": [CALLBACK], **said}).encode()
    headers = {**JSON_HEADER, **bearer}
    return house.call("POST", "/oauth2/register", headers=headers, body=body)


def entered(reply: Reply) -> dict[str, Any]:
    assert reply.status == 201, reply.body
    said: dict[str, Any] = json.loads(reply.body)
    return said


def record(house: House, said: dict[str, Any]) -> Client:
    return house.clients.clients.find(ClientId(said["client_id"]))


def subject_at(house: House, client: Client) -> str:
    pairwise = Sealer(house.around.keys, SeededEntropy(1), Purpose.PAIRWISE)
    return Subjects(pairwise).of(PersonId(UUID(int=7)), client)


def refused(house: House, reply: Reply, code: str = "invalid_client_metadata") -> str:
    """Assert that the reply is that refusal, told of in the record, and nothing is kept."""
    said = json.loads(reply.body)
    assert (reply.status, said["error"]) == (400, code), said
    (told,) = house.around.trail.of(OwnRecordRefused)
    assert told.reason
    assert house.clients.clients.page(ALL).rows == ()
    assert house.around.trail.of(ClientEnteredItself) == []
    return str(said["error_description"])


SAID_IN: dict[str, tuple[dict[str, str], str, str]] = {
    "script and region": (
        {"client_name#zh-Hans-CN": "大厅", "client_name#en-US": "Hall"},
        "大厅",
        "Hall",
    ),
    "any case": ({"client_name#ZH-cn": "大厅", "client_name#EN": "Hall"}, "大厅", "Hall"),
    "beside a plain name": (
        {"client_name": "Hall", "client_name#zh-Hans": "大厅"},
        "大厅",
        "Hall",
    ),
    "several regions": (
        {
            "client_name#zh-TW": "大廳",
            "client_name#zh": "大厅",
            "client_name#en-GB": "Hall",
        },
        "大厅",
        "Hall",
    ),
    "another language": (
        {"client_name": "Hall", "client_name#fr": "Salle"},
        "Hall",
        "Hall",
    ),
    "no tag at all": ({"client_name": "Hall", "client_name_zh": "大厅"}, "Hall", "Hall"),
}


@pytest.mark.spec("RFC 7591 §2.2; RFC 5646 §2.1.1")
@pytest.mark.parametrize(("names", "zh", "en"), SAID_IN.values(), ids=SAID_IN)
def test_a_name_is_read_in_both_languages_however_they_are_tagged(
    hub: OpenHouse, names: dict[str, str], zh: str, en: str
) -> None:
    client = record(hub, entered(register(hub, **names)))
    assert (client.name_zh, client.name_en) == (zh, en)


@pytest.mark.spec("RFC 7591 §2.2")
def test_pages_are_read_in_both_languages_too(hub: OpenHouse) -> None:
    zh, en = "https://rp.example/zh", "https://rp.example/en"
    said = {f"{page}#{tag}": at for page in ("policy_uri", "tos_uri")
            for tag, at in (("zh-Hans", zh), ("en-GB", en))}  # fmt: skip
    pages = record(hub, entered(register(hub, **said))).pages
    assert (pages.policy_uri, pages.policy_uri_en) == (zh, en)
    assert (pages.tos_uri, pages.tos_uri_en) == (zh, en)


ITS_POLICY = {"policy_uri": f"{CALLBACK.partition('/callback')[0]}/privacy"}


@pytest.mark.spec("个人信息保护法 §17")
@pytest.mark.parametrize(
    ("said", "retention"),
    [
        ({}, "It does not say, and named no privacy policy that can be shown"),
        (
            {"policy_uri": "https://elsewhere.example/privacy"},
            "It does not say, and named no privacy policy that can be shown",
        ),
        (ITS_POLICY, "As its privacy policy says"),
        (
            {"policy_uri#en": ITS_POLICY["policy_uri"]},
            "As its privacy policy says",
        ),
    ],
    ids=["none", "one-nobody-is-shown", "its-own", "its-own-in-english"],
)
def test_nobody_is_pointed_to_a_policy_that_is_not_there(
    hub: OpenHouse, said: dict[str, str], retention: str
) -> None:
    client = record(hub, entered(register(hub, **said)))
    assert client.retention.en == retention
    shown = hub.clients.pages.of(client)
    assert (shown.policy is not None) == (retention == "As its privacy policy says")


@pytest.mark.spec("RFC 7591 §3.2.1")
def test_a_client_enters_itself_and_is_told_all_that_is_registered(hub: OpenHouse) -> None:
    said = entered(register(hub, client_name="应用", unknown_member={"x": 1}))
    client = record(hub, said)
    assert said["client_id"] == client.id
    assert Secret(said["client_secret"]).digest() == client.secret
    assert said["client_secret_expires_at"] == 0
    assert said["client_id_issued_at"] == epoch_seconds(client.created_at)
    where = f"{ISSUER}/oauth2/register/{client.id}"
    assert said["registration_client_uri"] == where
    assert said["registration_access_token"]
    assert said["grant_types"] == ["authorization_code"]
    assert said["response_types"] == ["code"]
    assert said["token_endpoint_auth_method"] == "client_secret_basic"
    assert said["subject_type"] == "pairwise"
    assert "unknown_member" not in said
    assert client.state is ClientState.SANDBOX
    (event,) = hub.around.trail.of(ClientEnteredItself)
    assert (event.relying_party, event.origin) == (client.id, "open")


@pytest.mark.spec("RFC 7591 §3.2.1")
def test_the_answer_is_not_kept_by_anybody(hub: OpenHouse) -> None:
    assert register(hub).header("Cache-Control") == "no-store"


@pytest.mark.spec("RFC 7591 §2")
def test_what_does_not_apply_is_ignored(hub: OpenHouse) -> None:
    """Idpyoidc sends an assertion's algorithm with client_secret_basic."""
    said = entered(
        register(
            hub,
            token_endpoint_auth_method="client_secret_basic",
            token_endpoint_auth_signing_alg="RS256",
            grant_types=["authorization_code", "implicit", "password"],
            response_types=["code", "id_token"],
            scope="openid profile members:write martian",
            subject_type="public",
            default_acr_values=["urn:trusthub:loa:2", "urn:mace:silver"],
        )
    )
    assert "token_endpoint_auth_signing_alg" not in said
    assert said["grant_types"] == ["authorization_code"]
    assert said["scope"] == "openid profile"
    assert said["subject_type"] == "pairwise"
    assert said["default_acr_values"] == ["urn:trusthub:loa:2"]


@pytest.mark.spec("RFC 7591 §2; OIDC Core §11")
@pytest.mark.parametrize(
    ("grants", "named", "scope"),
    [
        (["authorization_code"], {}, "openid profile"),
        (REFRESHING, {}, "offline_access openid profile"),
        (REFRESHING, {"scope": "martian"}, "offline_access openid profile"),
        (REFRESHING, {"scope": "openid"}, "openid"),
    ],
)
def test_who_names_no_scope_may_ask_for_what_its_grants_need(
    hub: House, grants: list[str], named: dict[str, str], scope: str
) -> None:
    assert entered(register(hub, grant_types=grants, **named))["scope"] == scope


@pytest.mark.spec("RFC 7591 §2")
@pytest.mark.parametrize("grants", [["client_credentials"], [GrantType.DEVICE_CODE.value]])
def test_a_redirect_uri_that_no_grant_needs_is_ignored(
    hub: OpenHouse, grants: list[str]
) -> None:
    """OIDC Registration §2 requires one, so its libraries send one with whatever grants."""
    said = entered(register(hub, grant_types=grants, response_types=[]))
    assert said["grant_types"] == grants
    assert not said.get("redirect_uris")


@pytest.mark.spec("RFC 7591 §2")
def test_ways_to_reach_people_that_are_no_mail_address_are_ignored(hub: OpenHouse) -> None:
    others = ["tel:+86-10-1234", "https://rp.example/help", "Help <help@rp.example>"]
    mails = [f"help{at}@rp.example" for at in range(11)]
    said = entered(register(hub, contacts=[*others, *mails]))
    assert said["contacts"] == mails[:10]


@pytest.mark.spec("RFC 7591 §3")
@pytest.mark.parametrize("token", [None, "x" * 43])
def test_nothing_is_fetched_for_who_may_not_register(
    guarded: TicketHouse, pages: Pages, token: str | None
) -> None:
    """CVE-2025-67494: who is not let in sends us nowhere."""
    for member in ("jwks_uri", "sector_identifier_uri"):
        reply = register(guarded, token, **{member: f"{pages.base}/anything"})
        assert reply.status == 401
    assert pages.asked == []
    assert guarded.clients.clients.page(ALL).rows == ()


@pytest.mark.spec("RFC 7591 §2.2")
def test_names_in_languages_are_told_in_them(hub: OpenHouse) -> None:
    said = entered(register(hub, **{"client_name": "App", "client_name#zh-CN": "应用"}))
    client = record(hub, said)
    assert (client.name_zh, client.name_en) == ("应用", "App")
    assert said["client_name#zh-CN"] == "应用"


@pytest.mark.spec("RFC 8252 §8.5")
def test_a_native_application_gets_no_secret(hub: OpenHouse) -> None:
    uris = ["com.example.app:/cb", "http://127.0.0.1/cb"]
    said = entered(
        register(
            hub,
            redirect_uris=uris[:1],
            application_type="native",
            grant_types=["authorization_code", "refresh_token"],
        )
    )
    client = record(hub, said)
    assert "client_secret" not in said
    assert "client_secret_expires_at" not in said
    assert said["application_type"] == "native"
    assert client.oidc.profile is Profile.NATIVE
    assert client.oidc.auth_method is AuthMethod.NONE
    assert GrantType.REFRESH_TOKEN in client.oidc.grant_types


@pytest.mark.spec("RFC 9700 §2.1.1")
def test_a_confidential_client_may_send_a_nonce_in_place_of_a_challenge(
    hub: OpenHouse,
) -> None:
    said = entered(register(hub, redirect_uris=["https://rp.example/back"]))
    assert record(hub, said).oidc.relies_on_nonce
    others = (
        {"token_endpoint_auth_method": "none"},
        {"application_type": "native", "redirect_uris": ["com.example.app:/back"]},
    )
    for other in others:
        told = {"redirect_uris": ["https://rp.example/back"], **other}
        assert not record(hub, entered(register(hub, None, **told))).oidc.relies_on_nonce


@pytest.mark.spec("RFC 8705 §2.1.2")
@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("tls_client_auth_san_ip", "192.0.2.999"),
        ("tls_client_auth_san_ip", "rp.example"),
        ("tls_client_auth_subject_dn", "no name at all"),
    ],
)
def test_a_certificate_is_known_by_a_name_of_its_kind(
    hub: OpenHouse, kind: str, value: str
) -> None:
    """No certificate bears another, and each comparison with it would be a fault here."""
    reply = register(hub, token_endpoint_auth_method="tls_client_auth", **{kind: value})
    refused(hub, reply)


@pytest.mark.spec("OIDC Core §8.1")
@pytest.mark.parametrize("uri", ["rp.example:/cb", "http://127.0.0.1/cb"])
def test_an_address_that_anybody_can_take_shares_no_subjects(
    hub: OpenHouse, uri: str
) -> None:
    """An app's scheme and a loopback address prove nothing of who is answered there."""
    web = record(hub, entered(register(hub)))
    apps = [
        record(hub, entered(register(hub, redirect_uris=[uri], application_type="native")))
        for _ in range(2)
    ]
    told = {subject_at(hub, client) for client in (web, *apps)}
    assert len(told) == 3


@pytest.mark.spec("RFC 8252 §7.3")
@pytest.mark.parametrize("other", ["http://[::1]/cb", "rp.example:/cb"])
def test_a_native_application_has_as_many_addresses_as_it_needs(
    hub: OpenHouse, other: str
) -> None:
    both = ["http://127.0.0.1/cb", other]
    said = entered(register(hub, redirect_uris=both, application_type="native"))
    assert said["redirect_uris"] == both
    assert record(hub, said).oidc.sector == ""


@pytest.mark.spec("OIDC Core §8.1")
def test_who_fetches_tokens_by_a_device_shares_no_subjects(hub: OpenHouse) -> None:
    web = record(hub, entered(register(hub)))
    grants = ["authorization_code", GrantType.DEVICE_CODE.value]
    device = record(hub, entered(register(hub, grant_types=grants)))
    assert subject_at(hub, device) != subject_at(hub, web)


@pytest.mark.spec("OIDC Registration §5")
@pytest.mark.parametrize("redirects", [[], [CALLBACK]])
def test_no_sector_is_joined_where_no_answer_goes(
    hub: OpenHouse, pages: Pages, redirects: list[str]
) -> None:
    pages.at["/sector.json"] = [CALLBACK]
    code = ["authorization_code"] if redirects else []
    reply = register(
        hub,
        redirect_uris=redirects,
        grant_types=[*code, GrantType.DEVICE_CODE.value],
        sector_identifier_uri=f"{pages.base}/sector.json",
    )
    assert "sector_identifier_uri" in refused(hub, reply)
    assert pages.asked == []


@pytest.mark.spec("RFC 7591 §5")
@pytest.mark.parametrize(
    "uri",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "DATA:text/html,x",
        "http://localhost.evil.test/cb",
        "http://localhost@evil.test/cb",
        "http://rp.example/cb",
        "https://rp.example/cb#code=x",
        "https://rp.example/cb?code=x&state=y",
        "https://ok@@evil.test/cb",
        "https://rp.example\\@evil.test/cb",
        "https://*.rp.example/cb",
        "https://rp%2eexample/cb",
        "https://rp.example;script-src/cb",
        "https://rp.example,evil.test/cb",
        "https://rp.example:/cb",
        "//rp.example/cb",
        "*",
        "",
    ],
)
def test_a_dangerous_redirect_uri_is_refused(hub: OpenHouse, uri: str) -> None:
    """CVE-2026-18211, CVE-2026-9086, CVE-2026-7504, CVE-2026-18209, CVE-2024-8883."""
    reply = register(hub, redirect_uris=[CALLBACK, uri])
    refused(hub, reply, "invalid_redirect_uri")


@pytest.mark.spec("RFC 7591 §2")
@pytest.mark.parametrize(
    "bent",
    [
        {"redirect_uris": []},
        {"redirect_uris": CALLBACK},
        {"redirect_uris": [1]},
        {"grant_types": ["implicit"]},
        {"grant_types": ["urn:ietf:params:oauth:grant-type:token-exchange"]},
        {"response_types": ["id_token"]},
        {"token_endpoint_auth_method": "magic"},
        {"token_endpoint_auth_method": "private_key_jwt"},
        {"token_endpoint_auth_method": "tls_client_auth"},
        {
            "token_endpoint_auth_method": "tls_client_auth",
            "tls_client_auth_san_dns": "rp.example",
            "tls_client_auth_san_ip": "192.0.2.1",
        },
        {"application_type": "toaster"},
        {"jwks": {"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}},
        {"jwks": {"keys": "none"}},
        {"jwks": {"keys": []}, "jwks_uri": "https://rp.example/jwks"},
        {"logo_uri": "javascript:alert(1)"},
        {"policy_uri": "data:text/html,x"},
        {"tos_uri": "http://rp.example/tos"},
        {"initiate_login_uri": "http://rp.example/login"},
        {"request_uris": ["http://169.254.169.254/"]},
        {"frontchannel_logout_uri": "https://evil.test/bye"},
        {"backchannel_logout_uri": "https://rp.example/bye#x"},
        {"id_token_signed_response_alg": "none"},
        {"id_token_signed_response_alg": "HS256"},
        {"userinfo_signed_response_alg": "none"},
        {"request_object_signing_alg": "none"},
        {"id_token_encrypted_response_enc": "A128GCM"},
        {"id_token_encrypted_response_alg": "RSA1_5"},
        {"default_max_age": -1},
        {"default_max_age": "300"},
        {"default_max_age": 10 * 366 * 86_400},
        {"default_max_age": 10**15},
        {"default_max_age": 10**400},
        {"require_auth_time": "true"},
        {"client_name": "\x1b[2J"},
        {"client_name": 7},
        {"scope": ["openid"]},
    ],
    ids=" and ".join,
)
def test_unacceptable_metadata_is_refused_by_the_name_of_its_member(
    hub: OpenHouse, bent: dict[str, Any]
) -> None:
    told = refused(hub, register(hub, **bent))
    assert ":" in told


@pytest.mark.spec("RFC 7591 §2")
def test_a_private_key_is_refused_and_not_told_back(hub: OpenHouse) -> None:
    jwk = signer(kid="k").keys.to_jwks()["keys"][0] | {"d": "AAAA"}  # type: ignore[index]  # JSON of a key
    reply = register(hub, jwks={"keys": [jwk]})
    refused(hub, reply)
    assert b"AAAA" not in reply.body


@pytest.mark.spec("RFC 7591 §3.2.2")
@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"a":1,"a":2}', b"\xff"])
def test_what_is_no_json_object_is_refused(hub: OpenHouse, body: bytes) -> None:
    reply = hub.call("POST", "/oauth2/register", headers=JSON_HEADER, body=body)
    assert "the body: one JSON object" in refused(hub, reply)


@pytest.mark.spec("RFC 7591 §3")
def test_without_a_ticket_nobody_enters_where_one_is_needed(guarded: TicketHouse) -> None:
    reply = register(guarded)
    assert reply.status == 401
    assert reply.header("WWW-Authenticate") == "Bearer"
    wrong = register(guarded, token="guess")
    assert wrong.status == 401
    assert json.loads(wrong.body)["error"] == "invalid_token"
    assert guarded.clients.clients.page(ALL).rows == ()


def a_ticket(house: House, uses: int = 1, lifetime: timedelta = timedelta(days=1)) -> str:
    said = {"uses": uses, "lifetime_s": int(lifetime.total_seconds())}
    reply = operate(house, "/api/v1/registration-tokens", said)
    assert reply.status == 201, reply.body
    return str(json.loads(reply.body)["registration_token"])


def operate(house: House, path: str, said: dict[str, Any]) -> Reply:
    body = json.dumps(said).encode()
    return house.call("POST", path, headers=JSON_HEADER, body=body, caller=OPERATOR)


@pytest.mark.spec("RFC 7591 §3")
def test_a_ticket_lets_as_many_in_as_it_says(guarded: TicketHouse) -> None:
    ticket = a_ticket(guarded, uses=2)
    assert register(guarded, ticket).status == 201
    assert register(guarded, ticket).status == 201
    assert register(guarded, ticket).status == 401


@pytest.mark.spec("RFC 7591 §3")
def test_a_refused_registration_costs_no_ticket(guarded: TicketHouse) -> None:
    ticket = a_ticket(guarded)
    assert register(guarded, ticket, redirect_uris=["javascript:x"]).status == 400
    assert register(guarded, ticket, redirect_uris=[]).status == 400
    assert register(guarded, ticket).status == 201


@pytest.mark.spec("RFC 7591 §3")
def test_a_ticket_ends_at_its_time_and_when_it_is_taken_back(guarded: TicketHouse) -> None:
    ticket, other = a_ticket(guarded), a_ticket(guarded)
    named = {"registration_token": other}
    assert operate(guarded, "/api/v1/registration-tokens/revoke", named).status == 204
    assert register(guarded, other).status == 401
    guarded.around.clock.advance(timedelta(days=1))
    assert register(guarded, ticket).status == 401
    assert SqlTickets(guarded.db).forget_before(guarded.around.clock()) == 0


def test_where_registration_is_closed_no_ticket_opens_it(tmp_path: Path) -> None:
    closed = ClosedHouse(f"sqlite:///{tmp_path}/hub.db")
    reply = register(closed, a_ticket(closed))
    assert reply.status == 403
    assert closed.clients.clients.page(ALL).rows == ()
    closed.db.close()


@pytest.mark.spec("OIDC Registration §5")
def test_a_sector_is_read_where_it_is_listed(hub: OpenHouse, pages: Pages) -> None:
    uris = [CALLBACK, "https://other.example/cb"]
    pages.at["/sector"] = [*uris, "https://third.example/cb"]
    address = f"{pages.base}/sector"
    said = entered(register(hub, redirect_uris=uris, sector_identifier_uri=address))
    assert said["sector_identifier_uri"] == address
    assert record(hub, said).oidc.sector == "127.0.0.1"


@pytest.mark.spec("OIDC Registration §5")
@pytest.mark.parametrize(
    "listed", [[CALLBACK + "x"], [], {"a": CALLBACK}, "http://169.254.169.254/", None]
)
def test_a_sector_that_does_not_list_the_client_is_none(
    hub: OpenHouse, pages: Pages, listed: object
) -> None:
    """CVE-2026-4366: where a redirect leads, nobody looks."""
    pages.at["/sector"] = listed
    refused(hub, register(hub, sector_identifier_uri=f"{pages.base}/sector"))
    assert pages.asked == ["/sector"]


@pytest.mark.spec("RFC 7591 §3.2.2")
def test_the_address_that_gave_no_answer_is_named(hub: OpenHouse, pages: Pages) -> None:
    said = refused(hub, register(hub, sector_identifier_uri=f"{pages.base}/gone"))
    assert "sector_identifier_uri" in said
    assert pages.asked == ["/gone"]


@pytest.mark.spec("RFC 7591 §3.2.2")
def test_all_that_is_taken_is_told(hub: OpenHouse) -> None:
    said = refused(hub, register(hub, token_endpoint_auth_method="basic"))
    assert all(method.value in said for method in AuthMethod)


@pytest.mark.spec("OIDC Registration §5")
@pytest.mark.parametrize("path", ["/sector", "/else"])
def test_nobody_is_asked_where_a_redirect_leads(
    hub: OpenHouse, pages: Pages, path: str
) -> None:
    """The other host would list the client: it is the redirect that is not followed."""
    with serving() as elsewhere:
        elsewhere.at[path] = [CALLBACK]
        pages.at["/sector"] = f"{elsewhere.base}{path}"
        refused(hub, register(hub, sector_identifier_uri=f"{pages.base}/sector"))
        assert (pages.asked, elsewhere.asked) == (["/sector"], [])


@pytest.mark.spec("OIDC Core §8.1")
def test_several_hosts_need_a_sector(hub: OpenHouse) -> None:
    refused(hub, register(hub, redirect_uris=[CALLBACK, "https://other.example/cb"]))


@pytest.mark.parametrize(
    "address", ["https://10.0.0.1/jwks", "https://[::ffff:169.254.169.254]/", "ftp://x/y"]
)
def test_addresses_inside_are_not_asked(hub: OpenHouse, address: str) -> None:
    refused(hub, register(hub, jwks_uri=address))


@pytest.mark.spec("RFC 7591 §2")
def test_keys_are_read_where_the_client_serves_them(hub: OpenHouse, pages: Pages) -> None:
    key = signer(kid="first")
    pages.at["/jwks"] = key.keys.to_jwks()
    said = entered(
        register(
            hub,
            token_endpoint_auth_method="private_key_jwt",
            jwks_uri=f"{pages.base}/jwks",
        )
    )
    assert "client_secret" not in said
    assert "jwks" not in said
    assert said["jwks_uri"] == f"{pages.base}/jwks"
    keys = record(hub, said).oidc.keys
    assert keys is not None
    assert set(keys.by_kid) == {"first"}


def test_an_address_of_keys_may_answer_later(hub: OpenHouse, pages: Pages) -> None:
    said = entered(register(hub, jwks_uri=f"{pages.base}/jwks"))
    assert record(hub, said).oidc.keys is None


@pytest.mark.spec("RFC 7591 §2")
def test_software_is_told_back_as_it_was_said(hub: OpenHouse) -> None:
    said = entered(register(hub, software_id="4NRB1", software_version="2.2"))
    assert (said["software_id"], said["software_version"]) == ("4NRB1", "2.2")


def push(hub: OpenHouse, client: str, kid: str, number: int) -> Reply:
    """Push a request under an assertion by the key of that name."""
    at, key = epoch_seconds(hub.around.clock()), signer(kid=kid)
    claims: dict[str, object] = {
        "iss": client,
        "sub": client,
        "aud": ISSUER,
        "jti": f"{kid}-{number}",
        "iat": at,
        "exp": at + 60,
    }
    form = {
        "response_type": "code",
        "client_id": client,
        "redirect_uri": CALLBACK,
        "scope": "openid",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        "client_assertion_type": BEARER,
        "client_assertion": key.token(key.header("JWT"), claims),
    }
    return hub.call(
        "POST", "/oauth2/par", headers=dict(FORM_HEADER), body=urlencode(form).encode()
    )


@pytest.mark.spec("OIDC Core §10.1.1")
def test_a_client_turns_its_keys_without_one_failed_request(
    hub: OpenHouse, pages: Pages
) -> None:
    """oidcc-rp-key-rotation: the new key is believed at its first use, the old no more."""
    pages.at["/jwks"] = signer(kid="first").keys.to_jwks()
    method = {"token_endpoint_auth_method": "private_key_jwt"}
    said = entered(register(hub, jwks_uri=f"{pages.base}/jwks", **method))
    client = said["client_id"]
    assert push(hub, client, "first", 1).status == 201
    hub.around.clock.advance(timedelta(minutes=2))
    pages.at["/jwks"] = signer(kid="second").keys.to_jwks()
    assert push(hub, client, "first", 2).status == 201  # before it is used
    assert push(hub, client, "second", 1).status == 201
    assert push(hub, client, "first", 3).status == 401
    assert push(hub, client, "second", 2).status == 201
    keys = record(hub, said).oidc.keys
    assert keys is not None
    assert set(keys.by_kid) == {"second"}


@pytest.mark.spec("RFC 7591 §2")
def test_keys_that_never_could_be_read_prove_nothing(hub: OpenHouse, pages: Pages) -> None:
    method = {"token_endpoint_auth_method": "private_key_jwt"}
    said = entered(register(hub, jwks_uri=f"{pages.base}/jwks", **method))
    assert push(hub, said["client_id"], "first", 1).status == 401
    pages.at["/jwks"] = signer(kid="first").keys.to_jwks()
    hub.around.clock.advance(timedelta(minutes=2))
    assert push(hub, said["client_id"], "first", 2).status == 201


@pytest.mark.spec("OIDC Registration §2")
@pytest.mark.parametrize(
    ("said", "registered"),
    [
        ({}, "RS256"),
        ({"id_token_signed_response_alg": "ES256"}, "ES256"),
        ({"id_token_signed_response_alg": "PS256"}, "PS256"),
        ({"application_type": "native", "redirect_uris": ["com.example.app:/cb"]}, "RS256"),
    ],
)
def test_who_names_no_algorithm_means_rs256(
    hub: OpenHouse, said: dict[str, Any], registered: str
) -> None:
    told = entered(register(hub, **said))
    assert told["id_token_signed_response_alg"] == registered
    assert record(hub, told).oidc.id_token_alg == registered


@pytest.mark.spec("FAPI 2.0 §5.4.1")
def test_a_profile_that_forbids_rs256_is_not_given_it(hub: OpenHouse) -> None:
    told = entered(
        register(
            hub,
            profile="fapi2-security",
            token_endpoint_auth_method="private_key_jwt",
            jwks=signer(kid="k").keys.to_jwks(),
            dpop_bound_access_tokens=True,
            require_pushed_authorization_requests=True,
        )
    )
    assert told["profile"] == "fapi2-security"
    assert told["id_token_signed_response_alg"] == "ES256"
