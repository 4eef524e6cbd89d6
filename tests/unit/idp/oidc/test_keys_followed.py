"""Relying parties that keep our key set as long as it says follow every rotation."""

import json
import re
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from idp.clients.domain import Client
from idp.oidc.api.documents import Documents
from idp.oidc.domain.issuer import Issuer
from idp.oidc.flows.issuing import TokenIssuer
from idp.oidc.flows.publishing import Publishing
from idp.oidc.messages.metadata import Names
from idp.oidc.messages.offered import Offered
from kernel.entropy import SeededEntropy
from kernel.ids import ClientId, Reference
from kernel.proof.jose import ACCESS_TOKEN, KeySet, UnknownKey, verify
from kernel.web import Request
from tests.unit.idp.oidc.house import ISSUER, Marks, NoCallbacks
from tests.unit.trustroot.fakes import KeyHouse
from trustroot.keys.domain import Purpose, RoleGroup
from trustroot.keys.errors import NextKeyTooFresh
from trustroot.keys.service import KeyRing
from trustroot.keys.tasks import job_kinds

ASKED = Request(method="GET", path="/oidc/jwks", reference=Reference("ABCDEFGH2345"))


@dataclass
class Hub:
    """The hub as two serving processes and a worker, all on one clock."""

    keys: KeyHouse = field(default_factory=KeyHouse)

    def __post_init__(self) -> None:
        """Make the first keys, and the processes that use them."""
        self.keys.care.create_installation_keys()
        self.processes = [self.keys.process(RoleGroup.SERVE) for _ in range(2)]

    def documents(self, ring: KeyRing) -> Documents:
        names = Names(zh="国家", en="Nation")
        offered = Offered(paths=frozenset(), grants=(), methods=frozenset())
        clock, marks = self.keys.clock, Marks()
        return Documents(
            Publishing(
                Issuer(ISSUER), names, ring, ring, NoCallbacks(), marks, clock, offered
            )
        )

    def token(self, ring: KeyRing) -> str:
        clock, entropy = self.keys.clock, SeededEntropy(3)
        made = Client(id=ClientId("m"), name_zh="甲", name_en="A", created_at=clock())
        issuing = TokenIssuer(Issuer(ISSUER), ring, clock, entropy)
        return issuing.for_client(issuing.own_token(made, "members:read"))[0].access_token

    def work(self) -> None:
        """Run the jobs there are, as the worker does; one that comes early runs again."""
        (kind,) = job_kinds(self.keys.care)
        for _, payload, _ in self.keys.jobs.queued:
            with suppress(NextKeyTooFresh):
                kind.run(payload)


@dataclass
class Party:
    """A relying party: believes ``max-age`` to the second and never asks before."""

    read_from: Documents
    keys: KeySet | None = None
    until: datetime | None = None
    met_unknown: int = 0

    def read(self, token: str, now: datetime) -> None:
        if self.keys is None or self.until is None or now >= self.until:
            reply = self.read_from.jwks(ASKED)
            age = re.search(r"max-age=(\d+)", reply.header("Cache-Control") or "")
            assert age is not None
            self.keys = KeySet.parse(json.loads(reply.body))
            self.until = now + timedelta(seconds=int(age[1]))
        try:
            verify(token, self.keys, ACCESS_TOKEN)
        except UnknownKey:
            self.met_unknown += 1


def met_unknown(acts: list[tuple[bool, int]], *, hastily: bool = False) -> int:
    """Walk through waits and rotations; return how many verifications failed."""
    hub = Hub()
    clock = hub.keys.clock
    parties = [Party(hub.documents(ring)) for ring in hub.processes]
    for rotates, seconds in acts:
        clock.advance(timedelta(seconds=seconds))
        if rotates:
            ask(hub, hastily=hastily)
        hub.work()
        for ring in hub.processes:
            for party in parties:
                party.read(hub.token(ring), clock())
    return sum(party.met_unknown for party in parties)


def ask(hub: Hub, *, hastily: bool) -> None:
    if hastily:
        active = hub.processes[0].active_kid(Purpose.TOKENS)
        hub.keys.care.rotate(Purpose.TOKENS, active, emergency=True)
        return
    with suppress(NextKeyTooFresh):
        hub.keys.desk.ask_rotation(Purpose.TOKENS, None)


ACTS = st.lists(st.tuples(st.booleans(), st.integers(0, 80)), max_size=12)


@pytest.mark.spec("OIDC Core §10.1.1")
@settings(max_examples=30, deadline=None)
@given(ACTS)
def test_however_often_a_rotation_is_asked_no_verification_fails(
    acts: list[tuple[bool, int]],
) -> None:
    assert met_unknown(acts) == 0


def test_an_emergency_is_what_readers_notice() -> None:
    """The walk above can fail: two rotations at once and the reader knows neither key."""
    assert met_unknown([(False, 0), (True, 1), (True, 3)], hastily=True) > 0


@pytest.mark.spec("OIDC Core §10.1.1")
def test_a_rotation_on_demand_does_happen() -> None:
    hub = Hub()
    before = hub.processes[0].active_kid(Purpose.TOKENS)
    hub.keys.clock.advance(timedelta(seconds=90))
    ask(hub, hastily=False)
    hub.work()
    hub.keys.clock.advance(timedelta(seconds=5))
    assert hub.processes[0].active_kid(Purpose.TOKENS) != before
    with pytest.raises(NextKeyTooFresh):
        hub.keys.desk.ask_rotation(Purpose.TOKENS, None)
