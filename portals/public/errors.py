"""Ways in which a portal's counter refuses."""

from kernel.errors import NotFound, Refused


class ItemUnknown(NotFound):
    """The portal has no item of this name."""

    code = "public_item_unknown"


class CaseUnknown(NotFound):
    """There is no such case, or it is somebody else's."""

    code = "public_case_unknown"


class SignInNeeded(Refused):
    """Nobody is signed in."""

    code = "public_sign_in_needed"


class HigherLevelNeeded(Refused):
    """The item needs a higher level than the session has."""

    code = "public_higher_level_needed"


class OrganisationNeeded(Refused):
    """The item is for organisations, and the session acts for none."""

    code = "public_organisation_needed"


class FormIncomplete(Refused):
    """Fields are missing or too long."""

    code = "public_form_incomplete"

    def __init__(self, fields: tuple[str, ...]) -> None:
        """Name the fields, in the order of the form."""
        super().__init__(" ".join(fields))
        self.fields = fields
