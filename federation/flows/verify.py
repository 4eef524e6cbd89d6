"""Turns statements into a `VerifiedChain`, or says which statement breaks which rule."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from federation.checks import openid_federation as rules
from federation.checks.places import at_place
from federation.domain import Anchor, Trace, VerifiedChain, verified_chain
from kernel.ids import EntityId
from kernel.proof.statement import (
    KnownStatements,
    Merged,
    UnverifiedStatement,
    VerifiedStatement,
    apply_merged,
    critical_operators_are_known,
    is_current,
    merge_next,
    override,
    signed_by_itself,
    strip_entity_types,
)

Metadata = dict[str, dict[str, object]]


@dataclass(frozen=True, slots=True)
class ChainVerifier:
    """Verifies chains against the anchors this installation is configured to believe."""

    anchors: Mapping[EntityId, Anchor]
    known: KnownStatements = field(default_factory=KnownStatements, compare=False)

    def verify(
        self,
        tokens: Sequence[str],
        now: datetime,
        *,
        anchor: EntityId | None = None,
        trace: Trace | None = None,
    ) -> VerifiedChain:
        """Check a chain from the anchor down, then resolve the subject's metadata.

        Args:
            tokens: the subject's configuration first; the anchor's own may be left out.
            now: the instant at which every statement must be in force.
            anchor: the one it must end at; None for any of ours.
            trace: is told of every step, for whoever must explain the outcome.

        Raises:
            ChainRefused: it does not hold; place, clause and detail say where and why.
            BudgetSpent: it is longer than any chain of ours.

        Source: OpenID Federation 1.0 §10.2.
        """
        rules.chain_has_a_sane_length(tokens)
        claimed = self._read(tokens, trace)
        rules.first_speaks_of_itself(claimed)
        rules.neighbours_fit(claimed)
        rules.no_entity_stands_twice(claimed)
        believed = rules.ends_at_anchor(claimed, self.anchors, anchor)
        statements = self._signed(claimed, believed, trace)
        _in_force(statements, now, trace)
        _constrained(statements, trace)
        metadata = _metadata(statements, trace)
        return verified_chain(statements, _path(statements), metadata)

    def _read(
        self, tokens: Sequence[str], trace: Trace | None
    ) -> tuple[UnverifiedStatement, ...]:
        """§3.2: each is a signed JWT of its type and form, by and about an entity."""
        claimed = []
        for at, token in enumerate(tokens):
            with at_place(at):
                statement = self.known.read(token)
                rules.parties_are_entities(statement)
            claimed.append(statement)
            if trace is not None:
                trace.says(at, statement.issuer, statement.subject)
        return tuple(claimed)

    def _signed(
        self, claimed: Sequence[UnverifiedStatement], anchor: Anchor, trace: Trace | None
    ) -> tuple[VerifiedStatement, ...]:
        """§4: the keys of each issuer are vouched for from above; the anchor's are ours."""
        keys, verified = anchor.keys, list[VerifiedStatement]()
        for at in reversed(range(len(claimed))):
            with at_place(at, claimed[at]):
                statement = self.known.verify(claimed[at], keys)
            verified.append(statement)
            # An anchor's own configuration vouches for nothing: its keys came out of band.
            if not statement.is_configuration:
                keys = statement.keys
            if trace is not None:
                trace.signed(at, statement)
        with at_place(0, claimed[0]):
            signed_by_itself(verified[-1])
        return tuple(reversed(verified))


def _in_force(
    statements: Sequence[VerifiedStatement], now: datetime, trace: Trace | None
) -> None:
    for at, statement in enumerate(statements):
        with at_place(at, statement):
            is_current(statement, now)
        if trace is not None:
            trace.in_force(at, statement)


def _constrained(statements: Sequence[VerifiedStatement], trace: Trace | None) -> None:
    """§3.2: the superior is one the subject names; §6.2: all constraints hold."""
    if len(statements) > 1 and not statements[1].is_configuration:
        rules.superior_is_hinted(statements[0], statements[1])
    for at, statement in enumerate(statements):
        if statement.is_configuration:
            continue
        with at_place(at, statement):
            rules.constraints_hold(statement, statements[: at + 1])
        if trace is not None:
            trace.constrained(at, statement)


def _path(statements: Sequence[VerifiedStatement]) -> tuple[EntityId, ...]:
    superiors = [statement.issuer for statement in statements[1:]]
    return tuple(dict.fromkeys((statements[0].subject, *superiors)))


def _metadata(statements: Sequence[VerifiedStatement], trace: Trace | None) -> Metadata:
    """§6.1.4: override, strip, then policy from the anchor down."""
    superiors = [
        (at, each) for at, each in enumerate(statements) if not each.is_configuration
    ]
    metadata = dict(statements[0].metadata)
    if superiors:
        metadata = override(metadata, superiors[0][1].metadata, trace)
    for at, statement in superiors:
        left = strip_entity_types(statement.constraints, metadata)
        if trace is not None:
            trace.stripped(at, metadata.keys() - left.keys())
        metadata = left
    for at, statement in superiors:
        with at_place(at, statement):
            critical_operators_are_known(statement.metadata_policy_crit)
    merged: Merged = {}
    for at, statement in reversed(superiors):
        with at_place(at, statement):
            merged = merge_next(merged, statement.metadata_policy, trace)
    with at_place(0, statements[0]):
        return apply_merged(merged, metadata, trace)
