"""Rules an application must keep before anybody looks at it."""

import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

from kernel.errors import Refused
from kernel.proof.jose import KeySet
from trustroot.registry.domain import Application, MemberKind, Terms
from trustroot.registry.errors import ApplicationMalformed

_ENTITY_ID_LIMIT: Final = 2048
_NAME_LIMIT: Final = 200
_LIST_LIMIT: Final = 64
_TYPE: Final = re.compile(r"[a-z][a-z0-9_]{1,63}", re.ASCII)
_CLAIM: Final = re.compile(r"[A-Za-z][A-Za-z0-9_:./-]{0,127}", re.ASCII)
_REGION: Final = re.compile(r"[0-9]{2}", re.ASCII)
_USCC: Final = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}", re.ASCII)
_NO_FEDERATION: Final = frozenset({MemberKind.CA, MemberKind.WITNESS})
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def entity_id_is_an_entity_identifier(
    application: Application, *, http_on_loopback: bool
) -> None:
    """OpenID Federation 1.0 §1.2: an https URL with a host, without query and fragment.

    A development installation also takes http on this machine.
    """
    parts = _split(application.entity_id)
    secure = parts.scheme == "https" or (
        http_on_loopback and parts.scheme == "http" and parts.hostname in _LOOPBACK
    )
    plain = not (parts.query or parts.fragment or parts.username)
    short = len(application.entity_id) <= _ENTITY_ID_LIMIT
    if not (secure and parts.hostname and plain and short):
        raise ApplicationMalformed("entity_id")


def names_are_given(application: Application) -> None:
    """Ours: the register shows every member in Chinese and in English."""
    for name in (application.name_zh, application.name_en):
        if not 0 < len(name.strip()) <= _NAME_LIMIT or not name.isprintable():
            raise ApplicationMalformed("name_zh, name_en")


def codes_have_their_form(application: Application) -> None:
    """GB/T 2260: two digits of a region; GB 32100: 18 characters of an organisation."""
    if application.code is not None and not _REGION.fullmatch(application.code):
        raise ApplicationMalformed("code")
    if application.uscc is not None and not _USCC.fullmatch(application.uscc):
        raise ApplicationMalformed("uscc")


def contacts_are_bounded(application: Application) -> None:
    """Ours: at most 64 contacts of at most 200 characters."""
    if len(application.contacts) > _LIST_LIMIT:
        raise ApplicationMalformed("contacts")
    if any(not 0 < len(contact) <= _NAME_LIMIT for contact in application.contacts):
        raise ApplicationMalformed("contacts")


def keys_are_public_and_strong(kind: MemberKind, terms: Terms) -> None:
    """OpenID Federation 1.0 §3.1.1: public federation keys, at least one.

    CAs and witnesses speak no federation and need none.
    """
    try:
        keys = KeySet.parse(terms.jwks) if terms.jwks else KeySet.of(())
    except Refused as cause:
        raise ApplicationMalformed(f"terms.jwks: {cause.code}") from cause
    signing = [key for key in keys.by_kid.values() if key.algorithms]
    if not signing and kind not in _NO_FEDERATION:
        raise ApplicationMalformed("terms.jwks: no signing key")


def types_and_attributes_are_names(terms: Terms) -> None:
    """OpenID Federation 1.0 §5.1, OIDC Core §5.1: entity types and claims are names."""
    listed = ((terms.entity_types, _TYPE), (terms.attributes, _CLAIM))
    for names, form in listed:
        if len(names) > _LIST_LIMIT or not all(form.fullmatch(name) for name in names):
            raise ApplicationMalformed("terms.entity_types, terms.attributes")


def terms_are_well_formed(kind: MemberKind, terms: Terms) -> None:
    """Apply every rule about terms; they hold for applications and for changes."""
    keys_are_public_and_strong(kind, terms)
    types_and_attributes_are_names(terms)


def application_is_well_formed(application: Application, *, http_on_loopback: bool) -> None:
    """Apply every rule about applications."""
    entity_id_is_an_entity_identifier(application, http_on_loopback=http_on_loopback)
    names_are_given(application)
    codes_have_their_form(application)
    contacts_are_bounded(application)
    terms_are_well_formed(application.kind, application.terms)


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as cause:
        raise ApplicationMalformed("entity_id") from cause
    return parts
