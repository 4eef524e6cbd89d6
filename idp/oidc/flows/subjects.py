"""Pairwise subjects."""

from dataclasses import dataclass

from idp.clients.domain import Client
from idp.oidc.domain.issuer import Issuer
from idp.oidc.errors import RequestMalformed, RequestObjectNotDecrypted
from idp.oidc.flows.decrypting import Decrypting
from kernel.ids import PersonId
from kernel.proof.jose import (
    ID_TOKEN,
    JoseRefused,
    VerifiedClaims,
    issued_by,
    required_date,
    to_base64url,
    verify,
)
from kernel.proof.seal import Sealer
from trustroot.keys.domain import Purpose
from trustroot.keys.ports import Signer


@dataclass(frozen=True, slots=True)
class Subjects:
    """Names people to relying parties: HMAC over sector and person.

    ``sealer`` is of the purpose ``pairwise``.
    """

    sealer: Sealer

    def of(self, person: PersonId, client: Client) -> str:
        """Return the ``sub`` of a person in a client's sector, 43 characters.

        Two sectors cannot tell that theirs are one person (OIDC Core §8.1).
        """
        sector = client.oidc.sector or client.id
        return to_base64url(self.sealer.index(person.bytes, f"sector:{sector}"))


@dataclass(frozen=True, slots=True)
class HintReader:
    """Reads ID tokens of ours that come back as hints.

    Without ``decrypting`` none is read that its client encrypted to us again.
    """

    issuer: Issuer
    signer: Signer
    decrypting: Decrypting | None = None

    def read(self, hint: str) -> VerifiedClaims:
        """Return what an ID token of ours said; its expiry does not matter here.

        Raises:
            RequestMalformed: we did not issue it, or it was changed.

        Source: OIDC Core §3.1.2.1, OIDC RP-Initiated Logout §2.
        """
        try:
            signed = self._bare(hint)
            claims = verify(signed, self.signer.published(Purpose.TOKENS), ID_TOKEN)
            issued_by(claims, self.issuer.url)
            is_an_id_token(claims)
        except (JoseRefused, RequestObjectNotDecrypted) as cause:
            raise RequestMalformed("id_token_hint") from cause
        return claims

    def _bare(self, hint: str) -> str:
        """OIDC Core §3.1.2.1: the signed ID token may have been encrypted to us again."""
        return hint if self.decrypting is None else self.decrypting.signed(hint)


def is_an_id_token(claims: VerifiedClaims) -> None:
    """RFC 8725 §3.12: a signed answer of userinfo looks alike, and tells of no sign-in.

    Raises:
        ClaimMissing, ClaimMalformed: it has no end, or no time of a sign-in.
    """
    required_date(claims, "exp")
    required_date(claims, "auth_time")
