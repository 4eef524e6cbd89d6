"""Terms, contracts and grounds: as stored, as approved, and as shown."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kernel.events import JsonValue
from kernel.web import BodyMalformed, read_body
from trustroot.registry.domain import Contract, Grounds, Representation, Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractAsked:
    """The agreement behind a membership; days as RFC 3339 dates."""

    number: str
    signed_on: str
    valid_until: str | None = None


def terms_to_json(terms: Terms) -> dict[str, JsonValue]:
    """Lay terms out; equal terms give equal JSON, whatever the order of their sets."""
    ceiling = terms.ceiling
    return {
        "entity_types": [*sorted(terms.entity_types)],
        "ceiling": {
            "identity": ceiling.identity.value,
            "authenticator": ceiling.authenticator.value,
            "path": ceiling.path.value,
        },
        "attributes": [*sorted(terms.attributes)],
        "jwks": dict(terms.jwks),
        "measures": [*sorted(measure.value for measure in terms.measures)],
        "bases": dict(terms.bases),
        "regions": [*sorted(terms.regions)],
        "log_key": terms.log_key,
        "signal_jwks": dict(terms.signal_jwks),
        "approved": {name: dict(said) for name, said in terms.approved.items()},
        "represented": _represented(terms.represented),
    }


def terms_from_json(value: object) -> Terms:
    """Read terms; those stored before a member of them existed get its default.

    Raises:
        BodyMalformed: they are not of the form `terms_to_json` writes.
    """
    return read_body(Terms, json.dumps(value).encode())


def terms_shown(stored: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Return terms as `terms_to_json` laid them out, without the sealed secret.

    In its place stands `secret_mark`: one can see that it is there and that it changed,
    and say in a change that it stays.
    """
    represented = stored.get("represented")
    if not isinstance(represented, dict):
        return dict(stored)
    mark = secret_mark(represented.get("sealed_secret"))
    return {**stored, "represented": {**represented, "sealed_secret": mark}}


def change_shown(change: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Return a proposed or recorded change without the sealed secret of its terms."""
    terms = change.get("terms")
    return (
        {**change, "terms": terms_shown(terms)} if isinstance(terms, dict) else {**change}
    )


def secret_mark(sealed: object) -> str | None:
    """Return what is shown in place of a sealed secret: SHA-256 of its envelope."""
    if not isinstance(sealed, str):
        return None
    return "sha256:" + hashlib.sha256(sealed.encode()).hexdigest()


def grounds_to_json(grounds: Grounds) -> dict[str, JsonValue]:
    """Lay grounds out."""
    return {
        "reason": grounds.reason,
        "basis": grounds.basis,
        "proportionality": grounds.proportionality,
    }


def grounds_from_json(value: object) -> Grounds:
    """Read grounds, or raise `BodyMalformed`."""
    return read_body(Grounds, json.dumps(value).encode())


def contract_to_json(contract: Contract | None) -> JsonValue:
    """Lay a contract out; None stays None."""
    if contract is None:
        return None
    until = contract.valid_until
    return {
        "number": contract.number,
        "signed_on": contract.signed_on.isoformat(),
        "valid_until": None if until is None else until.isoformat(),
    }


def contract_from_json(value: object) -> Contract | None:
    """Read a contract, or raise `BodyMalformed`; None stays None."""
    if value is None:
        return None
    return contract_of(read_body(ContractAsked, json.dumps(value).encode()))


def contract_of(asked: ContractAsked) -> Contract:
    """Read the days of a contract.

    Raises:
        BodyMalformed: one of them is no date.
    """
    until = asked.valid_until
    return Contract(
        number=asked.number,
        signed_on=day_of(asked.signed_on, "contract.signed_on"),
        valid_until=None if until is None else day_of(until, "contract.valid_until"),
    )


def day_of(text: str, at: str) -> date:
    """RFC 3339 §5.6: a full-date, or `BodyMalformed` naming the member ``at``."""
    try:
        day = date.fromisoformat(text)
    except ValueError as cause:
        raise BodyMalformed(f"body.{at}: not a date") from cause
    if day.isoformat() != text:
        raise BodyMalformed(f"body.{at}: not a date")
    return day


def _represented(said: Representation | None) -> JsonValue:
    if said is None:
        return None
    return {
        "protocol": said.protocol,
        "issuer": said.issuer,
        "client_id": said.client_id,
        "sealed_secret": said.sealed_secret,
        "claims": dict(said.claims),
        "levels": dict(said.levels),
        "slug": said.slug,
    }
