"""Pictures of an application, as whoever approves it must see them."""

from dataclasses import dataclass

from kernel.secret import Secret
from portals.console.domain.applications import Application
from portals.console.domain.pictures import Kept, Named, Shown, pictures_named
from portals.console.errors import ApiUnavailable
from portals.console.messages import kept, listed
from portals.console.ports import HubApi, HubPictures


@dataclass(frozen=True, slots=True)
class Pictures:
    """What an application shows people beside its name: now, and once it is approved."""

    api: HubApi
    pictures: HubPictures

    def of(self, token: Secret, application: Application) -> tuple[Shown, ...]:
        """Return each picture that is named; without bytes if the hub did not read it.

        Raises:
            DigestForged: the hub serves other bytes than those it read.
        """
        named = pictures_named(application)
        if not named:
            return ()
        body = self.api.read(token, f"/clients/{application.id}/pictures", {}).body
        read = {one.address: one for one in listed(body, "pictures", kept)}
        return tuple(self._shown(one, read.get(one.address)) for one in named)

    def _shown(self, named: Named, found: Kept | None) -> Shown:
        if found is None:
            return Shown(named)
        try:
            return Shown(named, found, self.pictures.body(found))
        except ApiUnavailable:
            return Shown(named, found)
