"""What was approved word by word, as policy: names, keys, endpoints, redirect URIs."""

from collections.abc import Mapping
from typing import Final

from kernel.events import JsonValue
from kernel.proof.statement import FEDERATION_ENTITY
from trustroot.registry.domain import Member, MemberKind

_CHOICES: Final = frozenset({"redirect_uris", "post_logout_redirect_uris"})
"""Of these a member may use fewer than were approved, and no others."""
_NO_KEYS_HERE: Final = frozenset({"jwks", "jwks_uri", "signed_jwks_uri"})
Policy = dict[str, dict[str, object]]


def pinned(member: Member) -> dict[str, Policy]:
    """OpenID Federation 1.0 §6.1.3.1.1: a parameter has the approved value, no other.

    Policies hold for everything below too, so only members with nothing below are pinned.
    """
    if member.kind is MemberKind.PLATFORM:
        return {}
    kinds = member.entity_types | {FEDERATION_ENTITY}
    approved = member.terms.approved.items()
    return {kind: _pins(kind, said) for kind, said in approved if kind in kinds}


def stated(member: Member) -> dict[str, dict[str, object]]:
    """OpenID Federation 1.0 §3.1.1: ``metadata`` speaks of the direct subject alone.

    So a platform is described in it, and nothing below the platform is bound.
    """
    if member.kind is not MemberKind.PLATFORM:
        return {}
    said = _known(FEDERATION_ENTITY, member.terms.approved.get(FEDERATION_ENTITY, {}))
    return {FEDERATION_ENTITY: said} if said else {}


def _pins(kind: str, approved: Mapping[str, JsonValue]) -> Policy:
    return {
        name: {"subset_of" if name in _CHOICES else "value": value}
        for name, value in _known(kind, approved).items()
    }


def _known(kind: str, approved: Mapping[str, JsonValue]) -> dict[str, object]:
    """OpenID Federation 1.0 §5.1.1: keys are no metadata of a federation entity."""
    forbidden = _NO_KEYS_HERE if kind == FEDERATION_ENTITY else frozenset()
    return {
        name: value
        for name, value in approved.items()
        if value is not None and name not in forbidden
    }
