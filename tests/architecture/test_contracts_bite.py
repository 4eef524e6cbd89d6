"""Every import contract is broken on purpose, in a copy, and must say so.

The copy has the shape of the sources: every module of today, emptied. Emptying makes a run
cheap, and leaves the planted lines as the only thing that a contract can report.
"""

import configparser
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias

import pytest

from tests.architecture.sources import PACKAGES, ROOT, none_of, python_files

RUN: Final = (
    "import sys; from importlinter.cli import lint_imports;"
    "only = tuple(sys.argv[1:]);"
    "sys.exit(lint_imports(no_cache=True, no_logo=True, limit_to_contracts=only))"
)

Break: TypeAlias = tuple[str, str, str]

# A cycle takes two lines; this one hides behind a block that only type checkers enter.
BACK: Final = ("idp.oidc.flows.a", "if TYPE_CHECKING:\n    import idp.oidc.flows.b")

# (contract, module, the line planted in it)
BREAKS: Final[tuple[Break, ...]] = (
    ("rooms", "kernel.clock", "import trustroot.keys.domain"),
    ("rooms", "kernel.work", "import config.schema"),
    ("rooms", "trustroot.registry.service", "import audit.trail.service"),
    ("rooms", "audit.trail.service", "import federation.domain"),
    ("rooms", "federation.service", "import realname.domain"),
    ("rooms", "realname.service", "import idp.people.domain"),
    ("rooms", "idp.people.service", "import server.bootstrap"),
    ("outsiders", "portals.public.service", "import idp.people.domain"),
    ("outsiders", "portals.rp.service", "import trustroot.keys.ports"),
    ("outsiders", "peers.registry_sim.service", "import realname.domain"),
    ("peers_own_drivers", "peers.registry_sim.store", "import kernel.infra.db"),
    ("inside_idp", "idp.people.service", "import idp.oidc.domain"),
    ("inside_idp", "idp.broker.service", "import idp.account.domain"),
    ("inside_idp", "idp.common", "SHARED = 1"),
    ("inside_trustroot", "trustroot.keys.service", "import trustroot.registry.domain"),
    ("inside_trustroot", "trustroot.registry.service", "import trustroot.publish.domain"),
    ("inside_trustroot", "trustroot.common", "SHARED = 1"),
    ("inside_audit", "audit.trail.service", "import audit.cases.domain"),
    ("inside_audit", "audit.common", "SHARED = 1"),
    ("inside_portals", "portals.public.service", "import portals.ministry.domain"),
    ("inside_portals", "portals.rp.service", "import portals.public.domain"),
    ("inside_peers", "peers.cert_agent.service", "import peers.demo_ca.domain"),
    ("inside_kernel", "kernel.ids", "import kernel.infra.db"),
    ("inside_kernel", "kernel.proof.jose", "import kernel.infra.outbound"),
    ("inside_kernel", "kernel.words", "SHARED = 1"),
    ("inside_proof", "kernel.proof.common", "SHARED = 1"),
    ("inside_infra", "kernel.infra.common", "SHARED = 1"),
    ("floors", "idp.people.domain", "import idp.people.service"),
    ("floors", "idp.oidc.api", "import idp.oidc.views"),
    ("floors", "realname.messages", "import realname.checks.numbers"),
    ("floors", "trustroot.keys.common", "SHARED = 1"),
    ("floors", "ca_bridge.common", "SHARED = 1"),
    ("floors_across", "idp.oidc.checks.rfc6749", "import idp.people.service"),
    ("floors_across", "federation.domain", "import audit.trail.flows.append"),
    ("rules", "idp.login.service", "import flask"),
    ("rules", "trustroot.registry.flows.decide", "import sqlalchemy"),
    ("rules", "federation.domain", "import kernel.infra.outbound"),
    ("rules", "realname.checks.numbers", "import config.schema"),
    ("rules_io", "idp.login.service", "import os"),
    ("rules_io", "federation.checks.chain", "import time"),
    ("rules_io", "audit.trail.messages", "import secrets"),
    ("tables", "idp.people.service", "import idp.people.models"),
    ("tables", "server.bootstrap", "import idp.people.models"),
    ("door", "idp.oidc.service", "import idp.people.store"),
    ("door", "realname.adapters.registry", "import ca_bridge.checks.path"),
    ("door", "audit.trail.service", "import trustroot.keys.adapters.vault"),
    ("front_page", "idp.oidc.service", "import idp.people"),
    ("front_page", "audit.trail.service", "from trustroot.keys import Signer"),
    ("settings", "idp.people.service", "import config.schema"),
    ("settings", "kernel.infra.db", "import config.schema"),
    ("cycles", "idp.oidc.flows.b", "import idp.oidc.flows.a"),
    ("lib_crypto", "audit.trail.service", "import joserfc.jws"),
    ("lib_crypto", "portals.public.views", "from cryptography import x509"),
    ("lib_xml", "federation.adapters.saml", "import lxml.etree"),
    ("lib_xml", "kernel.proof.jose", "import xmlsec"),
    ("lib_saml", "portals.rp.adapters.saml", "import saml2"),
    ("lib_authlib", "idp.oidc.service", "import authlib.oauth2"),
    ("lib_second_opinion", "idp.oidc.messages", "from jose import jwt"),
    ("lib_flask", "idp.oidc.api", "import flask"),
    ("lib_sql", "idp.people.adapters.search", "import sqlalchemy"),
    ("lib_sql", "idp.people.service", "from sqlalchemy import select"),
    ("lib_redis", "idp.session.store", "import redis"),
    ("lib_openssl", "ca_bridge.adapters.paths", "import OpenSSL"),
)

# What the plan allows stays quiet, or a contract would be "kept" by forbidding everything.
ALLOWED: Final = (
    ("idp.oidc.flows.exchange", "import idp.people.service"),
    ("idp.oidc.build", "import config.schema"),
    ("idp.people.store", "import idp.people.models, sqlalchemy, kernel.infra.db"),
    ("idp.session.store.sessions", "import idp.session.models, sqlalchemy"),
    ("idp.login.views.password", "import flask"),
    ("kernel.infra.pages.surface", "import flask"),
    ("server.migrations.environment", "import idp.people.models, sqlalchemy"),
    ("audit.trail.adapters.export", "import jose"),
    ("trustroot.keys.adapters.vault", "import cryptography, joserfc"),
    ("portals.rp.adapters.client", "import authlib, jose, joserfc"),
    ("portals.public.views", "import flask, portals.rp.service"),
    ("kernel.infra.ephemeral", "import redis"),
    ("peers.demo_ca.service", "import cryptography, kernel.proof.jose"),
)


@cache
def contracts() -> Mapping[str, str]:
    """Return the names of the contracts that are in force, by id."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".importlinter", encoding="utf-8")
    prefix = "importlinter:contract:"
    sections = (name for name in parser.sections() if name.startswith(prefix))
    return {name.removeprefix(prefix): parser[name]["name"] for name in sections}


def plant(tree: Path, module: str, line: str = "") -> None:
    """Add a line to a module of the copy, which is made, packages and all, if it is new."""
    *parents, name = module.split(".")
    folder = tree
    for parent in parents:
        folder /= parent
        folder.mkdir(exist_ok=True)
        (folder / "__init__.py").touch()
    is_package = (folder / name).is_dir()
    file = folder / name / "__init__.py" if is_package else folder / f"{name}.py"
    with file.open("a", encoding="utf-8") as text:
        text.write(f"{line}\n")


def plant_with_targets(tree: Path, module: str, line: str) -> None:
    """Plant a line, and every module of ours that it names: an import needs an aim."""
    for name in re.findall(r"[a-z_]+(?:\.[a-z_0-9]+)+", line):
        if name.split(".")[0] in PACKAGES:
            plant(tree, name)
    plant(tree, module, line)


def lint(tree: Path, *only: str) -> subprocess.CompletedProcess[str]:
    """Run import-linter in a tree, on all contracts or on those named."""
    return subprocess.run(  # noqa: S603  our own interpreter and arguments
        [sys.executable, "-c", RUN, *only],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
    )


def rounds() -> list[list[Break]]:
    """Deal the breaks out, one for each contract a round: a run can show many at once."""
    seen: Counter[str] = Counter()
    dealt: dict[int, list[Break]] = {}
    for planted in BREAKS:
        dealt.setdefault(seen[planted[0]], []).append(planted)
        seen[planted[0]] += 1
    return list(dealt.values())


def reports(output: str) -> dict[str, str]:
    """Cut what import-linter printed into one report for each broken contract, by name."""
    broken = output.partition("Broken contracts\n")[2]
    parts = re.split(r"^(.+)\n-{3,}\n", broken, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def is_seen(planted: Break, found: Mapping[str, str]) -> bool:
    """Say whether the contract aimed at reports the module that the line was planted in."""
    contract, module, _ = planted
    report = found.get(contracts()[contract], "")
    reported = ".b -> .a" if contract == "cycles" else module
    return re.search(rf"^-\s+{re.escape(reported)}\b", report, re.MULTILINE) is not None


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Copy the shape of the sources: their modules, emptied, and the contracts."""
    for path in python_files(*PACKAGES):
        copy = tmp_path / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.touch()
    shutil.copy(ROOT / ".importlinter", tmp_path)
    return tmp_path


def test_each_contract_is_broken_once_at_least() -> None:
    assert {contract for contract, _, _ in BREAKS} == set(contracts())
    assert len(contracts()) == 29


@pytest.mark.parametrize("breaks", rounds(), ids=lambda breaks: f"{len(breaks)} breaks")
def test_planted_breaks_are_reported_by_their_contracts(
    tree: Path, breaks: list[Break]
) -> None:
    for _, module, line in (*breaks, ("cycles", *BACK)):
        plant_with_targets(tree, module, line)
    result = lint(tree, *(contract for contract, _, _ in breaks))
    found = reports(result.stdout)
    assert result.returncode == 1
    none_of(
        (
            f"{contract}: {module}: {line}"
            for contract, module, line in breaks
            if not is_seen((contract, module, line), found)
        ),
        "a contract did not see what was planted against it",
    )


def test_the_shape_alone_breaks_nothing(tree: Path) -> None:
    result = lint(tree)
    assert result.returncode == 0, result.stdout


def test_what_the_plan_allows_is_not_reported(tree: Path) -> None:
    for module, line in ALLOWED:
        plant_with_targets(tree, module, line)
    result = lint(tree)
    assert result.returncode == 0, result.stdout
    assert "29 kept, 0 broken" in result.stdout


def test_the_sources_keep_every_contract() -> None:
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout
