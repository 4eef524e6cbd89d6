"""What the token endpoint asks of each of its grants."""

from typing import Protocol

from idp.oidc.domain.grants import Tokens
from idp.oidc.domain.senders import TokenRequest


class GrantFlow(Protocol):
    """One grant type: what it takes to get tokens that way."""

    def __call__(self, asked: TokenRequest, /) -> Tokens:
        """Return the tokens, or raise why not."""
        ...
