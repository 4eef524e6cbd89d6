from pathlib import Path

from kernel.infra.pages.completeness import (
    marked_texts,
    missing_translations,
    unmarked_texts,
)

HOME = Path(__file__).parents[5] / "kernel" / "infra" / "pages"
TEMPLATES = HOME / "templates"
MODULES = sorted(HOME.glob("*.py"))
CHINESE_EVERYWHERE = frozenset({"信", "中文"})


def test_every_text_of_the_page_layer_has_english() -> None:
    assert missing_translations([TEMPLATES], MODULES, HOME / "translations") == []
    assert len(marked_texts([TEMPLATES], MODULES)) > 60


def test_no_text_of_the_page_layer_is_chinese_in_every_language() -> None:
    bare = unmarked_texts([TEMPLATES], MODULES, CHINESE_EVERYWHERE)
    assert [text for text in bare if not text.startswith("styles.")] == []


def test_a_text_without_english_is_found(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(
        "{{ _('早上好') }}{{ ngettext('台', '台', 2) }}", "utf-8"
    )
    (tmp_path / "views.py").write_text(
        'X = mark("晚安")\ny = page.gettext("再见")\n', "utf-8"
    )
    (tmp_path / "messages.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        'msgid "早上好"\nmsgstr "Good morning"\n\nmsgid "晚安"\nmsgstr "晚安"\n\n'
        '#, fuzzy\nmsgid "再见"\nmsgstr "Bye"\n',
        "utf-8",
    )
    missing = missing_translations(
        [tmp_path], [tmp_path / "views.py"], tmp_path / "messages.po"
    )
    assert missing == ["再见", "台", "晚安"]


def test_a_text_that_was_never_marked_is_found(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(
        "<p title='{{ _(\"好\") }}'>早上好</p>{{ ui.button('晚安') }}{# 说明 #}", "utf-8"
    )
    (tmp_path / "views.py").write_text(
        '"""文档。"""\nX = "再见"\nY = mark("好")\n', "utf-8"
    )
    assert unmarked_texts([tmp_path], [tmp_path / "views.py"]) == [
        "page.html: 早上好",
        "page.html: 晚安",
        "views.py: 再见",
    ]
