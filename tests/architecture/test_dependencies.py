"""Every library is declared, locked and real."""

import configparser
import re
import sys
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Final

import pytest

from tests.architecture.sources import (
    PACKAGES,
    ROOT,
    Module,
    imports,
    modules,
    none_of,
    written,
)

LOCKS: Final = (
    "requirements.lock",
    "requirements-hsm.lock",
    "requirements-integration.lock",
    "requirements-dev.lock",
)

# Libraries that a contract names before the part that needs them is built.
NOT_YET_INSTALLED: Final = {
    "lxml": "with pysaml2 and python-xmlsec, for SAML",
    "xmlsec": "python-xmlsec, for SAML",
    "saml2": "pysaml2, for SAML",
    "OpenSSL": "pyOpenSSL, which pysaml2 brings",
}


def normal(name: str) -> str:
    """Return a distribution's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def names_of(requirements: str) -> set[str]:
    """Read the names out of a requirement list, extras and versions left off."""
    lines = (line.strip() for line in requirements.splitlines())
    return {normal(re.split(r"[\[<>=!;~ ]", line)[0]) for line in lines if line}


@cache
def _setup() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return parser


def declared(*extras: str) -> set[str]:
    """Return the distributions that setup.cfg names, with those of some extras."""
    parser = _setup()
    texts = [parser["options"]["install_requires"]]
    texts += [parser["options.extras_require"][extra] for extra in extras]
    return set().union(*map(names_of, texts))


@cache
def _distributions() -> Mapping[str, list[str]]:
    return packages_distributions()


def undeclared(module: Module, allowed: set[str]) -> Iterator[str]:
    """Find imports of libraries that are not declared for where they are used."""
    ours = {*PACKAGES, "tests", "benchmarks", "_typeshed", *sys.stdlib_module_names}
    for name, node in imports(module):
        top = name.split(".")[0]
        provided_by = {normal(found) for found in _distributions().get(top, [top])}
        if top not in ours and not provided_by & allowed:
            yield f"{module.at(node)} imports {top} ({', '.join(sorted(provided_by))})"


def locked(lock: str) -> dict[str, str]:
    """Read the versions that a lock pins, by distribution."""
    text = (ROOT / lock).read_text("utf-8")
    pairs = re.findall(r"^([A-Za-z0-9._-]+)(?:\[.*?\])?==([^\s;\\]+)", text, re.MULTILINE)
    return {normal(name): version for name, version in pairs}


def contract_libraries() -> set[str]:
    """Return the names in the contracts that are neither ours nor the standard's."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".importlinter", encoding="utf-8")
    values = (
        parser.get(name, "forbidden_modules", fallback="") for name in parser.sections()
    )
    names = {word.split(".")[0] for value in values for word in value.split()}
    return names - {*PACKAGES, *sys.stdlib_module_names, "**"}


# The demo brings real engines where `--engines` asks for them; nothing else may.
ENGINES_OF_THE_DEMO: Final = "server.demo.engines"
# Security modules are for those who have one: `build` imports this only where it is set.
SECURITY_MODULES: Final = "trustroot.keys.adapters.pkcs11_*"


def allowed_in(module: Module) -> set[str]:
    """Return what a module of the program may import."""
    if module.name == ENGINES_OF_THE_DEMO:
        return declared("integration")
    if fnmatchcase(module.name, SECURITY_MODULES):
        return declared("hsm")
    return declared()


def test_the_program_imports_what_it_declares() -> None:
    everywhere = modules()
    found = (place for m in everywhere for place in undeclared(m, allowed_in(m)))
    none_of(found, "setup.cfg, install_requires: an import needs its library declared")


def _has_a_lock(folder: Path) -> bool:
    return (folder / "requirements.lock").exists()


def test_tests_import_what_is_declared_for_them() -> None:
    allowed = declared("hsm", "integration", "dev")
    # With a lock of its own beside it, a script runs in an environment of its own.
    places = (m for m in modules("tests", "benchmarks") if not _has_a_lock(m.path.parent))
    found = (place for module in places for place in undeclared(module, allowed))
    none_of(found, "setup.cfg, extras: a test's import needs its library declared")


def test_every_requirement_has_a_floor_and_a_cap() -> None:
    parser = _setup()
    texts = [
        parser["options"]["install_requires"],
        *parser["options.extras_require"].values(),
    ]
    lines = [line for text in texts for line in text.splitlines() if line.strip()]
    loose = [line for line in lines if not re.search(r">=[\w.]+,<[\w.]+", line)]
    none_of(loose, "setup.cfg: a requirement needs a floor and a cap")


def test_every_package_is_named_twice() -> None:
    include = set(_setup()["options.packages.find"]["include"].split())
    assert include == {name for package in PACKAGES for name in (package, f"{package}.*")}


@pytest.mark.parametrize(
    ("lock", "extras"),
    tuple(
        zip(
            LOCKS,
            [(), ("hsm",), ("integration",), ("hsm", "integration", "dev")],
            strict=True,
        )
    ),
)
def test_a_lock_holds_what_is_declared(lock: str, extras: tuple[str, ...]) -> None:
    assert declared("build", *extras) <= set(locked(lock))


def test_the_locks_agree() -> None:
    runtime, hsm, integration, dev = map(locked, LOCKS)
    assert runtime.items() <= hsm.items() <= dev.items()
    assert runtime.items() <= integration.items() <= dev.items()


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_is_hashed_and_names_no_host(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    entries = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    none_of(
        (entry.split()[0] for entry in entries if "--hash=sha256:" not in entry), "no hash"
    )
    assert "://" not in text
    assert not re.search(r"^\s*--(index|extra-index|find-links)", text, re.MULTILINE)


def test_the_libraries_in_the_contracts_are_real() -> None:
    unknown = contract_libraries() - set(_distributions()) - set(NOT_YET_INSTALLED)
    none_of(unknown, ".importlinter: no installed library has this name")


def test_no_library_stays_on_the_waiting_list_once_it_is_installed() -> None:
    assert not set(NOT_YET_INSTALLED) & set(_distributions())


def test_the_rule_sees_an_undeclared_library() -> None:
    text = "import flask\nimport json\nimport idp.people.domain\nfrom requests import get"
    found = list(undeclared(written("idp.people.views", text), {"flask"}))
    assert len(found) == 1
    assert "requests" in found[0]
