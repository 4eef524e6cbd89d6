"""Where a rule draws its line: the last that it lets pass, the first that it refuses."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Final

import pytest

from idp.clients.domain import (
    AuthMethod,
    GrantType,
    Membership,
    Profile,
    RedirectUri,
    Registration,
)
from idp.oidc import errors
from idp.oidc.checks import (
    front_channel,
    oidc_core,
    openid_federation,
    registrations,
    rfc6749,
    rfc7523_grants,
    rfc7662,
    rfc8693,
    rfc9101,
    rfc9449,
    rfc9470,
    ticket_platform,
    transfer,
)
from idp.oidc.domain.conformance import Holds
from idp.oidc.domain.proofs import Proof
from idp.oidc.flows.signed_steps import By
from kernel.assurance import Level
from kernel.errors import DomainError
from kernel.ids import EntityId
from kernel.proof.jose import VerifiedClaims
from kernel.web import Access, StepUpNeeded
from tests.unit.idp.oidc.house import CALLBACK
from tests.unit.idp.oidc.test_signed_steps import NOW, OTHER, Bent, at, signed, verified
from tests.unit.idp.oidc.test_single_rules import (
    APP,
    ONE,
    Rule,
    a_client,
    clause_of,
    form,
    said,
)

AB: Final = frozenset({"a", "b"})
SSO: Final = "https://hub.example/sso"
WEB: Final = RedirectUri.parse("https://rp.example/cb")
TAKES: Final = a_client(resources=frozenset({SSO}))
MEMBER: Final = replace(
    ONE,
    membership=Membership(
        Registration.AUTOMATIC, (EntityId("m"), EntityId("p"), EntityId("a")), NOW, ()
    ),
)
SIGNED_IN: Final = Access(scope="x", level=Level.REAL_NAME, max_age=timedelta(seconds=300))


def proof(nonces: tuple[str, ...] = (), **claims: object) -> Proof:
    whole = {"jti": "j-1", "htm": "POST", "htu": OTHER, "iat": at(0), **claims}
    return Proof(
        claims=verified("ES256", {k: v for k, v in whole.items() if v is not None}),
        jkt="k-1",
        method="POST",
        addresses=frozenset({OTHER}),
        now=NOW,
        token="t-1",
        nonces=nonces,
    )


def request(**claims: object) -> Rule:
    """Return the rule about the times of a request object with these claims."""
    token = signed(Bent(DomainError, claims), By.KEPT, {"client_id": "app-1"})
    return partial(rfc9101.is_in_force, token)


def issuer(**claims: object) -> Rule:
    token = signed(Bent(DomainError, claims), By.KEPT, {"client_id": "app-1"})
    return partial(rfc9101.issuer_if_said_is_client, token)


def token_of(client: str, *audience: str) -> VerifiedClaims:
    return verified("ES256", {"client_id": client, "aud": list(audience)})


def address(text: str) -> RedirectUri:
    return RedirectUri.parse(text)


G = rfc7523_grants
ENOUGH: Final = {"acr": Level.REAL_NAME.acr, "auth_time": at(-300)}
ATH: Final = rfc9449.token_hash("t-1")

# fmt: off
LINES: Final[tuple[tuple[str, Rule, Rule, type[DomainError]], ...]] = (
    ("RFC 9449 §11.1 old", partial(rfc9449.is_fresh, proof(iat=at(-60))),
     partial(rfc9449.is_fresh, proof(iat=at(-61))), errors.DpopProofRefused),
    ("RFC 9449 §11.1 ahead", partial(rfc9449.is_fresh, proof(iat=at(30))),
     partial(rfc9449.is_fresh, proof(iat=at(31))), errors.DpopProofRefused),
    ("RFC 9449 §4.2 jti", partial(rfc9449.claims_are_there, proof(jti="j" * 512)),
     partial(rfc9449.claims_are_there, proof(jti="j" * 513)), errors.DpopProofRefused),
    ("RFC 9449 §4.3 nonce", partial(rfc9449.nonce_is_ours, proof(("2", "1"), nonce="1")),
     partial(rfc9449.nonce_is_ours, proof(("2", "1"), nonce="0")), errors.DpopNonceNeeded),
    ("RFC 9449 §4.3 no nonce", partial(rfc9449.nonce_is_ours, proof(nonce="0")),
     partial(rfc9449.nonce_is_ours, proof(("2",))), errors.DpopNonceNeeded),
    ("RFC 9449 §4.3 ath", partial(rfc9449.token_is_named, proof(ath=ATH)),
     partial(rfc9449.token_is_named, proof(ath=ATH[:-1])), errors.DpopProofRefused),
    ("RFC 9449 §4.3 no ath", partial(rfc9449.token_is_named, proof(ath=ATH)),
     partial(rfc9449.token_is_named, proof()), errors.DpopProofRefused),
    ("RFC 9101 §4 exp", request(exp=at(3600)), request(exp=at(3601)),
     errors.RequestObjectClaimRefused),
    ("RFC 9101 §4 iss", issuer(iss=None), issuer(iss=""), errors.RequestObjectClaimRefused),
    ("RFC 9101 §6.1 cty", partial(rfc9101.holds_a_token, {"cty": "JWT"}),
     partial(rfc9101.holds_a_token, {}), errors.RequestObjectNotDecrypted),
    ("RFC 7519 §5.2 cty", partial(rfc9101.holds_a_token, {"cty": "application/jwt"}),
     partial(rfc9101.holds_a_token, {"cty": "application/json"}),
     errors.RequestObjectNotDecrypted),
    ("RFC 7523 §3 nbf", partial(G.is_in_force, said(nbf=at(0)), NOW),
     partial(G.is_in_force, said(nbf=at(600)), NOW), errors.GrantAssertionRefused),
    ("RFC 7523 §3 exp", partial(G.is_in_force, said(iat=at(60), exp=at(360)), NOW),
     partial(G.is_in_force, said(iat=at(61), exp=at(361)), NOW),
     errors.GrantAssertionRefused),
    ("RFC 7523 §3 over", partial(G.is_in_force, said(exp=at(1)), NOW),
     partial(G.is_in_force, said(exp=at(1) - 0.5), NOW), errors.GrantAssertionRefused),
    ("RFC 7523 §3 iat", partial(G.is_in_force, said(iat=at(60), exp=at(120)), NOW),
     partial(G.is_in_force, said(iat=at(61), exp=at(120)), NOW),
     errors.GrantAssertionRefused),
    ("RFC 7523 §3 in order", partial(G.is_in_force, said(iat=at(59), exp=at(60)), NOW),
     partial(G.is_in_force, said(iat=at(60), exp=at(60)), NOW),
     errors.GrantAssertionRefused),
    ("RFC 8693 §2.1 one", partial(transfer.one_audience_is_named, form(audience="app-2")),
     partial(transfer.one_audience_is_named, form(audience="app-2", resource=OTHER)),
     errors.ResourceRefused),
    ("RFC 8693 §2.1 nobody", partial(transfer.nobody_acts, form(subject_token="t")),
     partial(transfer.nobody_acts, form(actor_token_type="t")), errors.RequestMalformed),
    ("RFC 8693 §2.1 actor", partial(rfc8693.actor_type_stands_beside_its_token,
                                    form(actor_token="t", actor_token_type="y")),
     partial(rfc8693.actor_type_stands_beside_its_token, form(actor_token_type="y")),
     errors.TokenTypeRefused),
    ("RFC 8693 §5 its own", partial(rfc8693.token_is_for, ONE, token_of("app-1", OTHER)),
     partial(rfc8693.token_is_for, ONE, token_of("app-2", OTHER)),
     errors.SubjectTokenRefused),
    ("RFC 8693 §5 sent to", partial(rfc8693.token_is_for, ONE, token_of("app-2", "app-1")),
     partial(rfc8693.token_is_for, ONE, token_of("app-2", "app-3")),
     errors.SubjectTokenRefused),
    ("RFC 7662 §4 its own", partial(rfc7662.caller_may_see, ONE, token_of("app-1", OTHER)),
     partial(rfc7662.caller_may_see, ONE, token_of("app-2", OTHER)), errors.TokenRefused),
    ("RFC 7662 §4 sent to", partial(rfc7662.caller_may_see, ONE, token_of("x", "app-1")),
     partial(rfc7662.caller_may_see, ONE, token_of("x", "y")), errors.TokenRefused),
    ("OpenID Federation 1.0 §12.1.1.1.1",
     partial(openid_federation.chains_end_together, MEMBER, EntityId("a")),
     partial(openid_federation.chains_end_together, MEMBER, EntityId("p")),
     errors.PeerChainRefused),
    ("OIDC Core §6.2", partial(oidc_core.request_uri_is_registered,
                               a_client(request_uris=(OTHER,)), f"{OTHER}#a#b"),
     partial(oidc_core.request_uri_is_registered,
             a_client(request_uris=(f"{OTHER}#a",)), f"{OTHER}#b"),
     errors.RequestUriRefused),
    ("OIDC Core §6.2 content", partial(oidc_core.request_uri_is_of_content,
                                       a_client(request_uris=(f"{OTHER}#a",)),
                                       f"{OTHER}#a", "x"),
     partial(oidc_core.request_uri_is_of_content,
             a_client(request_uris=(OTHER,)), f"{OTHER}#a", "x"),
     errors.RequestUriRefused),
    ("OIDC Front-Channel Logout §2", partial(front_channel.address_is_of_the_client,
                                             a_client(redirect_uris=(WEB,)), WEB.text),
     partial(front_channel.address_is_of_the_client, a_client(redirect_uris=(APP,)),
             APP.text), errors.FrameRefused),
    ("RFC 6749 §3.3", partial(rfc6749.narrowed_scope, AB, "b  a"),
     partial(rfc6749.narrowed_scope, AB, "b\ta"), errors.ScopeRefused),
    ("RFC 9470 §3 acr", partial(rfc9470.sign_in_is_enough, ENOUGH, SIGNED_IN, NOW),
     partial(rfc9470.sign_in_is_enough, {**ENOUGH, "acr": "else"}, SIGNED_IN, NOW),
     StepUpNeeded),
    ("RFC 9470 §3 max_age", partial(rfc9470.sign_in_is_enough, ENOUGH, SIGNED_IN, NOW),
     partial(rfc9470.sign_in_is_enough, {**ENOUGH, "auth_time": at(-301)}, SIGNED_IN, NOW),
     StepUpNeeded),
    ("RFC 9470 §3 auth_time",
     partial(rfc9470.sign_in_is_enough, {}, Access(scope="x"), NOW),
     partial(rfc9470.sign_in_is_enough, {"acr": ENOUGH["acr"]}, SIGNED_IN, NOW),
     StepUpNeeded),
    ("RFC 8707 §2", partial(ticket_platform.client_takes_tickets, TAKES, SSO),
     partial(ticket_platform.client_takes_tickets, ONE, SSO), errors.GrantTypeNotAllowed),
    ("RFC 9700 §2.1.1 public", partial(ticket_platform.client_keeps_a_secret, ONE),
     partial(ticket_platform.client_keeps_a_secret, a_client(auth_method=AuthMethod.NONE)),
     errors.GrantTypeNotAllowed),
    ("RFC 9700 §2.1.1 profile", partial(ticket_platform.client_keeps_a_secret, ONE),
     partial(ticket_platform.client_keeps_a_secret, a_client(profile=Profile.FAPI2)),
     errors.GrantTypeNotAllowed),
    ("RFC 9700 §4.1", partial(ticket_platform.address_says_no_ticket, address(CALLBACK)),
     partial(ticket_platform.address_says_no_ticket, address(f"{CALLBACK}&Ticket=")),
     errors.RedirectUriNotRegistered),
)
# fmt: on


@pytest.mark.parametrize(
    ("kept", "broken", "refused"),
    [
        pytest.param(*rest, id=name, marks=pytest.mark.spec(clause_of(name)))
        for name, *rest in LINES
    ],
)
def test_a_rule_refuses_what_is_just_beyond_it_and_nothing_before(
    kept: Rule, broken: Rule, refused: type[DomainError]
) -> None:
    kept()
    with pytest.raises(refused):
        broken()


@pytest.mark.spec("RFC 8693 §2.1")
def test_targets_are_named_by_either_parameter_and_each_counts_once() -> None:
    named = form(audience=("app-2", "app-3", "app-2"), resource=OTHER)
    assert rfc8693.targets_of(named) == ("app-2", "app-3", OTHER)
    assert rfc8693.targets_of(form(resource=OTHER)) == (OTHER,)
    assert transfer.one_audience_is_named(form(audience="app-2")) == "app-2"


@pytest.mark.spec("RFC 6749 §3.3")
def test_all_that_was_granted_may_be_asked_for_again() -> None:
    assert rfc6749.narrowed_scope(AB, "b  a") == AB
    assert rfc6749.narrowed_scope(AB, None) == AB


REFRESH: Final = frozenset({GrantType.REFRESH_TOKEN})
STRONG: Final = {"id_token_alg": "PS256", "userinfo_alg": "ES256"}


@pytest.mark.spec("OAuth 2.1 §4.3.1")
def test_only_public_clients_that_refresh_are_asked_how() -> None:
    asked = registrations.public_refresh_is_rotated_or_bound
    public = {"auth_method": AuthMethod.NONE}
    assert asked(a_client(grant_types=REFRESH)) is Holds.NOT_ASKED
    assert asked(a_client(**public)) is Holds.NOT_ASKED
    assert asked(a_client(grant_types=REFRESH, **public)) is Holds.KEPT


@pytest.mark.spec("FAPI 2.0 §5.3.2.2")
def test_answers_may_go_to_both_kinds_of_fitting_addresses() -> None:
    both = (WEB, address("http://127.0.0.1:49152/back"))
    code = frozenset({GrantType.AUTHORIZATION_CODE})
    goes = registrations.answers_go_by_https
    assert goes(a_client(redirect_uris=both, grant_types=code)) is Holds.KEPT
    assert goes(a_client(redirect_uris=(*both, APP), grant_types=code)) is Holds.BROKEN


@pytest.mark.spec("FAPI 2.0 §5.4.1")
def test_every_strong_algorithm_is_one_and_none_named_is_all_of_the_profile() -> None:
    strong, by_key = registrations.algorithms_are_strong, AuthMethod.PRIVATE_KEY
    assert strong(a_client(**STRONG, request_object_alg="EdDSA")) is Holds.KEPT
    assert strong(a_client(**STRONG, request_object_alg="RS256")) is Holds.BROKEN
    assert strong(a_client(assertion_alg=None)) is Holds.KEPT
    assert strong(a_client(auth_method=by_key)) is Holds.BROKEN
    assert strong(a_client(auth_method=by_key, assertion_alg="ES256")) is Holds.KEPT
    assert strong(a_client(auth_method=by_key, profile=Profile.FAPI2)) is Holds.KEPT
