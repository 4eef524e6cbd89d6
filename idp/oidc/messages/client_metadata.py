"""Client metadata on the wire: JSON of a client into what its record says (RFC 7591 §2)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from idp.clients.domain import (
    CHINESE,
    ENGLISH,
    SCOPE_CLAIMS,
    AuthMethod,
    ClaimAsked,
    Client,
    GrantType,
    LocalText,
    OidcFacet,
    PublicPages,
    RedirectUri,
    reachable,
    retention_told,
    sector_of,
)
from idp.oidc.errors import ClientMetadataRefused
from idp.oidc.messages.client_wishes import (
    encryption_of,
    grants_of,
    keys_of,
    levels_of,
    method_of,
    profile_of,
    scopes_of,
    tls_subject_of,
)
from idp.oidc.messages.members import Members
from kernel.proof.jose import JoseRefused, decode_object

LIMIT_BYTES: Final = 65_536
_DEPTH: Final = 8
_NAME_LIMIT: Final = 100
_WHERE_NONE_IS_NAMED: Final = OidcFacet().id_token_alg
_JWT_METHODS: Final = frozenset({AuthMethod.PRIVATE_KEY, AuthMethod.SECRET_JWT})

TOLD_AS_SAID: Final = ("software_id", "software_version", "software_statement")
"""Members that mean nothing to us, kept and told back (RFC 7591 §2, §3.2.1)."""


@dataclass(frozen=True, slots=True)
class Told:
    """Metadata read: the record it describes, and what stands beside the record.

    Attributes:
        client: without secret; its sector may still have to be read at an address.
        said: what is told back as it came.
    """

    client: Client
    said: Mapping[str, str]


def parse_metadata(body: bytes) -> Members:
    """Read the JSON object of a registration (RFC 7591 §3.1, RFC 7592 §2.2).

    Raises:
        ClientMetadataRefused: it is none.
    """
    try:
        return Members(decode_object(body, limit_bytes=LIMIT_BYTES, depth=_DEPTH))
    except JoseRefused as cause:
        said = f"one JSON object of {LIMIT_BYTES} bytes at most, each member once"
        raise ClientMetadataRefused(f"the body: {said}") from cause


def described(members: Members, base: Client) -> Told:
    """Return ``base`` with all that metadata can say taken from ``members``.

    What does not apply is passed over (RFC 7591 §2: unknown members MUST be ignored); what
    was left out has its default. What only operators say stays as it is in ``base``.

    Raises:
        ClientMetadataRefused: a member is not acceptable; the detail names it.
        RedirectUriRefused: a redirect URI is none a browser may be sent to.
        SectorMissing: several hosts, and no sector_identifier_uri.
    """
    facet = _facet(members, base)
    name = _named(members, base)
    client = replace(
        base,
        name_zh=name.zh,
        name_en=name.en,
        recipient=name,
        purpose=LocalText(f"登录{name.zh}", f"To sign in at {name.en}"),
        claims=_claims(facet.scopes, base),
        contacts=reachable(members.texts("contacts")),
        pages=_pages(members),
        oidc=facet,
    )
    client = replace(client, retention=retention_told(client))
    return Told(client, _as_said(members))


def _facet(members: Members, client: Client) -> OidcFacet:
    """Return the facet; operators' own members of ``client`` stay."""
    base, grants = client.oidc, grants_of(members)
    method, profile = method_of(members), profile_of(members)
    redirects = _redirects(members, grants)
    signs = method in _JWT_METHODS
    return replace(
        base,
        profile=profile,
        auth_method=method,
        grant_types=grants,
        redirect_uris=redirects,
        post_logout_redirect_uris=_addresses(members, "post_logout_redirect_uris"),
        scopes=scopes_of(members),
        sector=_own(client, grants) or _sector(members, redirects),
        sector_identifier_uri=members.text("sector_identifier_uri"),
        keys=keys_of(members),
        jwks_uri=members.text("jwks_uri"),
        request_object_alg=members.text("request_object_signing_alg"),
        assertion_alg=members.text("token_endpoint_auth_signing_alg") if signs else None,
        signs_requests=members.flag("require_signed_request_object"),
        request_uris=members.texts("request_uris"),
        requires_push=members.flag("require_pushed_authorization_requests"),
        id_token_alg=members.text("id_token_signed_response_alg") or _WHERE_NONE_IS_NAMED,
        id_token_encryption=encryption_of(members, "id_token_encrypted_response"),
        userinfo_alg=members.text("userinfo_signed_response_alg"),
        userinfo_encryption=encryption_of(members, "userinfo_encrypted_response"),
        binds_to_dpop=members.flag("dpop_bound_access_tokens"),
        binds_to_certificate=members.flag("tls_client_certificate_bound_access_tokens"),
        tls_subject=tls_subject_of(members) if method is AuthMethod.TLS else None,
        default_max_age=members.seconds("default_max_age"),
        requires_auth_time=members.flag("require_auth_time"),
        default_levels=levels_of(members),
        initiate_login_uri=members.text("initiate_login_uri"),
        frontchannel_logout_uri=members.text("frontchannel_logout_uri"),
        frontchannel_needs_session=members.flag("frontchannel_logout_session_required"),
        backchannel_logout_uri=members.text("backchannel_logout_uri"),
        backchannel_needs_session=members.flag("backchannel_logout_session_required"),
    )


def _claims(scopes: frozenset[str], base: Client) -> tuple[ClaimAsked, ...]:
    """个人信息保护法 §6: by consent, for what it asks; a basis an operator gave stays."""
    asked = frozenset[str]().union(*(SCOPE_CLAIMS[scope] for scope in scopes))
    given = {claim.name: claim for claim in base.claims}
    return tuple(given.get(name, ClaimAsked(name)) for name in sorted(asked))


def _redirects(members: Members, grants: frozenset[GrantType]) -> tuple[RedirectUri, ...]:
    """RFC 7591 §2: they are for flows that redirect, and mean nothing to the others.

    OIDC Registration §2 requires them, so its libraries send them whatever the grants.
    """
    if GrantType.AUTHORIZATION_CODE not in grants:
        return ()
    return _addresses(members, "redirect_uris")


def _addresses(members: Members, name: str) -> tuple[RedirectUri, ...]:
    return tuple(RedirectUri.parse(uri) for uri in members.texts(name))


def _own(client: Client, grants: frozenset[GrantType]) -> str:
    """OIDC Core §8.1: a device fetches its tokens, so no address tells whose it is."""
    return client.id if GrantType.DEVICE_CODE in grants else ""


def _sector(members: Members, redirects: tuple[RedirectUri, ...]) -> str:
    """OIDC Core §8.1: an address that names a sector is read after this."""
    return "" if members.text("sector_identifier_uri") else sector_of(redirects)


def _named(members: Members, base: Client) -> LocalText:
    """RFC 7591 §2.2: a name with its language variants; one stands in for the other."""
    plain = members.text("client_name")
    zh = members.text_in(CHINESE, "client_name") or plain
    en = members.text_in(ENGLISH, "client_name") or plain or zh
    zh, en = zh or en or base.id, en or base.id
    return LocalText(zh[:_NAME_LIMIT], en[:_NAME_LIMIT])


def _pages(members: Members) -> PublicPages:
    """RFC 7591 §2.2: pages with their language variants, as the name has them."""
    return PublicPages(
        client_uri=members.text("client_uri"),
        logo_uri=members.text("logo_uri"),
        policy_uri=_for_everybody(members, "policy_uri"),
        tos_uri=_for_everybody(members, "tos_uri"),
        policy_uri_en=members.text_in(ENGLISH, "policy_uri"),
        tos_uri_en=members.text_in(ENGLISH, "tos_uri"),
    )


def _for_everybody(members: Members, name: str) -> str | None:
    return members.text_in(CHINESE, name) or members.text(name)


def _as_said(members: Members) -> Mapping[str, str]:
    said = {name: members.text(name) for name in TOLD_AS_SAID}
    return {name: value for name, value in said.items() if value is not None}
