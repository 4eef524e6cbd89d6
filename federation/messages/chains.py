"""Chains as the API shows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from federation.domain import Explanation, KeptChain, TraceStep, VerifiedChain
from kernel.events import JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedView:
    """One followed entity: is a good chain kept, until when, and what failed last."""

    entity: str
    resolved: bool
    expires_at: datetime | None
    next_at: datetime
    failure: str | None

    @classmethod
    def of(cls, kept: KeptChain) -> Self:
        """Lay one row out."""
        return cls(
            entity=kept.entity,
            resolved=kept.tokens is not None,
            expires_at=kept.expires_at,
            next_at=kept.next_at,
            failure=kept.failure,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedListView:
    """Everything that is followed."""

    followed: tuple[FollowedView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementView:
    """One statement of a chain: who says it about whom, and its token to check oneself."""

    issuer: str
    subject: str
    issued_at: datetime
    expires_at: datetime
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainView:
    """A verified chain with what follows from it."""

    subject: str
    anchor: str
    path: tuple[str, ...]
    expires_at: datetime
    ceiling: Mapping[str, int]
    metadata: Mapping[str, JsonValue]
    statements: tuple[StatementView, ...]

    @classmethod
    def of(cls, chain: VerifiedChain) -> Self:
        """Lay a chain out, statement by statement."""
        ceiling = chain.ceiling
        return cls(
            subject=chain.subject,
            anchor=chain.anchor,
            path=chain.path,
            expires_at=chain.expires_at,
            ceiling={
                "identity": ceiling.identity.value,
                "authenticator": ceiling.authenticator.value,
                "path": ceiling.path.value,
            },
            metadata=chain.metadata,  # type: ignore[arg-type]  # JSON, as it was read
            statements=tuple(
                StatementView(
                    issuer=statement.issuer,
                    subject=statement.subject,
                    issued_at=statement.issued_at,
                    expires_at=statement.expires_at,
                    token=statement.token,
                )
                for statement in chain.statements
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """One step of a verification that held: what was seen, and the clause that asks it.

    ``statement`` is its number in the chain; null for steps of metadata and policy.
    """

    statement: int | None
    clause: str
    text: str

    @classmethod
    def of(cls, step: TraceStep) -> Self:
        """Lay one step out."""
        return cls(statement=step.at, clause=step.clause, text=step.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplanationView:
    """How resolving an entity went, now; ``undecided``: somebody did not answer."""

    entity: str
    resolved: bool
    undecided: bool
    failure: str | None
    steps: tuple[StepView, ...]
    chain: ChainView | None

    @classmethod
    def of(cls, explanation: Explanation) -> Self:
        """Lay an explanation out."""
        chain = explanation.chain
        return cls(
            entity=explanation.entity,
            resolved=chain is not None,
            undecided=explanation.undecided,
            failure=explanation.failure,
            steps=tuple(StepView.of(step) for step in explanation.trace.steps),
            chain=None if chain is None else ChainView.of(chain),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowBody:
    """Which entity to follow."""

    entity: str
