import re
from datetime import UTC, datetime

import pytest

from kernel.clock import SetClock
from kernel.entropy import SeededEntropy
from kernel.infra.pages import Pages, writing
from kernel.web import Request
from tests.unit.kernel.infra.pages.conftest import some_settings

NOON = datetime(2026, 11, 26, 4, 0, tzinfo=UTC)
PAGES = Pages.assemble(some_settings(), clock=SetClock(NOON), entropy=SeededEntropy(3))


def title_of(frame: str, block: str, content: str, query: str = "") -> str:
    text = (
        f"{{% extends '{frame}' %}}{{% block title %}}T{{% endblock %}}"
        f"{{% block {block} %}}{content}{{% endblock %}}"
    )
    template = PAGES.environment.from_string(text)
    with writing(PAGES.begin(Request(method="GET", path="/", query=query))):
        shown = template.render(t='class="error-summary"')
    found = re.search(r"<title>(.*?) · ", shown)
    assert found
    return found.group(1)


@pytest.mark.spec("WCAG 2.2 §2.4.2, §3.3.1")
@pytest.mark.parametrize("block", ["content", "body"])
@pytest.mark.parametrize(
    ("query", "title"), [("", "有误：T"), ("ui_locales=en", "Error: T")]
)
def test_the_title_of_a_form_that_is_shown_again_says_so(
    block: str, query: str, title: str
) -> None:
    errors = "{{ ui.error_summary([('a', 'b')]) }}"
    assert title_of("layout.html", block, errors, query) == title


@pytest.mark.parametrize("content", ["{{ t }}", "{{ ui.error_summary([]) }}"])
def test_the_title_of_any_other_page_does_not(content: str) -> None:
    assert title_of("layout.html", "content", content) == "T"
