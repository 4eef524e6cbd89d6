"""Assembles the grant by which a provider vouches for its people."""

from idp.oidc.build.parts import Parts
from idp.oidc.flows.jwt_bearer import AssertionReader, JwtBearer


def jwt_bearer(parts: Parts) -> JwtBearer:
    """Assemble the grant."""
    below, drivers = parts.below, parts.drivers
    return JwtBearer(
        AssertionReader(below.vouches, below.people, below.consents.trial, parts.once),
        parts.standing,
        parts.grants,
        parts.subjects,
        parts.issuing,
        drivers.ids,
        drivers.trail,
        drivers.db.unit_of_work(),
    )
