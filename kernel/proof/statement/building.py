"""Claims of statements, ready for a signer, by the rules a verifier applies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from kernel.clock import epoch_seconds
from kernel.ids import EntityId
from kernel.proof.jose import KeySet
from kernel.proof.statement.claim_rules import claims_are_well_formed


@dataclass(frozen=True, slots=True)
class Lifetime:
    """From when and until when a statement says what it says; aware UTC instants."""

    issued_at: datetime
    expires_at: datetime

    def claims(self) -> dict[str, object]:
        """Return ``iat`` and ``exp`` in whole seconds."""
        return {
            "iat": epoch_seconds(self.issued_at),
            "exp": epoch_seconds(self.expires_at),
        }


@dataclass(frozen=True, slots=True)
class TrustMarkRules:
    """Who may issue which type of mark, said by an anchor.

    ``issuers`` maps a type to those who may issue it, nobody named meaning anybody;
    ``owners`` maps a type to ``{sub, jwks}`` of an owner who is not the issuer.
    """

    issuers: Mapping[str, Sequence[str]]
    owners: Mapping[str, Mapping[str, object]]

    def claims(self) -> dict[str, object]:
        """Return the two claims, those left out that say nothing."""
        issuers = {mark: list(named) for mark, named in self.issuers.items()}
        return _present(
            trust_mark_issuers=issuers,
            trust_mark_owners={mark: dict(owner) for mark, owner in self.owners.items()},
        )


def entity_configuration_claims(  # noqa: PLR0913  one parameter per claim of §3.1.2
    entity: EntityId,
    keys: KeySet,
    lifetime: Lifetime,
    metadata: Mapping[str, Mapping[str, object]],
    *,
    authority_hints: Sequence[EntityId] = (),
    trust_marks: Sequence[Mapping[str, str]] = (),
    mark_rules: TrustMarkRules | None = None,
) -> dict[str, object]:
    """Return the claims of what ``entity`` says about itself.

    Raises:
        StatementRefused: they would break a rule of OpenID Federation 1.0 §3.
    """
    claims: dict[str, object] = {
        "iss": entity,
        "sub": entity,
        **lifetime.claims(),
        "jwks": keys.to_jwks(),
        "metadata": {kind: dict(held) for kind, held in metadata.items()},
        **_present(
            authority_hints=list(authority_hints),
            trust_marks=[dict(mark) for mark in trust_marks],
        ),
        **(mark_rules.claims() if mark_rules else {}),
    }
    claims_are_well_formed(claims)
    return claims


def subordinate_statement_claims(  # noqa: PLR0913  one parameter per claim of §3.1.3
    issuer: EntityId,
    subject: EntityId,
    keys: KeySet,
    lifetime: Lifetime,
    *,
    metadata: Mapping[str, Mapping[str, object]] | None = None,
    metadata_policy: Mapping[str, object] | None = None,
    constraints: Mapping[str, object] | None = None,
    source_endpoint: str | None = None,
    extensions: Mapping[str, object] | None = None,
) -> dict[str, object]:
    """Return the claims of what ``issuer`` says about its immediate subordinate.

    Args:
        issuer: the superior.
        subject: the subordinate; ``keys`` are its federation keys.
        keys: see above.
        lifetime: usually shorter than the subject's registration.
        metadata: overrides what the subject says of itself, before policy.
        metadata_policy: by Entity Type, for everything at and below the subject.
        constraints: the claim as it goes out; see ``Constraints.parse``.
        source_endpoint: the fetch endpoint it can be had from.
        extensions: claims of ours that others may ignore, e.g. ``ec_location``.

    Raises:
        StatementRefused: they would break a rule of OpenID Federation 1.0 §3.
    """
    claims: dict[str, object] = {
        **(extensions or {}),
        "iss": issuer,
        "sub": subject,
        **lifetime.claims(),
        "jwks": keys.to_jwks(),
        **_present(
            metadata=metadata,
            metadata_policy=metadata_policy,
            constraints=constraints,
            source_endpoint=source_endpoint,
        ),
    }
    claims_are_well_formed(claims)
    return claims


def _present(**claims: object) -> dict[str, object]:
    """Leave out what says nothing: OpenID Federation 1.0 §3.1 forbids empty hints."""
    return {name: value for name, value in claims.items() if value}
