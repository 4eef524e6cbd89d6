"""One hub and one provider for all modules: what a test bends it bends back."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlalchemy import text

from server.demo.journeys.browser import Browser, Page
from tests.faults.installation import free_port
from tests.flows.federation_rp.hub import Hub, running_hub
from tests.flows.federation_rp.op import FederatedOp, Told
from tests.flows.federation_rp.serving import running_op


@dataclass
class Federation:
    """A hub that is anchor and relying party, and a provider that is its member."""

    hub: Hub
    op: FederatedOp
    slug: str

    def tell(self, told: Told) -> None:
        """Have the provider behave so from now on, and the hub look at it anew."""
        self.op.told = told
        self.hub.look_again(self.op.issuer, self.hub.issuer)

    def sign_in(self) -> Page:
        """Walk from the portal through the provider; return where the browser ends."""
        browser = Browser()
        page = browser.open(self.hub.authorize())
        interaction = dict(parse_qsl(urlsplit(page.url).query))["interaction"]
        # The chooser lists nobody who may not be gone to; an older link still names them.
        start = f"{self.hub.issuer}/broker/{self.slug}/start?interaction={interaction}"
        return browser.open(start)


@pytest.fixture(scope="package")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """Run one hub; what is bent is seen at the next look, not after half a minute."""
    folder: Path = tmp_path_factory.mktemp("hub")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("federation.flows.shared._FRESH", timedelta())
        with running_hub(folder, free_port()) as running:
            yield running


@pytest.fixture(scope="package")
def automatic_op(hub: Hub) -> Iterator[FederatedOp]:
    """Run a provider, and make it a member."""
    with running_op(str(hub.trust)) as op:
        hub.enrol(op.issuer, {"keys": [op.federation.key.to_jwk()]})
        hub.register("auto", op.issuer, "automatic")
        hub.work("broker.presence")
        yield op


@pytest.fixture(scope="package")
def explicit_op(hub: Hub) -> Iterator[FederatedOp]:
    """Run another one, at which we register explicitly."""
    with running_op(str(hub.trust)) as op:
        hub.enrol(op.issuer, {"keys": [op.federation.key.to_jwk()]})
        hub.register("explicit", op.issuer, "explicit")
        hub.work("broker.presence")
        yield op


@pytest.fixture
def federation(hub: Hub, automatic_op: FederatedOp) -> Federation:
    """Join both, honest to begin with."""
    return honest(Federation(hub, automatic_op, "auto"))


@pytest.fixture
def explicit(hub: Hub, explicit_op: FederatedOp) -> Federation:
    """Join both, honest to begin with; nobody is registered yet."""
    joined = honest(Federation(hub, explicit_op, "explicit"))
    hub.worked.drivers.db.write(text("DELETE FROM broker_registration"))
    return joined


def honest(federation: Federation) -> Federation:
    """Bend back what another test has bent."""
    federation.tell(Told())
    federation.op.wrong.clear()
    federation.op.headers.clear()
    federation.op.seen.clear()
    return federation
