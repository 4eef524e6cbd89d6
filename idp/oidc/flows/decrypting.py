"""Request objects that were encrypted to us, for nobody on the way to read."""

from dataclasses import dataclass

from idp.oidc.checks import rfc9101
from idp.oidc.errors import RequestObjectNotDecrypted
from idp.oidc.messages.encrypted import encrypted_header, is_encrypted, token_inside
from kernel.proof.jose import REQUEST_OBJECT
from trustroot.keys.domain import Purpose
from trustroot.keys.errors import EncryptedRefused
from trustroot.keys.ports import Decrypter


@dataclass(frozen=True, slots=True)
class Decrypting:
    """Takes the envelope off a request object; what is inside goes the one way of all."""

    decrypter: Decrypter

    def signed(self, request: str) -> str:
        """Return the object itself: as it came, or as it was encrypted to us.

        Encrypting proves nothing, for anybody can: what is inside is held against its
        signature and its table as if it had come bare, and another envelope is none.

        Raises:
            RequestObjectNotDecrypted: it is encrypted, and not so that we open it.

        Source: OIDC Core §6.1, RFC 9101 §6.1.
        """
        if not is_encrypted(request):
            return request
        rfc9101.holds_a_token(encrypted_header(request))
        try:
            content = self.decrypter.decrypt(
                Purpose.REQUEST_DECRYPT, request, limit_bytes=REQUEST_OBJECT.limit_bytes
            )
        except EncryptedRefused as cause:
            raise RequestObjectNotDecrypted(cause.detail) from cause
        return token_inside(content)
