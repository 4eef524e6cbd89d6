"""Form tokens against cross-site request forgery, login forgery included.

Every browser gets a random cookie, every form a token signed over that cookie. A stranger's
page can make a browser post, but cannot read either. Tokens do not depend on sign-in and do
not use each other up: several tabs and the back button work, and no script is needed.
"""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import ClassVar, Final

from itsdangerous import BadSignature, SignatureExpired, TimestampSigner

from kernel.clock import Clock, epoch_seconds
from kernel.entropy import Entropy, token
from kernel.infra.pages import errors
from kernel.secret import Secret

FIELD: Final = "form_token"
BROWSER: Final = "browser"
_SALT: Final = b"trusthub.pages.form-token."


class _ClockedSigner(TimestampSigner):
    """A signer whose time is handed in."""

    def __init__(self, keys: list[str], browser: str, clock: Clock) -> None:
        salt = _SALT + sha256(browser.encode()).digest()
        super().__init__(keys, salt=salt, key_derivation="hmac", digest_method=sha256)
        self._clock = clock

    def get_timestamp(self) -> int:
        """Return the handed-in clock's seconds."""
        return epoch_seconds(self._clock())


@dataclass(frozen=True, slots=True)
class FormTokens:
    """Makes and checks the tokens of one installation.

    Attributes:
        keys: oldest first; the last one signs, all are accepted.
    """

    keys: tuple[Secret, ...]
    clock: Clock
    entropy: Entropy

    LIFETIME: ClassVar[timedelta] = timedelta(hours=12)

    def new_browser(self) -> str:
        """Return a fresh value for the browser cookie: 256 bits."""
        return token(self.entropy)

    def issue(self, browser: str) -> str:
        """Return a token for forms shown to ``browser``; never the same twice.

        A fresh part in each answer keeps a compressing proxy from leaking it (BREACH).
        """
        return self._signer(browser).sign(token(self.entropy, 9)).decode("ascii")

    def check(self, presented: str, browser: str) -> None:
        """OWASP CSRF, signed double submit: made by us, for this browser, not long ago.

        Raises:
            BrowserUnknown: no browser cookie came with the form.
            FormTokenMissing: no token came.
            FormTokenOld: it is older than ``LIFETIME``.
            FormTokenForeign: we did not make it, or not for this browser.
        """
        if not browser:
            raise errors.BrowserUnknown
        if not presented:
            raise errors.FormTokenMissing
        try:
            self._signer(browser).unsign(
                presented, max_age=int(self.LIFETIME.total_seconds())
            )
        except SignatureExpired as cause:
            raise errors.FormTokenOld from cause
        except (BadSignature, UnicodeError) as cause:
            raise errors.FormTokenForeign from cause

    def _signer(self, browser: str) -> _ClockedSigner:
        return _ClockedSigner([key.reveal() for key in self.keys], browser, self.clock)


def sent_from_our_pages(origin: str, fetch_site: str, own_origin: str) -> None:
    """Fetch Metadata §2.4, RFC 6454 §7.3: where the browser says who sends, it must be us.

    Old browsers say nothing and some privacy tools say ``null``; the token decides then.

    Raises:
        FormFromElsewhere: the browser names another sender.
    """
    if fetch_site not in {"", "same-origin", "none"}:
        raise errors.FormFromElsewhere(fetch_site[:32])
    if origin not in {"", "null", own_origin}:
        raise errors.FormFromElsewhere(origin[:128])
