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
        raise ChainBroken("statement 0 is not a configuration")


def neighbours_fit(statements: Sequence[UnverifiedStatement]) -> None:
    """§10.2: ES[j].iss = ES[j+1].sub for every statement but the last."""
    for at, (lower, upper) in enumerate(pairwise(statements)):
        if lower.issuer != upper.subject:
            raise ChainBroken(f"statement {at + 1} is not about the issuer of {at}")


def no_entity_stands_twice(statements: Sequence[UnverifiedStatement]) -> None:
    """§10.1: a loop is no chain. Only the last may repeat its issuer, about itself."""
    issuers = [statement.issuer for statement in statements]
    if statements[-1].is_configuration and len(statements) > 1:
        issuers.pop()
    subjects = [statement.subject for statement in statements[1:]]
    loops = len(set(issuers)) != len(issuers) or len(set(subjects)) != len(subjects)
    middle = statements[1:-1]
    if loops or any(statement.is_configuration for statement in middle):
        raise ChainBroken("an entity stands twice")


def ends_at_anchor(
    statements: Sequence[UnverifiedStatement], anchors: Mapping[EntityId, Anchor]
) -> Anchor:
    """§10.2: the last issuer is a Trust Anchor whose keys came out of band."""
    anchor = anchors.get(statements[-1].issuer)
    if anchor is None:
        raise ChainNotAnchored(statements[-1].issuer[:200])
    return anchor


def superior_is_hinted(subject: VerifiedStatement, superior: VerifiedStatement) -> None:
    """§3.1.2: the issuer of the subordinate statement is among the subject's hints."""
    if superior.issuer not in subject.authority_hints:
        raise ChainBroken(f"{superior.issuer[:200]} is no authority of the subject")


def chain_is_about(chain: VerifiedChain, subject: EntityId) -> None:
    """§4.3: the subject of a chain that was handed over is who it was handed over for."""
    if chain.subject != subject:
        raise ChainBroken(
            "the chain is of another", place=Place(0, chain.subject), clause=_SUBJECT
        )


def constraints_hold(statements: Sequence[VerifiedStatement]) -> None:
    """§6.2: each statement's constraints hold for the part of the chain below it.

    §6.2.2 speaks of subordinate entities: intermediates are bound as the subject is.
    """
    for at, statement in enumerate(statements):
        if statement.is_configuration:
            continue
        path_is_short_enough(statement.constraints, at - 1)
        for below in statements[1 : at + 1]:
            name_is_permitted(statement.constraints, below.subject)


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
