"""What is said about whom, laid out for the signer."""

from collections.abc import Mapping
from dataclasses import dataclass

from kernel.ids import EntityId
from kernel.proof.jose import KeySet
from kernel.proof.statement import (
    Lifetime,
    entity_configuration_claims,
    subordinate_statement_claims,
)
from trustroot.publish import domain
from trustroot.publish.domain import Installation, StatementKind
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


def configuration(ours: Installation, keys: KeySet, lifetime: Lifetime) -> Draft:
    """Lay out what our trust entity says about itself (OpenID Federation 1.0 §9)."""
    claims = entity_configuration_claims(
        ours.trust, keys, lifetime, ours.metadata(), authority_hints=ours.superiors
    )
    return Draft(
        subject=ours.trust,
        kind=StatementKind.CONFIGURATION,
        claims=claims,
        lifetime=lifetime,
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


def about_member(ours: Installation, member: Member, lifetime: Lifetime) -> Draft:
    """Lay out what our trust entity says about a member (OpenID Federation 1.0 §3.1.3)."""
    claims = subordinate_statement_claims(
        ours.trust,
        member.entity_id,
        KeySet.parse(member.jwks),
        lifetime,
        metadata_policy=domain.metadata_policy(member),
        constraints=domain.constraints(member, ours.max_path_length),
        source_endpoint=ours.fetch_endpoint,
        extensions=domain.extensions(member),
    )
    return Draft(
        subject=member.entity_id,
        kind=StatementKind.MEMBER,
        claims=claims,
        lifetime=lifetime,
        entity_types=member.entity_types,
        is_intermediate=member.kind is MemberKind.PLATFORM,
    )
