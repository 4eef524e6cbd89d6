from pathlib import Path

import pytest

from kernel.infra.pages.completeness import missing_translations, unmarked_texts

PORTALS = Path(__file__).parents[3] / "portals"
ROOMS = ("rp", "public", "ministry", "console")


@pytest.mark.parametrize("room", ROOMS)
def test_every_text_speaks_english(room: str) -> None:
    folder = PORTALS / room
    files = sorted(folder.rglob("*.py"))
    catalogue = folder / "translations"
    assert missing_translations([folder / "templates"], files, catalogue) == []


@pytest.mark.parametrize("room", ROOMS)
def test_no_chinese_text_is_left_unmarked(room: str) -> None:
    folder = PORTALS / room
    assert unmarked_texts([folder / "templates"], sorted(folder.rglob("*.py"))) == []
