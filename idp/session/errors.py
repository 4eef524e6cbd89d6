"""Ways to fail around interactions, sessions and sign-outs."""

from kernel.errors import Conflict, Malformed, NotFound, Refused


class InteractionUnknown(NotFound):
    """There is no such interaction, or it is another browser's."""

    code = "interaction_unknown"


class InteractionExpired(Refused):
    """The interaction was not finished in its time (15 minutes by default)."""

    code = "interaction_expired"


class InteractionFinished(Conflict):
    """The interaction has its outcome already; it is finished exactly once."""

    code = "interaction_finished"


class SessionMissing(Refused):
    """The browser has no session, or one that has ended."""

    code = "session_missing"


class SessionUnknown(NotFound):
    """There is no such session, or it is another person's."""

    code = "session_unknown"


class OtherPersonsSession(Refused):
    """A session is strengthened by its own person only."""

    code = "other_persons_session"


class SignOutUnknown(NotFound):
    """There is no such sign-out."""

    code = "sign_out_unknown"


class NobodyToCall(Conflict):
    """Nobody is left who was not told and has a back channel to be called at."""

    code = "nobody_to_call"


class DeliveryStateUnknown(Malformed):
    """There is no such state of a delivery."""

    code = "delivery_state_unknown"


class ParticipantUnknown(NotFound):
    """The sign-out has no such participant."""

    code = "participant_unknown"
