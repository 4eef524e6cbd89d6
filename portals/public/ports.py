"""What a counter keeps."""

from typing import Protocol

from portals.public.domain import Case, CaseNumber


class CaseStore(Protocol):
    """Cases by number; durable when ``add`` returns."""

    def add(self, case: Case) -> None:
        """Keep a new case."""
        ...

    def find(self, number: CaseNumber, subject: str) -> Case:
        """Return somebody's own case.

        Raises:
            CaseUnknown: there is none of this number, or it is another's.
        """
        ...

    def of(self, subject: str) -> tuple[Case, ...]:
        """Return the newest 50 cases of somebody, newest first."""
        ...
