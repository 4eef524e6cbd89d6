"""Bearer tokens on the wire (RFC 6750 §2)."""

import re
from typing import Final

from idp.oidc.errors import RequestMalformed, TokenMissing, TokenRefused
from kernel.web import Form

SCHEMES: Final = frozenset({"bearer", "dpop"})
"""How an access token may be sent in the head."""
_TOKEN: Final = re.compile(r"[A-Za-z0-9._~+/-]+=*")  # RFC 6750 §2.1


def bearer_token(authorization: str | None, form: Form | None) -> str:
    """Return the one token that was sent, in the header or in a form body.

    Raises:
        TokenMissing: none was sent.
        RequestMalformed: two were sent (RFC 6750 §2).
        TokenRefused: what was sent is no token.
    """
    in_form = None if form is None else form.optional("access_token")
    in_header = header_token(authorization)
    if in_form is not None and in_header is not None:
        raise RequestMalformed("access_token")
    found = in_header or in_form
    if found is None:
        raise TokenMissing
    if not _TOKEN.fullmatch(found):
        raise TokenRefused("not a token")
    return found


def header_token(authorization: str | None) -> str | None:
    """RFC 6750 §2.1, RFC 9449 §7.1: the token of a header; None for no or another scheme.

    Whether it may come under that scheme is for `SenderProof` to tell.
    """
    scheme, _, value = (authorization or "").partition(" ")
    return value.strip() or None if scheme.lower() in SCHEMES else None


def comes_with_proof(authorization: str | None) -> bool:
    """RFC 9449 §7.1: whether the scheme is the one that goes with a DPoP proof."""
    return (authorization or "").partition(" ")[0].lower() == "dpop"
