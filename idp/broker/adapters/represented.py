"""Represented members as providers, read from the register."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from idp.broker.domain import Provider, ProviderKind, Registration, Slug, Words
from idp.broker.ports import Register
from kernel.assurance import Level
from kernel.clock import Clock
from kernel.ids import ClientId, MemberId
from kernel.proof.jose import from_base64url
from kernel.proof.seal import Sealer
from kernel.secret import Secret
from trustroot.registry.domain import Member, MemberKind, MemberState, Representation
from trustroot.registry.errors import MemberUnknown

_SEEN_WITHIN: Final = timedelta(seconds=5)
_PAGE: Final = 200
_PROTOCOL: Final = "oidc"
_ONCE_ACTIVE: Final = frozenset({MemberState.ACTIVE, MemberState.SUSPENDED})
_KINDS: Final = {
    MemberKind.PLATFORM: ProviderKind.PROVINCE,
    MemberKind.IDENTITY_PROVIDER: ProviderKind.THIRD,
}


@dataclass(slots=True)
class _Kept:
    """What was read last, and until when it is good."""

    providers: tuple[Provider, ...] = ()
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class RegisteredMembers:
    """The `RepresentedMembers` of an installation."""

    register: Register
    sealer: Sealer
    clock: Clock
    _kept: _Kept = field(default_factory=_Kept)

    def find(self, slug: Slug) -> Provider | None:
        """Read one row; a suspended one too, for standing to refuse it by name."""
        found = self._found(slug)
        return None if found is None else _provider(*found)

    def secret(self, slug: Slug) -> Secret | None:
        """Unseal the secret for its place: it opens for no other client or issuer."""
        found = self._found(slug)
        if found is None or found[1].sealed_secret is None:
            return None
        sealed = from_base64url(found[1].sealed_secret)
        return Secret(self.sealer.open(sealed, found[1].secret_place).decode())

    def all(self) -> tuple[Provider, ...]:
        """Read the active ones, at most once in five seconds."""
        now, kept = self.clock(), self._kept
        if kept.until is None or now >= kept.until:
            listed = sorted(self._active(), key=lambda one: one.slug)
            kept.providers, kept.until = tuple(listed), now + _SEEN_WITHIN
        return kept.providers

    def _found(self, slug: Slug) -> tuple[Member, Representation] | None:
        try:
            member = self.register.by_slug(slug)
        except MemberUnknown:
            return None
        said = _representation(member)
        if said is None or member.state not in _ONCE_ACTIVE:
            return None
        return member, said

    def _active(self) -> Iterator[Provider]:
        for kind in _KINDS:
            for member in self._of(kind):
                said = _representation(member)
                if said is not None:
                    yield _provider(member, said)

    def _of(self, kind: MemberKind) -> Iterator[Member]:
        after: MemberId | None = None
        while page := self.register.page(
            kind=kind, state=MemberState.ACTIVE, after=after, limit=_PAGE
        ):
            yield from page
            after = page[-1].id


def _representation(member: Member) -> Representation | None:
    """Return how we speak with a member; None: not at all, or in another protocol."""
    said = member.terms.represented
    if said is None or said.protocol != _PROTOCOL or member.kind not in _KINDS:
        return None
    return said


def _provider(member: Member, said: Representation) -> Provider:
    kind = _KINDS[member.kind]
    return Provider(
        slug=Slug(said.slug),
        entity_id=member.entity_id,
        kind=kind,
        code=member.code or "" if kind is ProviderKind.PROVINCE else "",
        name_zh=member.name_zh,
        name_en=member.name_en,
        pinyin=said.slug,
        client_id=ClientId(said.client_id),
        created_at=_made_at(member.id),
        registration=Registration.REPRESENTED,
        words=_words(member, said),
    )


def _words(member: Member, said: Representation) -> Words:
    """Return its own words, as far as the terms let it assert what they stand for."""
    allowed = member.attributes
    return Words(
        claims={ours: theirs for ours, theirs in said.claims.items() if ours in allowed},
        levels={acr: Level(level) for acr, level in said.levels.items()},
    )


def _made_at(member: MemberId) -> datetime:
    """RFC 9562 §5.7: the first 48 bits of the id are the milliseconds of its making."""
    return datetime.fromtimestamp((member.int >> 80) / 1000, UTC)
