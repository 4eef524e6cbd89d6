"""What somebody let devices have: they see it in their account, and end it there."""

from dataclasses import dataclass

from idp.clients.domain import LocalText
from idp.oidc.domain.devices import DeviceHeld
from idp.oidc.domain.grants import Grant, GrantKind
from idp.oidc.errors import DeviceGrantUnknown, GrantEnded
from idp.oidc.events import DeviceEnded
from idp.oidc.flows.grant_standing import GrantStanding
from idp.oidc.flows.issuing import TokenIssuer
from idp.oidc.ports import GrantStore
from idp.people.service import People
from kernel.events import AuditTrail
from kernel.ids import GrantId, PersonId
from kernel.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class OwnDevices:
    """Lists what devices hold of somebody, and ends one of those grants.

    A device has no browser session here that its person could find and end (RFC 8628 §1).
    """

    grants: GrantStore
    standing: GrantStanding
    issuing: TokenIssuer
    people: People
    trail: AuditTrail
    work: UnitOfWork

    def of(self, person: PersonId) -> tuple[DeviceHeld, ...]:
        """Return by what devices may act for somebody now, newest first.

        One whose tokens have all run out holds nothing any more, and is left out.
        """
        now = self.issuing.clock()
        held = self.grants.on_devices(
            person, now, now - self.issuing.lifetimes.access_token
        )
        return tuple(self._shown(grant) for grant in held if self._stands(grant))

    def end(self, person: PersonId, grant: GrantId) -> None:
        """End all that a device has by one grant, at once; one that is over stays over.

        Raises:
            DeviceGrantUnknown: this person let no device have it.
        """
        with self.work():
            found = self.grants.find(grant)
            if found is None or not _is_their_devices(found, person):
                raise DeviceGrantUnknown(str(grant))
            if self.grants.end(grant, self.issuing.clock(), "person"):
                self.trail.record(
                    DeviceEnded(
                        grant=grant,
                        relying_party=found.client,
                        subject=self.people.pseudonym(person),
                    )
                )

    def _shown(self, grant: Grant) -> DeviceHeld:
        client = self.standing.clients.find(grant.client)
        return DeviceHeld(
            grant=grant.id,
            client_name=LocalText(client.name_zh, client.name_en),
            level=grant.level,
            since=grant.issued_at,
        )

    def _stands(self, grant: Grant) -> bool:
        """OIDC Back-Channel Logout §2.7: what ended with its session is held no more."""
        try:
            self.standing.require(grant)
        except GrantEnded:
            return False
        return True


def _is_their_devices(grant: Grant, person: PersonId) -> bool:
    return (grant.person, grant.kind) == (person, GrantKind.DEVICE)
