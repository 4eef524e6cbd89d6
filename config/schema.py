"""The page an operator fills in.

Every setting there is stands here, in ``drivers``, ``evidence``, ``issuing``, ``keyring``.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from config.drivers import (
    Database,
    Ephemeral,
    Http,
    NoticeCarriers,
    Observing,
    OutboundCalls,
)
from config.evidence import EvidenceLadder
from config.issuing import ExtraAlgorithm, RegistrationDoor, StatementIssuer
from config.keyring import Keys
from config.words import (
    AGENT,
    HOST,
    ISSUER,
    ORIGIN,
    REGION,
    ROOT,
    SLUG,
    URL,
    Profile,
    Role,
    Rule,
    SecretFile,
)

_SECOND = timedelta(seconds=1)
_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


def _span(says: str, least: timedelta, most: timedelta) -> Rule:
    return Rule(says=says, least=least, most=most)


def _count(says: str, least: int, most: int) -> Rule:
    return Rule(says=says, least=least, most=most)


class Locale(StrEnum):
    """Languages in which every page is complete."""

    ZH_CN = "zh-CN"
    EN = "en"


class PortalKind(StrEnum):
    """The portal programs."""

    PUBLIC = "public"
    PROVINCE = "province"
    MINISTRY = "ministry"
    CONSOLE = "console"


class TokenAlgorithm(StrEnum):
    """Signature algorithms that a portal can check twice, by two libraries."""

    ES256 = "ES256"
    RS256 = "RS256"


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """Who this installation is."""

    issuer: Annotated[str, Rule(says="Base URL of everything public.", form=ROOT)]
    role: Annotated[Role, Rule(says="The national root, a province, or a city.")]
    code: Annotated[str, Rule(says="Region code.", form=REGION)]
    name_zh: Annotated[str, Rule(says="Name on Chinese pages.")]
    name_en: Annotated[str, Rule(says="Name on English pages.")]
    profile: Annotated[Profile, Rule(says="How strict to be with this page.")]
    instance: Annotated[
        str, Rule(says="Name for cookies and keys; differs per installation.", form=SLUG)
    ] = "trusthub"


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """One trust anchor this installation believes, by what was handed over by hand.

    That is its keys, or its offline root's: then those keys that the root endorses now.
    """

    entity_id: Annotated[str, Rule(says="Entity identifier of the anchor.", form=ISSUER)]
    jwks_file: Annotated[
        Path | None, Rule(says="Its public keys, a JWK Set (RFC 7517 §5).")
    ] = None
    root_file: Annotated[
        Path | None, Rule(says="Keys and threshold of its offline root, in its stead.")
    ] = None


class TrustEndpoint(StrEnum):
    """Federation endpoints at which members can be made to say who they are."""

    FETCH = "fetch"
    LIST = "list"
    EXTENDED_LIST = "extended_list"
    TRUST_MARK = "trust_mark"
    TRUST_MARK_STATUS = "trust_mark_status"
    TRUST_MARK_LIST = "trust_mark_list"
    HISTORICAL_KEYS = "historical_keys"
    EVENTS = "events"


@dataclass(frozen=True, slots=True, kw_only=True)
class NamesBelow:
    """Which host names may stand below one platform (OpenID Federation 1.0 §6.2.2)."""

    entity_id: Annotated[str, Rule(says="The platform.", form=ISSUER)]
    permitted: Annotated[
        tuple[str, ...], Rule(says="Hosts; .example.cn is all below it.", form=HOST)
    ] = ()
    excluded: Annotated[
        tuple[str, ...], Rule(says="Hosts that may not; these win.", form=HOST)
    ] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """Whom we believe and under whom we stand (OpenID Federation 1.0)."""

    anchors: Annotated[tuple[Anchor, ...], Rule(says="Trust anchors.")] = ()
    superiors: Annotated[
        tuple[str, ...], Rule(says="Our authority_hints; none for the root.", form=ISSUER)
    ] = ()
    statement_lifetime: Annotated[
        timedelta, _span("Validity of what we sign about others.", _MINUTE, 7 * _DAY)
    ] = _DAY
    refresh_ahead: Annotated[
        timedelta, _span("How long before its end we renew.", _SECOND, 3 * _DAY)
    ] = 6 * _HOUR
    max_path_length: Annotated[int, _count("Intermediates in a chain.", 0, 8)] = 3
    negative_cache: Annotated[
        timedelta, _span("How long a failed resolution stands.", _SECOND, _HOUR)
    ] = _MINUTE
    monitor_every: Annotated[
        timedelta, _span("How often every active member is looked at.", _SECOND, _DAY)
    ] = _HOUR
    authenticated_endpoints: Annotated[
        tuple[TrustEndpoint, ...], Rule(says="They answer known members only.")
    ] = ()
    names_below: Annotated[
        tuple[NamesBelow, ...], Rule(says="Host names below platforms.")
    ] = ()
    evidence: Annotated[EvidenceLadder, Rule(says="When members' evidence ends.")] = field(
        default_factory=EvidenceLadder
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Realname:
    """The registry that compares a name with a number."""

    endpoint: Annotated[str | None, Rule(says="Its base URL.", form=URL)] = None
    client_id: Annotated[str | None, Rule(says="Our name there.")] = None
    client_secret_file: Annotated[SecretFile | None, Rule(says="Our secret there.")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaBridge:
    """The list of certificate authorities."""

    list_lifetime: Annotated[
        timedelta, _span("Validity of the signed list.", _MINUTE, 180 * _DAY)
    ] = _DAY
    crl_refresh: Annotated[
        timedelta, _span("How often CRLs are fetched.", _SECOND, _DAY)
    ] = _HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """The transparency log."""

    log_origin: Annotated[
        str | None, Rule(says="First line of checkpoints; host/log if unset.", form=ORIGIN)
    ] = None
    log_dir: Annotated[Path, Rule(says="Folder of tiles and checkpoints.")] = Path("log")
    checkpoint_interval: Annotated[
        timedelta, _span("Longest age of a checkpoint.", _SECOND / 10, _MINUTE)
    ] = _SECOND
    retention: Annotated[
        timedelta, _span("How long events are kept.", 180 * _DAY, 3650 * _DAY)
    ] = 1095 * _DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """What people see."""

    default_locale: Annotated[Locale, Rule(says="Language when none is asked.")] = (
        Locale.ZH_CN
    )
    help_url: Annotated[str | None, Rule(says="Where help is.", form=URL)] = None
    certificate_agent: Annotated[
        str, Rule(says="Certificate agent on people's own machines.", form=AGENT)
    ] = "http://localhost:8461"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one caller may ask of us."""

    form_bytes: Annotated[int, _count("Largest form.", 1024, 1 << 20)] = 1 << 16
    json_bytes: Annotated[int, _count("Largest JSON body.", 1024, 1 << 24)] = 1 << 20
    login_failures: Annotated[int, _count("Wrong passwords before a lock.", 3, 20)] = 5
    login_window: Annotated[timedelta, _span("Span they count in.", _MINUTE, _DAY)] = (
        15 * _MINUTE
    )
    hash_threads: Annotated[int, _count("Passwords a process hashes at once.", 1, 64)] = 2
    hash_queue: Annotated[int, _count("Passwords that may wait.", 1, 1024)] = 32
    hash_cores: Annotated[
        tuple[int, ...], _count("Cores that hash passwords; any if none.", 0, 1023)
    ] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Oidc:
    """How long what we issue lives, and how it is signed."""

    access_token_lifetime: Annotated[
        timedelta, _span("Access tokens.", 10 * _SECOND, 5 * _MINUTE)
    ] = 5 * _MINUTE
    id_token_lifetime: Annotated[
        timedelta, _span("ID tokens.", 10 * _SECOND, 10 * _MINUTE)
    ] = 5 * _MINUTE
    code_lifetime: Annotated[
        timedelta, _span("Authorization codes (RFC 6749 §4.1.2).", _SECOND, _MINUTE)
    ] = _MINUTE
    refresh_idle: Annotated[
        timedelta, _span("A refresh token not used.", _MINUTE, 30 * _DAY)
    ] = 8 * _HOUR
    refresh_lifetime: Annotated[
        timedelta, _span("A family of refresh tokens.", _MINUTE, 90 * _DAY)
    ] = 30 * _DAY
    session_idle: Annotated[
        timedelta, _span("A session not used.", _MINUTE, 12 * _HOUR)
    ] = 30 * _MINUTE
    session_lifetime: Annotated[timedelta, _span("A session at all.", _MINUTE, _DAY)] = (
        8 * _HOUR
    )
    interaction_lifetime: Annotated[
        timedelta, _span("From request to sign-in.", _MINUTE, _HOUR)
    ] = 15 * _MINUTE
    dpop_nonces: Annotated[
        bool, Rule(says="Ask for a nonce of ours in every DPoP proof (RFC 9449 §8).")
    ] = False
    certificate_issuer: Annotated[
        str | None,
        Rule(says="The issuer where clients come with certificates.", form=ROOT),
    ] = None
    client_authorities_file: Annotated[
        Path | None, Rule(says="PEM authorities that clients' certificates are known by.")
    ] = None
    token_algorithms: Annotated[
        tuple[ExtraAlgorithm, ...],
        Rule(says="By which keys tokens are signed besides ES256, for those who ask."),
    ] = tuple(ExtraAlgorithm)
    registration: Annotated[
        RegistrationDoor, Rule(says="Who may register clients of their own.")
    ] = RegistrationDoor.TOKEN
    statement_issuers: Annotated[
        tuple[StatementIssuer, ...], Rule(says="Whose software statements count.")
    ] = ()
    sandbox_is_open: Annotated[
        bool, Rule(says="Applications on trial serve everybody, not test people only.")
    ] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Portal:
    """One relying-party portal that `trusthub portals` runs."""

    name: Annotated[str, Rule(says="Its short name.", form=SLUG)]
    kind: Annotated[PortalKind, Rule(says="Which portal program.")]
    title_zh: Annotated[str | None, Rule(says="Name on Chinese pages.")] = None
    title_en: Annotated[str | None, Rule(says="Name on English pages.")] = None
    base_url: Annotated[str, Rule(says="Its public base URL.", form=ISSUER)]
    port: Annotated[int, _count("Port it listens on.", 1, 65535)]
    issuer: Annotated[str, Rule(says="The OpenID provider it trusts.", form=ISSUER)]
    client_id: Annotated[str, Rule(says="Its name there.")]
    client_secret_file: Annotated[SecretFile | None, Rule(says="Its secret there.")] = None
    federation_dir: Annotated[
        Path | None, Rule(says="Folder of its keys, if it federates itself.")
    ] = None
    authority_hints: Annotated[
        tuple[str, ...], Rule(says="Whom it stands under then.", form=ISSUER)
    ] = ()
    session_secret_file: Annotated[SecretFile, Rule(says="Signs its cookies.")]
    tls_certificate: Annotated[Path | None, Rule(says="PEM chain to serve TLS.")] = None
    tls_key: Annotated[SecretFile | None, Rule(says="PEM key of that chain.")] = None
    region: Annotated[
        str | None, Rule(says="Region code of a province's own portal.", form=REGION)
    ] = None
    id_token_algorithm: Annotated[
        TokenAlgorithm, Rule(says="The one algorithm its provider signs with.")
    ] = TokenAlgorithm.ES256
    database_dir: Annotated[
        Path, Rule(says="Folder of its own database, `<name>.sqlite`.")
    ] = Path("portals")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The whole page."""

    installation: Annotated[Installation, Rule(says="Who we are.")]
    http: Annotated[Http, Rule(says="Listening.")]
    database: Annotated[Database, Rule(says="Lasting storage.")]
    ephemeral: Annotated[Ephemeral, Rule(says="Passing storage.")]
    keys: Annotated[Keys, Rule(says="Private keys.")]
    trust: Annotated[Trust, Rule(says="Federation.")]
    realname: Annotated[Realname, Rule(says="Real-name registry.")]
    ca: Annotated[CaBridge, Rule(says="Certificate authorities.")]
    audit: Annotated[Audit, Rule(says="Transparency log.")]
    outbound: Annotated[OutboundCalls, Rule(says="Calling out.")]
    notices: Annotated[NoticeCarriers, Rule(says="Mail and messages.")]
    pages: Annotated[Pages, Rule(says="Pages.")]
    limits: Annotated[Limits, Rule(says="Limits.")]
    oidc: Annotated[Oidc, Rule(says="Lifetimes.")]
    observing: Annotated[Observing, Rule(says="Log and metrics.")]
    portals: Annotated[tuple[Portal, ...], Rule(says="Portals.")] = field(default=())
