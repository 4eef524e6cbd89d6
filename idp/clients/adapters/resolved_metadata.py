"""A relying party as its superiors describe it: derived from the chain, never kept."""

from collections.abc import Mapping
from typing import Final

from federation.domain import RELYING_PARTY, VerifiedChain
from idp.clients.domain import (
    SCOPE_CLAIMS,
    AuthMethod,
    ClaimAsked,
    Client,
    ClientState,
    GrantType,
    LocalText,
    Membership,
    OidcFacet,
    RedirectUri,
    Registration,
)
from idp.clients.errors import (
    ClientMalformed,
    MemberMetadataRefused,
    MemberRedirectRefused,
    RedirectUriRefused,
)
from idp.clients.service import FACET_RULES, keeps_the_rules
from kernel.ids import ClientId
from kernel.proof.jose import KeySet

_NAME_LIMIT: Final = 100
_TEXT_LIMIT: Final = 500
_IDENTIFIER_LIMIT: Final = 255
_ID_TOKEN_ALG: Final = "ES256"  # noqa: S105  an algorithm
_FOR_MEMBERS: Final = frozenset({GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN})
_METHODS: Final[Mapping[Registration, tuple[AuthMethod, ...]]] = {
    Registration.AUTOMATIC: (AuthMethod.PRIVATE_KEY,),
    Registration.EXPLICIT: (AuthMethod.PRIVATE_KEY, AuthMethod.BASIC, AuthMethod.POST),
}
_RETENTION: Final = LocalText("按该机构的隐私政策", "As its privacy policy says")
Metadata = Mapping[str, object]


def client_of(chain: VerifiedChain, keys: KeySet, registration: Registration) -> Client:
    """Return the relying party at the leaf of a chain; nothing of it exceeds the metadata.

    Raises:
        MemberMetadataRefused: the resolved metadata is not enough, or asks for something
            we never do; the detail names the parameter.

    Source: OpenID Federation 1.0 §12.1.1.1.2, §12.2.2; OIDC Registration §2.
    """
    metadata = chain.metadata.get(RELYING_PARTY)
    if metadata is None:
        raise MemberMetadataRefused(RELYING_PARTY)
    identifier_fits(chain)
    may_register_so(metadata, registration)
    signs_id_tokens_as_we_do(metadata)
    membership = Membership(registration, chain.path, chain.expires_at, chain.parties)
    facet = _facet(metadata, keys, membership)
    client = _client(chain, metadata, facet, membership)
    try:
        return keeps_the_rules(client, FACET_RULES)
    except RedirectUriRefused as cause:
        raise MemberRedirectRefused(cause.detail) from cause
    except ClientMalformed as cause:
        raise MemberMetadataRefused(cause.detail) from cause


def identifier_fits(chain: VerifiedChain) -> None:
    """Our own limit: records name a client in 255 characters at most."""
    if len(chain.subject) > _IDENTIFIER_LIMIT:
        raise MemberMetadataRefused("entity identifier too long")


def may_register_so(metadata: Metadata, registration: Registration) -> None:
    """§5.1.2: client_registration_types is REQUIRED, and this type is among them."""
    if registration.value not in _texts(metadata, "client_registration_types"):
        raise MemberMetadataRefused("client_registration_types")


def signs_id_tokens_as_we_do(metadata: Metadata) -> None:
    """OIDC Registration §2: who insists on another algorithm could read none of ours."""
    named = metadata.get("id_token_signed_response_alg", _ID_TOKEN_ALG)
    if named != _ID_TOKEN_ALG:
        raise MemberMetadataRefused("id_token_signed_response_alg")


def _client(
    chain: VerifiedChain, metadata: Metadata, facet: OidcFacet, membership: Membership
) -> Client:
    name = _told(metadata, "client_name") or _told(metadata, "organization_name")
    if name is None:
        raise MemberMetadataRefused("client_name")
    asked = frozenset[str]().union(*(SCOPE_CLAIMS[scope] for scope in facet.scopes))
    return Client(
        id=ClientId(chain.subject),
        name_zh=name.zh[:_NAME_LIMIT],
        name_en=name.en[:_NAME_LIMIT],
        claims=tuple(ClaimAsked(claim) for claim in sorted(asked)),
        recipient=_told(metadata, "organization_name") or name,
        purpose=_told(metadata, "description") or _purpose(name),
        retention=_RETENTION,
        state=ClientState.LIVE,
        oidc=facet,
        membership=membership,
        created_at=chain.statements[0].issued_at,
    )


def _facet(metadata: Metadata, keys: KeySet, membership: Membership) -> OidcFacet:
    asked = frozenset(str(metadata.get("scope", "openid")).split(" "))
    return OidcFacet(
        auth_method=_method(metadata, membership.registration),
        grant_types=_grants(metadata),
        redirect_uris=_addresses(metadata, "redirect_uris"),
        post_logout_redirect_uris=_addresses(metadata, "post_logout_redirect_uris"),
        backchannel_logout_uri=_text(metadata, "backchannel_logout_uri"),
        scopes=(asked & SCOPE_CLAIMS.keys()) | {"openid"},
        # Nobody but the member itself can be of its sector, whatever addresses it names.
        sector=membership.path[0],
        keys=keys,
        request_object_alg=_text(metadata, "request_object_signing_alg"),
        assertion_alg=_text(metadata, "token_endpoint_auth_signing_alg"),
        signs_requests=metadata.get("require_signed_request_object") is True,
    )


def _method(metadata: Metadata, registration: Registration) -> AuthMethod:
    """§12.1.4: one that both sides support; a secret only where one can be handed over.

    OIDC Registration §2: who names none, and registers explicitly, means a secret by HTTP
    Basic; automatic registration knows no secrets.
    """
    usable = _METHODS[registration]
    named = _text(metadata, "token_endpoint_auth_method")
    if named is None and "token_endpoint_auth_methods_supported" not in metadata:
        return usable[0] if registration is Registration.AUTOMATIC else AuthMethod.BASIC
    several = _texts(metadata, "token_endpoint_auth_methods_supported")
    offered = several if named is None else (*several, named)
    fitting = next((method for method in usable if method.value in offered), None)
    if fitting is None:
        raise MemberMetadataRefused("token_endpoint_auth_method")
    return fitting


def _grants(metadata: Metadata) -> frozenset[GrantType]:
    """OIDC Registration §2: the code flow, and refreshing if it asks for that."""
    if "code" not in _texts(metadata, "response_types", ("code",)):
        raise MemberMetadataRefused("response_types")
    asked = _texts(metadata, "grant_types", (GrantType.AUTHORIZATION_CODE.value,))
    grants = frozenset(grant for grant in _FOR_MEMBERS if grant.value in asked)
    if GrantType.AUTHORIZATION_CODE not in grants:
        raise MemberMetadataRefused("grant_types")
    return grants


def _addresses(metadata: Metadata, name: str) -> tuple[RedirectUri, ...]:
    try:
        return tuple(RedirectUri.parse(uri) for uri in _texts(metadata, name))
    except RedirectUriRefused as cause:
        raise MemberRedirectRefused(name) from cause


def _texts(metadata: Metadata, name: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
    held = metadata.get(name)
    if held is None:
        return default
    if not isinstance(held, list) or not all(isinstance(text, str) for text in held):
        raise MemberMetadataRefused(name)
    return tuple(held)


def _text(metadata: Metadata, name: str) -> str | None:
    held = metadata.get(name)
    if held is not None and not isinstance(held, str):
        raise MemberMetadataRefused(name)
    return held


def _told(metadata: Metadata, name: str) -> LocalText | None:
    """§5.2.2: a text with its language variants; one language stands in for the other."""
    plain = _text(metadata, name)
    zh = _text(metadata, f"{name}#zh") or _text(metadata, f"{name}#zh-CN") or plain
    en = _text(metadata, f"{name}#en") or plain or zh
    if not zh or not en:
        return None
    return LocalText(zh[:_TEXT_LIMIT], en[:_TEXT_LIMIT])


def _purpose(name: LocalText) -> LocalText:
    return LocalText(
        f"登录{name.zh[:_NAME_LIMIT]}", f"To sign in at {name.en[:_NAME_LIMIT]}"
    )
