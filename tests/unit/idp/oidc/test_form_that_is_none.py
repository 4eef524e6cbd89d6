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


@pytest.mark.spec("RFC 6749 §4.1.3, §5.2", "RFC 9126 §2.3", "RFC 7009 §2.1")
@pytest.mark.parametrize("path", sorted(ISSUING))
@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x"])
def test_a_body_of_another_kind_is_told_which_one_is_taken(
    house: House, path: str, kind: str
) -> None:
    """JSON is what a first try is often sent as, and no parameter is wrong with it."""
    headers = {"content-type": kind, "authorization": house.basic(PORTAL)}
    reply = house.call("POST", path, headers=headers, body=b'{"token":"x"}')
    said = json.loads(reply.body)
    assert (reply.status, said["error"]) == (400, "invalid_request")
    assert "application/x-www-form-urlencoded" in said["error_description"]
