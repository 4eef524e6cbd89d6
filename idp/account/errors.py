"""Ways to fail in one's own account."""

from kernel.errors import Malformed, NotFound, Refused


class EnrolmentStale(Malformed):
    """The page of the enrolment belongs to another session, or was changed."""

    code = "enrolment_stale"


class CodeDoesNotFit(Refused):
    """The code does not come from the seed that was shown."""

    code = "code_does_not_fit"


class OldPasswordRefused(Refused):
    """The present password is not the one that was given."""

    code = "old_password_refused"


class NoPasswordHere(Refused):
    """The person signs in elsewhere and has no password here."""

    code = "no_password_here"


class SessionTooWeak(Refused):
    """A means is given up only in a session that carries at least as much as it does."""

    code = "session_too_weak"


class DeviceUnknown(NotFound):
    """What was posted names no device at all."""

    code = "device_unknown"


class ReleaseUnknown(NotFound):
    """Nothing of this person was released in that interaction, or it is not logged yet."""

    code = "release_unknown"
