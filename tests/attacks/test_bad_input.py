"""Every route, every family: an answer with a reference, no defect, nothing left behind."""

from collections.abc import Iterator

import pytest

from kernel.web import JSON, Reply, Request, Route
from kernel.web.bodies import schema_of
from tests.attacks.house import Answer, House
from tests.attacks.malformed import STRANGE, Bad, families, paths, plain_path, wrong_members

_DEFECT = 500
_UNAVAILABLE = 503
_REFUSED = 400


def _trouble(house: House, path: str, bad: Bad, bearer: str | None = None) -> str | None:
    """Send it; return what is wrong with the answer: a defect, or no reference."""
    headers = dict(bad.headers)
    if bearer is not None:
        headers.setdefault("Authorization", f"Bearer {bearer}")
    house.defects.seen.clear()
    answer = house.ask(
        bad.method,
        path,
        query=bad.query,
        headers=headers,
        body=bad.body,
        environ=bad.environ,
    )
    found = _wrong_with(answer, bad) or "; ".join(house.defects.seen)
    house.defects.seen.clear()
    said = (bad.query[:60], dict(bad.headers), bad.body[:60], bad.environ)
    return f"{bad.method} {path[:80]} {said!s:.300}: {found}" if found else None


def _wrong_with(answer: Answer, bad: Bad) -> str:
    """Whatever was sent: no 500, and a reference under which the record knows it."""
    if answer.status >= _DEFECT and answer.status != _UNAVAILABLE:
        return f"{answer.status} {answer.text[:200]}"
    if answer.status >= _REFUSED and not answer.reference:
        return f"{answer.status} without a reference"
    if bad.family == "members" and answer.status < _REFUSED:
        return f"{answer.status}: done"
    return ""


@pytest.mark.spec("RFC 9110 §15.5")
def test_no_route_breaks_on_what_a_stranger_sends(house: House) -> None:
    before = house.rows()
    troubles = [
        trouble
        for route in house.routes
        for bad in families(route)
        if (trouble := _trouble(house, plain_path(route), bad))
    ]
    assert troubles == []
    assert house.rows() == before


@pytest.mark.spec("RFC 9110 §15.5")
def test_no_api_route_breaks_on_what_an_official_sends(house: House) -> None:
    before = house.rows()
    troubles = [
        trouble
        for route in _api(house)
        for bad in families(route)
        if (trouble := _trouble(house, plain_path(route), bad, _official(house, route)))
    ]
    assert troubles == []
    assert house.rows() == before


@pytest.mark.spec("RFC 3986 §2.1")
def test_strange_path_segments_name_nothing(house: House) -> None:
    before = house.rows()
    troubles = [
        trouble
        for route in house.routes
        for path in paths(route)
        if (trouble := _trouble(house, path, _plain(route), _official(house, route)))
    ]
    assert troubles == []
    assert house.rows() == before


@pytest.mark.spec("RFC 8259 §8.1")
def test_members_of_a_wrong_kind_are_refused_and_change_nothing(house: House) -> None:
    before = house.rows()
    troubles = [
        trouble
        for route, bad in _misused(house)
        if (trouble := _trouble(house, plain_path(route), bad, _official(house, route)))
    ]
    assert troubles == []
    assert house.rows() == before


@pytest.mark.spec("RFC 9110 §15.5")
def test_no_page_breaks_on_what_a_stranger_sends(house: House) -> None:
    before = _but_begun(house.rows())
    troubles = [
        trouble
        for route in pages_of(house)
        for bad in families(route)
        if (trouble := _trouble(house, plain_path(route), bad))
    ]
    assert troubles == []
    assert _but_begun(house.rows()) == before


def _but_begun(rows: dict[str, int]) -> dict[str, int]:
    """Leave out sign-ins begun: a page for those who are known begins one, by right."""
    return {table: count for table, count in rows.items() if table != "session_interaction"}


@pytest.mark.spec("RFC 3986 §3.3")
@pytest.mark.parametrize(
    "path",
    ["", "/", "//", "//evil.example", "/../etc/passwd", "/static/../../setup.cfg",
     "/login/../api/v1/keys", "/api/v1/keys/", "/API/v1/keys", "/api/v1//keys", "/\0",
     "/\udcff", "*", "/static/", "/api/v1/keys;a=b", "/log/tile/../checkpoint",
     "/log/tile/8/x", "/log/tile/0/9999999999", "/log/tile/entries/x001/x000/000.p/999",
     *(f"/{strange}" for strange in STRANGE)],
)  # fmt: skip
def test_strange_addresses_are_answered(house: House, path: str) -> None:
    assert _trouble(house, path, Bad("address", "GET")) is None


def _official(house: House, route: Route) -> str | None:
    """Return a token of somebody who may use the route; None where none is asked."""
    if route.access is None:
        return None
    return house.token("auditor" if "audit" in route.path else "operator1")


def _plain(route: Route) -> Bad:
    headers = {"Content-Type": route.consumes} if route.consumes else {}
    return Bad("path", route.method, headers=headers, body=b"{}" if headers else b"")


def _api(house: House) -> Iterator[Route]:
    return (route for route in house.routes if route.access is not None)


def _misused(house: House) -> Iterator[tuple[Route, Bad]]:
    for route in _api(house):
        if route.shape is not None and route.shape.request is not None:
            for body in wrong_members(schema_of(route.shape.request)):
                said = {"Content-Type": JSON}
                yield route, Bad("members", route.method, headers=said, body=body)


def pages_of(house: House) -> Iterator[Route]:
    """Return the pages as routes: Flask's own table, in our words."""
    rules = house.application.pages.__self__.url_map  # type: ignore[attr-defined]  # Flask
    for rule in rules.iter_rules():
        path = rule.rule.replace("<path:", "<").replace("<", "{").replace(">", "}")
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            yield Route(method=method, path=path, endpoint=_nothing)


def _nothing(_request: Request, /) -> Reply:
    return Reply.empty()
