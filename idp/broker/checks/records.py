"""What a provider's record may say."""

import re
from typing import Final
from urllib.parse import urlsplit

from idp.broker.domain import SLUG_FORM, Provider, ProviderKind
from idp.broker.errors import ProviderMalformed
from kernel.secret import Secret

_REGION: Final = re.compile(r"[1-9][0-9]")
_CLIENT_ID: Final = re.compile(r"[!-9;-~]{1,64}")
_SECRET: Final = re.compile(r"[!-~]{16,256}")
_NAME_LIMIT: Final = 100
_MAINTENANCE_LIMIT: Final = 200
_ENTITY_LIMIT: Final = 255


def slug_is_plain(provider: Provider) -> None:
    """A slug stands in addresses and cookies: lower case, digits, inner hyphens."""
    if not SLUG_FORM.fullmatch(provider.slug):
        raise ProviderMalformed("slug")


def entity_is_issuer(provider: Provider) -> None:
    """OIDC Discovery §3 issuer: a URL without query or fragment."""
    text = provider.entity_id
    try:
        parts = urlsplit(text)
    except ValueError as cause:
        raise ProviderMalformed("entity_id") from cause
    if (
        parts.scheme not in {"https", "http"}
        or not parts.netloc
        or len(text) > _ENTITY_LIMIT
    ):
        raise ProviderMalformed("entity_id")
    if "?" in text or "#" in text or not text.isascii() or not text.isprintable():
        raise ProviderMalformed("entity_id")


def region_fits_kind(provider: Provider) -> None:
    """GB/T 2260: a province has its two digits, nobody else has any."""
    is_province = provider.kind is ProviderKind.PROVINCE
    if is_province != bool(_REGION.fullmatch(provider.code)):
        raise ProviderMalformed("code")
    if not is_province and provider.code:
        raise ProviderMalformed("code")


def names_are_bounded(provider: Provider) -> None:
    """Names stand on a page of many rows."""
    for text in (provider.name_zh, provider.name_en, provider.pinyin):
        if len(text) > _NAME_LIMIT or not (text.isprintable() or not text):
            raise ProviderMalformed("names")
    if not provider.name_zh or not provider.name_en:
        raise ProviderMalformed("names")


def nothing_is_handed_over(provider: Provider, secret: str) -> None:
    """OpenID Federation 1.0 §12: our name there comes of registering, not by hand."""
    if provider.client_id or secret:
        raise ProviderMalformed("client_id and client_secret")


def registration_is_said_here(provider: Provider) -> None:
    """A represented member's record is the register's; nobody enters one here."""
    if provider.represented:
        raise ProviderMalformed("registration")


def credentials_fit_basic(provider: Provider, secret: Secret) -> None:
    """RFC 7617 §2: a user-id holds no colon; both are visible ASCII."""
    if not _CLIENT_ID.fullmatch(provider.client_id):
        raise ProviderMalformed("client_id")
    if not _SECRET.fullmatch(secret.reveal()):
        raise ProviderMalformed("client_secret")


def maintenance_is_a_line(words: str) -> None:
    """The words stand in one line of the chooser."""
    if len(words) > _MAINTENANCE_LIMIT or not (words.isprintable() or not words):
        raise ProviderMalformed("maintenance")
