"""Authorization responses on the wire: every one of them is put together here."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from idp.oidc.domain.answers import Answer, ResponseMode
from idp.oidc.domain.requests import Recipient

_JOINTS: Final = {ResponseMode.QUERY: "?", ResponseMode.FRAGMENT: "#"}


def answer_to(recipient: Recipient, said: Mapping[str, str], issuer: str) -> Answer:
    """Return the response that tells ``said``: success and error alike.

    ``state`` is told exactly if one was sent (RFC 6749 §4.1.2), ``iss`` in every answer,
    errors included (RFC 9207 §2). A new response type or mode changes this place only.
    """
    state = {} if recipient.state is None else {"state": recipient.state}
    return Answer(
        address=recipient.redirect_uri.text,
        mode=recipient.mode,
        parameters={**said, **state, "iss": issuer},
    )


def location_of(answer: Answer) -> str:
    """Return where the browser goes with an answer in the query or the fragment.

    The registered query is kept (RFC 6749 §3.1.2); a registered address has no fragment.
    """
    joint = _JOINTS[answer.mode]
    if joint in answer.address:
        joint = "&"
    return f"{answer.address}{joint}{urlencode(answer.parameters)}"
