"""What requests say besides their bodies: who, which member, which version."""

import re
from typing import Final
from uuid import UUID

from kernel.ids import MemberId, ProposalId
from kernel.secret import Digest, Secret
from kernel.web import BodyMalformed, Request, read_body
from trustroot.registry import errors, messages
from trustroot.registry.domain import Actor, Approval

_TAG: Final = re.compile(r'"([1-9][0-9]{0,8})"', re.ASCII)


def actor_of(request: Request) -> Actor:
    """Return the person behind the access token."""
    caller = request.required_caller()
    return Actor(caller.required_person(), caller.pseudonym)


def member_of(request: Request) -> MemberId:
    """Return the member the path names, or raise `MemberUnknown`."""
    return MemberId(id_of(request.parameters["id"]))


def id_of(text: str) -> UUID:
    """Read an id; what is none names nobody."""
    try:
        return UUID(text)
    except ValueError as cause:
        raise errors.MemberUnknown("not an id") from cause


def version_of(request: Request) -> int | None:
    """RFC 9110 §13.1.1: the version that ``If-Match`` names; None: any will do.

    Raises:
        VersionDiffers: it names something that no version of ours is called.
    """
    said = request.headers.get("if-match")
    if said is None or said.strip() == "*":
        return None
    found = _TAG.fullmatch(said.strip())
    if found is None:
        raise errors.VersionDiffers("If-Match")
    return int(found[1])


def version_needed(request: Request) -> int:
    """RFC 6585 §3: editing needs to know what is edited.

    Raises:
        VersionMissing, VersionDiffers: as they say.
    """
    version = version_of(request)
    if version is None:
        raise errors.VersionMissing
    return version


def digest_of(request: Request) -> Digest:
    """Return the digest that the second person saw, or raise `BodyMalformed`."""
    seen = read_body(messages.DigestSeen, request.body).digest
    try:
        return Digest(bytes.fromhex(seen))
    except ValueError as cause:
        raise BodyMalformed("body.digest: not 64 hex digits") from cause


def approval_of(request: Request) -> Approval:
    """Return what the second person says about the proposal the path names."""
    return Approval(
        proposal=ProposalId(member_of(request)),
        digest=digest_of(request),
        actor=actor_of(request),
    )


def secret_of(text: str | None) -> Secret | None:
    """Wrap a secret that came in a body."""
    return None if text is None else Secret(text)
