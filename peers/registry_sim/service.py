"""What the register does: compare, misbehave on request, invent people."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from kernel.entropy import Entropy, SeededEntropy
from kernel.identifiers import compared_name, mod_11_2_check
from kernel.secret import Secret
from peers.registry_sim.domain import Citizen, Client, Result, Weather, compare
from peers.registry_sim.errors import ClientRefused
from peers.registry_sim.messages import CitizenEntry

_FAMILY: Final = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
_GIVEN: Final = "安宁清远明朗知行若水思源景和云舒怀瑾予墨嘉言子衿星野亦凡书意"
_FIRST_BIRTH: Final = date(1950, 1, 1)
_BIRTH_DAYS: Final = 20_000


@dataclass(slots=True)
class Register:
    """Answers its clients. ``weather`` may be changed while it runs."""

    people: Mapping[str, Citizen]
    clients: tuple[Client, ...]
    weather: Weather = field(default_factory=Weather)

    def require_client(self, name: str, secret: Secret) -> None:
        """Require a known client with its own secret.

        Raises:
            ClientRefused: there is none.
        """
        for client in self.clients:
            if client.name == name and secret.matches(client.secret):
                return
        raise ClientRefused

    def two_elements(self, name: str, number: str) -> Result:
        """Return whether they belong together.

        Raises:
            IdentifierRefused: the name is none.
        """
        return compare(self.people.get(number), compared_name(name))


def invented(count: int, *, seed: int, region: str = "440106") -> Iterator[CitizenEntry]:
    """Yield invented people with numbers whose check digits hold; a seed gives the same.

    Sequence numbers 900 to 999 keep them apart from real ones as far as that can be.
    """
    entropy = SeededEntropy(seed)
    for _ in range(count):
        birth = _FIRST_BIRTH + timedelta(days=_below(_BIRTH_DAYS, entropy))
        body = f"{region}{birth:%Y%m%d}{900 + _below(100, entropy)}"
        given = (_GIVEN[_below(len(_GIVEN), entropy)] for _ in range(2))
        name = _FAMILY[_below(len(_FAMILY), entropy)] + "".join(given)
        yield CitizenEntry(name=name, number=body + mod_11_2_check(body))


def _below(limit: int, entropy: Entropy) -> int:
    return int.from_bytes(entropy(4), "big") % limit
