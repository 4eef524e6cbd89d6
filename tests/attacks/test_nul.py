"""A text with NUL, by every way in, where no text with NUL can be kept or looked for.

PostgreSQL takes none in text and in JSON: what gets as far as a statement is a defect. On
SQLite nobody would notice.
"""

import base64
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import pytest

from tests.attacks.browser import Browser, hidden_fields, request_of
from tests.attacks.harm import nothing_kept
from tests.attacks.house import Answer, House, Registered
from tests.attacks.stage import register
from tests.attacks.test_bad_input import _official, _plain, pages_of

pytestmark = pytest.mark.postgres
NUL = "a\0b"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, postgres_url: str) -> Iterator[House]:
    """Build an installation on PostgreSQL."""
    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as first:
        first.execute("CREATE DATABASE nul")
    folder: Path = tmp_path_factory.mktemp("nul")
    built = House.built(folder, postgres_url.replace("/postgres?", "/nul?"))
    yield built
    built.close()


@pytest.fixture(scope="module")
def client(kept: House) -> Registered:
    """Return a relying party."""
    return register(kept, "nul")


def _is_refused(house: House, answer: Answer, said: object) -> None:
    assert 300 <= answer.status < 500, (said, answer)
    assert answer.reference, (said, answer)
    assert house.defects.seen == [], said


PAIRS: Mapping[str, str] = {
    "in a name": f"{NUL}:x",
    "in a name, in code": "a%00b:x",
    "at the end of a name": "a%00:x",
    "in a secret": f"nobody:{NUL}",
    "in a secret, in code": "nobody:%00",
}


@pytest.mark.spec("RFC 6749 §2.3.1, appendix A.1: a client_id is of visible characters")
@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS.keys())
@pytest.mark.parametrize(
    "path", ["token", "introspect", "revoke", "par", "device_authorization"]
)
def test_no_client_is_named_so(
    kept: House, client: Registered, path: str, pair: str
) -> None:
    form = {"grant_type": "client_credentials", "token": "x", **request_of(client)}
    form.pop("client_id")
    for shown in (pair, pair.replace("nobody", client.id)):
        encoded = base64.b64encode(shown.encode()).decode()
        with nothing_kept(kept):
            head = {"Authorization": f"Basic {encoded}"}
            answer = kept.form(f"/oauth2/{path}", form, head)
        assert answer.status == 401
        _is_refused(kept, answer, shown)
    assert kept.form("/oauth2/introspect", {"token": "x"}, client.basic).status == 200


@pytest.mark.spec("RFC 3986 §2.1: a path with %00 names nothing")
def test_no_path_leads_there(kept: House) -> None:
    with nothing_kept(kept):
        for route in (r for r in kept.routes if "{" in r.path):
            head, _, rest = route.path.partition("{")
            path, plain = f"{head}{NUL}{rest.partition('}')[2]}", _plain(route)
            token = _official(kept, route)
            bearer = {} if token is None else {"Authorization": f"Bearer {token}"}
            for said in ({}, bearer):
                answer = kept.ask(
                    plain.method, path, headers={**plain.headers, **said}, body=plain.body
                )
                _is_refused(kept, answer, route.path)


@pytest.mark.spec("RFC 6749 appendix B; RFC 6750 §2.1")
def test_no_page_token_or_cookie_takes_it(kept: House, client: Registered) -> None:
    for route in pages_of(kept):
        for name in ("interaction", "client_id", "state", "sub", "transfer", "user_code"):
            answer = kept.ask(route.method, route.path, query=f"{name}=%00")
            assert answer.status < 500, (route.path, name)
            assert kept.defects.seen == [], (route.path, name)
    for path in ("/oidc/userinfo", "/api/v1/clients", f"/oauth2/register/{client.id}"):
        said = {"Authorization": f"Bearer {NUL}"}
        _is_refused(kept, kept.ask("GET", path, headers=said), path)
    for name in ("trusthub-national-session", "trusthub-national-browser"):
        query = urlencode(request_of(client, prompt="none"))
        answer = kept.ask(
            "GET", "/oauth2/authorize", query=query, headers={"Cookie": f"{name}={NUL}"}
        )
        _is_refused(kept, answer, name)
    browser = Browser(kept)
    page = browser.authorize(client).location
    fields = hidden_fields(browser.get(page).text)
    answer = browser.post(page, {**fields, "username": NUL, "password": NUL})
    assert answer.status < 500
    assert kept.defects.seen == []
