"""Claims about people on the wire."""

from idp.people.domain import OrganisationClaim, PersonClaims
from kernel.assurance import Level
from kernel.events import rfc3339
from kernel.ids import OrganisationId


def released(
    person: PersonClaims,
    names: frozenset[str],
    identity: Level,
    acting_for: OrganisationId | None = None,
) -> dict[str, object]:
    """Return those claims that are named and known (OIDC Core §5.3.2: none is null).

    ``identity`` is what was proven where the person signed in: the record knows nothing of
    what another platform proves, and ``acr`` would contradict it.
    """
    organisations = [_organisation(o, acting_for) for o in person.organisations]
    known: dict[str, object] = {
        "name": person.name,
        "identity_level": identity.value,
        "person_kind": person.kind.value,
        "id_number": person.id_number,
        "organisations": organisations or None,
    }
    return {name: known[name] for name in sorted(names) if known.get(name) is not None}


def _organisation(
    organisation: OrganisationClaim, acting_for: OrganisationId | None
) -> dict[str, object]:
    said: dict[str, object] = {
        "name": organisation.name,
        "uscc": organisation.uscc,
        "role": organisation.role.value,
        "acting": organisation.id == acting_for,
    }
    if organisation.until is not None:
        said["until"] = rfc3339(organisation.until)
    return said
