"""Rules about types of trust marks, and about who is granted one."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from kernel.ids import EntityId
from kernel.proof.jose import JoseRefused, KeySet
from kernel.proof.statement import (
    MarkOwner,
    StatementRefused,
    delegation_is_current,
    delegation_is_for,
    verify_delegation,
)
from trustroot.publish.domain import MarkGrant, MarkType
from trustroot.publish.errors import (
    DelegationRefused,
    GrantExists,
    GrantMalformed,
    HolderNotActive,
    MarkTypeMalformed,
    MarkTypeTaken,
    NotTheIssuer,
)
from trustroot.registry.domain import Grounds, Member, MemberState

_URL_LIMIT: Final = 512
_NAME_LIMIT: Final = 200
_TEXT_LIMIT: Final = 2000


def type_has_an_url(kind: MarkType) -> None:
    """OpenID Federation 1.0 §7.1: the type's identifier is an URL unlike any other's."""
    for url in (kind.id, kind.logo_uri, kind.ref):
        if url is not None and not _is_url(url):
            raise MarkTypeMalformed(url[:80])


def type_has_names(kind: MarkType) -> None:
    """Ours: people read what a mark is called, in both languages."""
    if not all(
        0 < len(name.strip()) <= _NAME_LIMIT for name in (kind.name_zh, kind.name_en)
    ):
        raise MarkTypeMalformed(kind.id[:80])


def type_has_issuers(kind: MarkType) -> None:
    """OpenID Federation 1.0 §3.1.2: an empty list would let everybody issue it."""
    if not kind.issuers or not all(_is_url(issuer) for issuer in kind.issuers):
        raise MarkTypeMalformed(kind.id[:80])


def type_is_new(kind: MarkType, known: Iterable[MarkType]) -> None:
    """Ours: what a type says never changes; another meaning is another type."""
    if any(other.id == kind.id for other in known):
        raise MarkTypeTaken(kind.id[:80])


def type_names_its_owner_with_keys(kind: MarkType) -> None:
    """OpenID Federation 1.0 §3.1.2: ``trust_mark_owners`` names an owner and its keys."""
    if (kind.owner is None) is not (kind.owner_jwks is None):
        raise MarkTypeMalformed(kind.id[:80])
    if kind.owner_jwks is not None:
        _keys(kind)


def owner_lets_us_issue(kind: MarkType, trust: EntityId, now: datetime) -> None:
    """OpenID Federation 1.0 §7.2: another's type is issued with its owner's delegation.

    Raises:
        DelegationRefused: there is none, or it does not say that.
    """
    if kind.owner is None or kind.owner_jwks is None or trust not in kind.issuers:
        return
    if kind.delegation is None:
        raise DelegationRefused(kind.id[:80])
    try:
        said = verify_delegation(kind.delegation, MarkOwner(kind.owner, _keys(kind)))
        delegation_is_current(said, now)
        delegation_is_for(said, trust, kind.id)
    except (JoseRefused, StatementRefused) as cause:
        raise DelegationRefused(kind.id[:80]) from cause


def we_issue(kind: MarkType, trust: EntityId) -> None:
    """OpenID Federation 1.0 §7.3: marks are given by those the anchor names."""
    if trust not in kind.issuers:
        raise NotTheIssuer(kind.id[:80])


def holder_may_act(member: Member) -> None:
    """Ours, after IT-Wallet's register: marks belong to those who are active."""
    if member.state is not MemberState.ACTIVE:
        raise HolderNotActive(str(member.id))


def is_not_granted_already(grant: MarkGrant | None, now: datetime) -> None:
    """Ours: one grant a type and entity; a new one follows a revoked or ended one."""
    if grant is not None and grant.holds(now):
        raise GrantExists(str(grant.id))


def ends_later(until: datetime | None, now: datetime) -> None:
    """Ours: a grant that has ended grants nothing."""
    if until is not None and until <= now:
        raise GrantMalformed("until")


def grounds_are_stated(grounds: Grounds) -> None:
    """Ours: reason and legal basis for every act."""
    if not _are_texts((grounds.reason, grounds.basis)):
        raise GrantMalformed("grounds")


def _are_texts(texts: Iterable[str]) -> bool:
    return all(0 < len(text.strip()) <= _TEXT_LIMIT for text in texts)


def _keys(kind: MarkType) -> KeySet:
    try:
        return KeySet.parse(kind.owner_jwks or {})
    except JoseRefused as cause:
        raise MarkTypeMalformed(kind.id[:80]) from cause


def _is_url(text: str) -> bool:
    if len(text) > _URL_LIMIT or not text.isascii() or "#" in text or " " in text:
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"https", "http"} and bool(parts.hostname)
