"""A client kept here that signs, and what it sends."""

import json
from dataclasses import replace
from urllib.parse import urlencode

from idp.clients.domain import AuthMethod, GrantType
from idp.clients.messages import ClientBody, OidcBody
from kernel.ids import ClientId
from kernel.web import Reply
from tests.unit.idp.oidc.house import (
    CALLBACK,
    FORM_HEADER,
    ISSUER,
    VERIFIER,
    Browser,
    House,
    a_portal,
    a_request,
)
from tests.unit.idp.oidc.joined import BEARER
from tests.unit.kernel.proof.signers import Signer, signer

SIGNING = ClientId("portal-signs")
KEY = signer(kid="portal-key")
_count = iter(range(1_000_000))


def a_signing_portal(**bent: object) -> ClientBody:
    facet = OidcBody(
        token_endpoint_auth_method=AuthMethod.PRIVATE_KEY,
        grant_types=(GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN),
        redirect_uris=(CALLBACK,),
        scopes=("openid",),
        jwks=KEY.keys.to_jwks(),  # type: ignore[arg-type]  # JSON values all through
    )
    body = a_portal(client_id=SIGNING, claims=())
    return replace(body, oidc=replace(facet, **bent))  # type: ignore[arg-type]  # one member


def seconds(house: House) -> int:
    return int(house.around.clock().timestamp())


def assertion(house: House, **bent: object) -> str:
    """Return an assertion; ``typ`` is its header, all else are claims."""
    said: dict[str, object] = {
        "iss": SIGNING,
        "sub": SIGNING,
        "aud": ISSUER,
        "jti": f"a-{next(_count)}",
        "exp": seconds(house) + 60,
        **bent,
    }
    head = {**KEY.header("JWT"), "typ": said.pop("typ", "JWT")}
    kept = {name: value for name, value in said.items() if value is not None}
    return KEY.token({name: value for name, value in head.items() if value}, kept)


def an_object(house: House, key: Signer = KEY, **bent: object) -> str:
    said: dict[str, object] = {
        **a_request(client_id=SIGNING, scope="openid"),
        "iss": SIGNING,
        "aud": ISSUER,
        "exp": seconds(house) + 60,
        **bent,
    }
    kept = {name: value for name, value in said.items() if value is not None}
    return key.token(KEY.header("oauth-authz-req+jwt"), kept)


def post(house: House, path: str, **form: str) -> Reply:
    body = urlencode(form).encode()
    return house.call("POST", path, headers=dict(FORM_HEADER), body=body)


def proof(house: House, **bent: object) -> dict[str, str]:
    signed = assertion(house, **bent)
    return {"client_assertion_type": BEARER, "client_assertion": signed}


def plain(**bent: str | None) -> dict[str, str]:
    return a_request(**{"client_id": SIGNING, "scope": "openid", **bent})


def redeem(house: House, code: str, **bent: str) -> Reply:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
        **proof(house),
        **bent,
    }
    return post(house, "/oauth2/token", **form)


def a_code(house: House) -> str:
    return Browser(house).code(house.a_person(), client_id=SIGNING, scope="openid")


def error_of(reply: Reply) -> str:
    assert reply.header("Location") is None
    read: str = json.loads(reply.body)["error"]
    return read
