"""Ways to fail around people, their authenticators, organisations and mandates."""

from kernel.errors import Conflict, Malformed, NotFound, Refused


class PersonUnknown(NotFound):
    """Nobody has this id."""

    code = "person_unknown"


class AuthenticatorUnknown(NotFound):
    """This person has no such authenticator."""

    code = "authenticator_unknown"


class OrganisationUnknown(NotFound):
    """No organisation has this id or number."""

    code = "organisation_unknown"


class MandateUnknown(NotFound):
    """No mandate has this id."""

    code = "mandate_unknown"


class UsernameMalformed(Malformed):
    """A username has 3 to 64 letters, digits, ``.``, ``_`` or ``-``."""

    code = "username_malformed"


class NameMalformed(Malformed):
    """A name has 1 to 100 characters and no control signs."""

    code = "name_malformed"


class PasswordTooShort(Refused):
    """A password has 8 to 256 characters (NIST SP 800-63B-4 §3.1.1.2)."""

    code = "password_too_short"


class UsernameTaken(Conflict):
    """Somebody has this username."""

    code = "username_taken"


class OrganisationKnown(Conflict):
    """An organisation with this number is on record."""

    code = "organisation_known"


class PersonDisabled(Refused):
    """The person may not sign in at present."""

    code = "person_disabled"


class NumberTaken(Conflict):
    """The identity number belongs to another person's record."""

    code = "number_taken"


class MandateMissing(Refused):
    """The person may not act for this organisation, or no longer."""

    code = "mandate_missing"


class IdentityNotRaised(Refused):
    """Only a proofing raises identity, and never to less than it is."""

    code = "identity_not_raised"
