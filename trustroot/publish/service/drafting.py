"""What is said about whom, laid out for the signer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kernel.ids import EntityId
from kernel.proof.jose import KeySet
from kernel.proof.statement import (
    FEDERATION_ENTITY,
    Lifetime,
    TrustMarkRules,
    entity_configuration_claims,
    subordinate_statement_claims,
)
from trustroot.publish import domain
from trustroot.publish.domain import Installation, MarkType, StatementKind
from trustroot.registry.domain import Member, MemberKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A statement that is not yet signed."""

    subject: EntityId
    kind: StatementKind
    claims: Mapping[str, object]
    lifetime: Lifetime
    entity_types: frozenset[str] = frozenset()
    is_intermediate: bool = False


def configuration(
    ours: Installation,
    keys: KeySet,
    lifetime: Lifetime,
    *,
    types: Sequence[MarkType] = (),
    extensions: Mapping[str, object] | None = None,
) -> Draft:
    """Lay out what our trust entity says about itself (OpenID Federation 1.0 §9)."""
    claims = entity_configuration_claims(
        ours.trust,
        keys,
        lifetime,
        ours.metadata(),
        authority_hints=ours.superiors,
        mark_rules=mark_rules(types),
    )
    return Draft(
        subject=ours.trust,
        kind=StatementKind.CONFIGURATION,
        claims={**(extensions or {}), **claims},
        lifetime=lifetime,
    )


def mark_rules(types: Sequence[MarkType]) -> TrustMarkRules:
    """OpenID Federation 1.0 §3.1.2: who may issue which type, and whose it is.

    Whoever has another anchor than us ignores both.
    """
    return TrustMarkRules(
        issuers={kind.id: kind.issuers for kind in types},
        owners={
            kind.id: {"sub": kind.owner, "jwks": dict(kind.owner_jwks)}
            for kind in types
            if kind.owner is not None and kind.owner_jwks is not None
        },
    )


def about_ourselves(ours: Installation, keys: KeySet, lifetime: Lifetime) -> Draft:
    """Lay out what our trust entity says about ``{issuer}``, its own subordinate."""
    claims = subordinate_statement_claims(
        ours.trust,
        ours.issuer,
        keys,
        lifetime,
        constraints={
            "max_path_length": 0,
            "allowed_entity_types": sorted(domain.OWN_TYPES),
        },
        source_endpoint=ours.fetch_endpoint,
        extensions={"trusthub_ceiling": domain.ceiling_claim(domain.OWN_CEILING)},
    )
    return Draft(
        subject=ours.issuer,
        kind=StatementKind.OWN,
        claims=claims,
        lifetime=lifetime,
        entity_types=domain.OWN_TYPES,
    )


def about_member(
    ours: Installation, member: Member, keys: KeySet, lifetime: Lifetime
) -> Draft:
    """Lay out what our trust entity says about a member (OpenID Federation 1.0 §3.1.3)."""
    naming = ours.naming.get(member.entity_id)
    claims = subordinate_statement_claims(
        ours.trust,
        member.entity_id,
        keys,
        lifetime,
        metadata=domain.stated(member),
        metadata_policy=domain.metadata_policy(member),
        constraints=domain.constraints(member, ours.max_path_length, naming),
        source_endpoint=ours.fetch_endpoint,
        extensions={**domain.extensions(member), **_places(ours, member)},
    )
    return Draft(
        subject=member.entity_id,
        kind=StatementKind.MEMBER,
        claims=claims,
        lifetime=lifetime,
        entity_types=member.entity_types,
        is_intermediate=member.kind is MemberKind.PLATFORM,
    )


def _places(ours: Installation, member: Member) -> dict[str, object]:
    """Where its configuration lies if we host it, and by which policy it was admitted."""
    claims: dict[str, object] = {}
    if member.represented is not None:
        claims["ec_location"] = ours.represented(member.represented.slug)
    if member.policy_version is not None:
        claims["registration_policy"] = ours.registration_policy(member.policy_version)
    return claims


def for_represented(
    ours: Installation,
    member: Member,
    keys: KeySet,
    lifetime: Lifetime,
    marks: Sequence[Mapping[str, str]],
) -> dict[str, object]:
    """Lay out the configuration we host: approved values, its own keys, its marks.

    OpenID Federation 1.0 §9: the entity is the member, under its own identifier.
    """
    named = {"organization_name": member.name_zh, "organization_name#en": member.name_en}
    metadata: dict[str, Mapping[str, object]] = {
        kind: dict(member.terms.approved.get(kind, {}))
        for kind in sorted(member.entity_types)
    }
    metadata[FEDERATION_ENTITY] = {**metadata.get(FEDERATION_ENTITY, {}), **named}
    return entity_configuration_claims(
        member.entity_id,
        keys,
        lifetime,
        metadata,
        authority_hints=(ours.trust,),
        trust_marks=marks,
    )
