"""What signing in needs: counts, challenges, providers, certificates, real names."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from idp.login.domain import (
    Challenge,
    ChallengeId,
    Count,
    CountKey,
    PendingFactor,
    ProviderRow,
    RealNameAnswer,
    VerifiedKey,
)
from kernel.assurance import Level
from kernel.ids import InteractionId, PersonId
from kernel.secret import Digest, Secret


class FailureCounts(Protocol):
    """Failures by account and by address.

    ``add`` is exact: of n concurrent calls each sees a different count.
    """

    def read(self, key: CountKey, since: datetime) -> Count:
        """Return the count of the window that began after ``since``; 0 without one."""
        ...

    def add(self, key: CountKey, at: datetime, since: datetime) -> Count:
        """Count one more, in a fresh window if the last began before ``since``."""
        ...

    def give_back(self, key: CountKey) -> None:
        """Take one off again, down to 0: it was no failure after all."""
        ...

    def clear(self, key: CountKey) -> None:
        """Forget the count, after a success."""
        ...

    def forget_before(self, instant: datetime) -> int:
        """Delete windows that began before ``instant``."""
        ...


class PendingFactors(Protocol):
    """First factors that await a second, one per interaction."""

    def put(self, pending: PendingFactor) -> None:
        """Keep it in place of the last one of this interaction."""
        ...

    def find(self, interaction: InteractionId) -> PendingFactor | None:
        """Return the one of this interaction."""
        ...

    def take(self, interaction: InteractionId) -> bool:
        """Use it up; True for exactly one of any number of concurrent calls."""
        ...

    def forget_before(self, instant: datetime) -> int:
        """Delete those that expired before ``instant``."""
        ...


class Challenges(Protocol):
    """What a certificate's key must sign, bound to one interaction and used once."""

    def add(self, challenge: Challenge) -> None:
        """Keep a fresh one."""
        ...

    def find(self, challenge: ChallengeId) -> Challenge:
        """Return one, or raise `ChallengeUnknown`."""
        ...

    def answered(self, challenge: ChallengeId, key: VerifiedKey, at: datetime) -> None:
        """Note whose key signed it, once, or raise `ChallengeUnknown`."""
        ...

    def take(self, challenge: ChallengeId, at: datetime) -> VerifiedKey:
        """Use an answered one up and return whose key signed it.

        Of any number of concurrent callers one returns, the rest raise `ChallengeUnknown`.
        """
        ...

    def forget_before(self, instant: datetime) -> int:
        """Delete those that expired before ``instant``."""
        ...


class TimeCodes(Protocol):
    """One-time codes of RFC 6238: six digits, steps of 30 s, HMAC-SHA-1."""

    def fresh_seed(self) -> Secret:
        """Return a new seed, base32, 160 bits (RFC 4226 §4 R6)."""
        ...

    def step_of(self, seed: Secret, code: str, at: datetime) -> int | None:
        """Return the time step whose code this is, at most one step away; None: none."""
        ...

    def address(self, seed: Secret, account: str, issuer: str) -> str:
        """Return the ``otpauth://`` address that an authenticator app reads."""
        ...


class ProviderDirectory(Protocol):
    """Where else a person may have an account. Implemented by the broker."""

    def providers(self, asked: Level, locale: str) -> Sequence[ProviderRow]:
        """Return the members of good standing that reach ``asked``, in map order.

        ``href`` of a row takes the interaction appended as its last query member.
        """
        ...


class KeyHolder(Protocol):
    """Whose key signed, as far as signing in needs to know."""

    @property
    def key_digest(self) -> Digest:
        """SHA-256 of the public key (SPKI, DER)."""
        ...

    @property
    def organisation_uscc(self) -> str | None:
        """The organisation's number in the certificate, if it names one."""
        ...


class CertificateCheck(Protocol):
    """Checks a certificate and what its key signed. The CA bridge fits it by shape."""

    def check(
        self,
        leaf: bytes,
        chain: Sequence[bytes],
        signature: bytes,
        message: bytes,
        at: datetime,
    ) -> KeyHolder:
        """Return whose key signed ``message`` (DER certificates, raw signature).

        Raises:
            ca_bridge.errors.CertificateRefused: path, dates, purpose, standing of the CA,
                or signature; the detail is for the record only.
        """
        ...


class RealNameCheck(Protocol):
    """Compares a name with a number at the register and raises the person if they fit."""

    def confirm(self, person: PersonId, name: str, number: Secret) -> RealNameAnswer:
        """Return whether they belong together.

        ``CONFIRMED`` has raised the person to level 2 already. Anything else changed
        nothing. Raises `kernel.errors.Unavailable` when the register did not answer.
        """
        ...
