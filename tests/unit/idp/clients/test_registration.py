import re
from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.clients.domain import (
    AuthMethod,
    Basis,
    ClientAction,
    ClientState,
    GrantType,
    RedirectUri,
    sector_of,
)
from idp.clients.errors import (
    AlgorithmNotOffered,
    ClientExists,
    ClientHasNoSecret,
    ClientMalformed,
    ClientMoved,
    RedirectUriRefused,
    SectorMissing,
)
from idp.clients.messages import ClaimBody, ClientBody, TextBody, client_body
from kernel.ids import ClientId
from kernel.lifecycle import TransitionNotAllowed
from kernel.standing import Party, PartyKind, State
from tests.unit.idp.clients.fakes import Memory, a_registration, a_use_case, with_oidc
from tests.unit.kernel.proof.signers import signer

PORTAL = ClientId("portal-51")


@pytest.mark.spec("RFC 6749 §2.3.1")
def test_a_confidential_client_gets_a_secret_of_256_bits_that_is_kept_as_a_digest() -> None:
    memory = Memory()
    new = a_use_case(memory).register(a_registration(), actor=None)
    assert new.secret is not None
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", new.secret.reveal())
    kept = memory.clients[PORTAL]
    assert kept.secret == new.secret.digest()
    assert new.secret.reveal() not in repr(kept)
    assert kept.state is ClientState.SANDBOX


@pytest.mark.spec("RFC 6749 §2.1")
def test_a_public_client_gets_no_secret() -> None:
    said = with_oidc(token_endpoint_auth_method=AuthMethod.NONE)
    assert a_use_case(Memory()).register(said, actor=None).secret is None


REFUSED = {
    "a UUID would be in the namespace of people": a_registration(
        client_id="a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"
    ),
    "upper case": a_registration(client_id="Portal"),
    "no name": a_registration(name_zh=" "),
    "a name that hides its end": a_registration(name_en="Portal\u202e"),
    "unknown claim": a_registration(claims=(ClaimBody(name="salary"),)),
    "a claim twice": a_registration(
        claims=(ClaimBody(name="name"), ClaimBody(name="name", basis=Basis.STATUTORY))
    ),
    "claims without purpose": a_registration(purpose=TextBody()),
    "no redirect uri": with_oidc(redirect_uris=()),
    "refresh without code": with_oidc(
        grant_types=(GrantType.REFRESH_TOKEN,), redirect_uris=()
    ),
    "no grant": with_oidc(grant_types=(), redirect_uris=()),
    "public client_credentials": with_oidc(
        token_endpoint_auth_method=AuthMethod.NONE,
        grant_types=(GrantType.CLIENT_CREDENTIALS, GrantType.AUTHORIZATION_CODE),
    ),
    "answer parameters in the query": with_oidc(
        redirect_uris=("https://portal.example/cb?code=1",)
    ),
    "two scopes in one": with_oidc(scopes=("openid profile",)),
    "back channel without https": with_oidc(
        backchannel_logout_uri="http://portal.example/bcl"
    ),
    "private_key_jwt without keys": with_oidc(
        token_endpoint_auth_method=AuthMethod.PRIVATE_KEY
    ),
    "private_key_jwt with no key": with_oidc(
        token_endpoint_auth_method=AuthMethod.PRIVATE_KEY, jwks={"keys": []}
    ),
    "signed requests without keys": with_oidc(require_signed_request_object=True),
    "a private key": with_oidc(
        jwks={"keys": [{"kty": "EC", "crv": "P-256", "x": "x", "y": "y", "d": "d"}]}
    ),
    "a shared key": with_oidc(jwks={"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}),
    "no JWK Set": with_oidc(jwks={"keys": "x"}),
    "requests signed by HMAC": with_oidc(request_object_signing_alg="HS256"),
    "assertions by none": with_oidc(token_endpoint_auth_signing_alg="none"),
    "back channel with fragment": with_oidc(
        backchannel_logout_uri="https://portal.example/bcl#x"
    ),
}


@pytest.mark.spec("RFC 7591 §2")
@pytest.mark.parametrize("said", REFUSED.values(), ids=REFUSED.keys())
def test_a_registration_that_breaks_a_rule_leaves_nothing_behind(
    said: ClientBody,
) -> None:
    memory = Memory()
    with pytest.raises(ClientMalformed):
        a_use_case(memory).register(said, actor=None)
    assert (memory.clients, memory.events) == ({}, [])


def test_an_identifier_is_given_once() -> None:
    memory = Memory()
    a_use_case(memory).register(a_registration(), actor=None)
    with pytest.raises(ClientExists):
        a_use_case(memory).register(a_registration(), actor=None)
    assert len(memory.events) == 1


TRICKS = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "DATA:text/html,x",
    "http://portal.example/cb",
    "http://localhost@evil.test/cb",
    "http://localhost.evil.test/cb",
    "https://ok@@evil@portal.example/cb",
    "https://portal.example/cb#code=1",
    "https://portal.example\\@evil.test/cb",
    "https://portal.example./cb",
    "https://PORTAL.example/cb",
    "https:///cb",
    "https://portal.example:x/cb",
    "https://portal.example/c b",
    "https://portal.example/cb\r\nX: y",
    "https://门户.example/cb",
    "//portal.example/cb",
    "/cb",
    "com.example.app://host/cb",
    "app:/cb",
)


@pytest.mark.spec("RFC 9700 §2.6")
@pytest.mark.parametrize("raw", TRICKS)
def test_no_trick_becomes_a_redirect_uri(raw: str) -> None:
    with pytest.raises(RedirectUriRefused):
        RedirectUri.parse(raw)


@pytest.mark.spec("RFC 8252 §7")
@pytest.mark.parametrize(
    "raw",
    [
        "https://portal.example/cb?tenant=1",
        "https://portal.example:8443/cb",
        "http://localhost:8440/cb",
        "http://127.0.0.1:5000/cb",
        "http://[::1]:5000/cb",
        "com.example.app:/cb",
    ],
)
def test_what_is_allowed_is_kept_to_the_letter(raw: str) -> None:
    assert RedirectUri.parse(raw).text == raw


@given(st.text(max_size=60))
def test_whatever_is_accepted_leads_to_https_or_the_own_machine_or_an_app(raw: str) -> None:
    try:
        uri = RedirectUri.parse(raw)
    except RedirectUriRefused:
        return
    assert re.match(
        r"https://|http://(localhost|127\.0\.0\.1|\[::1\])(:|/|\?|$)|[a-z]", raw
    )
    assert "#" not in uri.text


TWO_HOSTS = ("https://a.example/cb", "https://b.example/cb")


@pytest.mark.spec("OIDC Core §8.1")
def test_several_hosts_need_a_sector_of_their_own() -> None:
    with pytest.raises(SectorMissing, match=r"^redirect_uris: .* sector_identifier_uri$"):
        a_use_case(Memory()).register(with_oidc(redirect_uris=TWO_HOSTS), actor=None)
    named = with_oidc(redirect_uris=TWO_HOSTS, sector="shared.example")
    client = a_use_case(Memory()).register(named, actor=None).client
    assert client.oidc.sector == "shared.example"


@pytest.mark.spec("OIDC Core §8.1")
@pytest.mark.parametrize("port", ["", ":8443"])
def test_a_sector_that_is_listed_is_the_host_of_its_list(port: str) -> None:
    address = f"https://Shared.example{port}/sector.json"
    said = with_oidc(redirect_uris=TWO_HOSTS, sector_identifier_uri=address)
    client = a_use_case(Memory()).register(said, actor=None).client
    assert client.oidc.sector == "shared.example"


def test_two_applications_on_one_host_have_two_sectors() -> None:
    first, second = (RedirectUri.parse(f"https://rp.example:{p}/cb") for p in (1, 2))
    assert sector_of((first,)) != sector_of((second,))


@pytest.mark.spec("OIDC Core §8.1")
@pytest.mark.parametrize(
    "uri",
    ["rp.example:/cb", "http://127.0.0.1/cb", "http://[::1]/cb", "http://localhost/cb"],
)
def test_an_address_that_anybody_can_take_names_no_sector(uri: str) -> None:
    assert sector_of((RedirectUri.parse(uri),)) == ""
    assert sector_of((RedirectUri.parse("https://rp.example/cb"),)) == "rp.example"


@pytest.mark.spec("RFC 9110 §13.1.1")
def test_a_change_of_an_old_version_is_refused_and_changes_nothing() -> None:
    memory = Memory()
    use_case = a_use_case(memory)
    use_case.register(a_registration(), actor=None)
    use_case.update(PORTAL, 1, a_registration(name_en="Portal"), actor=None)
    with pytest.raises(ClientMoved):
        use_case.update(PORTAL, 1, a_registration(name_en="Other"), actor=None)
    assert memory.clients[PORTAL].name_en == "Portal"
    assert len(memory.events) == 2


def test_a_change_is_recorded_with_before_and_after() -> None:
    memory = Memory()
    use_case = a_use_case(memory)
    old = use_case.register(a_registration(), actor=None).client
    use_case.update(PORTAL, 1, a_registration(name_en="Portal"), actor=None)
    event = memory.events[-1]
    assert event.before == {"name_en": old.name_en}  # type: ignore[attr-defined]  # the one event of that kind
    assert event.after == {"name_en": "Portal"}  # type: ignore[attr-defined]  # the one event of that kind


def test_a_change_touches_neither_secret_nor_state() -> None:
    memory = Memory()
    use_case = a_use_case(memory)
    secret = use_case.register(a_registration(), actor=None).client.secret
    changed = use_case.update(PORTAL, 1, a_registration(name_en="Portal"), actor=None)
    assert (changed.secret, changed.state) == (secret, ClientState.SANDBOX)


@pytest.mark.spec("RFC 6749 §2.1")
def test_a_confidential_client_does_not_become_public_by_a_change() -> None:
    memory = Memory()
    use_case = a_use_case(memory)
    use_case.register(a_registration(), actor=None)
    public = with_oidc(token_endpoint_auth_method=AuthMethod.NONE)
    with pytest.raises(ClientHasNoSecret):
        use_case.update(PORTAL, 1, public, actor=None)
    assert memory.clients[PORTAL].version == 1


def test_a_new_secret_voids_the_old_one_at_once() -> None:
    memory = Memory()
    use_case = a_use_case(memory)
    old = use_case.register(a_registration(), actor=None).secret
    new = use_case.rotate_secret(PORTAL, actor=None).secret
    kept = memory.clients[PORTAL].secret
    assert old is not None
    assert new is not None
    assert kept is not None
    assert new.matches(kept)
    assert not old.matches(kept)


def test_disabling_changes_record_and_standing_together() -> None:
    memory = Memory()
    use_case = a_use_case(memory)
    use_case.register(a_registration(), actor=None)
    use_case.move(PORTAL, ClientAction.DISABLE, "complaint 17", actor=None)
    party = Party(PartyKind.RELYING_PARTY, "portal-51")
    assert memory.clients[PORTAL].state is ClientState.SUSPENDED
    assert memory.changes == [(party, State.SUSPENDED, "complaint 17")]


def test_the_retired_stay_retired_and_nothing_is_written() -> None:
    memory = Memory()
    use_case = a_use_case(memory)
    use_case.register(a_registration(), actor=None)
    use_case.move(PORTAL, ClientAction.RETIRE, "closed", actor=None)
    with pytest.raises(TransitionNotAllowed):
        use_case.move(PORTAL, ClientAction.ENABLE, "again", actor=None)
    assert [state for _, state, _ in memory.changes] == [State.WITHDRAWN]


def test_identifiers_that_are_made_are_no_uuids() -> None:
    client = a_use_case(Memory()).register(a_registration(client_id=None), actor=None)
    assert re.fullmatch(r"app-[0-9a-f]{20}", client.client.id)
    with pytest.raises(ValueError, match="badly formed"):
        UUID(client.client.id)


KEYS: Mapping[str, object] = signer(kid="k").keys.to_jwks()
SIGNS = with_oidc(
    token_endpoint_auth_method=AuthMethod.PRIVATE_KEY,
    jwks=KEYS,
    request_object_signing_alg="ES256",
    require_signed_request_object=True,
)


@pytest.mark.spec("RFC 7591 §2")
def test_a_client_that_signs_has_keys_and_no_secret() -> None:
    memory = Memory()
    new = a_use_case(memory).register(SIGNS, actor=None)
    assert new.secret is None
    assert new.client.secret is None
    assert new.client.oidc.keys == signer(kid="k").keys
    assert client_body(new.client).oidc.jwks == KEYS
    with pytest.raises(ClientHasNoSecret):
        a_use_case(memory).rotate_secret(new.client.id, actor=None)


@pytest.mark.spec("RFC 6749 §2.1")
def test_to_share_a_secret_or_cease_to_is_to_be_another_client() -> None:
    memory = Memory()
    use_case = a_use_case(memory)
    signs = use_case.register(SIGNS, actor=None).client
    with pytest.raises(ClientHasNoSecret):
        use_case.update(signs.id, 1, a_registration(), actor=None)
    assert memory.clients[signs.id] == signs
    newer = replace(SIGNS, name_en="Another name")
    changed = use_case.update(signs.id, 1, newer, actor=None)
    assert (changed.oidc.keys, changed.secret) == (signs.oidc.keys, None)


@pytest.mark.spec("OIDC Registration §2")
@pytest.mark.parametrize(
    "member", ["id_token_signed_response_alg", "userinfo_signed_response_alg"]
)
def test_tokens_are_signed_only_by_what_the_installation_has_keys_for(member: str) -> None:
    memory = Memory()
    narrow = replace(a_use_case(memory), algorithms=frozenset({"ES256", "PS256"}))
    asking = {alg: with_oidc(**{member: alg}) for alg in ("RS256", "PS256")}
    with pytest.raises(AlgorithmNotOffered, match=f"^{member}: one of ES256, PS256$"):
        narrow.register(asking["RS256"], actor=None)
    assert memory.clients == {}
    narrow.register(asking["PS256"], actor=None)
    with pytest.raises(AlgorithmNotOffered):
        narrow.update(PORTAL, 1, asking["RS256"], actor=None)
    assert memory.clients[PORTAL].version == 1
