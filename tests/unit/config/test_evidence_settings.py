"""What members have to show is policy; where nothing is set nothing is owed."""

from datetime import timedelta
from pathlib import Path

import pytest

from config.evidence import EvidenceLadder, EvidenceOwed, Owed, Owing
from config.loader import load
from config.template import describe, template
from config.words import Profile, SettingsRefused
from tests.unit.config.pages import a_dev_page
from trustroot.registry.domain import EvidenceKind, MemberKind


def read(folder: Path, more: str) -> EvidenceLadder:
    page = folder / "settings.toml"
    text = template(Profile.DEV, a_dev_page())
    page.write_text(f"{text}\n{more}", encoding="utf-8")
    return load(page, {}).trust.evidence


def test_nothing_is_owed_where_nothing_is_set(tmp_path: Path) -> None:
    assert read(tmp_path, "") == EvidenceLadder()
    assert EvidenceLadder().owed == ()


def test_kinds_are_owed_per_kind_of_member(tmp_path: Path) -> None:
    said = read(
        tmp_path,
        """
        [trust.evidence]
        owed_within = "30d"
        [[trust.evidence.owed]]
        member = "platform"
        kinds = ["certificate", "penetration_test"]
        [[trust.evidence.owed]]
        member = "ca"
        kinds = ["certificate"]
        """,
    )
    assert said.owed_within == timedelta(days=30)
    assert said.owed == (
        EvidenceOwed(
            member=Owing.PLATFORM, kinds=(Owed.CERTIFICATE, Owed.PENETRATION_TEST)
        ),
        EvidenceOwed(member=Owing.CA, kinds=(Owed.CERTIFICATE,)),
    )
    assert said.warn_after == EvidenceLadder().warn_after


def test_kinds_that_do_not_exist_stop_the_start(tmp_path: Path) -> None:
    owed = '[[trust.evidence.owed]]\nmember = "platform"\nkinds = ["promise"]'
    with pytest.raises(SettingsRefused, match=r"trust\.evidence\.owed\[0\]\.kinds\[0\]"):
        read(tmp_path, owed)


def test_the_words_are_those_of_the_register() -> None:
    assert [one.value for one in Owing] == [kind.value for kind in MemberKind]
    assert [one.value for one in Owed] == [kind.value for kind in EvidenceKind]


def test_a_table_is_described_as_one_and_a_list_of_tables_as_a_list() -> None:
    assert "\n## trust.evidence\n" in describe()
    assert "\n## trust.evidence.owed[]\n" in describe()
    page = template(Profile.DEV)
    assert "# [trust.evidence]" in page
    assert "# [[trust.anchors]]" in page
