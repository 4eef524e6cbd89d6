"""Archives: what was resolved on a day is shown years later, by the anchor's key alone."""

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from federation.domain import Archive, Trace, VerifiedChain
from federation.errors import (
    ArchiveMalformed,
    ArchiveRefused,
    ChainRefused,
    KeysUnreachable,
    MarkRefused,
    NoTrustChain,
    StatementNotAccepted,
)
from federation.flows.archive import Archives, ArchiveVerifier
from federation.messages.archives import ArchiveView, read_archive
from kernel.clock import epoch_seconds
from kernel.ids import EntityId
from kernel.proof.jose import KeySet
from kernel.web import write_body
from tests.unit.federation.answering import (
    MARK,
    RESOLVER,
    AnswerRig,
    a_mark,
    an_answer_rig,
    carry,
    enrol_resolver,
    rules_of_marks,
)
from tests.unit.federation.world import ANCHOR, PLATFORM, PROVIDER
from tests.unit.kernel.proof.signers import Signer, signer

SPEC = pytest.mark.spec("OpenID Federation 1.0 §8.3.2, §8.7")
YEARS = timedelta(days=365 * 7)
THEN = signer(kid=ANCHOR)
TODAY = signer(kid="anchor-of-today")


@dataclass
class Served:
    """What the anchor serves of its keys of before; nothing unless a test says so."""

    said: str | None = None

    def jwks(self, url: str) -> bytes:
        raise KeysUnreachable(url)

    def signed_jwks(self, url: str) -> str:
        if self.said is None:
            raise KeysUnreachable(url)
        return self.said


@pytest.fixture
def rig() -> AnswerRig:
    rig = an_answer_rig()
    rules_of_marks(
        rig.world, federation_historical_keys_endpoint=f"{ANCHOR}/historical_keys"
    )
    mark = a_mark(rig.world, issuer=PLATFORM)
    carry(rig.world, (MARK, mark))
    enrol_resolver(rig)
    rig.follow(PROVIDER, PLATFORM)
    return rig


def made(rig: AnswerRig, served: Served | None = None) -> Archive:
    fetch = served or Served()
    archives = Archives(rig.resolver, rig.rig.chains, fetch, rig.world.clock)
    return archives.make(PROVIDER)


def verified(
    archive: Archive, *more: str, by: Signer = THEN, at: datetime | None = None
) -> tuple[VerifiedChain, Trace, list[str]]:
    verifier, trace = ArchiveVerifier(ANCHOR, by.keys), Trace()
    chain = verifier.verify(archive, at or archive.made_at, trace, *more)
    return chain, trace, verifier.notes


def keys_of_before(
    *past: Signer,
    by: Signer = TODAY,
    begins: datetime,
    ends: datetime,
    revoked: dict[str, object] | None = None,
    issuer: EntityId = ANCHOR,
) -> str:
    rows = [
        {
            **one.key.to_jwk(),
            "iat": epoch_seconds(begins),
            "exp": epoch_seconds(ends),
            **({"revoked": revoked} if revoked else {}),
        }
        for one in past
    ]
    claims = {"iss": issuer, "iat": epoch_seconds(ends), "keys": rows}
    return by.token(by.header("jwk-set+jwt"), claims)


@SPEC
def test_an_archive_shows_offline_what_was_resolved(rig: AnswerRig) -> None:
    archive = made(rig)
    assert set(archive.issuers) == {RESOLVER, PLATFORM}
    asked = len(rig.world.asked)
    chain, trace, notes = verified(archive)
    assert chain.path == (PROVIDER, PLATFORM, ANCHOR)
    assert len(rig.world.asked) == asked
    assert notes == []
    told = [step.text for step in trace.steps]
    assert told[-2:] == [
        f"{RESOLVER} answered about {PROVIDER} what the chain resolves to",
        f"trust mark {MARK} by {PLATFORM} counts",
    ]


@SPEC
def test_years_later_it_still_says_what_was_said_then_and_nothing_of_today(
    rig: AnswerRig,
) -> None:
    archive = made(rig)
    rig.world.clock.advance(YEARS)
    assert verified(archive)[0].subject == PROVIDER
    with pytest.raises(StatementNotAccepted, match="jose_expired"):
        verified(archive, at=rig.world.clock())
    with pytest.raises(StatementNotAccepted, match="jose_issued_in_future"):
        verified(archive, at=archive.made_at - timedelta(days=1))


@SPEC
def test_after_the_anchor_changed_its_keys_they_are_believed_on_its_word(
    rig: AnswerRig,
) -> None:
    archive = made(rig)
    begins, ends = archive.made_at - YEARS, archive.made_at + YEARS
    said = keys_of_before(THEN, begins=begins, ends=ends)
    with pytest.raises(StatementNotAccepted, match="jose_unknown_key"):
        verified(archive, by=TODAY)
    assert verified(archive, said, by=TODAY)[0].anchor == ANCHOR
    kept = replace(archive, historical_keys=said)
    assert verified(kept, by=TODAY)[0].anchor == ANCHOR


@SPEC
@pytest.mark.parametrize("wrong", ["too early", "ended", "revoked", "another", "forged"])
def test_a_key_of_before_speaks_in_its_time_only(rig: AnswerRig, wrong: str) -> None:
    archive = made(rig)
    now, day = archive.made_at, timedelta(days=1)
    begins, ends = now - YEARS, now + YEARS
    revoked: dict[str, object] | None = None
    if wrong == "too early":
        begins = now + day
    if wrong == "ended":
        ends = now - day
    if wrong == "revoked":
        revoked = {"revoked_at": epoch_seconds(now - day), "reason": "superseded"}
    said = keys_of_before(
        THEN,
        by=signer(kid="anchor-of-today", alg="EdDSA") if wrong == "forged" else TODAY,
        begins=begins,
        ends=ends,
        revoked=revoked,
        issuer=PLATFORM if wrong == "another" else ANCHOR,
    )
    with pytest.raises(StatementNotAccepted, match="jose_unknown_key"):
        verified(archive, said, by=TODAY)


@SPEC
def test_what_a_key_signed_before_it_ended_lives_to_its_own_end(rig: AnswerRig) -> None:
    """At a rotation statements of the old key are in force after it stopped signing."""
    archive = made(rig)
    later = archive.made_at + timedelta(minutes=2)
    ends = archive.made_at + timedelta(minutes=1)
    said = keys_of_before(THEN, begins=archive.made_at - YEARS, ends=ends)
    assert verified(archive, said, by=TODAY, at=later)[0].subject == PROVIDER
    revoked = {"revoked_at": epoch_seconds(ends), "reason": "superseded"}
    gone = keys_of_before(THEN, begins=archive.made_at - YEARS, ends=ends, revoked=revoked)
    with pytest.raises(StatementNotAccepted, match="jose_unknown_key"):
        verified(archive, gone, by=TODAY, at=later)


@SPEC
def test_a_key_that_was_compromised_later_is_named_and_speaks_for_no_other(
    rig: AnswerRig,
) -> None:
    archive, thief = made(rig), signer(kid="thief")
    begins, ends = archive.made_at - YEARS, archive.made_at + YEARS
    later = {"revoked_at": epoch_seconds(ends), "reason": "compromised"}
    fresh = keys_of_before(THEN, begins=begins, ends=ends, revoked=later)
    planted = keys_of_before(thief, by=THEN, begins=begins, ends=ends)
    _, _, notes = verified(archive, fresh, planted, by=TODAY)
    assert f"key {ANCHOR} was reported as compromised" in notes
    assert "historical keys left aside: jose_unknown_key" in notes


@SPEC
def test_nothing_in_an_archive_can_be_exchanged(rig: AnswerRig) -> None:
    archive = made(rig)
    rig.world.clock.advance(timedelta(minutes=1))
    carry(rig.world, metadata={"openid_provider": {"issuer": PROVIDER}})
    rig.follow(PROVIDER)
    rig.rig.store.wake([PROVIDER], rig.world.clock())
    rig.turn()
    other = made(rig)
    assert other.chain != archive.chain
    with pytest.raises(ArchiveRefused, match="not of this chain"):
        verified(replace(archive, response=other.response), at=other.made_at)
    with pytest.raises(ArchiveRefused, match="not of this chain"):
        verified(replace(archive, chain=other.chain), at=other.made_at)
    with pytest.raises(ArchiveRefused, match="of another"):
        verified(replace(archive, subject=PLATFORM))
    with pytest.raises(ArchiveRefused, match="resolver"):
        verified(replace(archive, issuers={PLATFORM: archive.issuers[PLATFORM]}))
    with pytest.raises(MarkRefused):
        verified(replace(archive, issuers={RESOLVER: archive.issuers[RESOLVER]}))
    with pytest.raises(ArchiveRefused, match="resolver"):
        verified(replace(archive, issuers={RESOLVER: archive.issuers[PLATFORM]}))
    with pytest.raises(ChainRefused):
        verified(archive, by=signer(kid=ANCHOR, alg="EdDSA"))


@SPEC
@pytest.mark.parametrize("change", ["metadata", "exp", "iat", "key"])
def test_a_response_says_what_its_chain_says_and_no_more(
    rig: AnswerRig, change: str
) -> None:
    archive = made(rig)
    chain = rig.rig.chains.chain(PROVIDER)
    ends = epoch_seconds(chain.expires_at)
    claims: dict[str, object] = {
        "iss": ANCHOR,
        "sub": PROVIDER,
        "iat": epoch_seconds(archive.made_at),
        "exp": ends,
        "metadata": {kind: dict(said) for kind, said in chain.metadata.items()},
        "trust_chain": list(chain.tokens),
    }
    by = THEN
    good = by.token(by.header("resolve-response+jwt"), claims)
    assert verified(replace(archive, response=good))[0].subject == PROVIDER
    if change == "metadata":
        claims["metadata"] = {"openid_provider": {"issuer": "https://evil.example"}}
    if change == "exp":
        claims["exp"] = ends + 1
    if change == "iat":
        claims["iat"] = ends
    if change == "key":
        by = signer(kid=ANCHOR, alg="EdDSA")
    bad = by.token(by.header("resolve-response+jwt"), claims)
    with pytest.raises(ArchiveRefused):
        verified(replace(archive, response=bad))


@SPEC
def test_what_the_anchor_says_of_its_keys_of_before_is_archived(rig: AnswerRig) -> None:
    metadata = {
        "federation_entity": {
            "federation_fetch_endpoint": f"{ANCHOR}/fetch",
            "federation_historical_keys_endpoint": f"{ANCHOR}/historical_keys",
        }
    }
    rig.world.entity(ANCHOR, metadata=metadata)
    rig.rig.store.wake([PROVIDER], rig.world.clock())
    rig.world.clock.advance(timedelta(minutes=1))
    rig.turn()
    rig.rig.shared.forget(ANCHOR)
    rig.rig.store.wake([PROVIDER], rig.world.clock())
    rig.turn()
    assert made(rig, Served("a.b.c")).historical_keys == "a.b.c"
    assert made(rig).historical_keys is None


def test_nothing_is_archived_of_whom_nothing_is_kept(rig: AnswerRig) -> None:
    archives = Archives(rig.resolver, rig.rig.chains, Served(), rig.world.clock)
    with pytest.raises(NoTrustChain):
        archives.make(EntityId("https://nobody.example"))


def test_an_archive_comes_back_from_its_file_as_it_was(rig: AnswerRig) -> None:
    archive = replace(made(rig), historical_keys="a.b.c")
    raw = json.dumps(write_body(ArchiveView.of(archive))).encode()
    assert read_archive(raw) == archive


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"subject": ""},
        {"trust_chain": "x"},
        {"trust_chain": [1]},
        {"issuer_chains": []},
        {"issuer_chains": {"a": 1}},
        {"historical_keys": 1},
        {"made_at": "x"},
        {"made_at": True},
        {"resolve_response": None},
    ],
)
def test_what_is_no_archive_is_told_as_such(
    rig: AnswerRig, change: dict[str, object]
) -> None:
    body = write_body(ArchiveView.of(made(rig)))
    assert isinstance(body, dict)
    with pytest.raises(ArchiveMalformed):
        read_archive(json.dumps({**body, **change}).encode())
    for raw in (b"", b"[]", b"{", b'{"version":1,"version":1}'):
        with pytest.raises(ArchiveMalformed):
            read_archive(raw)


def test_the_keys_of_a_reader_are_never_changed(rig: AnswerRig) -> None:
    """What is learnt from one archive says nothing about the next."""
    archive, keys = made(rig), KeySet.of([TODAY.key, THEN.key])
    begins, ends = archive.made_at - YEARS, archive.made_at - timedelta(days=1)
    ended = keys_of_before(THEN, signer(kid="older"), begins=begins, ends=ends)
    verifier = ArchiveVerifier(ANCHOR, keys)
    with pytest.raises(StatementNotAccepted, match="jose_unknown_key"):
        verifier.verify(archive, archive.made_at, Trace(), ended)
    assert dict(keys.by_kid) == {"anchor-of-today": TODAY.key, ANCHOR: THEN.key}
    assert verifier.verify(archive, archive.made_at, Trace()).subject == PROVIDER
