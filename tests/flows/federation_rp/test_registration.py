"""Automatic registration with pushing, and explicit registration, over HTTP."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from idp.broker.domain import Registered, Slug
from idp.broker.store.registrations import SqlRegistrations
from kernel.ids import EntityId
from tests.flows.federation_rp.conftest import Federation
from tests.flows.federation_rp.op import Claims, Told
from tests.unit.kernel.proof.signers import signer

RP = "openid_relying_party"


def lands(federation: Federation) -> None:
    """Sign in through the provider; nothing that reached it was wrong."""
    page = federation.sign_in()
    assert page.url.startswith(f"{federation.hub.back}?code="), page.described
    assert federation.op.wrong == []


def with_pushing(federation: Federation) -> None:
    par = f"{federation.op.issuer}/par"
    federation.tell(Told(metadata={"pushed_authorization_request_endpoint": par}))
    federation.op.seen.clear()


def registered(federation: Federation) -> Registered | None:
    """Let the worker do its step; return what came of it."""
    federation.hub.work("broker.register")
    store = SqlRegistrations(federation.hub.worked.drivers.db)
    return store.find(Slug(federation.slug))


@pytest.mark.spec("OpenID Federation 1.0 §12.1.1.2")
def test_where_requests_are_pushed_ours_is_signed_and_our_chain_goes_along(
    federation: Federation,
) -> None:
    with_pushing(federation)
    lands(federation)
    way = ["/par", "/authorize", "/token"]
    assert [path for path in federation.op.seen if path in way] == way
    (chain,) = (h["trust_chain"] for h in federation.op.headers if "trust_chain" in h)
    ours = federation.hub.served.ground.federation.chains.chain
    assert tuple(chain) == ours(EntityId(federation.hub.issuer)).tokens


@pytest.mark.spec("OpenID Federation 1.0 §12.1.1.1")
def test_a_request_object_is_for_one_provider_and_one_use(federation: Federation) -> None:
    lands(federation)
    first = federation.op.asked
    lands(federation)
    second = federation.op.asked
    assert first["aud"] == federation.op.issuer
    assert first["iss"] == first["client_id"] == federation.hub.issuer
    assert "sub" not in first
    assert first["jti"] != second["jti"]
    assert 0 < first["exp"] - first["iat"] <= 120


@pytest.mark.spec("RFC 9126 §2.3")
def test_a_push_that_is_refused_sends_nobody(federation: Federation) -> None:
    with_pushing(federation)
    before = federation.hub.counts()
    federation.op.told.asks_for = frozenset({"never_there"})
    page = federation.sign_in()
    assert page.error is not None
    assert page.error[0] == "push_not_taken"
    assert "/authorize" not in federation.op.seen
    assert federation.hub.counts() == before


@pytest.mark.spec("OpenID Federation 1.0 §12.2")
@pytest.mark.parametrize("pushes", [with_pushing, lambda _federation: None])
def test_we_are_registered_ahead_of_need_and_sign_in_under_that_name(
    explicit: Federation, pushes: Callable[[Federation], None]
) -> None:
    pushes(explicit)
    held = registered(explicit)
    assert held is not None
    assert (held.failure, held.anchor) == ("", explicit.hub.trust)
    assert held.client_id in explicit.op.clients
    lands(explicit)
    assert explicit.op.asked["client_id"] == held.client_id != explicit.hub.issuer


def test_without_a_registration_nobody_is_sent(explicit: Federation) -> None:
    before = explicit.hub.counts()
    page = explicit.sign_in()
    assert page.error is not None
    assert page.error[0] == "not_registered_upstream"
    assert "/authorize" not in explicit.op.seen
    assert explicit.hub.counts() == before


@pytest.mark.spec("OpenID Federation 1.0 §12.2.6")
def test_a_registration_ends_with_the_chain_and_is_renewed_before(
    explicit: Federation,
) -> None:
    bent = lambda claims: {**claims, "exp": claims["iat"] + 86_400}  # noqa: E731  a bend
    explicit.op.told.registered = bent
    held = registered(explicit)
    assert held is not None
    assert held.expires_at is not None
    chain = explicit.hub.served.ground.federation.chains.chain
    both = (EntityId(explicit.hub.issuer), EntityId(explicit.op.issuer))
    assert held.expires_at == min(chain(entity).expires_at for entity in both)
    now = explicit.hub.worked.drivers.clock()
    assert now < held.next_at < held.expires_at - timedelta(seconds=30)
    assert registered(explicit) == held
    assert explicit.op.seen.count("/register") == 1


Bend = Callable[[Claims], Claims]


def with_metadata(**bent: object) -> Bend:
    def change(claims: Claims) -> Claims:
        held = {**claims["metadata"][RP], **bent}
        kept = {name: value for name, value in held.items() if value is not None}
        return {**claims, "metadata": {RP: kept}}

    return change


def with_claim(name: str, value: object) -> Bend:
    return lambda claims: {
        n: v for n, v in {**claims, name: value}.items() if v is not None
    }


ANSWERS: dict[str, Bend] = {
    "another iss": with_claim("iss", "https://evil.example"),
    "another sub": with_claim("sub", "https://evil.example"),
    "another aud": with_claim("aud", "https://evil.example"),
    "aud for two": lambda said: {**said, "aud": [said["aud"], "https://evil.example"]},
    "no aud": with_claim("aud", None),
    "another trust_anchor": with_claim("trust_anchor", "https://evil.example"),
    "no trust_anchor": with_claim("trust_anchor", None),
    "another superior": with_claim("authority_hints", ["https://evil.example"]),
    "two superiors": lambda said: {
        **said,
        "authority_hints": [*said["authority_hints"], "https://evil.example"],
    },
    "no superior": with_claim("authority_hints", None),
    "over already": lambda said: {**said, "exp": said["iat"] - 600},
    "no exp": with_claim("exp", None),
    "no iat": with_claim("iat", None),
    "no client_id": with_metadata(client_id=None),
    "an empty client_id": with_metadata(client_id=""),
    "another redirect_uri": with_metadata(redirect_uris=["https://evil.example/cb"]),
    "a weaker method": with_metadata(token_endpoint_auth_method="client_secret_basic"),
    "no metadata": with_claim("metadata", None),
}


@pytest.mark.spec("OpenID Federation 1.0 §12.2.3")
@pytest.mark.parametrize("bend", ANSWERS.values(), ids=ANSWERS.keys())
def test_an_answer_that_does_not_hold_registers_nobody(
    explicit: Federation, bend: Bend
) -> None:
    explicit.op.told.registered = bend
    held = registered(explicit)
    assert held is not None
    assert (held.client_id, held.failure) == (None, "registration_refused")


@pytest.mark.spec("OpenID Federation 1.0 §12.2.3")
def test_an_answer_signed_by_another_registers_nobody(explicit: Federation) -> None:
    explicit.op.told.registered_by = signer(kid="forger")
    held = registered(explicit)
    assert held is not None
    assert (held.client_id, held.failure) == (None, "registration_refused")


def test_a_failure_keeps_the_last_good_registration_until_it_ends(
    explicit: Federation,
) -> None:
    good = registered(explicit)
    assert good is not None
    explicit.op.told.registered = ANSWERS["another iss"]
    due = Registered(
        provider=good.provider,
        client_id=good.client_id,
        anchor=good.anchor,
        expires_at=good.expires_at,
        next_at=explicit.hub.worked.drivers.clock(),
    )
    SqlRegistrations(explicit.hub.worked.drivers.db).keep(due)
    held = registered(explicit)
    assert held is not None
    assert (held.client_id, held.failure) == (good.client_id, "registration_refused")
    lands(explicit)
