"""Assembles the room of one's own account."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from idp.account.ports import DevicesLet, Pictures, ReleaseLog
from idp.account.service import CodeEnrolment, OwnMeans, ReleaseEvidence, Untold
from idp.account.views import EXPLANATIONS, Blueprint, Desk, blueprint
from idp.clients.ports import ClientLookup
from idp.consent.service import Consents
from idp.login.ports import TimeCodes
from idp.login.service import Lockout
from idp.people.ports import PasswordHashing
from idp.people.service import Authenticators, People
from idp.session.service import Interactions, Sessions, SignOuts
from kernel.entropy import Entropy
from kernel.errors import DomainError
from kernel.infra.pages import Explanation, PagesSettings
from kernel.proof.seal import Purpose, Sealer, SymmetricKeys

CATALOGUE: Final = Path(__file__).parent / "translations"
"""For `Pages.assemble(catalogues=…)`, which stands before the rooms."""
HOME: Final = "/account"
"""Where somebody begins who came to the hub itself."""


@dataclass(frozen=True)
class AccountRoom:
    """What the room offers."""

    blueprints: tuple[Blueprint, ...]
    explanations: Mapping[type[DomainError], Explanation]
    routes: tuple[()] = ()
    tasks: tuple[()] = ()
    job_kinds: tuple[()] = ()


def build(  # noqa: PLR0913  what the room stands on
    *,
    entropy: Entropy,
    keys: SymmetricKeys,
    people: People,
    authenticators: Authenticators,
    hashing: PasswordHashing,
    codes: TimeCodes,
    pictures: Pictures,
    lockout: Lockout,
    consents: Consents,
    log: ReleaseLog,
    sessions: Sessions,
    sign_outs: SignOuts,
    clients: ClientLookup,
    interactions: Interactions,
    devices: DevicesLet,
    pages: PagesSettings,
) -> AccountRoom:
    """Assemble the room; ``codes``, ``pictures`` and ``lockout`` are `LoginRoom`'s.

    ``log`` is the record's reading side, ``devices`` the issuer's.
    """
    sealer = Sealer(keys, entropy, Purpose.SEAL)
    desk = Desk(
        people=people,
        means=OwnMeans(authenticators, sessions, hashing, lockout),
        enrolment=CodeEnrolment(authenticators, codes, sealer, lockout),
        pictures=pictures,
        consents=consents,
        evidence=ReleaseEvidence(log),
        sessions=sessions,
        untold=Untold(sign_outs, clients),
        interactions=interactions,
        devices=devices,
        settings=pages,
    )
    return AccountRoom(blueprints=(blueprint(desk),), explanations=EXPLANATIONS)
