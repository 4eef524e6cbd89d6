"""Ways in which a signed object is refused, one per reason."""

from kernel.errors import Refused


class JoseRefused(Refused):
    """A JSON, JWK or JWS object was not accepted."""

    code = "jose_refused"


class Malformed(JoseRefused):
    """The bytes are not the encoding the clause asks for."""

    code = "jose_malformed"


class TooLarge(JoseRefused):
    """The object is longer, deeper or has more parts than its purpose allows."""

    code = "jose_too_large"


class DuplicateMember(JoseRefused):
    """A JSON object names a member twice; readers would disagree about its value."""

    code = "jose_duplicate_member"


class UnknownCritical(JoseRefused):
    """The header asks for an extension that must be understood, and we know none."""

    code = "jose_unknown_critical"


class WrongType(JoseRefused):
    """The header's ``typ`` names another purpose, or none."""

    code = "jose_wrong_type"


class AlgorithmNotAllowed(JoseRefused):
    """The header's ``alg`` is not on the list of its purpose, or not of its key."""

    code = "jose_algorithm_not_allowed"


class UnknownKey(JoseRefused):
    """No key of the set answers to the header's ``kid`` for signatures."""

    code = "jose_unknown_key"


class BadSignature(JoseRefused):
    """The signature was not made over these bytes by this key."""

    code = "jose_bad_signature"


class KeyRefused(JoseRefused):
    """A JWK or a JWK Set is not one that we work with."""

    code = "jose_key_refused"


class KeyNotPublic(KeyRefused):
    """A member of the set is a private or a symmetric key."""

    code = "jose_key_not_public"


class KeyTooWeak(KeyRefused):
    """A key is smaller than any signature of ours is checked with."""

    code = "jose_key_too_weak"


class KeyMalformed(KeyRefused):
    """A JWK lacks a member, or its numbers are not a key."""

    code = "jose_key_malformed"


class DuplicateKeyId(KeyRefused):
    """Two keys of one set carry the same ``kid``."""

    code = "jose_duplicate_key_id"


class ClaimRefused(JoseRefused):
    """A registered claim does not allow this use."""

    code = "jose_claim_refused"


class ClaimMissing(ClaimRefused):
    """A claim that the profile requires is absent."""

    code = "jose_claim_missing"


class ClaimMalformed(ClaimRefused):
    """A claim has another JSON type or range than its definition."""

    code = "jose_claim_malformed"


class Expired(ClaimRefused):
    """``exp`` has passed."""

    code = "jose_expired"


class NotYetValid(ClaimRefused):
    """``nbf`` lies ahead."""

    code = "jose_not_yet_valid"


class IssuedInFuture(ClaimRefused):
    """``iat`` lies ahead."""

    code = "jose_issued_in_future"


class WrongIssuer(ClaimRefused):
    """``iss`` is not who was expected to speak."""

    code = "jose_wrong_issuer"


class WrongAudience(ClaimRefused):
    """``aud`` does not name us."""

    code = "jose_wrong_audience"


class CertificateMalformed(JoseRefused):
    """The bytes are no certificate, or not one we can compare."""

    code = "certificate_malformed"


class CertificateNotVouched(JoseRefused):
    """No authority that we know leads to the certificate, for a client and for now."""

    code = "certificate_not_vouched"
