"""RFC 9700, the security practice of OAuth 2.0."""

from typing import Final
from urllib.parse import parse_qsl, urlsplit

from idp.clients.domain import RedirectUri
from idp.oidc.errors import RedirectUriNotRegistered

ANSWERED: Final = frozenset(
    {
        "code", "state", "iss", "error", "error_description", "error_uri", "response",
        "id_token", "access_token", "token_type", "expires_in", "scope", "session_state",
    }
)  # fmt: skip
"""What an authorization response may say, in any of its forms."""


def address_says_no_answer(address: RedirectUri) -> None:
    """§4.1, §4.5: an address that says a code or a state already makes two of it.

    Which of the two a client reads nobody knows, so nothing is sent there.
    """
    query = parse_qsl(urlsplit(address.text).query, keep_blank_values=True)
    if not ANSWERED.isdisjoint(name.lower() for name, _ in query):
        raise RedirectUriNotRegistered("answer parameters in it")
