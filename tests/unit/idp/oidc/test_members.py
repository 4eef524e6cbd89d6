"""Relying parties that federate themselves: derived, bounded, and gone with their chain."""

import json
from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from federation.domain import Anchor, bond
from idp.clients.domain import (
    AuthMethod,
    EncryptionWish,
    GrantType,
    Profile,
    Registration,
)
from idp.clients.errors import (
    ClientUnknown,
    MemberMetadataRefused,
    TrustChainRefused,
    TrustNotEstablished,
)
from idp.oidc.events import AuthorizationRefused, CodeIssued
from kernel.assurance import Level
from kernel.ids import ClientId, EntityId
from kernel.standing import Party, PartyKind, State
from kernel.web import Reply
from tests.unit.federation.world import ANCHOR
from tests.unit.idp.oidc.house import ISSUER, Browser
from tests.unit.idp.oidc.joined import (
    RP,
    RP_CALLBACK,
    RP_KEY,
    US,
    Joined,
    RelyingParty,
    answered,
    rp_metadata,
)
from tests.unit.idp.oidc.rows import rows_of
from tests.unit.kernel.proof.signers import signer

CLIENT = ClientId(RP)
OTHER_ANCHOR = EntityId("https://elsewhere.example/trust")


def rejoin(
    joined: Joined, policy: Mapping[str, object] | None = None, **bent: object
) -> None:
    """Let the relying party say something else, under a policy of its superior."""
    said = None if policy is None else {"openid_relying_party": policy}
    joined.join(RP, {"openid_relying_party": rp_metadata(**bent)}, said)


def signed_in(joined: Joined) -> tuple[RelyingParty, Browser]:
    browser = Browser(joined)
    browser.sign_in(joined.a_person())
    return RelyingParty(joined), browser


def a_code(joined: Joined, by: RelyingParty | None = None) -> tuple[RelyingParty, str]:
    """Return a fresh code, of a relying party that may have asked for others before."""
    rp, browser, person = by or RelyingParty(joined), Browser(joined), joined.a_person()
    browser.sign_in(person)
    reply = rp.get(browser, rp.asks(rp.signed()))
    return rp, answered(rp.consented(browser, person, reply))["code"]


def error_of(reply: Reply) -> str:
    read: str = json.loads(reply.body)["error"]
    return read


# ------------------------------------------------------------------- what it may be


@pytest.mark.spec("OpenID Federation 1.0 §12.1.1.1.2")
def test_a_member_is_what_its_metadata_say(joined: Joined) -> None:
    found = joined.clients.members.meet(CLIENT)
    assert found.id == CLIENT
    assert (found.name_zh, found.name_en) == ("办税窗口", "Tax desk")
    assert (found.recipient.zh, found.recipient.en) == ("税务局", "Tax bureau")
    assert found.retention.zh == "未说明，也未提供可供查看的隐私政策"
    facet = found.oidc
    assert [uri.text for uri in facet.redirect_uris] == [RP_CALLBACK]
    assert facet.auth_method is AuthMethod.PRIVATE_KEY
    assert facet.scopes == {"openid", "profile"}
    assert facet.sector == RP
    assert facet.keys == RP_KEY.keys
    assert {claim.name for claim in found.claims} == {
        "name",
        "identity_level",
        "person_kind",
    }
    assert found.membership is not None
    assert found.membership.registration is Registration.AUTOMATIC
    assert found.membership.path == (RP, ANCHOR)
    assert Party(PartyKind.MEMBER, ANCHOR) in found.parties()
    assert Party(PartyKind.MEMBER, RP) in found.parties()


@pytest.mark.spec("OpenID Federation 1.0 §6.1")
def test_the_policy_of_its_superior_bounds_what_it_may_ask(joined: Joined) -> None:
    policy: dict[str, object] = {
        "scope": {"subset_of": ["openid"]},
        "grant_types": {"value": ["authorization_code"]},
        "redirect_uris": {"subset_of": [RP_CALLBACK]},
    }
    rejoin(joined, policy, redirect_uris=[RP_CALLBACK, "https://rp.example/extra"])
    facet = joined.clients.members.meet(CLIENT).oidc
    assert facet.scopes == {"openid"}
    assert facet.grant_types == {GrantType.AUTHORIZATION_CODE}
    assert [uri.text for uri in facet.redirect_uris] == [RP_CALLBACK]
    rp, browser = signed_in(joined)
    asked = rp.signed(redirect_uri="https://rp.example/extra", scope="openid")
    reply = rp.get(browser, rp.asks(asked))
    assert (reply.status, reply.header("Location")) == (400, None)
    reply = rp.get(browser, rp.asks(rp.signed()))
    assert answered(reply)["error"] == "invalid_scope"


def test_no_metadata_give_a_member_a_scope_of_our_api(joined: Joined) -> None:
    rejoin(joined, scope="openid members:write clients:read")
    assert joined.clients.members.meet(CLIENT).oidc.scopes == {"openid"}
    rp, browser = signed_in(joined)
    reply = rp.get(browser, rp.asks(rp.signed(scope="openid members:write")))
    assert answered(reply)["error"] == "invalid_scope"


METADATA: dict[str, dict[str, object]] = {
    "no registration types": {"client_registration_types": None},
    "explicit only": {"client_registration_types": ["explicit"]},
    "types no list": {"client_registration_types": "automatic"},
    "a secret only": {"token_endpoint_auth_method": "client_secret_basic"},
    "no method of ours": {"token_endpoint_auth_method": "tls_client_auth"},
    "implicit only": {"response_types": ["id_token"]},
    "no code grant": {"grant_types": ["implicit"]},
    "unsigned ID tokens": {"id_token_signed_response_alg": "none"},
    "ID tokens by a shared key": {"id_token_signed_response_alg": "HS256"},
    "encrypted by what we have not": {"id_token_encrypted_response_alg": "RSA1_5"},
    "a page that is a script": {"policy_uri": "javascript:alert(1)"},
    "a front channel elsewhere": {"frontchannel_logout_uri": "https://evil.example/f"},
    "an age that is none": {"default_max_age": True},
    "a flag that is none": {"dpop_bound_access_tokens": "yes"},
    "no redirect": {"redirect_uris": None},
    "a script": {"redirect_uris": ["javascript:alert(1)"]},
    "an open http": {"redirect_uris": ["http://rp.example/cb"]},
    "a seeded answer": {"redirect_uris": [f"{RP_CALLBACK}?code=x"]},
    "no keys": {"jwks": None},
    "an unknown alg": {"request_object_signing_alg": "HS256"},
    "nobody's name": {"client_name": None, "client_name#zh": None, "organization_name": 1},
}


@pytest.mark.spec("OpenID Federation 1.0 §12.1.3")
@pytest.mark.parametrize("bent", METADATA.values(), ids=METADATA.keys())
def test_with_metadata_that_are_not_enough_no_address_counts(
    joined: Joined, bent: dict[str, object]
) -> None:
    rejoin(joined, None, **bent)
    rp, browser = signed_in(joined)
    reply = rp.get(browser, rp.asks(rp.signed(), redirect_uri=RP_CALLBACK))
    assert (reply.status, reply.header("Location")) == (400, None)
    assert b'id="error"' in reply.body
    pushed = rp.push({"request": rp.signed()})
    assert (pushed.status, error_of(pushed)) == (400, "invalid_metadata")
    assert rows_of(joined, "oidc_pushed") == rows_of(joined, "clients_registration") == 0
    assert joined.around.trail.of(CodeIssued) == []


@pytest.mark.spec("OpenID Federation 1.0 §12.1.4")
def test_of_several_methods_the_one_both_know_counts(joined: Joined) -> None:
    rejoin(
        joined,
        token_endpoint_auth_method=None,
        token_endpoint_auth_methods_supported=["tls_client_auth", "private_key_jwt"],
    )
    method = joined.clients.members.meet(CLIENT).oidc.auth_method
    assert method is AuthMethod.PRIVATE_KEY


@pytest.mark.spec("OpenID Federation 1.0 §5.2.2; RFC 5646 §2.1.1")
def test_what_its_metadata_say_in_a_language_counts_however_it_is_tagged(
    joined: Joined,
) -> None:
    said = {
        "client_name": "Desk",
        "client_name#zh": None,
        "client_name#zh-Hans-CN": "窗口",
        "policy_uri#zh-CN": "https://rp.example/zh",
        "tos_uri#en-GB": "https://rp.example/en",
    }
    rejoin(joined, None, **said)
    client = joined.clients.members.meet(CLIENT)
    assert (client.name_zh, client.name_en) == ("窗口", "Desk")
    assert client.pages.policy_uri == "https://rp.example/zh"
    assert client.pages.tos_uri_en == "https://rp.example/en"


@pytest.mark.spec("OIDC Registration §2")
def test_what_its_metadata_say_of_its_tokens_counts(joined: Joined) -> None:
    rejoin(
        joined,
        id_token_signed_response_alg="PS256",
        id_token_encrypted_response_alg="ECDH-ES",
        userinfo_signed_response_alg="ES256",
        require_pushed_authorization_requests=True,
        dpop_bound_access_tokens=True,
        default_max_age=60,
        require_auth_time=True,
        default_acr_values=["urn:elsewhere:high", "urn:trusthub:loa:2"],
        initiate_login_uri="https://rp.example/begin",
        backchannel_logout_uri="https://rp.example/bcl",
        backchannel_logout_session_required=True,
        contacts=["ops@rp.example", "tel:+86-10-0000"],
        policy_uri="https://rp.example/privacy",
    )
    client = joined.clients.members.meet(CLIENT)
    facet = client.oidc
    assert (facet.id_token_alg, facet.userinfo_alg) == ("PS256", "ES256")
    assert facet.id_token_encryption == EncryptionWish("ECDH-ES")
    assert facet.requires_push
    assert facet.binds_to_dpop
    assert facet.requires_auth_time
    assert facet.backchannel_needs_session
    assert facet.default_max_age == timedelta(seconds=60)
    assert facet.default_levels == (Level.REAL_NAME,)
    assert facet.initiate_login_uri == "https://rp.example/begin"
    assert client.contacts == ("ops@rp.example",)
    assert client.pages.policy_uri == "https://rp.example/privacy"


def test_no_metadata_give_a_member_what_is_ours_to_give(joined: Joined) -> None:
    rejoin(
        joined,
        resources=["https://api.example/"],
        exchanges=[{"audience": "other"}],
        relies_on_nonce=True,
        opaque_access_tokens=True,
        profile="native",
        sector="https://other.example",
        sector_identifier_uri="https://other.example/s",
    )
    facet = joined.clients.members.meet(CLIENT).oidc
    assert facet.sector == RP
    assert facet.resources == frozenset()
    assert facet.exchanges == ()
    assert facet.profile is Profile.OIDC
    assert not facet.relies_on_nonce
    assert not facet.takes_opaque_tokens


# ------------------------------------------------------------------ who is believed


@pytest.mark.spec("OpenID Federation 1.0 §12.1.1")
def test_a_request_that_is_neither_signed_nor_pushed_is_refused(joined: Joined) -> None:
    rp, browser = signed_in(joined)
    plain = {n: str(v) for n, v in rp.claims(exp=None, iat=None).items()}
    reply = rp.get(browser, plain)
    assert answered(reply)["error"] == "invalid_request"
    assert joined.around.trail.of(CodeIssued) == []
    unproven = rp.push(plain, authenticated=False)
    assert (unproven.status, error_of(unproven)) == (401, "invalid_client")


@pytest.mark.spec("OpenID Federation 1.0 §12.1.1.2")
def test_either_the_object_or_the_assertion_is_enough_to_push(joined: Joined) -> None:
    rp, browser = signed_in(joined)
    plain = {n: str(v) for n, v in rp.claims(exp=None, iat=None, scope="openid").items()}
    by_assertion = rp.push(plain)
    assert answered(rp.pushed(browser, by_assertion))["code"]
    request = rp.asks(rp.signed(scope="openid"))
    by_object = rp.push(request, authenticated=False)
    assert answered(rp.pushed(browser, by_object))["code"]


@pytest.mark.spec("OpenID Federation 1.0 §12.1.1.2")
@pytest.mark.parametrize(
    "aud", [f"{ISSUER}/oauth2/token", f"{ISSUER}/oauth2/par", [ISSUER, "https://o.example"]]
)
def test_an_assertion_of_a_member_is_for_our_entity_alone(
    joined: Joined, aud: object
) -> None:
    rp = RelyingParty(joined)
    form = {"client_assertion": rp.assertion(aud=aud)}
    reply = rp.push({**rp.asks(rp.signed()), **form}, authenticated=False)
    assert reply.status == 401
    _, code = a_code(joined)
    assert error_of(rp.tokens(code, **form)) == "invalid_client"


TRUST: dict[str, tuple[str, int]] = {
    "invalid_trust_anchor": ("anchor", 404),
    "invalid_trust_chain": ("stranger", 400),
    "invalid_metadata": ("policy", 400),
}


@pytest.mark.spec("OpenID Federation 1.0 §12.1.3")
@pytest.mark.parametrize(("error", "planted"), TRUST.items(), ids=TRUST.keys())
def test_why_trust_failed_is_told_to_who_pushes_and_to_nobody_else(
    joined: Joined, error: str, planted: tuple[str, int]
) -> None:
    rp, browser = signed_in(joined)
    header = {"trust_chain": planted_chain(joined, planted[0])}
    pushed = rp.push({"request": rp.signed(header)})
    assert (pushed.status, error_of(pushed)) == (planted[1], error)
    assert "reference" in json.loads(pushed.body)
    asked = rp.asks(rp.signed(header), redirect_uri=RP_CALLBACK)
    reply = rp.get(browser, asked)
    assert (reply.status, reply.header("Location")) == (400, None)
    assert b"invalid_trust" not in reply.body
    assert b"ABCDEFGH2345" in reply.body
    assert rows_of(joined, "clients_registration") == 0


def planted_chain(joined: Joined, kind: str) -> list[str]:
    world = joined.world
    if kind == "anchor":
        world.entity(OTHER_ANCHOR)
        rp = {"openid_relying_party": rp_metadata()}
        world.entity(RP, (OTHER_ANCHOR,), rp)
        world.vouch(OTHER_ANCHOR, RP)
        vouched = world.subordinates[f"{OTHER_ANCHOR}/fetch", RP]
        return [world.configurations[RP], vouched, world.configurations[OTHER_ANCHOR]]
    if kind == "stranger":
        return joined.chain(US)
    rejoin(joined, {"grant_types": {"one_of": [["implicit"]]}})
    return joined.chain()


@pytest.mark.spec("OpenID Federation 1.0 §12.1.1.1.1")
def test_a_peer_chain_is_about_us_and_ends_at_the_same_anchor(joined: Joined) -> None:
    rp, browser = signed_in(joined)
    own = joined.chain()
    for peer in (own, joined.chain(US)[::-1], ["x"]):
        header = {"trust_chain": own, "peer_trust_chain": peer}
        reply = rp.get(browser, rp.asks(rp.signed(header)))
        assert (reply.status, reply.header("Location")) == (400, None)
    header = {"trust_chain": own, "peer_trust_chain": joined.chain(US)}
    reply = rp.get(browser, rp.asks(rp.signed(header, scope="openid")))
    assert answered(reply)["code"]


@pytest.mark.spec("OpenID Federation 1.0 §12.1.1.1.1")
def test_chains_that_end_at_two_anchors_of_ours_do_not_go_together(
    joined: Joined,
) -> None:
    world, believed = joined.world, joined.rig.verifier.anchors
    assert isinstance(believed, dict)
    believed[OTHER_ANCHOR] = Anchor(OTHER_ANCHOR, signer(kid=OTHER_ANCHOR).keys)
    world.entity(OTHER_ANCHOR)
    us: dict[str, Mapping[str, object]] = {"openid_provider": {"issuer": ISSUER}}
    world.entity(US, (ANCHOR, OTHER_ANCHOR), us)
    world.vouch(OTHER_ANCHOR, US)
    vouched = world.subordinates[f"{OTHER_ANCHOR}/fetch", US]
    peer = [world.configurations[US], vouched, world.configurations[OTHER_ANCHOR]]
    assert joined.clients.members.anchor_of(US, peer) == OTHER_ANCHOR

    rp, browser = signed_in(joined)
    header = {"trust_chain": joined.chain(), "peer_trust_chain": peer}
    reply = rp.get(browser, rp.asks(rp.signed(header)))
    assert (reply.status, reply.header("Location")) == (400, None)
    assert joined.around.trail.of(CodeIssued) == []
    assert rows_of(joined, "oidc_pending") == 0


@pytest.mark.spec("OpenID Federation 1.0 §12.1.1.1")
def test_a_chain_in_the_older_claim_is_read_too(joined: Joined) -> None:
    chain = joined.chain()
    joined.nobody_answers()
    rp, browser = signed_in(joined)
    request = rp.signed(scope="openid", trust_chain=chain)
    assert answered(rp.get(browser, rp.asks(request)))["code"]


# ---------------------------------------------------------- how long it is believed


@pytest.mark.spec("OpenID Federation 1.0 §12.1.1.1.2")
@pytest.mark.parametrize("entity", [RP, ANCHOR])
def test_with_a_suspended_entity_on_its_chain_a_member_can_do_nothing(
    joined: Joined, entity: EntityId
) -> None:
    rp, code = a_code(joined)
    token = json.loads(rp.tokens(code).body)
    party = Party(PartyKind.MEMBER, entity)
    joined.around.standing.change(party, State.SUSPENDED, reason="test")
    browser = Browser(joined)
    browser.sign_in(joined.a_person())
    reply = rp.get(browser, rp.asks(rp.signed()))
    assert (reply.status, reply.header("Location")) == (403, None)
    assert rp.push({"request": rp.signed()}).status == 400
    brought = rp.signed({"trust_chain": joined.chain()})
    assert rp.get(browser, rp.asks(brought)).status == 403
    bearer = {"authorization": f"Bearer {token['access_token']}"}
    assert joined.call("GET", "/oidc/userinfo", headers=bearer).status == 401
    refresh = {"grant_type": "refresh_token", "refresh_token": token["refresh_token"]}
    again = rp.tokens(code, **refresh)
    assert error_of(again) == "unauthorized_client"
    assert len(joined.around.trail.of(CodeIssued)) == 1


@pytest.mark.spec("OpenID Federation 1.0 §12.1.1.2")
def test_whoever_proves_nothing_leaves_no_trace_in_a_suspended_members_record(
    joined: Joined,
) -> None:
    party = Party(PartyKind.MEMBER, RP)
    joined.around.standing.change(party, State.SUSPENDED, reason="test")
    stranger = RelyingParty(joined, key=signer(kid="stranger"))
    request = stranger.asks(stranger.signed())
    assert stranger.push(request, authenticated=False).status == 400
    assert RelyingParty(joined).push({"request": stranger.signed()}).status == 400
    of_nobody, of_member = joined.around.trail.of(AuthorizationRefused)
    assert of_nobody.relying_party is None
    assert of_member.relying_party == CLIENT


@pytest.mark.spec("OpenID Federation 1.0 §12")
def test_a_registration_never_outlives_its_chain(joined: Joined) -> None:
    chain = joined.chain()
    joined.nobody_answers()
    rp, browser = signed_in(joined)
    request = rp.signed({"trust_chain": chain}, scope="openid")
    code = answered(rp.get(browser, rp.asks(request)))["code"]
    token = json.loads(rp.tokens(code).body)
    bearer = {"authorization": f"Bearer {token['access_token']}"}
    assert joined.call("GET", "/oidc/userinfo", headers=bearer).status == 200
    joined.around.clock.advance(timedelta(minutes=12))
    assert joined.call("GET", "/oidc/userinfo", headers=bearer).status == 401
    with pytest.raises(ClientUnknown):
        joined.clients.lookup.find(CLIENT)
    form = {"grant_type": "refresh_token", "refresh_token": token["refresh_token"]}
    assert error_of(rp.tokens(code, **form)) == "invalid_client"
    for task in joined.clients.tasks:
        task.run()
    assert rows_of(joined, "clients_registration") == 0


def test_a_chain_once_brought_along_is_enough_for_the_token_endpoint(
    joined: Joined,
) -> None:
    chain = joined.chain()
    joined.nobody_answers()
    rp, browser = signed_in(joined)
    request = rp.signed({"trust_chain": chain}, scope="openid")
    code = answered(rp.get(browser, rp.asks(request)))["code"]
    assert rows_of(joined, "clients_registration") == 1
    assert rp.tokens(code).status == 200
    assert joined.world.asked == []


def test_a_key_taken_out_of_the_metadata_signs_no_more(joined: Joined) -> None:
    rp, code = a_code(joined)
    rejoin(joined, jwks=signer(kid="new").keys.to_jwks())
    fresh = joined.chain()
    browser = Browser(joined)
    browser.sign_in(joined.a_person())
    reply = rp.get(browser, rp.asks(rp.signed({"trust_chain": fresh})))
    assert reply.status == 400
    joined.around.clock.advance(timedelta(seconds=2))
    assert error_of(rp.tokens(code)) == "invalid_client"


@pytest.mark.spec("OpenID Federation 1.0 §12.1.1.1.2")
@pytest.mark.parametrize("what", ["bond", "key"])
def test_what_a_superior_took_back_holds_before_the_chain_is_fetched_again(
    joined: Joined, what: str
) -> None:
    rp, code = a_code(joined)
    token = json.loads(rp.tokens(code).body)
    chain = joined.rig.chains.chain(RP)
    party = {
        "bond": bond(RP, ANCHOR),
        "key": Party(PartyKind.KEY, chain.statements[1].signed_by),
    }[what]
    joined.around.standing.change(party, State.WITHDRAWN, reason="test")
    browser = Browser(joined)
    browser.sign_in(joined.a_person())
    reply = rp.get(browser, rp.asks(rp.signed()))
    assert (reply.status, reply.header("Location")) == (403, None)
    assert rp.push({"request": rp.signed()}).status == 400
    bearer = {"authorization": f"Bearer {token['access_token']}"}
    assert joined.call("GET", "/oidc/userinfo", headers=bearer).status == 401
    refresh = {"grant_type": "refresh_token", "refresh_token": token["refresh_token"]}
    assert rp.tokens(code, **refresh).status == 400
    assert len(joined.around.trail.of(CodeIssued)) == 1


def test_an_older_chain_that_anybody_brings_displaces_no_newer_one(
    joined: Joined,
) -> None:
    """A chain is public: whoever replays one of before must not undo a key change."""
    old, fresh_key = joined.chain(), signer(kid="new")
    joined.around.clock.advance(timedelta(minutes=1))
    rejoin(joined, jwks=fresh_key.keys.to_jwks())
    joined.clients.members.meet(CLIENT)
    stranger = RelyingParty(joined, key=signer(kid="stranger"))
    browser = Browser(joined)
    browser.sign_in(joined.a_person())
    forged = stranger.signed({"trust_chain": old})
    assert stranger.get(browser, stranger.asks(forged)).status == 400
    joined.around.clock.advance(timedelta(seconds=2))
    rp = RelyingParty(joined, key=fresh_key)
    reply = rp.get(browser, rp.asks(rp.signed(scope="openid")))
    assert answered(reply)["code"]


def test_of_two_chains_brought_along_the_newer_one_stays(joined: Joined) -> None:
    old, fresh_key = joined.chain(), signer(kid="new")
    joined.around.clock.advance(timedelta(minutes=1))
    rejoin(joined, jwks=fresh_key.keys.to_jwks())
    joined.clients.members.bring(CLIENT, joined.chain())
    joined.clients.members.bring(CLIENT, old)
    assert joined.clients.members.find(CLIENT).oidc.keys == fresh_key.keys


def forged_below(joined: Joined, platform: EntityId) -> list[str]:
    """Return a chain in which a platform vouches for a key of its own as the RP's."""
    world, forger = joined.world, signer(kid="forger")
    own = world.configurations[RP]
    world.entity(platform, (ANCHOR,))
    world.vouch(ANCHOR, platform)
    metadata = {"openid_relying_party": rp_metadata(jwks=forger.keys.to_jwks())}
    world.entity(RP, (platform,), metadata, key=forger)
    forged, world.configurations[RP] = world.configurations[RP], own
    world.vouch(platform, RP, about=forger)
    below = world.subordinates[f"{platform}/fetch", RP]
    above = world.subordinates[f"{ANCHOR}/fetch", platform]
    return [forged, below, above, world.configurations[ANCHOR]]


def test_no_platform_speaks_for_a_member_that_does_not_name_it(joined: Joined) -> None:
    """§12.1.1.1.2: of whom we have heard from its own host, that host has the word."""
    joined.clients.members.meet(CLIENT)
    chain = forged_below(joined, EntityId("https://evil.example/trust"))
    found = joined.clients.members.bring(CLIENT, chain)
    assert found.oidc.keys == RP_KEY.keys
    assert found.membership is not None
    assert found.membership.path == (RP, ANCHOR)
    assert rows_of(joined, "clients_registration") == 0
    forger = RelyingParty(joined, key=signer(kid="forger"))
    browser = Browser(joined)
    browser.sign_in(joined.a_person())
    asked = forger.asks(forger.signed({"trust_chain": chain}))
    assert forger.get(browser, asked).status == 400
    assert joined.around.trail.of(CodeIssued) == []


def test_nor_does_it_register_that_member_explicitly(joined: Joined) -> None:
    joined.clients.members.meet(CLIENT)
    chain = forged_below(joined, EntityId("https://evil.example/trust"))
    with pytest.raises(TrustChainRefused):
        joined.clients.members.examine(RP, chain)


def test_a_member_that_names_a_second_superior_may_come_by_its_chain(
    joined: Joined,
) -> None:
    platform = EntityId("https://second.example/trust")
    metadata = {"openid_relying_party": rp_metadata()}
    joined.world.entity(RP, (ANCHOR, platform), metadata)
    joined.clients.members.meet(CLIENT)
    joined.world.entity(platform, (ANCHOR,))
    joined.world.vouch(ANCHOR, platform)
    joined.world.vouch(platform, RP)
    below = joined.world.subordinates[f"{platform}/fetch", RP]
    above = joined.world.subordinates[f"{ANCHOR}/fetch", platform]
    own, anchor = joined.world.configurations[RP], joined.world.configurations[ANCHOR]
    found = joined.clients.members.bring(CLIENT, [own, below, above, anchor])
    assert found.membership is not None
    assert found.membership.path == (RP, platform, ANCHOR)


def test_an_entity_of_another_kind_is_no_client(joined: Joined) -> None:
    with pytest.raises(MemberMetadataRefused):
        joined.clients.members.meet(ClientId(US))


@pytest.mark.parametrize(
    "name", ["https://", "https://rp.example?x", "ftp://rp.example", "x://y", f"{RP}#a"]
)
def test_what_is_no_entity_identifier_is_asked_nowhere(joined: Joined, name: str) -> None:
    with pytest.raises(TrustNotEstablished):
        joined.clients.members.meet(ClientId(name))
    reply = joined.call("GET", "/oauth2/authorize", query=urlencode({"client_id": name}))
    assert (reply.status, reply.header("Location")) == (400, None)
    assert joined.world.asked == []


def test_an_identifier_longer_than_records_hold_is_refused(joined: Joined) -> None:
    long = EntityId(f"https://rp.example/{'a' * 237}")
    joined.join(long, {"openid_relying_party": rp_metadata()})
    with pytest.raises(MemberMetadataRefused):
        joined.clients.members.meet(ClientId(long))
