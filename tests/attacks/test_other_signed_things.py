"""Every JWS attack family against what others than clients sign, and what comes back to us.

Upstream ID tokens and logout tokens, ID tokens of ours that come back as hints, assertions
of providers, statements about software.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.broker.checks import id_token, logout
from idp.broker.domain import Attempt, Slug
from idp.broker.errors import IdTokenAccessTokenHash
from idp.oidc.checks import rfc7523_grants
from idp.oidc.flows.software_statements import SoftwareStatements
from idp.oidc.flows.subjects import HintReader
from idp.oidc.messages.members import Members
from kernel.assurance import Level
from kernel.ids import ClientId, EntityId, InteractionId
from kernel.proof.jose import KeySet, to_base64url, verify
from kernel.secret import Secret
from tests.attacks.lies import Lies
from tests.attacks.test_client_signatures import (
    CLOCK,
    ISSUER,
    KEY,
    NOW,
    RP,
    SECONDS,
    Believing,
    _no_defect,
    a_client,
    believed,
)

__all__ = ["_no_defect"]
UPSTREAM: Final = "https://province.example"
US: Final = ClientId("hub-at-province")
ACCESS: Final = Secret("an-access-token")
ES: Final = frozenset({"ES256"})


def an_attempt() -> Attempt:
    return Attempt(
        state=Secret("state").digest(),
        provider=Slug("gd"),
        issuer=EntityId(UPSTREAM),
        client_id=US,
        interaction=InteractionId(UUID(int=1)),
        browser=Secret("browser").digest(),
        nonce="n-0S6",
        verifier=Secret("v" * 43),
        asked=Level.SELF_ASSERTED,
        max_age=None,
        started_at=NOW,
        expires_at=NOW + timedelta(minutes=10),
    )


def _at_hash(token: str) -> str:
    return to_base64url(hashlib.sha256(token.encode()).digest()[:16])


def takes_id_tokens(algorithms: frozenset[str] = ES) -> Believing:
    """Believe as the broker does (OIDC Core §3.1.3.7)."""
    expected = id_token.Expected(
        attempt=an_attempt(), client_id=US, access_token=ACCESS, now=NOW
    )

    def believe(token: str, /) -> object:
        claims = id_token.signed_claims(token, KEY.keys, algorithms)
        id_token.id_token_holds(claims, expected)
        return claims

    return believe


ID_TOKEN: Final = {
    "iss": UPSTREAM,
    "sub": "gd-1001",
    "aud": US,
    "iat": SECONDS,
    "exp": SECONDS + 300,
    "nonce": "n-0S6",
    "at_hash": _at_hash(ACCESS.reveal()),
}
OTHER_PEOPLE: Final = frozenset(
    f"sub {near!r:.60}"
    for near in ("gd-1001/", "GD-1001", " gd-1001", "gd-100", "gd-1001.evil.example")
)
"""Whom it speaks of is its issuer's to say: who nearly is somebody is somebody else."""


@pytest.mark.spec("OIDC Core §3.1.3.7; RFC 8725 §3; CVE-2026-55669, CVE-2024-37568")
def test_no_lie_about_an_id_token_of_an_upstream_is_believed() -> None:
    required = ("iss", "sub", "aud", "iat", "exp", "nonce")
    lies = Lies(KEY, "JWT", ID_TOKEN, dates=("iat", "exp"), required=required)
    taken = believed(lies, takes_id_tokens())
    # OIDC Core §10.1: a provider with one key need not name it.
    assert taken <= {"no kid"} | OTHER_PEOPLE


PLAIN: Final = st.characters(exclude_characters="\0", exclude_categories=["Cs"])
HASHES: Final[st.SearchStrategy[object]] = (
    st.text(PLAIN, max_size=40) | st.booleans() | st.integers(0, 9) | st.just([])
)


@given(stated=HASHES)
@pytest.mark.spec("OIDC Core §3.1.3.8; CVE-2026-28498")
def test_no_other_hash_is_that_of_the_access_token(stated: object) -> None:
    """One by an algorithm that we do not know does not come this far: its token is none."""
    believe = takes_id_tokens()
    said = {**ID_TOKEN, "at_hash": stated}
    lies = Lies(KEY, "JWT", said, dates=(), required=())
    with pytest.raises(IdTokenAccessTokenHash):
        believe(lies.true)


def takes_logouts() -> Believing:
    """Believe as the broker does (OIDC Back-Channel Logout §2.6)."""

    def believe(token: str, /) -> object:
        claims = logout.signed_logout(token, KEY.keys, ES)
        logout.registered_claims_hold(claims, EntityId(UPSTREAM), US, NOW)
        logout.is_about_logout(claims)
        return logout.jti_of(claims), logout.meant(claims)

    return believe


@pytest.mark.spec("OIDC Back-Channel Logout §2.6; RFC 8725 §3")
def test_no_lie_about_a_sign_out_of_an_upstream_is_believed() -> None:
    claims = {
        "iss": UPSTREAM,
        "sub": "gd-1001",
        "aud": US,
        "iat": SECONDS,
        "exp": SECONDS + 120,
        "jti": "one",
        "events": {logout.EVENT: {}},
    }
    required = ("iss", "sub", "aud", "iat", "exp", "jti", "events")
    lies = Lies(KEY, "logout+jwt", claims, dates=("iat", "exp"), required=required)
    assert believed(lies, takes_logouts()) <= OTHER_PEOPLE


@dataclass(frozen=True)
class Published:
    """A `Signer` that only says with which keys it signs."""

    keys: KeySet

    def published(self, _purpose: object) -> KeySet:
        return self.keys


@pytest.mark.spec("OIDC Core §3.1.2.1; OIDC RP-Initiated Logout §2; RFC 8725 §3")
def test_no_lie_about_an_id_token_of_ours_that_comes_back_is_believed() -> None:
    reader = HintReader(ISSUER, Published(KEY.keys))  # type: ignore[arg-type]  # reads keys only
    claims = {
        "iss": ISSUER.url,
        "sub": "told",
        "aud": RP,
        "iat": SECONDS,
        "exp": SECONDS - 900,
        "auth_time": SECONDS,
        "sid": "s-1",
    }
    lies = Lies(
        KEY, "JWT", claims, dates=("exp", "auth_time"), required=("iss", "exp", "auth_time")
    )
    taken = {name for name in believed(lies, reader.read) if not name.startswith("sub ")}
    # Whom it names is compared with who is signed in; an ID token may lack its key's name.
    assert taken <= {"no kid"}


def takes_grant_assertions() -> Believing:
    """Believe as the grant does, but for whose keys they are (RFC 7523 §3)."""
    client = a_client(member=False)

    def believe(token: str, /) -> object:
        claims = verify(token, KEY.keys, rfc7523_grants.GRANT_ASSERTION)
        rfc7523_grants.audience_is_us_alone(claims, ISSUER)
        rfc7523_grants.is_in_force(claims, NOW)
        rfc7523_grants.is_for_this_client(claims, client)
        rfc7523_grants.name_of(claims)
        return rfc7523_grants.subject_of(claims)

    return believe


@pytest.mark.spec("RFC 7523 §3; RFC 8725 §3; CVE-2026-55669")
def test_no_lie_about_a_grant_assertion_is_believed() -> None:
    claims = {
        "iss": UPSTREAM,
        "sub": "gd-1001",
        "aud": ISSUER.url,
        "client_id": RP,
        "jti": "one",
        "iat": SECONDS,
        "exp": SECONDS + 60,
    }
    required = ("sub", "aud", "client_id", "jti", "iat", "exp")
    typ = rfc7523_grants.GRANT_ASSERTION.typ
    lies = Lies(KEY, typ, claims, dates=("iat", "exp"), required=required)
    taken = believed(lies, takes_grant_assertions())
    # Its issuer was found by name before, and its people are asked for by name after.
    assert {name for name in taken if not name.startswith(("sub ", "iss "))} == set()


@pytest.mark.spec("RFC 7591 §2.3, §3.1.1; RFC 8725 §3")
def test_no_lie_about_a_piece_of_software_is_believed() -> None:
    statements = SoftwareStatements({UPSTREAM: KEY.keys}, CLOCK)
    claims = {
        "iss": UPSTREAM,
        "sub": "software-1",
        "iat": SECONDS,
        "exp": SECONDS + 600,
        "client_name": "Approved",
    }
    lies = Lies(KEY, "JWT", claims, dates=("iat", "exp"), required=("iss", "iat", "exp"))

    def believe(token: str, /) -> object:
        return statements.applied(Members({"software_statement": token}))

    taken = {name for name in believed(lies, believe) if not name.startswith("sub ")}
    assert taken <= {"no kid"}
