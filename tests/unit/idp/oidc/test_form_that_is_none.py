"""A body that is no form, at every endpoint for clients: refused, and on record."""

import json

import pytest

from idp.oidc.api.senders import ISSUING
from kernel.events import Outcome
from tests.unit.idp.oidc.house import FORM_HEADER, PORTAL, House
from tests.unit.idp.oidc.whole import portal

NONE = {
    "not UTF-8": b"grant_type=%ff",
    "bare bytes": b"\xff\xfe=1",
    "too many fields": b"&".join(b"a%d=1" % n for n in range(65)),
    "NUL": b"token=a%00b",
}


@pytest.mark.spec("RFC 6749 §5.2", "RFC 9126 §2.3", "RFC 8628 §3.2", "RFC 7009 §2.2.1")
@pytest.mark.parametrize("path", sorted(ISSUING))
@pytest.mark.parametrize("body", NONE.values(), ids=NONE)
def test_a_form_that_is_none_is_refused_and_on_record(
    house: House, path: str, body: bytes
) -> None:
    portal(house)
    before = len(house.around.trail.events)
    headers = {**FORM_HEADER, "authorization": house.basic(PORTAL)}
    reply = house.call("POST", path, headers=headers, body=body)
    assert (reply.status, json.loads(reply.body)["error"]) == (400, "invalid_request")
    (event,) = house.around.trail.events[before:]
    assert (event.outcome, event.reason) == (Outcome.REFUSED, "form_malformed")
    assert event.relying_party is None
