"""RFC 7591 and OIDC Registration: what a registration must say and may not say."""

from typing import Final

from idp.clients.domain import (
    CLAIM_NAMES,
    MOST_CONTACTS,
    AuthMethod,
    Client,
    GrantType,
    is_mail_address,
)
from idp.clients.errors import ClientMalformed

_LIST_LIMIT: Final = 32
_NAME_LIMIT_CHARACTERS: Final = 100
_TEXT_LIMIT_CHARACTERS: Final = 500


def names_are_readable(client: Client) -> None:
    """§2 client_name: people are shown it, in both languages, so it is short and plain."""
    for member, name in (("name_zh", client.name_zh), ("name_en", client.name_en)):
        if not 0 < len(name) <= _NAME_LIMIT_CHARACTERS or not name.isprintable():
            raise ClientMalformed(
                f"{member}: 1 to {_NAME_LIMIT_CHARACTERS} characters, on one line"
            )


def texts_are_bounded(client: Client) -> None:
    """个人信息保护法 §17: recipient, purpose and retention are told; so they are short."""
    texts = {name: getattr(client, name) for name in ("recipient", "purpose", "retention")}
    for member, text in texts.items():
        _is_short(member, text.zh, text.en)
    for claim in client.claims:
        _is_short("claims: ground", claim.ground)
    untold = [member for member, text in texts.items() if not text.zh]
    if client.claims and untold:
        raise ClientMalformed(f"{untold[0]}: claims need it in Chinese; people are told it")


def _is_short(member: str, *texts: str) -> None:
    if max(map(len, texts)) > _TEXT_LIMIT_CHARACTERS:
        raise ClientMalformed(f"{member}: {_TEXT_LIMIT_CHARACTERS} characters at most")


def claims_are_known(client: Client) -> None:
    """OIDC Core §5.5: only claims that exist here can be asked for, each once."""
    names = [claim.name for claim in client.claims]
    if len(set(names)) != len(names) or not CLAIM_NAMES.issuperset(names):
        known = ", ".join(sorted(CLAIM_NAMES))
        raise ClientMalformed(f"claims: each once, of {known}")


def grants_fit_together(client: Client) -> None:
    """§2.1: a refresh token comes from a person's grant, and a code needs an address."""
    grants = client.oidc.grant_types
    by_code = GrantType.AUTHORIZATION_CODE in grants
    by_person = by_code or GrantType.DEVICE_CODE in grants
    if GrantType.REFRESH_TOKEN in grants and not by_person:
        raise ClientMalformed(
            "grant_types: refresh_token needs authorization_code or device_code"
        )
    if by_code != bool(client.oidc.redirect_uris):
        raise ClientMalformed("redirect_uris: authorization_code needs one, none else does")
    if not grants:
        raise ClientMalformed("grant_types: one at least")


def public_clients_hold_no_credentials(client: Client) -> None:
    """RFC 6749 §4.4, RFC 8693 §5: grants that rest on who the client is need its proof."""
    for grant in (GrantType.CLIENT_CREDENTIALS, GrantType.TOKEN_EXCHANGE):
        if client.oidc.is_public and grant in client.oidc.grant_types:
            said = f"grant_types: {grant.name.lower()} needs a secret or a key"
            raise ClientMalformed(said)


def exchanges_need_their_grant(client: Client) -> None:
    """RFC 8693 §2: who may exchange is registered for that grant; one row for a pair."""
    audiences = [pair.audience for pair in client.oidc.exchanges]
    if audiences and GrantType.TOKEN_EXCHANGE not in client.oidc.grant_types:
        raise ClientMalformed("exchanges: grant_types lacks token-exchange")
    if len(set(audiences)) != len(audiences) or not all(audiences):
        raise ClientMalformed("exchanges: each audience once, and none empty")


def who_signs_names_keys(client: Client) -> None:
    """§2: whoever signs, or has something encrypted to it, says with which keys."""
    facet = client.oidc
    needs = (
        facet.auth_method in (AuthMethod.PRIVATE_KEY, AuthMethod.SELF_SIGNED_TLS)
        or facet.signs_requests
        or facet.id_token_encryption is not None
        or facet.userinfo_encryption is not None
    )
    if needs and facet.jwks_uri is None and not (facet.keys and facet.keys.by_kid):
        said = "jwks or jwks_uri: who signs, or is encrypted to, names public keys"
        raise ClientMalformed(said)


def contacts_are_addresses(client: Client) -> None:
    """§2 contacts: ways to reach people; here mail addresses, since notices go there."""
    if len(client.contacts) > MOST_CONTACTS:
        raise ClientMalformed(f"contacts: {MOST_CONTACTS} at most")
    if not all(is_mail_address(contact) for contact in client.contacts):
        raise ClientMalformed("contacts: each a mail address")


def lists_are_bounded(client: Client) -> None:
    """Our own limit: a record is read into memory by every process that serves."""
    facet = client.oidc
    back = "redirect_uris and post_logout_redirect_uris together"
    lists = {
        back: (*facet.redirect_uris, *facet.post_logout_redirect_uris),
        "scopes": facet.scopes,
        "request_uris": facet.request_uris,
        "resources": facet.resources,
        "exchanges": facet.exchanges,
        "default_acr_values": facet.default_levels,
    }
    for member, held in lists.items():
        if len(held) > _LIST_LIMIT:
            raise ClientMalformed(f"{member}: {_LIST_LIMIT} at most")
