"""A holder's certificate: signature, organisation, standing, revocation."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384

from ca_bridge.domain import CaAction, VerifiedHolder
from ca_bridge.errors import (
    CertificateMalformed,
    NoPath,
    PathRefused,
    RevocationUnknown,
    Revoked,
    SignatureRefused,
)
from ca_bridge.events import RevocationListTaken
from ca_bridge.service import Approval
from ca_bridge.service.holder import ORGANISATION, key_signed, organisation_of
from ca_bridge.service.x509_files import fingerprint, spki_digest
from kernel.standing import Party, PartyKind, State
from tests.unit.ca_bridge.pki import LEAF, NOW, Made, a_crl, a_pki, make
from tests.unit.ca_bridge.world import CRL, ONE, TWO, USCC, Bridge

HOUR = timedelta(hours=1)
ROOT_CRL = "http://localhost:8462/root.crl"


@pytest.fixture
def bridge(tmp_path: Path) -> Iterator[Bridge]:
    made = Bridge(tmp_path)
    yield made
    made.db.close()


def of_organisation(value: bytes) -> x509.Certificate:
    extension = x509.UnrecognizedExtension(ORGANISATION, value)
    return make(replace(LEAF, more=((extension, False),))).certificate


def test_a_holder_is_named_by_the_key_and_the_whole_path(bridge: Bridge) -> None:
    pki = a_pki()
    ca = bridge.added(pki)
    holder = bridge.check(pki)
    assert isinstance(holder, VerifiedHolder)
    assert holder.key_digest == spki_digest(pki.leaf.certificate)
    path = (pki.leaf, pki.issuing, pki.root)
    assert holder.path == tuple(fingerprint(each.certificate) for each in path)
    assert (holder.ca, holder.revocation_checked) == (ca.id, False)


def test_without_a_listed_authority_nobody_is_known(bridge: Bridge) -> None:
    bridge.added(a_pki())
    with pytest.raises(NoPath):
        bridge.check(a_pki())


def test_another_message_is_refused(bridge: Bridge) -> None:
    pki = a_pki()
    bridge.added(pki)
    with pytest.raises(SignatureRefused):
        bridge.check(pki, b"another")


def test_a_suspended_authoritys_holder_is_refused_from_that_moment(bridge: Bridge) -> None:
    pki = a_pki()
    ca = bridge.added(pki)
    bridge.check(pki)
    bridge.deciding.suspend(ca.id, "key lost", ONE)
    with pytest.raises(NoPath):
        bridge.check(pki)


def test_standing_alone_is_enough_to_refuse(bridge: Bridge) -> None:
    pki = a_pki()
    ca = bridge.added(pki)
    party = Party(PartyKind.CA, str(ca.id))
    bridge.around.standing.change(party, State.SUSPENDED, reason="test")
    with pytest.raises(PathRefused, match="standing"):
        bridge.check(pki)


def test_a_reinstated_authoritys_holder_is_known_again(bridge: Bridge) -> None:
    pki = a_pki()
    ca = bridge.added(pki)
    bridge.deciding.suspend(ca.id, "key lost", ONE)
    proposal = bridge.deciding.propose(ca.id, CaAction.REINSTATE, "found", ONE)
    bridge.deciding.approve(
        Approval(proposal=proposal.id, digest=proposal.digest, actor=TWO)
    )
    assert bridge.check(pki)


@pytest.mark.spec("RFC 5280 §6.3")
def test_no_fresh_list_is_never_good(bridge: Bridge) -> None:
    pki = a_pki()
    bridge.added(pki, CRL, ROOT_CRL)
    with pytest.raises(RevocationUnknown):
        bridge.check(pki)
    bridge.publisher.lists[CRL] = a_crl(pki.issuing)
    bridge.revocations(HOUR).run()
    with pytest.raises(RevocationUnknown):
        bridge.check(pki)
    bridge.publisher.lists[ROOT_CRL] = a_crl(pki.root)
    bridge.revocations(HOUR).run()
    holder = bridge.check(pki)
    assert isinstance(holder, VerifiedHolder)
    assert holder.revocation_checked
    bridge.around.clock.advance(HOUR)
    with pytest.raises(RevocationUnknown):
        bridge.check(pki)


@pytest.mark.spec("RFC 5280 §6.3")
def test_who_is_on_the_newest_list_is_refused(bridge: Bridge) -> None:
    pki = a_pki()
    bridge.added(pki, CRL, ROOT_CRL)
    lists, run = bridge.publisher.lists, bridge.revocations(HOUR / 10).run
    lists[CRL], lists[ROOT_CRL] = a_crl(pki.issuing), a_crl(pki.root)
    run()
    bridge.check(pki)
    serial = pki.leaf.certificate.serial_number
    lists[CRL] = a_crl(pki.issuing, serial, number=2)
    bridge.around.clock.advance(HOUR / 8)
    run()
    with pytest.raises(Revoked):
        bridge.check(pki)


@pytest.mark.spec("RFC 5280 §5.2.3")
def test_an_older_list_never_takes_the_place_of_a_newer(bridge: Bridge) -> None:
    pki = a_pki()
    bridge.added(pki, CRL)
    serial = pki.leaf.certificate.serial_number
    bridge.publisher.lists[CRL] = a_crl(pki.issuing, serial, number=2)
    bridge.revocations(HOUR).run()
    bridge.publisher.lists[CRL] = a_crl(pki.issuing, number=1)
    bridge.around.clock.advance(HOUR / 2)
    bridge.revocations(HOUR / 10).run()
    assert len(bridge.around.trail.of(RevocationListTaken)) == 1
    (head,) = bridge.revoked.heads(bridge.authorities.all()[0].id)
    assert (head.number, head.fetched_at) == (2, NOW + HOUR / 2)


@pytest.mark.spec("RFC 5280 §6.3.3")
def test_a_list_that_does_not_hold_is_not_taken(bridge: Bridge) -> None:
    pki, stranger = a_pki(), a_pki()
    bridge.added(pki, CRL)
    wrong = (
        a_crl(stranger.issuing),
        a_crl(pki.leaf),
        a_crl(pki.issuing, number=None),
        a_crl(pki.issuing, at=NOW - 2 * HOUR),
        a_crl(pki.issuing, at=NOW + HOUR),
    )
    for crl in wrong:
        bridge.publisher.lists[CRL] = crl
        bridge.revocations(HOUR).run()
    assert bridge.publisher.asked == len(wrong)
    assert bridge.revoked.heads(bridge.authorities.all()[0].id) == ()
    assert bridge.around.trail.of(RevocationListTaken) == []


def test_a_list_is_fetched_again_only_when_it_is_due(bridge: Bridge) -> None:
    pki = a_pki()
    bridge.added(pki, CRL)
    bridge.publisher.lists[CRL] = a_crl(pki.issuing, life=48 * HOUR)
    task = bridge.revocations(HOUR)
    task.run()
    task.run()
    assert bridge.publisher.asked == 1
    bridge.around.clock.advance(HOUR)
    task.run()
    assert bridge.publisher.asked == 2


@pytest.mark.spec("RFC 7518 §3.4")
def test_an_ecdsa_signature_may_be_der_or_two_numbers() -> None:
    leaf = make(LEAF)
    der = leaf.sign(b"m")
    r, s = decode_dss_signature(der)
    key_signed(leaf.certificate, der, b"m")
    key_signed(leaf.certificate, r.to_bytes(32, "big") + s.to_bytes(32, "big"), b"m")


@pytest.mark.spec("RFC 8017 §8")
def test_an_rsa_key_signs_with_pss_or_pkcs1() -> None:
    key = rsa.generate_private_key(65537, 2048)
    leaf = make(LEAF, key=key).certificate
    pss = padding.PSS(padding.MGF1(SHA256()), padding.PSS.DIGEST_LENGTH)
    for way in (pss, padding.PKCS1v15()):
        key_signed(leaf, key.sign(b"m", way, SHA256()), b"m")
    with pytest.raises(SignatureRefused):
        key_signed(leaf, key.sign(b"m", padding.PKCS1v15(), SHA384()), b"m")


@pytest.mark.parametrize(
    "signature", [b"", b"x", b"\x00" * 64, b"\xff" * 64, b"\x00" * 256]
)
def test_what_is_no_signature_is_refused(signature: bytes) -> None:
    for leaf in (make(LEAF), _rsa_leaf()):
        with pytest.raises(SignatureRefused):
            key_signed(leaf.certificate, signature, b"m")


def test_another_hash_is_refused() -> None:
    leaf = make(LEAF)
    assert isinstance(leaf.key, ec.EllipticCurvePrivateKey)
    with pytest.raises(SignatureRefused):
        key_signed(leaf.certificate, leaf.key.sign(b"m", ec.ECDSA(SHA384())), b"m")


@pytest.mark.spec("GM/T 0015-2012")
@pytest.mark.parametrize("head", [b"", b"\x0c\x12", b"\x13\x12"])
def test_the_organisation_is_read_with_or_without_its_der_header(head: bytes) -> None:
    assert organisation_of(of_organisation(head + USCC.encode())) == USCC


def test_a_certificate_without_organisation_names_none() -> None:
    assert organisation_of(make(LEAF).certificate) is None


@pytest.mark.parametrize("value", [b"", b"\xff\xfe", b"91350100M000100Y44"])
def test_a_number_that_is_none_refuses_the_certificate(value: bytes) -> None:
    with pytest.raises(CertificateMalformed):
        organisation_of(of_organisation(value))


def _rsa_leaf() -> Made:
    return make(LEAF, key=rsa.generate_private_key(65537, 2048))
