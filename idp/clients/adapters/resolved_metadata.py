"""A relying party as its superiors describe it: derived from the chain, never kept."""

from dataclasses import replace
from typing import Final

from federation.domain import RELYING_PARTY, VerifiedChain
from idp.clients.adapters.member_facet import facet_of
from idp.clients.adapters.metadata_values import Metadata, text, text_in, texts, told
from idp.clients.domain import (
    CHINESE,
    ENGLISH,
    SCOPE_CLAIMS,
    ClaimAsked,
    Client,
    ClientState,
    LocalText,
    Membership,
    OidcFacet,
    PublicPages,
    Registration,
    reachable,
    retention_told,
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
_IDENTIFIER_LIMIT: Final = 255


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
    membership = Membership(registration, chain.path, chain.expires_at, chain.parties)
    try:
        facet = facet_of(metadata, keys, membership)
        client = _client(chain, metadata, facet, membership)
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
    if registration.value not in texts(metadata, "client_registration_types"):
        raise MemberMetadataRefused("client_registration_types")


def _client(
    chain: VerifiedChain, metadata: Metadata, facet: OidcFacet, membership: Membership
) -> Client:
    name = told(metadata, "client_name") or told(metadata, "organization_name")
    if name is None:
        raise MemberMetadataRefused("client_name")
    asked = frozenset[str]().union(*(SCOPE_CLAIMS[scope] for scope in facet.scopes))
    client = Client(
        id=ClientId(chain.subject),
        name_zh=name.zh[:_NAME_LIMIT],
        name_en=name.en[:_NAME_LIMIT],
        claims=tuple(ClaimAsked(claim) for claim in sorted(asked)),
        recipient=told(metadata, "organization_name") or name,
        purpose=told(metadata, "description") or _purpose(name),
        contacts=_contacts(metadata),
        pages=_pages(metadata),
        state=ClientState.LIVE,
        oidc=facet,
        membership=membership,
        created_at=chain.statements[0].issued_at,
    )
    return replace(client, retention=retention_told(client))


def _contacts(metadata: Metadata) -> tuple[str, ...]:
    """§5.2.2 contacts: any text counts there; here only what mail reaches."""
    return reachable(texts(metadata, "contacts"))


def _pages(metadata: Metadata) -> PublicPages:
    return PublicPages(
        client_uri=text(metadata, "client_uri"),
        logo_uri=text(metadata, "logo_uri"),
        policy_uri=text_in(CHINESE, metadata, "policy_uri") or text(metadata, "policy_uri"),
        tos_uri=text_in(CHINESE, metadata, "tos_uri") or text(metadata, "tos_uri"),
        policy_uri_en=text_in(ENGLISH, metadata, "policy_uri"),
        tos_uri_en=text_in(ENGLISH, metadata, "tos_uri"),
    )


def _purpose(name: LocalText) -> LocalText:
    return LocalText(
        f"登录{name.zh[:_NAME_LIMIT]}", f"To sign in at {name.en[:_NAME_LIMIT]}"
    )
