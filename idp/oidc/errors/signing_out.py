"""Ways in which a sign-out does not go on."""

from kernel.errors import Refused


class LogoutRefused(Refused):
    """A sign-out request that names what does not belong together: a page, no redirect."""

    code = "logout_refused"


class FrameRefused(Refused):
    """A relying party's front-channel address is not one of its own."""

    code = "frame_refused"


class LogoutTokenNotTaken(Refused):
    """A relying party did not take its logout token."""

    code = "logout_token_not_taken"
