"""What the public endpoints are asked, what they answer, and how they refuse."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from federation import errors
from federation.domain import SHOWN, Collect, Collected, Entry, Resolve
from kernel.clock import epoch_seconds
from kernel.errors import DomainError, Malformed, NotFound, Unavailable
from kernel.ids import EntityId
from kernel.standing import NotInGoodStanding
from kernel.web import Form, ParameterMissing, Reply, Request

RESOLVE_MEDIA_TYPE: Final = "application/resolve-response+jwt"
_REPEATED_LIMIT: Final = 16
_PAGE_LIMIT: Final = 200
_ENTITY_CLAIMS: Final = ("entity_types", "ui_infos", "trust_marks")
_SHOWN_UNASKED: Final = ("entity_types", "ui_infos")


@dataclass(frozen=True, slots=True)
class FederationError:
    """One row: the code of OpenID Federation 1.0 §8.9, its status, and a fixed text."""

    error: str
    status: int
    description: str


_SERVER_ERROR: Final = FederationError("server_error", 500, "Something failed here.")
# The nearest ancestor counts.
_ROWS: Final[Mapping[type[DomainError], FederationError]] = {
    errors.AnswerUnknown: FederationError(
        "invalid_subject", 404, "Nothing is resolved here about that subject."
    ),
    NotInGoodStanding: FederationError(
        "invalid_subject", 404, "The subject, or somebody it rests on, may not act."
    ),
    errors.AnchorUnknown: FederationError(
        "invalid_trust_anchor", 404, "No chain ends here at a trust anchor asked for."
    ),
    errors.NoMetadataHold: FederationError(
        "invalid_metadata", 400, "Metadata and metadata policies contradict each other."
    ),
    errors.NoTrustChain: FederationError(
        "invalid_trust_chain", 400, "The trust chain of the subject does not hold."
    ),
    errors.PageUnknown: FederationError(
        "page_not_found", 404, "The page begins at an entity that is not listed here."
    ),
    errors.ClaimUnsupported: FederationError(
        "unsupported_claim", 400, "The collection does not show this claim."
    ),
    NotFound: FederationError("not_found", 404, "There is no such thing here."),
    Malformed: FederationError(
        "invalid_request", 400, "A parameter is missing, repeated or malformed."
    ),
    Unavailable: FederationError(
        "temporarily_unavailable", 503, "The answer is not ready; try again."
    ),
}


@dataclass(frozen=True, slots=True)
class FederationErrors:
    """Answers failures as JSON with both members (OpenID Federation 1.0 §8.9)."""

    rows: Mapping[type[DomainError], FederationError] = field(default_factory=lambda: _ROWS)

    def reply(self, error: DomainError, _request: Request) -> Reply:
        """Return the answer for a failure; its text is the row's, never the failure's."""
        row = next(
            (self.rows[kind] for kind in type(error).__mro__ if kind in self.rows),
            _SERVER_ERROR,
        )
        body = {"error": row.error, "error_description": row.description}
        return Reply.json(body, status=row.status)


def resolve_request(arguments: Form) -> Resolve:
    """OpenID Federation 1.0 §8.3.1: ``sub`` once, ``trust_anchor`` at least once.

    Raises:
        ParameterMissing, ParameterRepeated, RequestMalformed: as they say.
    """
    anchors = _several(arguments, "trust_anchor")
    if not anchors:
        raise ParameterMissing("trust_anchor")
    return Resolve(
        subject=EntityId(arguments.required("sub")),
        anchors=frozenset(EntityId(anchor) for anchor in anchors),
        entity_types=_several(arguments, "entity_type"),
    )


def collect_request(arguments: Form, ours: EntityId) -> Collect:
    """Entity Collection draft 01; ``from`` was ``from_entity_id`` in the draft before.

    Raises:
        ParameterRepeated, RequestMalformed: as they say.
    """
    start = arguments.optional("from") or arguments.optional("from_entity_id")
    return Collect(
        anchor=EntityId(arguments.optional("trust_anchor") or ours),
        start=EntityId(start) if start else None,
        limit=_limit(arguments.optional("limit")),
        entity_types=_several(arguments, "entity_type"),
        mark_types=_several(arguments, "trust_mark_type"),
        query=(arguments.optional("query") or "").strip(),
    )


@dataclass(frozen=True, slots=True)
class CollectionView:
    """Which claims are shown of each entity, and of each of its types."""

    claims: frozenset[str]
    shown: frozenset[str]
    types: frozenset[str]


def collection_view(arguments: Form) -> CollectionView:
    """Entity Collection draft 01: a claim that is not supported is refused by name.

    Raises:
        ClaimUnsupported: there is no such claim.
    """
    claims = _several(arguments, "entity_claims") - {"entity_id"}
    shown = _several(arguments, "ui_claims")
    unknown = (claims - set(_ENTITY_CLAIMS)) | (shown - set(SHOWN))
    if unknown:
        raise errors.ClaimUnsupported(min(unknown)[:64])
    return CollectionView(
        claims or frozenset(_SHOWN_UNASKED),
        shown or frozenset(SHOWN),
        _several(arguments, "entity_type"),
    )


def collection(found: Collected, view: CollectionView) -> dict[str, object]:
    """Lay one page out; ``last_updated`` is when the youngest entry was made."""
    body: dict[str, object] = {"entities": [_entity(e, view) for e in found.entries]}
    if found.following is not None:
        body["next"] = found.following
    if found.entries:
        youngest = max(entry.updated_at for entry in found.entries)
        body["last_updated"] = epoch_seconds(youngest)
    return body


def _entity(entry: Entry, view: CollectionView) -> dict[str, object]:
    shown = {
        kind: {n: v for n, v in said.items() if n.partition("#")[0] in view.shown}
        for kind, said in entry.shown.items()
        if not view.types or kind in view.types or kind == "federation_entity"
    }
    held: dict[str, object] = {
        "entity_types": list(entry.entity_types),
        "ui_infos": {kind: said for kind, said in shown.items() if said},
        "trust_marks": [dict(mark) for mark in entry.marks],
    }
    asked = {name: value for name, value in held.items() if name in view.claims and value}
    return {"entity_id": entry.entity, **asked}


def _several(arguments: Form, name: str) -> frozenset[str]:
    values = arguments.repeatable(name)
    if len(values) > _REPEATED_LIMIT:
        raise errors.RequestMalformed(name)
    return frozenset(values)


def _limit(asked: str | None) -> int:
    """The least of what is asked and what we give at most."""
    if asked is None:
        return _PAGE_LIMIT
    if not (asked.isascii() and asked.isdigit()) or int(asked[:9]) < 1:
        raise errors.RequestMalformed("limit")
    return min(int(asked[:9]), _PAGE_LIMIT)
