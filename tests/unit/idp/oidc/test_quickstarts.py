"""Quick-starts: files for one client, parsed as their languages do."""

import ast
import json
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from idp.clients.domain import AuthMethod, EncryptionWish
from idp.oidc.adapters.quickstarts import WrittenStarts
from idp.oidc.domain.quickstarts import Library, Start
from idp.oidc.errors import QuickstartNotOffered
from idp.oidc.flows.quickstart import library_can
from kernel.ids import ClientId
from tests.unit.idp.oidc.house import ISSUER, PORTAL, House

BASH, NODE = shutil.which("bash") or "", shutil.which("node") or ""
START = Start(
    issuer="https://hub.example",
    client_id="app-1",
    name="App",
    method=AuthMethod.BASIC,
    by_code=True,
    by_device=False,
    own_tokens=True,
    redirect_uri="https://rp.example/cb?tenant=1",
    back_uri="https://rp.example/bye",
    scope="openid profile",
    token_algorithm="ES256",
    pushes=False,
    challenges=True,
    dpop=False,
)
# Every character that a redirect URI may hold and a shell or a language reads its own way.
HOSTILE = replace(
    START,
    redirect_uri="https://rp.example/';touch$IFS/tmp/x;'$(id)&&!*%22+[a](b)~",
    name='A*/ "quoted" \\ name\nimport os',
)
KIOSK = replace(
    START,
    client_id="kiosk-1",
    by_code=False,
    by_device=True,
    own_tokens=False,
    method=AuthMethod.NONE,
)
STARTS = (
    START,
    HOSTILE,
    replace(START, by_code=False),
    replace(HOSTILE, back_uri=""),
    KIOSK,
    replace(HOSTILE, by_code=False, by_device=True),
)


def files(library: Library, start: Start) -> dict[str, str]:
    return {file.name: file.text for file in WrittenStarts().written(library, start)}


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("method", [AuthMethod.BASIC, AuthMethod.POST, AuthMethod.NONE])
def test_the_script_for_curl_is_one_that_bash_reads(
    start: Start, method: AuthMethod
) -> None:
    text = files(Library.CURL, replace(start, method=method))["curl.sh"]
    read = subprocess.run(  # noqa: S603  our own script
        [BASH, "-n"], input=text.encode(), check=False
    )
    assert read.returncode == 0
    said = 'printf %s "$redirect_uri"'
    head = text.partition("# 1.")[0] if start.by_code else "redirect_uri="
    run = subprocess.run(  # noqa: S603  our own script
        [BASH, "-c", f"TRUSTHUB_CLIENT_SECRET=x\n{head}\n{said}"],
        capture_output=True,
        check=True,
    )
    assert run.stdout.decode() == (start.redirect_uri if start.by_code else "")


def _value(text: str) -> object:
    """YAML 1.2 §1.3: a JSON text is a YAML text; a bare word stands for itself."""
    return json.loads(text) if text[0] in '"[' else text


@pytest.mark.parametrize("start", [START, HOSTILE])
def test_the_files_for_spring_say_what_is_registered(start: Start) -> None:
    made = files(Library.SPRING, start)
    lines = (line.strip() for line in made["application.yml"].splitlines())
    pairs = (line.split(": ", 1) for line in lines if ": " in line and line[0] != "#")
    said = {name: _value(text) for name, text in pairs}
    assert said["redirect-uri"] == start.redirect_uri
    assert said["scope"] == ["openid", "profile"]
    assert said["client-secret"] == "${TRUSTHUB_CLIENT_SECRET}"
    assert said["issuer-uri"] == start.issuer
    java = made["SecurityConfig.java"]
    assert "withPkce" in java
    assert java.count("{") == java.count("}")
    assert "SignatureAlgorithm.ES256" in java


@pytest.mark.spec("RFC 6749 §3.1.2")
@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("http://localhost:18490/callback", "/callback"),
        ("https://rp.example/cb?tenant=1", "/cb"),
        ("https://rp.example/login/oauth2/code/trusthub", "/login/oauth2/code/trusthub"),
        ("https://rp.example", "/"),
    ],
)
def test_spring_listens_where_answers_are_sent(uri: str, path: str) -> None:
    java = files(Library.SPRING, replace(START, redirect_uri=uri))["SecurityConfig.java"]
    (listens,) = re.findall(r"redirectionEndpoint\(at -> at\.baseUri\((.+?)\)\)", java)
    assert json.loads(listens) == path


def test_spring_listens_for_no_answer_where_none_is_sent() -> None:
    machine = replace(START, by_code=False, redirect_uri="")
    assert "baseUri" not in files(Library.SPRING, machine)["SecurityConfig.java"]


@pytest.mark.parametrize("start", [START, HOSTILE])
def test_the_files_for_django_say_what_is_registered(start: Start) -> None:
    made = files(Library.DJANGO, start)
    for text in made.values():
        ast.parse(text)
    scope: dict[str, object] = {}
    module = ast.parse(made["trusthub_settings.py"])
    (assigned,) = [node for node in module.body if isinstance(node, ast.Assign)]
    named = ast.unparse(assigned.value).replace(
        "os.environ['TRUSTHUB_CLIENT_SECRET']", "''"
    )
    scope = ast.literal_eval(named)["trusthub"]
    assert scope["client_id"] == start.client_id
    assert scope["client_kwargs"] == {
        "scope": start.scope,
        "code_challenge_method": "S256",
        "token_endpoint_auth_method": "client_secret_basic",
    }
    (uri,) = [
        ast.literal_eval(node.value)
        for node in ast.parse(made["trusthub_views.py"]).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "REDIRECT_URI"
    ]
    assert uri == start.redirect_uri


@pytest.mark.parametrize(
    ("uri", "route"),
    [
        (START.redirect_uri, "cb"),
        ("http://localhost:8000/oidc/callback/", "oidc/callback/"),
        ("https://rp.example", ""),
        ("https://rp.example/%E5%9B%9E%E8%B0%83", "回调"),
    ],
)
def test_the_file_for_django_gives_every_view_its_address(uri: str, route: str) -> None:
    text = files(Library.DJANGO, replace(START, redirect_uri=uri))["trusthub_views.py"]
    body = ast.parse(text).body
    views = [node.name for node in body if isinstance(node, ast.FunctionDef)]
    (patterns,) = [
        node.value
        for node in body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "urlpatterns"
    ]
    assert isinstance(patterns, ast.List)
    rows = [node.args for node in patterns.elts if isinstance(node, ast.Call)]
    routes = {ast.unparse(view): ast.literal_eval(at) for at, view in rows}
    assert list(routes) == views
    assert routes["signed_in"] == route


@pytest.mark.skipif(not NODE, reason="no Node here")
@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("method", list(AuthMethod))
def test_the_module_for_node_is_one_that_node_reads(
    tmp_path: Path, start: Start, method: AuthMethod
) -> None:
    bent = replace(start, method=method, dpop=start.by_code, pushes=start.own_tokens)
    module = tmp_path / "trusthub.mjs"
    module.write_text(files(Library.NODE, bent)["trusthub.mjs"], encoding="utf-8")
    run = subprocess.run(  # noqa: S603  our own script
        [NODE, "--check", module], capture_output=True, check=False
    )
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize("start", [START, HOSTILE])
@pytest.mark.parametrize("method", list(AuthMethod))
def test_the_file_for_apache_is_one_directive_a_line(
    start: Start, method: AuthMethod
) -> None:
    text = files(Library.APACHE, replace(start, method=method, pushes=True, dpop=True))[
        "mod_auth_openidc.conf"
    ]
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    said = dict(line.split(" ", 1) for line in lines if line.startswith("OIDC"))
    assert said["OIDCRedirectURI"] == f'"{start.redirect_uri}"'
    assert said["OIDCPKCEMethod"] == "S256"
    assert said["OIDCDPoPMode"] == "required"
    assert said["OIDCProviderAuthRequestMethod"] == "PAR"
    assert all(line.count('"') in {0, 2} for line in lines)


@pytest.mark.parametrize(
    ("library", "bent"),
    [
        (Library.APACHE, {"by_code": False}),
        (Library.CURL, {"by_code": False, "own_tokens": False}),
        (Library.NODE, {"by_code": False, "own_tokens": False, "by_device": True}),
        (Library.APACHE, {"by_code": False, "by_device": True}),
        (Library.CURL, {"method": AuthMethod.PRIVATE_KEY}),
        (Library.DJANGO, {"method": AuthMethod.TLS}),
        (Library.SPRING, {"dpop": True}),
        (Library.DJANGO, {"pushes": True}),
        *((library, {"signs_requests": True}) for library in Library),
        *((library, {"reads_encrypted": True}) for library in Library),
        *((library, {"shows_certificate": True}) for library in Library),
        (Library.SPRING, {"token_algorithm": "EdDSA"}),
        (Library.APACHE, {"token_algorithm": "EdDSA"}),
        (Library.SPRING, {"reads_signed_userinfo": True}),
    ],
)
def test_a_start_that_could_not_work_is_not_handed_out(
    library: Library, bent: dict[str, object]
) -> None:
    library_can(library, START)
    with pytest.raises(QuickstartNotOffered):
        library_can(library, replace(START, **bent))  # type: ignore[arg-type]  # members by name


@pytest.mark.parametrize(
    "bent",
    [
        {"token_algorithm": "EdDSA", "reads_signed_userinfo": True},
        {"method": AuthMethod.TLS, "shows_certificate": True},
    ],
)
def test_a_start_that_works_is_handed_out(bent: dict[str, object]) -> None:
    library_can(Library.NODE, replace(START, **bent))  # type: ignore[arg-type]  # members by name


@pytest.mark.parametrize(
    ("registered", "needs"),
    [
        ({"signs_requests": True}, "signs_requests"),
        (
            {"id_token_encryption": EncryptionWish(alg="ECDH-ES", enc="A128GCM")},
            "reads_encrypted",
        ),
        (
            {"userinfo_encryption": EncryptionWish(alg="ECDH-ES", enc="A128GCM")},
            "reads_encrypted",
        ),
        ({"userinfo_alg": "ES256"}, "reads_signed_userinfo"),
        ({"binds_to_certificate": True}, "shows_certificate"),
    ],
)
def test_what_a_start_must_do_is_read_off_the_registration(
    house: House, registered: dict[str, object], needs: str
) -> None:
    client = house.clients.lookup.find(ClientId(PORTAL))
    facet = replace(client.oidc, **registered)  # type: ignore[arg-type]  # members by name
    assert getattr(Start.of(replace(client, oidc=facet), ISSUER), needs)
    assert not getattr(Start.of(client, ISSUER), needs)


def test_no_file_speaks_of_a_secret_to_who_has_none() -> None:
    app = replace(START, method=AuthMethod.NONE)
    for library in (Library.SPRING, Library.CURL, Library.DJANGO):
        assert "TRUSTHUB_CLIENT_SECRET" not in "".join(files(library, app).values())


@pytest.mark.parametrize("library", list(Library))
def test_the_api_writes_them_and_no_secret_with_them(
    house: House, library: Library
) -> None:
    path = f"/api/v1/clients/{PORTAL}/quickstart"
    reply = house.call("GET", path, query=f"for={library}", parameters={"client": PORTAL})
    told = json.loads(reply.body)
    secret = house.secrets[PORTAL]
    assert secret is not None
    text = "".join(file["text"] for file in told["files"])
    assert PORTAL in text or library is Library.SPRING
    assert ISSUER in text
    assert secret.reveal() not in text


def test_for_an_unknown_library_nothing_is_written(house: House) -> None:
    path = f"/api/v1/clients/{PORTAL}/quickstart"
    reply = house.call("GET", path, query="for=cobol", parameters={"client": PORTAL})
    assert reply.status == 400
