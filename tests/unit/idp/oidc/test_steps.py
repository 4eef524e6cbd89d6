"""The table of an authorization request: every row is needed, in its columns alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final

import pytest

from idp.clients.domain import Client, GrantType, Membership, OidcFacet, RedirectUri
from idp.clients.domain import Registration as How
from idp.oidc import errors
from idp.oidc.domain.requests import AuthorizationRequest
from idp.oidc.domain.wishes import ClaimsRequest
from idp.oidc.flows.steps import STEPS, At, Step, walk
from kernel.errors import DomainError
from kernel.ids import ClientId
from tests.unit.idp.oidc.house import CALLBACK, CHALLENGE

NOW: Final = datetime(2026, 11, 26, tzinfo=UTC)
EVERYWHERE: Final = tuple(At)


@dataclass(frozen=True)
class Bent:
    """What a row is about: one thing wrong, and how it is refused."""

    refused: type[DomainError]
    request: Mapping[str, object] = field(default_factory=dict)
    facet: Mapping[str, object] = field(default_factory=dict)
    member: bool = False


ROWS: Final[Mapping[str, Bent]] = {
    "no_foreign_request": Bent(
        errors.RegistrationNotSupported, {"foreign": frozenset({"registration"})}
    ),
    "asker_is_proven": Bent(errors.RequestNotProven, {"is_proven": False}, member=True),
    "signed_where_registered": Bent(
        errors.RequestNotSigned, facet={"signs_requests": True}
    ),
    "pushed_where_required": Bent(errors.RequestNotPushed, facet={"requires_push": True}),
    "response_type_is_named": Bent(errors.RequestMalformed, {"response_type": ""}),
    "response_type_is_code": Bent(
        errors.ResponseTypeNotSupported, {"response_type": "id_token"}
    ),
    "client_may_use_codes": Bent(
        errors.GrantTypeNotAllowed,
        facet={"grant_types": frozenset({GrantType.CLIENT_CREDENTIALS})},
    ),
    "scope_has_openid": Bent(errors.OpenidMissing, {"scopes": frozenset({"profile"})}),
    "scope_is_registered": Bent(
        errors.ScopeRefused, {"scopes": frozenset({"openid", "organisations"})}
    ),
    "resources_are_registered": Bent(
        errors.ResourceRefused, {"resources": ("https://other.example/",)}
    ),
    "challenge_is_there": Bent(errors.ChallengeMissing, {"challenge": None}),
    "challenge_is_s256": Bent(errors.ChallengeMethodRefused, {"challenge_method": "plain"}),
    "prompt_none_stands_alone": Bent(
        errors.PromptContradictory, {"prompt": frozenset({"none", "login"})}
    ),
    "somebody_may_be_asked": Bent(
        errors.PromptNoneOfDevice, {"prompt": frozenset({"none"})}
    ),
    "essential_level_exists": Bent(
        errors.LevelNotReached, {"claims": ClaimsRequest(is_level_essential=True)}
    ),
}


def a_client(bent: Bent) -> Client:
    facet = OidcFacet(
        redirect_uris=(RedirectUri.parse(CALLBACK),),
        scopes=frozenset({"openid", "profile"}),
    )
    path = Membership(How.AUTOMATIC, (), NOW, ())
    return Client(
        id=ClientId("portal-51"),
        name_zh="应用",
        name_en="Application",
        oidc=replace(facet, **bent.facet),  # type: ignore[arg-type]  # one member
        membership=path if bent.member else None,
        created_at=NOW,
    )


def a_request(bent: Bent) -> AuthorizationRequest:
    whole = AuthorizationRequest(
        response_type="code",
        scopes=frozenset({"openid", "profile"}),
        nonce="n-1",
        challenge=CHALLENGE,
        challenge_method="S256",
        is_proven=True,
    )
    return replace(whole, **bent.request)  # type: ignore[arg-type]  # one member


def name_of(step: Step) -> str:
    return str(getattr(step.check, "__name__", ""))


def refusal(bent: Bent, at: At, steps: tuple[Step, ...]) -> type[DomainError] | None:
    """Return how the request is refused at one endpoint, if it is."""
    try:
        walk(a_request(bent), a_client(bent), at, steps)
    except DomainError as refused:
        return type(refused)
    return None


def test_every_row_of_the_table_has_a_request_that_breaks_it() -> None:
    assert [name_of(step) for step in STEPS] == list(ROWS)


@pytest.mark.parametrize("at", EVERYWHERE, ids=[at.name for at in EVERYWHERE])
def test_a_request_that_breaks_nothing_passes_everywhere(at: At) -> None:
    assert refusal(Bent(errors.RequestMalformed), at, STEPS) is None


@pytest.mark.parametrize("step", STEPS, ids=name_of)
def test_a_row_refuses_in_its_columns_and_no_other_does_so_for_it(step: Step) -> None:
    bent = ROWS[name_of(step)]
    without = tuple(other for other in STEPS if other is not step)
    for at in EVERYWHERE:
        expected = bent.refused if at in step.at else None
        assert refusal(bent, at, STEPS) is expected, at
        assert refusal(bent, at, without) is not bent.refused, at
