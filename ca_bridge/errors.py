"""Ways to fail around certificate authorities and certificates."""

from kernel.errors import Conflict, Malformed, NotFound, Refused, Unavailable


class CaUnknown(NotFound):
    """There is no such certificate authority."""

    code = "ca_unknown"


class CaMalformed(Malformed):
    """The record does not say what a certificate authority needs; the detail names it."""

    code = "ca_malformed"


class CaKnown(Conflict):
    """One of the certificates is on record already."""

    code = "ca_known"


class CaChanged(Conflict):
    """The record has changed since it was read."""

    code = "ca_changed"


class NothingToConfirm(Conflict):
    """The proposal confirms no suspension that is in force and waits for it."""

    code = "ca_nothing_to_confirm"


class ProposalUnknown(NotFound):
    """There is no such proposal."""

    code = "ca_proposal_unknown"


class ListUnavailable(Unavailable):
    """No list is signed, or the last one is past its end: clients fail closed, so do we."""

    code = "ca_list_unavailable"


class CertificateRefused(Refused):
    """The certificate, its path, or what its key signed does not hold.

    The detail is one word for the record: never shown to who presents the certificate.
    """

    code = "certificate_refused"


class CertificateMalformed(CertificateRefused):
    """Not a DER certificate we can read, or more of them than a path has."""

    code = "certificate_malformed"


class NoPath(CertificateRefused):
    """No path leads from the certificate to a listed authority."""

    code = "no_path"


class PathRefused(CertificateRefused):
    """A path exists, and one of its certificates breaks a rule of RFC 5280."""

    code = "path_refused"


class Revoked(CertificateRefused):
    """One of the certificates is on its issuer's revocation list."""

    code = "certificate_revoked"


class RevocationUnknown(CertificateRefused):
    """The authority publishes revocation lists, and no fresh one is here."""

    code = "revocation_unknown"


class SignatureRefused(CertificateRefused):
    """The message was not signed by the certificate's key."""

    code = "signature_refused"
