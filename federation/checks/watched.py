"""What is watched about active members: rules about their configuration."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from federation.errors import EndpointsSilent, KeysShared
from kernel.errors import Refused
from kernel.ids import EntityId
from kernel.proof.jose import KeySet, thumbprint
from kernel.proof.statement import Constraints as StatedConstraints
from kernel.proof.statement import (
    UnverifiedStatement,
    VerifiedStatement,
    critical_operators_are_known,
    override,
    resolve,
    strip_entity_types,
)
from trustroot.registry.domain import Approved

_ADDRESSES: Final = ("jwks_uri", "signed_jwks_uri")
_LISTED: Final = 8
Metadata = Mapping[str, Mapping[str, object]]


def keys_serve_one_purpose(own: VerifiedStatement) -> None:
    """§3.1.1: Federation Entity Keys are not used in protocols.

    Raises:
        KeysShared: a key stands in both; the detail names it.
    """
    federation = set(thumbprints(own.keys))
    for entity_type, held in own.metadata.items():
        keys = held.get("jwks")
        if isinstance(keys, Mapping):
            shared = federation & set(thumbprints(KeySet.parse(keys)))
            if shared:
                raise KeysShared(f"{entity_type[:64]}: {min(shared)}")


def keys_are_nobody_elses(others: Iterable[EntityId]) -> None:
    """Ours: two members never hold one key; who has it could speak for both.

    Raises:
        KeysShared: another member holds one of the keys.
    """
    for other in others:
        raise KeysShared(other[:200])


def policy_is_satisfied(ours: UnverifiedStatement, own: VerifiedStatement) -> Metadata:
    """§6.1: what we state about a subordinate leaves it valid metadata.

    Raises:
        InvalidPolicy, InvalidMetadata: it does not.
    """
    said = ours.claims
    constraints = StatedConstraints.parse(_object(said, "constraints"))
    overriding: Metadata = _object(said, "metadata")  # type: ignore[assignment]  # by rule
    metadata = override(dict(own.metadata), overriding)
    critical = said.get("metadata_policy_crit")
    critical_operators_are_known(tuple(critical) if isinstance(critical, list) else ())
    stripped = strip_entity_types(constraints, metadata)
    return resolve([_object(said, "metadata_policy")], stripped)


def endpoints_of(metadata: Metadata) -> tuple[str, ...]:
    """Return the addresses that metadata names, at most eight, each once."""
    named = (
        value
        for held in metadata.values()
        for name, value in held.items()
        if (name.endswith("_endpoint") or name in _ADDRESSES) and isinstance(value, str)
    )
    return tuple(dict.fromkeys(named))[:_LISTED]


def all_answer(silent: Iterable[str]) -> None:
    """§5.1.3, OIDC Discovery §3: what metadata names can be called.

    Raises:
        EndpointsSilent: some cannot; the detail names them.
    """
    listed = "; ".join(silent)
    if listed:
        raise EndpointsSilent(listed[:300])


def drift(approved: Approved, seen: Metadata) -> tuple[str, ...]:
    """Return the names ``type.parameter`` of what differs from what was approved."""
    return tuple(sorted(_drifted(approved, seen)))


def thumbprints(keys: KeySet) -> tuple[str, ...]:
    """Return the thumbprints of a set (RFC 7638), sorted."""
    return tuple(sorted(thumbprint(key.to_jwk()) for key in keys.by_kid.values()))


def _drifted(approved: Approved, seen: Metadata) -> Iterator[str]:
    for entity_type, values in approved.items():
        held = seen.get(entity_type, {})
        for name, value in values.items():
            if not _same(name, value, held.get(name)):
                yield f"{entity_type}.{name}"


def _same(name: str, approved: object, seen: object) -> bool:
    """Keys are compared by thumbprint, lists as sets, everything else as it stands."""
    if name == "jwks" and isinstance(approved, Mapping) and isinstance(seen, Mapping):
        return _keys(approved) == _keys(seen)
    if isinstance(approved, list) and isinstance(seen, list):
        return sorted(map(repr, approved)) == sorted(map(repr, seen))
    return approved == seen


def _keys(jwks: Mapping[str, object]) -> tuple[str, ...] | str:
    try:
        return thumbprints(KeySet.parse(jwks))
    except Refused as refused:
        return refused.code


def _object(claims: Mapping[str, object], name: str) -> Mapping[str, object]:
    held = claims.get(name, {})
    return held if isinstance(held, Mapping) else {}
