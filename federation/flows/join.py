"""Lets platforms join that speak no federation: a plain OpenID provider, line by line."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from federation.checks import oidc_discovery as rules
from federation.checks import watched
from federation.checks.openid_federation import is_an_entity_identifier
from federation.domain import Examination, Wishes
from federation.errors import EntityMalformed, PageUnreachable
from federation.flows import join_lines as lines
from federation.flows.key_uses import KeyUses
from federation.flows.lines import Line, drained, looked
from federation.flows.monitor import OWN_KEYS, silent
from federation.flows.probe import FederationProbe
from federation.flows.proposals import notes, proposal, published
from federation.ports import Joiner, Pages
from kernel.clock import Clock
from kernel.errors import DomainError
from kernel.proof.jose import KeySet
from trustroot.registry.domain import (
    Findings,
    Member,
    ProbeCheck,
    ProbeReport,
    Representation,
)


@dataclass(slots=True)
class _Seen:
    """What one examination has seen so far."""

    checks: list[ProbeCheck]
    said: rules.Discovered | None = None
    keys: KeySet | None = None

    @property
    def thumbprints(self) -> tuple[str, ...]:
        return () if self.keys is None else watched.thumbprints(self.keys)


@dataclass(frozen=True, slots=True)
class OidcJoiner:
    """Examines a plain OpenID provider; the `Joiner` of ``oidc``.

    Nothing changes on its side: everything is read off its discovery document, its keys
    and whether its endpoints answer. At most eight addresses are called.
    """

    pages: Pages
    http_on_loopback: bool = False

    def examine(self, discovery: str, wishes: Wishes) -> Examination:
        """Look at a provider's discovery document and what it names.

        Raises:
            PageUnreachable: nobody answered at the address.
        """
        seen = _Seen([])
        seen.checks.extend(self._served(discovery, seen))
        said = seen.said
        if said is None:
            return Examination(issuer="", checks=tuple(seen.checks))
        for line, rule in self._rules(said, discovery):
            seen.checks.extend(looked(line, rule))
        seen.checks.extend(self._keys(said, seen))
        called = tuple(rules.endpoints(said).values())
        alive = partial(watched.all_answer, silent(self.pages, called))
        seen.checks.extend(looked(lines.ALIVE, alive))
        return self._examination(said, seen, wishes)

    def _served(self, discovery: str, seen: _Seen) -> Iterator[ProbeCheck]:
        yield from looked(lines.ADDRESS, lambda: rules.issuer_of(discovery))
        seen.said = yield from looked(lines.SERVED, lambda: self.pages.json(discovery))

    def _rules(self, said: rules.Discovered, discovery: str) -> Iterator["_Rule"]:
        https = partial(
            rules.endpoints_are_https, said, http_on_loopback=self.http_on_loopback
        )
        yield lines.ISSUER, partial(rules.issuer_fits_the_address, said, discovery)
        yield lines.ENTITY, partial(_is_an_entity, said)
        yield lines.COMPLETE, partial(rules.required_members_are_there, said)
        yield lines.HTTPS, https
        yield lines.OWN, partial(rules.endpoints_are_its_own, said)
        yield lines.CODE, partial(rules.code_flow_is_offered, said)
        yield lines.PKCE, partial(rules.pkce_is_offered, said)
        yield lines.SIGNATURES, partial(rules.signatures_can_be_checked, said)
        yield lines.SECRETS, partial(rules.secrets_are_taken, said)
        yield lines.SCOPES, partial(rules.scopes_have_openid, said)

    def _keys(self, said: rules.Discovered, seen: _Seen) -> Iterator[ProbeCheck]:
        address = rules.endpoints(said).get("jwks_uri")
        if address is None:
            return
        jwks = yield from looked(
            lines.KEYS_SERVED, lambda: self.pages.json(address), DomainError
        )
        if jwks is None:
            return
        keys = yield from looked(lines.KEYS, lambda: rules.key_set(jwks))
        seen.keys = keys
        if keys is not None:
            yield from looked(
                lines.FITTING, lambda: rules.keys_fit_the_algorithms(keys, said)
            )

    def _examination(
        self, said: rules.Discovered, seen: _Seen, wishes: Wishes
    ) -> Examination:
        issuer = _entity_of(said)
        return Examination(
            issuer=issuer or "",
            checks=tuple(seen.checks),
            notes=tuple(notes(said, wishes)),
            published=published(said),
            keys=seen.thumbprints,
            proposal=proposal(said, wishes) if issuer else None,
        )


_Rule = tuple[Line, partial[None]]


def _is_an_entity(said: rules.Discovered) -> None:
    is_an_entity_identifier(str(said.get("issuer", "")))


def _entity_of(said: rules.Discovered) -> str | None:
    try:
        return is_an_entity_identifier(str(said.get("issuer", "")))
    except EntityMalformed:
        return None


@dataclass(frozen=True, slots=True)
class MemberProbes:
    """Probes members in the way they speak; implements `MemberProbe`."""

    plain: FederationProbe
    joiners: Mapping[str, Joiner]

    def probe(self, member: Member) -> ProbeReport:
        """Check one member now.

        Raises:
            Unavailable: nobody answered at its address.
        """
        said = member.represented
        if said is None:
            return self.plain.probe(member)
        examined = self.joiners[said.protocol].examine(discovery_of(said), Wishes())
        return ProbeReport(at=self.plain.clock(), checks=examined.checks)


@dataclass(frozen=True, slots=True)
class RepresentedLook:
    """Looks at an active represented member: the checks it joined by, drift and keys."""

    joiners: Mapping[str, Joiner]
    uses: KeyUses
    clock: Clock

    def look(self, member: Member) -> Findings:
        """Examine it again, and compare with what was approved."""
        said, checks = member.represented, list[ProbeCheck]()
        if said is None or said.protocol not in self.joiners:
            return Findings(at=self.clock(), checks=())
        joiner = self.joiners[said.protocol]
        examined = drained(
            looked(
                lines.PUBLISHED,
                lambda: joiner.examine(discovery_of(said), Wishes()),
                PageUnreachable,
            ),
            checks,
        )
        if examined is None:
            return Findings(at=self.clock(), checks=tuple(checks))
        others, seen = self.uses.note(member.entity_id, examined.keys), examined.published
        own = looked(OWN_KEYS, lambda: watched.keys_are_nobody_elses(others))
        terms = member.terms.approved.items()
        approved = {kind: held for kind, held in terms if kind in seen}
        return Findings(
            at=self.clock(),
            checks=(*checks, *examined.checks, *own),
            drift=watched.drift(approved, seen),
            keys=examined.keys,
        )


def discovery_of(said: Representation) -> str:
    """OIDC Discovery §4: the path is put behind the issuer without its last slash."""
    return said.issuer.rstrip("/") + rules.WELL_KNOWN
