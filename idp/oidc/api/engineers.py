"""What relying-party engineers ask over the API: conformance and quick-starts."""

from dataclasses import dataclass
from typing import Final

from idp.clients.domain import Profile
from idp.oidc.domain.conformance import By, Holds, Report, Strength, reports_conform
from idp.oidc.domain.quickstarts import Library
from idp.oidc.errors import LibraryUnknown
from idp.oidc.flows.quickstart import ForEngineers
from kernel.ids import ClientId
from kernel.web import Access, Reply, Request, Route, Shape, write_body

_READ: Final = Access(scope="clients:read")
_ONE: Final = "/api/v1/clients/{client}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineReply:
    """One clause and what was found of it."""

    clause: str
    strength: Strength
    by: By
    holds: Holds
    says_zh: str
    says_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportReply:
    """One specification; ``required`` where the client's profile holds it to it."""

    name: str
    required: bool
    conforms: bool
    lines: tuple[LineReply, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConformanceReply:
    """How a registration stands to OAuth 2.1 and FAPI 2.0."""

    client_id: str
    profile: Profile
    conforms: bool
    reports: tuple[ReportReply, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReply:
    """One file to begin with."""

    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuickstartReply:
    """Files for one client and one library; secrets come from the environment."""

    client_id: str
    library: Library
    files: tuple[FileReply, ...]


@dataclass(frozen=True, slots=True)
class EngineersApi:
    """Parses, asks the flow, lays out."""

    engineers: ForEngineers

    def conformance(self, request: Request) -> Reply:
        """Report line by line, with the clause of each."""
        client, found = self.engineers.conformance(_named(request))
        told = ConformanceReply(
            client_id=client.id,
            profile=client.oidc.profile,
            conforms=reports_conform(found),
            reports=tuple(_report(report) for report in found),
        )
        return Reply.json(write_body(told))

    def quickstart(self, request: Request) -> Reply:
        """Write the files for the library that ``for`` names."""
        named, library = _named(request), _library(request.arguments.optional("for"))
        files = self.engineers.quickstart(named, library)
        told = QuickstartReply(
            client_id=named,
            library=library,
            files=tuple(FileReply(name=file.name, text=file.text) for file in files),
        )
        return Reply.json(write_body(told))


def routes(api: EngineersApi) -> tuple[Route, ...]:
    """Return the table."""
    libraries = ", ".join(library.value for library in Library)
    return (
        Route(
            method="GET",
            path=f"{_ONE}/conformance",
            endpoint=api.conformance,
            access=_READ,
            shape=Shape(
                summary="Hold a registration against OAuth 2.1 and FAPI 2.0",
                response=ConformanceReply,
            ),
        ),
        Route(
            method="GET",
            path=f"{_ONE}/quickstart",
            endpoint=api.quickstart,
            access=_READ,
            shape=Shape(
                summary="Write files to begin with",
                response=QuickstartReply,
                arguments={"for": f"One of {libraries}; curl if nothing is said."},
            ),
        ),
    )


def _report(report: Report) -> ReportReply:
    return ReportReply(
        name=report.name,
        required=report.required,
        conforms=report.conforms,
        lines=tuple(
            LineReply(
                clause=line.clause,
                strength=line.strength,
                by=line.by,
                holds=line.holds,
                says_zh=line.says_zh,
                says_en=line.says_en,
            )
            for line in report.lines
        ),
    )


def _library(named: str | None) -> Library:
    try:
        return Library(named or Library.CURL.value)
    except ValueError as cause:
        known = ", ".join(library.value for library in Library)
        raise LibraryUnknown(f"for: not one of {known}") from cause


def _named(request: Request) -> ClientId:
    return ClientId(request.parameters["client"])
