"""Where an access token counts, and what it says there."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from idp.clients.domain import Client, OidcFacet, Profile
from idp.oidc.domain.issuer import API_SCOPES, Issuer
from idp.oidc.domain.reach import bound_to, reach_of
from idp.oidc.domain.senders import UNPROVEN, Sender
from kernel.ids import ClientId
from tests.unit.idp.people.fakes import NOW

HERE = Issuer("https://hub.example")
TAX = "https://tax.example/api"
DEEDS = "https://deeds.example/api"
ABOUT = frozenset({"openid", "profile"})
API = frozenset({"members:read"})


@pytest.mark.spec("RFC 9068 §3")
def test_a_token_nobody_narrowed_is_for_userinfo() -> None:
    assert reach_of(HERE, ABOUT).aud == HERE.userinfo


@pytest.mark.spec("RFC 9068 §3")
def test_a_token_with_scopes_of_our_api_is_for_our_api() -> None:
    reach = reach_of(HERE, API)
    assert (reach.aud, reach.names_person) == (HERE.api, True)


@pytest.mark.spec("RFC 8707 §2")
def test_a_token_counts_at_every_granted_resource_and_at_userinfo() -> None:
    reach = reach_of(HERE, ABOUT, (TAX, DEEDS))
    assert reach.aud == [HERE.userinfo, TAX, DEEDS]


@pytest.mark.spec("RFC 8707 §2.2")
def test_a_token_request_that_names_a_resource_gets_a_token_for_it_alone() -> None:
    assert reach_of(HERE, ABOUT, (TAX, DEEDS), (TAX,)).aud == TAX


@pytest.mark.spec("RFC 9068 §3")
def test_a_token_for_somebody_else_carries_nothing_of_our_api() -> None:
    reach = reach_of(HERE, ABOUT | API, (TAX,))
    assert reach.aud == [HERE.userinfo, TAX]
    assert reach.scopes == ABOUT
    assert not reach.names_person


@pytest.mark.spec("RFC 8707 §2.2")
def test_a_token_for_our_api_alone_leaves_the_other_scopes_behind() -> None:
    reach = reach_of(HERE, ABOUT | API, (TAX, HERE.api), (HERE.api,))
    assert (reach.aud, reach.scopes, reach.names_person) == (HERE.api, API, True)


@pytest.mark.spec("RFC 9068 §2.2")
def test_our_api_named_without_a_scope_of_it_is_not_told_the_person() -> None:
    assert not reach_of(HERE, ABOUT, asked=(HERE.api,)).names_person


_RESOURCES = st.lists(
    st.sampled_from([TAX, DEEDS, HERE.api, HERE.userinfo]), unique=True, max_size=4
).map(tuple)
_SCOPES = st.frozensets(st.sampled_from(["openid", "profile", *sorted(API_SCOPES)[:3]]))


@pytest.mark.spec("RFC 9068 §3")
@settings(max_examples=60)
@given(_SCOPES, _RESOURCES, st.none() | _RESOURCES)
def test_no_scope_ever_means_something_at_two_places(
    scopes: frozenset[str], granted: tuple[str, ...], asked: tuple[str, ...] | None
) -> None:
    reach = reach_of(HERE, scopes, granted, asked)
    strangers = set(reach.audience) - {HERE.api, HERE.userinfo}
    assert reach.audience
    assert reach.scopes <= scopes
    assert set(reach.audience) <= {*granted, *(asked or ()), HERE.api, HERE.userinfo}
    if strangers:
        assert not reach.scopes & API_SCOPES
        assert not reach.names_person
        assert HERE.api not in reach.audience
    if asked:
        assert set(reach.audience) <= set(asked)


PROVEN = Sender(jkt="k" * 43, certificate="c" * 43)
CERTIFIED = Sender(certificate="c" * 43)
HELD = Sender(jkt="k" * 43)


@pytest.mark.spec("RFC 9449 §5; RFC 8705 §3")
@pytest.mark.parametrize(
    ("facet", "sender", "bound"),
    [
        (OidcFacet(), UNPROVEN, UNPROVEN),
        (OidcFacet(), HELD, HELD),
        (OidcFacet(), CERTIFIED, UNPROVEN),
        (OidcFacet(), PROVEN, HELD),
        (OidcFacet(binds_to_certificate=True), CERTIFIED, CERTIFIED),
        (OidcFacet(binds_to_certificate=True), PROVEN, PROVEN),
        (OidcFacet(profile=Profile.FAPI2), CERTIFIED, CERTIFIED),
        (OidcFacet(profile=Profile.FAPI2), PROVEN, HELD),
    ],
    ids=[
        "nothing proven",
        "a key",
        "a certificate that only says who it is",
        "both, and only the key was meant",
        "a certificate that binds",
        "both",
        "a profile that wants something bound",
        "the same, by a key",
    ],
)
def test_a_token_is_bound_to_what_was_meant_to_bind_it(
    facet: OidcFacet, sender: Sender, bound: Sender
) -> None:
    client = Client(id=ClientId("x"), name_zh="甲", name_en="A", oidc=facet, created_at=NOW)
    assert bound_to(client, sender) == bound
