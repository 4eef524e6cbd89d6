"""Rules by themselves: what one refuses it refuses whoever asks, and the rest passes."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

import pytest

from idp.clients.domain import (
    AuthMethod,
    Client,
    ClientState,
    ExchangePolicy,
    GrantType,
    OidcFacet,
    RedirectUri,
)
from idp.oidc import errors
from idp.oidc.checks import (
    front_channel,
    oidc_core,
    openid_federation,
    rfc6749,
    rfc7009,
    rfc7523_grants,
    rfc7591,
    rfc7662,
    rfc8628,
    rfc8693,
    rfc9126,
    rfc9449,
    rfc9700,
    transfer,
)
from idp.oidc.domain.devices import DeviceRequest
from idp.oidc.domain.grants import RefreshToken
from idp.oidc.domain.issuer import Issuer
from idp.oidc.domain.senders import UNPROVEN, Sender
from idp.oidc.domain.signed import Opened, Pushed
from idp.oidc.domain.transfers import MOST_HOPS
from idp.oidc.messages.members import Members
from kernel.assurance import Level
from kernel.errors import DomainError
from kernel.ids import ClientId, EntityId, GrantId
from kernel.secret import Secret
from kernel.web import Form, ParameterMissing
from tests.unit.idp.oidc.house import CALLBACK, ISSUER

NOW: Final = datetime(2026, 11, 26, tzinfo=UTC)
OTHER: Final = "https://other.example"
APP: Final = RedirectUri.parse("com.example.app:/cb")
Rule = Callable[[], object]


def a_client(**facet: Any) -> Client:  # noqa: ANN401  any member of a facet
    said = {"redirect_uris": (RedirectUri.parse(CALLBACK),), **facet}
    return Client(
        id=ClientId("app-1"),
        name_zh="应用",
        name_en="App",
        oidc=OidcFacet(**said),
        created_at=NOW,
        state=ClientState.SANDBOX,
    )


ONE: Final = a_client(exchanges=(ExchangePolicy("app-2", may_transfer=True),))
MACHINE: Final = a_client(
    redirect_uris=(), grant_types=frozenset({GrantType.CLIENT_CREDENTIALS})
)
KEY, NEXT = Sender(jkt="k-1"), Sender(jkt="k-2")
SHOWN: Final = Sender(certificate="c-1")
PUSHED: Final = Pushed(
    digest=Secret("p" * 43).digest(),
    opened=Opened(parameters={}),
    client="app-1",
    expires_at=NOW + timedelta(seconds=90),
)
WAITING: Final = DeviceRequest(
    code=Secret("d" * 43).digest(),
    user_code="BCDFGHJK",
    client=ClientId("app-1"),
    parameters={},
    started_at=NOW,
    expires_at=NOW + timedelta(minutes=10),
)
HELD: Final = RefreshToken(
    digest=Secret("r" * 43).digest(),
    grant=GrantId(UUID(int=7)),
    issued_at=NOW,
    expires_at=NOW + timedelta(hours=8),
)


def said(**more: object) -> Mapping[str, object]:
    """Return the claims of a provider's word, with ``more`` of them; None: left out."""
    now = int(NOW.timestamp())
    whole = {
        "aud": ISSUER,
        "iat": now,
        "exp": now + 60,
        "jti": "j-1",
        "sub": "p-1",
        "client_id": "app-1",
        **more,
    }
    return {name: value for name, value in whole.items() if value is not None}


def form(**values: str | tuple[str, ...]) -> Form:
    return Form({k: (v,) if isinstance(v, str) else v for k, v in values.items()})


G = rfc7523_grants
US: Final = Issuer(ISSUER)
LATER: Final = int(NOW.timestamp()) + 301

# fmt: off
KEPT_AND_BROKEN: Final[tuple[tuple[str, Rule, Rule, type[DomainError]], ...]] = (
    ("RFC 7523 §3 aud", partial(G.audience_is_us_alone, said(), US),
     partial(G.audience_is_us_alone, said(aud=[ISSUER, OTHER]), US),
     errors.GrantAssertionRefused),
    ("RFC 7523 §3 no aud", partial(G.audience_is_us_alone, said(aud=[US.token]), US),
     partial(G.audience_is_us_alone, said(aud=None), US), errors.GrantAssertionRefused),
    ("RFC 7523 §3 exp", partial(G.is_in_force, said(), NOW),
     partial(G.is_in_force, said(exp=None), NOW), errors.GrantAssertionRefused),
    ("RFC 7523 §3 exp far", partial(G.is_in_force, said(exp=LATER - 1), NOW),
     partial(G.is_in_force, said(exp=LATER), NOW), errors.GrantAssertionRefused),
    ("RFC 7523 §5", partial(G.is_for_this_client, said(), ONE),
     partial(G.is_for_this_client, said(client_id="app-2"), ONE),
     errors.GrantAssertionRefused),
    ("RFC 7523 §3 jti", partial(G.name_of, said()),
     partial(G.name_of, said(jti=None)), errors.GrantAssertionRefused),
    ("RFC 7523 §3 sub", partial(G.subject_of, said()),
     partial(G.subject_of, said(sub=7)), errors.GrantAssertionRefused),
    ("OIDC Core §2 auth_time", partial(G.authenticated_at, said(), NOW),
     partial(G.authenticated_at, said(auth_time="noon"), NOW),
     errors.GrantAssertionRefused),
    ("RFC 7523 §3 level", partial(G.level_suffices, ONE.level, ONE),
     partial(G.level_suffices, Level.SELF_ASSERTED, replace(ONE, level=max(Level))),
     errors.GrantAssertionRefused),
    ("RFC 8693 §2.1 actor type",
     partial(rfc8693.actor_type_stands_beside_its_token, form()),
     partial(rfc8693.actor_type_stands_beside_its_token, form(actor_token_type="x")),
     errors.TokenTypeRefused),
    ("RFC 8693 §5 key", partial(rfc8693.sender_is_proven, KEY, KEY),
     partial(rfc8693.sender_is_proven, KEY, NEXT), errors.SubjectTokenRefused),
    ("RFC 8693 §5 certificate", partial(rfc8693.sender_is_proven, SHOWN, SHOWN),
     partial(rfc8693.sender_is_proven, SHOWN, KEY), errors.SubjectTokenRefused),
    ("RFC 8693 §2.1 target", partial(rfc8693.targets_of, form(audience="app-2")),
     partial(rfc8693.targets_of, form()), ParameterMissing),
    ("RFC 8693 §2.2.2", partial(rfc8693.policies_for, ONE, ["app-2"]),
     partial(rfc8693.policies_for, ONE, ["app-2", "app-3"]), errors.ResourceRefused),
    ("RFC 8693 §2.1 one audience", partial(transfer.one_audience_is_named,
                                           form(audience="app-2")),
     partial(transfer.one_audience_is_named, form(audience=("app-2", "app-3"))),
     errors.ResourceRefused),
    ("RFC 8693 §2.1 nobody acts", partial(transfer.nobody_acts, form()),
     partial(transfer.nobody_acts, form(actor_token="x")), errors.RequestMalformed),
    ("RFC 8693 §2.2.2 pair", partial(transfer.origin_may_hand_over, ONE, ClientId("app-2")),
     partial(transfer.origin_may_hand_over, ONE, ClientId("app-3")),
     errors.TransferNotAllowed),
    ("RFC 8693 §2.2.2 codes", partial(transfer.audience_takes_codes, ONE),
     partial(transfer.audience_takes_codes, MACHINE), errors.TransferNotAllowed),
    ("RFC 8693 §4.1 a short line", partial(transfer.line_is_short, MOST_HOPS),
     partial(transfer.line_is_short, MOST_HOPS + 1), errors.TransferTooLong),
    ("RFC 7009 §2.1", partial(rfc7009.token_was_issued_to, ONE, "app-1"),
     partial(rfc7009.token_was_issued_to, ONE, "app-2"), errors.GrantOfOtherClient),
    ("RFC 7662 §2.1", partial(rfc7662.caller_is_authenticated, ONE),
     partial(rfc7662.caller_is_authenticated, a_client(auth_method=AuthMethod.NONE)),
     errors.ClientNotAuthenticated),
    ("RFC 8628 §3.4", partial(rfc8628.code_was_issued_to, WAITING, ONE),
     partial(rfc8628.code_was_issued_to, replace(WAITING, client=ClientId("app-2")), ONE),
     errors.GrantOfOtherClient),
    ("RFC 9126 §2.1", partial(rfc9126.points_at_no_other, form()),
     partial(rfc9126.points_at_no_other, form(request_uri=OTHER)), errors.RequestUriInside),
    ("RFC 9126 §2.2", partial(rfc9126.belongs_to, PUSHED, ONE),
     partial(rfc9126.belongs_to, replace(PUSHED, client="app-2"), ONE),
     errors.PushedRequestRefused),
    ("RFC 9126 §4", partial(rfc9126.is_fresh, PUSHED, NOW),
     partial(rfc9126.is_fresh, PUSHED, PUSHED.expires_at), errors.PushedRequestRefused),
    ("RFC 9126 §7.3", partial(rfc9126.is_unanswered, PUSHED),
     partial(rfc9126.is_unanswered, replace(PUSHED, used_at=NOW)),
     errors.PushedRequestUsed),
    ("RFC 9449 §5 key", partial(rfc9449.refresh_token_was_bound_to,
                                replace(HELD, sender=KEY), KEY),
     partial(rfc9449.refresh_token_was_bound_to, replace(HELD, sender=KEY), UNPROVEN),
     errors.RefreshTokenOfOtherSender),
    ("RFC 8705 §4", partial(rfc9449.refresh_token_was_bound_to,
                            replace(HELD, sender=SHOWN), SHOWN),
     partial(rfc9449.refresh_token_was_bound_to, replace(HELD, sender=SHOWN), KEY),
     errors.RefreshTokenOfOtherSender),
    ("RFC 9449 §5.2", partial(rfc9449.proof_is_there, a_client(binds_to_dpop=True), KEY),
     partial(rfc9449.proof_is_there, a_client(binds_to_dpop=True), SHOWN),
     errors.DpopProofMissing),
    ("RFC 9449 §10.1", partial(rfc9449.key_of_pushed, {"dpop_jkt": "k-1"}, KEY),
     partial(rfc9449.key_of_pushed, {"dpop_jkt": "k-1"}, NEXT), errors.DpopKeysDiffer),
    ("RFC 6749 §6", partial(rfc6749.narrowed_scope, frozenset({"a", "b"}), "a"),
     partial(rfc6749.narrowed_scope, frozenset({"a"}), "a b"), errors.ScopeRefused),
    ("RFC 9700 §4.1", partial(rfc9700.address_says_no_answer, RedirectUri.parse(CALLBACK)),
     partial(rfc9700.address_says_no_answer, RedirectUri.parse(f"{CALLBACK}&state=1")),
     errors.RedirectUriNotRegistered),
    ("OAuth 2.0 Form Post §2",
     partial(oidc_core.response_mode_of, "form_post", RedirectUri.parse(CALLBACK)),
     partial(oidc_core.response_mode_of, "form_post", APP),
     errors.ResponseModeNotSupported),
    ("OIDC Core §6.2 address",
     partial(oidc_core.request_uri_is_registered, a_client(request_uris=(OTHER,)), OTHER),
     partial(oidc_core.request_uri_is_registered, ONE, OTHER), errors.RequestUriRefused),
    ("OIDC Core §6.2 hash", partial(oidc_core.request_uri_is_of_content, ONE, OTHER, "x"),
     partial(oidc_core.request_uri_is_of_content, ONE, f"{OTHER}#hash", "x"),
     errors.RequestUriRefused),
    ("OIDC Front-Channel Logout §2",
     partial(front_channel.address_is_of_the_client, ONE, CALLBACK),
     partial(front_channel.address_is_of_the_client, ONE, OTHER), errors.FrameRefused),
    ("OpenID Federation 1.0 §12.2.2",
     partial(openid_federation.addressed_to, (ISSUER,), ISSUER),
     partial(openid_federation.addressed_to, (ISSUER, OTHER), ISSUER),
     errors.RegistrationNotForUs),
    ("RFC 7592 §2.2 client_id",
     partial(rfc7591.change_says_whose, Members({"client_id": "app-1"}), ONE.id),
     partial(rfc7591.change_says_whose, Members({}), ONE.id), errors.ClientMetadataRefused),
    ("RFC 7592 §2.2 ours",
     partial(rfc7591.change_says_whose, Members({"client_id": "app-1"}), ONE.id),
     partial(rfc7591.change_says_whose,
             Members({"client_id": "app-1", "client_id_issued_at": 1}), ONE.id),
     errors.ClientMetadataRefused),
    ("RFC 7592 §2.2 approved by two", partial(rfc7591.record_is_still_its_own, ONE),
     partial(rfc7591.record_is_still_its_own, replace(ONE, state=ClientState.LIVE)),
     errors.RecordNotYours),
    ("OIDC Core §8.1", partial(rfc7591.sector_is_told_by_answers, ONE),
     partial(rfc7591.sector_is_told_by_answers, MACHINE), errors.ClientMetadataRefused),
    ("OIDC Registration §5 list",
     partial(rfc7591.sector_holds_every_redirect, ONE, [CALLBACK]),
     partial(rfc7591.sector_holds_every_redirect, ONE, {CALLBACK: 1}),
     errors.ClientMetadataRefused),
    ("OIDC Registration §5 every",
     partial(rfc7591.sector_holds_every_redirect, ONE, [OTHER, CALLBACK]),
     partial(rfc7591.sector_holds_every_redirect, ONE, [OTHER]),
     errors.ClientMetadataRefused),
)
# fmt: on


def clause_of(name: str) -> str:
    """Return the clause that a row begins with: all up to its number."""
    before, sign, after = name.partition("§")
    return f"{before}{sign}{after.partition(' ')[0]}"


@pytest.mark.parametrize(
    ("kept", "broken", "refused"),
    [
        pytest.param(*rest, id=name, marks=pytest.mark.spec(clause_of(name)))
        for name, *rest in KEPT_AND_BROKEN
    ],
)
def test_a_rule_lets_pass_what_keeps_it_and_refuses_what_breaks_it(
    kept: Rule, broken: Rule, refused: type[DomainError]
) -> None:
    kept()
    with pytest.raises(refused) as refusal:
        broken()
    assert refusal.type is refused
    assert isinstance(refusal.value.detail, str)


@pytest.mark.spec("RFC 7523 §3")
def test_what_a_providers_word_says_is_what_is_read() -> None:
    signed_in = int(NOW.timestamp()) - 30
    assert G.name_of(said()) == "j-1"
    assert G.subject_of(said()) == "p-1"
    at = G.authenticated_at(said(auth_time=signed_in), NOW)
    assert at == NOW - timedelta(seconds=30)
    assert G.authenticated_at(said(auth_time=LATER), NOW) == NOW


@pytest.mark.spec("RFC 9449 §10.1")
def test_a_pushed_request_binds_its_code_by_parameter_or_by_proof() -> None:
    assert rfc9449.key_of_pushed({"dpop_jkt": "k-1"}, UNPROVEN) == "k-1"
    assert rfc9449.key_of_pushed({}, NEXT) == "k-2"
    assert rfc9449.key_of_pushed({}, UNPROVEN) is None


@pytest.mark.spec("OpenID Federation 1.0 §12.1.1.1.1")
def test_chains_of_nobody_end_nowhere() -> None:
    with pytest.raises(errors.PeerChainRefused):
        openid_federation.chains_end_together(ONE, EntityId(OTHER))
