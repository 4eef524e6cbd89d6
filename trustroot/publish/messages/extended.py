"""Pages of the extended list (Extended Subordinate Listing 1.0 §3.2)."""

from collections.abc import Iterable, Mapping

from kernel.clock import epoch_seconds
from kernel.ids import EntityId
from kernel.proof.statement import read
from trustroot.publish.domain import Details, Statement

_STATEMENT = "subordinate_statement"
_OWN_NAMES = frozenset({"id", "registered", "updated", "revoked"})
Marks = Mapping[EntityId, tuple[dict[str, str], ...]]


def page_shown(
    rows: Iterable[Statement], following: EntityId | None, details: Details, marks: Marks
) -> dict[str, object]:
    """Lay a page out; ``next_entity_id`` is there while there is more."""
    entries = [_entry(row, details, marks) for row in rows]
    shown: dict[str, object] = {"immediate_subordinate_entities": entries}
    if following is not None:
        shown["next_entity_id"] = following
    return shown


def _entry(row: Statement, details: Details, marks: Marks) -> dict[str, object]:
    entry: dict[str, object] = {**_claims(row, details, marks), "id": row.subject}
    if details.audit_timestamps:
        entry["registered"] = epoch_seconds(row.registered_at or row.issued_at)
        entry["updated"] = epoch_seconds(row.updated_at or row.issued_at)
    return entry


def _claims(row: Statement, details: Details, marks: Marks) -> dict[str, object]:
    """§3.1: the signed statement, or the claims asked for as far as there are any.

    Marks are no claim of a statement: they are those we have given the entity.
    """
    if not details.claims:
        return {_STATEMENT: row.token}
    said = {
        **read(row.token).claims,
        _STATEMENT: row.token,
        "trust_marks": [*marks.get(row.subject, ())],
    }
    asked = (name for name in details.claims if name not in _OWN_NAMES)
    return {name: said[name] for name in asked if said.get(name)}
