"""Archives as files: one JSON object, the signed texts in it as they were signed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from federation.domain import Archive
from federation.errors import ArchiveMalformed
from kernel.clock import epoch_seconds, from_epoch_seconds
from kernel.ids import EntityId
from kernel.proof.jose import JoseRefused, decode_object

_VERSION: Final = 1
_LIMIT_BYTES: Final = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveView:
    """An archive as it is kept in a file; ``made_at`` in whole seconds since 1970."""

    version: int
    subject: str
    made_at: int
    resolve_response: str
    trust_chain: tuple[str, ...]
    issuer_chains: Mapping[str, tuple[str, ...]]
    historical_keys: str | None

    @classmethod
    def of(cls, archive: Archive) -> Self:
        """Lay an archive out."""
        return cls(
            version=_VERSION,
            subject=archive.subject,
            made_at=epoch_seconds(archive.made_at),
            resolve_response=archive.response,
            trust_chain=archive.chain,
            issuer_chains={str(e): chain for e, chain in archive.issuers.items()},
            historical_keys=archive.historical_keys,
        )


def read_archive(raw: bytes) -> Archive:
    """Read what `ArchiveView` laid out; nothing is verified.

    Raises:
        ArchiveMalformed: it is no archive, or of a later version.
    """
    try:
        held = decode_object(raw, limit_bytes=_LIMIT_BYTES)
    except JoseRefused as cause:
        raise ArchiveMalformed(f"{cause.code} {cause.detail}") from cause
    if held.get("version") != _VERSION:
        raise ArchiveMalformed("version")
    keys, issuers = held.get("historical_keys"), held.get("issuer_chains")
    if not isinstance(issuers, Mapping) or not isinstance(keys, str | None):
        raise ArchiveMalformed("issuer_chains or historical_keys")
    made_at = held.get("made_at")
    if isinstance(made_at, bool) or not isinstance(made_at, int):
        raise ArchiveMalformed("made_at")
    return Archive(
        subject=EntityId(_text(held, "subject")),
        made_at=from_epoch_seconds(made_at),
        response=_text(held, "resolve_response"),
        chain=_tokens(held.get("trust_chain")),
        issuers={EntityId(entity): _tokens(chain) for entity, chain in issuers.items()},
        historical_keys=keys,
    )


def _text(held: Mapping[str, object], name: str) -> str:
    value = held.get(name)
    if not isinstance(value, str) or not value:
        raise ArchiveMalformed(name)
    return value


def _tokens(held: object) -> tuple[str, ...]:
    if not isinstance(held, list) or not all(isinstance(token, str) for token in held):
        raise ArchiveMalformed("a chain is no array of texts")
    return tuple(held)
