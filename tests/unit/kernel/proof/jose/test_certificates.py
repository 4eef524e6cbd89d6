"""Certificates of clients: what they say, and who vouches for them."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from kernel.proof.jose import (
    Authorities,
    Certificate,
    CertificateMalformed,
    CertificateNotVouched,
    NameKind,
    subject_of,
)
from tests.unit.kernel.proof.authorities import (
    Authority,
    a_leaf,
    bent,
    on_a_curve_of_nobody,
    pem_of,
)

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
ROOT = Authority.root("Root of organisations")


@pytest.mark.spec("RFC 8705 §2.1")
def test_an_authority_vouches_for_its_own_directly_and_over_another() -> None:
    below = ROOT.below("Branch")
    known = Authorities.parse(pem_of(below.certificate, ROOT.certificate))
    for issuer in (ROOT, below):
        known.vouch_for(a_leaf(issuer), NOW)


@pytest.mark.parametrize(
    "shown",
    [
        a_leaf(Authority.root("Root of organisations")),
        a_leaf(ROOT, days=(-9, -1)),
        a_leaf(ROOT, days=(1, 9)),
        a_leaf(ROOT, usage=ExtendedKeyUsageOID.SERVER_AUTH),
        a_leaf(Authority.of(a_leaf(ROOT))),
        Certificate.parse(ROOT.der),
    ],
    ids=["same name", "over", "not yet", "of a server", "below a leaf", "the root itself"],
)
@pytest.mark.spec("RFC 5280 §6.1")
def test_nobody_vouches_for_others(shown: Certificate) -> None:
    with pytest.raises(CertificateNotVouched):
        Authorities.parse(pem_of(ROOT.certificate)).vouch_for(shown, NOW)


@pytest.mark.spec("RFC 8705 §2.1.2")
@pytest.mark.parametrize(
    "text",
    [
        "CN=portal.example.cn,O=Sample Org,C=CN",
        "cn=PORTAL.example.cn, o=sample   org, c=cn",
        r"CN=portal\2Eexample.cn,O=Sample\20Org,C=CN",
    ],
)
def test_a_subject_is_compared_as_a_name_and_not_as_bytes(text: str) -> None:
    assert subject_of(text) == a_leaf(ROOT).subject


@pytest.mark.parametrize(
    "text",
    ["CN=portal.example.cn", "C=CN,O=Sample Org,CN=portal.example.cn", "O=Sample Org"],
)
def test_another_subject_is_another(text: str) -> None:
    assert subject_of(text) != a_leaf(ROOT).subject


def test_attributes_are_named_by_word_or_by_number() -> None:
    named = subject_of("serialNumber=91,emailAddress=a@example.cn")
    assert named == subject_of("2.5.4.5=91,1.2.840.113549.1.9.1=A@example.cn")
    assert named != subject_of("2.5.4.5=92,1.2.840.113549.1.9.1=a@example.cn")


def test_what_names_no_subject_is_refused() -> None:
    with pytest.raises(CertificateMalformed):
        subject_of("portal.example.cn")


def test_alternative_names_are_told_by_kind() -> None:
    shown = a_leaf(ROOT)
    assert shown.names(NameKind.DNS) == ("portal.example.cn",)
    assert shown.names(NameKind.URI) == ("https://portal.example.cn/x",)
    assert shown.names(NameKind.IP) == ("192.0.2.7",)
    assert shown.names(NameKind.EMAIL) == ("ops@example.cn",)
    assert a_leaf(ROOT, names=()).names(NameKind.DNS) == ()


@pytest.mark.spec("RFC 5280 §4.1.2.5")
def test_a_certificate_counts_from_its_first_to_its_last_moment() -> None:
    shown = a_leaf(ROOT)
    begins, ends = shown.parsed.not_valid_before_utc, shown.parsed.not_valid_after_utc
    moment = timedelta(seconds=1)
    assert shown.counts_at(begins)
    assert shown.counts_at(ends)
    assert not shown.counts_at(begins - moment)
    assert not shown.counts_at(ends + moment)


@pytest.mark.parametrize("der", [b"", b"0", ROOT.der[:-1], b"0" * 20_000])
def test_other_bytes_are_no_certificate(der: bytes) -> None:
    with pytest.raises(CertificateMalformed):
        Certificate.parse(der)


@pytest.mark.spec("RFC 5280 §4.1.2.1")
@pytest.mark.parametrize("version", ["01", "03", "7f"])
def test_a_version_that_is_none_is_no_certificate(version: str) -> None:
    with pytest.raises(CertificateMalformed):
        Certificate.parse(bent(a_leaf(ROOT), "a003020102", f"a0030201{version}"))


@pytest.mark.parametrize("pem", [b"", b"none", pem_of(a_leaf(ROOT).parsed)])
def test_a_file_without_a_root_is_refused(pem: bytes) -> None:
    with pytest.raises(CertificateMalformed):
        Authorities.parse(pem)


def test_a_key_of_another_kind_has_no_thumbprint() -> None:
    with pytest.raises(CertificateMalformed):
        _ = a_leaf(ROOT, kind="x448").key_thumbprint
    assert isinstance(a_leaf(ROOT).parsed, x509.Certificate)


@pytest.mark.spec("RFC 5280 §4.1.2.7")
@pytest.mark.parametrize(
    "der",
    [
        on_a_curve_of_nobody(a_leaf(ROOT)),
        bent(a_leaf(ROOT), "06072a8648ce3d0201", "06072a8648ce3d027f"),
        bent(a_leaf(ROOT), "03420004", "03420005"),
    ],
    ids=["a curve we lack", "a kind we lack", "no point"],
)
def test_a_key_that_cannot_be_read_has_no_thumbprint(der: bytes) -> None:
    with pytest.raises(CertificateMalformed):
        _ = Certificate.parse(der).key_thumbprint


@pytest.mark.spec("RFC 5280 §4.1.2.6")
def test_a_subject_that_cannot_be_read_is_refused() -> None:
    was, now = (b"Sample Org".hex(), b"Sample \xffrg".hex())
    with pytest.raises(CertificateMalformed):
        _ = Certificate.parse(bent(a_leaf(ROOT), was, now)).subject


@pytest.mark.spec("RFC 5280 §4.2.1.6")
@pytest.mark.parametrize("kind", ["a3", "a5"])
def test_nobody_vouches_for_a_kind_of_name_that_is_not_read(kind: str) -> None:
    """An x400Address and an ediPartyName, in certificates that an authority signed."""
    names = bytes.fromhex(f"3004{kind}020500")
    odd = x509.UnrecognizedExtension(x509.SubjectAlternativeName.oid, names)
    shown = a_leaf(ROOT, names=(), more=odd)
    with pytest.raises(CertificateNotVouched):
        Authorities.parse(pem_of(ROOT.certificate)).vouch_for(shown, NOW)
    assert [shown.names(each) for each in NameKind] == [()] * len(NameKind)
