"""Whose trust marks count: issuer, holder, owner, time, standing."""

from datetime import timedelta

import pytest

from federation.errors import (
    MarkDelegationRefused,
    MarkIssuerNotNamed,
    MarkIssuerUnknown,
    MarkNotAccepted,
    MarkOfAnother,
)
from kernel.ids import EntityId
from kernel.standing import NotInGoodStanding, Party, PartyKind, StandingUnknown
from tests.unit.federation.answering import (
    FREE,
    MARK,
    OWNED,
    OWNER,
    AnswerRig,
    a_delegation,
    a_mark,
    an_answer_rig,
    rules_of_marks,
)
from tests.unit.federation.world import ANCHOR, PLATFORM, PROVIDER, STRANGER
from tests.unit.kernel.proof.signers import signer

SPEC = pytest.mark.spec("OpenID Federation 1.0 §7.3")
DELEGATION = pytest.mark.spec("OpenID Federation 1.0 §7.2.2")


@pytest.fixture
def rig() -> AnswerRig:
    rig = an_answer_rig()
    rules_of_marks(rig.world)
    rig.follow(PROVIDER, PLATFORM)
    return rig


def counts(rig: AnswerRig, mark: str, **asked: str) -> str:
    verified = rig.marks.verify(
        mark,
        holder=EntityId(asked.get("holder", PROVIDER)),
        now=rig.world.clock(),
        mark_type=asked.get("mark_type"),
        under=rig.rig.chains.chain(PROVIDER) if "under" in asked else None,
    )
    return verified.issuer


@SPEC
@pytest.mark.parametrize("issuer", [ANCHOR, PLATFORM])
def test_a_mark_of_a_named_issuer_counts_under_the_holders_anchor(
    rig: AnswerRig, issuer: EntityId
) -> None:
    mark = a_mark(rig.world, issuer=issuer)
    assert counts(rig, mark) == issuer
    assert counts(rig, mark, under="yes", mark_type=MARK) == issuer
    assert rig.marks.verify(mark, holder=PROVIDER, now=rig.world.clock()).token == mark


@SPEC
def test_a_type_without_named_issuers_may_be_given_by_anybody_in_the_federation(
    rig: AnswerRig,
) -> None:
    own = a_mark(rig.world, issuer=PROVIDER, mark_type=FREE)
    assert counts(rig, own) == PROVIDER
    stranger = a_mark(rig.world, issuer=STRANGER, mark_type=FREE)
    with pytest.raises(MarkIssuerUnknown):
        counts(rig, stranger)


@SPEC
@pytest.mark.parametrize("mark_type", [MARK, "https://nation.example/trust/marks/no-such"])
def test_an_issuer_whom_the_anchor_does_not_name_gives_nothing(
    rig: AnswerRig, mark_type: str
) -> None:
    with pytest.raises(MarkIssuerNotNamed):
        counts(rig, a_mark(rig.world, issuer=PROVIDER, mark_type=mark_type))


@SPEC
def test_what_an_intermediate_says_of_issuers_is_ignored(rig: AnswerRig) -> None:
    """§3.1.2: trust_mark_issuers counts in the anchor's configuration only."""
    rules_of_marks(rig.world, trust_mark_issuers={MARK: [ANCHOR]})
    rig.rig.shared.forget(ANCHOR)
    rig.rig.store.wake([PROVIDER, PLATFORM, ANCHOR], rig.world.clock())
    rig.turn()
    with pytest.raises(MarkIssuerNotNamed):
        counts(rig, a_mark(rig.world, issuer=PLATFORM))


@SPEC
def test_a_mark_counts_for_its_holder_and_its_type(rig: AnswerRig) -> None:
    mark = a_mark(rig.world, issuer=PLATFORM)
    with pytest.raises(MarkOfAnother):
        counts(rig, mark, holder=PLATFORM)
    with pytest.raises(MarkOfAnother):
        counts(rig, mark, mark_type=FREE)


@SPEC
def test_a_mark_counts_in_its_time_and_one_without_an_end_has_none(rig: AnswerRig) -> None:
    short, endless = a_mark(rig.world, minutes=1), a_mark(rig.world, exp=None)
    ahead = a_mark(rig.world, iat=int(rig.world.clock().timestamp()) + 3600)
    assert counts(rig, short) == counts(rig, endless) == ANCHOR
    with pytest.raises(MarkNotAccepted, match="issued_in_future"):
        counts(rig, ahead)
    rig.world.clock.advance(timedelta(minutes=3))
    with pytest.raises(MarkNotAccepted, match="expired"):
        counts(rig, short)
    assert counts(rig, endless) == ANCHOR


@SPEC
def test_a_mark_signed_by_a_key_of_before_is_not_of_its_issuer(rig: AnswerRig) -> None:
    for issuer in (ANCHOR, PLATFORM):
        thief = signer("EdDSA", kid=issuer)
        with pytest.raises(MarkNotAccepted):
            counts(rig, a_mark(rig.world, issuer=issuer, by=thief))


@SPEC
@pytest.mark.parametrize(
    "party",
    [
        Party(PartyKind.MEMBER, PLATFORM),
        Party(PartyKind.MEMBER, ANCHOR),
        Party(PartyKind.MARK, f"{MARK} {PROVIDER}"),
        Party(PartyKind.KEY, signer(kid=PLATFORM).key.thumbprint),
    ],
)
def test_a_mark_rests_on_its_issuers_standing_its_key_and_its_own(
    rig: AnswerRig, party: Party
) -> None:
    mark = a_mark(rig.world, issuer=PLATFORM)
    rig.standing.bad = {party}
    with pytest.raises(NotInGoodStanding):
        counts(rig, mark)
    rig.standing.unknown = True
    with pytest.raises(StandingUnknown):
        counts(rig, mark)


@DELEGATION
def test_a_mark_of_an_owned_type_counts_with_the_owners_leave(rig: AnswerRig) -> None:
    leave = a_delegation(rig.world)
    mark = a_mark(rig.world, issuer=PLATFORM, mark_type=OWNED, delegation=leave)
    assert counts(rig, mark) == PLATFORM


@DELEGATION
@pytest.mark.parametrize(
    "change",
    [
        {"iss": PLATFORM},
        {"sub": ANCHOR},
        {"trust_mark_type": MARK},
        {"iat": 10**10},
        {"exp": 1},
        {"iat": None},
    ],
    ids=str,
)
def test_a_leave_that_says_something_else_is_none(
    rig: AnswerRig, change: dict[str, object]
) -> None:
    leave = a_delegation(rig.world, **change)  # type: ignore[arg-type]  # by their names
    mark = a_mark(rig.world, issuer=PLATFORM, mark_type=OWNED, delegation=leave)
    with pytest.raises(MarkDelegationRefused):
        counts(rig, mark)


@DELEGATION
def test_a_leave_is_needed_for_owned_types_and_checked_wherever_it_stands(
    rig: AnswerRig,
) -> None:
    without = a_mark(rig.world, issuer=PLATFORM, mark_type=OWNED)
    with pytest.raises(MarkDelegationRefused, match="no delegation"):
        counts(rig, without)
    leave = a_delegation(rig.world)
    superfluous = a_mark(rig.world, issuer=PLATFORM, delegation=leave)
    with pytest.raises(MarkDelegationRefused, match="no owner"):
        counts(rig, superfluous)
    thief = a_delegation(rig.world, by=signer("EdDSA", kid=OWNER))
    stolen = a_mark(rig.world, issuer=PLATFORM, mark_type=OWNED, delegation=thief)
    with pytest.raises(MarkDelegationRefused):
        counts(rig, stolen)


@SPEC
def test_without_the_anchors_word_nobody_is_named(rig: AnswerRig) -> None:
    """A chain without the anchor's configuration, and none kept: whom it named is open."""
    chain = rig.rig.chains.chain(PROVIDER)
    bare = rig.rig.verifier.verify(chain.tokens[:-1], rig.world.clock())
    rig.rig.chains.unfollow(ANCHOR)
    with pytest.raises(MarkIssuerUnknown):
        rig.marks.verify(
            a_mark(rig.world), holder=PROVIDER, now=rig.world.clock(), under=bare
        )
