"""What each floor of a room may hold, beyond what it may import."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.architecture.sources import (
    RULE_FLOORS,
    Module,
    calls,
    imports,
    none_of,
    on_floor,
    without_docstring,
    written,
)

# ------------------------------------------------------------------ rules do no I/O

# The clock, the world and chance are handed in (kernel.clock, ports, kernel.entropy).
IMPURE_CALL: Final = re.compile(
    r"^(open|print|input|breakpoint)$"
    r"|(^|\.)(datetime\.(now|today|utcnow)|date\.today)$"
    r"|(^|\.)uuid[1-8]$"
    r"|(^|\.)(urlopen|read_text|read_bytes|write_text|write_bytes)$"
)
IMPURE_IMPORT: Final = re.compile(r"^(uuid\.(uuid[1-8]|getnode)|io\.open)$")


def impure(module: Module) -> Iterator[str]:
    """Find a clock read, a draw of chance, or I/O."""
    for name, call in calls(module):
        # kernel.ids.uuid7 is given its clock and its entropy, so it has arguments.
        if IMPURE_CALL.search(name) and not (name.endswith("uuid7") and call.args):
            yield f"{module.at(call)} calls {name}"
    for name, node in imports(module):
        if IMPURE_IMPORT.search(name):
            yield f"{module.at(node)} imports {name}"


def test_rules_read_no_clock_draw_no_chance_and_do_no_io() -> None:
    found = (place for module in on_floor(*RULE_FLOORS) for place in impure(module))
    none_of(found, f"{', '.join(RULE_FLOORS)} are given time, chance and the world")


@pytest.mark.parametrize(
    "text",
    [
        "now = datetime.now(UTC)",
        "day = datetime.date.today()",
        "with open('x') as f: pass",
        "print('x')",
        "import uuid\nuuid.uuid4()",
        "from uuid import uuid4",
        "text = path.read_text()",
    ],
)
def test_the_rule_sees_an_impure_line(text: str) -> None:
    assert list(impure(written("idp.login.service", text)))


# ------------------------------------------------------------------ ports


def _is_protocol(node: ast.ClassDef) -> bool:
    bases = (ast.unparse(base).split("[")[0] for base in node.bases)
    return any(base in {"Protocol", "typing.Protocol"} for base in bases)


def _promises_nothing(node: ast.ClassDef) -> Iterator[tuple[ast.AST, str]]:
    """Find what keeps a class from being a promise: code, defaults, no words."""
    if not _is_protocol(node):
        yield node, f"{node.name} is no Protocol"
    if ast.get_docstring(node) is None:
        yield node, f"{node.name} states no guarantee"
    for method in ast.walk(node):
        if isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef):
            if method.args.defaults or any(method.args.kw_defaults):
                yield method, f"{node.name}.{method.name} has a default"
            if any(not _is_ellipsis(part) for part in without_docstring(method.body)):
                yield method, f"{node.name}.{method.name} has a body"
        elif isinstance(method, ast.AnnAssign) and method.value is not None:
            yield method, f"{node.name} has a default"


def _is_ellipsis(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and ast.unparse(node) == "..."


def _loose_types(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    """Find ``Any`` and a ``Callable`` that says not what it takes, or that is the port."""
    inside = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Subscript)
        and not ast.unparse(node.slice).startswith("(...")
    }
    for node in ast.walk(tree):
        name = ast.unparse(node) if isinstance(node, ast.Name | ast.Attribute) else ""
        if name in {"Any", "typing.Any"}:
            yield node, "Any"
        if name.rpartition(".")[2] == "Callable" and id(node) not in inside:
            yield node, "a bare Callable"
    for statement in tree.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign | ast.FunctionDef):
            yield statement, f"`{ast.unparse(statement).splitlines()[0]}` is no Protocol"


def no_promise(module: Module) -> Iterator[str]:
    """Find what a ``ports.py`` may not hold."""
    found = list(_loose_types(module.tree))
    for node in module.tree.body:
        if isinstance(node, ast.ClassDef):
            found.extend(_promises_nothing(node))
    return (f"{module.at(node)} {what}" for node, what in found)


def test_ports_are_protocols_with_guarantees() -> None:
    found = (place for module in on_floor("ports") for place in no_promise(module))
    none_of(
        found, "ports.py holds Protocols with guarantees: no Any, bare Callable, default"
    )


@pytest.mark.parametrize(
    "text",
    [
        "class Store:\n    '''Promise.'''\n",
        "class Store(Protocol):\n    def find(self) -> int: ...\n",
        "class Store(Protocol):\n    '''P.'''\n    def find(self) -> Any: ...\n",
        "class Store(Protocol):\n    '''P.'''\n    def f(self, n: int = 1) -> int: ...\n",
        "class Store(Protocol):\n    '''P.'''\n    def f(self) -> int:\n        return 1\n",
        "class Store(Protocol):\n    '''P.'''\n    def f(self, f: Callable) -> int: ...\n",
        "Probe = Callable[[str], bool]\n",
    ],
)
def test_the_rule_sees_a_port_that_promises_nothing(text: str) -> None:
    assert list(no_promise(written("idp.people.ports", text)))


def test_a_protocol_is_a_port() -> None:
    text = (
        "class Store(Protocol):\n    '''Promise.'''\n"
        "    def find(self, on: Callable[[str], None]) -> int:\n        '''Find.'''\n"
    )
    assert not list(no_promise(written("idp.people.ports", text)))


# ------------------------------------------------------------------ tables


def table_methods(module: Module) -> Iterator[str]:
    """Find functions among the tables."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield f"{module.at(node)} {getattr(node, 'name', 'lambda')}"


def test_tables_have_no_methods() -> None:
    found = (place for module in on_floor("models") for place in table_methods(module))
    none_of(
        found, "models.py holds tables only; what is done with a row stands in the store"
    )


def test_the_rule_sees_a_method_of_a_table() -> None:
    text = "class Row:\n    def is_live(self) -> bool:\n        return True\n"
    assert list(table_methods(written("idp.people.models", text)))


# ------------------------------------------------------------------ events

# Names that an event's own fields may have. Before adding one, ask whether it could ever
# hold a name, a number, an address or a word a person typed: events are kept and exported.
FIELDS: Final = frozenset(
    line.split("#")[0].strip()
    for line in Path(__file__).with_name("event_fields.txt").read_text("utf-8").splitlines()
    if line.split("#")[0].strip()
)
PERSONAL: Final = re.compile(
    r"(^|_)(name|username|email|mail|phone|mobile|address|birth\w*|sex|gender|id_number|number"
    r"|ip|user_agent|title|text|comment|password|secret|token)(_|$)"
)


def event_fields(module: Module) -> Iterator[tuple[ast.AnnAssign, str]]:
    """Walk the fields that the event types of a module add to the envelope."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ClassDef):
            for part in node.body:
                if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name):
                    is_field = not ast.unparse(part.annotation).startswith("ClassVar")
                    if is_field:
                        yield part, part.target.id


def unlisted_fields(module: Module) -> Iterator[str]:
    """Find event fields whose name nobody has judged."""
    for node, name in event_fields(module):
        if name not in FIELDS:
            yield f"{module.at(node)} {name}"


def test_event_fields_come_from_a_closed_list() -> None:
    found = (place for module in on_floor("events") for place in unlisted_fields(module))
    none_of(
        found, "tests/architecture/event_fields.txt does not list this field of an event"
    )


def test_no_listed_field_sounds_like_personal_data() -> None:
    none_of(filter(PERSONAL.search, FIELDS), "an event holds no personal data")


def test_the_rule_sees_an_unlisted_field() -> None:
    text = (
        "class Enrolled(Event):\n    TYPE: ClassVar[str] = 'a.b'\n    mother_tongue: str\n"
    )
    assert len(list(unlisted_fields(written("idp.people.events", text)))) == 1
    assert PERSONAL.search("id_number")
    assert PERSONAL.search("login_name")
