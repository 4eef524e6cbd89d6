"""What a relying-party engineer starts from: files made for one registered client."""

from dataclasses import dataclass
from enum import StrEnum

from idp.clients.domain import AuthMethod, Client, GrantType, rules_of


class Library(StrEnum):
    """For which library or tool a start is written."""

    APACHE = "mod_auth_openidc"
    SPRING = "spring"
    DJANGO = "django"
    NODE = "node"
    CURL = "curl"


@dataclass(frozen=True, slots=True)
class StartFile:
    """One file to begin with."""

    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What a client's files are written from: nothing secret, so nothing secret in them."""

    issuer: str
    client_id: str
    name: str
    method: AuthMethod
    by_code: bool
    by_device: bool
    own_tokens: bool
    redirect_uri: str
    back_uri: str
    scope: str
    token_algorithm: str
    pushes: bool
    challenges: bool
    dpop: bool
    signs_requests: bool = False
    reads_encrypted: bool = False
    reads_signed_userinfo: bool = False
    shows_certificate: bool = False

    @classmethod
    def of(cls, client: Client, issuer: str) -> "Start":
        """Gather what is registered of a client."""
        facet, rules = client.oidc, rules_of(client)
        back = facet.post_logout_redirect_uris
        return cls(
            issuer=issuer,
            client_id=client.id,
            name=client.name_en,
            method=facet.auth_method,
            by_code=GrantType.AUTHORIZATION_CODE in facet.grant_types,
            by_device=GrantType.DEVICE_CODE in facet.grant_types,
            own_tokens=GrantType.CLIENT_CREDENTIALS in facet.grant_types,
            redirect_uri=facet.redirect_uris[0].text if facet.redirect_uris else "",
            back_uri=back[0].text if back else "",
            scope=" ".join(sorted(facet.scopes)),
            token_algorithm=facet.id_token_alg,
            pushes=rules.needs_push or facet.requires_push,
            challenges=rules.needs_pkce,
            dpop=facet.binds_to_dpop
            or (rules.needs_sender_constraint and not facet.binds_to_certificate),
            signs_requests=facet.signs_requests,
            reads_encrypted=bool(facet.id_token_encryption or facet.userinfo_encryption),
            reads_signed_userinfo=facet.userinfo_alg is not None,
            shows_certificate=facet.binds_to_certificate,
        )
