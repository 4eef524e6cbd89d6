"""Applications and sign-outs through the API, in the name of whoever's token it is."""

from dataclasses import dataclass
from typing import Final

from kernel.secret import Secret
from portals.console.domain import Act, digest_is_of_the_change, digest_was_seen
from portals.console.domain.applications import (
    Application,
    ApplicationId,
    SignOut,
    SignOutId,
    Step,
)
from portals.console.errors import ChangeMoved, FormIncomplete
from portals.console.messages import application, listed, sign_out, step, text
from portals.console.ports import HubApi
from portals.console.service.members import PageOf

_A_PAGE: Final = "50"
_REASON_LIMIT: Final = 500


@dataclass(frozen=True, slots=True)
class Applications:
    """The life of applications: looked at, moved by one person, approved by a second."""

    api: HubApi

    def page(self, token: Secret, after: str = "") -> PageOf[Application]:
        """Return applications in the order of their identifiers."""
        asked = {"limit": _A_PAGE, **({"after": after} if after else {})}
        body = self.api.read(token, "/clients", asked).body
        return PageOf(listed(body, "clients", application), text(body, "next"))

    def waiting(self, token: Secret, after: str = "") -> PageOf[Application]:
        """Return those with something for a second person to approve, oldest first."""
        asked = {"waiting": "true", **({"after": after} if after else {})}
        body = self.api.read(token, "/clients", asked).body
        return PageOf(listed(body, "clients", application), text(body, "next"))

    def show(self, token: Secret, name: ApplicationId) -> Application:
        """Return one, and what waits for a second person.

        Raises:
            DigestForged: the digest is of another change than the one that is shown.
        """
        found = application(self.api.read(token, f"/clients/{name}", {}).body)
        if found.waiting is not None:
            digest_is_of_the_change(found.waiting)
        return found

    def history(self, token: Secret, name: ApplicationId) -> tuple[Step, ...]:
        """Return what was done to one, newest first, before and after."""
        body = self.api.read(token, f"/clients/{name}/history", {}).body
        return listed(body, "changes", step)[::-1]

    def move(
        self, token: Secret, name: ApplicationId, action: str, reason: str, once: str
    ) -> bool:
        """Do what one person may, or ask a second one; the API knows which it is.

        Returns:
            whether nothing is done yet, and it waits for the second person.

        Raises:
            FormIncomplete: no reason is given, or too long a one; nothing was asked.
        """
        body = {"reason": reason_given(reason)}
        act = Act(path=f"/clients/{name}/{action}", body=body, once=once)
        return application(self.api.act(token, act).body).waiting is not None

    def approve(
        self, token: Secret, name: ApplicationId, seen: str, reason: str, once: str
    ) -> None:
        """Approve, as the second person, the change that has the digest that was seen.

        Raises:
            ChangeMoved, DigestForged, FormIncomplete: nothing was approved.
        """
        why, waiting = reason_given(reason), self.show(token, name).waiting
        if waiting is None:
            raise ChangeMoved(name)
        digest_was_seen(waiting, seen)
        body = {"digest": seen, "reason": why}
        self.api.act(token, Act(path=f"/clients/{name}/approve", body=body, once=once))


@dataclass(frozen=True, slots=True)
class SignOuts:
    """Sign-outs that did not reach everybody."""

    api: HubApi

    def page(self, token: Secret, state: str, after: str = "") -> PageOf[SignOut]:
        """Return those with a participant in ``state``, newest first."""
        asked = {"state": state, **({"after": after} if after else {})}
        body = self.api.read(token, "/sign-outs", asked).body
        return PageOf(listed(body, "sign_outs", sign_out), text(body, "next"))

    def again(self, token: Secret, name: SignOutId, once: str) -> None:
        """Have everybody told again who could not be reached."""
        self.api.act(token, Act(path=f"/sign-outs/{name}/retry", body=None, once=once))


def reason_given(written: str) -> str:
    """Return the reason as typed, there and bounded, or raise `FormIncomplete`."""
    reason = written.strip()
    if not 0 < len(reason) <= _REASON_LIMIT:
        raise FormIncomplete(("reason",))
    return reason
