"""What every `TestClients` of the register promises."""

import re

import pytest

from idp.clients.adapters.test_clients import ApplicantClients
from idp.clients.domain import ClaimAsked, ClientState, GrantType
from kernel.errors import Refused
from kernel.ids import ClientId
from tests.unit.idp.clients.fakes import Memory, a_use_case
from tests.unit.trustroot.applicants import MemoryTestClients
from tests.unit.trustroot.members import an_application, some_terms
from trustroot.registry import ports
from trustroot.registry.domain import Application

CALLBACK = "https://app.example/callback"
BASES = {"name": "办理时核对申请人", "id_number": "管理办法第三条", "province": "统计"}


def an_applicant() -> Application:
    terms = some_terms(attributes=frozenset(BASES), bases=BASES)
    return an_application(terms=terms)


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture(params=["memory", "clients"])
def port(request: pytest.FixtureRequest, memory: Memory) -> ports.TestClients:
    if request.param == "memory":
        return MemoryTestClients()
    return ApplicantClients(a_use_case(memory))


def test_a_client_is_opened_with_a_secret_of_its_own(port: ports.TestClients) -> None:
    one = port.open(an_applicant(), (CALLBACK,))
    other = port.open(an_applicant(), (CALLBACK,))
    assert len(one.client_secret.reveal()) >= 43
    assert one.client_id != other.client_id
    assert one.client_secret != other.client_secret


@pytest.mark.parametrize("uris", [(), ("https://app.example/cb#fragment",), ("nothing",)])
def test_a_redirect_uri_no_client_may_have_opens_none(
    port: ports.TestClients, memory: Memory, uris: tuple[str, ...]
) -> None:
    with pytest.raises(Refused):
        port.open(an_applicant(), uris)
    assert memory.clients == {}


@pytest.fixture
def clients(memory: Memory) -> ports.TestClients:
    return ApplicantClients(a_use_case(memory))


def test_it_is_in_the_sandbox_and_may_ask_for_what_was_applied_for(
    clients: ports.TestClients, memory: Memory
) -> None:
    opened = clients.open(an_applicant(), (CALLBACK,))
    client = memory.clients[ClientId(opened.client_id)]
    assert client.state is ClientState.SANDBOX
    assert set(client.claims) == {ClaimAsked("name"), ClaimAsked("id_number")}
    assert client.oidc.scopes == {"openid", "profile", "identity_document"}
    assert GrantType.CLIENT_CREDENTIALS not in client.oidc.grant_types
    assert client.person is None
    assert "管理办法第三条" in client.purpose.zh


def test_several_addresses_of_one_applicant_share_one_sector(
    clients: ports.TestClients, memory: Memory
) -> None:
    opened = clients.open(an_applicant(), (CALLBACK, "https://other.example/cb"))
    sector = memory.clients[ClientId(opened.client_id)].oidc.sector
    assert sector == an_applicant().entity_id


def test_the_secret_is_kept_as_a_digest_only(
    clients: ports.TestClients, memory: Memory
) -> None:
    opened = clients.open(an_applicant(), (CALLBACK,))
    assert not re.search(opened.client_secret.reveal(), repr(memory))
    kept = memory.clients[ClientId(opened.client_id)].secret
    assert kept == opened.client_secret.digest()


def test_long_names_are_cut_to_what_a_client_may_be_called(
    clients: ports.TestClients, memory: Memory
) -> None:
    application = an_application(name_zh="长" * 180, name_en="L" * 180, terms=some_terms())
    opened = clients.open(application, (CALLBACK,))
    assert len(memory.clients[ClientId(opened.client_id)].name_zh) == 100
