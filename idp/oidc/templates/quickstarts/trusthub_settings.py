"""{{ name }}: settings for Authlib's Django client (pip install authlib requests)."""

import os

AUTHLIB_OAUTH_CLIENTS = {
    "trusthub": {
        "client_id": {{ client_id | js }},
{% if method != "none" %}
        "client_secret": os.environ["TRUSTHUB_CLIENT_SECRET"],
{% endif %}
        "server_metadata_url": {{ (issuer ~ "/.well-known/openid-configuration") | js }},
        "client_kwargs": {
            "scope": {{ scope | js }},
            "code_challenge_method": "S256",
            "token_endpoint_auth_method": {{ method | js }},
        },
    },
}
