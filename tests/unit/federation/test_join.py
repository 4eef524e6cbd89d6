"""A plain OpenID provider is looked at line by line before it joins."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from federation.domain import Wishes
from federation.errors import PageRefused, PageUnreachable
from federation.flows.join import MemberProbes, OidcJoiner, RepresentedLook
from federation.flows.key_uses import KeyUses
from federation.flows.probe import FederationProbe
from federation.flows.proposals import levels_of, proposal, slug_of
from kernel.ids import EntityId
from tests.unit.federation.watching import a_member
from tests.unit.federation.world import ANCHOR, World
from tests.unit.kernel.proof.signers import signer
from trustroot.registry.checks.application import application_is_well_formed
from trustroot.registry.domain import Member, MemberKind, Representation
from trustroot.registry.messages import ApplicationAsked, terms_from_json

DISCOVERY = pytest.mark.spec("OIDC Discovery 1.0 §3")
ISSUER = EntityId("https://pay.example")
ADDRESS = f"{ISSUER}/.well-known/openid-configuration"
KEY = signer(kid="pay-1")


def a_provider(**bent: object) -> dict[str, object]:
    """Return a discovery document with nothing wrong; None takes a member out."""
    said: dict[str, object] = {
        "issuer": ISSUER,
        "authorization_endpoint": f"{ISSUER}/authorize",
        "token_endpoint": f"{ISSUER}/token",
        "userinfo_endpoint": f"{ISSUER}/userinfo",
        "jwks_uri": f"{ISSUER}/jwks",
        "end_session_endpoint": f"{ISSUER}/logout",
        "scopes_supported": ["openid", "profile"],
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        "code_challenge_methods_supported": ["S256"],
        "acr_values_supported": ["urn:pay:realname", "urn:pay:loa:1"],
        "claims_supported": ["sub", "name", "identity_number"],
        "authorization_response_iss_parameter_supported": True,
        **bent,
    }
    return {name: value for name, value in said.items() if value is not None}


@dataclass
class Site:
    """What a host serves."""

    pages: dict[str, Mapping[str, object]]
    dead: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    statuses: dict[str, int] = field(default_factory=dict)
    called: list[str] = field(default_factory=list)

    def json(self, url: str) -> Mapping[str, object]:
        self.called.append(url)
        if url in self.dead:
            raise PageUnreachable(url)
        if url not in self.pages:
            raise PageRefused("status 404")
        return self.pages[url]

    def status(self, url: str) -> int:
        self.called.append(url)
        if url in self.dead:
            raise PageUnreachable(url)
        if url in self.refused:
            raise PageRefused("outbound_refused")
        return self.statuses.get(url, 400)


def a_site(**bent: object) -> Site:
    return Site({ADDRESS: a_provider(**bent), f"{ISSUER}/jwks": KEY.keys.to_jwks()})


def failed(site: Site, address: str = ADDRESS) -> tuple[str, ...]:
    examined = OidcJoiner(site).examine(address, Wishes())
    return tuple(check.name for check in examined.checks if not check.passed)


@DISCOVERY
def test_a_provider_with_nothing_wrong_passes_every_line_and_changes_nothing() -> None:
    site = a_site()
    examined = OidcJoiner(site).examine(ADDRESS, Wishes())
    assert examined.passed
    assert [check.advice for check in examined.checks] == [""] * len(examined.checks)
    assert all(check.clause for check in examined.checks)
    assert len(site.called) <= 8


@DISCOVERY
@pytest.mark.parametrize(
    ("bent", "line"),
    [
        ({"issuer": "https://other.example"}, "issuer_fits_the_address"),
        ({"issuer": f"{ISSUER}/"}, "issuer_fits_the_address"),
        ({"issuer": None}, "issuer_is_an_entity_identifier"),
        ({"token_endpoint": None}, "required_members_are_there"),
        ({"subject_types_supported": "public"}, "required_members_are_there"),
        ({"token_endpoint": "http://pay.example/token"}, "endpoints_are_https"),
        ({"token_endpoint": f"{ISSUER}/token#x"}, "endpoints_are_https"),
        ({"token_endpoint": "https://[::1/token"}, "endpoints_are_https"),
        ({"token_endpoint": "https://evil.example/t"}, "endpoints_are_its_own"),
        ({"token_endpoint": "https://evilpay.example/t"}, "endpoints_are_its_own"),
        ({"response_types_supported": ["id_token"]}, "code_flow_is_offered"),
        ({"grant_types_supported": ["implicit"]}, "code_flow_is_offered"),
        ({"code_challenge_methods_supported": ["plain"]}, "pkce_is_offered"),
        ({"code_challenge_methods_supported": None}, "pkce_is_offered"),
        (
            {"id_token_signing_alg_values_supported": ["HS256", "none"]},
            "signatures_can_be_checked",
        ),
        ({"id_token_signing_alg_values_supported": ["RS256"]}, "keys_fit_the_algorithms"),
        (
            {"token_endpoint_auth_methods_supported": ["tls_client_auth"]},
            "secrets_are_taken",
        ),
        ({"scopes_supported": ["profile"]}, "scopes_have_openid"),
        ({"jwks_uri": f"{ISSUER}/none"}, "keys_are_served"),
    ],
)
def test_what_is_wrong_is_named_with_what_to_change(
    bent: dict[str, object], line: str
) -> None:
    examined = OidcJoiner(a_site(**bent)).examine(ADDRESS, Wishes())
    (found,) = (check for check in examined.checks if check.name == line)
    assert not found.passed
    assert found.advice
    assert not examined.passed


@pytest.mark.spec("OIDC Discovery 1.0 §4")
def test_an_address_that_is_no_discovery_address_is_named() -> None:
    site = a_site()
    site.pages[ISSUER] = site.pages[ADDRESS]
    assert "address_is_a_discovery_address" in failed(site, ISSUER)


@pytest.mark.parametrize(
    "jwks",
    [
        {"keys": []},
        {"keys": "none"},
        {"keys": [{"kty": "oct", "k": "c2VjcmV0"}]},
        {"keys": [{**KEY.key.to_jwk(), "d": "AA"}]},
        {"keys": [KEY.key.to_jwk(), KEY.key.to_jwk()]},
    ],
)
def test_keys_that_are_none_or_not_public_are_named(jwks: dict[str, object]) -> None:
    site = a_site()
    site.pages[f"{ISSUER}/jwks"] = jwks
    assert failed(site) == ("keys_are_strong",)


def test_an_endpoint_that_is_dead_private_or_broken_is_named() -> None:
    for bend in ("dead", "refused", "statuses"):
        site = a_site()
        if bend == "statuses":
            site.statuses[f"{ISSUER}/token"] = 502
        else:
            getattr(site, bend).add(f"{ISSUER}/token")
        examined = OidcJoiner(site).examine(ADDRESS, Wishes())
        (found,) = (check for check in examined.checks if not check.passed)
        assert found.name == "endpoints_answer"
        assert "/token" in found.advice


def test_a_host_nobody_reaches_has_no_report_and_no_proposal() -> None:
    site = a_site()
    site.dead.add(ADDRESS)
    with pytest.raises(PageUnreachable):
        OidcJoiner(site).examine(ADDRESS, Wishes())
    examined = OidcJoiner(Site({})).examine(ADDRESS, Wishes())
    assert not examined.passed
    assert examined.proposal is None


def test_on_this_machine_a_development_installation_takes_http() -> None:
    local = "http://localhost:9"
    address = f"{local}/.well-known/openid-configuration"
    names = ("authorization", "token", "userinfo", "end_session")
    said = a_provider(
        issuer=local,
        jwks_uri=f"{local}/jwks",
        **{f"{name}_endpoint": f"{local}/{name}" for name in names},
    )
    site = Site({address: said, f"{local}/jwks": KEY.keys.to_jwks()})
    assert failed(site, address) == ("endpoints_are_https",)
    assert OidcJoiner(site, http_on_loopback=True).examine(address, Wishes()).passed


# ---------------------------------------------------------------- the proposal


def applied(**wishes: object) -> ApplicationAsked:
    """Return what the API would read of a proposal."""
    wished = Wishes(client_id="hub", basis="contract", **wishes)  # type: ignore[arg-type]  # what types forbid too
    said = proposal(a_provider(), wished)
    return ApplicationAsked(
        entity_id=EntityId(str(said["entity_id"])),
        kind=MemberKind(str(said["kind"])),
        name_zh=str(said["name_zh"]),
        name_en=str(said["name_en"]),
        terms=terms_from_json({**said["terms"], "measures": []}),  # type: ignore[dict-item]  # JSON of a request
    )


@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_what_is_proposed_is_an_application_the_register_takes(level: int) -> None:
    application = applied(level=level).application()
    application_is_well_formed(application, http_on_loopback=False)
    terms = application.terms
    assert terms.ceiling.identity.value == level
    assert terms.attributes == {"name", "id_number"}
    assert set(terms.bases) == terms.attributes
    said = terms.represented
    assert said is not None
    assert (said.issuer, said.slug, said.client_id) == (ISSUER, "pay-example", "hub")
    assert said.claims == {"sub": "sub", "name": "name", "id_number": "identity_number"}
    assert terms.approved["openid_provider"]["token_endpoint"] == f"{ISSUER}/token"


def test_a_level_is_read_off_a_name_that_says_it_and_else_is_the_least() -> None:
    said = a_provider(
        acr_values_supported=[
            "urn:trusthub:loa:3",
            "http://eidas.europa.eu/LoA/substantial",
            "http://eidas.europa.eu/LoA/extreme",
            "urn:pay:gold",
            "https://refeds.org/assurance/IAP/high",
            "urn:x:loa-4",
        ]
    )
    levels = levels_of(said, Wishes(level=3, levels={"urn:pay:gold": 4}))
    assert levels == {
        "": 1,
        "urn:trusthub:loa:3": 3,
        "http://eidas.europa.eu/LoA/substantial": 3,
        "http://eidas.europa.eu/LoA/extreme": 1,
        "urn:pay:gold": 3,
        "https://refeds.org/assurance/IAP/high": 1,
        "urn:x:loa-4": 3,
    }


@given(st.lists(st.text(max_size=40), max_size=8), st.integers(1, 4))
@settings(max_examples=60)
def test_no_name_a_provider_invents_lifts_it_above_its_ceiling(
    acrs: list[str], ceiling: int
) -> None:
    levels = levels_of(a_provider(acr_values_supported=acrs), Wishes(level=ceiling))
    assert all(1 <= level <= ceiling for level in levels.values())


@given(st.text(max_size=300))
@settings(max_examples=60)
def test_a_slug_is_one_segment_whatever_the_host(host: str) -> None:
    slug = slug_of(host)
    assert 0 < len(slug) <= 63
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert not slug.startswith("-")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(sorted(a_provider())), _JSON, max_size=6))
@settings(max_examples=60, deadline=None)
def test_whatever_a_host_publishes_ends_in_findings(bent: dict[str, object]) -> None:
    site = a_site(**bent)
    examined = OidcJoiner(site).examine(ADDRESS, Wishes())
    assert examined.checks
    assert examined.passed or any(not check.passed for check in examined.checks)


# ---------------------------------------------------------------- as a member


def a_represented(approved: Mapping[str, object] | None = None) -> Member:
    said = Representation(issuer=ISSUER, client_id="hub", slug="pay")
    kept = approved or {"token_endpoint": f"{ISSUER}/token"}
    return a_member(
        KEY,
        ISSUER,
        MemberKind.IDENTITY_PROVIDER,
        represented=said,
        approved={"openid_provider": kept},
    )


def test_a_represented_applicant_is_checked_by_its_own_protocol() -> None:
    world, site = World(), a_site()
    probe = FederationProbe(world, ANCHOR, world.clock)
    report = MemberProbes(probe, {"oidc": OidcJoiner(site)}).probe(a_represented())
    assert report.passed
    assert world.asked == []  # it publishes no configuration, and is asked for none


def test_a_represented_member_is_watched_for_drift_and_for_new_keys() -> None:
    site, world = a_site(), World()
    look = RepresentedLook({"oidc": OidcJoiner(site)}, KeyUses(), world.clock)
    first = look.look(a_represented())
    assert first.passed
    assert len(first.keys) == 1
    site.pages[ADDRESS] = a_provider(token_endpoint=f"{ISSUER}/moved")
    site.pages[f"{ISSUER}/jwks"] = signer(kid="pay-2").keys.to_jwks()
    second = look.look(a_represented())
    assert second.drift == ("openid_provider.token_endpoint",)
    assert second.keys != first.keys
    site.dead.add(ADDRESS)
    third = look.look(a_represented())
    assert third.failed == {"discovery_is_reached"}
