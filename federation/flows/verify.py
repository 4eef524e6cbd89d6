"""Turns statements into a `VerifiedChain`, or says which statement breaks which rule."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from federation.checks import openid_federation as rules
from federation.domain import Anchor, VerifiedChain, verified_chain
from federation.errors import MetadataNotAccepted, StatementNotAccepted
from kernel.ids import EntityId
from kernel.proof.jose import JoseRefused
from kernel.proof.statement import (
    InvalidMetadata,
    InvalidPolicy,
    StatementRefused,
    UnverifiedStatement,
    VerifiedStatement,
    critical_operators_are_known,
    is_current,
    override,
    read,
    resolve,
    strip_entity_types,
    verify,
    verify_configuration,
)


@dataclass(frozen=True, slots=True)
class ChainVerifier:
    """Verifies chains against the anchors this installation is configured to believe."""

    anchors: Mapping[EntityId, Anchor]

    def verify(self, tokens: Sequence[str], now: datetime) -> VerifiedChain:
        """Check a chain from the anchor down, then resolve the subject's metadata.

        Args:
            tokens: the subject's configuration first; the anchor's own may be left out.
            now: the instant at which every statement must be in force.

        Raises:
            ChainRefused: it does not hold; the detail names the statement and the rule.
            BudgetSpent: it is longer than any chain of ours.

        Source: OpenID Federation 1.0 §10.2.
        """
        rules.chain_has_a_sane_length(tokens)
        claimed = [_read(at, token) for at, token in enumerate(tokens)]
        rules.first_speaks_of_itself(claimed)
        rules.neighbours_fit(claimed)
        rules.no_entity_stands_twice(claimed)
        statements = _signed(claimed, rules.ends_at_anchor(claimed, self.anchors))
        _in_force(statements, now)
        _constrained(statements)
        return verified_chain(statements, _path(statements), _metadata(statements))


def _read(at: int, token: str) -> UnverifiedStatement:
    with _naming(at):
        return read(token)


def _signed(
    claimed: Sequence[UnverifiedStatement], anchor: Anchor
) -> tuple[VerifiedStatement, ...]:
    """Check signatures downwards: the keys of each issuer are vouched for from above."""
    keys, verified = anchor.keys, list[VerifiedStatement]()
    for at in reversed(range(len(claimed))):
        with _naming(at):
            verified.append(verify(claimed[at], keys))
        # An anchor's own configuration vouches for nothing: its keys came out of band.
        if not claimed[at].is_configuration:
            keys = verified[-1].keys
    with _naming(0):
        verify_configuration(claimed[0])
    return tuple(reversed(verified))


def _in_force(statements: Sequence[VerifiedStatement], now: datetime) -> None:
    for at, statement in enumerate(statements):
        with _naming(at):
            is_current(statement, now)


def _constrained(statements: Sequence[VerifiedStatement]) -> None:
    if len(statements) > 1 and not statements[1].is_configuration:
        rules.superior_is_hinted(statements[0], statements[1])
    with _naming(len(statements) - 1):
        rules.constraints_hold(statements)


def _path(statements: Sequence[VerifiedStatement]) -> tuple[EntityId, ...]:
    superiors = [statement.issuer for statement in statements[1:]]
    return tuple(dict.fromkeys((statements[0].subject, *superiors)))


def _metadata(statements: Sequence[VerifiedStatement]) -> dict[str, dict[str, object]]:
    """OpenID Federation 1.0 §6.1.4: override, strip, then policy from the anchor down."""
    superiors = [s for s in statements[1:] if not s.is_configuration]
    metadata = dict(statements[0].metadata)
    if superiors:
        metadata = override(metadata, superiors[0].metadata)
    for statement in superiors:
        metadata = strip_entity_types(statement.constraints, metadata)
    try:
        for statement in superiors:
            critical_operators_are_known(statement.metadata_policy_crit)
        return resolve([s.metadata_policy for s in reversed(superiors)], metadata)
    except (InvalidPolicy, InvalidMetadata) as cause:
        raise MetadataNotAccepted(f"{cause.code}: {cause.detail}") from cause


@contextmanager
def _naming(at: int) -> Iterator[None]:
    """Say at which statement of the chain a rule was broken."""
    try:
        yield
    except (JoseRefused, StatementRefused) as cause:
        raise StatementNotAccepted(
            f"statement {at}: {cause.code} {cause.detail}"
        ) from cause
