"""Sign-in that somebody else began: a catalogue of services, or the hub's own list."""

from dataclasses import dataclass

from portals.rp.checks import oidc_core
from portals.rp.domain import Initiation, Registration, Wish


@dataclass(frozen=True, slots=True)
class ThirdPartyStart:
    """Turns a request to sign in into a wish of the visitor's; nothing of it is believed.

    Attributes:
        origin: where this portal is: nobody is sent anywhere else afterwards.
    """

    registration: Registration
    origin: str

    def __call__(self, asked: Initiation, locale: str, *, is_large: bool = False) -> Wish:
        """Return what the visitor goes to sign in for.

        Raises:
            InitiationRefused: the issuer is missing or not our hub, or the page to come
                back to is none of ours.

        Source: OIDC Core §4.
        """
        oidc_core.issuer_is_our_hub(asked.issuer, self.registration.issuer)
        return Wish(
            return_to=oidc_core.target_is_here(asked.target, self.origin),
            login_hint=asked.login_hint,
            transfer_ticket=asked.transfer_ticket,
            locale=locale,
            is_large=is_large,
        )
