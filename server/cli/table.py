"""Every command of ``trusthub``: its name, what it is for, the module that does it."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Family:
    """One row; its module has ``ACTS`` and is imported only when the command is typed.

    ``file`` is the module's name where the command's is one of Python's own.
    """

    name: str
    summary: str
    file: str = ""

    @property
    def module(self) -> str:
        """The module that does it, named like the command."""
        return f"server.cli.{self.file or self.name.replace('-', '_')}"


# fmt: off
FAMILIES: Final = (
    Family("init",         "create tables, keys, two operators and an auditor"),
    Family("serve",        "answer requests with any number of processes"),
    Family("worker",       "sign ahead, sequence the log, work the queue"),
    Family("portals",      "run the portals named in the settings"),
    Family("demo",         "a nation, two provinces and portals on this machine"),
    Family("migrate",      "bring the tables to this program's form"),
    Family("doctor",       "look for what is wrong here, and say what to do"),
    Family("keys",         "see and rotate keys"),
    Family("people",       "people, organisations and mandates"),
    Family("members",      "the register of members, by one or two persons"),
    Family("clients",      "applications that sign people in here"),
    Family("sign-outs",    "who was told of the end of sessions, and who was not"),
    Family("providers",    "where else people can sign in"),
    Family("chain",        "trust chains: resolve, show, list"),
    Family("policy",       "apply metadata policies (a filter)"),
    Family("marks",        "trust marks: types, grants, revoking"),
    Family("realname",     "numbers, verifications, window records"),
    Family("ca",           "the list of certificate authorities"),
    Family("audit",        "search, prove, export and verify the record"),
    Family("trace",        "explain a reference, step by step across rooms", "tracing"),
    Family("registry-sim", "a population register with invented people"),
    Family("cert-agent",   "a certificate agent with a software key"),
    Family("mock-op",      "a plain OpenID provider with invented people"),
)
# fmt: on


def family(name: str) -> Family | None:
    """Return the row of a command."""
    return next((row for row in FAMILIES if row.name == name), None)
