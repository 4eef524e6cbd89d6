from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from kernel.ids import EntityId
from kernel.proof.jose import (
    BadSignature,
    Expired,
    IssuedInFuture,
    JoseRefused,
    KeyNotPublic,
    KeySet,
    UnknownKey,
)
from kernel.proof.statement import (
    ConstraintMalformed,
    Constraints,
    Lifetime,
    StatementClaimForbidden,
    StatementClaimMalformed,
    StatementClaimMissing,
    StatementCriticalUnknown,
    StatementNotOfIssuer,
    StatementRefused,
    TrustMarkRules,
    VerifiedStatement,
    configuration_url,
    entity_configuration_claims,
    is_current,
    issued_about,
    read,
    subordinate_statement_claims,
    verify,
    verify_configuration,
)
from tests.unit.kernel.proof.signers import signer

ANCHOR: Final = EntityId("https://anchor.example/trust")
LEAF: Final = EntityId("https://op.example")
NOW: Final = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
LIFETIME: Final = Lifetime(NOW, NOW + timedelta(hours=24))
OWN: Final = signer("ES256", "leaf-key")
ROOT: Final = signer("ES256", "anchor-key")
POLICY: Final = {"openid_provider": {"scope": {"subset_of": ["openid"]}}}


MARK_TYPE: Final = "https://anchor.example/m"


def a_mark(mark_type: object = MARK_TYPE) -> str:
    """Whoever signed it: §3.2 looks at its type only."""
    return ROOT.token(ROOT.header("trust-mark+jwt"), {"trust_mark_type": mark_type})


def configuration() -> dict[str, object]:
    return entity_configuration_claims(
        LEAF,
        OWN.keys,
        LIFETIME,
        {"openid_provider": {"issuer": LEAF}, "federation_entity": {}},
        authority_hints=[ANCHOR],
        trust_marks=[{"trust_mark_type": MARK_TYPE, "trust_mark": a_mark()}],
    )


def subordinate() -> dict[str, object]:
    return subordinate_statement_claims(
        ANCHOR,
        LEAF,
        OWN.keys,
        LIFETIME,
        metadata_policy=POLICY,
        constraints={"max_path_length": 0},
        source_endpoint="https://anchor.example/trust/fetch",
    )


def configuration_token(**change: object) -> str:
    return OWN.token(OWN.header("entity-statement+jwt"), {**configuration(), **change})


def subordinate_token(**change: object) -> str:
    return ROOT.token(ROOT.header("entity-statement+jwt"), {**subordinate(), **change})


@pytest.mark.spec("OpenID Federation 1.0 §3")
def test_a_configuration_that_was_built_is_read_and_verified() -> None:
    claimed = read(configuration_token())
    assert claimed.is_configuration
    assert claimed.authority_hints == (ANCHOR,)
    statement = verify_configuration(claimed)
    assert (statement.issuer, statement.subject) == (LEAF, LEAF)
    assert statement.metadata["openid_provider"] == {"issuer": LEAF}
    assert statement.keys.find("leaf-key") == OWN.key
    assert statement.expires_at == LIFETIME.expires_at
    assert statement.trust_marks[0]["trust_mark_type"] == MARK_TYPE
    assert statement.constraints == Constraints()


@pytest.mark.spec("OpenID Federation 1.0 §3")
def test_a_subordinate_statement_that_was_built_is_read_and_verified() -> None:
    statement = verify(read(subordinate_token()), ROOT.keys)
    assert not statement.is_configuration
    issued_about(statement, ANCHOR, LEAF)
    assert statement.metadata_policy == POLICY
    assert statement.constraints.max_path_length == 0
    assert (statement.metadata, statement.authority_hints) == ({}, ())
    assert statement.metadata_policy_crit == ()


def test_an_anchor_says_who_may_issue_marks_and_names_no_superior() -> None:
    rules = TrustMarkRules(issuers={"https://a.example/m": []}, owners={})
    claims = entity_configuration_claims(
        ANCHOR, ROOT.keys, LIFETIME, {"federation_entity": {}}, mark_rules=rules
    )
    assert claims["trust_mark_issuers"] == {"https://a.example/m": []}
    assert {"authority_hints", "trust_marks", "trust_mark_owners"}.isdisjoint(claims)


def test_only_the_issuers_keys_verify() -> None:
    with pytest.raises(UnknownKey):
        verify(read(subordinate_token()), OWN.keys)
    renamed = {**OWN.key.to_jwk(), "kid": "anchor-key"}
    with pytest.raises(BadSignature):
        verify(read(subordinate_token()), KeySet.parse({"keys": [renamed]}))
    with pytest.raises(UnknownKey):
        verify_configuration(read(configuration_token(jwks=ROOT.keys.to_jwks())))


def test_a_statement_by_another_is_no_configuration() -> None:
    with pytest.raises(StatementNotOfIssuer):
        verify_configuration(read(subordinate_token(jwks=ROOT.keys.to_jwks())))


def test_nobody_but_the_verifier_builds_a_verified_statement() -> None:
    good = verify(read(subordinate_token()), ROOT.keys)
    parts: list[Any] = [good.token, good.claims, good.issuer, good.subject]
    times: list[Any] = [good.issued_at, good.expires_at, good.keys, good.constraints]
    times.append(good.signed_by)
    with pytest.raises(TypeError, match="verify"):
        VerifiedStatement(object(), *parts, *times)


REQUIRED: Final = ("iss", "sub", "iat", "exp", "jwks")


@pytest.mark.spec("OpenID Federation 1.0 §3.1.1")
@pytest.mark.parametrize("name", REQUIRED)
def test_a_statement_without_a_required_claim_is_refused(name: str) -> None:
    for claims in (configuration(), subordinate()):
        del claims[name]
        with pytest.raises(StatementRefused):
            read(OWN.token(OWN.header("entity-statement+jwt"), claims))


@pytest.mark.spec("OpenID Federation 1.0 §3.1.2")
def test_a_configuration_without_metadata_is_refused() -> None:
    claims = configuration()
    del claims["metadata"]
    with pytest.raises(StatementClaimMissing):
        read(OWN.token(OWN.header("entity-statement+jwt"), claims))
    read(configuration_token(metadata={}))


MALFORMED: Final = [
    {"iss": ""},
    {"sub": 5},
    {"iat": "1"},
    {"exp": None},
    {"exp": True},
    {"jwks": {}},
    {"jwks": {"keys": []}},
    {"jwks": {"keys": [{"kty": "EC"}]}},
    {"jwks": []},
    {"metadata": []},
    {"metadata": {"openid_provider": None}},
    {"metadata": {"openid_provider": {"issuer": None}}},
    {"crit": []},
    {"crit": ["exp"]},
    {"crit": "x"},
    {"crit": [5]},
]


@pytest.mark.spec("OpenID Federation 1.0 §3.1.1")
@pytest.mark.parametrize("change", MALFORMED)
def test_a_claim_of_another_form_is_refused_in_every_statement(
    change: dict[str, object],
) -> None:
    for token in (configuration_token, subordinate_token):
        with pytest.raises(StatementClaimMalformed):
            read(token(**change))


@pytest.mark.parametrize(
    "change",
    [
        {"authority_hints": []},
        {"authority_hints": "x"},
        {"authority_hints": [""]},
        {"authority_hints": None},
        {"trust_anchor_hints": []},
        {"trust_marks": {}},
        {"trust_marks": ["x"]},
        {"trust_marks": [{"trust_mark_type": "a", "trust_mark": 5}]},
    ],
)
def test_hints_and_marks_of_another_form_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(StatementClaimMalformed):
        read(configuration_token(**change))


@pytest.mark.spec("OpenID Federation 1.0 §3.2")
@pytest.mark.parametrize(
    "mark",
    ["x", "a.b", "a.b.c.d", "e30.e30.", a_mark("https://anchor.example/other"), a_mark(5)],
)
def test_the_type_beside_a_mark_is_the_type_inside_it(mark: str) -> None:
    beside = {"trust_mark_type": MARK_TYPE}
    read(configuration_token(trust_marks=[{**beside, "trust_mark": a_mark()}]))
    with pytest.raises(StatementClaimMalformed):
        read(configuration_token(trust_marks=[{**beside, "trust_mark": mark}]))


@pytest.mark.spec("OpenID Federation 1.0 §3.2")
@pytest.mark.parametrize(
    "change",
    [
        {"trust_mark_issuers": []},
        {"trust_mark_issuers": {MARK_TYPE: ANCHOR}},
        {"trust_mark_issuers": {MARK_TYPE: [5]}},
        {"trust_mark_owners": []},
        {"trust_mark_owners": {MARK_TYPE: ANCHOR}},
        {"trust_mark_owners": {MARK_TYPE: {"sub": ANCHOR}}},
        {"trust_mark_owners": {MARK_TYPE: {"sub": 5, "jwks": {"keys": []}}}},
    ],
)
def test_issuers_and_owners_of_marks_have_their_form(change: dict[str, object]) -> None:
    with pytest.raises(StatementClaimMalformed):
        read(configuration_token(**change))


@pytest.mark.spec("OpenID Federation 1.0 §3.2")
@pytest.mark.parametrize("endpoint", ["", 5, "ftp://a.example", "https://a.example/#x"])
def test_a_source_endpoint_is_a_url(endpoint: object) -> None:
    with pytest.raises(StatementClaimMalformed):
        read(subordinate_token(source_endpoint=endpoint))


@pytest.mark.spec("OpenID Federation 1.0 §3.2")
def test_an_anchor_is_named_in_registration_responses_only() -> None:
    for token in (configuration_token, subordinate_token):
        with pytest.raises(StatementClaimForbidden):
            read(token(trust_anchor=ANCHOR))


def test_a_mark_without_its_type_is_refused() -> None:
    with pytest.raises(StatementClaimMissing):
        read(configuration_token(trust_marks=[{"trust_mark": "x"}]))


@pytest.mark.parametrize(
    "change",
    [
        {"metadata_policy": []},
        {"constraints": "x"},
        {"metadata_policy_crit": []},
        {"metadata_policy_crit": ["value"]},
        {"metadata_policy_crit": ["regexp", "essential"]},
    ],
)
@pytest.mark.spec("OpenID Federation 1.0 §3.1.3")
def test_policies_of_another_form_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(StatementClaimMalformed):
        read(subordinate_token(**change))


def test_a_critical_operator_is_kept_for_the_chain_to_judge() -> None:
    statement = verify(read(subordinate_token(metadata_policy_crit=["regexp"])), ROOT.keys)
    assert statement.metadata_policy_crit == ("regexp",)


def test_a_malformed_constraint_is_refused_when_verified() -> None:
    with pytest.raises(ConstraintMalformed):
        verify(read(subordinate_token(constraints={"max_path_length": -1})), ROOT.keys)


@pytest.mark.spec("OpenID Federation 1.0 §3.1.2")
@pytest.mark.parametrize(
    "name", ["constraints", "metadata_policy", "metadata_policy_crit", "source_endpoint"]
)
def test_nobody_says_of_itself_what_a_superior_says(name: str) -> None:
    with pytest.raises(StatementClaimForbidden):
        read(configuration_token(**{name: {}}))


@pytest.mark.spec("OpenID Federation 1.0 §3.1.3")
@pytest.mark.parametrize(
    "name",
    [
        "authority_hints",
        "trust_anchor_hints",
        "trust_marks",
        "trust_mark_issuers",
        "trust_mark_owners",
    ],
)
def test_no_superior_says_what_an_entity_says_of_itself(name: str) -> None:
    with pytest.raises(StatementClaimForbidden):
        read(subordinate_token(**{name: ["x"]}))


@pytest.mark.parametrize("name", ["jwks", "jwks_uri", "signed_jwks_uri"])
def test_a_federation_entity_has_its_keys_in_the_statement_only(name: str) -> None:
    with pytest.raises(StatementClaimForbidden):
        read(configuration_token(metadata={"federation_entity": {name: "x"}}))


def test_a_critical_claim_we_do_not_know_refuses_the_statement() -> None:
    for token in (configuration_token, subordinate_token):
        with pytest.raises(StatementCriticalUnknown):
            read(token(crit=["ec_location"], ec_location="x"))
        read(token(ec_location="x"))


@pytest.mark.spec("OpenID Federation 1.0 §3.1.1")
def test_a_critical_claim_that_we_take_into_account_is_understood() -> None:
    ceiling = {"identity": 3, "authenticator": 2, "path": 2}
    read(subordinate_token(trusthub_ceiling=ceiling, crit=["trusthub_ceiling"]))
    with pytest.raises(StatementCriticalUnknown):
        read(subordinate_token(crit=["trusthub_ceiling"]))


@pytest.mark.spec("OpenID Federation 1.0 §4.3")
@pytest.mark.parametrize("name", ["trust_chain", "peer_trust_chain"])
def test_a_statement_carries_no_chain_in_its_header(name: str) -> None:
    header = {**OWN.header("entity-statement+jwt"), name: ["x"]}
    with pytest.raises(StatementClaimForbidden):
        read(OWN.token(header, configuration()))


@pytest.mark.parametrize("typ", ["JWT", "trust-mark+jwt", ""])
def test_a_token_of_another_type_is_no_statement(typ: str) -> None:
    with pytest.raises(JoseRefused):
        read(OWN.token(OWN.header(typ), configuration()))


def test_a_private_key_in_a_statement_is_refused() -> None:
    jwk = {**OWN.key.to_jwk(), "d": "AQAB"}
    claimed = read(subordinate_token(jwks={"keys": [jwk]}))
    with pytest.raises(KeyNotPublic):
        verify(claimed, ROOT.keys)


@pytest.mark.spec("OpenID Federation 1.0 §10.2")
def test_a_statement_is_in_force_between_its_instants() -> None:
    statement = verify(read(subordinate_token()), ROOT.keys)
    none = timedelta()
    is_current(statement, LIFETIME.issued_at, none)
    with pytest.raises(IssuedInFuture):
        is_current(statement, LIFETIME.issued_at - timedelta(seconds=1), none)
    with pytest.raises(Expired):
        is_current(statement, LIFETIME.expires_at, none)


@pytest.mark.spec("OpenID Federation 1.0 §10.2")
@pytest.mark.parametrize(
    ("issuer", "subject"),
    [(LEAF, ANCHOR), (f"{ANCHOR}/", LEAF), (ANCHOR, "https://OP.example")],
)
def test_the_parties_are_compared_to_the_letter(issuer: str, subject: str) -> None:
    with pytest.raises(StatementNotOfIssuer):
        issued_about(read(subordinate_token()), issuer, subject)


@pytest.mark.spec("OpenID Federation 1.0 §9")
def test_a_configuration_lies_below_the_entity_id() -> None:
    path = "/.well-known/openid-federation"
    assert configuration_url(ANCHOR) == ANCHOR + path
    assert configuration_url(f"{LEAF}/") == LEAF + path


def test_no_statement_is_built_that_would_be_refused() -> None:
    with pytest.raises(StatementClaimMalformed):
        entity_configuration_claims(LEAF, OWN.keys, LIFETIME, {"x": {"a": None}})
    with pytest.raises(StatementClaimForbidden):
        subordinate_statement_claims(
            ANCHOR, LEAF, OWN.keys, LIFETIME, extensions={"trust_marks": []}
        )
    with pytest.raises(StatementClaimMalformed):
        subordinate_statement_claims(ANCHOR, LEAF, KeySet.of([]), LIFETIME)
