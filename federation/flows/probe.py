"""Checks an applicant's own statements before two persons approve it."""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, TypeVar

from federation.checks.openid_federation import fetch_endpoint_of
from federation.ports import StatementFetch
from kernel.clock import Clock
from kernel.errors import Refused
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


T = TypeVar("T")


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
        return ProbeReport(at=self.clock(), checks=tuple(self._checks(member)))

    def _checks(self, member: Member) -> Iterator[ProbeCheck]:
        token = self.fetch.configuration(member.entity_id)
        claimed = yield from _looked(_FORM, lambda: read(token))
        if claimed is None:
            return
        entity = member.entity_id
        yield from _looked(_SUBJECT, lambda: issued_about(claimed, entity, entity))
        own = yield from _looked(_SIGNED, lambda: verify_configuration(claimed))
        keys = KeySet.parse(member.jwks)
        yield from _looked(_CONFIRMED, lambda: verify(claimed, keys))
        if own is not None:
            yield from self._content(member, claimed, own)

    def _content(
        self, member: Member, claimed: UnverifiedStatement, own: VerifiedStatement
    ) -> Iterator[ProbeCheck]:
        now = self.clock()
        yield from _looked(_CURRENT, lambda: is_current(own, now))
        yield _found(_LIFE, passed=own.expires_at - now >= _SHORTEST_LIFE)
        yield _found(_HINTED, passed=self.superior in own.authority_hints)
        if member.kind is MemberKind.PLATFORM:
            yield from _looked(_ENDPOINT, lambda: fetch_endpoint_of(claimed))
        wanted = _LEAF_TYPES.get(member.kind, FEDERATION_ENTITY)
        yield _found(_PLAYS, passed=wanted in own.metadata)


@dataclass(frozen=True, slots=True)
class _Line:
    name: str
    clause: str
    advice: str


_FORM: Final = _Line(
    "configuration_is_well_formed",
    "OpenID Federation 1.0 §3",
    "Publish an Entity Configuration whose claims keep the rules of §3.",
)
_SUBJECT: Final = _Line(
    "configuration_is_about_the_applicant",
    "OpenID Federation 1.0 §9",
    "iss and sub must be the entity identifier you applied with.",
)
_SIGNED: Final = _Line(
    "configuration_is_self_signed",
    "OpenID Federation 1.0 §3",
    "Sign the configuration with a key from its own jwks and name it by kid.",
)
_CONFIRMED: Final = _Line(
    "key_is_the_confirmed_one",
    "OpenID Federation 1.0 §10.2",
    "Sign with a key you confirmed to us out of band, or confirm the new one.",
)
_CURRENT: Final = _Line(
    "configuration_is_in_force",
    "OpenID Federation 1.0 §10.2",
    "Check the clock of your host, and sign anew before exp.",
)
_LIFE: Final = _Line(
    "configuration_lives_long_enough",
    "OpenID Federation 1.0 §3",
    "Let the configuration live at least a minute after it is fetched.",
)
_HINTED: Final = _Line(
    "we_are_hinted",
    "OpenID Federation 1.0 §3.1.2",
    "Name our entity identifier in authority_hints.",
)
_ENDPOINT: Final = _Line(
    "fetch_endpoint_is_named",
    "OpenID Federation 1.0 §5.1.1",
    "Name federation_fetch_endpoint in your federation_entity metadata.",
)
_PLAYS: Final = _Line(
    "entity_type_is_played",
    "OpenID Federation 1.0 §5.1",
    "Publish metadata for the entity type you applied for.",
)


def _looked(line: _Line, look: Callable[[], T]) -> Generator[ProbeCheck, None, T | None]:
    """Yield what one look found, and return what it gave; None if it was refused."""
    try:
        seen = look()
    except Refused as refused:
        yield _found(line, passed=False, reason=refused.code)
        return None
    yield _found(line, passed=True)
    return seen


def _found(line: _Line, *, passed: bool, reason: str = "") -> ProbeCheck:
    advice = "" if passed else f"{line.advice} ({reason})" if reason else line.advice
    return ProbeCheck(name=line.name, passed=passed, clause=line.clause, advice=advice)
