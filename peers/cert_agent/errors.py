"""Ways in which the agent refuses to sign."""

from kernel.errors import Malformed, NotFound, Refused


class AskerRefused(Refused):
    """The site that asks, or the address it wants the answer at, is not on the list."""

    code = "asker_refused"


class ChallengeMalformed(Malformed):
    """What is to be signed does not have the form of a sign-in challenge."""

    code = "challenge_malformed"


class HostRefused(Refused):
    """The agent was called by another name than its own: perhaps a rebound one."""

    code = "host_refused"


class PendingUnknown(NotFound):
    """No such question waits here, or it waited too long."""

    code = "pending_unknown"
