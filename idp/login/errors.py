"""Ways to fail while signing in. Pages answer the first three in the same words."""

from datetime import timedelta

from kernel.errors import Decision, NotFound, Refused, Unavailable


class SignInRefused(Refused):
    """Name and password do not belong together, for whatever reason: one neutral answer."""

    code = "sign_in_refused"


class FailureCounted(Decision):
    """The same neutral answer; the failure stays counted."""

    code = "sign_in_failure_counted"


class LockedOut(Refused):
    """Too many failures for this name or address; nothing was compared."""

    code = "locked_out"

    def __init__(self, retry_after: timedelta) -> None:
        """Keep how long they still count."""
        super().__init__()
        self.retry_after = retry_after


class CodeRefused(Decision):
    """The one-time code is wrong, old or used; the failure stays counted."""

    code = "code_refused"


class StepMissing(Refused):
    """The step before this one was not taken in this browser, or too long ago."""

    code = "step_missing"


class ChallengeUnknown(NotFound):
    """No such challenge was given to this interaction, or it is used or too old."""

    code = "challenge_unknown"


class ProviderNotOffered(NotFound):
    """No such place to sign in is offered for this journey now."""

    code = "provider_not_offered"


class CertificateNotAccepted(Refused):
    """The certificate, its chain or the signature over the challenge does not hold."""

    code = "certificate_not_accepted"


class CertificateNotEnrolled(Refused):
    """The certificate is good, but no person has it as a means of signing in."""

    code = "certificate_not_enrolled"


class LevelNotReached(Refused):
    """The person signed in, but their means do not reach the level asked."""

    code = "level_not_reached"


class RealNameRefused(Decision):
    """Name and number were not confirmed: one neutral answer."""

    code = "real_name_refused"


class HashingBusy(Unavailable):
    """Too many passwords wait to be hashed; come again in some seconds."""

    code = "hashing_busy"
    retry_after = timedelta(seconds=2)


class HashCoresMissing(Unavailable):
    """A core on which passwords are to be hashed is not there, or not for us."""

    code = "hash_cores_missing"
