"""Rules an application must keep before anybody looks at it."""

import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

from kernel.identifiers import CreditCode, IdentifierRefused
from trustroot.registry.checks.terms import terms_are_well_formed
from trustroot.registry.domain import Application, Contract, Member, Terms
from trustroot.registry.errors import (
    ApplicationMalformed,
    ContractMalformed,
    EntityTaken,
)

_ENTITY_ID_LIMIT: Final = 2048
_SIGNS: Final = re.compile(r"[!-~]+", re.ASCII)
_NAME_LIMIT: Final = 200
_LIST_LIMIT: Final = 64
_NUMBER_LIMIT: Final = 100
_REGION: Final = re.compile(r"(?:[0-9]{2}){1,3}", re.ASCII)
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def entity_id_is_an_entity_identifier(
    application: Application, *, http_on_loopback: bool
) -> None:
    """OpenID Federation 1.0 §1.2: an https URL with a host, without query and fragment.

    RFC 3986 §2: of visible ASCII; with a space in it, standing would read it as a bond.
    A development installation also takes http on this machine.
    """
    parts = _split(application.entity_id)
    secure = parts.scheme == "https" or (
        http_on_loopback and parts.scheme == "http" and parts.hostname in _LOOPBACK
    )
    signs = _SIGNS.fullmatch(application.entity_id)
    plain = signs and not (parts.query or parts.fragment or parts.username)
    short = len(application.entity_id) <= _ENTITY_ID_LIMIT
    if not (secure and parts.hostname and plain and short):
        raise ApplicationMalformed("entity_id")


def entity_is_free(memberships: tuple[Member, ...]) -> None:
    """The lifecycle: an entity has one membership at a time; who has gone may come anew."""
    for held in memberships:
        if not held.is_gone:
            raise EntityTaken(held.entity_id)


def names_are_given(application: Application) -> None:
    """Ours: the register shows every member in Chinese and in English."""
    for name in (application.name_zh, application.name_en):
        if not 0 < len(name.strip()) <= _NAME_LIMIT or not name.isprintable():
            raise ApplicationMalformed("name_zh, name_en")


def codes_have_their_form(application: Application) -> None:
    """GB/T 2260: two, four or six digits of a region; GB 32100: 18 characters, checked."""
    if application.code is not None and not _REGION.fullmatch(application.code):
        raise ApplicationMalformed("code")
    if application.uscc is None:
        return
    try:
        canonical = CreditCode.parse(application.uscc).value
    except IdentifierRefused as cause:
        raise ApplicationMalformed(f"uscc: {cause.detail}") from cause
    if canonical != application.uscc:
        raise ApplicationMalformed("uscc: not in its normal form")


def contacts_are_bounded(application: Application) -> None:
    """Ours: at most 64 contacts of at most 200 characters."""
    if len(application.contacts) > _LIST_LIMIT:
        raise ApplicationMalformed("contacts")
    if any(not 0 < len(contact) <= _NAME_LIMIT for contact in application.contacts):
        raise ApplicationMalformed("contacts")


def contract_is_well_formed(contract: Contract | None) -> None:
    """Ours: a contract has a number, and ends after it was signed."""
    if contract is None:
        return
    number, until = contract.number.strip(), contract.valid_until
    if not 0 < len(number) <= _NUMBER_LIMIT or not number.isprintable():
        raise ContractMalformed("number")
    if until is not None and until <= contract.signed_on:
        raise ContractMalformed("valid_until")


def issuer_is_the_entity(application: Application) -> None:
    """OIDC Discovery §3: a plain OpenID provider is known by its own issuer."""
    said = application.terms.represented
    if said is not None and said.issuer != application.entity_id:
        raise ApplicationMalformed("terms.represented.issuer")


def issuer_stays(member: Member, terms: Terms) -> None:
    """OIDC Discovery §3: a change gives a represented member no other issuer."""
    said = terms.represented
    if said is not None and said.issuer != member.entity_id:
        raise ApplicationMalformed("terms.represented.issuer")


def entity_stays(member: Member, application: Application) -> None:
    """Ours: a draft is edited, not turned into another entity's; that one applies anew."""
    if application.entity_id != member.entity_id:
        raise ApplicationMalformed("entity_id")


def application_is_well_formed(application: Application, *, http_on_loopback: bool) -> None:
    """Apply every rule about applications."""
    entity_id_is_an_entity_identifier(application, http_on_loopback=http_on_loopback)
    names_are_given(application)
    codes_have_their_form(application)
    contacts_are_bounded(application)
    contract_is_well_formed(application.contract)
    issuer_is_the_entity(application)
    terms_are_well_formed(application.kind, application.terms)


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as cause:
        raise ApplicationMalformed("entity_id") from cause
    return parts
