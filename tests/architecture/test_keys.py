"""Private keys are used behind `Signer` and `Decrypter` only."""

import ast
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Final

import pytest

from tests.architecture.sources import PACKAGES, Module, calls, modules, none_of, written

LOADS_OR_MAKES_A_KEY: Final = re.compile(
    r"(^|\.)(load_\w*private\w*|from_private_\w+|generate_private_key|derive_private_key"
    r"|\w*PrivateKey\.generate|\w*PrivateKey\.from_\w+|\w*Key\.generate_key"
    r"|JWKRegistry\.generate_key)$"
)
USES_A_KEY: Final = re.compile(r"(^|\.)(sign|decrypt)$")

# Where a key is at home. A line here is a decision: say whose key it is.
AT_HOME: Final = {
    "trustroot.keys.*": "the installation's keys; everything else asks this room",
    "peers.*": "programs of others, each with keys of its own",
    "portals.rp.*": "a relying party's own client key",
    "portals.*.adapters.*": "a relying party's own client key",
}
# Calls that look like a private key's and are not: (module, call), with the reason.
NOT_A_PRIVATE_KEY: Final = {
    (
        "kernel.proof.seal.sealer",
        "cipher.decrypt",
    ): "AEAD, a symmetric key handed in by port",
    (
        "kernel.infra.pages.form_tokens",
        "self._signer(browser).sign",
    ): "HMAC of a form token",
}


def _at_home(name: str) -> bool:
    return any(fnmatchcase(f"{name}.", pattern) for pattern in AT_HOME)


def own_receivers(module: Module) -> set[str]:
    """Return the names in a module whose declared type is ours: a port, never a key.

    A private key is an object of a library; what is ours cannot be one, because nobody
    outside a key's home may load or make one.
    """
    ours = {node.name for node in ast.walk(module.tree) if isinstance(node, ast.ClassDef)}
    for node in ast.walk(module.tree):
        if (
            isinstance(node, ast.ImportFrom)
            and (node.module or "").split(".")[0] in PACKAGES
        ):
            ours |= {alias.asname or alias.name for alias in node.names}
    return {name for name, annotation in _annotations(module) if annotation in ours}


def _annotations(module: Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.AnnAssign):
            yield ast.unparse(node.target).rpartition(".")[2], ast.unparse(node.annotation)
        elif isinstance(node, ast.arg) and node.annotation is not None:
            yield node.arg, ast.unparse(node.annotation)


def private_key_calls(module: Module) -> Iterator[str]:
    """Find calls that load, make or use a private key outside its home."""
    if _at_home(module.name):
        return
    ports = own_receivers(module)
    for name, call in calls(module):
        is_key = LOADS_OR_MAKES_A_KEY.search(name) or (
            USES_A_KEY.search(name)
            and isinstance(call.func, ast.Attribute)
            and name.split(".")[-2] not in ports
        )
        if is_key and (module.name, name) not in NOT_A_PRIVATE_KEY:
            yield f"{module.at(call)} calls {name}"


def test_private_keys_are_touched_where_they_live() -> None:
    found = (place for module in modules() for place in private_key_calls(module))
    none_of(found, "private keys are used through Signer and Decrypter of trustroot.keys")


@pytest.mark.parametrize(
    "text",
    [
        "serialization.load_pem_private_key(text, None)",
        "load_der_private_key(text, None)",
        "ec.generate_private_key(ec.SECP256R1())",
        "Ed25519PrivateKey.generate()",
        "ed25519.Ed25519PrivateKey.from_private_bytes(seed)",
        "ECKey.generate_key('P-256')",
        "key.sign(message, ec.ECDSA(hashes.SHA256()))",
        "self.key.decrypt(text, padding)",
    ],
)
def test_the_rule_sees_a_private_key(text: str) -> None:
    assert list(private_key_calls(written("idp.oidc.service", text)))
    assert not list(private_key_calls(written("trustroot.keys.adapters.vault", text)))


def test_the_port_may_be_asked() -> None:
    text = (
        "from trustroot.keys.ports import Decrypter, Signer\n"
        "class Tokens:\n    signer: Signer\n"
        "    def issue(self, decrypter: Decrypter):\n"
        "        self.signer.sign(purpose, payload)\n        decrypter.decrypt(text)\n"
    )
    assert not list(private_key_calls(written("idp.oidc.service", text)))


def test_a_library_does_not_pass_for_the_port() -> None:
    text = (
        "from cryptography.x import EllipticCurvePrivateKey\n"
        "class Tokens:\n    signer: EllipticCurvePrivateKey\n"
        "    def issue(self):\n        self.signer.sign(payload)\n"
    )
    assert list(private_key_calls(written("idp.oidc.service", text)))
