"""From a leaf to a listed anchor: what RFC 5280 asks, one broken rule at a time."""

from dataclasses import replace
from datetime import timedelta
from time import perf_counter

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from ca_bridge.errors import CertificateMalformed, NoPath, PathRefused
from ca_bridge.service.paths import Known, find_path
from ca_bridge.service.x509_files import certificate, certificates
from tests.unit.ca_bridge.pki import (
    ISSUING,
    LEAF,
    NOW,
    ROOT,
    SHORT_HASH,
    Pki,
    Shape,
    a_key,
    a_pki,
    make,
    usage,
)


def known(pki: Pki) -> Known:
    return Known((pki.issuing.certificate,), (pki.root.certificate,))


def word(pki: Pki) -> str:
    """Return the rule that refuses the path."""
    with pytest.raises(PathRefused) as caught:
        find_path(pki.leaf.certificate, known(pki), NOW)
    return caught.value.detail


@pytest.mark.spec("RFC 5280 §6.1")
def test_a_good_path_is_found_leaf_first_anchor_last() -> None:
    pki = a_pki()
    path = find_path(pki.leaf.certificate, known(pki), NOW)
    assert path == (pki.leaf.certificate, pki.issuing.certificate, pki.root.certificate)


BEFORE, AFTER = NOW - timedelta(days=2), NOW + timedelta(days=2)


def old(shape: Shape) -> Shape:
    return replace(shape, begins=BEFORE - timedelta(days=5), ends=BEFORE)


@pytest.mark.spec("RFC 5280 §6.1.3")
@pytest.mark.parametrize(
    ("leaf", "issuing", "root", "why"),
    [
        (old(LEAF), ISSUING, ROOT, "dates"),
        (replace(LEAF, begins=AFTER), ISSUING, ROOT, "dates"),
        (LEAF, old(ISSUING), ROOT, "dates"),
        (LEAF, ISSUING, old(ROOT), "dates"),
        (LEAF, replace(ISSUING, ca=False), ROOT, "not_a_ca"),
        (LEAF, replace(ISSUING, usage=usage(signs=True)), ROOT, "key_cert_sign"),
        (LEAF, replace(ISSUING, usage=None), ROOT, "key_cert_sign"),
        (LEAF, ISSUING, replace(ROOT, path_length=0), "path_length"),
        (replace(LEAF, ca=True), ISSUING, ROOT, "leaf_is_a_ca"),
        (replace(LEAF, usage=None), ISSUING, ROOT, "digital_signature"),
        (replace(LEAF, usage=usage(issues=True)), ISSUING, ROOT, "digital_signature"),
        (
            replace(LEAF, extended=(ExtendedKeyUsageOID.SERVER_AUTH,)),
            ISSUING,
            ROOT,
            "extended_key_usage",
        ),
        (
            replace(
                LEAF,
                more=(
                    (
                        x509.UnrecognizedExtension(
                            x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"
                        ),
                        True,
                    ),
                ),
            ),
            ISSUING,
            ROOT,
            "critical_extension",
        ),
        (replace(LEAF, hashed=SHORT_HASH), ISSUING, ROOT, "weak_signature"),
    ],
)
def test_one_broken_rule_refuses_the_path(
    leaf: Shape, issuing: Shape, root: Shape, why: str
) -> None:
    assert word(a_pki(leaf, issuing, root)) == why


@pytest.mark.spec("NIST SP 800-131A r2")
@pytest.mark.parametrize(
    "weak",
    [
        rsa.generate_private_key(65537, 1024),  # noqa: S505  refused below
        ec.generate_private_key(ec.SECP224R1()),
    ],
)
def test_a_weak_key_refuses_the_path(
    weak: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey,
) -> None:
    pki = a_pki()
    weak_leaf = make(LEAF, pki.issuing, weak)
    assert word(replace(pki, leaf=weak_leaf)) == "weak_key"


@pytest.mark.spec("RFC 5280 §4.2.1.10")
def test_a_name_outside_the_constraints_refuses_the_path() -> None:
    outside = x509.SubjectAlternativeName([x509.DNSName("other.example")])
    inside = x509.NameConstraints([x509.DNSName("gov.example")], None)
    pki = a_pki(
        replace(LEAF, more=((outside, False),)), replace(ISSUING, more=((inside, True),))
    )
    assert word(pki) == "second_opinion"


def test_a_strangers_leaf_has_no_path() -> None:
    with pytest.raises(NoPath):
        find_path(a_pki().leaf.certificate, known(a_pki()), NOW)


def test_the_right_name_with_another_key_issues_nothing() -> None:
    pki = a_pki()
    impostor = make(ISSUING, pki.root)
    with pytest.raises(NoPath):
        find_path(make(LEAF, impostor).certificate, known(pki), NOW)


def test_an_anchor_alone_is_no_path() -> None:
    pki = a_pki()
    with pytest.raises(NoPath):
        find_path(pki.root.certificate, known(pki), NOW)


@pytest.mark.spec("RFC 4158 §2.4.2")
def test_authorities_that_signed_each_other_keep_nobody_busy() -> None:
    """Twelve authorities cross-certified both ways: an unknown leaf is refused quickly."""
    keys = [a_key() for _ in range(12)]
    tops = [
        make(replace(ISSUING, name=f"ca{number}"), key=key)
        for number, key in enumerate(keys)
    ]
    mesh = tuple(
        make(replace(ISSUING, name=f"ca{one}"), tops[other], keys[one]).certificate
        for one in range(12)
        for other in range(12)
        if one != other
    )
    began = perf_counter()
    with pytest.raises(NoPath):
        find_path(
            make(LEAF, tops[0]).certificate, Known(mesh, (make(ROOT).certificate,)), NOW
        )
    assert perf_counter() - began < 1


@pytest.mark.parametrize("der", [b"", b"\x30\x00", b"x" * 20_000])
def test_what_is_no_certificate_is_malformed(der: bytes) -> None:
    with pytest.raises(CertificateMalformed):
        certificate(der)


def test_more_certificates_than_a_path_has_are_not_read() -> None:
    with pytest.raises(CertificateMalformed):
        certificates([b""] * 9)
