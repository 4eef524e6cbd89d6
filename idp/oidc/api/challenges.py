"""What a refusal at a resource tells its caller to bring (``WWW-Authenticate``)."""

from collections.abc import Mapping
from typing import Final

from idp.oidc.messages.bearer import comes_with_proof
from kernel.proof.jose import DPOP_PROOF
from kernel.web import Headers, Request

ALGORITHMS: Final = " ".join(sorted(DPOP_PROOF.algorithms))
NONCE: Final = "DPoP-Nonce"
_NOTHING: Final[Mapping[str, str]] = {}


def challenges(
    request: Request,
    resource: str,
    error: str = "",
    told: Mapping[str, str] = _NOTHING,
) -> Headers:
    """Return a challenge for each scheme; the one that was used bears the error.

    Args:
        request: as it came.
        resource: the protected resource, whose metadata every challenge points at.
        error: the code of RFC 6750 §3.1, RFC 9449 §7.1 or RFC 9470 §3; empty: no token
            came, and so nothing is wrong with it.
        told: parameters that go with the error.

    Source: RFC 6750 §3, RFC 9449 §7.1, RFC 9728 §5.1.
    """
    where = {"resource_metadata": metadata_address(resource)}
    wrong = {**({"error": error} if error else {}), **told}
    is_dpop = comes_with_proof(request.headers.get("authorization"))
    bearer = {**({} if is_dpop else wrong), **where}
    dpop = {**(wrong if is_dpop else {}), "algs": ALGORITHMS, **where}
    spoken = (_challenge("Bearer", bearer), _challenge("DPoP", dpop))
    return spoken[::-1] if is_dpop else spoken


def metadata_address(resource: str) -> str:
    """RFC 9728 §3.1: the well-known part goes between host and path of the resource."""
    scheme, _, rest = resource.partition("://")
    host, _, path = rest.partition("/")
    return f"{scheme}://{host}/.well-known/oauth-protected-resource/{path}"


def _challenge(scheme: str, parameters: Mapping[str, str]) -> tuple[str, str]:
    spoken = ", ".join(f'{name}="{value}"' for name, value in parameters.items())
    return "WWW-Authenticate", f"{scheme} {spoken}"
