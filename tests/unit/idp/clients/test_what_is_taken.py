"""A registration that is refused: the member at fault is named, and what it takes."""

import json
from dataclasses import fields
from typing import Any

import pytest

from idp.clients.domain import Client
from idp.clients.errors import ClientMalformed
from idp.clients.messages import ClientBody
from idp.clients.messages.oidc import OidcBody
from idp.clients.service.rules import RULES, keeps_the_rules
from kernel.ids import ClientId
from kernel.web import read_body
from tests.unit.idp.clients.fakes import NOW

MEMBERS = {field.name for shape in (ClientBody, OidcBody) for field in fields(shape)}
HOME = "https://a.example/back"
TOLD = {"zh": "甲", "en": "A"}
CLAIM: dict[str, Any] = {"claims": [{"name": "name"}], "recipient": TOLD, "purpose": TOLD}
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
KEYED = {"jwks_uri": "https://a.example/jwks"}

# fmt: off
FAULTS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("name_zh", {"name_zh": ""}, {}),
    ("name_en", {"name_en": "a\nb"}, {}),
    ("name_en", {"name_en": "x" * 101}, {}),
    ("recipient", {"recipient": {"zh": "x" * 501}}, {}),
    ("claims", {**CLAIM, "retention": TOLD, "claims": [{"name": "shoe_size"}]}, {}),
    ("claims", {**CLAIM, "claims": [{"name": "name", "ground": "x" * 501}]}, {}),
    ("retention", CLAIM, {}),
    ("contacts", {"contacts": ["nobody"]}, {}),
    ("contacts", {"contacts": [f"a{n}@b.example" for n in range(11)]}, {}),
    ("client_id", {"client_id": "a b"}, {}),
    ("grant_types", {}, {"grant_types": ["refresh_token"], "redirect_uris": []}),
    ("grant_types", {}, {"grant_types": [], "redirect_uris": []}),
    ("grant_types", {}, {"grant_types": ["client_credentials"], "redirect_uris": [],
                         "token_endpoint_auth_method": "none"}),
    ("grant_types", {}, {"profile": "kiosk", "grant_types": ["client_credentials"],
                         "redirect_uris": []}),
    ("redirect_uris", {}, {"redirect_uris": [f"{HOME}{n}" for n in range(33)]}),
    ("request_uris", {}, {"request_uris": [f"{HOME}{n}" for n in range(33)]}),
    ("scopes", {}, {"scopes": ["A b"]}),
    ("exchanges", {}, {"exchanges": [{"audience": "x"}]}),
    ("exchanges", {}, {"grant_types": ["authorization_code", EXCHANGE],
                       "exchanges": [{"audience": "x"}, {"audience": "x"}]}),
    ("jwks", {}, {"token_endpoint_auth_method": "private_key_jwt"}),
    ("jwks", {}, {"jwks": {"keys": []}, **KEYED}),
    ("token_endpoint_auth_method", {}, {"profile": "fapi2-security"}),
    ("request_object_signing_alg", {}, {"request_object_signing_alg": "none"}),
    ("token_endpoint_auth_signing_alg", {},
     {"token_endpoint_auth_method": "client_secret_jwt",
      "token_endpoint_auth_signing_alg": "ES256"}),
    ("id_token_signed_response_alg", {},
     {"profile": "fapi2-security", "token_endpoint_auth_method": "private_key_jwt", **KEYED,
      "id_token_signed_response_alg": "RS256"}),
    ("id_token_encrypted_response_alg", {},
     {"id_token_encrypted_response_alg": "RSA1_5", **KEYED}),
    ("userinfo_encrypted_response_enc", {},
     {"userinfo_encrypted_response_alg": "ECDH-ES",
      "userinfo_encrypted_response_enc": "A1", **KEYED}),
    ("id_token_encrypted_response_enc", {}, {"id_token_encrypted_response_enc": "A128GCM"}),
    ("relies_on_nonce", {},
     {"token_endpoint_auth_method": "none", "relies_on_nonce": True}),
    ("tls_client_auth_subject_dn", {}, {"token_endpoint_auth_method": "tls_client_auth"}),
    ("tls_client_auth_subject_dn", {},
     {"tls_client_auth_subject_dn": "CN=a", "tls_client_auth_san_dns": "a"}),
    ("tls_client_auth_san_ip", {},
     {"token_endpoint_auth_method": "tls_client_auth", "tls_client_auth_san_ip": "9"}),
    ("default_max_age", {}, {"default_max_age": -1}),
    ("default_acr_values", {}, {"default_acr_values": ["high"]}),
    ("resources", {}, {"resources": ["here"]}),
    ("frontchannel_logout_uri", {}, {"frontchannel_logout_uri": "https://b.example/out"}),
    ("backchannel_ca", {}, {"backchannel_logout_uri": HOME, "backchannel_ca": "x"}),
    ("jwks_uri", {}, {"jwks_uri": "https://a.example:x/"}),
    ("logo_uri", {"logo_uri": "https://a.example/标志"}, {}),
]
# fmt: on


@pytest.mark.spec("RFC 7591 §3.2.2")
@pytest.mark.parametrize(("member", "said", "oidc"), FAULTS)
def test_a_refusal_names_the_member_and_what_it_takes(
    member: str, said: dict[str, Any], oidc: dict[str, Any]
) -> None:
    body = {"client_id": "bureau-44", "name_zh": "甲", "name_en": "A", **said}
    detail = refused(body | {"oidc": {"redirect_uris": [HOME], **oidc}})
    named, _, takes = detail.partition(": ")
    assert named.replace(" and ", " ").replace(" or ", " ").split()[0].strip(",") == member
    assert member in MEMBERS
    assert takes
    assert detail.isascii()
    assert not {'"', "\\"} & set(detail)


def refused(body: dict[str, Any]) -> str:
    with pytest.raises(ClientMalformed) as caught:
        record(body)
    return caught.value.detail


def record(body: dict[str, Any]) -> Client:
    read = read_body(ClientBody, json.dumps(body).encode())
    return keeps_the_rules(read.client(ClientId(body["client_id"]), NOW), RULES)
