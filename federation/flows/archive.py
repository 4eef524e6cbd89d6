"""Archives of what was resolved: made from what is kept, verified offline years later."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from federation.checks import historical
from federation.checks.archive import (
    Response,
    mark_issuers,
    response_is_of_its_chain,
    response_of,
    signed_at,
)
from federation.domain import Anchor, Archive, Resolve, Trace, VerifiedChain
from federation.errors import (
    ArchiveRefused,
    ChainRefused,
    KeysNotUsable,
    KeysUnreachable,
    NoTrustChain,
)
from federation.flows.marks import MarkVerifier
from federation.flows.resolver import Resolver
from federation.flows.verify import ChainVerifier
from federation.ports import Chains, KeyFetch
from kernel.clock import Clock
from kernel.ids import EntityId
from kernel.proof.jose import JoseRefused, KeySet, PublicKey
from kernel.proof.statement import FEDERATION_ENTITY
from kernel.standing import Party, RowStanding, StandingChange

_ENDPOINT: Final = "federation_historical_keys_endpoint"
_COMPROMISED: Final = "compromised"


@dataclass(frozen=True, slots=True)
class Archives:
    """Makes archives: the response, every chain it rests on, and the keys of before."""

    resolver: Resolver
    chains: Chains
    fetch: KeyFetch
    clock: Clock

    def make(self, entity: EntityId) -> Archive:
        """Return the archive of an entity that is followed.

        Raises:
            NoTrustChain, ChainExpired: no good chain of it is kept.
            AnswerNotReady: the worker has not signed its answer yet.
        """
        chain = self.chains.chain(entity)
        asked = Resolve(subject=entity, anchors=frozenset({chain.anchor}))
        response = self.resolver.resolve(asked)
        said = response_of(response)
        issuers = {said.issuer, *mark_issuers(said)} - {entity}
        return Archive(
            subject=entity,
            made_at=self.clock(),
            response=response,
            chain=chain.tokens,
            issuers=dict(self._kept(issuers)),
            historical_keys=self._keys_of_before(chain),
        )

    def _kept(
        self, entities: Iterable[EntityId]
    ) -> Iterator[tuple[EntityId, tuple[str, ...]]]:
        """What is not kept is left out: the verifier will say what it misses."""
        for entity in sorted(entities):
            try:
                yield entity, self.chains.chain(entity).tokens
            except NoTrustChain:
                continue

    def _keys_of_before(self, chain: VerifiedChain) -> str | None:
        stated = chain.anchor_configuration
        metadata = stated.metadata.get(FEDERATION_ENTITY, {}) if stated else {}
        endpoint = metadata.get(_ENDPOINT)
        if not isinstance(endpoint, str):
            return None
        try:
            return self.fetch.signed_jwks(endpoint)
        except (KeysNotUsable, KeysUnreachable):
            return None


@dataclass(frozen=True, slots=True)
class ArchiveVerifier:
    """Verifies an archive as of an instant, offline, from the anchor's keys alone.

    ``keys`` are the anchor's, had another way: those of today, or those of then. Keys of
    before are believed on the word of keys that are believed already.
    """

    anchor: EntityId
    keys: KeySet
    notes: list[str] = field(default_factory=list)

    def verify(
        self, archive: Archive, at: datetime, trace: Trace, *more: str
    ) -> VerifiedChain:
        """Return the subject's chain as it was at ``at``.

        Args:
            archive: as it was made.
            at: the instant in question.
            trace: is told of every step.
            more: further historical keys JWTs, fetched since.

        Raises:
            ChainRefused: a chain did not hold then.
            MarkRefused: a mark in the response did not count then.
            ArchiveRefused: the response is of another, or does not say what its chain says.
        """
        said = [*more, *([archive.historical_keys] if archive.historical_keys else [])]
        signed = signed_at(archive, self.anchor)
        anchors = {self.anchor: Anchor(self.anchor, self._keys_at(said, at, signed))}
        verifier = ChainVerifier(anchors)
        chain = verifier.verify(archive.chain, at, anchor=self.anchor, trace=trace)
        if chain.subject != archive.subject:
            raise ArchiveRefused("the chain is of another")
        kept = _Kept(verifier, archive.issuers, at)
        said_by = response_of(archive.response).issuer
        response = response_is_of_its_chain(
            archive.response, chain, _keys_of(said_by, kept), at
        )
        trace.answered(response.issuer, chain.subject)
        _marks_count(response, chain, kept, trace)
        return chain

    def _keys_at(
        self, said: Iterable[str], at: datetime, signed: Mapping[str, list[datetime]]
    ) -> KeySet:
        """§8.7: who might speak then; and whose word about keys of before counts now."""
        words, then = dict(self.keys.by_kid), dict(self.keys.by_kid)
        for token in said:
            for past in self._past(token, KeySet(dict(words))):
                may = past.may_stand(at, signed.get(past.key.kid, []))
                _enter(then, past.key, may=may)
                _enter(words, past.key, may=past.reason != _COMPROMISED)
                if past.reason == _COMPROMISED:
                    self.notes.append(f"key {past.key.kid} was reported as compromised")
        return KeySet(then)

    def _past(self, token: str, keys: KeySet) -> tuple[historical.PastKey, ...]:
        try:
            return historical.past_keys(token, self.anchor, keys)
        except JoseRefused as refused:
            self.notes.append(f"historical keys left aside: {refused.code}")
            return ()


@dataclass(frozen=True, slots=True)
class _Kept:
    """The chains of an archive, each verified as of then; implements `Chains`."""

    verifier: ChainVerifier
    tokens: Mapping[EntityId, tuple[str, ...]]
    at: datetime

    def chain(self, entity: EntityId) -> VerifiedChain:
        if entity not in self.tokens:
            raise NoTrustChain(f"the archive holds no chain of {entity[:120]}")
        chain = self.verifier.verify(self.tokens[entity], self.at)
        if chain.subject != entity:
            raise NoTrustChain(f"the chain kept is of {chain.subject[:120]}")
        return chain


class _EverybodyStands:
    """Offline nobody can say who was suspended: the archive shows what was signed."""

    def require(self, *_parties: Party | RowStanding) -> None:
        """Let everybody pass."""

    def last_lapse(self, *_parties: Party | RowStanding) -> datetime | None:
        """Return None: no change was seen."""
        return None

    def number(self) -> int:
        """No change was seen."""
        return 0

    def changes_since(self, number: int, *, limit: int = 500) -> tuple[StandingChange, ...]:
        """There are none to follow."""
        return ()[number:limit]


def _marks_count(
    response: Response, chain: VerifiedChain, kept: _Kept, trace: Trace
) -> None:
    """§8.3: every mark in the response counted then."""
    marks = MarkVerifier(kept, kept.verifier.anchors, _EverybodyStands())
    for stated in response.marks:
        mark = marks.verify(
            stated["trust_mark"],
            holder=chain.subject,
            now=kept.at,
            mark_type=stated["trust_mark_type"],
            under=chain,
        )
        trace.marked(mark.mark_type, mark.issuer)


def _keys_of(issuer: EntityId, kept: _Kept) -> KeySet:
    known = kept.verifier.anchors.get(issuer)
    if known is not None:
        return known.keys
    try:
        return kept.chain(issuer).subject_keys
    except (NoTrustChain, ChainRefused) as cause:
        raise ArchiveRefused(f"the resolver: {cause.code} {cause.detail}") from cause


def _enter(keys: dict[str, PublicKey], key: PublicKey, *, may: bool) -> None:
    """A name that is taken by another key stays with it."""
    if may:
        keys.setdefault(key.kid, key)
    elif key.kid in keys and keys[key.kid].thumbprint == key.thumbprint:
        del keys[key.kid]
