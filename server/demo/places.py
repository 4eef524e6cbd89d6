"""Where everything of the demo is: ports, addresses, folders, names."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from config.schema import PortalKind
from config.words import Role

HOST: Final = "localhost"
"""Never an address: passkeys refuse those."""


def url(port: int, scheme: str = "http") -> str:
    """Return the base URL of a port."""
    return f"{scheme}://{HOST}:{port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalPlace:
    """One portal: its short name, program, names on pages and port."""

    name: str
    kind: PortalKind
    title_zh: str
    title_en: str
    port: int
    scheme: str = "http"

    @property
    def base_url(self) -> str:
        """Where people find it."""
        return url(self.port, self.scheme)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One installation: who it is, its ports, its folder, the portals behind it.

    Attributes:
        slug: name of its folder, cookies and provider record.
        pinyin: how the province chooser finds it.
        superior: slug of the installation it stands under; "" for the root.
    """

    code: str
    slug: str
    role: Role
    name_zh: str
    name_en: str
    pinyin: str
    port: int
    folder: Path
    portals: tuple[PortalPlace, ...]
    superior: str = ""
    scheme: str = "http"

    @property
    def issuer(self) -> str:
        """Its base URL."""
        return url(self.port, self.scheme)

    @property
    def trust(self) -> str:
        """The entity that signs statements: anchor or intermediate."""
        return f"{self.issuer}/trust"

    @property
    def management(self) -> str:
        """Its management port's base URL."""
        return url(self.port + 1)

    @property
    def settings_file(self) -> Path:
        """Its settings."""
        return self.folder / "trusthub.toml"

    @property
    def anchor_file(self) -> Path:
        """The public keys of its trust entity, as `init` writes them."""
        return self.folder / "trust_anchor.jwks.json"

    def context(self, name: str) -> Path:
        """Return the file with which ``name`` calls its API."""
        return self.folder / "contexts" / f"{name}.json"

    def secret(self, name: str) -> Path:
        """Return the file of one of its secrets."""
        return self.folder / "secrets" / name


@dataclass(frozen=True, slots=True)
class Map:
    """Every place of one demo.

    ``is_tls``: hubs and portals are served by https; what stands beside them is not.
    """

    folder: Path
    base: int
    is_tls: bool = False

    @property
    def scheme(self) -> str:
        """How hubs and portals are reached."""
        return "https" if self.is_tls else "http"

    @property
    def tls(self) -> Path:
        """Folder of the certificate that hubs and portals show."""
        return self.folder / "tls"

    @property
    def ca_file(self) -> Path | None:
        """PEM roots by which callers know hubs and portals; None without TLS."""
        return self.tls / "ca.pem" if self.is_tls else None

    @property
    def national(self) -> Place:
        """The national hub."""
        return Place(
            code="00",
            slug="national",
            role=Role.NATIONAL,
            name_zh="国家政务服务身份枢纽（演示）",
            name_en="National identity hub (demo)",
            pinyin="guojia gj",
            port=self.base,
            scheme=self.scheme,
            folder=self.folder / "national",
            portals=(
                PortalPlace(
                    name="public",
                    kind=PortalKind.PUBLIC,
                    title_zh="国家政务服务平台（演示）",
                    title_en="National public services (demo)",
                    port=self.base + 40,
                    scheme=self.scheme,
                ),
                PortalPlace(
                    name="ministry",
                    kind=PortalKind.MINISTRY,
                    title_zh="政策咨询网（演示）",
                    title_en="Ministry policy desk (demo)",
                    port=self.base + 41,
                    scheme=self.scheme,
                ),
                PortalPlace(
                    name="console",
                    kind=PortalKind.CONSOLE,
                    title_zh="信任服务管理台（演示）",
                    title_en="Trust service console (demo)",
                    port=self.base + 42,
                    scheme=self.scheme,
                ),
            ),
        )

    @property
    def federated(self) -> PortalPlace:
        """A portal that federates itself: nobody gave it a secret."""
        return PortalPlace(
            name="federated",
            kind=PortalKind.MINISTRY,
            title_zh="自行联邦接入的应用（演示）",
            title_en="Self-federated application (demo)",
            port=self.base + 45,
            scheme=self.scheme,
        )

    @property
    def provinces(self) -> tuple[Place, ...]:
        """The two provinces."""
        return (
            self._province(
                "44", "gd", "广东省（演示）", "Guangdong (demo)", "guangdong gd", 10, 44
            ),
            self._province(
                "51", "sc", "四川省（演示）", "Sichuan (demo)", "sichuan sc", 20, 51
            ),
        )

    def _province(  # noqa: PLR0913, PLR0917  the columns of a table
        self, code: str, slug: str, zh: str, en: str, pinyin: str, port: int, portal: int
    ) -> Place:
        return Place(
            code=code,
            slug=slug,
            role=Role.PROVINCE,
            name_zh=zh,
            name_en=en,
            pinyin=pinyin,
            port=self.base + port,
            scheme=self.scheme,
            folder=self.folder / f"province{code}",
            superior="national",
            portals=(
                PortalPlace(
                    name=f"portal{code}",
                    kind=PortalKind.PROVINCE,
                    title_zh=f"{zh.removesuffix('（演示）')}政务服务网（演示）",
                    title_en=f"{en.removesuffix(' (demo)')} services (demo)",
                    port=self.base + portal,
                    scheme=self.scheme,
                ),
            ),
        )

    @property
    def cities(self) -> tuple[Place, ...]:
        """The city under province 44: the same program, one level further down."""
        city = Place(
            code="4403",
            slug="sz",
            role=Role.CITY,
            name_zh="深圳市（演示）",
            name_en="Shenzhen (demo)",
            pinyin="shenzhen sz",
            port=self.base + 30,
            scheme=self.scheme,
            folder=self.folder / "city4403",
            portals=(),
            superior="gd",
        )
        return (city,)

    @property
    def installations(self) -> tuple[Place, ...]:
        """All installations, superiors before those who stand under them."""
        return (self.national, *self.provinces, *self.cities)

    def superior_of(self, place: Place) -> Place:
        """Return whom an installation stands under."""
        (found,) = (one for one in self.installations if one.slug == place.superior)
        return found

    @property
    def registry(self) -> int:
        """Port of the population register."""
        return self.base + 60

    @property
    def agent(self) -> int:
        """Port of the certificate agent."""
        return self.base + 61

    @property
    def authority(self) -> int:
        """Port of the demo CA."""
        return self.base + 62

    @property
    def payment(self) -> int:
        """Port of the plain OpenID provider of a company."""
        return self.base + 63

    @property
    def payment_issuer(self) -> str:
        """Address of that provider, which is its entity identifier too."""
        return url(self.payment, self.scheme)

    @property
    def logs(self) -> Path:
        """Folder of the children's logs."""
        return self.folder / "logs"

    @property
    def card(self) -> Path:
        """The file that tells programs where everything is."""
        return self.folder / "demo.json"

    def province(self, code: str) -> Place:
        """Return the province with this code."""
        (found,) = (place for place in self.provinces if place.code == code)
        return found

    def portal(self, name: str) -> PortalPlace:
        """Return the portal with this name."""
        every = (portal for place in self.installations for portal in place.portals)
        (found,) = (portal for portal in every if portal.name == name)
        return found

    def ports(self) -> dict[int, str]:
        """Return every port the demo listens on, with whose it is."""
        taken = {
            self.registry: "registry-sim",
            self.agent: "cert-agent",
            self.authority: "demo CA",
            self.payment: "mock-op",
            self.federated.port: self.federated.title_en,
        }
        for place in self.installations:
            taken |= {
                place.port: place.name_en,
                place.port + 1: f"management of {place.name_en}",
            }
            taken |= {portal.port: portal.title_en for portal in place.portals}
        return taken
