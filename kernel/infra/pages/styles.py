"""Samples for ``/styles``: every piece once, as designers and testers want to see it."""

from datetime import UTC, datetime, timedelta
from typing import Final

from kernel.infra.pages.chooser import Choice, by_region, found

TEMPLATE: Final = "pages/styles.html"
_NOON: Final = datetime(2026, 11, 26, 4, 0, tzinfo=UTC)
_PLACES: Final = (
    ("11", "北京市", "华北"), ("12", "天津市", "华北"), ("13", "河北省", "华北"),
    ("21", "辽宁省", "东北"), ("22", "吉林省", "东北"), ("31", "上海市", "华东"),
    ("32", "江苏省", "华东"), ("44", "广东省", "华南"), ("45", "广西壮族自治区", "华南"),
    ("50", "重庆市", "西南"), ("51", "四川省", "西南"), ("54", "西藏自治区", "西南"),
)  # fmt: skip
_CHOICES: Final = tuple(
    Choice(
        kind="province",
        key=code,
        name=name,
        address=f"#province-{code}",
        region=region,
        maintenance="维护中，预计 14:00 恢复" if code == "45" else "",
    )
    for code, name, region in _PLACES
)


def samples(query: str) -> dict[str, object]:
    """Return what the template of all pieces shows.

    Args:
        query: what was typed into the chooser.
    """
    return {
        "noon": _NOON,
        "later": _NOON + timedelta(minutes=7),
        "groups": by_region(found(_CHOICES, query)),
        "last": _CHOICES[7],
        "query": query,
    }
