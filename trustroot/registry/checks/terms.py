"""Rules about terms: they hold for applications and for changes alike."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Final

from kernel.assurance import Level
from kernel.errors import Refused
from kernel.proof.jose import KeySet
from kernel.proof.tlog import NoteVerifier
from trustroot.registry.domain import (
    PROTOCOLS,
    MemberKind,
    Representation,
    Terms,
)
from trustroot.registry.errors import ApplicationMalformed, BasisMissing

_LIST_LIMIT: Final = 64
_TEXT_LIMIT: Final = 500
_APPROVED_BYTES: Final = 65_536
_TYPE: Final = re.compile(r"[a-z][a-z0-9_]{1,63}", re.ASCII)
_CLAIM: Final = re.compile(r"[A-Za-z][A-Za-z0-9_:./-]{0,127}", re.ASCII)
_PARAMETER: Final = re.compile(r"[A-Za-z][A-Za-z0-9_#-]{0,127}", re.ASCII)
_REGIONS: Final = re.compile(r"(?:[0-9]{2}){1,3}", re.ASCII)
_SLUG: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}", re.ASCII)
_CLIENT_ID: Final = re.compile(r"[ -~]{0,255}", re.ASCII)
_NO_FEDERATION: Final = frozenset({MemberKind.CA, MemberKind.WITNESS})
_SPOKEN_FOR: Final = frozenset(
    {MemberKind.PLATFORM, MemberKind.IDENTITY_PROVIDER, MemberKind.ATTRIBUTE_SOURCE}
)
_LEVELS: Final = frozenset(level.value for level in Level)


def keys_are_public_and_strong(kind: MemberKind, terms: Terms) -> None:
    """OpenID Federation 1.0 §3.1.1: public federation keys, at least one.

    CAs and witnesses speak no federation and need none; for a represented member the
    installation makes them.
    """
    keys = _keys(terms.jwks, "jwks")
    signing = [key for key in keys.by_kid.values() if key.algorithms]
    needed = kind not in _NO_FEDERATION and terms.represented is None
    if needed and not signing:
        raise ApplicationMalformed("terms.jwks: no signing key")


def other_keys_are_keys(terms: Terms) -> None:
    """C2SP signed-note: the log's key is a vkey; OpenID SSF 1.0: signals' keys are JWKs."""
    _keys(terms.signal_jwks, "signal_jwks")
    if terms.log_key is None:
        return
    try:
        NoteVerifier.parse(terms.log_key)
    except Refused as cause:
        raise ApplicationMalformed("terms.log_key") from cause


def types_and_attributes_are_names(terms: Terms) -> None:
    """OpenID Federation 1.0 §5.1, OIDC Core §5.1: entity types and claims are names."""
    listed = ((terms.entity_types, _TYPE), (terms.attributes, _CLAIM))
    for names, form in listed:
        if len(names) > _LIST_LIMIT or not all(form.fullmatch(name) for name in names):
            raise ApplicationMalformed("terms.entity_types, terms.attributes")


def regions_are_codes(terms: Terms) -> None:
    """GB/T 2260: two digits of a province, four of a city, six of a county."""
    if len(terms.regions) > _LIST_LIMIT:
        raise ApplicationMalformed("terms.regions")
    if not all(_REGIONS.fullmatch(region) for region in terms.regions):
        raise ApplicationMalformed("terms.regions")


def bases_name_attributes(terms: Terms) -> None:
    """PIPL art. 13: a basis is a text, and stands for an attribute of these terms."""
    for attribute, basis in terms.bases.items():
        if attribute not in terms.attributes or not _is_text(basis):
            raise ApplicationMalformed("terms.bases")


def every_attribute_has_its_basis(wanted: Iterable[str], terms: Terms) -> None:
    """PIPL art. 6 and 13: nothing is asserted or got without a basis or a purpose."""
    lacking = sorted(name for name in wanted if name not in terms.bases)
    if lacking:
        raise BasisMissing(", ".join(lacking)[:_TEXT_LIMIT])


def approved_values_are_metadata(terms: Terms) -> None:
    """OpenID Federation 1.0 §5: by entity type it may play, by parameter, never null."""
    allowed = terms.entity_types | {"federation_entity"}
    for entity_type, values in terms.approved.items():
        if entity_type not in allowed or not isinstance(values, Mapping):
            raise ApplicationMalformed("terms.approved: entity type")
        if not all(_is_parameter(name, value) for name, value in values.items()):
            raise ApplicationMalformed(f"terms.approved.{entity_type}")
    if len(json.dumps(terms.approved)) > _APPROVED_BYTES:
        raise ApplicationMalformed("terms.approved: too long")


def representation_can_be_spoken(kind: MemberKind, terms: Terms) -> None:
    """Ours: a known protocol, a path of one segment, mappings onto what was approved."""
    said = terms.represented
    if said is None:
        return
    if kind not in _SPOKEN_FOR or said.protocol not in PROTOCOLS:
        raise ApplicationMalformed("terms.represented.protocol")
    if not _SLUG.fullmatch(said.slug) or not _CLIENT_ID.fullmatch(said.client_id):
        raise ApplicationMalformed("terms.represented: slug, client_id")
    _claims_are_within(said, terms)
    _levels_are_levels(said)


def representation_is_complete(terms: Terms) -> None:
    """OIDC Core §3.1.2.1: whoever is spoken with as a client has a ``client_id`` there."""
    if terms.represented is not None and not terms.represented.client_id:
        raise ApplicationMalformed("terms.represented.client_id")


def terms_are_well_formed(kind: MemberKind, terms: Terms) -> None:
    """Apply every rule about terms."""
    keys_are_public_and_strong(kind, terms)
    other_keys_are_keys(terms)
    types_and_attributes_are_names(terms)
    regions_are_codes(terms)
    bases_name_attributes(terms)
    approved_values_are_metadata(terms)
    representation_can_be_spoken(kind, terms)


def _claims_are_within(said: Representation, terms: Terms) -> None:
    """The mapping gives no claim that the terms do not."""
    for ours, theirs in said.claims.items():
        known = ours == "sub" or ours in terms.attributes
        if not (known and isinstance(theirs, str) and _CLAIM.fullmatch(theirs)):
            raise ApplicationMalformed("terms.represented.claims")


def _levels_are_levels(said: Representation) -> None:
    if len(said.levels) > _LIST_LIMIT:
        raise ApplicationMalformed("terms.represented.levels")
    for acr, level in said.levels.items():
        if len(acr) > _TEXT_LIMIT or type(level) is not int or level not in _LEVELS:
            raise ApplicationMalformed("terms.represented.levels")


def _keys(jwks: Mapping[str, object], at: str) -> KeySet:
    try:
        return KeySet.parse(jwks) if jwks else KeySet.of(())
    except Refused as cause:
        raise ApplicationMalformed(f"terms.{at}: {cause.code}") from cause


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= _TEXT_LIMIT


def _is_parameter(name: str, value: object) -> bool:
    return bool(_PARAMETER.fullmatch(name)) and value is not None and _is_exact(value)


def _is_exact(value: object) -> bool:
    """RFC 8785 §3.2.2.3: no fractions, which two readers may write differently."""
    if isinstance(value, Mapping):
        return all(_is_exact(member) for member in value.values())
    if isinstance(value, list):
        return all(_is_exact(member) for member in value)
    return not isinstance(value, float)
