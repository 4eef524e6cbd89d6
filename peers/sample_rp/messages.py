"""Requests and answers on the wire."""

import base64
import hashlib
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit

from peers.sample_rp.domain import Answer, Attempt, DeviceCodes, Given, Provider
from peers.sample_rp.errors import (
    AnswerMalformed,
    AnswerNotOurs,
    ProviderUnusable,
    TurnedDown,
)


def provider(issuer: str, answer: Answer) -> Provider:
    """Read an issuer's metadata.

    Raises:
        ProviderUnusable: it is another issuer's (RFC 8414 §3.3), or an endpoint is missing.
    """
    if answer.text("issuer") != issuer:
        raise ProviderUnusable("issuer")
    return Provider(
        issuer=issuer,
        authorization=_named(answer, "authorization_endpoint"),
        token=_named(answer, "token_endpoint"),
        userinfo=_named(answer, "userinfo_endpoint"),
        jwks=_named(answer, "jwks_uri"),
        device_authorization=answer.text("device_authorization_endpoint"),
        revocation=answer.text("revocation_endpoint"),
    )


def challenge_of(verifier: str) -> str:
    """RFC 7636 §4.2: S256."""
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def request_address(at: Provider, client: str, scope: str, attempt: Attempt) -> str:
    """Return where the browser is sent (RFC 6749 §4.1.1, RFC 7636 §4.3)."""
    said = {
        "response_type": "code",
        "client_id": client,
        "redirect_uri": attempt.redirect_uri,
        "scope": scope,
        "state": attempt.state,
        "nonce": attempt.nonce,
        "code_challenge": attempt.challenge,
        "code_challenge_method": "S256",
    }
    return f"{at.authorization}?{urlencode(said)}"


def code_in(address: str, at: Provider, attempt: Attempt) -> str:
    """Return the code of an answer, once it is sure that the answer is ours.

    Raises:
        AnswerNotOurs: another address, state or issuer.
        TurnedDown: it is an error; the detail is its code.
        AnswerMalformed: it is neither.
    """
    if address.partition("?")[0] != attempt.redirect_uri:
        raise AnswerNotOurs("redirect_uri")
    said = dict(parse_qsl(urlsplit(address).query))
    if said.get("state") != attempt.state:
        raise AnswerNotOurs("state")
    if said.get("iss") != at.issuer:
        raise AnswerNotOurs("iss")
    if "error" in said:
        raise TurnedDown(said["error"])
    if "code" not in said:
        raise AnswerMalformed("code")
    return said["code"]


def given(answer: Answer) -> Given:
    """Read a token response (RFC 6749 §5).

    Raises:
        TurnedDown: it is an error; the detail is its code.
        AnswerMalformed: it holds no token.
    """
    error = answer.text("error")
    if error is not None:
        raise TurnedDown(error)
    access_token = answer.text("access_token")
    if access_token is None:
        raise AnswerMalformed("access_token")
    return Given(
        access_token=access_token,
        refresh_token=answer.text("refresh_token"),
        id_token=answer.text("id_token"),
    )


def device_codes(answer: Answer) -> DeviceCodes:
    """Read what a kiosk is to show (RFC 8628 §3.2).

    Raises:
        TurnedDown: it is an error; the detail is its code.
        AnswerMalformed: something is missing.
    """
    error = answer.text("error")
    if error is not None:
        raise TurnedDown(error)
    said: Mapping[str, str | None] = {
        name: answer.text(name) for name in ("device_code", "user_code", "verification_uri")
    }
    missing = [name for name, value in said.items() if value is None]
    if missing:
        raise AnswerMalformed(", ".join(missing))
    return DeviceCodes(
        device_code=str(said["device_code"]),
        user_code=str(said["user_code"]),
        address=str(said["verification_uri"]),
        complete_address=answer.text("verification_uri_complete"),
        lives_s=answer.number("expires_in", 0),
        interval_s=answer.number("interval", 5),
    )


def _named(answer: Answer, name: str) -> str:
    value = answer.text(name)
    if value is None:
        raise ProviderUnusable(name)
    return value
