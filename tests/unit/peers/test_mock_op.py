"""A plain OpenID provider: honest by default, and every switch spoils one thing."""

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import urllib3

from kernel.proof.jose import ID_TOKEN, JoseRefused, KeySet, VerifiedClaims, verify
from peers.mock_op.build import main, parser, server
from peers.mock_op.domain import Fault
from tests.unit.peers.running import running

CALLBACK = "http://localhost:9/cb"
BACK = "http://localhost:9/back"
VERIFIER = "v" * 43
PEOPLE: list[dict[str, Any]] = [
    {
        "username": "zhao",
        "password": "Zhao-2026",
        "sub": "p-1",
        "acr": "pay:2",
        "claims": {"name": "赵明"},
    },
    {"username": "qian", "password": "Qian-2026", "acr": "pay:1"},
]
CLIENTS = [
    {
        "client_id": "hub",
        "client_secret": "s:1 +",
        "redirect_uris": [CALLBACK],
        "post_logout_redirect_uris": [BACK],
    },
    {"client_id": "other", "client_secret": "two", "redirect_uris": [CALLBACK]},
]


class Fields(HTMLParser):
    """The hidden fields of a page, and the ids on it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.hidden: dict[str, str] = {}
        self.ids: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        self.ids.add(said.get("id") or "")
        if tag == "input" and said.get("type") == "hidden":
            self.hidden[said["name"] or ""] = said["value"] or ""


@dataclass
class World:
    """A running provider, and a browser in front of it."""

    url: str
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **query: str) -> urllib3.BaseHTTPResponse:
        return self._asked("GET", f"{path}?{urlencode(query)}")

    def post(self, path: str, **form: str) -> urllib3.BaseHTTPResponse:
        kind = {"content-type": "application/x-www-form-urlencoded"}
        return self._asked("POST", path, body=urlencode(form), headers=kind)

    def authorize(self, **bent: str) -> urllib3.BaseHTTPResponse:
        said = {
            "response_type": "code",
            "scope": "openid profile",
            "client_id": "hub",
            "redirect_uri": CALLBACK,
            "state": "st",
            "nonce": "no",
            "code_challenge": challenge(VERIFIER),
            "code_challenge_method": "S256",
            **bent,
        }
        return self.get("/authorize", **{n: v for n, v in said.items() if v})

    def signed_in(self, who: int = 0, **bent: str) -> dict[str, str]:
        ticket = Fields(self.authorize(**bent).data.decode()).hidden["ticket"]
        person = PEOPLE[who]
        reply = self.post(
            "/login",
            ticket=ticket,
            username=str(person["username"]),
            password=str(person["password"]),
        )
        return answer_of(reply)

    def redeem(self, code: str, **bent: str) -> urllib3.BaseHTTPResponse:
        said = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": CALLBACK,
            "code_verifier": VERIFIER,
            "client_id": "hub",
            "client_secret": "s:1 +",
            **bent,
        }
        return self.post("/token", **{n: v for n, v in said.items() if v})

    def keys(self) -> KeySet:
        return KeySet.parse(self.get("/jwks").json())

    def claims(self, token: str) -> VerifiedClaims:
        return verify(token, self.keys(), ID_TOKEN)

    def switch(self, *faults: str, **more: object) -> int:
        body = json.dumps({"faults": faults, **more})
        kind = {"content-type": "application/json"}
        return self._asked("POST", "/faults", body=body, headers=kind).status

    def _asked(
        self,
        method: str,
        path: str,
        body: str | None = None,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> urllib3.BaseHTTPResponse:
        held = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        reply = urllib3.request(
            method,
            self.url + path,
            body=body,
            headers={**headers, "cookie": held},
            redirect=False,
            retries=False,
        )
        name, _, value = (
            reply.headers.get("set-cookie", "").partition(";")[0].partition("=")
        )
        if name:
            self.cookies[name] = value
        return reply


def challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def answer_of(reply: urllib3.BaseHTTPResponse) -> dict[str, str]:
    assert reply.status == 303, reply.data
    location = reply.headers["location"]
    assert location.startswith(CALLBACK)
    return dict(parse_qsl(urlsplit(location).query))


def arguments(folder: Path) -> list[str]:
    (folder / "people.json").write_text(json.dumps({"people": PEOPLE}), "utf-8")
    (folder / "clients.json").write_text(json.dumps({"clients": CLIENTS}), "utf-8")
    return [
        "--port=0",
        f"--people={folder}/people.json",
        f"--clients={folder}/clients.json",
        f"--key={folder}/key.pem",
    ]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with running(server(parser().parse_args(arguments(tmp_path)))) as url:
        yield World(url)


@pytest.mark.spec("OIDC Discovery §3")
def test_it_says_what_it_speaks(world: World) -> None:
    said = world.get("/.well-known/openid-configuration").json()
    assert said["issuer"] == world.url
    assert said["acr_values_supported"] == ["pay:1", "pay:2"]
    assert said["claims_supported"] == ["acr", "auth_time", "name", "sub"]
    assert said["code_challenge_methods_supported"] == ["S256"]


@pytest.mark.spec("OIDC Core §3.1.3.7")
def test_the_whole_way_ends_in_an_id_token_and_a_name(world: World) -> None:
    answer = world.signed_in()
    assert (answer["state"], answer["iss"]) == ("st", world.url)
    tokens = world.redeem(answer["code"]).json()
    claims = world.claims(tokens["id_token"])
    named = {name: claims[name] for name in ("iss", "sub", "aud", "nonce", "acr")}
    assert named == {
        "iss": world.url,
        "sub": "p-1",
        "aud": "hub",
        "nonce": "no",
        "acr": "pay:2",
    }
    bearer = {"authorization": f"Bearer {tokens['access_token']}"}
    said = urllib3.request("GET", f"{world.url}/userinfo", headers=bearer).json()
    assert said == {"sub": "p-1", "name": "赵明"}


def test_its_form_has_the_names_that_programs_know(world: World) -> None:
    page = world.authorize()
    found = Fields(page.data.decode())
    assert {"login-form", "username", "password", "sign-in"} <= found.ids
    assert (
        "form-action 'self' http://localhost:9;" in page.headers["content-security-policy"]
    )
    wrong = world.post("/login", ticket=found.hidden["ticket"], username="zhao")
    assert "wrong" in Fields(wrong.data.decode()).ids
    assert world.cookies == {}


@pytest.mark.spec("RFC 6749 §4.1.2")
@pytest.mark.parametrize(
    "bent",
    [
        {"redirect_uri": "http://localhost:9/other"},
        {"code_verifier": "w" * 43},
        {"code_verifier": ""},
        {"client_id": "other", "client_secret": "two"},
    ],
    ids=" ".join,
)
def test_a_code_is_good_for_one_client_address_and_verifier(
    world: World, bent: dict[str, str]
) -> None:
    code = world.signed_in()["code"]
    refused = world.redeem(code, **bent)
    assert (refused.status, refused.json()) == (400, {"error": "invalid_grant"})


@pytest.mark.spec("RFC 6749 §4.1.2")
def test_a_code_is_redeemed_once(world: World) -> None:
    assert world.redeem("guess").json() == {"error": "invalid_grant"}
    code = world.signed_in()["code"]
    assert world.redeem(code).status == 200
    assert world.redeem(code).json() == {"error": "invalid_grant"}


@pytest.mark.spec("RFC 6749 §5.2")
def test_a_wrong_secret_redeems_nothing(world: World) -> None:
    code = world.signed_in()["code"]
    refused = world.redeem(code, client_secret="guess")
    assert (refused.status, refused.json()) == (401, {"error": "invalid_client"})
    assert world.redeem(code).status == 200


@pytest.mark.spec("RFC 6749 §4.1.2.1")
@pytest.mark.parametrize("bent", [{"client_id": "x"}, {"redirect_uri": "http://evil/"}])
def test_nobody_is_sent_to_an_address_that_is_not_on_file(
    world: World, bent: dict[str, str]
) -> None:
    reply = world.authorize(**bent)
    assert reply.status == 400
    assert 'data-code="address_refused"' in reply.data.decode()
    assert "location" not in reply.headers


@pytest.mark.spec("OIDC Core §3.1.2.6")
@pytest.mark.parametrize(
    ("bent", "error"),
    [
        ({"prompt": "none"}, "login_required"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"max_age": "-1"}, "invalid_request"),
        ({"claims": "{"}, "invalid_request"),
    ],
)
def test_what_is_not_done_is_said_with_state_and_issuer(
    world: World, bent: dict[str, str], error: str
) -> None:
    said = answer_of(world.authorize(**bent))
    assert said == {"error": error, "state": "st", "iss": world.url}


@pytest.mark.spec("OIDC Core §3.1.2.1")
def test_a_signed_in_browser_is_asked_again_only_if_that_is_wanted(world: World) -> None:
    world.signed_in()
    assert "code" in answer_of(world.authorize(prompt="none"))
    assert "login-form" in Fields(world.authorize(prompt="login").data.decode()).ids
    assert "login-form" in Fields(world.authorize(max_age="0").data.decode()).ids


@pytest.mark.spec("OIDC RP-Initiated Logout §3")
def test_signing_out_ends_the_session_and_leads_back_where_that_is_on_file(
    world: World,
) -> None:
    world.signed_in()
    said = {"client_id": "hub", "post_logout_redirect_uri": BACK, "state": "s"}
    assert world.get("/logout", **said).headers["location"] == f"{BACK}?state=s"
    assert answer_of(world.authorize(prompt="none"))["error"] == "login_required"
    elsewhere = {**said, "post_logout_redirect_uri": "http://evil/"}
    assert world.get("/logout", **elsewhere).status == 200


@pytest.mark.spec("OIDC Core §5.5.1.1")
@pytest.mark.parametrize(("who", "said"), [(0, "code"), (1, "error")])
def test_an_essential_acr_is_met_or_the_sign_in_fails(
    world: World, who: int, said: str
) -> None:
    acr = {"id_token": {"acr": {"essential": True, "values": ["pay:2"]}}}
    answer = world.signed_in(who, claims=json.dumps(acr))
    assert answer.keys() == {said, "state", "iss"}
    assert answer.get("error") in {None, "unmet_authentication_requirements"}


NOT_SIGNED = {Fault.ALG_NONE, Fault.HS256, Fault.BAD_SIGNATURE, Fault.UNPUBLISHED_KEY}
ABROAD = {
    Fault.OTHER_SUB_IN_USERINFO,
    Fault.WRONG_ISS_PARAMETER,
    Fault.OVERSIZE,
    Fault.SLOW,
}


@pytest.mark.parametrize("fault", [f for f in Fault if f not in NOT_SIGNED | ABROAD])
def test_a_switch_spoils_its_claim_and_nothing_else(world: World, fault: Fault) -> None:
    honest = told(world)
    assert world.switch(fault) == 200
    spoilt = told(world)
    same = {n for n in honest.keys() | spoilt.keys() if honest.get(n) == spoilt.get(n)}
    changed = (honest.keys() | spoilt.keys()) - same
    assert (
        changed
        == {
            Fault.WRONG_ISS: {"iss"},
            Fault.WRONG_AUD: {"aud"},
            Fault.WRONG_NONCE: {"nonce"},
            Fault.MISSING_NONCE: {"nonce"},
            Fault.EXPIRED: {"iat", "exp"},
            Fault.FUTURE: {"iat", "exp"},
            Fault.NO_SUB: {"sub"},
            Fault.LOW_ACR: {"acr"},
            Fault.SEVERAL_AUD_WITHOUT_AZP: {"aud"},
        }[fault]
    )
    assert world.switch() == 200
    assert told(world) == honest


@pytest.mark.parametrize("fault", sorted(NOT_SIGNED))
def test_a_spoilt_signature_does_not_hold(world: World, fault: Fault) -> None:
    world.switch(fault)
    token = world.redeem(world.signed_in(prompt="login")["code"]).json()["id_token"]
    with pytest.raises(JoseRefused):
        world.claims(token)


def test_the_other_switches_spoil_answers(world: World) -> None:
    world.switch("wrong_iss_parameter")
    assert world.signed_in()["iss"] != world.url
    world.switch("oversize")
    assert len(world.redeem(answer_of(world.authorize())["code"]).data) > 300_000
    world.switch("other_sub_in_userinfo", "slow", slow_ms=300)
    answered = world.redeem(answer_of(world.authorize())["code"])
    bearer = {"authorization": f"Bearer {answered.json()['access_token']}"}
    said = urllib3.request("GET", f"{world.url}/userinfo", headers=bearer).json()
    assert said["sub"] != "p-1"
    shown = world.get("/faults").json()
    assert shown == {"faults": ["other_sub_in_userinfo", "slow"], "slow_ms": 300}


def told(world: World) -> dict[str, object]:
    """Return the claims that are the same from one honest token to the next."""
    token = world.redeem(world.signed_in(prompt="login")["code"]).json()["id_token"]
    claims = dict(world.claims(token))
    iat, exp, at = (int(str(claims[n])) for n in ("iat", "exp", "auth_time"))
    near = abs(iat - at) < 60
    span = {"iat": "now" if near else "far", "exp": "now" if 0 < exp - at < 400 else "far"}
    return {**claims, **span, "auth_time": 0, "sid": ""}


def test_a_control_secret_keeps_others_from_the_switches(tmp_path: Path) -> None:
    (tmp_path / "control").write_text("control\n", "utf-8")
    said = [*arguments(tmp_path), f"--control-secret-file={tmp_path}/control"]
    with running(server(parser().parse_args(said))) as url:
        assert World(url).switch("no_sub") == 401
        bearer = {"authorization": "Bearer control"}
        shown = urllib3.request("GET", f"{url}/faults", headers=bearer)
        assert shown.json()["faults"] == []


def test_faults_may_be_on_at_the_start_and_the_key_stays(tmp_path: Path) -> None:
    (tmp_path / "faults.json").write_text('{"faults": ["wrong_iss"]}', "utf-8")
    said = [*arguments(tmp_path), f"--faults={tmp_path}/faults.json"]
    seen = []
    for _ in range(2):
        with running(server(parser().parse_args(said))) as url:
            assert World(url).get("/faults").json()["faults"] == ["wrong_iss"]
            seen.append(World(url).get("/jwks").json())
    assert seen[0] == seen[1]
    assert (tmp_path / "key.pem").stat().st_mode & 0o77 == 0


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("people.json", '{"people": [{"username": "x"}]}'),
        ("clients.json", '{"clients": 1}'),
        ("key.pem", "no key"),
    ],
)
def test_files_of_another_form_stop_the_start(tmp_path: Path, name: str, text: str) -> None:
    said = arguments(tmp_path)
    (tmp_path / name).write_text(text, "utf-8")
    assert main(said) == 2


def test_an_issuer_with_a_path_is_wrong_use(tmp_path: Path) -> None:
    assert main([*arguments(tmp_path), "--issuer=http://localhost:1/op"]) == 2
