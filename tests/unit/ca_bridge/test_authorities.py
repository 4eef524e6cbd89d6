"""Authorities on record: two persons, exactly that, and the signed list."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from ca_bridge.api import routes
from ca_bridge.domain import Actor, Ca, CaAction, CaState
from ca_bridge.errors import CaKnown, CaMalformed, ListUnavailable, NothingToConfirm
from ca_bridge.events import (
    CaChangeRefused,
    CaMoved,
    CaSuspensionUnconfirmed,
    ListSigned,
)
from ca_bridge.service import Alarms, Approval, ListPublication, ListSigning
from ca_bridge.store.authorities import SqlEditions
from kernel.approval import (
    ChangeDiffers,
    Proposal,
    ProposalDecided,
    SamePerson,
    SubjectMoved,
)
from kernel.clock import epoch_seconds
from kernel.identifiers import IdentifierRefused
from kernel.ids import ClientId
from kernel.lifecycle import TransitionNotAllowed
from kernel.proof.jose import CA_LIST, verify
from kernel.secret import Digest
from kernel.standing import State
from kernel.web import Caller, Reply, Request, Role, Router
from tests.unit.ca_bridge.pki import ISSUING, a_pki, make
from tests.unit.ca_bridge.world import ONE, TWO, Bridge
from tests.unit.trustroot.fakes import KeyHouse
from trustroot.keys.domain import Purpose, RoleGroup

ISSUER = "http://localhost:8400"
HOUR = timedelta(hours=1)


@pytest.fixture
def bridge(tmp_path: Path) -> Iterator[Bridge]:
    made = Bridge(tmp_path)
    yield made
    made.db.close()


def test_an_authority_is_on_record_once_two_persons_saw_it(bridge: Bridge) -> None:
    proposal = bridge.deciding.propose_new(bridge.body(a_pki()), ONE)
    assert bridge.authorities.all() == ()
    ca = bridge.deciding.approve(
        Approval(proposal=proposal.id, digest=proposal.digest, actor=TWO)
    )
    assert bridge.authorities.all() == (ca,)
    assert (ca.state, ca.version) == (CaState.ACTIVE, 1)
    (moved,) = bridge.around.trail.of(CaMoved)
    assert (moved.actor, moved.target) == (TWO.pseudonym, "active")


def test_who_proposed_it_cannot_approve_it(bridge: Bridge) -> None:
    proposal = bridge.deciding.propose_new(bridge.body(a_pki()), ONE)
    with pytest.raises(SamePerson):
        bridge.deciding.approve(
            Approval(proposal=proposal.id, digest=proposal.digest, actor=ONE)
        )
    assert bridge.authorities.all() == ()
    assert bridge.around.standing.changes == []
    (refused,) = bridge.around.trail.of(CaChangeRefused)
    assert refused.reason == "same_person"


def test_another_digest_approves_nothing(bridge: Bridge) -> None:
    proposal = bridge.deciding.propose_new(bridge.body(a_pki()), ONE)
    with pytest.raises(ChangeDiffers):
        bridge.deciding.approve(
            Approval(proposal=proposal.id, digest=Digest(b"x" * 32), actor=TWO)
        )
    assert bridge.authorities.all() == ()


def test_a_proposal_is_approved_once(bridge: Bridge) -> None:
    proposal = bridge.deciding.propose_new(bridge.body(a_pki()), ONE)
    approval = Approval(proposal=proposal.id, digest=proposal.digest, actor=TWO)
    bridge.deciding.approve(approval)
    with pytest.raises(ProposalDecided):
        bridge.deciding.approve(approval)
    assert len(bridge.authorities.all()) == 1


def test_a_proposal_is_void_once_its_authority_has_moved(bridge: Bridge) -> None:
    ca = bridge.added(a_pki())
    proposal = bridge.deciding.propose(ca.id, CaAction.WITHDRAW, "closed", ONE)
    bridge.deciding.suspend(ca.id, "key lost", ONE)
    with pytest.raises(SubjectMoved):
        bridge.deciding.approve(
            Approval(proposal=proposal.id, digest=proposal.digest, actor=TWO)
        )
    assert bridge.authorities.find(ca.id).state is CaState.SUSPENDED


def test_suspending_takes_one_person_and_is_effective_at_once(bridge: Bridge) -> None:
    ca = bridge.added(a_pki())
    bridge.deciding.suspend(ca.id, "key lost", ONE)
    last = bridge.around.standing.changes[-1]
    assert (last.party, last.state) == (ca.party, State.SUSPENDED)
    with pytest.raises(TransitionNotAllowed):
        bridge.deciding.suspend(ca.id, "again", ONE)


@pytest.mark.parametrize("reason", ["", "  ", "长" * 2001])
def test_an_act_without_a_reason_of_bounded_length_is_none(
    bridge: Bridge, reason: str
) -> None:
    ca = bridge.added(a_pki())
    with pytest.raises(CaMalformed, match="reason"):
        bridge.deciding.suspend(ca.id, reason, ONE)
    with pytest.raises(CaMalformed, match="reason"):
        bridge.deciding.propose(ca.id, CaAction.WITHDRAW, reason, ONE)
    assert bridge.authorities.find(ca.id) == ca


def test_a_second_person_confirms_a_suspension_once(bridge: Bridge) -> None:
    ca = bridge.added(a_pki())
    held = bridge.deciding.suspend(ca.id, "key lost", ONE).suspension
    assert held is not None
    waiting = bridge.deciding.find(held.proposal)
    told = len(bridge.around.standing.changes)
    with pytest.raises(SamePerson):
        confirm(bridge, waiting, ONE)
    after = confirm(bridge, waiting, TWO)
    assert (after.state, after.reason) == (CaState.SUSPENDED, "key lost")
    assert after.suspension == replace(held, confirmed=True)
    assert len(bridge.around.standing.changes) == told
    with pytest.raises(NothingToConfirm):
        confirm(bridge, waiting, TWO)


def test_the_confirmation_of_a_suspension_that_was_lifted_confirms_no_other(
    bridge: Bridge,
) -> None:
    ca = bridge.added(a_pki())
    first = bridge.deciding.suspend(ca.id, "key lost", ONE).suspension
    lifted = bridge.deciding.propose(ca.id, CaAction.REINSTATE, "found", ONE)
    assert confirm(bridge, lifted, TWO).suspension is None
    second = bridge.deciding.suspend(ca.id, "lost again", ONE).suspension
    assert first is not None
    with pytest.raises(NothingToConfirm):
        confirm(bridge, bridge.deciding.find(first.proposal), TWO)
    assert bridge.authorities.find(ca.id).suspension == second


def test_an_unconfirmed_suspension_stays_and_the_alarm_rises_once(bridge: Bridge) -> None:
    ca = bridge.added(a_pki())
    bridge.deciding.suspend(ca.id, "key lost", ONE)
    alarms = Alarms(bridge.authorities, bridge.db.unit_of_work())
    bridge.around.clock.advance(timedelta(hours=24, seconds=-1))
    alarms.run()
    assert bridge.around.trail.of(CaSuspensionUnconfirmed) == []
    bridge.around.clock.advance(timedelta(seconds=1))
    alarms.run()
    alarms.run()
    (alarm,) = bridge.around.trail.of(CaSuspensionUnconfirmed)
    assert (alarm.ca, alarm.reason) == (ca.id, "key lost")
    late = bridge.authorities.find(ca.id)
    assert late.state is CaState.SUSPENDED
    assert late.suspension is not None
    confirm(bridge, bridge.deciding.find(late.suspension.proposal), TWO)


def test_a_confirmed_suspension_raises_no_alarm(bridge: Bridge) -> None:
    ca = bridge.added(a_pki())
    held = bridge.deciding.suspend(ca.id, "key lost", ONE).suspension
    assert held is not None
    confirm(bridge, bridge.deciding.find(held.proposal), TWO)
    bridge.around.clock.advance(timedelta(days=3))
    Alarms(bridge.authorities, bridge.db.unit_of_work()).run()
    assert bridge.around.trail.of(CaSuspensionUnconfirmed) == []


def confirm(bridge: Bridge, waiting: Proposal, actor: Actor) -> Ca:
    """Approve a proposal that waits, as ``actor``."""
    return bridge.deciding.approve(
        Approval(proposal=waiting.id, digest=waiting.digest, actor=actor)
    )


def test_a_withdrawn_authority_stays_withdrawn(bridge: Bridge) -> None:
    ca = bridge.added(a_pki())
    proposal = bridge.deciding.propose(ca.id, CaAction.WITHDRAW, "closed", ONE)
    bridge.deciding.approve(
        Approval(proposal=proposal.id, digest=proposal.digest, actor=TWO)
    )
    with pytest.raises(TransitionNotAllowed):
        bridge.deciding.propose(ca.id, CaAction.REINSTATE, "sorry", ONE)


def test_an_anchor_belongs_to_one_authority(bridge: Bridge) -> None:
    pki = a_pki()
    waiting = bridge.deciding.propose_new(bridge.body(pki), ONE)
    bridge.added(pki)
    with pytest.raises(CaKnown):
        bridge.deciding.propose_new(bridge.body(pki), ONE)
    with pytest.raises(CaKnown):
        bridge.deciding.approve(
            Approval(proposal=waiting.id, digest=waiting.digest, actor=TWO)
        )
    assert len(bridge.authorities.all()) == 1


def test_what_is_no_authority_is_not_proposed(bridge: Bridge) -> None:
    good = bridge.body(a_pki())
    leaf = make(replace(ISSUING, ca=False)).pem
    for wrong in (
        replace(good, anchors=()),
        replace(good, anchors=("-----BEGIN CERTIFICATE-----",)),
        replace(good, anchors=(leaf,)),
        replace(good, crl_urls=("ldap://crl.example",)),
        replace(good, reason=" "),
    ):
        with pytest.raises(CaMalformed):
            bridge.deciding.propose_new(wrong, ONE)
    with pytest.raises(IdentifierRefused):
        bridge.deciding.propose_new(replace(good, uscc="91350100M000100Y44"), ONE)
    assert bridge.around.trail.events == []


@pytest.fixture
def signing(bridge: Bridge) -> ListSigning:
    house = KeyHouse(bridge.around.clock)
    house.care.create_installation_keys()
    return ListSigning(
        authorities=bridge.store,
        editions=SqlEditions(bridge.db),
        signer=house.process(RoleGroup.WORKER, RoleGroup.SERVE),
        work=bridge.db.unit_of_work(),
        trail=bridge.around.trail,
        clock=bridge.around.clock,
        issuer=ISSUER,
        lifetime=2 * HOUR,
    )


def claims(signing: ListSigning) -> dict[str, object]:
    """Return what the present edition says, verified."""
    token = ListPublication(signing.editions, signing.clock).current()
    return dict(verify(token, signing.signer.published(Purpose.LIST), CA_LIST))


@pytest.mark.spec("ETSI TS 119 612")
def test_the_list_says_who_is_granted_and_keeps_who_no_longer_is(
    bridge: Bridge, signing: ListSigning
) -> None:
    ca = bridge.added(a_pki())
    signing.run()
    first = claims(signing)
    assert (first["iss"], first["sequence"]) == (ISSUER, 1)
    assert '"status": "granted"' in json.dumps(first)
    bridge.deciding.suspend(ca.id, "key lost", ONE)
    signing.run()
    second = claims(signing)
    assert second["sequence"] == 2
    assert '"status": "withdrawn"' in json.dumps(second)


def test_a_list_that_says_nothing_new_is_signed_again_before_its_end(
    bridge: Bridge, signing: ListSigning
) -> None:
    for _ in range(3):
        signing.run()
    assert claims(signing)["sequence"] == 1
    bridge.around.clock.advance(HOUR)
    signing.run()
    assert claims(signing)["sequence"] == 2
    assert claims(signing)["exp"] == epoch_seconds(bridge.around.clock() + 2 * HOUR)
    assert len(bridge.around.trail.of(ListSigned)) == 1


def test_no_list_is_handed_out_past_its_end(bridge: Bridge, signing: ListSigning) -> None:
    publication = ListPublication(signing.editions, bridge.around.clock)
    with pytest.raises(ListUnavailable):
        publication.current()
    signing.run()
    bridge.around.clock.advance(2 * HOUR)
    with pytest.raises(ListUnavailable):
        publication.current()


class Api:
    """The table, called as the dispatcher would by one operator or the other."""

    def __init__(self, bridge: Bridge, signing: ListSigning) -> None:
        publication = ListPublication(signing.editions, signing.clock)
        self.router = Router(routes(bridge.authorities, bridge.deciding, publication))

    def __call__(
        self, method: str, path: str, body: object = None, *, by: int = 1
    ) -> Reply:
        actor = ONE if by == 1 else TWO
        caller = Caller(
            client=ClientId("console"),
            person=actor.person,
            pseudonym=actor.pseudonym,
            roles=frozenset({Role.OPERATOR}),
            scopes=frozenset({"ca:write"}),
        )
        match = self.router.find(method, path)
        request = Request(method=method, path=path, body=json.dumps(body).encode())
        asked = request.with_parameters(match.parameters).acting_for(caller)
        return match.route.endpoint(asked)


def test_an_operator_can_do_all_of_it_over_the_api(
    bridge: Bridge, signing: ListSigning
) -> None:
    api, pki = Api(bridge, signing), a_pki()
    body = {
        "name_zh": "演示CA",
        "name_en": "Demo CA",
        "uscc": "91350100M000100Y43",
        "anchors": [pki.root.pem],
        "intermediates": [pki.issuing.pem],
        "crl_urls": [],
        "reason": "licensed",
    }
    proposed = api("POST", "/api/v1/ca", body)
    said = json.loads(proposed.body)
    path = f"/api/v1/ca/proposals/{said['id']}"
    assert (proposed.status, json.loads(api("GET", path).body)) == (202, said)
    added = api("POST", f"{path}/approve", {"digest": said["digest"]}, by=2)
    ca = json.loads(added.body)
    assert (ca["id"], ca["state"]) == (said["ca"], "active")
    assert json.loads(api("GET", "/api/v1/ca").body)["authorities"] == [ca]
    one = f"/api/v1/ca/{ca['id']}"
    assert json.loads(api("POST", f"{one}/suspend", {"reason": "x"}).body)["state"] == (
        "suspended"
    )
    lifted = api("POST", f"{one}/reinstate", {"reason": "found"})
    assert lifted.status == 202
    signing.run()
    assert api("GET", "/trust/ca/list.jws").header("Content-Type") == "application/jose"
