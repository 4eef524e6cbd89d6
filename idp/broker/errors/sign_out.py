"""Ways in which a logout token is refused."""

from kernel.errors import Refused


class LogoutTokenRefused(Refused):
    """An upstream's logout token does not hold (OIDC Back-Channel Logout §2.6)."""

    code = "logout_token_refused"


class LogoutTokenReplayed(LogoutTokenRefused):
    """The logout token was acted on already."""

    code = "logout_token_replayed"
