"""People, names, numbers and accounts over SQL."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Row, bindparam, delete, select, update

from idp.people import models
from idp.people.domain import Account, Person, PersonKind, PersonState, Username
from idp.people.errors import NumberTaken, PersonUnknown, UsernameTaken
from kernel.assurance import Level
from kernel.ids import PersonId
from kernel.infra.db import AlreadyStored, Database, Prepared
from kernel.proof.seal import Place, Sealer
from kernel.web import Page, PageAsked, Role

_ROOM: Final = "idp.people"
_NUMBER_CONTEXT: Final = "idp.people.id_number"
_TABLE: Final = models.person
_RECORD: Final = select(
    _TABLE.c.id,
    _TABLE.c.kind,
    _TABLE.c.identity,
    _TABLE.c.roles,
    _TABLE.c.state,
    _TABLE.c.created_at,
)
_BY_ID: Final = Prepared(_RECORD.where(_TABLE.c.id == bindparam("sought")))
_BY_USERNAME: Final = Prepared(
    select(models.account.c.person).where(models.account.c.username == bindparam("sought"))
)


@dataclass(frozen=True, slots=True)
class SqlPeople:
    """`PersonStore` over SQL.

    Attributes:
        sealer: purpose ``seal``: names and numbers, bound to their row.
        indexer: purpose ``person``: the blind index of numbers. That key is not rotated
            with the sealing key, or no number would be found any more.
    """

    db: Database
    sealer: Sealer
    indexer: Sealer

    def add(self, person: Person, name: str) -> None:
        """Keep somebody new, with the name sealed."""
        self.db.write(
            _TABLE.insert().values(
                id=person.id,
                kind=person.kind.value,
                identity=person.identity.value,
                roles=sorted(role.value for role in person.roles),
                state=person.state.value,
                created_at=person.created_at,
                name=self.sealer.seal(name.encode(), _place("name", person.id)),
            )
        )

    def find(self, person: PersonId) -> Person:
        """Return one, or raise `PersonUnknown`."""
        row = self.db.read_one(_BY_ID, {"sought": person})
        if row is None:
            raise PersonUnknown(str(person))
        return _person(row)

    def name(self, person: PersonId) -> str:
        """Open the name."""
        row = self.db.read_one(select(_TABLE.c.name).where(_TABLE.c.id == person))
        if row is None:
            raise PersonUnknown(str(person))
        return self.sealer.open(row.name, _place("name", person)).decode()

    def id_number(self, person: PersonId) -> str | None:
        """Open the number, if there is one."""
        row = self.db.read_one(select(_TABLE.c.id_number).where(_TABLE.c.id == person))
        if row is None or row.id_number is None:
            return None
        return self.sealer.open(row.id_number, _place("id_number", person)).decode()

    def set_identity(self, person: PersonId, level: Level) -> None:
        """Put the identity level on record."""
        self._change(person, identity=level.value)

    def set_proofed(self, person: PersonId, name: str, number: str) -> None:
        """Seal the proofed name and number; the unique index lets one writer win."""
        try:
            self._change(
                person,
                name=self.sealer.seal(name.encode(), _place("name", person)),
                id_number=self.sealer.seal(number.encode(), _place("id_number", person)),
                number_index=self._index(number),
            )
        except AlreadyStored as cause:
            raise NumberTaken(str(person)) from cause

    def by_id_number(self, number: str) -> PersonId | None:
        """Look the blind index up."""
        wanted = _TABLE.c.number_index == self._index(number)
        row = self.db.read_one(select(_TABLE.c.id).where(wanted))
        return None if row is None else PersonId(row.id)

    def set_state(self, person: PersonId, state: PersonState) -> None:
        """Put the state on record."""
        self._change(person, state=state.value)

    def set_roles(self, person: PersonId, roles: frozenset[Role]) -> None:
        """Put the roles on record."""
        self._change(person, roles=sorted(role.value for role in roles))

    def page(self, asked: PageAsked) -> Page[Person]:
        """Return the people after a key."""
        statement = _RECORD.order_by(_TABLE.c.id).limit(asked.limit + 1)
        after = asked.after_id()
        if after is not None:
            statement = statement.where(_TABLE.c.id > after)
        people = [_person(row) for row in self.db.read(statement)]
        more = len(people) > asked.limit
        shown = tuple(people[: asked.limit])
        return Page(shown, str(shown[-1].id) if more else None)

    def add_account(self, account: Account) -> None:
        """Give somebody a username; the primary key lets one writer win."""
        values = {"username": account.username.value, "person": account.person}
        try:
            self.db.write(models.account.insert().values(**values))
        except AlreadyStored as cause:
            raise UsernameTaken from cause

    def by_username(self, username: Username) -> PersonId | None:
        """Return whose username it is."""
        row = self.db.read_one(_BY_USERNAME, {"sought": username.value})
        return None if row is None else PersonId(row.person)

    def username_of(self, person: PersonId) -> Username | None:
        """Return somebody's username."""
        column = models.account.c
        row = self.db.read_one(select(column.username).where(column.person == person))
        return None if row is None else Username(row.username)

    def let_go(self, person: PersonId) -> None:
        """Forget username and number; the record and the sealed name stay."""
        account = models.account
        self.db.write(delete(account).where(account.c.person == person))
        self._change(person, id_number=None, number_index=None)

    def _change(self, person: PersonId, **values: object) -> None:
        if not self.db.write(update(_TABLE).where(_TABLE.c.id == person).values(**values)):
            raise PersonUnknown(str(person))

    def _index(self, number: str) -> bytes:
        return self.indexer.index(number.encode(), _NUMBER_CONTEXT)


def _place(column: str, person: PersonId) -> Place:
    return Place(_ROOM, column, str(person))


def _person(row: Row[*tuple[object, ...]]) -> Person:
    return Person(
        id=PersonId(row.id),
        kind=PersonKind(row.kind),
        identity=Level(row.identity),
        roles=frozenset(Role(role) for role in row.roles),
        state=PersonState(row.state),
        created_at=row.created_at,
    )
