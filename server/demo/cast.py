"""The people and organisations of the demo: all invented, all numbers with right digits."""

from dataclasses import dataclass
from typing import Final

from kernel.identifiers import mod_11_2_check, mod_31_check
from kernel.identifiers.check_digits import organisation_check

NATION: Final = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Firm:
    """An invented organisation."""

    name: str
    uscc: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Player:
    """One invented person.

    Attributes:
        province: code of the province or city whose account it is; "" for a national one.
        level: at which they are proofed: 1 not at all, 3 and 4 at a window.
        firm: whom they may act for.
    """

    username: str
    password: str
    name: str
    number: str
    province: str
    level: int
    kind: str = "natural"
    firm: Firm | None = None

    @property
    def roles(self) -> list[str]:
        """What they may do over the API."""
        return [self.kind] if self.kind in {"operator", "auditor"} else []

    @property
    def has_code(self) -> bool:
        """Whether an authenticator app is enrolled: at level 3 it is the second factor."""
        return self.level == 3  # noqa: PLR2004  the level that asks for two factors

    @property
    def has_certificate(self) -> bool:
        """Whether a certificate is enrolled: level 4 asks for a hardware-bound key."""
        return self.level == 4  # noqa: PLR2004  same


def number_of(region: str, birth: str, sequence: int) -> str:
    """Return an invented 公民身份号码; sequences from 900 keep apart from real people."""
    body = f"{region}{birth}{sequence:03}"
    return body + mod_11_2_check(body)


def code_of(region: str, organisation: str) -> str:
    """Return an invented 统一社会信用代码 of a company (GB 32100-2015)."""
    body = f"91{region}{organisation}{organisation_check(organisation)}"
    return body + mod_31_check(body)


PAYMENT_FIRM: Final = Firm(name="示例支付身份（演示）", uscc=code_of("440305", "MADEM0XB"))
FIRM: Final = Firm(name="粤海样例科技有限公司", uscc=code_of("440106", "MADEM0XA"))
_PASSWORD: Final = "Demo-{}-2026"  # noqa: S105  of invented people, in the demo only


def _player(  # noqa: PLR0913, PLR0917  the columns of a table
    username: str,
    name: str,
    province: str,
    level: int,
    kind: str = "natural",
    firm: Firm | None = None,
) -> Player:
    return Player(
        username=username,
        password=_PASSWORD.format(username),
        name=name,
        number=_NUMBERS[username],
        province=province,
        level=level,
        kind=kind,
        firm=firm,
    )


_NUMBERS: Final = {
    "linwan": number_of("440106", "19880312", 902),
    "hemingyuan": number_of("440303", "19950721", 911),
    "suqingyun": number_of("510104", "19790504", 905),
    "weizhixing": number_of("310104", "19910915", 917),
    "taojiaan": number_of("330106", "20000210", 924),
    "qinyuchuan": number_of("440106", "19830628", 931),
    "yanshouzheng": number_of("110102", "19761119", 936),
    "luchengyu": number_of("320106", "19850217", 941),
    "fanmingli": number_of("370102", "19820904", 946),
    "songyihe": number_of("440305", "19930417", 952),
    "gushuheng": number_of("420106", "19870623", 957),
}
CAST: Final = (
    _player("linwan", "林晚意", "44", 3),
    _player("hemingyuan", "何明远", "44", 1),
    _player("suqingyun", "苏青云", "51", 3),
    _player("weizhixing", "魏知行", NATION, 3),
    _player("taojiaan", "陶嘉安", NATION, 1),
    _player("qinyuchuan", "秦予川", NATION, 4, "legal_agent", FIRM),
    _player("yanshouzheng", "严守正", NATION, 3, "civil_servant"),
    _player("luchengyu", "陆成宇", NATION, 3, "operator"),
    _player("fanmingli", "范明礼", NATION, 3, "auditor"),
    _player("songyihe", "宋一禾", "4403", 3),
    _player("gushuheng", "顾书衡", NATION, 3, "operator"),
)
CITIZEN_OF_44: Final = CAST[0]
NATIONAL_CITIZEN: Final = CAST[3]
AGENT: Final = CAST[5]
CITIZEN_OF_CITY: Final = CAST[9]


def of_province(code: str) -> tuple[Player, ...]:
    """Return whose accounts an installation holds; "" for the national one."""
    return tuple(player for player in CAST if player.province == code)
