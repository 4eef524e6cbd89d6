"""Citations of specifications, found where code and tests write them."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_SPECIFICATION: Final = (
    r"RFC \d+(?:bis)?|OIDC [A-Z][A-Za-z-]+(?: [A-Z][A-Za-z-]+)*(?: 1\.0)?"
    r"|OpenID Federation 1\.0|Extended Subordinate Listing 1\.0|Subordinate Events 1\.0"
    r"|Entity Collection 1\.0|PKCS #11 v[\d.]+\d|OpenAPI Specification [\d.]+\d"
    r"|C2SP [a-z-]+|GB(?:/T)? \d+-\d+|NIST SP \d+-\w+(?:-\d)?|FIPS [\d-]+\d"
    r"|FAPI \d\.\d|OAuth \d\.\d"
    r"|WCAG \d\.\d|CSP \d|Fetch Metadata|CVE-\d+-\d+|个人信息保护法"
)
_CLAUSE: Final = r"(?:§+ ?(?:[\dA-Z][\w.-]*\w|\d|[A-Z]\b)|第[一二三四五六七八九十]+条)"
_CITED: Final = re.compile(
    rf"({_SPECIFICATION})((?:(?:,| and| or|;| to)? {_CLAUSE})+)"
    r"|(C2SP [a-z-]+|GB(?:/T)? \d+-\d+|CVE-\d+-\d+)"
)
_BARE: Final = re.compile(rf"({_CLAUSE})(?=[:,. ])")
_CITES: Final = re.compile("§|第|C2SP|GB|CVE")
"""What stands in every citation: a file without it need not be read further."""
_COMMENTED: Final = re.compile(rf"#.*(?:{_CITES.pattern})")
_LONG_NAMES: Final = (("OpenID Connect ", "OIDC "), ("draft ", ""))


@dataclass(frozen=True, slots=True, order=True)
class Clause:
    """One clause of one specification, or the whole of it."""

    specification: str
    section: str

    @property
    def order(self) -> list[tuple[int, str]]:
        """Sort §4.1.10 after §4.1.9."""
        return [(int(n or 0), word) for n, word in re.findall(r"(\d+)|(\w)", self.section)]


@dataclass(frozen=True, slots=True, order=True)
class Citation:
    """Who says that it obeys a clause, or tests that it does."""

    clause: Clause
    place: str


def clauses(text: str) -> Iterator[Clause]:
    """Walk the clauses that a text names in full, such as ``RFC 6749 §4.1.3``."""
    for found in _CITED.finditer(" ".join(text.split())):
        whole = found.group(3)
        if whole is not None:
            yield Clause(whole, "")
            continue
        for section in re.findall(_CLAUSE, found.group(2)):
            yield Clause(_named(found.group(1)), _section(section))


def _named(specification: str) -> str:
    short = specification.startswith("OIDC ") and specification.endswith(" 1.0")
    return specification.removesuffix(" 1.0") if short else specification


def _section(said: str) -> str:
    return said.replace("§§", "§").replace("§ ", "§")


def specification_of(docstring: str) -> str | None:
    """Return the specification a module is about: what its docstring opens with."""
    text = docstring
    for long, short in _LONG_NAMES:
        text = text.replace(long, short)
    opened = re.match(_SPECIFICATION, text)
    return _named(opened.group()) if opened else None


def in_code(path: Path, module: str) -> Iterator[Citation]:
    """Walk the citations of a module's docstrings and comments."""
    text = path.read_text("utf-8")
    if not _CITES.search(text):
        return
    tree = ast.parse(text)
    about = specification_of(ast.get_docstring(tree) or "")
    for node, name in _documented(tree, module):
        said = ast.get_docstring(node) or ""
        yield from (Citation(clause, name) for clause in clauses(said))
        bare = _BARE.match(said)
        if bare and about:
            yield Citation(Clause(about, _section(bare.group(1))), name)
    for line, comment in _comments(text) if _COMMENTED.search(text) else ():
        place = _around(tree, module, line)
        yield from (Citation(clause, place) for clause in clauses(comment))


def in_tests(path: Path, module: str) -> Iterator[Citation]:
    """Walk what tests are marked with: ``pytest.mark.spec("RFC 9126 §2.1")``."""
    text = path.read_text("utf-8")
    if "mark.spec" not in text:
        return
    tree = ast.parse(text)
    marked = {
        id(mark): name
        for node, name in _documented(tree, module)
        for mark in getattr(node, "decorator_list", ())
    }
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and _is_mark(call.func):
            name = marked.get(id(call), module)
            yield from (Citation(clause, name) for clause in clauses(_words(call)))


def _is_mark(called: ast.expr) -> bool:
    match called:
        case ast.Attribute(attr="spec", value=ast.Attribute(attr="mark")):
            return True
        case ast.Attribute(attr="spec", value=ast.Name(id="mark")):
            return True
    return False


def _words(call: ast.Call) -> str:
    said = (word.value for word in call.args if isinstance(word, ast.Constant))
    return "; ".join(str(word) for word in said)


Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def _documented(node: Documented, name: str) -> Iterator[tuple[Documented, str]]:
    yield node, name
    for child in node.body:
        if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _documented(child, f"{name}.{child.name}")


def _comments(text: str) -> Iterator[tuple[int, str]]:
    """Walk the comments, those on lines that follow one another as one."""
    first, said, last = 0, "", -1
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type != tokenize.COMMENT:
            continue
        line = token.start[0]
        if line != last + 1:
            yield first, said
            first, said = line, ""
        said, last = f"{said} {token.string.lstrip('#: ')}", line
    yield first, said


def _around(tree: ast.Module, module: str, line: int) -> str:
    """Name the innermost function or class that a line stands in."""
    inside = [
        (node.lineno, name)
        for node, name in _documented(tree, module)
        if not isinstance(node, ast.Module)
        and node.lineno <= line <= (node.end_lineno or node.lineno)
    ]
    return max(inside)[1] if inside else module
