"""What a client wishes for, read member by member (RFC 7591 §2, OIDC Registration §2)."""

from typing import Final

from idp.clients.domain import (
    OFFLINE,
    SCOPE_CLAIMS,
    AuthMethod,
    EncryptionWish,
    GrantType,
    Profile,
    TlsName,
    TlsSubject,
)
from idp.oidc.errors import ClientMetadataRefused
from idp.oidc.messages.members import Members
from kernel.assurance import Level
from kernel.proof.jose import JoseRefused, KeySet

_DEFAULT_SCOPES: Final = frozenset({"openid", "profile"})
_OFFERED: Final = frozenset(
    {
        GrantType.AUTHORIZATION_CODE,
        GrantType.REFRESH_TOKEN,
        GrantType.CLIENT_CREDENTIALS,
        GrantType.DEVICE_CODE,
    }
)
"""What a client may give itself; whose tokens it may exchange, operators decide."""


def method_of(members: Members) -> AuthMethod:
    """RFC 7591 §2: client_secret_basic if none is named; RFC 8252 §8.5: none if native."""
    named = members.text("token_endpoint_auth_method")
    if named is None:
        return AuthMethod.NONE if _is_native(members) else AuthMethod.BASIC
    try:
        return AuthMethod(named)
    except ValueError as cause:
        known = ", ".join(AuthMethod)
        said = f"token_endpoint_auth_method: one of {known}"
        raise ClientMetadataRefused(said) from cause


def profile_of(members: Members) -> Profile:
    """Ours: the profile by its name (our own member), else by the kind of application."""
    known = {profile.value: profile for profile in Profile}
    named = known.get(members.text("profile") or "")
    if named is not None:
        return named
    return Profile.NATIVE if _is_native(members) else Profile.OIDC


def _is_native(members: Members) -> bool:
    """OIDC Registration §2 application_type: web if nothing is said."""
    named = members.text("application_type") or "web"
    if named not in {"web", "native"}:
        raise ClientMetadataRefused("application_type: web or native")
    return named == "native"


def grants_of(members: Members) -> frozenset[GrantType]:
    """RFC 7591 §2.1: grant and response types fit together; what nobody gets is left out.

    Raises:
        ClientMetadataRefused: nothing is left, or only answers we never give are wanted.
    """
    asked = members.texts("grant_types") or (GrantType.AUTHORIZATION_CODE.value,)
    grants = frozenset(grant for grant in _OFFERED if grant.value in asked)
    answers = members.texts("response_types") or ("code",)
    if GrantType.AUTHORIZATION_CODE in grants and "code" not in answers:
        raise ClientMetadataRefused("response_types: code, and nothing else is given")
    if not grants:
        known = ", ".join(grant.value for grant in _OFFERED)
        raise ClientMetadataRefused(f"grant_types: one at least of {known}")
    return grants


def scopes_of(members: Members) -> frozenset[str]:
    """RFC 7591 §2 scope: what is not about people is never given here.

    Who names none and registers to refresh may ask for what refreshing needs (OIDC Core
    §11): libraries register the grant, and say the scope only as they ask.
    """
    asked = frozenset((members.text("scope") or "").split(" ")) & SCOPE_CLAIMS.keys()
    refreshes = GrantType.REFRESH_TOKEN in grants_of(members)
    return asked or _DEFAULT_SCOPES | ({OFFLINE} if refreshes else frozenset())


def keys_of(members: Members) -> KeySet | None:
    """RFC 7591 §2: jwks or jwks_uri, never both; public keys only."""
    jwks = members.object("jwks")
    if jwks is None:
        return None
    if members.text("jwks_uri") is not None:
        raise ClientMetadataRefused("jwks and jwks_uri: one of them")
    try:
        return KeySet.parse(jwks)
    except JoseRefused as cause:
        raise ClientMetadataRefused(f"jwks: {cause.code}") from cause


def encryption_of(members: Members, name: str) -> EncryptionWish | None:
    """OIDC Registration §2: an ``_enc`` without its ``_alg`` is an error."""
    alg, enc = members.text(f"{name}_alg"), members.text(f"{name}_enc")
    if alg is None and enc is not None:
        raise ClientMetadataRefused(f"{name}_enc: says nothing without {name}_alg")
    if alg is None:
        return None
    return EncryptionWish(alg) if enc is None else EncryptionWish(alg, enc)


def tls_subject_of(members: Members) -> TlsSubject:
    """RFC 8705 §2.1.2: exactly one of the names."""
    named = [(kind, members.text(kind.value)) for kind in TlsName]
    said = [TlsSubject(kind, value) for kind, value in named if value is not None]
    if len(said) != 1:
        names = ", ".join(kind.value for kind in TlsName)
        raise ClientMetadataRefused(f"{names}: exactly one of them")
    return said[0]


def levels_of(members: Members) -> tuple[Level, ...]:
    """OIDC Registration §2 default_acr_values: those that are levels here."""
    known = {level.acr: level for level in Level}
    return tuple(known[acr] for acr in members.texts("default_acr_values") if acr in known)
