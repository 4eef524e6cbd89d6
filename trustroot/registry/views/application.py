"""From answers to an application, in the words of the register."""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from kernel.assurance import Ceiling, Level, Path, asserted
from kernel.events import JsonValue
from kernel.ids import EntityId
from kernel.secret import Secret
from trustroot.registry.domain import Application, MemberKind, Representation, Terms
from trustroot.registry.views.draft import Draft
from trustroot.registry.views.questions import OPENID, lines, wanted

ENTITY_TYPES: Final[Mapping[MemberKind, frozenset[str]]] = MappingProxyType({
    MemberKind.PLATFORM: frozenset({"openid_provider", "openid_relying_party"}),
    MemberKind.IDENTITY_PROVIDER: frozenset({"openid_provider"}),
    MemberKind.ATTRIBUTE_SOURCE: frozenset({"openid_provider"}),
    MemberKind.RELYING_PARTY: frozenset({"openid_relying_party"}),
})  # fmt: skip


def application_of(draft: Draft) -> tuple[Application, Secret | None]:
    """Return what complete answers ask for, and our secret at who is represented."""
    kind = MemberKind(draft.get("kind"))
    application = Application(
        entity_id=EntityId(draft.get("entity_id")),
        kind=kind,
        name_zh=draft.get("name_zh"),
        name_en=draft.get("name_en"),
        code=draft.get("code") or None,
        uscc=draft.get("uscc"),
        contacts=(draft.get("contact"),),
        terms=_terms(kind, draft),
    )
    secret = draft.get("client_secret")
    is_ours = secret and application.terms.represented is not None
    return application, Secret(secret) if is_ours else None


def redirect_uris(draft: Draft) -> tuple[str, ...]:
    """Return where answers to the applicant's test client may go."""
    return lines(draft.get("redirect_uris"))


def _terms(kind: MemberKind, draft: Draft) -> Terms:
    attributes = wanted(draft)
    represented = _represented(draft) if draft.get("way") == OPENID else None
    return Terms(
        entity_types=ENTITY_TYPES[kind],
        ceiling=_ceiling(Level(int(draft.get("level")))),
        attributes=frozenset(attributes),
        bases={name: draft.get(f"basis_{name}") for name in attributes},
        regions=frozenset(draft.get("regions").split()),
        jwks={} if represented else json.loads(draft.get("jwks")),
        approved=_approved(kind, draft),
        represented=represented,
    )


def _ceiling(level: Level) -> Ceiling:
    """A single level stands for the weakest axes that allow it."""
    axes = asserted(level)
    path = Path.F3 if axes.path is None else axes.path
    return Ceiling(identity=axes.identity, authenticator=axes.authenticator, path=path)


def _approved(kind: MemberKind, draft: Draft) -> dict[str, dict[str, JsonValue]]:
    """OpenID Federation 1.0 §5.1: an application's answers go where was approved."""
    if kind is not MemberKind.RELYING_PARTY:
        return {}
    return {"openid_relying_party": {"redirect_uris": [*redirect_uris(draft)]}}


def _represented(draft: Draft) -> Representation:
    """What it does not say of itself counts least: no ``acr`` is level 1."""
    return Representation(
        issuer=draft.get("entity_id"),
        client_id=draft.get("client_id"),
        slug=draft.get("slug"),
        claims={name: name for name in wanted(draft)},
        levels={"": Level.SELF_ASSERTED.value},
    )
