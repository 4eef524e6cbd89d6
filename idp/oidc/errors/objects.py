"""Ways in which a signed or pushed request is refused."""

from idp.oidc.errors.requests import RequestMalformed
from kernel.errors import Refused


class RequestObjectRefused(Refused):
    """A request object is not believed; the detail names the rule (RFC 9101 §6.3)."""

    code = "request_object_refused"


class RequestObjectNotDecrypted(RequestObjectRefused):
    """The object is encrypted, and not so that we open it (RFC 9101 §6.1)."""

    code = "request_object_not_decrypted"


class RequestObjectUnsigned(RequestObjectRefused):
    """The signature is not by a key the client uses in its protocol (RFC 9101 §6.2)."""

    code = "request_object_unsigned"


class RequestObjectClaimRefused(RequestObjectRefused):
    """A claim of a request object is missing, or is not what its clause asks for."""

    code = "request_object_claim_refused"


class RequestObjectReplayed(RequestObjectRefused):
    """The object, or another with its ``jti``, was used before."""

    code = "request_object_replayed"


class RequestUriRefused(Refused):
    """Nothing usable lies at ``request_uri``, or it is not registered (OIDC Core §6.2)."""

    code = "request_uri_refused"


class PushedRequestRefused(Refused):
    """No request of this client waits under this name, or it is over (RFC 9126 §4)."""

    code = "pushed_request_refused"


class PushedRequestUsed(PushedRequestRefused):
    """The pushed request has had its one answer (RFC 9126 §7.3)."""

    code = "pushed_request_used"


class RequestNotProven(RequestMalformed):
    """Nothing shows that the client itself asks, which it registered to show."""

    code = "request_not_proven"


class RequestNotSigned(RequestNotProven):
    """The client is heard by signed requests only (RFC 9101 §10.5), pushed or not."""

    code = "request_not_signed"


class RequestUriInside(RequestMalformed):
    """A request that is pushed, or signed, points at another (RFC 9101 §4, 9126 §2.1)."""

    code = "request_uri_inside"


class PeerChainRefused(RequestObjectRefused):
    """``peer_trust_chain`` is not of us, or ends elsewhere than the client's own."""

    code = "peer_chain_refused"
