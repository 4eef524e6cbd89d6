"""Chains: what is believed about an entity, why, and until when."""

from collections.abc import Mapping
from dataclasses import InitVar, dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from kernel.assurance import Authenticator, Ceiling, Level, Path
from kernel.ids import EntityId
from kernel.proof.jose import KeySet
from kernel.proof.statement import VerifiedStatement
from kernel.standing import Party, PartyKind

PROVIDER: Final = "openid_provider"
RELYING_PARTY: Final = "openid_relying_party"
CEILING_CLAIM: Final = "trusthub_ceiling"
"""Our extension of subordinate statements: the most the subject may assert, per axis."""
REGION_CLAIM: Final = "trusthub_region"
_MADE_BY_VERIFIER: Final = object()


@dataclass(frozen=True, slots=True)
class Anchor:
    """An entity we believe because an operator handed us its keys another way."""

    entity: EntityId
    keys: KeySet


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """The most that resolving one entity may cost (OpenID Federation 1.0 §10.1, ours)."""

    hints: int = 8
    depth: int = 6
    fetches: int = 24
    paths: int = 64
    span: timedelta = timedelta(seconds=10)


ON_DEMAND: Final = Budget(hints=4, depth=4, fetches=10, span=timedelta(seconds=3))
"""For an entity seen for the first time while somebody waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedChain:
    """A chain whose every statement holds. Only `federation.flows.verify` builds one.

    Attributes:
        statements: subject's configuration first, then each superior's statement, and the
            anchor's configuration last, if it was there.
        path: every entity from the subject to the anchor; each must be in good standing.
        expires_at: the earliest end of any statement.
        metadata: resolved metadata of the subject, by entity type.
        ceiling: the least that any superior's statement allows, per axis.
    """

    proof: InitVar[object]
    statements: tuple[VerifiedStatement, ...]
    path: tuple[EntityId, ...]
    expires_at: datetime
    metadata: Mapping[str, Mapping[str, object]]
    ceiling: Ceiling

    def __post_init__(self, proof: object) -> None:
        """Turn away everybody but the verifier.

        Raises:
            TypeError: the caller is another.
        """
        if proof is not _MADE_BY_VERIFIER:
            msg = "verified chains come from the verifier only"
            raise TypeError(msg)

    @property
    def subject(self) -> EntityId:
        """Whom the chain is about."""
        return self.path[0]

    @property
    def anchor(self) -> EntityId:
        """Whom it rests on."""
        return self.path[-1]

    @property
    def tokens(self) -> tuple[str, ...]:
        """The statements as they were fetched."""
        return tuple(statement.token for statement in self.statements)

    @property
    def parties(self) -> tuple[Party, ...]:
        """Everybody on the path and every key that signed, as standing names them.

        And everybody as a subordinate of the next: that is what a superior can take back.
        """
        members = (Party(PartyKind.MEMBER, entity) for entity in self.path)
        bonds = (bond(lower, upper) for lower, upper in pairwise(self.path))
        keys = dict.fromkeys(statement.signed_by for statement in self.statements)
        return (*members, *bonds, *(Party(PartyKind.KEY, key) for key in keys))

    @property
    def subject_keys(self) -> KeySet:
        """The subject's federation keys, as its superior vouches for them."""
        return self.statements[min(1, len(self.statements) - 1)].keys

    @property
    def anchor_configuration(self) -> VerifiedStatement | None:
        """What the anchor says about itself, if that came with the chain."""
        last = self.statements[-1]
        return last if last.is_configuration and last.issuer == self.anchor else None

    @property
    def region(self) -> Mapping[str, object]:
        """Code and names of the region, from the first superior that states them."""
        for statement in self.statements[1:]:
            held = statement.claims.get(REGION_CLAIM)
            if isinstance(held, Mapping):
                return held
        return {}


def bond(subject: EntityId, superior: EntityId) -> Party:
    """Return an entity as a subordinate of one superior, as standing names it.

    No entity identifier has a space in it, so it is nobody else's name.
    """
    return Party(PartyKind.MEMBER, f"{subject} under {superior}")


def verified_chain(
    statements: tuple[VerifiedStatement, ...],
    path: tuple[EntityId, ...],
    metadata: Mapping[str, Mapping[str, object]],
) -> VerifiedChain:
    """Build the value; called by the verifier alone, at the end of its steps."""
    return VerifiedChain(
        proof=_MADE_BY_VERIFIER,
        statements=statements,
        path=path,
        expires_at=min(statement.expires_at for statement in statements),
        metadata=metadata,
        ceiling=least_ceiling(statements),
    )


def least_ceiling(statements: tuple[VerifiedStatement, ...]) -> Ceiling:
    """Return the weakest ceiling of all superiors; no statement can lift another's."""
    ceilings = [_ceiling(statement) for statement in statements[1:]] or [Ceiling()]
    return Ceiling(
        identity=min(ceiling.identity for ceiling in ceilings),
        authenticator=min(ceiling.authenticator for ceiling in ceilings),
        path=min(ceiling.path for ceiling in ceilings),
    )


def _ceiling(statement: VerifiedStatement) -> Ceiling:
    """Read the extension claim; what cannot be read allows the least there is."""
    stated = statement.claims.get(CEILING_CLAIM)
    if stated is None:
        return Ceiling()
    if not isinstance(stated, Mapping):
        return _LEAST
    try:
        return Ceiling(
            identity=Level(stated["identity"]),
            authenticator=Authenticator(stated["authenticator"]),
            path=Path(stated["path"]),
        )
    except (KeyError, ValueError, TypeError):
        return _LEAST


_LEAST: Final = Ceiling(
    identity=Level.SELF_ASSERTED, authenticator=Authenticator.A1, path=Path.F1
)
