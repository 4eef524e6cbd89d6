"""Our secrets at represented members: sealed when they come, never shown again."""

import base64
from dataclasses import dataclass, replace

from kernel.proof.seal import Sealer, SealMalformed
from kernel.secret import Secret
from trustroot.registry.domain import Representation, Terms
from trustroot.registry.errors import ApplicationMalformed, NothingSealed
from trustroot.registry.messages import secret_mark


@dataclass(frozen=True, slots=True)
class Credentials:
    """Seals our client secrets for the one client and issuer they are for."""

    sealer: Sealer

    def settle(self, asked: Terms, held: Terms | None, secret: Secret | None) -> Terms:
        """Return the terms with the secret they shall have.

        That is a new one that is handed in, or the one that is held for the same client;
        nobody hands in an envelope.

        Raises:
            NothingSealed: a secret for a member that is not represented.
            ApplicationMalformed: an envelope that is not the one held.
        """
        if asked.represented is None:
            if secret is not None:
                raise NothingSealed
            return asked
        before = None if held is None else held.represented
        settled = self._settled(asked.represented, before, secret)
        return replace(asked, represented=settled)

    def _settled(
        self, asked: Representation, held: Representation | None, secret: Secret | None
    ) -> Representation:
        kept = _envelope_of(asked, held)
        if asked.sealed_secret is not None and asked.sealed_secret != secret_mark(kept):
            raise ApplicationMalformed("terms.represented.sealed_secret")
        if secret is not None:
            kept = self.seal(asked, secret)
        return replace(asked, sealed_secret=kept)

    def seal(self, represented: Representation, secret: Secret) -> str:
        """Return the envelope of a secret, base64url without padding."""
        plain = secret.reveal().encode()
        sealed = self.sealer.seal(plain, represented.secret_place)
        return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()

    def open(self, represented: Representation) -> Secret | None:
        """Return our secret at a represented member, or None if we have none there.

        Raises:
            SealRefused: the envelope is broken, or was made for another client.
        """
        if represented.sealed_secret is None:
            return None
        sealed = _decoded(represented.sealed_secret)
        return Secret(self.sealer.open(sealed, represented.secret_place).decode())


def _envelope_of(asked: Representation, held: Representation | None) -> str | None:
    """The held secret belongs to one client at one issuer, and to no other."""
    if held is None or held.secret_place != asked.secret_place:
        return None
    return held.sealed_secret


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars="-_", validate=True)
    except ValueError as cause:
        raise SealMalformed from cause
