"""Entity statements as values: read without trust, and verified."""

from collections.abc import Mapping
from dataclasses import InitVar, dataclass
from datetime import datetime
from typing import Final, cast

from kernel.ids import EntityId
from kernel.proof.jose import (
    ENTITY_STATEMENT,
    KeySet,
    UnverifiedJws,
    VerifiedClaims,
    required_date,
    verify_read,
)
from kernel.proof.jose import read as read_jws
from kernel.proof.statement.claim_rules import claims_are_well_formed
from kernel.proof.statement.constraints import Constraints
from kernel.proof.statement.errors import (
    StatementClaimForbidden,
    StatementNotOfIssuer,
)
from kernel.proof.statement.forms import named, text

MEDIA_TYPE: Final = "application/entity-statement+jwt"
_MADE_BY_READ: Final = object()
_MADE_BY_VERIFY: Final = object()


@dataclass(frozen=True, slots=True)
class UnverifiedStatement:
    """What a statement says about itself, well-formed; nobody has answered for it yet.

    Only ``read`` builds one: what it says keeps the rules of form.
    """

    proof: InitVar[object]
    jws: UnverifiedJws
    issuer: EntityId
    subject: EntityId

    def __post_init__(self, proof: object) -> None:
        """Turn away everybody but ``read``.

        Raises:
            TypeError: the caller is another.
        """
        if proof is not _MADE_BY_READ:
            msg = "unverified statements come from read() only"
            raise TypeError(msg)

    @property
    def token(self) -> str:
        """The statement as it came."""
        return self.jws.token

    @property
    def claims(self) -> Mapping[str, object]:
        """What it says."""
        return self.jws.claims

    @property
    def is_configuration(self) -> bool:
        """Whether the entity speaks of itself."""
        return self.issuer == self.subject

    @property
    def claimed_keys(self) -> KeySet:
        """The keys it says are the subject's; a configuration must verify with them."""
        return _keys(self.claims)

    @property
    def authority_hints(self) -> tuple[EntityId, ...]:
        """The superiors it names, to look for; empty for an anchor."""
        return _hints(self.claims)


@dataclass(frozen=True, slots=True)
class VerifiedStatement:
    """A statement whose signature and form hold. Only ``verify`` builds one.

    That its issuer may say so is for the chain to show; that it is in force, for
    ``is_current``.
    """

    proof: InitVar[object]
    token: str
    claims: VerifiedClaims
    issuer: EntityId
    subject: EntityId
    issued_at: datetime
    expires_at: datetime
    keys: KeySet
    constraints: Constraints
    signed_by: str
    """Thumbprint of the key that signed (RFC 7638), whatever name its set gives it."""

    def __post_init__(self, proof: object) -> None:
        """Turn away everybody but ``verify``.

        Raises:
            TypeError: the caller is another.
        """
        if proof is not _MADE_BY_VERIFY:
            msg = "verified statements come from verify() only"
            raise TypeError(msg)

    @property
    def is_configuration(self) -> bool:
        """Whether the entity speaks of itself."""
        return self.issuer == self.subject

    @property
    def authority_hints(self) -> tuple[EntityId, ...]:
        """The superiors it names; empty for an anchor and in subordinate statements."""
        return _hints(self.claims)

    @property
    def metadata(self) -> Mapping[str, Mapping[str, object]]:
        """Metadata by Entity Type; in a subordinate statement they override."""
        found = self.claims.get("metadata", {})
        return cast("Mapping[str, Mapping[str, object]]", found)

    @property
    def metadata_policy(self) -> Mapping[str, object]:
        """The policy by Entity Type, empty if there is none; not yet checked."""
        return cast("Mapping[str, object]", self.claims.get("metadata_policy", {}))

    @property
    def metadata_policy_crit(self) -> tuple[str, ...]:
        """The operators beyond the seven that must be understood."""
        name = "metadata_policy_crit"
        return named(self.claims, name) if name in self.claims else ()

    @property
    def trust_marks(self) -> tuple[Mapping[str, str], ...]:
        """Marks as ``{trust_mark_type, trust_mark}``; their tokens are unverified."""
        held = cast("list[Mapping[str, str]]", self.claims.get("trust_marks", []))
        return tuple(held)


def read(token: str) -> UnverifiedStatement:
    """Return what an entity statement claims, with no trust.

    Raises:
        JoseRefused: not a statement's JWS.
        StatementRefused: its claims break a rule of OpenID Federation 1.0 §3.
    """
    jws = read_jws(token, ENTITY_STATEMENT)
    header_carries_no_chain(jws.header)
    claims_are_well_formed(jws.claims)
    return UnverifiedStatement(_MADE_BY_READ, jws, *_parties(jws.claims))


def verify(claimed: UnverifiedStatement, keys: KeySet) -> VerifiedStatement:
    """Return the statement if one of ``keys``, the issuer's, has signed it.

    Args:
        claimed: from ``read``.
        keys: of the issuer, from a source that is trusted for them: its superior's
            statement, or the configured anchor.

    Raises:
        UnknownKey, BadSignature, JoseRefused: no key of the issuer signed this.
        StatementRefused: a constraint is malformed.

    Source: OpenID Federation 1.0 §3.2, §10.2.
    """
    claims = verify_read(claimed.jws, keys)
    raw = cast("Mapping[str, object]", claims.get("constraints", {}))
    return VerifiedStatement(
        _MADE_BY_VERIFY,
        claimed.token,
        claims,
        claimed.issuer,
        claimed.subject,
        required_date(claims, "iat"),
        required_date(claims, "exp"),
        _keys(claims),
        Constraints.parse(raw),
        signer_of(claims, keys),
    )


def verify_configuration(claimed: UnverifiedStatement) -> VerifiedStatement:
    """Return an entity configuration that its own keys have signed.

    It shows possession of the keys, nothing else: whose they are, the chain shows.

    Raises:
        StatementNotOfIssuer: it is about another entity.
        JoseRefused, StatementRefused: as ``verify``.
    """
    if not claimed.is_configuration:
        raise StatementNotOfIssuer
    return verify(claimed, claimed.claimed_keys)


def header_carries_no_chain(header: Mapping[str, object]) -> None:
    """OpenID Federation 1.0 §4.3, §4.4: chains are no header of an entity statement."""
    for name in ("trust_chain", "peer_trust_chain"):
        if name in header:
            raise StatementClaimForbidden(name)


def signer_of(claims: VerifiedClaims, keys: KeySet) -> str:
    """Return the thumbprint of the key of a set that signed (RFC 7638 §3)."""
    return keys.find(str(claims.header["kid"])).thumbprint


def _parties(claims: Mapping[str, object]) -> tuple[EntityId, EntityId]:
    return EntityId(text(claims, "iss")), EntityId(text(claims, "sub"))


def _keys(claims: Mapping[str, object]) -> KeySet:
    return KeySet.parse(cast("Mapping[str, object]", claims["jwks"]))


def _hints(claims: Mapping[str, object]) -> tuple[EntityId, ...]:
    name = "authority_hints"
    hints = named(claims, name) if name in claims else ()
    return tuple(EntityId(hint) for hint in hints)
