"""The ticket sequence of provincial portals on the wire.

Redirect with ``sp`` and ``gourl``, one-time ``ticket``, validation in the back, token, user
information, sign-out: the order is theirs; member names are modelled on the user model of
the national government service platform, and what has no place in it is left out.
"""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

import orjson

from idp.oidc.domain.grants import Tokens
from idp.oidc.domain.ticket_platform import TICKET
from kernel.web import Form

_ID_CARD: Final = "111"
"""GA/T 517 certificate type of the resident identity card."""
_FIELDS: Final = {"name": "user_name", "identity_level": "user_real_lvl"}


def as_authorization(
    form: Form,
    scopes: frozenset[str] = frozenset(),
    claims: tuple[str, ...] = (),
    resource: str = "",
) -> dict[str, str]:
    """Return the authorization request that a redirect with ``sp`` and ``gourl`` is.

    What is asked for is all that the application's record lets it have; nothing as long
    as that was not read.

    Raises:
        ParameterRepeated: one came twice.
    """
    form.single_valued()
    asked = {
        "client_id": form.optional("sp"),
        "redirect_uri": form.optional("gourl"),
        "state": form.optional("state"),
        "ui_locales": form.optional("ui_locales"),
        "transfer_ticket": form.optional(TICKET),
        "response_type": TICKET,
        "scope": " ".join(sorted(scopes)),
        "claims": _wished(claims),
        "resource": resource,
    }
    return {name: value for name, value in asked.items() if value}


def token_answer(tokens: Tokens) -> dict[str, object]:
    """Lay out what a ticket was good for; ``hint`` comes back at sign-out."""
    said: dict[str, object] = {
        "token": tokens.access_token,
        "expires_in": tokens.expires_in_s,
    }
    return {**said, "hint": tokens.id_token} if tokens.id_token else said


def user_answer(subject: str, told: Mapping[str, object]) -> dict[str, object]:
    """Lay out a person as ticket platforms do; ``user_id`` is the pairwise subject."""
    said: dict[str, object] = {"user_id": subject}
    said |= {field: told[name] for name, field in _FIELDS.items() if name in told}
    if "id_number" in told:
        said |= {"cert_type": _ID_CARD, "cert_no": told["id_number"]}
    corporations = told.get("organisations")
    if isinstance(corporations, list):
        said["corps"] = [_corporation(one) for one in corporations]
    return said


def sign_out_query(form: Form) -> str:
    """Return the query of ``/logout`` that a sign-out with ``sp`` and ``gourl`` is.

    Raises:
        ParameterRepeated: one came twice.
    """
    form.single_valued()
    asked = {
        "client_id": form.optional("sp"),
        "post_logout_redirect_uri": form.optional("gourl"),
        "id_token_hint": form.optional("hint"),
        "state": form.optional("state"),
        "ui_locales": form.optional("ui_locales"),
    }
    return urlencode({name: value for name, value in asked.items() if value})


def _wished(claims: tuple[str, ...]) -> str:
    """OIDC Core §5.5: null asks for a claim without saying more."""
    return orjson.dumps({"userinfo": dict.fromkeys(claims)}).decode()


def _corporation(said: Mapping[str, object]) -> dict[str, object]:
    named = {"corp_name": said["name"], "certificate_sno": said["uscc"]}
    return {**named, "role": said["role"], "acting": said["acting"]}
