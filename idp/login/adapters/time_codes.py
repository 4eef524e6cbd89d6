"""One-time codes of RFC 6238 by pyotp, and the picture an app reads their seed from."""

import base64
import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import segno
from pyotp import TOTP

from kernel.clock import epoch_seconds
from kernel.entropy import Entropy
from kernel.secret import Secret

STEP_S: Final = 30
_SEED_BYTES: Final = 20
_NEAR_STEPS: Final = (0, -1, 1)
_DIGITS: Final = 6


@dataclass(frozen=True, slots=True)
class PyotpCodes:
    """`TimeCodes`: HMAC-SHA-1, six digits, steps of 30 s, as every app reads them."""

    entropy: Entropy

    def fresh_seed(self) -> Secret:
        """Return 160 bits in base32 (RFC 4226 §4 R6)."""
        return Secret(base64.b32encode(self.entropy(_SEED_BYTES)).decode("ascii"))

    def step_of(self, seed: Secret, code: str, at: datetime) -> int | None:
        """RFC 6238 §5.2: accept the step of now and, for slow hands, one beside it."""
        if len(code) != _DIGITS or not (code.isascii() and code.isdigit()):
            return None
        source, now = TOTP(seed.reveal()), epoch_seconds(at) // STEP_S
        for step in (now + near for near in _NEAR_STEPS):
            if hmac.compare_digest(source.generate_otp(step), code):
                return step
        return None

    def address(self, seed: Secret, account: str, issuer: str) -> str:
        """Return the ``otpauth://`` address that apps read."""
        return TOTP(seed.reveal()).provisioning_uri(name=account, issuer_name=issuer)

    def picture(self, address: str) -> str:
        """Return the address as a QR code, an SVG image in a ``data:`` URL."""
        # ISO/IEC 18004 §6.3.8: a light quiet zone of 4, also where the page is dark.
        code = segno.make(address, error="m")
        return code.svg_data_uri(scale=5, border=4, light="#fff")
