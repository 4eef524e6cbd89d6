"""Sets an installation up: tables, keys, two operators and an auditor with their contexts.

Everything after this goes through the API. Doing it twice changes nothing.
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import trustroot.keys.build as keys
from config.schema import Settings
from idp.clients.domain import GrantType
from idp.clients.messages import ClientBody, OidcBody
from idp.oidc.domain.issuer import API_SCOPES
from idp.people.domain import PersonKind, Username
from kernel.ids import PersonId
from kernel.secret import Secret
from kernel.web import Role
from server import bootstrap
from server.bootstrap import Installation
from server.contexts.context import Context, write_private
from server.drivers import open_drivers
from server.migrations import Moved, migrate
from trustroot.keys.domain import Purpose, RoleGroup
from trustroot.keys.errors import KeysExist

_SECRET_BYTES: Final = 32
_AUDITING: Final = frozenset({"audit:read", "members:read", "clients:read", "keys:read"})


@dataclass(frozen=True, slots=True)
class Official:
    """Somebody who works here: the name of their context, their own, and their role."""

    context: str
    name: str
    role: Role

    @property
    def kind(self) -> PersonKind:
        """What they are on record."""
        return PersonKind.AUDITOR if self.role is Role.AUDITOR else PersonKind.OPERATOR

    @property
    def scopes(self) -> frozenset[str]:
        """What their client may ask: auditors read, operators do everything but audit."""
        if self.role is Role.AUDITOR:
            return _AUDITING
        return API_SCOPES - {"audit:read", "audit:write"}


FIRST_OFFICIALS: Final = (
    Official("operator1", "运行一", Role.OPERATOR),
    Official("operator2", "运行二", Role.OPERATOR),
    Official("auditor", "审计一", Role.AUDITOR),
)


@dataclass(frozen=True, slots=True)
class Done:
    """What was made: contexts by name, and the file with the trust anchor's keys."""

    contexts: Mapping[str, Path]
    anchor_file: Path
    fresh: bool


def initialise(
    settings: Settings,
    folder: Path,
    officials: Sequence[Official] = FIRST_OFFICIALS,
) -> Done:
    """Set up the installation of ``settings``; what is there already stays.

    Args:
        settings: its page.
        folder: where ``contexts/*.json`` and ``trust_anchor.jwks.json`` are written.
        officials: the first people.
    """
    make_secrets(settings)
    bring_tables(settings)
    fresh = make_keys(settings)
    installation = bootstrap.assemble(settings, RoleGroup.WORKER)
    try:
        contexts = {
            official.context: _enter(installation, settings, folder, official)
            for official in officials
        }
        anchor = _write_anchor(installation, folder)
    finally:
        installation.close()
    return Done(contexts, anchor, fresh)


def make_secrets(settings: Settings) -> None:
    """Draw the secrets that open the vault files, unless they are there."""
    for file in (settings.keys.serve_secret_file, settings.keys.worker_secret_file):
        if not file.path.exists():
            write_private(file.path, secrets.token_urlsafe(_SECRET_BYTES) + "\n")


def bring_tables(settings: Settings) -> Moved:
    """Bring the database to this program's form."""
    file = settings.database.password_file
    password = Secret(file.read()) if file is not None else None
    return migrate(settings.database.url, password=password)


def make_keys(settings: Settings) -> bool:
    """Make the installation's keys; tell whether there were none before."""
    drivers = open_drivers(settings)
    try:
        room = keys.build(
            settings.keys,
            group=RoleGroup.WORKER,
            db=drivers.db,
            clock=drivers.clock,
            entropy=drivers.entropy,
            trail=drivers.trail,
            jobs=drivers.jobs,
        )
        room.care.create_installation_keys()
    except KeysExist:
        return False
    finally:
        drivers.close()
    return True


def _enter(
    installation: Installation, settings: Settings, folder: Path, official: Official
) -> Path:
    """Make one official with a client of theirs, unless their context is there."""
    path = folder / "contexts" / f"{official.context}.json"
    if path.exists():
        return path
    person = installation.persons.people.people.create(
        official.name,
        kind=official.kind,
        username=Username.parse(official.context),
        roles=frozenset({official.role}),
        origin="init",
    )
    new = installation.persons.clients.clients.register(
        _client(official, person.id), actor=None
    )
    if new.secret is None:
        raise TypeError(official.context)
    issuer = settings.installation.issuer
    secret = new.secret.reveal()
    roots = settings.outbound.extra_ca_file if issuer.startswith("https:") else None
    Context.of_installation(issuer, new.client.id, secret, roots).write(path)
    return path


def _client(official: Official, person: PersonId) -> ClientBody:
    """Return a client of the API that speaks for one person."""
    return ClientBody(
        name_zh=f"{official.name}的命令行",
        name_en=f"Command line of {official.context}",
        person=person,
        oidc=OidcBody(
            grant_types=(GrantType.CLIENT_CREDENTIALS,),
            scopes=tuple(sorted(official.scopes)),
            sector=f"cli-{official.context}",
        ),
    )


def _write_anchor(installation: Installation, folder: Path) -> Path:
    """Write the public keys of the trust entity, to be handed over by hand."""
    jwks = installation.ground.keys.ring.published(Purpose.ANCHOR).to_jwks()
    path = folder / "trust_anchor.jwks.json"
    path.write_text(json.dumps(jwks, indent=2) + "\n", encoding="utf-8")
    return path
