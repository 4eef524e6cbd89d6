"""Ways in which an explicit registration is refused."""

from kernel.errors import Malformed, Refused


class RegistrationMalformed(Malformed):
    """What was posted is neither an Entity Configuration nor a Trust Chain."""

    code = "registration_malformed"


class RegistrationNotForUs(Refused):
    """The configuration is not addressed to us alone (OpenID Federation 1.0 §12.2.2)."""

    code = "registration_not_for_us"
