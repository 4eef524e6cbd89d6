"""Answers of the resolver as they lie ready, and what the collection shows of them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from federation.domain.chains import VerifiedChain
from kernel.ids import EntityId
from kernel.proof.statement import VerifiedTrustMark, mark_name
from kernel.standing import Party, PartyKind

EVERY_TYPE: Final = ""
"""In the place of an entity type: the answer that holds all of them."""
SHOWN: Final = (
    "display_name",
    "description",
    "keywords",
    "logo_uri",
    "policy_uri",
    "information_uri",
)
"""What the collection shows of an entity type (Entity Collection draft 01)."""
_TEXT_LIMIT: Final = 2000
_TEXTS_LIMIT: Final = 50
_OLD_NAMES: Final = ("organization_name", "client_name")
"""Where there is no display_name, what people call it (OpenID Federation 1.0 §5.2.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One signed resolve response (OpenID Federation 1.0 §8.3.2).

    Attributes:
        entity_type: which type it holds; `EVERY_TYPE` for all.
        fingerprint: of the chain and the key it was made from.
        parties: everybody it rests on; whoever hands it out asks standing about them.
    """

    entity: EntityId
    entity_type: str
    anchor: EntityId
    token: str
    fingerprint: str
    answered_at: datetime
    expires_at: datetime
    parties: tuple[Party, ...]

    @property
    def marks(self) -> tuple[Party, ...]:
        """The trust marks among the parties."""
        return tuple(party for party in self.parties if party.kind is PartyKind.MARK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entity in the collection.

    Attributes:
        path: from the entity to its anchor.
        shown: by entity type, what people are shown.
        marks: ``{trust_mark_type, trust_mark}``, all of them verified.
    """

    entity: EntityId
    path: tuple[EntityId, ...]
    entity_types: tuple[str, ...]
    shown: Mapping[str, Mapping[str, object]]
    marks: tuple[Mapping[str, str], ...]
    parties: tuple[Party, ...]
    updated_at: datetime
    expires_at: datetime


def fingerprint(tokens: tuple[str, ...], kid: str) -> str:
    """Return hex SHA-256 over a chain's statements and the name of the signing key."""
    return hashlib.sha256("\n".join((*tokens, kid)).encode()).hexdigest()


def parties_of(
    chain: VerifiedChain, marks: tuple[VerifiedTrustMark, ...]
) -> tuple[Party, ...]:
    """Return everybody that an answer rests on."""
    held = (Party(PartyKind.MARK, mark_name(m.mark_type, m.subject)) for m in marks)
    return (*chain.parties, *held)


def answer_claims(
    chain: VerifiedChain,
    marks: tuple[VerifiedTrustMark, ...],
    *,
    issuer: EntityId,
    metadata: Mapping[str, Mapping[str, object]],
) -> dict[str, object]:
    """Return what an answer says, without its times (OpenID Federation 1.0 §8.3.2)."""
    held = [{"trust_mark_type": m.mark_type, "trust_mark": m.token} for m in marks]
    return {
        "iss": issuer,
        "sub": chain.subject,
        "metadata": {kind: dict(said) for kind, said in metadata.items()},
        "trust_chain": list(chain.tokens),
        **({"trust_marks": held} if held else {}),
    }


def answer_ends(chain: VerifiedChain, marks: tuple[VerifiedTrustMark, ...]) -> datetime:
    """Return the earliest end of the chain and of every mark in the answer."""
    ends = (mark.expires_at for mark in marks if mark.expires_at is not None)
    return min((chain.expires_at, *ends))


def shown_of(chain: VerifiedChain) -> dict[str, dict[str, object]]:
    """Return what people are shown, by entity type, language variants included."""
    shown = {kind: _shown(said) for kind, said in chain.metadata.items()}
    return {kind: said for kind, said in shown.items() if said}


def _shown(metadata: Mapping[str, object]) -> dict[str, object]:
    held = {n: v for n, v in metadata.items() if n.partition("#")[0] in SHOWN}
    if not any(name.partition("#")[0] == "display_name" for name in held):
        held.update(_named(metadata))
    return {name: value for name, value in held.items() if _is_short(value)}


def _is_short(value: object) -> bool:
    """What a stranger writes is shown if it is a text, or a few, of a sane length."""
    texts = value if isinstance(value, list) else [value]
    few = len(texts) <= _TEXTS_LIMIT
    return few and all(isinstance(t, str) and len(t) <= _TEXT_LIMIT for t in texts)


def _named(metadata: Mapping[str, object]) -> dict[str, object]:
    for old in _OLD_NAMES:
        found = {
            name.replace(old, "display_name", 1): value
            for name, value in metadata.items()
            if name.partition("#")[0] == old
        }
        if found:
            return found
    return {}
