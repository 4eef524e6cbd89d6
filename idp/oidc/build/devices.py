"""Assembles what devices without a browser need."""

from idp.oidc import tasks, views
from idp.oidc.build.parts import Parts
from idp.oidc.flows.claims_granted import ClaimsGranted
from idp.oidc.flows.device_answering import AnswerDevice
from idp.oidc.flows.device_asking import AskForDevice
from idp.oidc.flows.device_issue import DeviceIssue
from idp.oidc.flows.own_devices import OwnDevices
from idp.oidc.flows.typed_codes import TypedCodes
from idp.oidc.store import SqlDevices, SqlGuesses
from kernel.proof.seal import Sealer


def asking(parts: Parts) -> AskForDevice:
    """Assemble what gives devices their codes."""
    drivers = parts.drivers
    return AskForDevice(
        parts.authenticate,
        SqlDevices(drivers.db),
        parts.meant_by,
        drivers.trail,
        drivers.db.unit_of_work(),
        drivers.clock,
        drivers.entropy,
    )


def pages(parts: Parts) -> views.DevicePages:
    """Assemble the pages where somebody answers."""
    drivers, devices = parts.drivers, SqlDevices(parts.drivers.db)
    sealer = Sealer(parts.below.keys, drivers.entropy)
    guesses = SqlGuesses(drivers.db)
    codes = TypedCodes(devices, guesses, sealer, drivers.trail, drivers.clock)
    answering = AnswerDevice(
        devices,
        _issue(parts),
        parts.below.interactions,
        parts.below.clients,
        parts.meant_by,
        drivers.standing,
        drivers.trail,
        drivers.db.unit_of_work(),
        drivers.clock,
    )
    return views.DevicePages(codes, answering, drivers.pages.settings)


def own(parts: Parts) -> OwnDevices:
    """Assemble what people see and end of what they let devices have."""
    drivers = parts.drivers
    return OwnDevices(
        parts.grants,
        parts.standing,
        parts.issuing,
        parts.below.people,
        drivers.trail,
        drivers.db.unit_of_work(),
    )


def forget(parts: Parts) -> tasks.ForgetTokens:
    """Assemble what deletes devices, and tokens, that are over."""
    db = parts.drivers.db
    devices, guesses = SqlDevices(db), SqlGuesses(db)
    return tasks.ForgetTokens(parts.kept, devices, guesses, parts.drivers.clock)


def _issue(parts: Parts) -> DeviceIssue:
    below = parts.below
    return DeviceIssue(
        parts.grants,
        below.sessions,
        below.consents,
        parts.subjects,
        ClaimsGranted(below.people),
        parts.issuing,
        parts.drivers.ids,
        parts.drivers.trail,
    )
