"""Ways in which a relying party, or a change to one, is refused."""

from kernel.errors import Conflict, Malformed, NotFound, Refused, Unavailable


class ClientUnknown(NotFound):
    """No relying party has this identifier."""

    code = "client_unknown"


class ClientMalformed(Malformed):
    """A registration says something no relying party may say; the detail names it."""

    code = "client_malformed"


class AlgorithmNotOffered(ClientMalformed):
    """Tokens are to be signed by an algorithm that this installation has no key for."""

    code = "algorithm_not_offered"


class RedirectUriRefused(ClientMalformed):
    """The URI is not one a browser may be sent to with an answer (RFC 9700 §2.1)."""

    code = "redirect_uri_refused"


class SectorMissing(ClientMalformed):
    """Several hosts are named, and no sector that they share (OIDC Core §8.1)."""

    code = "sector_missing"


class ClientExists(Conflict):
    """A relying party with this identifier is there already."""

    code = "client_exists"


class ClientMoved(Conflict):
    """The record has changed since the caller read it (RFC 9110 §13.1.1)."""

    code = "client_moved"


class VersionNotNamed(Refused):
    """The change does not say which version it is about (RFC 6585 §3)."""

    code = "version_not_named"


class TrustNotEstablished(Refused):
    """A relying party that federates itself is not believed; the detail says why.

    OpenID Federation 1.0 §12.1.3: none of its redirect URIs counts then.
    """

    code = "trust_not_established"


class TrustAnchorRefused(TrustNotEstablished):
    """Its chain ends at an anchor that is none of ours, or not at the one it chose."""

    code = "trust_anchor_refused"


class TrustChainRefused(TrustNotEstablished):
    """There is no chain, or one of its statements does not hold."""

    code = "trust_chain_refused"


class MemberMetadataRefused(TrustNotEstablished):
    """What its superiors leave of its metadata is not what a relying party needs."""

    code = "member_metadata_refused"


class MemberRedirectRefused(MemberMetadataRefused):
    """One of its redirect URIs is none a browser may be sent to."""

    code = "member_redirect_refused"


class PersonIsAnother(Refused):
    """The client speaks for another person than the one who asks."""

    code = "person_is_another"


class ClientHasNoSecret(Refused):
    """A public client has no secret that could be changed (RFC 6749 §2.1)."""

    code = "client_has_no_secret"


class TwoPersonsNeeded(Refused):
    """One person alone cannot do this: propose it, and another approves."""

    code = "two_persons_needed"


class NothingToApprove(Conflict):
    """Nothing waits for a second person at this application."""

    code = "nothing_to_approve"


class ProposalUnknown(NotFound):
    """No proposal has this identifier."""

    code = "proposal_unknown"


class NotReadyToSubmit(Refused):
    """Something that is needed before others decide is not said; the detail names it."""

    code = "not_ready_to_submit"


class OnTrial(Refused):
    """The application is on trial, and the person is no test person."""

    code = "on_trial"


class PictureRefused(Refused):
    """What lies at ``logo_uri`` is no picture people are shown; the detail says why."""

    code = "picture_refused"


class PictureUnreachable(Unavailable):
    """The address of ``logo_uri`` gave no answer that could be used."""

    code = "picture_unreachable"


class PictureUnknown(NotFound):
    """No picture is kept under this name."""

    code = "picture_unknown"
