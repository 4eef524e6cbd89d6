"""Says of every refusal which statement of a chain breaks which clause."""

from collections.abc import Mapping
from types import TracebackType
from typing import Final, Self

from federation.errors import (
    ChainRefused,
    EntityMalformed,
    MetadataNotAccepted,
    Place,
    StatementNotAccepted,
)
from kernel.proof import jose, statement
from kernel.proof.statement import UnverifiedStatement, VerifiedStatement

_SPEC: Final = "OpenID Federation 1.0"
# The nearest ancestor counts.
_CLAUSES: Final[Mapping[type[Exception], str]] = {
    jose.JoseRefused: f"{_SPEC} §3.2",
    jose.KeyRefused: f"{_SPEC} §3.1.1, jwks",
    jose.UnknownKey: f"{_SPEC} §3.2, kid",
    jose.BadSignature: f"{_SPEC} §10.2, signature",
    jose.AlgorithmNotAllowed: f"{_SPEC} §3.2, alg",
    jose.WrongType: f"{_SPEC} §3.2, typ",
    jose.Expired: f"{_SPEC} §10.2, exp",
    jose.IssuedInFuture: f"{_SPEC} §10.2, iat",
    jose.DuplicateMember: "RFC 7515 §4",
    jose.UnknownCritical: "RFC 7515 §4.1.11",
    statement.StatementRefused: f"{_SPEC} §3.2",
    statement.StatementClaimMissing: f"{_SPEC} §3.1.1",
    statement.StatementClaimForbidden: f"{_SPEC} §3.1",
    statement.StatementCriticalUnknown: f"{_SPEC} §3.1.1, crit",
    statement.ConstraintMalformed: f"{_SPEC} §6.2",
    statement.PathTooLong: f"{_SPEC} §6.2.1",
    statement.NameNotPermitted: f"{_SPEC} §6.2.2",
    statement.InvalidPolicy: f"{_SPEC} §6.1.4.1",
    statement.InvalidMetadata: f"{_SPEC} §6.1.4.2",
    EntityMalformed: f"{_SPEC} §1.2",
}
_OF_METADATA: Final = (statement.InvalidPolicy, statement.InvalidMetadata)
_OURS: Final = (jose.JoseRefused, statement.StatementRefused, EntityMalformed)


class at_place:  # noqa: N801  reads as the words it stands for
    """Turns what the codec refuses into a refusal of the chain at one of its places."""

    __slots__ = ("_at", "_said")

    def __init__(
        self, at: int, said: UnverifiedStatement | VerifiedStatement | None = None
    ) -> None:
        """Take the place: the statement's number, and who says it about whom, if known."""
        self._at, self._said = at, said

    def __enter__(self) -> Self:
        """Begin to look."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        cause: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """Say where it was.

        Raises:
            ChainRefused: something of the codec was refused.
        """
        if isinstance(cause, _OURS):
            raise self._refusal(cause) from cause

    def _refusal(
        self, cause: jose.JoseRefused | statement.StatementRefused | EntityMalformed
    ) -> ChainRefused:
        refusal = (
            MetadataNotAccepted if isinstance(cause, _OF_METADATA) else StatementNotAccepted
        )
        detail = f"{cause.code} {cause.detail}".strip()
        return refusal(detail, place=self._place(), clause=clause_of(type(cause)))

    def _place(self) -> Place:
        if self._said is None:
            return Place(self._at)
        return Place(self._at, self._said.issuer, self._said.subject)


def clause_of(refused: type[Exception]) -> str:
    """Return the clause that a refusal of the codec cites."""
    return next(_CLAUSES[kind] for kind in refused.__mro__ if kind in _CLAUSES)
