"""Bound access tokens where they are used: userinfo and our API."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import ClassVar

import pytest

from config.schema import Oidc
from idp.clients.domain import GrantType
from idp.oidc.errors import TokenOfOtherSender
from idp.oidc.flows.nonces import Nonces
from idp.oidc.flows.once import Once
from idp.oidc.flows.proof_steps import Where
from idp.oidc.flows.proofs import Proofs, SenderProof
from idp.people.domain import Person
from kernel.assurance import Level
from kernel.proof.seal import Sealer
from kernel.secret import Digest
from kernel.web import (
    Access,
    MethodNotAllowed,
    Reply,
    Request,
    Role,
    Route,
    Router,
    StepUpNeeded,
)
from server.dispatch import Dispatcher
from tests.unit.idp.oidc.asking import shaped
from tests.unit.idp.oidc.house import (
    CALLBACK,
    FORM_HEADER,
    ISSUER,
    MACHINE,
    PORTAL,
    VERIFIER,
    Browser,
    House,
    a_machine,
)
from tests.unit.idp.oidc.sending import Holder, ath, bearing, told
from tests.unit.kernel.proof.authorities import Authority, a_leaf
from tests.unit.kernel.proof.signers import signer

USERINFO = "/oidc/userinfo"
API = "/api/v1/members"
READ = Access(scope="members:read")
CERTIFICATE = a_leaf(Authority.root("Root"))
OTHER_CERTIFICATE = a_leaf(Authority.root("Root"))


@pytest.fixture
def holder(house: House) -> Holder:
    house.register(a_machine())
    return Holder(house)


def token_of(holder: Holder) -> str:
    """Return an access token for userinfo that is bound to the holder's key."""
    code = Browser(holder.house).code(holder.house.a_person())
    said = told(
        holder.ask(
            PORTAL,
            grant_type="authorization_code",
            code=code,
            redirect_uri=CALLBACK,
            code_verifier=VERIFIER,
        )
    )
    return str(said["access_token"])


def own_token(holder: Holder) -> str:
    """Return a client's own token for the API that is bound to the holder's key."""
    asked = holder.ask(MACHINE, grant_type="client_credentials")
    return str(told(asked)["access_token"])


def userinfo(house: House, authorization: str, proof: str | None = None) -> Reply:
    headers = {"authorization": authorization, **({"dpop": proof} if proof else {})}
    return house.call("GET", USERINFO, headers=headers)


def spoken(reply: Reply) -> list[str]:
    return [value for name, value in reply.headers if name == "WWW-Authenticate"]


# --------------------------------------------------------------------- userinfo


@pytest.mark.spec("RFC 9449 §7.1")
def test_a_bound_token_opens_userinfo_with_its_proof(holder: Holder) -> None:
    token = token_of(holder)
    shown = holder.proof(USERINFO, method="GET", token=token)
    assert "sub" in told(userinfo(holder.house, f"DPoP {token}", shown))


@pytest.mark.spec("RFC 9449 §7.2")
def test_a_bound_token_is_no_bearers(holder: Holder) -> None:
    token = token_of(holder)
    shown = holder.proof(USERINFO, method="GET", token=token)
    for reply in (
        userinfo(holder.house, f"Bearer {token}"),
        userinfo(holder.house, f"Bearer {token}", shown),
        holder.house.call(
            "POST",
            USERINFO,
            headers={**FORM_HEADER, "dpop": shown},
            body=f"access_token={token}".encode(),
        ),
    ):
        assert (reply.status, told(reply)["error"]) == (401, "invalid_token")


@pytest.mark.spec("RFC 9449 §7.1")
def test_a_bearers_token_does_not_come_as_a_bound_one(holder: Holder) -> None:
    code = Browser(holder.house).code(holder.house.a_person())
    form = {"code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
    said = holder.house.token(PORTAL, grant_type="authorization_code", **form)
    token = str(told(said)["access_token"])
    shown = holder.proof(USERINFO, method="GET", token=token)
    refused = userinfo(holder.house, f"DPoP {token}", shown)
    assert (refused.status, told(refused)["error"]) == (401, "invalid_token")


@pytest.mark.spec("RFC 9449 §4.3")
@pytest.mark.parametrize(
    "bent",
    [
        {"ath": None},
        {"ath": ath("another token")},
        {"ath": 7},
        {"htm": "POST"},
        {"htu": f"{ISSUER}/oauth2/token"},
        {"iat": 0},
    ],
)
def test_a_proof_is_of_this_request_and_this_token(
    holder: Holder, bent: dict[str, object]
) -> None:
    token = token_of(holder)
    shown = holder.proof(USERINFO, **{"method": "GET", "token": token, **bent})
    refused = userinfo(holder.house, f"DPoP {token}", shown)
    assert (refused.status, told(refused)["error"]) == (401, "invalid_dpop_proof")
    (challenge, other) = spoken(refused)
    assert challenge.startswith('DPoP error="invalid_dpop_proof", algs="')
    assert other.startswith("Bearer ")


@pytest.mark.spec("RFC 9449 §7.1")
def test_another_key_or_no_proof_opens_nothing(holder: Holder) -> None:
    token = token_of(holder)
    thief = Holder(holder.house, signer(kid="thief"))
    stolen = thief.proof(USERINFO, method="GET", token=token)
    refused = userinfo(holder.house, f"DPoP {token}", stolen)
    assert told(refused)["error"] == "invalid_token"
    bare = userinfo(holder.house, f"DPoP {token}")
    assert told(bare)["error"] == "invalid_dpop_proof"


@pytest.mark.spec("RFC 9449 §11.1")
def test_a_proof_opens_once(holder: Holder) -> None:
    token = token_of(holder)
    shown = holder.proof(USERINFO, method="GET", token=token)
    assert userinfo(holder.house, f"DPoP {token}", shown).status == 200
    again = userinfo(holder.house, f"DPoP {token}", shown)
    assert told(again)["error"] == "invalid_dpop_proof"


@pytest.mark.spec("RFC 6750 §3")
@pytest.mark.spec("RFC 9728 §5.1")
def test_whoever_comes_without_a_token_is_told_both_schemes(house: House) -> None:
    refused = house.call("GET", USERINFO)
    where = f'resource_metadata="{ISSUER}/.well-known/oauth-protected-resource{USERINFO}"'
    bearer, dpop = spoken(refused)
    assert bearer == f"Bearer {where}"
    assert dpop.startswith('DPoP algs="ES256 ')
    assert dpop.endswith(where)
    document = house.call("GET", f"/.well-known/oauth-protected-resource{USERINFO}")
    assert told(document)["resource"] == f"{ISSUER}{USERINFO}"


@pytest.mark.spec("RFC 8705 §3")
def test_a_token_of_a_certificate_opens_with_it_only(house: House) -> None:
    shaped(house, binds_to_certificate=True)
    code = Browser(house).code(house.a_person())
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
    }
    headers = {**FORM_HEADER, "authorization": house.basic(PORTAL)}
    body = "&".join(f"{name}={value}" for name, value in form.items()).encode()
    bare = house.call("POST", "/oauth2/token", headers=headers, body=body)
    assert told(bare)["error"] == "invalid_request"
    shown = house.call(
        "POST",
        "/oauth2/token",
        headers=headers,
        body=body,
        certificate=CERTIFICATE.der,
    )
    token = str(told(shown)["access_token"])
    assert told(shown)["token_type"] == "Bearer"
    asked = {"authorization": f"Bearer {token}"}
    for certificate, status in (
        (CERTIFICATE.der, 200),
        (OTHER_CERTIFICATE.der, 401),
        (None, 401),
    ):
        reply = house.call("GET", USERINFO, headers=asked, certificate=certificate)
        assert reply.status == status


# --------------------------------------------------------------------- our API


def call(holder: Holder, authorization: str, proof: str | None = None) -> Reply:
    """Call a route of the API through the dispatcher."""
    door = holder.house.room.authorizer
    route = Route(method="GET", path=API, endpoint=lambda _: Reply.json({}), access=READ)
    headers = {"authorization": authorization, **({"dpop": proof} if proof else {})}
    request = Request(method="GET", path=API, headers=headers)
    dispatcher = Dispatcher(Router((route,)), door, None)  # type: ignore[arg-type]  # no idempotency here
    return dispatcher.answer(dispatcher.find("GET", API), request)


@pytest.mark.spec("RFC 9449 §7.1")
def test_a_bound_token_opens_the_api_with_its_proof_once(holder: Holder) -> None:
    token = own_token(holder)
    shown = holder.proof(API, method="GET", token=token)
    assert call(holder, f"DPoP {token}", shown).status == 200
    again = call(holder, f"DPoP {token}", shown)
    assert again.status == 401
    assert spoken(again)[0].startswith('DPoP error="invalid_dpop_proof"')


@pytest.mark.spec("RFC 9449 §7.2")
def test_the_api_tells_what_is_wrong_in_the_scheme_that_was_used(holder: Holder) -> None:
    token = own_token(holder)
    refused = call(holder, f"Bearer {token}")
    where = f'resource_metadata="{ISSUER}/.well-known/oauth-protected-resource/api/v1"'
    assert refused.status == 401
    assert spoken(refused)[0] == f'Bearer error="invalid_token", {where}'
    assert spoken(refused)[1].startswith('DPoP algs="')


@pytest.mark.spec("RFC 9728 §5.1")
def test_the_api_points_at_its_metadata(holder: Holder) -> None:
    refused = call(holder, "Basic eDp5")
    assert refused.status == 401
    assert all("oauth-protected-resource/api/v1" in one for one in spoken(refused))
    assert all("error=" not in one for one in spoken(refused))


class Asking(House):
    """A house that wants its nonce in every proof."""

    said: ClassVar[Oidc] = Oidc(dpop_nonces=True)


@pytest.mark.spec("RFC 9449 §9")
def test_nonces_of_issuer_and_resource_are_apart(tmp_path: object) -> None:
    house = Asking(f"sqlite:///{tmp_path}/hub.db")
    house.register(a_machine())
    holder = Holder(house)
    first = holder.ask(MACHINE, grant_type="client_credentials").header("DPoP-Nonce")
    proof = holder.proof("/oauth2/token", nonce=first)
    token = str(
        told(holder.ask(MACHINE, proof, grant_type="client_credentials"))["access_token"]
    )
    shown = holder.proof(API, method="GET", token=token, nonce=first)
    refused = call(holder, f"DPoP {token}", shown)
    assert spoken(refused)[0].startswith('DPoP error="use_dpop_nonce"')
    own = refused.header("DPoP-Nonce")
    assert own not in (None, first)
    fresh = holder.proof(API, method="GET", token=token, nonce=own)
    assert call(holder, f"DPoP {token}", fresh).status == 200
    house.db.close()


# --------------------------------------------------------------------- step-up


def an_operators_token(house: House) -> tuple[Person, str]:
    person = house.a_person()
    house.people.people.set_roles(person.id, frozenset({Role.OPERATOR}), actor=None)
    shaped(
        house,
        grant_types=frozenset({GrantType.AUTHORIZATION_CODE}),
        scopes=frozenset({"openid", "members:read"}),
    )
    code = Browser(house).code(person, scope="openid members:read")
    form = {"code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
    said = house.token(PORTAL, grant_type="authorization_code", **form)
    return person, str(json.loads(said.body)["access_token"])


@pytest.mark.spec("RFC 9470 §3")
def test_a_sign_in_that_is_too_weak_or_too_old_is_asked_for_again(house: House) -> None:
    _, token = an_operators_token(house)
    door, request = house.room.authorizer, bearing(f"Bearer {token}")
    enough = replace(READ, level=Level.REAL_NAME, max_age=timedelta(minutes=5))
    assert door.authorize(request, enough).roles == {Role.OPERATOR}
    stronger = replace(READ, level=Level.STRONG)
    with pytest.raises(StepUpNeeded) as weak:
        door.authorize(request, stronger)
    ((_, bearer), _) = door.challenge(weak.value, request)
    assert bearer.startswith(
        'Bearer error="insufficient_user_authentication", '
        f'acr_values="{Level.STRONG.acr}", '
    )
    house.around.clock.advance(timedelta(minutes=2))
    with pytest.raises(StepUpNeeded) as old:
        door.authorize(request, replace(READ, max_age=timedelta(minutes=1)))
    ((_, bearer), _) = door.challenge(old.value, request)
    assert 'max_age="60"' in bearer


@pytest.mark.spec("RFC 9470 §3")
def test_who_decides_for_everybody_signs_in_by_two_factors_first(house: House) -> None:
    _, token = an_operators_token(house)
    door, request = house.room.authorizer, bearing(f"Bearer {token}")
    with pytest.raises(StepUpNeeded) as weak:
        door.authorize(request, READ.deciding())
    ((_, bearer), _) = door.challenge(weak.value, request)
    assert f'acr_values="{Level.REAL_PERSON.acr}", max_age="1800"' in bearer


@pytest.mark.spec("RFC 9470 §6")
def test_a_clients_own_token_tells_of_no_sign_in(holder: Holder) -> None:
    token = str(
        told(holder.house.token(MACHINE, grant_type="client_credentials"))["access_token"]
    )
    wanted = replace(READ, level=Level.STRONG, max_age=timedelta(minutes=1))
    caller = holder.house.room.authorizer.authorize(bearing(f"Bearer {token}"), wanted)
    assert caller.client == MACHINE


@pytest.mark.spec("RFC 7800 §3.1")
@pytest.mark.parametrize("cnf", [{"kid": "x"}, {"jwk": {}}, "x", {"x5t#S256": "x"}])
def test_what_a_token_is_bound_to_and_nobody_proves_fits_nobody(
    holder: Holder, cnf: object
) -> None:
    proofs = Proofs(
        (ISSUER,), a_nonce(holder.house), Once(NoNames()), holder.house.around.clock
    )
    with pytest.raises(TokenOfOtherSender):
        SenderProof(proofs).check(bearing("Bearer x"), {"cnf": cnf})


class NoNames:
    """An `OnceStore` that nobody asks."""

    def use(self, _name: Digest, _until: datetime) -> bool:
        raise AssertionError

    def forget_before(self, _instant: datetime) -> int:
        raise AssertionError


def a_nonce(house: House) -> Nonces:
    sealer = Sealer(house.around.keys, house.around.entropy)
    return Nonces(Where.RESOURCE, sealer, house.around.clock)


# --------------------------------------------------------------------- scripts


@pytest.mark.spec("RFC 9449 §8")
def test_a_script_of_another_origin_may_read_nonce_and_challenge(house: House) -> None:
    headers = {"origin": "https://app.example", "authorization": "Bearer x"}
    for method, path in (("GET", USERINFO), ("POST", "/oauth2/token")):
        reply = house.call(method, path, headers={**FORM_HEADER, **headers})
        assert reply.status >= 400
        assert reply.header("Access-Control-Allow-Origin") == "*"
        exposed = reply.header("Access-Control-Expose-Headers")
        assert exposed == "DPoP-Nonce, WWW-Authenticate"
        asked = house.call("OPTIONS", path, headers=headers)
        assert asked.status == 204
        assert "DPoP" in (asked.header("Access-Control-Allow-Headers") or "")
        assert method in (asked.header("Access-Control-Allow-Methods") or "")


@pytest.mark.spec("FAPI 2.0 §5.2.2")
def test_no_script_calls_the_authorization_endpoint(house: House) -> None:
    with pytest.raises(MethodNotAllowed):
        house.call("OPTIONS", "/oauth2/authorize")
    reply = house.call("GET", "/oauth2/authorize", headers={"origin": "https://a.example"})
    assert reply.header("Access-Control-Allow-Origin") is None
