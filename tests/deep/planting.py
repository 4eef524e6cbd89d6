"""Plants faults in the rules of issuer and client record: each line of a check, gone.

Every rule is read, and where a line of it could be deleted a question is put before it:
"is this the one that is gone now?". So one process can try them all, one after another.
"""

import ast
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from types import FrameType
from typing import Final, ParamSpec, TypeVar

ROOT: Final = Path(__file__).resolve().parents[2]
FOLDERS: Final = ("idp/oidc", "idp/clients")
_ASK: Final = "__deleted__"
_ROW: Final = "__row__"

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Line:
    """A line that can be deleted; ``within`` is the function it stands in."""

    name: str
    within: str
    gives: bool = False
    """Whether it gives a value: then any test that reaches it should miss it."""


@dataclass(slots=True)
class Trial:
    """Which line is gone now, and what the test that runs has come by."""

    gone: str | None = None
    seen: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    """Functions and rows through which a refusal came."""

    def ask(self, name: str, *, refuses: bool = False) -> bool:
        """Tell whether a line is gone, and remember that it was come by."""
        self.seen.add(name)
        if name == self.gone:
            return True
        if refuses:
            self.refused.update(_callers(sys._getframe(1)))  # noqa: SLF001  the stack
        return False


TRIAL: Final = Trial()


def deleted(name: str) -> bool:
    """Tell whether a line that calls or begins a check is gone."""
    return TRIAL.ask(name)


def unrefused(name: str) -> bool:
    """Tell whether a line that refuses is gone."""
    return TRIAL.ask(name, refuses=True)


def row(point: str, check: Callable[P, R]) -> Callable[P, R | None]:
    """Return a check as it stands in a row of a table, where it can be missing."""

    @wraps(check)
    def in_its_row(*given: P.args, **named: P.kwargs) -> R | None:
        return None if TRIAL.ask(point) else check(*given, **named)

    return in_its_row


def _callers(frame: FrameType | None) -> Iterator[str]:
    while frame is not None:
        if frame.f_code.co_name == "in_its_row":
            yield str(frame.f_locals["point"])
        yield f"{frame.f_globals.get('__name__')}:{frame.f_code.co_name}"
        frame = frame.f_back


def sources() -> dict[str, Path]:
    """Return the files in which rules stand or are called, by module."""
    files = (one for folder in FOLDERS for one in sorted((ROOT / folder).rglob("*.py")))
    chosen = (one for one in files if "checks" in one.read_text("utf-8"))
    own = (one for folder in FOLDERS for one in (ROOT / folder / "checks").glob("*.py"))
    return {_module(one): one for one in sorted({*chosen, *own})}


def _module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


class Planter(ast.NodeTransformer):
    """Puts the question before every line of a module that is a check or calls one."""

    def __init__(self, module: str) -> None:
        """Plant nothing yet."""
        self.lines: list[Line] = []
        self._module = module
        self._of_rules = ".checks." in module
        self._rules: dict[str, str] = {}
        self._within: str | None = None

    def planted(self, source: str) -> ast.Module:
        """Return a module with its questions."""
        tree = ast.parse(source)
        self._rules = dict(_rules_named(tree))
        tree.body = [self.visit(statement) for statement in tree.body]
        return ast.fix_missing_locations(tree)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Let a rule return at once, where that is more than not to refuse."""
        outer, self._within = self._within, self._within or node.name
        self.generic_visit(node)
        self._within = outer
        if not self._of_rules or outer is not None:
            return node
        gives = not (isinstance(node.returns, ast.Constant) and node.returns.value is None)
        if not gives and any(isinstance(one, ast.Raise) for one in ast.walk(node)):
            return node
        name = self._line(node.name, f"{node.name} as a whole", gives=gives)
        guard = ast.If(test=_question("deleted", name), body=[ast.Return()], orelse=[])
        node.body.insert(1 if ast.get_docstring(node) else 0, guard)
        return node

    def visit_Raise(self, node: ast.Raise) -> ast.AST:
        """Let a rule not refuse."""
        if not self._of_rules or self._within is None:
            return node
        name = self._line(self._within, f"{self._within}: {ast.unparse(node)}")
        return _unless("unrefused", name, node)

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        """Let a rule not be asked."""
        if self._within is None or not self._asks_a_rule(node.value):
            return node
        name = self._line(self._within, f"{self._within}: {ast.unparse(node)}")
        return _unless("deleted", name, node)

    def visit_Tuple(self, node: ast.Tuple) -> ast.AST:
        """Let a row of a table be missing."""
        if self._within is None:
            for number, one in enumerate(node.elts):
                node.elts[number] = self._row(one)
        return node

    def _row(self, node: ast.expr) -> ast.expr:
        if isinstance(node, ast.Call):
            node.args = [self._row(one) for one in node.args]
            return node
        # Who is kept by everybody is told apart by identity, and asks nothing.
        named = isinstance(node, ast.Attribute) and node.attr != "always"
        if not (named and self._is_rule(node)):
            return node
        name = self._line("", f"row {ast.unparse(node)}", gives=self._tells(node))
        asked = ast.Name(id=_ROW, ctx=ast.Load())
        return ast.Call(func=asked, args=[ast.Constant(name), node], keywords=[])

    def _asks_a_rule(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Call) and self._is_rule(node.func)

    def _is_rule(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Attribute):
            return isinstance(node.value, ast.Name) and node.value.id in self._rules
        own = self._of_rules and isinstance(node, ast.Name) and node.id.startswith("_")
        return own or (isinstance(node, ast.Name) and node.id in self._rules)

    def _tells(self, node: ast.expr) -> bool:
        """Tell whether a rule gives a verdict where others refuse."""
        room = ast.unparse(node).partition(".")[0]
        return self._rules[room] == "registrations"

    def _line(self, within: str, text: str, *, gives: bool = False) -> str:
        name = f"{self._module}: {text}"
        again = sum(line.name.partition(" #")[0] == name for line in self.lines)
        name = f"{name} #{again + 1}" if again else name
        place = f"{self._module}:{within}" if within else name
        self.lines.append(Line(name, place, gives))
        return name


def _rules_named(tree: ast.Module) -> Iterable[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and ".checks" in (node.module or ""):
            yield from ((one.asname or one.name, one.name) for one in node.names)


def _question(kind: str, name: str) -> ast.expr:
    asked = ast.Attribute(ast.Name(id=_ASK, ctx=ast.Load()), kind, ctx=ast.Load())
    return ast.Call(func=asked, args=[ast.Constant(name)], keywords=[])


def _unless(kind: str, name: str, node: ast.stmt) -> ast.If:
    test = ast.UnaryOp(op=ast.Not(), operand=_question(kind, name))
    return ast.If(test=test, body=[node], orelse=[])


def lines() -> list[Line]:
    """Return every line of every rule, table and flow that can be deleted."""
    found: list[Line] = []
    for module, path in sources().items():
        planter = Planter(module)
        planter.planted(path.read_text("utf-8"))
        found += planter.lines
    return found
