"""OpenID Federation 1.0 §8.3.2: what a resolve response is, and says of its chain."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from federation.domain import Archive, VerifiedChain
from federation.errors import ArchiveRefused
from kernel.ids import EntityId
from kernel.proof.jose import (
    ENTITY_STATEMENT,
    RESOLVE_RESPONSE,
    TRUST_MARK,
    JoseRefused,
    JwsProfile,
    KeySet,
    UnverifiedJws,
    issued_in_past,
    not_expired,
    numeric_date,
    read,
    required_date,
    required_text,
    verify,
)
from kernel.proof.statement import StatementRefused, read_trust_mark, same_json


@dataclass(frozen=True, slots=True)
class Response:
    """What a resolve response says of itself; nobody has answered for it yet."""

    issuer: EntityId
    subject: EntityId
    marks: tuple[Mapping[str, str], ...]


def response_of(token: str) -> Response:
    """Return who answers about whom, and with which marks.

    Raises:
        ArchiveRefused: it is no resolve response.
    """
    try:
        claims = read(token, RESOLVE_RESPONSE).claims
        issuer, subject = required_text(claims, "iss"), required_text(claims, "sub")
    except JoseRefused as cause:
        raise ArchiveRefused(f"the response: {cause.code} {cause.detail}") from cause
    marks = tuple(_marks(claims.get("trust_marks", [])))
    return Response(EntityId(issuer), EntityId(subject), marks)


def mark_issuers(response: Response) -> Iterator[EntityId]:
    """Yield whose chains are needed to verify the marks of a response."""
    for mark in response.marks:
        try:
            yield read_trust_mark(mark["trust_mark"]).issuer
        except (JoseRefused, StatementRefused) as cause:
            raise ArchiveRefused(f"a mark: {cause.code}") from cause


def response_is_of_its_chain(
    token: str, chain: VerifiedChain, keys: KeySet, at: datetime
) -> Response:
    """§8.3.2: the resolver signed it, in its time, and it says what the chain says.

    Raises:
        ArchiveRefused: it does not.
    """
    try:
        claims = verify(token, keys, RESOLVE_RESPONSE)
        issued_in_past(claims, at)
        not_expired(claims, at)
        ends = required_date(claims, "exp")
    except JoseRefused as cause:
        raise ArchiveRefused(f"the response: {cause.code} {cause.detail}") from cause
    if claims.get("sub") != chain.subject or claims.get("trust_chain") != list(
        chain.tokens
    ):
        raise ArchiveRefused("the response is not of this chain")
    if not same_json(claims.get("metadata"), _plain(chain.metadata)):
        raise ArchiveRefused("the response does not say what its chain resolves to")
    if ends > chain.expires_at:
        raise ArchiveRefused("the response outlives its chain")
    return response_of(token)


def signed_at(archive: Archive, entity: EntityId) -> dict[str, list[datetime]]:
    """Return when each key of an entity signed what lies in an archive, by its name.

    Nothing is verified: whoever lies about ``iat`` needs the key to do so.
    """
    signed: dict[str, list[datetime]] = defaultdict(list)
    for token, profile in _tokens(archive):
        jws = _read_or_none(token, profile)
        if jws is not None and jws.claims.get("iss") == entity:
            issued = numeric_date(jws.claims, "iat")
            signed[str(jws.header.get("kid"))] += [issued] if issued else []
    return signed


def _tokens(archive: Archive) -> Iterator[tuple[str, JwsProfile]]:
    for chain in (archive.chain, *archive.issuers.values()):
        yield from ((token, ENTITY_STATEMENT) for token in chain)
    yield archive.response, RESOLVE_RESPONSE
    for mark in response_of(archive.response).marks:
        yield mark["trust_mark"], TRUST_MARK


def _read_or_none(token: str, profile: JwsProfile) -> UnverifiedJws | None:
    try:
        return read(token, profile)
    except JoseRefused:
        return None


def _plain(metadata: Mapping[str, Mapping[str, object]]) -> dict[str, dict[str, object]]:
    return {kind: dict(said) for kind, said in metadata.items()}


def _marks(held: object) -> Iterator[Mapping[str, str]]:
    if not isinstance(held, list):
        raise ArchiveRefused("trust_marks is no array")
    for mark in held:
        kinds = ("trust_mark_type", "trust_mark")
        if not isinstance(mark, dict) or not all(
            isinstance(mark.get(k), str) for k in kinds
        ):
            raise ArchiveRefused("trust_marks holds something else")
        yield {kind: mark[kind] for kind in kinds}
