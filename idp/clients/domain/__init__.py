"""Relying parties: what they are, what they may ask for, and how their state moves."""

from idp.clients.domain.changes import Actor, Approval, Change
from idp.clients.domain.claims import CLAIM_NAMES, OFFLINE, SCOPE_CLAIMS, Basis, ClaimAsked
from idp.clients.domain.clients import (
    Client,
    LocalText,
    Membership,
    NewSecret,
    PublicPages,
    Registered,
    Registration,
    federates_itself,
)
from idp.clients.domain.contacts import MOST_CONTACTS, is_mail_address, reachable
from idp.clients.domain.facets import (
    LONGEST_MAX_AGE,
    EncryptionWish,
    ExchangePolicy,
    OidcFacet,
    TlsName,
    TlsSubject,
)
from idp.clients.domain.languages import CHINESE, ENGLISH, variants
from idp.clients.domain.methods import (
    SECRET_METHODS,
    AuthMethod,
    GrantType,
    Profile,
)
from idp.clients.domain.pictures import (
    NOTHING_SHOWN,
    PICTURES_PATH,
    PagesShown,
    Picture,
    PictureKind,
    pages_people_see,
    retention_told,
)
from idp.clients.domain.profiles import PROFILES, Rules, rules_of
from idp.clients.domain.states import LIFECYCLE, ON_TRIAL, ClientAction, ClientState
from idp.clients.domain.uris import (
    LOOPBACK_HOSTS,
    RedirectKind,
    RedirectUri,
    public_part,
    sector_of,
)

__all__ = [
    "CHINESE",
    "CLAIM_NAMES",
    "ENGLISH",
    "LIFECYCLE",
    "LONGEST_MAX_AGE",
    "LOOPBACK_HOSTS",
    "MOST_CONTACTS",
    "NOTHING_SHOWN",
    "OFFLINE",
    "ON_TRIAL",
    "PICTURES_PATH",
    "PROFILES",
    "SCOPE_CLAIMS",
    "SECRET_METHODS",
    "Actor",
    "Approval",
    "AuthMethod",
    "Basis",
    "Change",
    "ClaimAsked",
    "Client",
    "ClientAction",
    "ClientState",
    "EncryptionWish",
    "ExchangePolicy",
    "GrantType",
    "LocalText",
    "Membership",
    "NewSecret",
    "OidcFacet",
    "PagesShown",
    "Picture",
    "PictureKind",
    "Profile",
    "PublicPages",
    "RedirectKind",
    "RedirectUri",
    "Registered",
    "Registration",
    "Rules",
    "TlsName",
    "TlsSubject",
    "federates_itself",
    "is_mail_address",
    "pages_people_see",
    "public_part",
    "reachable",
    "retention_told",
    "rules_of",
    "sector_of",
    "variants",
]
