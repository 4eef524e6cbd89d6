"""What the page layer must be told; handed over once by whoever assembles it."""

from dataclasses import dataclass

from kernel.infra.pages.language import Locale
from kernel.secret import Secret

MIN_KEY_LENGTH = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class PagesSettings:
    """One installation's pages.

    Attributes:
        instance: short name within cookie names, such as ``national`` or ``44``: several
            installations on one host name (ports do not separate cookies, RFC 6265 §8.5)
            must not overwrite each other's cookies.
        origin: scheme, host and port as browsers see them; never read from ``Host``.
        service_name: what the service is called, in each language.
        secret: key of form tokens, ≥ 32 characters, shared by all processes.
        previous_secret: the key before the last rotation; still checked, never used anew.
        default_locale: language of visitors who ask for none we speak.
        form_action_origins: origins a form of any page may lead to besides ourselves.
        dev: shows ``/styles``, and says on every page that this is a demonstration.
        max_body_bytes: size of a request body above which pages answer 413.
        home: local address of the page one begins at; "" if there is none.
    """

    instance: str
    origin: str
    service_name: dict[Locale, str]
    secret: Secret
    previous_secret: Secret | None = None
    default_locale: Locale = Locale.CHINESE
    form_action_origins: tuple[str, ...] = ()
    dev: bool = False
    max_body_bytes: int = 1_048_576
    home: str = ""

    def __post_init__(self) -> None:
        """Refuse settings that would make every page unsafe.

        Raises:
            ValueError: the instance cannot stand in a cookie name, a language has no
                service name, or the key is short.
        """
        if not self.instance.isascii() or not self.instance.replace("-", "").isalnum():
            msg = f"pages.instance: letters, digits and hyphens only, not {self.instance!r}"
            raise ValueError(msg)
        if set(self.service_name) != set(Locale):
            msg = "pages.service_name: a name in every language"
            raise ValueError(msg)
        if len(self.secret.reveal()) < MIN_KEY_LENGTH:
            msg = f"pages.secret: at least {MIN_KEY_LENGTH} characters"
            raise ValueError(msg)

    @property
    def secure(self) -> bool:
        """Tell whether browsers reach us over https."""
        return self.origin.startswith("https://")

    def cookie_name(self, purpose: str) -> str:
        """Return this installation's cookie name for ``purpose``.

        Source: RFC 6265bis §4.1.3.2: a ``__Host-`` cookie is bound to one host and https.
        """
        name = f"trusthub-{self.instance}-{purpose}"
        return f"__Host-{name}" if self.secure else name
