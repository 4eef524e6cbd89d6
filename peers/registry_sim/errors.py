"""Ways in which the register refuses."""

from kernel.errors import Malformed, Refused


class ClientRefused(Refused):
    """Nobody here has this name and secret."""

    code = "client_refused"


class PeopleMalformed(Malformed):
    """The file of people does not have its form."""

    code = "people_malformed"
