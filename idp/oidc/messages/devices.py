"""What a device is told on the wire (RFC 8628 §3.2)."""

from idp.oidc.domain.devices import DeviceCodes, shown

PAGE: str = "/device"
"""Where people type their code; short, for it is read aloud and typed on phones."""


def device_response(issuer: str, codes: DeviceCodes) -> dict[str, object]:
    """RFC 8628 §3.2, §3.3.1: codes, where to type one, and how often to ask."""
    page, user_code = f"{issuer}{PAGE}", shown(codes.user_code)
    return {
        "device_code": codes.device_code.reveal(),
        "user_code": user_code,
        "verification_uri": page,
        "verification_uri_complete": f"{page}?user_code={user_code}",
        "expires_in": int(codes.lives.total_seconds()),
        "interval": int(codes.interval.total_seconds()),
    }
