"""The chain of OpenID Federation 1.0 appendix A, signed anew, as a golden test."""

from datetime import UTC, datetime

import pytest

from federation.domain import Anchor, Budget, VerifiedChain
from federation.flows.resolve import Resolution
from federation.flows.verify import ChainVerifier
from kernel.clock import SetClock
from kernel.ids import EntityId
from kernel.proof.statement import same_json
from tests.unit.federation.world import World
from tests.unit.kernel.proof.signers import signer

SPEC = pytest.mark.spec("OpenID Federation 1.0 §A.2")
EDUGAIN = EntityId("https://edugain.geant.org")
SWAMID = EntityId("https://swamid.se")
UMU = EntityId("https://umu.se")
OP = EntityId("https://op.umu.se")
NOW = datetime(2019, 9, 12, 17, 54, 7, tzinfo=UTC)
FETCH = {
    EDUGAIN: "https://geant.org/edugain/api",
    SWAMID: "https://swamid.se/fedapi",
    UMU: "https://umu.se/oidc/fedapi",
}
STATED: dict[str, object] = {
    "issuer": "https://op.umu.se/openid",
    "signed_jwks_uri": "https://op.umu.se/openid/jwks.jose",
    "authorization_endpoint": "https://op.umu.se/openid/authorization",
    "client_registration_types_supported": ["automatic", "explicit"],
    "request_parameter_supported": True,
    "id_token_signing_alg_values_supported": ["ES256", "RS256"],
    "response_types_supported": ["code", "code id_token", "token"],
    "subject_types_supported": ["pairwise", "public"],
    "token_endpoint": "https://op.umu.se/openid/token",
    "token_endpoint_auth_methods_supported": [
        "client_secret_post",
        "client_secret_basic",
        "client_secret_jwt",
        "private_key_jwt",
    ],
}
POLICIES = {
    (UMU, OP): {
        "contacts": {"add": ["ops@swamid.se"]},
        "organization_name": {"value": "University of Umeå"},
        "subject_types_supported": {"value": ["pairwise"]},
        "token_endpoint_auth_methods_supported": {
            "default": ["private_key_jwt"],
            "subset_of": ["private_key_jwt", "client_secret_jwt"],
            "superset_of": ["private_key_jwt"],
        },
    },
    (SWAMID, UMU): {
        "id_token_signing_alg_values_supported": {
            "subset_of": ["RS256", "ES256", "ES384", "ES512"]
        },
        "token_endpoint_auth_methods_supported": {
            "subset_of": ["client_secret_jwt", "private_key_jwt"]
        },
        "userinfo_signing_alg_values_supported": {"subset_of": ["ES256", "ES384", "ES512"]},
    },
    (EDUGAIN, SWAMID): {"contacts": {"add": ["ops@edugain.geant.org"]}},
}
RESOLVED = {
    **STATED,
    "contacts": ["ops@swamid.se", "ops@edugain.geant.org"],
    "organization_name": "University of Umeå",
    "subject_types_supported": ["pairwise"],
    "token_endpoint_auth_methods_supported": ["private_key_jwt", "client_secret_jwt"],
}


@pytest.fixture
def world() -> World:
    world = World(SetClock(NOW))
    hints = {OP: (UMU,), UMU: (SWAMID,), SWAMID: (EDUGAIN,), EDUGAIN: ()}
    for entity, above in hints.items():
        leaf = {"openid_provider": STATED}
        inner = {"federation_entity": {"federation_fetch_endpoint": FETCH.get(entity)}}
        world.entity(entity, above, leaf if entity == OP else inner)
    for (superior, subject), policy in POLICIES.items():
        world.vouch(superior, subject, metadata_policy={"openid_provider": policy})
        said = world.subordinates.pop((f"{superior}/fetch", subject))
        world.subordinates[FETCH[superior], subject] = said
    return world


def resolved(world: World, *anchors: EntityId) -> VerifiedChain:
    believed = {one: Anchor(one, signer(kid=one).keys) for one in anchors}
    resolution = Resolution(world, ChainVerifier(believed), world.clock)
    return resolution.resolve(OP, Budget())


@SPEC
def test_the_provider_of_umu_resolves_to_the_metadata_of_the_appendix(world: World) -> None:
    chain = resolved(world, EDUGAIN)
    assert chain.path == (OP, UMU, SWAMID, EDUGAIN)
    assert [(s.issuer, s.subject) for s in chain.statements] == [
        (OP, OP),
        (UMU, OP),
        (SWAMID, UMU),
        (EDUGAIN, SWAMID),
        (EDUGAIN, EDUGAIN),
    ]
    assert same_json(dict(chain.metadata["openid_provider"]), RESOLVED)


@SPEC
def test_each_statement_of_the_appendix_is_fetched_once_from_where_it_says(
    world: World,
) -> None:
    resolved(world, EDUGAIN)
    assert sorted(world.asked) == sorted(
        [
            *(OP, UMU, SWAMID, EDUGAIN),
            f"{FETCH[UMU]} {OP}",
            f"{FETCH[SWAMID]} {UMU}",
            f"{FETCH[EDUGAIN]} {SWAMID}",
        ]
    )


@SPEC
def test_whoever_believes_swamid_needs_one_step_less(world: World) -> None:
    chain = resolved(world, EDUGAIN, SWAMID)
    assert chain.path == (OP, UMU, SWAMID)
    assert chain.metadata["openid_provider"]["contacts"] == ["ops@swamid.se"]
