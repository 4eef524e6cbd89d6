import base64
import json
from datetime import timedelta
from urllib.parse import quote_plus, urlencode

import pytest

from idp.clients.domain import AuthMethod, ClientAction, GrantType
from idp.clients.messages import ClientBody, OidcBody
from idp.oidc.events import ClientTokenIssued
from kernel.ids import ClientId
from kernel.standing import NotInGoodStanding
from kernel.web import (
    Access,
    AccessDenied,
    AccessTokenMissing,
    AccessTokenRefused,
    Reply,
    Role,
)
from tests.unit.idp.oidc.house import (
    FORM_HEADER,
    MACHINE,
    PORTAL,
    Browser,
    House,
    a_machine,
    claims_of,
    exchange,
)
from tests.unit.idp.oidc.sending import bearing
from trustroot.keys.domain import Purpose

FORM = {"grant_type": "client_credentials"}


def ask(house: House, form: dict[str, str], **headers: str) -> Reply:
    return house.call(
        "POST",
        "/oauth2/token",
        headers={**FORM_HEADER, **headers},
        body=urlencode(form).encode(),
    )


def basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


REFUSED = {
    "nothing": ({}, {}, 401, "invalid_client"),
    "unknown": ({}, {"authorization": basic("nobody:x")}, 401, "invalid_client"),
    "wrong secret": ({}, {"authorization": basic(f"{MACHINE}:x")}, 401, "invalid_client"),
    "no colon": ({}, {"authorization": basic(MACHINE)}, 401, "invalid_client"),
    "not base64": ({}, {"authorization": "Basic ***"}, 401, "invalid_client"),
    "not even ASCII": ({}, {"authorization": "Basic é"}, 401, "invalid_client"),
    "another scheme": ({}, {"authorization": "Digest x"}, 401, "invalid_client"),
    "no secret": ({"client_id": MACHINE}, {}, 401, "invalid_client"),
    "secret in the body": (
        {"client_id": MACHINE, "client_secret": "x"},
        {},
        401,
        "invalid_client",
    ),
    "two ways": (
        {"client_secret": "x"},
        {"authorization": basic(f"{MACHINE}:x")},
        400,
        "invalid_request",
    ),
    "two clients": (
        {"client_id": PORTAL},
        {"authorization": basic(f"{MACHINE}:x")},
        400,
        "invalid_request",
    ),
}


@pytest.mark.spec("RFC 6749 §5.2; RFC 9110 §15.5.2")
@pytest.mark.parametrize(
    ("form", "headers", "status", "error"), REFUSED.values(), ids=REFUSED.keys()
)
def test_who_does_not_prove_who_they_are_gets_nothing(
    house: House, form: dict[str, str], headers: dict[str, str], status: int, error: str
) -> None:
    house.register(a_machine())
    reply = ask(house, {**FORM, **form}, **headers)
    said = json.loads(reply.body)
    assert (reply.status, said["error"]) == (status, error)
    assert said["reference"] == "ABCDEFGH2345"
    # RFC 9110 §15.5.2: a 401 has a challenge, whatever was or was not sent.
    challenged = (reply.header("WWW-Authenticate") or "").startswith("Basic")
    assert challenged == (status == 401)
    assert house.around.trail.of(ClientTokenIssued) == []


@pytest.mark.spec("RFC 6749 §2.3.1")
def test_basic_credentials_are_form_encoded_inside(house: House) -> None:
    house.register(a_machine())
    secret = house.secrets[MACHINE]
    assert secret is not None
    pair = f"{quote_plus(MACHINE)}:{quote_plus(secret.reveal())}"
    assert ask(house, FORM, authorization=basic(pair)).status == 200
    assert ask(house, FORM, authorization=basic(pair.replace("-", "%2D"))).status == 200


@pytest.mark.spec("RFC 6749 §2.3")
def test_the_registered_method_is_the_only_one(house: House) -> None:
    house.register(
        ClientBody(
            client_id="machine-2",
            name_zh="机器",
            name_en="Machine",
            oidc=OidcBody(
                token_endpoint_auth_method=AuthMethod.POST,
                grant_types=(GrantType.CLIENT_CREDENTIALS,),
                scopes=("members:read",),
            ),
        )
    )
    machine = ClientId("machine-2")
    secret = house.secrets[machine]
    assert secret is not None
    posted = {**FORM, "client_id": machine, "client_secret": secret.reveal()}
    assert ask(house, posted).status == 200
    assert ask(house, FORM, authorization=house.basic(machine)).status == 401


@pytest.mark.spec("RFC 7636 §4.6")
def test_a_public_client_proves_itself_by_its_verifier(house: House) -> None:
    oidc = OidcBody(
        token_endpoint_auth_method=AuthMethod.NONE,
        redirect_uris=("http://127.0.0.1/cb",),
        scopes=("openid", "profile"),
    )
    house.register(
        ClientBody(client_id="app-native", name_zh="应用", name_en="App", oidc=oidc)
    )
    browser = Browser(house)
    browser.sign_in(house.a_person())
    sent = {"client_id": "app-native", "redirect_uri": "http://127.0.0.1:51000/cb"}
    reply = browser.authorize(**sent)
    location = reply.header("Location") or ""
    assert location.startswith("http://127.0.0.1:51000/cb?code=")
    form = {
        "grant_type": "authorization_code",
        "code": location.split("code=")[1].split("&")[0],
        "redirect_uri": "http://127.0.0.1:51000/cb",
        "client_id": "app-native",
    }
    wrong = ask(house, {**form, "code_verifier": "w" * 43})
    assert json.loads(wrong.body)["error"] == "invalid_grant"
    assert ask(house, {**form, "code_verifier": "v" * 43}).status == 200


@pytest.mark.spec("RFC 6749 §3.2")
def test_a_repeated_parameter_is_refused(house: House) -> None:
    house.register(a_machine())
    body = b"grant_type=client_credentials&grant_type=client_credentials"
    reply = house.call(
        "POST",
        "/oauth2/token",
        headers={**FORM_HEADER, "authorization": house.basic(MACHINE)},
        body=body,
    )
    assert json.loads(reply.body)["error"] == "invalid_request"
    assert house.around.trail.of(ClientTokenIssued) == []


@pytest.mark.spec("RFC 6749 §3.3")
def test_a_machine_never_gets_a_scope_about_people_or_beyond_its_record(
    house: House,
) -> None:
    house.register(a_machine())
    for scope in ("openid", "members:write", "members:read openid"):
        reply = house.token(MACHINE, grant_type="client_credentials", scope=scope)
        assert json.loads(reply.body)["error"] == "invalid_scope"
    assert house.around.trail.of(ClientTokenIssued) == []


def bearer(house: House) -> str:
    reply = house.token(MACHINE, grant_type="client_credentials")
    return f"Bearer {json.loads(reply.body)['access_token']}"


READ = Access(scope="members:read")


def test_the_api_knows_client_person_scopes_and_roles_behind_a_token(house: House) -> None:
    person = house.a_person()
    house.people.people.set_roles(person.id, frozenset({Role.OPERATOR}), actor=None)
    house.register(a_machine(person))
    access = Access(scope="clients:write", role=Role.OPERATOR)
    caller = house.room.authorizer.authorize(bearing(bearer(house)), access)
    assert (caller.client, caller.person) == (MACHINE, person.id)
    assert caller.roles == {Role.OPERATOR}
    assert caller.pseudonym == house.people.people.pseudonym(person.id)


def test_the_api_refuses_what_scope_or_role_do_not_carry(house: House) -> None:
    house.register(a_machine(house.a_person()))
    token, authorizer = bearing(bearer(house)), house.room.authorizer
    with pytest.raises(AccessDenied):
        authorizer.authorize(token, Access(scope="keys:write"))
    with pytest.raises(AccessDenied):
        authorizer.authorize(token, Access(scope="clients:write", role=Role.OPERATOR))


@pytest.mark.spec("RFC 9068 §4")
def test_the_api_refuses_tokens_for_others_changed_expired_or_none(house: House) -> None:
    house.register(a_machine())
    authorizer, token = house.room.authorizer, bearer(house)
    tokens = json.loads(exchange(house, Browser(house).code(house.a_person())).body)
    for wrong in (tokens["access_token"], tokens["id_token"], token[7:-4] + "AAAA"):
        with pytest.raises(AccessTokenRefused):
            authorizer.authorize(bearing(f"Bearer {wrong}"), READ)
    with pytest.raises(AccessTokenMissing):
        authorizer.authorize(bearing(None), READ)
    house.around.clock.advance(timedelta(minutes=7))
    with pytest.raises(AccessTokenRefused):
        authorizer.authorize(bearing(token), READ)


@pytest.mark.spec("RFC 7519 §4.1.4")
def test_the_api_takes_a_token_for_its_five_minutes_and_no_second_more(
    house: House,
) -> None:
    house.register(a_machine())
    authorizer, token = house.room.authorizer, bearing(bearer(house))
    house.around.clock.advance(timedelta(seconds=299))
    assert authorizer.authorize(token, READ).client == MACHINE
    house.around.clock.advance(timedelta(seconds=1))
    with pytest.raises(AccessTokenRefused):
        authorizer.authorize(token, READ)


@pytest.mark.spec("RFC 9068 §4")
@pytest.mark.parametrize("claim", ["iat", "nbf"])
def test_the_api_takes_no_token_from_the_future(house: House, claim: str) -> None:
    """Another machine of ours may run a minute ahead, no further."""
    house.register(a_machine())
    said = claims_of(bearer(house)[7:])
    now, sign = int(house.around.clock().timestamp()), house.signer.sign
    for ahead, fits in ((60, True), (61, False)):
        bent = {**said, claim: now + ahead}
        token = bearing(f"Bearer {sign(Purpose.TOKENS, 'at+jwt', bent)}")
        if fits:
            assert house.room.authorizer.authorize(token, READ).client == MACHINE
            continue
        with pytest.raises(AccessTokenRefused):
            house.room.authorizer.authorize(token, READ)


def test_the_api_refuses_a_disabled_client_at_once(house: House) -> None:
    house.register(a_machine())
    token = bearing(bearer(house))
    house.clients.clients.move(MACHINE, ClientAction.DISABLE, "test", actor=None)
    with pytest.raises(NotInGoodStanding):
        house.room.authorizer.authorize(token, READ)
    refused = house.token(MACHINE, grant_type="client_credentials")
    assert json.loads(refused.body)["error"] == "unauthorized_client"
