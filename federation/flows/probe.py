"""Looks at a member's own statement: before it is approved, and as long as it is active."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from federation.checks.openid_federation import fetch_endpoint_of
from federation.checks.watched import keys_serve_one_purpose
from federation.flows.lines import Line, found, looked
from federation.ports import StatementFetch
from kernel.clock import Clock
from kernel.ids import EntityId
from kernel.proof.jose import KeySet
from kernel.proof.statement import (
    FEDERATION_ENTITY,
    UnverifiedStatement,
    VerifiedStatement,
    is_current,
    issued_about,
    read,
    verify,
    verify_configuration,
)
from trustroot.registry.domain import Member, MemberKind, ProbeCheck, ProbeReport

_SHORTEST_LIFE: Final = timedelta(minutes=1)
_LEAF_TYPES: Final = {
    MemberKind.IDENTITY_PROVIDER: "openid_provider",
    MemberKind.RELYING_PARTY: "openid_relying_party",
}
Lines = Generator[ProbeCheck, None, VerifiedStatement | None]


@dataclass(frozen=True, slots=True)
class FederationProbe:
    """Probes members that speak OpenID Federation; implements `MemberProbe`."""

    fetch: StatementFetch
    superior: EntityId
    clock: Clock

    def probe(self, member: Member) -> ProbeReport:
        """Fetch the member's Entity Configuration and look at it line by line.

        Raises:
            Unavailable: nobody answered at its address.
        """
        token = self.fetch.configuration(member.entity_id)
        lines = self.lines(member, token, self.clock())
        return ProbeReport(at=self.clock(), checks=tuple(lines))

    def lines(self, member: Member, token: str, now: datetime) -> Lines:
        """Yield every line about a configuration, and return it if it signs itself."""
        claimed = yield from looked(_FORM, lambda: read(token))
        if claimed is None:
            return None
        entity, keys = member.entity_id, KeySet.parse(member.jwks)
        yield from looked(_SUBJECT, lambda: issued_about(claimed, entity, entity))
        yield from looked(_STRONG, lambda: claimed.claimed_keys)
        own = yield from looked(_SIGNED, lambda: verify_configuration(claimed))
        yield from looked(_CONFIRMED, lambda: verify(claimed, keys))
        if own is not None:
            yield from self._content(member, claimed, own, now)
        return own

    def _content(
        self,
        member: Member,
        claimed: UnverifiedStatement,
        own: VerifiedStatement,
        now: datetime,
    ) -> Iterator[ProbeCheck]:
        yield from looked(_CURRENT, lambda: is_current(own, now))
        yield found(_LIFE, passed=own.expires_at - now >= _SHORTEST_LIFE)
        yield found(_HINTED, passed=self.superior in own.authority_hints)
        if member.kind is MemberKind.PLATFORM:
            yield from looked(_ENDPOINT, lambda: fetch_endpoint_of(claimed))
        wanted = _LEAF_TYPES.get(member.kind, FEDERATION_ENTITY)
        yield found(_PLAYS, passed=wanted in own.metadata)
        yield from looked(_ONE_PURPOSE, lambda: keys_serve_one_purpose(own))


_FORM: Final = Line(
    "configuration_is_well_formed",
    "OpenID Federation 1.0 §3",
    "Publish an Entity Configuration whose claims keep the rules of §3.",
)
_SUBJECT: Final = Line(
    "configuration_is_about_the_applicant",
    "OpenID Federation 1.0 §9",
    "iss and sub must be the entity identifier you applied with.",
)
_STRONG: Final = Line(
    "keys_are_strong",
    "RFC 7518 §3.3",
    "Use EC P-256 or P-384, Ed25519, or RSA of at least 2,048 bits, public parts only.",
)
_SIGNED: Final = Line(
    "configuration_is_self_signed",
    "OpenID Federation 1.0 §3",
    "Sign the configuration with a key from its own jwks and name it by kid.",
)
_CONFIRMED: Final = Line(
    "key_is_the_confirmed_one",
    "OpenID Federation 1.0 §10.2",
    "Sign with a key you confirmed to us out of band, or confirm the new one.",
)
_CURRENT: Final = Line(
    "configuration_is_in_force",
    "OpenID Federation 1.0 §10.2",
    "Check the clock of your host, and sign anew before exp.",
)
_LIFE: Final = Line(
    "configuration_lives_long_enough",
    "OpenID Federation 1.0 §3",
    "Let the configuration live at least a minute after it is fetched.",
)
_HINTED: Final = Line(
    "we_are_hinted",
    "OpenID Federation 1.0 §3.1.2",
    "Name our entity identifier in authority_hints.",
)
_ENDPOINT: Final = Line(
    "fetch_endpoint_is_named",
    "OpenID Federation 1.0 §5.1.1",
    "Name federation_fetch_endpoint in your federation_entity metadata.",
)
_PLAYS: Final = Line(
    "entity_type_is_played",
    "OpenID Federation 1.0 §5.1",
    "Publish metadata for the entity type you applied for.",
)
_ONE_PURPOSE: Final = Line(
    "keys_serve_one_purpose",
    "OpenID Federation 1.0 §3.1.1",
    "Sign protocol messages with other keys than your statements.",
)
