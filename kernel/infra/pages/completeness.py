"""Is every text translated? Tests of every room ask this; so does ``translations`` work.

``missing_translations`` finds marked texts without English, ``unmarked_texts`` finds
Chinese that was never marked and would therefore stand on an English page.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from babel.messages.extract import extract
from jinja2 import Environment, nodes

from kernel.infra.pages.language import catalogue_file, read_catalogue

_KEYWORDS: Final = {"_": None, "gettext": None, "mark": None, "ngettext": (1, 2)}
_CJK: Final = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")


def missing_translations(
    template_dirs: Iterable[Path], python_files: Iterable[Path], catalogue: Path
) -> list[str]:
    """Return the marked texts that have no English, or an unsure or half Chinese one.

    Args:
        template_dirs: folders searched for ``*.html``, ``*.txt`` and ``*.svg``.
        python_files: modules that mark texts (``_``, ``mark``, ``gettext``, ``ngettext``).
        catalogue: a ``.po`` file or a ``translations`` folder.
    """
    known = read_catalogue(catalogue_file(catalogue))
    done = {
        _first(entry.id)
        for entry in known
        if entry.id and not entry.fuzzy and _is_english(entry.string)
    }
    return sorted(marked_texts(template_dirs, python_files) - done)


def marked_texts(template_dirs: Iterable[Path], python_files: Iterable[Path]) -> set[str]:
    """Return every text that is marked for translation."""
    found = (
        text
        for path in (*_templates(template_dirs), *python_files)
        for text in _marked_in(path)
    )
    return {text for text in found if text}


def unmarked_texts(
    template_dirs: Iterable[Path],
    python_files: Iterable[Path] = (),
    allowed: frozenset[str] = frozenset(),
) -> list[str]:
    """Return ``file: text`` for each Chinese text that is not marked for translation.

    Args:
        template_dirs: folders searched for templates.
        python_files: modules; their docstrings do not count.
        allowed: texts that are Chinese in every language, such as the link 中文.
    """
    texts = (
        *(
            (path, text)
            for path in _templates(template_dirs)
            for text in _bare_in_template(path)
        ),
        *((path, text) for path in python_files for text in _bare_in_python(path)),
    )
    return [
        f"{path.name}: {text.strip()}"
        for path, text in texts
        if _CJK.search(text) and text.strip() not in allowed
    ]


def _templates(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        yield from sorted(
            path for path in folder.rglob("*") if path.suffix in {".html", ".txt", ".svg"}
        )


def _marked_in(path: Path) -> Iterator[str]:
    method = "python" if path.suffix == ".py" else "jinja2.ext:babel_extract"
    with path.open("rb") as source:
        for _line, text, *_notes in extract(method, source, keywords=_KEYWORDS):
            yield _first(text)


def _first(text: str | tuple[str | None, ...] | list[str]) -> str:
    return text if isinstance(text, str) else text[0] or ""


def _is_english(text: str | tuple[str, ...] | list[str] | None) -> bool:
    forms = [text] if isinstance(text, str) else list(text or [""])
    return all(form and not _CJK.search(form) for form in forms)


def _bare_in_template(path: Path) -> Iterator[str]:
    tree = Environment(autoescape=True).parse(path.read_text("utf-8"))
    marked = {
        id(argument)
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in _KEYWORDS
        for argument in call.args
    }
    for data in tree.find_all(nodes.TemplateData):
        yield from re.findall(r">([^<>]*)<", f">{data.data}<")
    for constant in tree.find_all(nodes.Const):
        if id(constant) not in marked and isinstance(constant.value, str):
            yield constant.value


def _bare_in_python(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text("utf-8"))
    passed_over = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and _called(call) in _KEYWORDS:
            passed_over |= {
                id(part) for argument in call.args for part in ast.walk(argument)
            }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or id(node) in passed_over:
            continue
        if isinstance(node.value, str):
            yield node.value


def _called(call: ast.Call) -> str:
    function = call.func
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
