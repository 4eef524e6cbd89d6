"""What an auditor keeps of one resolved entity, and what it says years later."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from federation.domain.chains import VerifiedChain
from federation.domain.steps import Trace
from kernel.ids import EntityId

Tokens = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """A resolve response with everything it rests on (OpenID Federation 1.0 §8.3.2).

    Attributes:
        chain: the subject's statements, its own first.
        issuers: chains of the resolver and of those who issued its trust marks.
        historical_keys: what the anchor said of its keys of before, a JWT; None if it
            said nothing.
    """

    subject: EntityId
    made_at: datetime
    response: str
    chain: Tokens
    issuers: Mapping[EntityId, Tokens]
    historical_keys: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """How a resolution went: the chain or why there is none, and every step that held.

    ``undecided`` says that somebody did not answer, so that trying again may help.
    """

    entity: EntityId
    chain: VerifiedChain | None
    trace: Trace
    failure: str | None
    undecided: bool = False
