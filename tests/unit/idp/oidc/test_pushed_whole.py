"""What was signed or proven at the push, and comes back whole with its name."""

import json
from datetime import timedelta

import pytest

from idp.clients.domain import AuthMethod
from idp.oidc.domain.grants import Pending
from idp.oidc.domain.signed import Opened, Pushed
from idp.oidc.store import SqlPending, SqlPushed
from kernel.clock import epoch_seconds
from kernel.ids import InteractionId
from kernel.secret import Secret
from tests.unit.idp.oidc.asking import shaped
from tests.unit.idp.oidc.house import (
    ISSUER,
    PORTAL,
    Browser,
    House,
    a_request,
    interaction_of,
)
from tests.unit.idp.oidc.pages import Pages
from tests.unit.idp.oidc.sending import Holder
from tests.unit.idp.oidc.signing import SIGNING, an_object, plain, post, proof
from tests.unit.idp.oidc.test_dynamic_registration import (
    CALLBACK as BACK,
)
from tests.unit.idp.oidc.test_dynamic_registration import (
    OpenHouse,
    entered,
    hub,
    pages,
    register,
)
from tests.unit.kernel.proof.signers import signer

__all__ = ["hub", "pages"]


@pytest.mark.spec("RFC 9101 §6.3")
def test_what_was_pushed_signed_waits_as_it_was_signed(signing: House) -> None:
    sent = {"request": an_object(signing), "client_id": SIGNING, **proof(signing)}
    said = json.loads(post(signing, "/oauth2/par", **sent).body)
    digest = Secret(said["request_uri"]).digest()
    assert SqlPushed(signing.db).find(digest) == Pushed(
        digest=digest,
        opened=Opened(parameters=plain(), is_signed=True, is_proven=True, pushed=digest),
        client=SIGNING,
        expires_at=signing.around.clock() + timedelta(seconds=90),
    )


@pytest.mark.spec("RFC 9101 §5")
def test_a_signed_request_waits_as_it_was_signed(signing: House) -> None:
    reply = Browser(signing).get(
        "/oauth2/authorize", f"client_id={SIGNING}&request={an_object(signing)}"
    )
    named = InteractionId(interaction_of(reply))
    found = SqlPending(signing.db).find(named)
    assert found == Pending(
        interaction=named,
        client=SIGNING,
        parameters=plain(),
        started_at=signing.around.clock(),
    )


@pytest.mark.spec("RFC 9449 §10.1")
def test_a_proof_at_the_push_waits_as_the_key_of_the_code(house: House) -> None:
    holder = Holder(house)
    said = json.loads(holder.push(holder.proof("/oauth2/par")).body)
    digest = Secret(said["request_uri"]).digest()
    assert SqlPushed(house.db).find(digest) == Pushed(
        digest=digest,
        opened=Opened(
            parameters={**a_request(), "dpop_jkt": holder.jkt},
            is_proven=True,
            pushed=digest,
        ),
        client=PORTAL,
        expires_at=house.around.clock() + timedelta(seconds=90),
    )


@pytest.mark.spec("RFC 9126 §2.1")
def test_what_a_public_client_pushes_is_not_proven(house: House) -> None:
    shaped(house, auth_method=AuthMethod.NONE)
    house.around.clock.advance(timedelta(seconds=2))
    said = json.loads(post(house, "/oauth2/par", **a_request()).body)
    found = SqlPushed(house.db).find(Secret(said["request_uri"]).digest())
    assert found is not None
    assert found.opened == Opened(
        parameters=a_request(), is_proven=False, pushed=found.digest
    )


def asked_under(hub: OpenHouse, client: str, kid: str) -> int:
    """Come with a request object that is signed by the key of that name."""
    claims = {
        **a_request(client_id=client, scope="openid", redirect_uri=BACK),
        "iss": client,
        "aud": ISSUER,
        "exp": epoch_seconds(hub.around.clock()) + 60,
    }
    key = signer(kid=kid)
    held = key.token(key.header("oauth-authz-req+jwt"), claims)
    query = f"client_id={client}&request={held}"
    return Browser(hub).get("/oauth2/authorize", query).status


@pytest.mark.spec("OIDC Core §10.1.1")
def test_a_request_object_under_a_turned_key_is_held_against_the_turned_key(
    hub: OpenHouse, pages: Pages
) -> None:
    pages.at["/jwks"] = signer(kid="first").keys.to_jwks()
    said = entered(register(hub, jwks_uri=f"{pages.base}/jwks"))
    assert asked_under(hub, said["client_id"], "first") == 303
    pages.at["/jwks"] = signer(kid="second").keys.to_jwks()
    hub.around.clock.advance(timedelta(minutes=2))
    assert asked_under(hub, said["client_id"], "second") == 303
    assert asked_under(hub, said["client_id"], "third") == 400
