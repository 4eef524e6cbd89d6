"""Every JWS attack family against statements, marks, delegations, chains and key sets."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Final, Protocol

import pytest

from federation.domain import Budget, VerifiedChain
from federation.errors import (
    BudgetSpent,
    ChainBroken,
    ChainRefused,
    NoTrustChain,
    StatementNotAccepted,
)
from federation.flows.presented import PresentedChains
from federation.flows.protocol_keys import ProtocolKeys
from federation.flows.verify import ChainVerifier
from kernel.errors import Refused
from kernel.ids import EntityId
from kernel.proof.jose import KeySet, PublicKey
from kernel.proof.statement import (
    entity_configuration_claims,
    subordinate_statement_claims,
    trust_mark_claims,
)
from kernel.standing import NotInGoodStanding, Party, PartyKind
from tests.attacks.lies import Lies
from tests.unit.federation.answering import (
    MARK,
    OWNED,
    OWNER,
    AnswerRig,
    SomeStanding,
    a_delegation,
    a_mark,
    an_answer_rig,
    rules_of_marks,
)
from tests.unit.federation.rig import a_rig
from tests.unit.federation.world import (
    ANCHOR,
    OP_METADATA,
    PLATFORM,
    PROVIDER,
    STRANGER,
    World,
    a_world,
)
from tests.unit.kernel.proof.signers import signer

SPEC: Final = pytest.mark.spec("OpenID Federation 1.0 §3.2, §7, §10.2; RFC 8725 §3")
STATEMENT: Final = "entity-statement+jwt"
_STATED: Final = ("iss", "sub", "iat", "exp", "jwks")


@pytest.fixture(autouse=True)
def _no_defect() -> None:
    """Nothing here is served, so there is no log of a house to look at."""


class Believing(Protocol):
    """Takes one object where it belongs."""

    def __call__(self, token: str, /) -> object: ...


def believed(lies: Lies, believe: Believing) -> list[str]:
    """Return the names of all lies that were believed; the truth must be."""
    believe(lies.true)
    return [name for name, token in lies.tokens() if _is_taken(token, believe)]


def _is_taken(token: str, believe: Believing) -> bool:
    try:
        believe(token)
    except Refused:
        return False
    return True


def _spelt_the_same(lies: Lies) -> set[str]:
    """`application/` may stand before a type (RFC 7515 §4.1.9): that is no lie."""
    return {f"typ application/{lies.typ}"}


# ------------------------------------------------------------------ statements, chains


def _statement(world: World, at: int) -> Lies:
    life = world.lifetime()
    if at == 1:
        claims = subordinate_statement_claims(
            PLATFORM, PROVIDER, signer(kid=PROVIDER).keys, life
        )
        return Lies(signer(kid=PLATFORM), STATEMENT, claims, ("iat", "exp"), _STATED)
    if at == 2:
        claims = subordinate_statement_claims(
            ANCHOR, PLATFORM, signer(kid=PLATFORM).keys, life
        )
        return Lies(signer(kid=ANCHOR), STATEMENT, claims, ("iat", "exp"), _STATED)
    entity, hints = ((PROVIDER, (PLATFORM,)), (ANCHOR, ()))[at == 3]
    by = signer(kid=entity)
    held = {"openid_provider": OP_METADATA}
    claims = entity_configuration_claims(entity, by.keys, life, held, authority_hints=hints)
    return Lies(by, STATEMENT, claims, ("iat", "exp"), (*_STATED, "metadata"))


@SPEC
@pytest.mark.parametrize("at", [0, 1, 2, 3])
def test_no_forged_statement_is_believed_anywhere_in_a_chain(at: int) -> None:
    world = a_world()
    verifier, lies, tokens = (
        ChainVerifier(world.anchors()),
        _statement(world, at),
        world.chain(),
    )

    def believe(token: str) -> VerifiedChain:
        return verifier.verify([*tokens[:at], token, *tokens[at + 1 :]], world.clock())

    assert set(believed(lies, believe)) - _spelt_the_same(lies) == set()
    assert len(list(lies.tokens())) > 150


@SPEC
def test_no_forged_statement_is_taken_from_a_host() -> None:
    """The lies come over the network: none makes a chain, and none is kept."""
    rig = a_rig()
    lies = _statement(rig.world, 0)

    def believe(token: str) -> VerifiedChain:
        rig.world.configurations[PROVIDER] = token
        return rig.resolution.resolve(PROVIDER, Budget())

    assert set(believed(lies, believe)) - _spelt_the_same(lies) == set()
    assert PROVIDER not in rig.store.rows


@SPEC
def test_a_lie_that_was_refused_does_not_poison_what_is_remembered() -> None:
    world = a_world()
    verifier, lies, tokens = (
        ChainVerifier(world.anchors()),
        _statement(world, 1),
        world.chain(),
    )
    for _, token in lies.tokens():
        _is_taken(
            token, lambda lie: verifier.verify([tokens[0], lie, *tokens[2:]], world.clock())
        )
    assert verifier.verify(tokens, world.clock()).subject == PROVIDER
    thief = signer(kid=ANCHOR, alg="EdDSA")
    anchors = {ANCHOR: replace(world.anchors()[ANCHOR], keys=thief.keys)}
    other = ChainVerifier(anchors, verifier.known)
    with pytest.raises(StatementNotAccepted):
        other.verify(tokens, world.clock())


@SPEC
def test_two_statements_with_one_kid_are_each_checked_with_their_issuers_key() -> None:
    """Names of keys are chosen by their owners: the same one means nothing."""
    world, same = World(), "key-1"
    keys = {
        ANCHOR: signer(kid=ANCHOR),
        PLATFORM: replace(signer("ES256", "a"), kid=same),
        PROVIDER: replace(signer("ES256", "b"), kid=same),
    }
    world.entity(ANCHOR)
    world.entity(PLATFORM, (ANCHOR,), key=keys[PLATFORM])
    world.entity(
        PROVIDER, (PLATFORM,), {"openid_provider": OP_METADATA}, key=keys[PROVIDER]
    )
    world.vouch(ANCHOR, PLATFORM, about=keys[PLATFORM])
    world.vouch(PLATFORM, PROVIDER, key=keys[PLATFORM], about=keys[PROVIDER])
    verifier = ChainVerifier(world.anchors())
    assert verifier.verify(world.chain(), world.clock()).subject == PROVIDER
    world.vouch(PLATFORM, PROVIDER, key=keys[PROVIDER], about=keys[PROVIDER])
    with pytest.raises(StatementNotAccepted, match="jose_bad_signature"):
        verifier.verify(world.chain(), world.clock())


@SPEC
def test_a_subject_that_names_another_key_so_did_not_sign_for_itself() -> None:
    """§4: the superior vouches for a key; the subject's own set must hold the same."""
    world, other = a_world(), replace(signer("ES256", "z"), kid=str(PROVIDER))
    by = signer(kid=PROVIDER)
    claims = entity_configuration_claims(
        PROVIDER,
        other.keys,
        world.lifetime(),
        {"openid_provider": OP_METADATA},
        authority_hints=(PLATFORM,),
    )
    world.configurations[PROVIDER] = by.token(by.header(STATEMENT), claims)
    with pytest.raises(StatementNotAccepted, match="jose_unknown_key"):
        ChainVerifier(world.anchors()).verify(world.chain(), world.clock())


@SPEC
@pytest.mark.parametrize(
    "keys",
    [
        [{"kty": "oct", "k": "c2VjcmV0", "kid": "a"}],
        [{**signer(kid="a").key.to_jwk(), "d": "AAAA"}],
        [signer(kid="a").key.to_jwk()] * 2,
        [{**signer(kid="a").key.to_jwk(), "x": "AAAA"}],
        [{**signer(kid="a").key.to_jwk(), "crv": "P-384"}],
        [{"kty": "RSA", "n": "AQAB", "e": "AQAB", "kid": "a"}],
        [{**signer(kid=str(n)).key.to_jwk(), "kid": str(n)} for n in range(65)],
        [],
        "keys",
    ],
    ids=["symmetric", "private", "kid twice", "off the curve", "other curve", "weak",
         "too many", "none", "text"],
)  # fmt: skip
def test_no_statement_vouches_for_keys_that_are_none(keys: object) -> None:
    world, by = a_world(), signer(kid=PLATFORM)
    claims = subordinate_statement_claims(
        PLATFORM, PROVIDER, signer(kid=PROVIDER).keys, world.lifetime()
    )
    lie = by.token(by.header(STATEMENT), {**claims, "jwks": {"keys": keys}})
    tokens = world.chain()
    with pytest.raises(ChainRefused):
        ChainVerifier(world.anchors()).verify([tokens[0], lie, *tokens[2:]], world.clock())


@SPEC
@pytest.mark.parametrize(("seconds", "holds"), [(59, True), (61, False)])
def test_clocks_may_differ_by_a_minute_and_no_more(seconds: int, *, holds: bool) -> None:
    world = a_world()
    tokens, verifier = world.chain(), ChainVerifier(world.anchors())
    early = world.clock() - timedelta(seconds=seconds)
    late = world.clock() + timedelta(minutes=10, seconds=seconds)
    for now in (early, late):
        if holds:
            assert verifier.verify(tokens, now).subject == PROVIDER
            continue
        with pytest.raises(StatementNotAccepted, match=r"§10\.2, (iat|exp)"):
            verifier.verify(tokens, now)


@SPEC
def test_a_chain_is_no_other_arrangement_of_true_statements() -> None:
    """Every order, every subset, every repetition of what was truly signed."""
    world = a_world()
    true, verifier = world.chain(), ChainVerifier(world.anchors())
    pool = [*true, world.configurations[PLATFORM]]
    taken = [
        order
        for length in range(1, 5)
        for order in _orders(len(pool), length)
        if _is_taken("", lambda _: verifier.verify([pool[n] for n in order], world.clock()))  # noqa: B023  used at once
    ]
    assert sorted(taken) == sorted([(0, 1, 2), (0, 1, 2, 3), (3,), (4, 2), (4, 2, 3)])


def _orders(pool: int, length: int) -> Iterator[tuple[int, ...]]:
    if length == 0:
        yield ()
        return
    for rest in _orders(pool, length - 1):
        for one in range(pool):
            yield (*rest, one)


@SPEC
def test_loops_of_statements_are_no_chain() -> None:
    world = a_world()
    world.vouch(PLATFORM, PLATFORM.replace("gd", "x"))  # type: ignore[arg-type]  # an id
    world.vouch(PROVIDER, PLATFORM)
    loop = [
        world.configurations[PROVIDER],
        world.subordinates[f"{PLATFORM}/fetch", PROVIDER],
        world.subordinates[f"{PROVIDER}/fetch", PLATFORM],
        world.subordinates[f"{PLATFORM}/fetch", PROVIDER],
        world.subordinates[f"{ANCHOR}/fetch", PLATFORM],
    ]
    with pytest.raises(ChainBroken, match=r"twice.*§10\.1"):
        ChainVerifier(world.anchors()).verify(loop, world.clock())
    with pytest.raises(BudgetSpent):
        ChainVerifier(world.anchors()).verify(loop * 4, world.clock())


@SPEC
def test_lists_of_ten_thousand_cost_no_more_than_the_budget() -> None:
    rig = a_rig()
    many = tuple(EntityId(f"https://{n}.cn") for n in range(10_000))
    rig.world.entity(PROVIDER, many, {"openid_provider": OP_METADATA})
    with pytest.raises(NoTrustChain):
        rig.resolution.resolve(PROVIDER, Budget())
    assert len(rig.world.asked) <= 1 + Budget().hints


@SPEC
def test_our_anchor_is_found_behind_a_hundred_hints() -> None:
    """Hints of our anchors go first, wherever a subject puts them."""
    rig = a_rig()
    many = tuple(EntityId(f"https://s{n}.example/trust") for n in range(100))
    rig.world.entity(PROVIDER, (*many, ANCHOR), {"openid_provider": OP_METADATA})
    rig.world.vouch(ANCHOR, PROVIDER)
    assert rig.resolution.resolve(PROVIDER, Budget()).path == (PROVIDER, ANCHOR)


# ------------------------------------------------------------------ presented chains


@SPEC
def test_a_presented_chain_is_of_its_subject_and_of_those_who_may_act() -> None:
    world, standing = a_world(), SomeStanding()
    presented = PresentedChains(ChainVerifier(world.anchors()), standing, world.clock)
    chain = presented.accept(world.chain(), subject=PROVIDER)
    with pytest.raises(ChainBroken, match=r"of another.*§4\.3"):
        presented.accept(world.chain(), subject=STRANGER)
    for party in chain.parties:
        standing.bad = {party}
        with pytest.raises(NotInGoodStanding):
            presented.accept(world.chain(), subject=PROVIDER)
    signed = {each.signed_by for each in chain.statements}
    assert {p.name for p in chain.parties if p.kind is PartyKind.KEY} == signed
    assert world.asked == []


@SPEC
def test_a_distrusted_key_cannot_hide_under_another_name() -> None:
    """Standing knows keys by their thumbprint: kid is what the attacker calls it."""
    world, standing = a_world(), SomeStanding()
    renamed = replace(signer(kid=PLATFORM), kid="innocent")
    standing.bad = {Party(PartyKind.KEY, signer(kid=PLATFORM).key.thumbprint)}
    world.vouch(ANCHOR, PLATFORM, about=renamed)
    world.vouch(PLATFORM, PROVIDER, key=renamed)
    presented = PresentedChains(ChainVerifier(world.anchors()), standing, world.clock)
    with pytest.raises(NotInGoodStanding):
        presented.accept(world.chain(), subject=PROVIDER)


# ------------------------------------------------------------------ marks, delegations


@pytest.fixture
def rig() -> AnswerRig:
    rig = an_answer_rig()
    rules_of_marks(rig.world)
    rig.follow(PROVIDER, PLATFORM)
    return rig


@SPEC
def test_no_forged_mark_counts(rig: AnswerRig) -> None:
    life = rig.world.lifetime()
    claims = trust_mark_claims(PLATFORM, PROVIDER, MARK, life.issued_at, life.expires_at)
    needed = ("iss", "sub", "iat", "trust_mark_type")
    lies = Lies(signer(kid=PLATFORM), "trust-mark+jwt", claims, ("iat", "exp"), needed)

    def believe(token: str) -> object:
        return rig.marks.verify(token, holder=PROVIDER, now=rig.world.clock())

    assert set(believed(lies, believe)) - _spelt_the_same(lies) == set()


@SPEC
def test_no_forged_delegation_counts(rig: AnswerRig) -> None:
    now = rig.world.clock()
    claims = {
        "iss": OWNER,
        "sub": PLATFORM,
        "trust_mark_type": OWNED,
        "iat": int(now.timestamp()),
        "exp": int(now.timestamp()) + 300,
    }
    needed = ("iss", "sub", "iat", "trust_mark_type")
    typ = "trust-mark-delegation+jwt"
    lies = Lies(signer(kid=OWNER), typ, claims, ("iat", "exp"), needed)

    def believe(token: str) -> object:
        mark = a_mark(rig.world, issuer=PLATFORM, mark_type=OWNED, delegation=token)
        return rig.marks.verify(mark, holder=PROVIDER, now=now)

    assert set(believed(lies, believe)) - _spelt_the_same(lies) == set()


@SPEC
def test_a_mark_is_not_carried_over_to_another_holder_type_or_issuer(
    rig: AnswerRig,
) -> None:
    """Cut and paste: every exchange of holder, type, issuer, key and delegation."""
    now, leave = rig.world.clock(), a_delegation(rig.world)
    true = {
        "issuer": PLATFORM,
        "holder": PROVIDER,
        "mark_type": OWNED,
        "delegation": leave,
    }
    good = a_mark(rig.world, **true)  # type: ignore[arg-type]  # by their names
    assert rig.marks.verify(good, holder=PROVIDER, now=now).mark_type == OWNED
    exchanges: dict[str, dict[str, object]] = {
        "holder": {"holder": PLATFORM},
        "type": {"mark_type": "https://nation.example/trust/marks/other"},
        "issuer": {"issuer": PROVIDER},
        "issuer and key": {"issuer": PROVIDER, "by": signer(kid=PROVIDER)},
        "key": {"by": signer(kid=PROVIDER)},
        "delegation left out": {"delegation": None},
        "delegation for another": {"delegation": a_delegation(rig.world, issuer=PROVIDER)},
        "delegation of a registered type": {"mark_type": MARK},
        "delegation as mark": {"delegation": good},
    }
    taken = [
        name
        for name, change in exchanges.items()
        if _is_taken(
            a_mark(rig.world, **{**true, **change}),  # type: ignore[arg-type]  # by names
            lambda token: rig.marks.verify(token, holder=PROVIDER, now=now),
        )
    ]
    assert taken == []


# ------------------------------------------------------------------ signed key sets


@SPEC
def test_no_forged_key_set_is_used(rig: AnswerRig) -> None:
    world, by = rig.world, signer(kid=PROVIDER)
    metadata = {
        "openid_provider": {**OP_METADATA, "signed_jwks_uri": f"{PROVIDER}/jwks.jwt"}
    }
    world.entity(PROVIDER, (PLATFORM,), metadata)
    chain = rig.rig.resolution.resolve(PROVIDER, Budget())
    served = _Served()
    claims = {
        "iss": PROVIDER,
        "sub": PROVIDER,
        "iat": int(world.clock().timestamp()),
        "exp": int(world.clock().timestamp()) + 300,
        **KeySet.of([PublicKey("t", "ES256", signer(kid="t").public)]).to_jwks(),
    }
    lies = Lies(by, "jwk-set+jwt", claims, ("iat", "exp"), ("iss", "sub", "keys"))

    def believe(token: str) -> KeySet:
        served.said = token
        return ProtocolKeys(served, world.clock).of(chain, "openid_provider")

    assert set(believed(lies, believe)) - _spelt_the_same(lies) == set()


class _Served:
    """Serves one text for every address."""

    said = ""

    def jwks(self, url: str) -> bytes:
        return f"{url}{self.said}".encode()

    def signed_jwks(self, url: str) -> str:
        return self.said if url else url
