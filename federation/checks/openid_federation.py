"""OpenID Federation 1.0, the rules of a chain."""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from federation.domain import Anchor, VerifiedChain
from federation.errors import (
    BudgetSpent,
    ChainBroken,
    ChainNotAnchored,
    ChainTooShort,
    EntityMalformed,
    Place,
    StatementNotPublished,
)
from kernel.ids import EntityId
from kernel.proof.statement import (
    FEDERATION_ENTITY,
    UnverifiedStatement,
    VerifiedStatement,
    name_is_permitted,
    path_is_short_enough,
)

_LENGTH_LIMIT = 16
_LOOP = "OpenID Federation 1.0 §10.1"
_SUBJECT = "OpenID Federation 1.0 §4.3"
_ENTITY_ID = re.compile(
    r"https?://[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?(/[!$-;=@-Z_a-z~]{0,250})?", re.ASCII
)


def is_an_entity_identifier(text: str) -> EntityId:
    """§1.2: an http(s) URL with a host, without query and fragment; ours: ≤ 512 letters.

    Whether plain http is believed at all, the way out decides (`kernel.infra.outbound`).
    """
    if not _ENTITY_ID.fullmatch(text):
        raise EntityMalformed(text[:80])
    return EntityId(text)


def chain_has_a_sane_length(tokens: Sequence[str]) -> None:
    """§4: a chain holds at least the subject's own statement; ours at most 16."""
    if not tokens:
        raise ChainTooShort
    if len(tokens) > _LENGTH_LIMIT:
        raise BudgetSpent(f"{len(tokens)} statements")


def first_speaks_of_itself(statements: Sequence[UnverifiedStatement]) -> None:
    """§10.2: ES[0] is the subject's Entity Configuration, iss = sub."""
    if not statements[0].is_configuration:
        first = statements[0]
        place = Place(0, first.issuer, first.subject)
        raise ChainBroken("not a configuration", place=place)


def neighbours_fit(statements: Sequence[UnverifiedStatement]) -> None:
    """§10.2: ES[j].iss = ES[j+1].sub for every statement but the last."""
    for at, (lower, upper) in enumerate(pairwise(statements)):
        if lower.issuer != upper.subject:
            place = Place(at + 1, upper.issuer, upper.subject)
            raise ChainBroken(f"not about the issuer of statement {at}", place=place)


def no_entity_stands_twice(statements: Sequence[UnverifiedStatement]) -> None:
    """§10.1: a loop is no chain. Only the last may repeat its issuer, about itself.

    An anchor's own configuration alone is its chain; twice it is none.
    """
    above = statements[1:]
    words = above[:-1] if above and above[-1].is_configuration else above
    subjects = [statement.subject for statement in words]
    entities = [*subjects, *(statement.issuer for statement in words[-1:])]
    if len(set(entities)) != len(entities) or (above and not words):
        raise ChainBroken("an entity stands twice", clause=_LOOP)


def parties_are_entities(statement: UnverifiedStatement) -> None:
    """§3.2: ``iss`` and ``sub`` are entity identifiers."""
    is_an_entity_identifier(statement.issuer)
    if not statement.is_configuration:
        is_an_entity_identifier(statement.subject)


def ends_at_anchor(
    statements: Sequence[UnverifiedStatement],
    anchors: Mapping[EntityId, Anchor],
    wanted: EntityId | None = None,
) -> Anchor:
    """§10.2: the last issuer is a Trust Anchor whose keys came out of band.

    Where one anchor is asked for, another of ours is none.
    """
    last = statements[-1]
    anchor = anchors.get(last.issuer)
    if anchor is None or wanted not in {None, last.issuer}:
        place = Place(len(statements) - 1, last.issuer, last.subject)
        raise ChainNotAnchored("its issuer is not the anchor", place=place)
    return anchor


def superior_is_hinted(subject: VerifiedStatement, superior: VerifiedStatement) -> None:
    """§3.2: the issuer of the subordinate statement is among the subject's hints."""
    if superior.issuer not in subject.authority_hints:
        raise ChainBroken(
            "the subject does not name this authority",
            place=Place(1, superior.issuer, superior.subject),
            clause="OpenID Federation 1.0 §3.2, authority_hints",
        )


def chain_is_about(chain: VerifiedChain, subject: EntityId) -> None:
    """§4.3: the subject of a chain that was handed over is who it was handed over for."""
    if chain.subject != subject:
        raise ChainBroken(
            "the chain is of another", place=Place(0, chain.subject), clause=_SUBJECT
        )


def constraints_hold(setter: VerifiedStatement, below: Sequence[VerifiedStatement]) -> None:
    """§6.2: a statement's constraints hold for the part of the chain it is about.

    Args:
        setter: a subordinate statement.
        below: the chain from the subject up to and with the setter. §6.2.2 speaks of
            subordinate entities: intermediates are bound as the subject is.
    """
    path_is_short_enough(setter.constraints, len(below) - 2)
    for statement in below[1:]:
        name_is_permitted(setter.constraints, statement.subject)


def fetch_endpoint_of(configuration: UnverifiedStatement) -> str:
    """§8.1: a superior names its fetch endpoint in its own Entity Configuration."""
    metadata = configuration.claims.get("metadata")
    entity = metadata.get(FEDERATION_ENTITY) if isinstance(metadata, Mapping) else None
    endpoint = (
        entity.get("federation_fetch_endpoint") if isinstance(entity, Mapping) else None
    )
    if not isinstance(endpoint, str):
        raise StatementNotPublished("no fetch endpoint")
    return endpoint
