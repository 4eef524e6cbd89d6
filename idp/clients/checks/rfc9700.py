"""RFC 9700, best current practice: what keeps answers from going astray."""

import re
from typing import Final
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

from idp.clients.domain import Client, public_part
from idp.clients.errors import ClientMalformed, RedirectUriRefused

_IDENTIFIER: Final = re.compile(r"[a-z][a-z0-9-]{2,62}[a-z0-9]")
_SCOPE: Final = re.compile(r"[a-z0-9_]+(?:[:.][a-z0-9_]+)*")
_ANSWER_PARAMETERS: Final = frozenset(
    {"code", "state", "iss", "error", "error_description", "error_uri", "response"}
    | {"id_token", "access_token", "token_type", "expires_in", "session_state"}
)


def identifier_is_nobody(client: Client) -> None:
    """§4.15: no client identifier can be taken for a person, who are UUIDs here."""
    if not _IDENTIFIER.fullmatch(client.id) or _is_uuid(client.id):
        said = "client_id: 4 to 64 of a-z, 0-9 and -, a letter first; no UUID"
        raise ClientMalformed(said)


def redirects_carry_no_answer(client: Client) -> None:
    """§4.1: a registered query that holds answer parameters would be read as an answer."""
    facet = client.oidc
    for uri in (*facet.redirect_uris, *facet.post_logout_redirect_uris):
        query = parse_qsl(urlsplit(uri.text).query, keep_blank_values=True)
        if not _ANSWER_PARAMETERS.isdisjoint(name for name, _ in query):
            raise RedirectUriRefused(
                f"{public_part(uri.text)}: its query has a parameter of our answers"
            )


def scopes_are_scopes(client: Client) -> None:
    """RFC 6749 §3.3: scope tokens; we take the plain ones, so that none can be misread."""
    if not all(_SCOPE.fullmatch(scope) for scope in client.oidc.scopes):
        raise ClientMalformed("scopes: words of a-z, 0-9 and _, joined by : or .")


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
