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


class ImportUnknown(NotFound):
    """No batch has this id."""

    code = "import_unknown"


class ImportNotOpen(Conflict):
    """The batch is not in the state that this needs."""

    code = "import_not_open"


class RowSettled(Conflict):
    """What becomes of the row was decided meanwhile."""

    code = "row_settled"


class ImportEmpty(Refused):
    """No row of the batch was accepted; there is nothing to commit."""

    code = "import_empty"


class ImportMalformed(Malformed):
    """Source and basis of a batch, and above level 1 its proofing, are 1 to 500 signs."""

    code = "import_malformed"


class RowKeyMalformed(Malformed):
    """The key of a row is not 1 to 128 printable ASCII signs."""

    code = "row_key_malformed"


class NoWayIn(Refused):
    """The row has neither a username nor an issuer who knows this person."""

    code = "no_way_in"


class LevelNotProofed(Refused):
    """The row states a level that nothing in the batch proofs."""

    code = "level_not_proofed"


class CompanyMissing(Refused):
    """Somebody who acts for a company names none."""

    code = "company_missing"


class CompaniesTooMany(Refused):
    """One row names more than 50 companies."""

    code = "companies_too_many"


class MandateEnded(Refused):
    """The mandate has ended already."""

    code = "mandate_ended"


class HashNotAccepted(Refused):
    """The password hash is no Argon2id of our strength, or has no username."""

    code = "hash_not_accepted"


class LinkTaken(Conflict):
    """The issuer's subject is known here as somebody."""

    code = "link_taken"
