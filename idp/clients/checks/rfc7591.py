"""RFC 7591 and OIDC Registration: what a registration must say and may not say."""

from typing import Final

from idp.clients.domain import CLAIM_NAMES, AuthMethod, Client, GrantType
from idp.clients.errors import ClientMalformed
from kernel.proof.jose import ASYMMETRIC

_URIS_LIMIT: Final = 32
_NAME_LIMIT_CHARACTERS: Final = 100
_TEXT_LIMIT_CHARACTERS: Final = 500


def names_are_readable(client: Client) -> None:
    """§2 client_name: people are shown it, in both languages, so it is short and plain."""
    for name in (client.name_zh, client.name_en):
        if not 0 < len(name) <= _NAME_LIMIT_CHARACTERS or not name.isprintable():
            raise ClientMalformed("name")


def texts_are_bounded(client: Client) -> None:
    """个人信息保护法 §17: recipient, purpose and retention are told; so they are short."""
    for text in (client.recipient, client.purpose, client.retention):
        if max(len(text.zh), len(text.en)) > _TEXT_LIMIT_CHARACTERS:
            raise ClientMalformed("text too long")
    told = (client.recipient.zh, client.purpose.zh, client.retention.zh)
    if client.claims and not all(told):
        raise ClientMalformed("claims without recipient, purpose and retention")


def claims_are_known(client: Client) -> None:
    """OIDC Core §5.5: only claims that exist here can be asked for, each once."""
    names = [claim.name for claim in client.claims]
    if len(set(names)) != len(names) or not CLAIM_NAMES.issuperset(names):
        raise ClientMalformed("claims")


def grants_fit_together(client: Client) -> None:
    """§2.1: a refresh token comes from a code, and a code needs somewhere to go."""
    grants = client.oidc.grant_types
    by_code = GrantType.AUTHORIZATION_CODE in grants
    if GrantType.REFRESH_TOKEN in grants and not by_code:
        raise ClientMalformed("refresh_token without authorization_code")
    if by_code != bool(client.oidc.redirect_uris):
        raise ClientMalformed("redirect_uris")
    if not grants:
        raise ClientMalformed("grant_types")


def public_clients_hold_no_credentials(client: Client) -> None:
    """RFC 6749 §4.4: client_credentials is for confidential clients only."""
    if client.oidc.is_public and GrantType.CLIENT_CREDENTIALS in client.oidc.grant_types:
        raise ClientMalformed("client_credentials needs a secret")


def who_signs_names_keys(client: Client) -> None:
    """§2 private_key_jwt: whoever proves itself by signing says with which keys."""
    facet = client.oidc
    signs = facet.auth_method is AuthMethod.PRIVATE_KEY or facet.signs_requests
    if signs and not (facet.keys and facet.keys.by_kid):
        raise ClientMalformed("jwks")


def algorithms_are_known(client: Client) -> None:
    """OIDC Registration §2: an algorithm that is named is one we can check."""
    for named in (client.oidc.request_object_alg, client.oidc.assertion_alg):
        if named is not None and named not in ASYMMETRIC:
            raise ClientMalformed("signing algorithm")


def lists_are_bounded(client: Client) -> None:
    """Our own limit: a record is read into memory by every process that serves."""
    facet = client.oidc
    uris = (*facet.redirect_uris, *facet.post_logout_redirect_uris)
    if max(len(uris), len(facet.scopes)) > _URIS_LIMIT:
        raise ClientMalformed("too many")
