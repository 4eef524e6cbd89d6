"""A member's terms as the words of OpenID Federation: policy, constraints, extensions."""

from typing import Final

from kernel.assurance import Assurance, Ceiling, Level
from kernel.proof.statement import FEDERATION_ENTITY
from trustroot.publish.domain.naming import Naming
from trustroot.publish.domain.pins import Policy, pinned
from trustroot.registry.domain import Member, MemberKind

PROVIDER: Final = "openid_provider"
RELYING_PARTY: Final = "openid_relying_party"
OWN_TYPES: Final = frozenset({PROVIDER, RELYING_PARTY})
"""What our own ``{issuer}`` plays under our own anchor."""
OWN_CEILING: Final = Ceiling()
"""We set ourselves no ceiling; our superior sets ours."""

_SIGNATURES: Final = ["ES256", "RS256", "PS256", "EdDSA"]
_PROTOCOL_CLAIMS: Final = frozenset(
    {"iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "azp", "sid"}
)


def metadata_policy(member: Member) -> dict[str, object]:
    """Return the policy by entity type that turns terms into limits.

    It holds for the member and for everything below it (OpenID Federation 1.0 §6.1), so
    what names the member itself is said only of members that have nothing below them.
    """
    policies = pinned(member)
    for kind, limits in _limits(member).items():
        policies[kind] = {**policies.get(kind, {}), **limits}
    return dict(policies)


def _limits(member: Member) -> dict[str, Policy]:
    """What follows from ceiling and attributes; it stands above what was approved."""
    limits: dict[str, Policy] = {}
    if PROVIDER in member.entity_types:
        limits[PROVIDER] = _provider_policy(member)
    if RELYING_PARTY in member.entity_types:
        limits[RELYING_PARTY] = _relying_party_policy()
    if member.kind is not MemberKind.PLATFORM:
        named: Policy = {"organization_name": {"value": member.name_zh}}
        limits[FEDERATION_ENTITY] = named
    return limits


def _provider_policy(member: Member) -> Policy:
    """The ceiling caps the levels, the attributes cap the claims (OIDC Discovery §3)."""
    policy: Policy = {
        "acr_values_supported": {"subset_of": acrs_up_to(member.ceiling)},
        "claims_supported": {"subset_of": sorted(member.attributes | _PROTOCOL_CLAIMS)},
        "id_token_signing_alg_values_supported": {"subset_of": _SIGNATURES},
    }
    if member.kind is not MemberKind.PLATFORM:
        policy["issuer"] = {"value": member.entity_id}
    return policy


def _relying_party_policy() -> Policy:
    """Code flow and signatures that we check, nothing else (OIDC Registration §2)."""
    return {
        "response_types": {"subset_of": ["code"]},
        "grant_types": {"subset_of": ["authorization_code", "refresh_token"]},
        "id_token_signed_response_alg": {"one_of": _SIGNATURES},
    }


def acrs_up_to(ceiling: Ceiling) -> list[str]:
    """Return the ``acr`` values that somebody under this ceiling can reach."""
    best = Assurance(
        identity=ceiling.identity, authenticator=ceiling.authenticator, path=ceiling.path
    )
    return [level.acr for level in Level if level <= best.level]


def constraints(
    member: Member, max_path_length: int, naming: Naming | None = None
) -> dict[str, object]:
    """OpenID Federation 1.0 §6.2: below a platform stand others, below a leaf nobody."""
    is_platform = member.kind is MemberKind.PLATFORM
    said: dict[str, object] = {
        "max_path_length": max_path_length if is_platform else 0,
        "allowed_entity_types": sorted(member.entity_types - {FEDERATION_ENTITY}),
    }
    if is_platform and naming is not None:
        said["naming_constraints"] = naming.claim()
    return said


def extensions(member: Member) -> dict[str, object]:
    """Return our own claims: ceiling, region and names of a platform, measures, scopes."""
    claims: dict[str, object] = {"trusthub_ceiling": ceiling_claim(member.ceiling)}
    if member.kind is MemberKind.PLATFORM:
        claims["trusthub_region"] = {
            "code": member.code or "",
            "name_zh": member.name_zh,
            "name_en": member.name_en,
        }
    if member.terms.measures:
        claims["trusthub_measures"] = sorted(m.value for m in member.terms.measures)
    if member.terms.regions:
        claims["trusthub_scopes"] = sorted(member.terms.regions)
    return claims


def ceiling_claim(ceiling: Ceiling) -> dict[str, object]:
    """Return a ceiling as our extension claim says it: one number per axis."""
    return {
        "identity": ceiling.identity.value,
        "authenticator": ceiling.authenticator.value,
        "path": ceiling.path.value,
    }
