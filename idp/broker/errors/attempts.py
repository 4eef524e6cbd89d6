"""Ways in which trust or the state of a sign-in is refused."""

from kernel.errors import Refused


class ProviderNotTrusted(Refused):
    """No valid chain leads from the provider to one of our anchors."""

    code = "provider_not_trusted"


class StateRefused(Refused):
    """The answer does not belong to a sign-in that this browser began here."""

    code = "state_refused"


class StateUnknown(StateRefused):
    """We never sent this state, or long ago (RFC 6749 §10.12)."""

    code = "state_unknown"


class StateUsed(StateRefused):
    """The state was answered already; it is good for one answer."""

    code = "state_used"


class StateForeign(StateRefused):
    """The state was sent with another browser, or for another provider."""

    code = "state_foreign"


class StateExpired(StateRefused):
    """The answer came too late."""

    code = "state_expired"
