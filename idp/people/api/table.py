"""The routes of people, organisations, mandates and imports."""

from typing import Final

from idp.people import messages as m
from idp.people.api.imports import ImportsApi
from idp.people.api.people import OrganisationsApi, PeopleApi
from kernel.web import JSON, Access, Endpoint, Role, Route, Shape

READ: Final = Access(scope="people:read", role=Role.OPERATOR)
WRITE: Final = Access(scope="people:write", role=Role.OPERATOR)
_PEOPLE: Final = "/api/v1/people"
_ORGANISATIONS: Final = "/api/v1/organisations"
_MANDATES: Final = "/api/v1/mandates"
_IMPORTS: Final = "/api/v1/imports"


def routes(
    people: PeopleApi, organisations: OrganisationsApi, imports: ImportsApi
) -> tuple[Route, ...]:
    """Return the room's table."""
    return (*_people(people), *_organisations(organisations), *_imports(imports))


def _people(people: PeopleApi) -> tuple[Route, ...]:
    one = _PEOPLE + "/{id}"
    listed = Shape(summary="List people", response=m.PersonPage)
    person, reason = m.PersonReply, m.ReasonBody
    return (
        _read(_PEOPLE, people.list, listed),
        _write(_PEOPLE, people.create, "Make a person known", m.PersonBody, person, 201),
        _read(one, people.show, Shape(summary="Show a person", response=m.PersonDetail)),
        _write(one + "/disable", people.disable, "Disable", reason, person),
        _write(one + "/enable", people.enable, "Enable", reason, person),
        _write(one + "/roles", people.set_roles, "Set roles", m.RolesBody, person),
    )


def _organisations(organisations: OrganisationsApi) -> tuple[Route, ...]:
    body, reply = m.OrganisationBody, m.OrganisationReply
    listed = Shape(summary="List organisations", response=m.OrganisationPage)
    shown = Shape(summary="Show an organisation", response=reply)
    entered = "Put an organisation on record"
    given = (m.MandateBody, m.MandateReply, 201)
    return (
        _read(_ORGANISATIONS, organisations.list, listed),
        _write(_ORGANISATIONS, organisations.create, entered, body, reply, 201),
        _read(_ORGANISATIONS + "/{id}", organisations.show, shown),
        _write(_MANDATES, organisations.give_mandate, "Give a mandate", *given),
        Route(
            method="DELETE",
            path=_MANDATES + "/{id}",
            endpoint=organisations.revoke_mandate,
            access=WRITE,
            idempotent=True,
            shape=Shape(summary="Revoke a mandate", status=204),
        ),
    )


def _imports(imports: ImportsApi) -> tuple[Route, ...]:
    one = _IMPORTS + "/{id}"
    batch, reason = m.BatchReply, m.ReasonBody
    shown = Shape(summary="How a user base stands", response=batch)
    rows = Shape(
        summary="Its rows, by what became of them",
        response=m.RowsPage,
        arguments={
            "state": "what became of a row",
            "limit": "1 to 200",
            "after": "`next` of the page before",
        },
    )
    commit = (m.CommitBody, batch, 202)
    return (
        _write(_IMPORTS, imports.open, "Begin to bring one in", m.BatchBody, batch, 201),
        _read(one, imports.show, shown),
        _write(
            one + "/rows", imports.feed, "Send rows, at most 500", m.RowsBody, m.RowsReply
        ),
        _read(one + "/rows", imports.rows, rows),
        _write(one + "/commit", imports.commit, "Commit, as the second person", *commit),
        _write(one + "/undo", imports.undo, "Take a user base back", reason, batch, 202),
        _write(one + "/discard", imports.discard, "Let an open one go", reason, batch),
    )


def _read(path: str, endpoint: Endpoint, shape: Shape) -> Route:
    return Route(method="GET", path=path, endpoint=endpoint, access=READ, shape=shape)


def _write(  # noqa: PLR0913, PLR0917  the columns of the table
    path: str,
    endpoint: Endpoint,
    summary: str,
    takes: type,
    gives: type,
    status: int = 200,
) -> Route:
    shape = Shape(summary=summary, request=takes, response=gives, status=status)
    return Route(
        method="POST",
        path=path,
        endpoint=endpoint,
        access=WRITE,
        consumes=JSON,
        idempotent=True,
        shape=shape,
    )
