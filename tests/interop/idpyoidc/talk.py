"""A relying party with idpyoidc, told by one line of JSON where to go.

It prints ``{"open": address}``, reads ``{"back": address}``, and prints what came of it.
"""

import json
import sys
from urllib.parse import parse_qsl, urlsplit

from idpyoidc.client.rp_handler import RPHandler  # type: ignore[import-not-found]  # there

NAME = "hub"
OIDC = "idpyoidc.client.oidc"
SERVICES = {
    "discovery": f"{OIDC}.provider_info_discovery.ProviderInfoDiscovery",
    "authorization": f"{OIDC}.authorization.Authorization",
    "accesstoken": f"{OIDC}.access_token.AccessToken",
    "refresh_access_token": f"{OIDC}.refresh_access_token.RefreshAccessToken",
    "userinfo": f"{OIDC}.userinfo.UserInfo",
}


def configuration(told: dict[str, str]) -> dict[str, object]:
    """Return the configuration of one client."""
    return {
        "client_type": "oidc",
        "issuer": told["issuer"],
        "client_id": told["client_id"],
        "client_secret": told["client_secret"],
        "redirect_uris": [told["redirect_uri"]],
        "response_types_supported": ["code"],
        "scopes_supported": told["scope"].split(" "),
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        "id_token_signed_response_alg": "ES256",
        "services": {name: {"class": kind} for name, kind in SERVICES.items()},
        "add_ons": {
            "pkce": {
                "function": "idpyoidc.client.oauth2.add_on.pkce.add_support",
                "kwargs": {"code_challenge_length": 64, "code_challenge_method": "S256"},
            }
        },
    }


def main() -> None:
    """Do one code flow."""
    told = json.loads(sys.stdin.readline())
    handler = RPHandler(
        base_url="http://localhost:8790", client_configs={NAME: configuration(told)}
    )
    begun = handler.begin(issuer_id=NAME)
    address = begun["url"] if isinstance(begun, dict) else begun
    print(json.dumps({"open": address}), flush=True)  # noqa: T201  that is what it says
    back = json.loads(sys.stdin.readline())["back"]
    client = handler.issuer2rp[
        handler.state2issuer(dict(parse_qsl(urlsplit(back).query))["state"])
    ]
    got = handler.finalize(client.context.issuer, dict(parse_qsl(urlsplit(back).query)))
    done = {
        "sub": got["id_token"]["sub"],
        "name": got["userinfo"].get("name"),
        "same": got["userinfo"]["sub"] == got["id_token"]["sub"],
    }
    print(json.dumps({"done": done}), flush=True)  # noqa: T201  that is what it says


main()
