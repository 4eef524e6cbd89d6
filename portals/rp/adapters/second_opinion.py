"""python-jose: old, independent of joserfc, and therefore worth asking."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from jose import jws, jwt
from jose.exceptions import JOSEError

from kernel.secret import Secret
from portals.rp.domain import Registration
from portals.rp.errors import SecondOpinionDiffers

# Times are compared by our own clock; everything else the library checks again.
_OPTIONS: Final = {"verify_exp": False, "verify_iat": False, "verify_nbf": False}


@dataclass(frozen=True, slots=True)
class PythonJose:
    """`SecondOpinion` by python-jose: one algorithm, the key that our code chose."""

    registration: Registration

    def claims(
        self,
        token: str,
        jwk: Mapping[str, object],
        access_token: Secret | None,
    ) -> Mapping[str, object]:
        """Return the claims this library finds; ``at_hash`` is compared if it is there."""
        try:
            self._nothing_is_critical(token)
            claims: dict[str, object] = jwt.decode(
                token,
                dict(jwk),
                algorithms=[self.registration.algorithm],
                audience=self.registration.client_id,
                issuer=self.registration.issuer,
                access_token=access_token.reveal() if access_token else None,
                options={**_OPTIONS, "verify_at_hash": access_token is not None},
            )
        except (JOSEError, ValueError, TypeError) as cause:
            raise SecondOpinionDiffers(type(cause).__name__) from cause
        return claims

    def _nothing_is_critical(self, token: str) -> None:
        """RFC 7515 §4.1.11: the library passes ``crit`` over, so it is looked at first."""
        if "crit" in jws.get_unverified_header(token):
            raise SecondOpinionDiffers("crit")
