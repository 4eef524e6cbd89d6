"""What is recorded of signing in: outcomes and reasons, never names, codes or addresses."""

from dataclasses import dataclass
from typing import ClassVar

from kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordAccepted(Event):
    """A name and a password belonged together."""

    TYPE: ClassVar[str] = "login.password_accepted"


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordRefused(Event):
    """A name and a password did not belong together, or were not compared."""

    TYPE: ClassVar[str] = "login.password_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeAccepted(Event):
    """A one-time code was right and is used up."""

    TYPE: ClassVar[str] = "login.code_accepted"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeRefusedRecorded(Event):
    """A one-time code was wrong, old or used."""

    TYPE: ClassVar[str] = "login.code_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedOutRecorded(Event):
    """A count of failures reached its limit."""

    TYPE: ClassVar[str] = "login.locked_out"
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateAccepted(Event):
    """A certificate's key signed our challenge and belongs to somebody."""

    TYPE: ClassVar[str] = "login.certificate_accepted"


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateRefused(Event):
    """A certificate or its signature did not hold, or belongs to nobody."""

    TYPE: ClassVar[str] = "login.certificate_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class RealNameConfirmed(Event):
    """Name and number were compared on a sign-in page and belonged together."""

    TYPE: ClassVar[str] = "login.real_name_confirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class RealNameRefusedRecorded(Event):
    """Name and number were compared on a sign-in page and were not confirmed."""

    TYPE: ClassVar[str] = "login.real_name_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRegistered(Event):
    """Somebody registered themselves at level 1."""

    TYPE: ClassVar[str] = "login.person_registered"
