"""What the issuer is assembled from, and pieces that several flows share."""

from dataclasses import dataclass

from config.schema import Oidc
from idp.clients.ports import ClientKeys, ClientLookup, SharedSecrets
from idp.consent.service import Consents
from idp.oidc.adapters.client_pages import OutboundClientPages
from idp.oidc.adapters.request_files import OutboundRequestFiles
from idp.oidc.build.authenticating import Proving
from idp.oidc.domain.issuer import Issuer, Lifetimes
from idp.oidc.flows.authenticate import Authenticate
from idp.oidc.flows.claims_told import ClaimsTold
from idp.oidc.flows.client_keys import KeysOfClients
from idp.oidc.flows.decrypting import Decrypting
from idp.oidc.flows.denying import DeniedTokens
from idp.oidc.flows.grant_standing import GrantStanding
from idp.oidc.flows.issuing import TokenIssuer
from idp.oidc.flows.known import KnownClients
from idp.oidc.flows.live_tokens import LiveTokens
from idp.oidc.flows.meant import WhoIsMeant
from idp.oidc.flows.once import Once
from idp.oidc.flows.opaque import OpaqueAccess
from idp.oidc.flows.opening import Opening
from idp.oidc.flows.proof_steps import Where
from idp.oidc.flows.proofs import SenderProof
from idp.oidc.flows.push import Parking
from idp.oidc.flows.reception import Reception
from idp.oidc.flows.subjects import HintReader, Subjects
from idp.oidc.flows.verifying import AccessTokens
from idp.oidc.ports import (
    Callbacks,
    HeldMarks,
    RegisteredClients,
    RelyingParties,
    TrustedIssuers,
    UpstreamFarewell,
    UpstreamNames,
)
from idp.oidc.store import (
    SqlAccess,
    SqlGrants,
    SqlOnce,
    SqlPending,
    SqlPushed,
    SqlRefreshTokens,
)
from idp.people.service import People
from idp.session.service import Interactions, Sessions, SignOuts
from kernel.clock import Clock
from kernel.entropy import Entropy
from kernel.events import BatchTrail
from kernel.ids import NewIds
from kernel.infra.db import Database
from kernel.infra.outbound import Outbound
from kernel.infra.pages import Pages
from kernel.proof.seal import Purpose, Sealer, SymmetricKeys
from kernel.standing import Standing
from trustroot.keys.ports import Decrypter, Signer


@dataclass(frozen=True, kw_only=True)
class Neighbours:
    """What the rooms below lend to this one."""

    clients: ClientLookup
    secrets: SharedSecrets
    members: RelyingParties
    registered: RegisteredClients
    people: People
    interactions: Interactions
    sessions: Sessions
    sign_outs: SignOuts
    consents: Consents
    callbacks: Callbacks
    farewells: UpstreamFarewell
    upstreams: UpstreamNames
    vouches: TrustedIssuers
    marks: HeldMarks
    signer: Signer
    decrypter: Decrypter
    keys: SymmetricKeys


@dataclass(frozen=True, kw_only=True)
class Drivers:
    """What the room stands on."""

    db: Database
    clock: Clock
    entropy: Entropy
    ids: NewIds
    trail: BatchTrail
    standing: Standing
    outbound: Outbound
    pages: Pages


@dataclass(frozen=True, kw_only=True)
class Parts:
    """Pieces that several flows share."""

    below: Neighbours
    drivers: Drivers
    issuing: TokenIssuer
    told: ClaimsTold
    subjects: Subjects
    hints: HintReader
    meant_by: WhoIsMeant
    access: AccessTokens
    sender: SenderProof
    standing: GrantStanding
    known: KnownClients
    once: Once
    client_keys: ClientKeys
    authenticate: Authenticate
    reception: Reception
    parking: Parking
    grants: SqlGrants
    kept: SqlAccess
    refreshes: SqlRefreshTokens
    live: LiveTokens
    pending: SqlPending
    pushed: SqlPushed
    names: SqlOnce


def parts_of(issuer: Issuer, settings: Oidc, drivers: Drivers, below: Neighbours) -> Parts:
    """Make the shared pieces."""
    db, clock, standing = drivers.db, drivers.clock, drivers.standing
    lifetimes, keys = _lifetimes(settings), _client_keys(drivers, below)
    files, decrypting = OutboundRequestFiles(drivers.outbound), Decrypting(below.decrypter)
    known = KnownClients(below.clients, below.members, issuer, decrypting)
    pushed, names = SqlPushed(db), SqlOnce(db)
    once = Once(names)
    kept, grants, refreshes = SqlAccess(db), SqlGrants(db), SqlRefreshTokens(db)
    opaque, denied = OpaqueAccess(kept), DeniedTokens(kept)
    proving = _proving(issuer, settings, once, keys, drivers=drivers, below=below)
    opening = Opening(issuer, once, pushed, clock, decrypting, files, keys)
    access = AccessTokens(issuer, below.signer, clock, opaque, denied)
    meant_by = _who_is_meant(issuer, drivers, below)
    stands = _grant_standing(drivers, below, grants)
    return Parts(
        below=below,
        drivers=drivers,
        issuing=TokenIssuer(
            issuer, below.signer, clock, drivers.entropy, lifetimes, opaque
        ),
        told=ClaimsTold(below.people, below.clients, below.consents),
        subjects=meant_by.subjects,
        hints=meant_by.hints,
        meant_by=meant_by,
        access=access,
        standing=stands,
        known=known,
        once=once,
        client_keys=keys,
        sender=SenderProof(proving.proofs(Where.RESOURCE)),
        authenticate=proving.authenticate(known, standing),
        reception=Reception(known, opening, standing, drivers.trail),
        parking=Parking(pushed, drivers.entropy, clock, lifetimes),
        grants=grants,
        kept=kept,
        refreshes=refreshes,
        live=LiveTokens(access, grants, refreshes, stands, lifetimes),
        pending=SqlPending(db),
        pushed=pushed,
        names=names,
    )


def _grant_standing(
    drivers: Drivers, below: Neighbours, grants: SqlGrants
) -> GrantStanding:
    sessions, clients, consents = below.sessions, below.clients, below.consents
    return GrantStanding(drivers.standing, sessions, clients, grants, consents)


def _who_is_meant(issuer: Issuer, drivers: Drivers, below: Neighbours) -> WhoIsMeant:
    subjects = Subjects(Sealer(below.keys, drivers.entropy, Purpose.PAIRWISE))
    hints = HintReader(issuer, below.signer, Decrypting(below.decrypter))
    return WhoIsMeant(subjects, hints, below.clients)


def _client_keys(drivers: Drivers, below: Neighbours) -> KeysOfClients:
    pages = OutboundClientPages(drivers.outbound)
    return KeysOfClients(pages, below.registered, drivers.clock)


def _proving(  # noqa: PLR0913  what clients prove themselves by, piece by piece
    issuer: Issuer,
    settings: Oidc,
    once: Once,
    keys: ClientKeys,
    *,
    drivers: Drivers,
    below: Neighbours,
) -> Proving:
    return Proving(
        issuer=issuer,
        settings=settings,
        keys=keys,
        secrets=below.secrets,
        sealer=Sealer(below.keys, drivers.entropy),
        once=once,
        clock=drivers.clock,
    )


def _lifetimes(settings: Oidc) -> Lifetimes:
    return Lifetimes(
        code=settings.code_lifetime,
        access_token=settings.access_token_lifetime,
        id_token=settings.id_token_lifetime,
        refresh_idle=settings.refresh_idle,
        refresh_family=settings.refresh_lifetime,
    )
