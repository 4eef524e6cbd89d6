"""What the modules of the plan do again and again."""

import json
from collections.abc import Callable

from idp.oidc.events import CodeIssued
from kernel.web import Reply
from tests.unit.idp.oidc.house import ISSUER, Browser, claims_of
from tests.unit.idp.oidc.joined import RP, Joined, RelyingParty, answered
from tests.unit.idp.oidc.rows import rows_of

Send = Callable[[RelyingParty, Browser], Reply]


def walks_to_an_id_token(joined: Joined, send: Send) -> None:
    """Sign somebody in through a request, redeem the code, and read the ID token."""
    rp, browser, person = RelyingParty(joined), Browser(joined), joined.a_person()
    browser.sign_in(person)
    answer = answered(rp.consented(browser, person, send(rp, browser)))
    assert (answer["state"], answer["iss"]) == ("s-9", ISSUER)
    assert "error" not in answer
    reply = rp.tokens(answer["code"])
    assert reply.status == 200, reply.body
    told = claims_of(json.loads(reply.body)["id_token"])
    assert (told["iss"], told["nonce"]) == (ISSUER, "n-9")
    assert told["aud"] == RP


def is_turned_away(joined: Joined, reply: Reply, code: str) -> None:
    """The request ends on a page of ours with a reference; nothing has come of it."""
    assert reply.status in {400, 403}, (reply.status, reply.header("Location"))
    assert reply.header("Location") is None
    assert f'data-code="{code}"'.encode() in reply.body, reply.body
    assert b"ABCDEFGH2345" in reply.body
    assert nothing_began(joined)


def is_told(joined: Joined, reply: Reply, error: str) -> None:
    """The relying party is told an error at its address; nothing has come of it."""
    answer = answered(reply)
    assert answer["error"] == error
    assert "code" not in answer
    assert nothing_began(joined)


def nothing_began(joined: Joined) -> bool:
    """Whether no interaction waits, no code was issued and no client was entered."""
    tables = ("session_interaction", "oidc_pending", "clients_client", "oidc_pushed")
    rows = {name: rows_of(joined, name) for name in tables}
    assert rows == dict.fromkeys(tables, 0)
    return joined.around.trail.of(CodeIssued) == []
